"""Pixels that hold together."""

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


def label_blobs(mask: NDArray[np.uint8]) -> tuple[int, Labels]:
    """How many numbers there are (0, the ground's, included), and for each pixel the number of its blob."""
    count, labels = cv2.connectedComponents(mask)
    return count, np.asarray(labels, dtype=np.int32)


def boxes_of_blobs(labels: Labels, numbers: NDArray[np.intp]) -> list[Box]:
    """The boxes of the blobs with these numbers (1 or more)."""
    found = ndimage.find_objects(labels)
    places = [found[number - 1] for number in numbers.tolist()]
    return [Box(x.start, y.start, x.stop - x.start, y.stop - y.start) for y, x in places]
