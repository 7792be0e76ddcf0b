"""Puts two pictures on one canvas if the shown component has grown rather than the page around it.

A screenshot of one component is as large as the component. When its text becomes longer, the picture becomes wider, and
the component crosses the line where the smaller picture ends with plain background. On a canvas of one size, with the
smaller picture continued by its background, the button became wider; no strip was added.
"""

import cv2
import numpy as np

from vision.difference.noise import FAINT_LEVELS
from vision.types import Picture

# Larger pictures are pages.
LARGEST_PX = 500_000


def on_one_canvas(reference: Picture, actual: Picture) -> tuple[Picture, Picture] | None:
    """Both pictures at the larger width and height. None for pages, for equal sizes, if the smaller picture does not
    end with plain background, or if nothing of the larger one crosses that end.
    """
    height, width = (max(reference.shape[axis], actual.shape[axis]) for axis in (0, 1))
    if reference.shape == actual.shape or height * width > LARGEST_PX:
        return None
    crossed = [_is_crossed(reference, actual), _is_crossed(_turned(reference), _turned(actual))]
    if None in crossed or not any(crossed):
        return None
    return _continued(reference, width, height), _continued(actual, width, height)


def _is_crossed(first: Picture, second: Picture) -> bool | None:
    """Does something of the higher picture cross the line where the lower one ends? None if the lower one does not end
    with plain background; False if both are equally high.
    """
    lower, higher = sorted((first, second), key=len)
    if len(lower) == len(higher):
        return False
    end = lower[-1]
    if int(np.ptp(end, axis=0).max()) > FAINT_LEVELS:
        return None
    across = higher[len(lower) - 1 : len(lower) + 1].astype(np.int16)
    drawn = (np.abs(across - end[0]) > FAINT_LEVELS).any(axis=2)
    return bool(drawn.all(axis=0).any())


def _turned(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture.transpose(1, 0, 2))


def _continued(picture: Picture, width: int, height: int) -> Picture:
    below, beside = height - picture.shape[0], width - picture.shape[1]
    if not below and not beside:
        return picture
    return np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, beside, cv2.BORDER_REPLICATE), dtype=np.uint8)
