"""Background work. Importing any part of it configures the Celery application first, which `shared_task` then belongs to."""

from tasks.celery_app import app

__all__ = ["app"]
