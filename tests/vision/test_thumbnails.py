import numpy as np
import pytest

from vision.image import ImageLimits, decode
from vision.thumbnails import STRIP_PX, encode_webp, smaller, strip, strips_of

LIMITS = ImageLimits(10_000_000, 100_000_000, 65_535)


def page(height: int, width: int = 40) -> np.ndarray:
    rows = np.arange(height, dtype=np.uint32) // 16 % 251
    return np.repeat(np.repeat(rows.astype(np.uint8)[:, None], width, 1)[:, :, None], 3, 2)


def test_strips_laid_below_one_another_are_the_page() -> None:
    long = page(2 * STRIP_PX + 5)

    strips = [strip(long, number) for number in range(strips_of(len(long)))]

    assert len(strips) == 3
    assert np.array_equal(np.concatenate(strips), long)


def test_there_is_no_strip_after_the_last() -> None:
    with pytest.raises(IndexError, match="has 1 strips"):
        strip(page(STRIP_PX), 1)


def test_a_smaller_copy_keeps_the_proportions_and_a_narrow_picture_stays() -> None:
    assert smaller(page(300, 100), 50).shape == (150, 50, 3)
    assert smaller(page(300, 100), 100).shape == (300, 100, 3)


def test_a_page_too_long_for_webp_is_made_to_fit() -> None:
    assert decode(encode_webp(page(20_000)), LIMITS).shape[0] <= 16_383
