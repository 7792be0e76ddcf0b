"""`run.py explain`: which step of a comparison said what."""

from pathlib import Path

import cv2
import pytest

from tasks import explain
from tests.vision.drawn import Page
from tests.vision.scripted import compared
from vision.types import Box, CompareOptions


def pair() -> tuple[Page, Page]:
    before, after = Page(), Page()
    before.button(Box(40, 40, 120, 40), "Send")
    for page in (before, after):
        page.text(40, 120, "Total: 12", 18)
    return before, after


def test_each_entry_names_the_step_that_made_it_and_its_boxes() -> None:
    before, after = pair()

    lines = explain.account(compared(before.picture, after.picture), CompareOptions())

    assert lines[0].startswith("verdict failed (severity)")
    assert lines[1].startswith("d1 missing")
    assert "by find_" in lines[2]
    assert "reference 120 x 40 at 40, 40, actual none" in lines[2]


def test_a_file_that_is_no_picture_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.png"
    cv2.imwrite(str(good), pair()[0].picture)
    bad.write_bytes(b"no picture")

    status = explain.main([str(good), str(bad)])

    assert status == 2
    assert capsys.readouterr().err.strip()
