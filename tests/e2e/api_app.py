"""Etalon's own API with scripted eyes: `uvicorn tests.e2e.api_app:app`. SLOW_SECONDS is how long a look takes."""

import os

from main import app
from tasks import engines
from tests.tasks.eyes import Eyes

engines.use(Eyes(slow_seconds=float(os.environ.get("SLOW_SECONDS", "0"))).engines)

__all__ = ["app"]
