"""Types and style: what the checkers say of the whole tree."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    "check",
    [["ruff", "check", "--no-cache", "."], ["ruff", "format", "--no-cache", "--check", "."], ["mypy"]],
    ids=" ".join,
)
def test_checker_finds_nothing(check: list[str]) -> None:
    answer = subprocess.run([sys.executable, "-m", *check], cwd=ROOT, capture_output=True, text=True)

    assert answer.returncode == 0, answer.stdout + answer.stderr
