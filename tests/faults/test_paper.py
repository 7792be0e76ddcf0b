"""doc/reliability.md names every fault test, and no other."""

import ast
import re
from pathlib import Path

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
