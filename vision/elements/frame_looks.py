"""Combines the judge's and the detector's opinions of a frame (`agreed`): each may be wrong alone."""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vision.types import Box, Detection, Kind

# The judge's answers after "none of them" (training/train_frames.py).
_KINDS: Final = (Kind.BUTTON, Kind.INPUT, Kind.SELECT)
# A frame looks like a control from here on; without a detector's support its confidence is reduced by this.
_LOOKS_LIKE, _ALONE = 0.5, 0.8
# A field found by its looks alone is at most this high: banners and toasts look like fields.
_FIELD_PX: Final = 44
# Reduced to the judge's view, lists and text areas look alike: it is not asked about frames higher than this and less
# wide than this many heights.
_HIGH_PX, _WIDE = 60, 2
# Things further apart than this share of the height are separate; the last one may be at the right end, within this
# many heights.
_APART, _AT_END = 0.8, 2.0


def is_judged(frame: Box) -> bool:
    return frame.height <= _HIGH_PX or frame.width >= _WIDE * frame.height


def looks_like_one(look: NDArray[np.float32]) -> bool:
    """Whether a frame looks like a control."""
    return bool(look[1:].max() >= _LOOKS_LIKE)


def agreed(
    held: Detection | None, frame: Box, look: NDArray[np.float32], ink: NDArray[np.bool_] | None
) -> Detection | None:
    """The control that a frame is: `held` is the result of detections and rules, `look` the judge's answer. `ink` is
    the ink in a frame that may be a control by its looks alone; None if it may not.
    """
    if not look.any():
        return held
    likely = _KINDS[int(look[1:].argmax())]
    sure = float(look[1:].max())
    if held is None:
        too_high = likely is not Kind.BUTTON and frame.height > _FIELD_PX
        if ink is None or sure < _LOOKS_LIKE or too_high or (likely is not Kind.BUTTON and not is_one_entry(ink)):
            return None
        return Detection(likely, frame, _ALONE * sure)
    if likely is not held.kind and sure >= max(_LOOKS_LIKE, held.confidence):
        return Detection(likely, frame, _ALONE * sure)
    return replace(held, confidence=(held.confidence + float(look[1 + _KINDS.index(held.kind)])) / 2)


def is_one_entry(ink: NDArray[np.bool_]) -> bool:
    """Whether a field contains at most a sign, words, and something at its right end, so that it is not a table row."""
    height, width = ink.shape
    columns = np.flatnonzero(ink.any(axis=0))
    if not columns.size:
        return True
    starts = columns[1:][np.diff(columns) > _APART * height]
    inner = starts[starts < width - _AT_END * height]
    return bool(inner.size == 0 or (inner.size == 1 and inner[0] <= columns[0] + _AT_END * height))
