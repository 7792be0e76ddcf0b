"""An Etalon of before comparisons were thought of: `celery -A tests.e2e.old_worker_app worker`."""

from tests.e2e.worker_app import app

del app.tasks["tasks.comparison.compare_reference_with_actual"]

__all__ = ["app"]
