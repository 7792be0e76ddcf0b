"""How long the soak waits for what it looks at to stand still."""

from collections.abc import Iterator
from itertools import count

from bench.soaked import LONGEST_TIMES, patiently


def test_what_changes_all_the_time_is_not_waited_for_without_end() -> None:
    looks: Iterator[int] = count()

    said = patiently(lambda: [f"{next(looks)} messages"], 0.3)

    assert said != []
    assert next(looks) <= 2 * LONGEST_TIMES + 2


def test_what_is_over_at_once_is_not_waited_for() -> None:
    looks: Iterator[int] = count()

    assert patiently(lambda: [] if next(looks) else ["one message"], 60) == []
