"""SSIM is scikit-image's, whatever changed."""

import numpy as np
import pytest
from skimage.metrics import structural_similarity as of_skimage

from tests.vision.drawn import Page
from vision.difference.similarity import grey, structural_similarity
from vision.types import Box, Picture


@pytest.mark.parametrize("seed", range(40))
def test_similarity_equals_scikit_image_on_random_pairs(seed: int) -> None:
    reference, actual = random_pair(np.random.default_rng(seed))

    expected = of_skimage(grey(reference), grey(actual), data_range=255)

    assert structural_similarity(reference, actual) == pytest.approx(expected, abs=1e-6)


def test_a_change_in_every_corner_counts_like_in_scikit_image() -> None:
    reference = Page(120, 90).picture
    actual = reference.copy()
    for y in (0, -1):
        for x in (0, -1):
            actual[y, x] = 0

    expected = of_skimage(grey(reference), grey(actual), data_range=255)

    assert structural_similarity(reference, actual) == pytest.approx(expected, abs=1e-6)


def test_a_picture_is_wholly_similar_to_itself() -> None:
    page = Page()
    page.photo(Box(20, 20, 200, 100))

    assert structural_similarity(page.picture, page.picture) == 1.0


@pytest.mark.parametrize("shape", [(6, 40, 3), (40, 6, 3)])
def test_there_is_no_similarity_below_one_window(shape: tuple[int, int, int]) -> None:
    assert structural_similarity(np.zeros(shape, np.uint8), np.ones(shape, np.uint8)) is None


def random_pair(random: np.random.Generator) -> tuple[Picture, Picture]:
    """Noise or flat ground with up to four changed rectangles anywhere, edges included."""
    height, width = (int(side) for side in random.integers(7, 120, 2))
    reference = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    if random.random() < 0.5:
        reference[:] = random.integers(0, 256)
    actual = reference.copy()
    for _ in range(int(random.integers(0, 5))):
        y, x = int(random.integers(0, height)), int(random.integers(0, width))
        actual[y : y + int(random.integers(1, 30)), x : x + int(random.integers(1, 30))] = random.integers(0, 256, 3)
    return reference, actual
