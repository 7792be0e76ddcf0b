"""Crops show native pixels, and their boxes stay on what they name."""

import json
import random
from pathlib import Path

import cv2
import numpy as np
import pytest

from training.crops import KINDS, boxes_of, crops, cut, disturb, softened
from vision.types import Kind, Picture

PAGES = sorted((Path(__file__).parents[1] / "data" / "pages").glob("*.png"))


def marked() -> tuple[Picture, np.ndarray, np.ndarray]:
    """A page on which each element is one flat colour of its own, so that a crop's box can be checked against its pixels."""
    truth = {"elements": []}
    picture = np.zeros((900, 1400, 3), np.uint8)
    for index in range(40):
        x, y = 20 + index % 8 * 170, 20 + index // 8 * 170
        box = {"x": x, "y": y, "width": 30 + 3 * index, "height": 20 + 2 * index}
        truth["elements"].append({"kind": list(Kind)[index % 9], "box": box})
        picture[y : y + box["height"], x : x + box["width"]] = (index + 1, 100, 200)
    return picture, *boxes_of(truth)


@pytest.mark.parametrize("seed", range(20))
def test_every_box_of_a_crop_holds_its_own_element(seed: int) -> None:
    rng = random.Random(seed)
    crop = cut(*marked(), (416, 640), rng)
    assert len(crop.boxes) > 0
    for (left, top, right, bottom), kind in zip(crop.boxes, crop.kinds, strict=True):
        middle = crop.picture[int((top + bottom) / 2), int((left + right) / 2)]
        assert middle[1] in range(95, 106)
        assert (int(middle[0]) - 1) % 9 == kind
        assert 0 <= left < right <= 640 and 0 <= top < bottom <= 416


def test_all_pages_give_crops_of_the_shape_asked_for() -> None:
    stream = crops(PAGES, (320, 480), random.Random(0))
    for crop in (next(stream) for _ in range(12)):
        assert crop.picture.shape == (320, 480, 3)
        assert crop.picture.dtype == np.uint8
        assert len(crop.boxes) == len(crop.kinds)


def test_rare_kinds_are_sought_out_a_little() -> None:
    """One radio among three hundred labels is in more crops than the sixteenth of the page that a crop shows, but not in most."""
    labels = [
        {"kind": "label", "box": {"x": x, "y": y, "width": 60, "height": 16}}
        for x in range(0, 1600, 80)
        for y in range(0, 1200, 80)
    ]
    boxes, kinds = boxes_of(
        {"elements": [*labels, {"kind": "radio", "box": {"x": 1500, "y": 1100, "width": 16, "height": 16}}]}
    )
    page = np.zeros((1200, 1600, 3), np.uint8)
    rng = random.Random(0)
    shown = [cut(page, boxes, kinds, (300, 400), rng).kinds for _ in range(400)]
    assert 40 <= sum(KINDS.index(Kind.RADIO) in crop for crop in shown) <= 160


def test_softening_keeps_the_size_and_blurs() -> None:
    lines = np.zeros((60, 80, 3), np.uint8)
    lines[:, ::2] = 255
    for seed in range(8):
        soft = softened(lines, random.Random(seed))
        assert soft.shape == lines.shape
        assert soft.std() < lines.std()


def test_disturbing_leaves_geometry_alone() -> None:
    picture = cv2.imread(str(PAGES[0]))
    assert picture is not None
    boxes, kinds = boxes_of(json.loads(PAGES[0].with_suffix(".json").read_text(encoding="utf-8")))
    crop = cut(picture, boxes, kinds, (320, 480), random.Random(1))
    for seed in range(12):
        other = disturb(crop, random.Random(seed))
        assert other.boxes is crop.boxes
        assert other.picture.shape == crop.picture.shape
