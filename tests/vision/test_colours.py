import numpy as np
import pytest

from vision.blobs import blob_facts
from vision.colours import apart_from, ground_of, quantile_of


@pytest.mark.parametrize("count", [1, 2, 7, 8, 300])
def test_a_ground_is_the_median_of_each_channel(count: int) -> None:
    pixels = np.random.default_rng(count).integers(0, 256, (count, 3)).astype(np.uint8)
    assert ground_of(pixels).tolist() == np.median(pixels, axis=0).tolist()


def test_a_ground_leaves_its_pixels_as_they_are() -> None:
    pixels = np.array([[[9, 1, 5], [3, 8, 2], [1, 2, 3]]], np.uint8)
    before = pixels.copy()
    assert ground_of(pixels).tolist() == [3, 2, 3]
    assert (pixels == before).all()


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 0.99, 1.0])
def test_a_quantile_lies_between_its_neighbours_in_proportion(share: float) -> None:
    values = np.random.default_rng(1).integers(0, 700, (31, 17)).astype(np.uint16)
    assert quantile_of(values, share) == pytest.approx(np.percentile(values, 100 * share))


def test_a_pixel_is_as_far_from_the_ground_as_its_furthest_channel() -> None:
    part = np.array([[[10, 20, 30], [0, 20, 90]]], np.uint8)
    assert apart_from(part, np.array([10, 20, 30], np.float32)).tolist() == [[0, 60]]


def test_blobs_that_touch_at_a_corner_are_one() -> None:
    mask = np.zeros((6, 8), np.uint8)
    mask[1, 1] = mask[2, 2] = mask[4, 6] = 255
    labels, facts = blob_facts(mask)
    assert labels[1, 1] == labels[2, 2] != labels[4, 6]
    assert facts[1:].tolist() == [[1, 1, 2, 2, 2], [6, 4, 1, 1, 1]]
