"""Exit statuses, the same for every command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

PASSED: Final = 0
FAILED: Final = 1  # failed, or new: a person has to look
NOT_COMPARED: Final = 2  # not compared, error or incomplete

_OF_VERDICTS: Final = {"passed": PASSED, "failed": FAILED, "new": FAILED}


def of_verdict(verdict: object) -> int:
    """Of a build's or a shot's verdict. A word that this client does not know is not green."""
    return _OF_VERDICTS.get(str(verdict), NOT_COMPARED)


def worst(statuses: Iterable[int]) -> int:
    return max(statuses, default=NOT_COMPARED)
