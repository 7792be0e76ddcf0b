"""Etalon's own API with a scripted engine: `uvicorn harness.api_app:app`. SLOW_SECONDS is how long each picture takes."""

import os

from harness.scripted_engine import ScriptedEngine
from main import app
from tasks import engines

engines.use(ScriptedEngine(slow_seconds=float(os.environ.get("SLOW_SECONDS", "0"))).engines)

__all__ = ["app"]
