"""Without upkeep: stuck tasks are not requeued, and unsent messages are not sent."""

from typing import Any

from harness.mutants import unchanged
from tasks import upkeep

app = unchanged.app
app.conf.imports = (*app.conf.imports, __name__)


def _run_once() -> upkeep.Done | None:
    return None


upkeep.run_once = _run_once


def __getattr__(name: str) -> Any:
    return getattr(unchanged, name)
