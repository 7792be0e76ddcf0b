"""An older Etalon, which knows no comparisons: `celery -A harness.old_worker_app worker`."""

from harness.worker_app import app

del app.tasks["tasks.comparison.compare_reference_with_actual"]

__all__ = ["app"]
