"""doc/reliability.md names every fault test, and no other."""

import ast
import re
from pathlib import Path

from bench.soak import MUTANTS
from bench.soak_faults import FAULTS
from config import ROOT

PAPER = (ROOT / "doc" / "reliability.md").read_text(encoding="utf-8")


def test_every_fault_test_stands_in_the_paper_and_exists() -> None:
    there = {
        node.name
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if path != Path(__file__) and isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert set(re.findall(r"`(test_\w+)`", PAPER)) == there


def test_the_soak_has_the_faults_and_the_mutants_of_the_paper() -> None:
    assert (
        f"one of {('', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten')[len(FAULTS)]} faults"
        in PAPER
    )
    assert all(f"`--mutant {mutant}`" in PAPER or f"`{mutant}`" in PAPER for mutant in MUTANTS)


_COUNTS = {7: "seven", 8: "eight", 9: "nine", 10: "ten"}
