"""Pixels that hold together."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vision.types import Box

Labels = NDArray[np.int32]


def blob_boxes(mask: NDArray[np.uint8]) -> list[Box]:
    """The box of each blob of non-zero pixels (corners join), top to bottom. Following outlines is 5 to 50 times faster than
    OpenCV's statistics of components, and needs no memory for labels."""
    outlines, ranks = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return []
    outer = np.asarray(ranks)[0, :, 3] < 0  # the others are holes
    boxes = [Box(*cv2.boundingRect(line)) for line, is_outer in zip(outlines, outer.tolist(), strict=True) if is_outer]
    return sorted(boxes, key=lambda box: (box.y, box.x))


def near_boxes(mask: NDArray[np.bool_], across_px: int, down_px: int) -> list[Box]:
    """The boxes of set pixels that lie within this many pixels of one another, across and down; also at the mask's edges."""
    left, top, width, height = cv2.boundingRect(mask.view(np.uint8))
    if not width:
        return []
    part = mask.view(np.uint8)[top : top + height, left : left + width]
    # Framed, so that every blob grows by the same on all sides: its box is the set pixels', grown.
    framed = cv2.copyMakeBorder(part, down_px, down_px, across_px, across_px, cv2.BORDER_CONSTANT, value=(0.0,))
    grown = cv2.dilate(framed, np.ones((2 * down_px + 1, 2 * across_px + 1), np.uint8))
    return [
        Box(blob.x + left, blob.y + top, blob.width - 2 * across_px, blob.height - 2 * down_px)
        for blob in blob_boxes(np.asarray(grown, dtype=np.uint8))
    ]


def blob_facts(mask: NDArray[Any]) -> tuple[Labels, NDArray[np.int32]]:
    """For each pixel the number of its blob (0 is the ground), and OpenCV's statistics of each blob (corners join). OpenCV's own
    choice of method takes three times as long."""
    _, labels, facts, _ = cv2.connectedComponentsWithStatsWithAlgorithm(mask, 8, cv2.CV_32S, cv2.CCL_GRANA)
    return labels.astype(np.int32, copy=False), facts.astype(np.int32, copy=False)


def label_blobs(mask: NDArray[np.uint8]) -> tuple[int, Labels]:
    """How many numbers there are (0, the ground's, included), and for each pixel the number of its blob."""
    count, labels = cv2.connectedComponents(mask)
    return count, np.asarray(labels, dtype=np.int32)


def boxes_of_blobs(labels: Labels, numbers: NDArray[np.intp]) -> list[Box]:
    """The boxes of the blobs with these numbers (1 or more)."""
    found = ndimage.find_objects(labels)
    places = [found[number - 1] for number in numbers.tolist()]
    return [Box(x.start, y.start, x.stop - x.start, y.stop - y.start) for y, x in places]
