"""How long the soak waits for what it looks at to stand still, and what it writes down."""

from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from bench import soak
from bench.soaked import LONGEST_TIMES, Soaked, patiently


def test_what_changes_all_the_time_is_not_waited_for_without_end() -> None:
    looks: Iterator[int] = count()

    said = patiently(lambda: [f"{next(looks)} messages"], 0.3)

    assert said != []
    assert next(looks) <= 2 * LONGEST_TIMES + 2


def test_what_is_over_at_once_is_not_waited_for() -> None:
    looks: Iterator[int] = count()

    assert patiently(lambda: [] if next(looks) else ["one message"], 60) == []


@pytest.mark.parametrize(
    ("words", "section"),
    [
        ([], "soak"),
        (["--postgres"], "soak-postgres"),
        (["--windows-loop"], "soak-windows-loop"),
        (["--mutant", "claim"], "soak-without-claim"),
        (["--minutes", "30", "--postgres"], "soak-postgres-long"),
    ],
)
def test_each_kind_of_soak_has_a_section_of_its_own(words: list[str], section: str) -> None:
    assert soak._section(soak._arguments(words)) == section
    assert f"<!-- {section} -->" in (Path(soak.__file__).parent / "RESULTS.md").read_text(encoding="utf-8")


def test_what_noticed_a_missing_part_is_said_with_the_number_of_its_findings() -> None:
    said = soak._short(Soaked("206 accepted.", Counter(), {"I1 all end": ["a|b: PENDING", "c: PENDING"], "I2 one": []}))
    assert said == "Noticed by I1 (2)."
