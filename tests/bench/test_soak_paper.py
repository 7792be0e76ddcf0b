"""doc/reliability.md names the faults and the mutants of the soak."""

from bench.soak import MUTANTS
from bench.soak_faults import FAULTS
from config import ROOT

PAPER = (ROOT / "doc" / "reliability.md").read_text(encoding="utf-8")
WORDS = {7: "seven", 8: "eight", 9: "nine", 10: "ten", 11: "eleven", 12: "twelve"}


def test_the_soak_has_as_many_faults_as_the_paper_says() -> None:
    assert f"one of {WORDS[len(FAULTS)]} faults" in PAPER


def test_the_paper_names_every_mutant_of_the_soak() -> None:
    assert [mutant for mutant in MUTANTS if not {f"`--mutant {mutant}`", f"`{mutant}`"} & set(_code(PAPER))] == []


def _code(text: str) -> list[str]:
    return [f"`{part}`" for part in text.split("`")[1::2]]
