"""The version of an analysis changes with whatever makes other boxes or texts of the same picture."""

import shutil
from pathlib import Path

import pytest

from vision.elements import version

NAMES = [path.name for path in version.sources()]


@pytest.fixture
def copies(tmp_path: Path) -> list[Path]:
    """The sources, copied so that they can be changed."""
    targets = [tmp_path / f"{place}" / path.name for place, path in enumerate(version.sources())]
    for path, target in zip(version.sources(), targets, strict=True):
        target.parent.mkdir()
        shutil.copy(path, target)
    return targets


def test_the_sources_are_those_that_make_boxes_and_texts() -> None:
    assert {
        "analysis.py",
        "fields.py",
        "ink.py",
        "reading.py",
        "text_lines.py",
        "ctc.py",
        "onnx.py",
        "boxes.py",
    } <= set(NAMES)
    assert not {"comparison.py", "drawing.py"} & set(NAMES)


def test_a_changed_source_is_another_version(copies: list[Path]) -> None:
    before = version.digest_of(copies)
    for path in copies:
        text = path.read_bytes()
        path.write_bytes(text + b"\n_ONE_MORE = 1\n")
        assert version.digest_of(copies) != before, path.name
        path.write_bytes(text)
    assert version.digest_of(copies) == before


def test_line_ends_of_another_system_are_no_change(copies: list[Path]) -> None:
    before = version.digest_of(copies)
    for path in copies:
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert version.digest_of(copies) == before


def test_a_source_moved_into_another_is_a_change(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("one\ntwo\n")
    (tmp_path / "b.py").write_text("")
    before = version.digest_of([tmp_path / "a.py", tmp_path / "b.py"])
    (tmp_path / "a.py").write_text("one\n")
    (tmp_path / "b.py").write_text("two\n")
    assert version.digest_of([tmp_path / "a.py", tmp_path / "b.py"]) != before
