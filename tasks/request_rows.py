"""Inserts the rows of a request, and names the task that works on them."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from store import submissions
from store.submissions import NewTask, Stored, Upload
from tasks.analysis import analyze_screenshot, generate_test_from_screenshot
from tasks.comparison import compare_reference_with_actual
from tasks.requests import (
    AddShot,
    AnalyzeReference,
    AnalyzeScreenshot,
    ComparePair,
    CompareWithTestCase,
    CreateTestCase,
    ReplaceReference,
    Request,
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A task whose rows are there."""

    task: Any
    stored: Stored


def uploads(request: Request) -> list[Upload]:
    """The request's pictures."""
    values = (getattr(request, name, None) for name in ("reference", "actual", "screenshot"))
    return [value for value in values if isinstance(value, Upload)]


def insert(session: Session, request: Request, task_id: str, mode: str) -> Planned:
    """Inserts the rows of a request. Raises store errors."""
    if isinstance(request, AddShot):
        return _shot(session, request, task_id, mode)
    task, rows = _plan(request)
    return Planned(task, rows(session, NewTask(task_id, task.name, mode)))


def _shot(session: Session, request: AddShot, task_id: str, mode: str) -> Planned:
    """Whether it is compared or kept for approval is decided with its rows."""
    asked = {one.name: getattr(request, one.name) for one in fields(request)}
    comparing, analysing = (
        NewTask(task_id, task.name, mode) for task in (compare_reference_with_actual, generate_test_from_screenshot)
    )
    stored = submissions.add_shot(session, comparing, analysing, **asked)
    compared = "comparison_id" in stored.ids
    return Planned(compare_reference_with_actual if compared else generate_test_from_screenshot, stored)


def _plan(request: Request) -> tuple[Any, Callable[[Session, NewTask], Stored]]:
    asked = {one.name: getattr(request, one.name) for one in fields(request)}
    task, rows = _PLANS[type(request)]
    return task, partial(rows, **asked)


# The fields of a request are the arguments of its function in `store/submissions.py`.
_PLANS: dict[type, tuple[Any, Callable[..., Stored]]] = {
    AnalyzeScreenshot: (analyze_screenshot, submissions.add_screenshot),
    ComparePair: (compare_reference_with_actual, submissions.add_pair),
    CreateTestCase: (generate_test_from_screenshot, submissions.add_testcase),
    ReplaceReference: (generate_test_from_screenshot, submissions.add_reference),
    AnalyzeReference: (generate_test_from_screenshot, submissions.add_reference_analysis),
    CompareWithTestCase: (compare_reference_with_actual, submissions.add_comparison),
}
