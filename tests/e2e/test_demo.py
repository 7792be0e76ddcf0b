"""The demo as a new user starts it, but for the installing."""

import subprocess
import sys
from pathlib import Path

import cv2

ROOT = Path(__file__).resolve().parents[2]


def test_demo_names_what_changed_and_stays_quiet_about_noise(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "doc.demo", "--out", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr
    unchanged, changed = answer.stdout.split("\nchanged:")
    assert "verdict    passed" in unchanged
    assert "defects    none" in unchanged
    assert "verdict    failed" in changed
    assert changed.count("\n   ") >= 4, changed  # a line for each defect, at least the four that were made
    for name in ("unchanged", "changed"):
        for kind in ("diff", "heatmap", "side_by_side"):
            assert cv2.imread(str(tmp_path / "pictures" / f"{name}.{kind}.png")) is not None
