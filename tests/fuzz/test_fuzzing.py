"""A short round of fuzzing in every test run; `python -m harness.fuzz` is the long one."""

import importlib.util
import sys
from pathlib import Path

import pytest

from harness.fuzz.__main__ import fuzzed
from harness.fuzz.targets import NAMES

SECONDS = {"picture": 6, "options": 3, "form": 8}


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.skipif(sys.platform != "linux", reason="atheris has packages for Linux only")
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris has no package for this Python")
@pytest.mark.parametrize("target", NAMES)
def test_seconds_of_fuzzing_find_nothing(target: str, tmp_path: Path) -> None:
    run = fuzzed(target, SECONDS[target], work=tmp_path)
    assert (run.found, run.end) == ((), "")
    assert run.inputs > 0
