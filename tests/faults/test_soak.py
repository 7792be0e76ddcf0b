"""A short soak: bench/soak.py for half a minute. That it can fail, and by what, is in bench/RESULTS.md."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.alone]

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(sys.platform != "linux", reason="the soak finds its faults in /proc")
def test_a_short_soak_breaks_no_invariant() -> None:
    words = ["--minutes", "0.3", "--jobs", "12", "--seed", "66"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.soak", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All 10 invariants hold." in done.stdout
