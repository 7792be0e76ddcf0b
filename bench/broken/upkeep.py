"""Without upkeep: nobody puts back what got stuck, nobody sends what was not sent."""

from typing import Any

from bench.broken import nothing
from tasks import upkeep

app = nothing.app
app.conf.imports = (*app.conf.imports, __name__)


def _run_once() -> upkeep.Done | None:
    return None


upkeep.run_once = _run_once


def __getattr__(name: str) -> Any:
    return getattr(nothing, name)
