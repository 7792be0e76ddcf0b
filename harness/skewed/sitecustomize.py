"""For a Python under libfaketime that leaves the monotonic clock alone: its clock_nanosleep refuses what time.sleep asks for."""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = _sleep
