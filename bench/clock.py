"""Times of several functions, taken in turn: a slow moment of the machine slows them all, so their ratios hold."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# The fewest runs for a median, however slow the function is.
AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class Timing:
    median_ms: float
    repeats: int


def timed_in_turn(
    works: Mapping[str, Callable[[], object]], repeats: int, seconds_each: float = 60.0
) -> dict[str, Timing]:
    """Each work's median of `repeats`, or of as many as fit into `seconds_each`. One round before is not counted."""
    for work in works.values():
        work()
    took: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            if len(took[name]) < AT_LEAST or sum(took[name]) < seconds_each:
                started = time.perf_counter()
                work()
                took[name].append(time.perf_counter() - started)
    return {name: Timing(1000 * statistics.median(times), len(times)) for name, times in took.items()}
