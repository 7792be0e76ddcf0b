"""What stands on rendered pages becomes examples of signs, pictures, letters and parts of controls."""

import json
from pathlib import Path

import cv2
import pytest

from tests.training.test_train_frames import box_of
from tests.vision.drawn import Page
from vision.types import Box

pytest.importorskip("torch")

from training.looks import examples_of
from training.train_glyphs import CLASSES, class_of, glyphs_on

ICON, PICTURE, FIELD = Box(40, 40, 16, 16), Box(100, 40, 48, 32), Box(40, 200, 300, 36)


def page(folder: Path) -> Path:
    drawn = Page()
    drawn.block(ICON)
    drawn.photo(PICTURE)
    drawn.input(FIELD, "7")
    words = drawn.text(200, 40, "arrived")
    kinds = (("icon", ICON), ("image", PICTURE), ("input", FIELD), ("label", words))
    truth = {
        "elements": [{"kind": kind, "box": box_of(box)} for kind, box in kinds],
        "ignore": [box_of(Box(500, 0, 140, 400))],
    }
    cv2.imwrite(str(folder / "page.png"), drawn.picture)
    (folder / "page.json").write_text(json.dumps(truth), encoding="utf-8")
    return folder


def test_signs_pictures_and_letters_are_examples(tmp_path: Path) -> None:
    examples = examples_of([page(tmp_path)], glyphs_on)
    assert {CLASSES[one] for one in examples.classes} >= {"icon", "image", "label", "other"}
    assert len(examples.views) == len(examples.measures) == len(examples.classes)


def test_the_truth_names_a_box_or_leaves_it_out(tmp_path: Path) -> None:
    truth = json.loads((page(tmp_path) / "page.json").read_text(encoding="utf-8"))

    def named(box: Box) -> str | None:
        place = class_of(box, truth)
        return None if place is None else CLASSES[place]

    assert named(ICON) == "icon"
    assert named(Box(ICON.x, ICON.y, 40, 16)) is None  # shares too much with the icon to be anything else
    assert named(Box(204, 44, 12, 14)) == "label"  # a part of a word
    assert named(Box(52, 210, 8, 12)) == "other"  # what is written in a field
    assert named(Box(520, 20, 12, 12)) is None  # where the truth is silent
    assert named(Box(420, 320, 12, 12)) == "other"
