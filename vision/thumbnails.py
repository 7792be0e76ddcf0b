"""A picture for a browser that does not need all of it: a smaller copy, or a strip of a long page."""

from typing import Final, cast

import cv2
import numpy as np

from vision.types import Picture

# A page is cut into strips this high: a few show at once, and each is decoded in a few milliseconds.
STRIP_PX: Final = 2048
SMALL_PX: Final = 320  # the width of the copy that shows a long page as a whole
_QUALITY: Final = 82  # WebP, 0..100: letters stay readable at half size


def smaller(picture: Picture, width: int) -> Picture:
    """The picture `width` pixels wide, its proportions kept; the picture itself where it is not wider than that."""
    height_px, width_px = picture.shape[:2]
    if width_px <= width:
        return picture
    size = width, max(1, round(height_px * width / width_px))
    return cast("Picture", cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def strip(picture: Picture, number: int) -> Picture:
    """Rows `number * STRIP_PX` up to the next strip's. Raises IndexError if there is no such strip."""
    rows = picture[number * STRIP_PX : (number + 1) * STRIP_PX]
    if not len(rows):
        raise IndexError(
            f"The picture has {strips_of(len(picture))} strips; the last is {strips_of(len(picture)) - 1}."
        )
    return np.ascontiguousarray(rows)


def strips_of(height: int) -> int:
    """How many strips a picture of that height has."""
    return -(-height // STRIP_PX)


def encode_webp(picture: Picture) -> bytes:
    """Lossy WebP. A side of more than 16,383 pixels does not fit the format: the picture is made smaller then."""
    longest = max(picture.shape[:2])
    if longest > 16_383:
        picture = smaller(picture, max(1, picture.shape[1] * 16_383 // longest))
    done, data = cv2.imencode(".webp", np.ascontiguousarray(picture), [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
    assert done
    return data.tobytes()
