"""`python -m harness.killed_submissions` submits pairs, each in a process of its own that dies one step later than the last.

A step is a statement of SQL, a commit, or the sending of the message. Prints how many steps a whole submission has.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from itertools import count
from typing import Any

from celery import signals
from sqlalchemy import Engine, event

from harness.scripted_engine import BUTTON, OTHER, page
from tasks.requests import ComparePair, Upload
from tasks.stored_pictures import limits
from tasks.submit import submit
from vision.image import inspect

_KILLED = 9


def main() -> int:
    for steps in count(1):
        child = os.fork()
        if child == 0:
            _submit(steps)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            print(steps - 1)
            return 0
    return 1


def _submit(steps: int) -> None:
    step = _dies_after(steps)
    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, step)
    for sending in (signals.before_task_publish, signals.after_task_publish):
        sending.connect(step, weak=False)
    pictures = (page(*boxes, shade=200 + steps % 50, width=160 + steps) for boxes in ((BUTTON, OTHER), (BUTTON,)))
    asyncio.run(submit(ComparePair(*(Upload(data, inspect(data, limits())) for data in pictures))))


def _dies_after(steps: int) -> Callable[..., None]:
    left = steps

    def step(*_: Any, **__: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(_KILLED)

    return step


if __name__ == "__main__":
    sys.exit(main())
