"""Pictures made of pixels are the same for the same seed; things cut out have no ground of their own."""

import base64
import random

import cv2
import numpy as np
import pytest

pytest.importorskip("playwright", reason="rendering pages needs ops/requirements/training.txt")

from training.browser import SMOOTHING
from training.pages.photographs import cutout, outline, photograph
from training.render import BLOCK, smoothing_of


def pixels(address: str) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(address.split(",", 1)[1]), np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    return picture


@pytest.mark.parametrize("seed", range(8))
def test_a_photograph_fills_its_frame_and_a_seed_makes_one(seed: int) -> None:
    picture = pixels(photograph(random.Random(seed), 200, 120))
    assert picture.shape == (120, 200, 3)
    assert picture.std() > 3
    assert photograph(random.Random(seed), 200, 120) == photograph(random.Random(seed), 200, 120)


@pytest.mark.parametrize("seed", range(8))
def test_a_thing_cut_out_has_a_corner_of_plain_ground_or_of_nothing(seed: int) -> None:
    picture = pixels(cutout(random.Random(seed), 200, 160))
    corner = picture[0, 0]
    assert corner[3] < 40 if picture.shape[2] == 4 else corner.min() > 190
    mask = outline(random.Random(seed), 200, 160)
    assert 0.02 < mask.mean() < 0.95


def test_fonts_are_smoothed_alike_in_a_block_and_in_every_way_in_a_set() -> None:
    assert {smoothing_of(seed) for seed in range(BLOCK)} == {smoothing_of(0)}
    assert {smoothing_of(seed) for seed in range(100 * BLOCK)} == set(SMOOTHING)
