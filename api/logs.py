"""The log of the API process. Workers set up their own (tasks/worker.py)."""

import logging

from config import Settings
from tasks.logs import formatter


def configure_logging(wanted: Settings) -> None:
    logging.basicConfig(level=wanted.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in ("", "uvicorn", "uvicorn.access"):
        for handler in logging.getLogger(name).handlers:
            handler.setFormatter(formatter(wanted, handler.formatter))
