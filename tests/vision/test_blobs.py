"""Boxes of connected pixels, as OpenCV's own statistics give them."""

import cv2
import numpy as np
import pytest

from vision.blobs import blob_boxes, boxes_of_blobs, label_blobs, near_boxes
from vision.types import Box


@pytest.mark.parametrize("share", [0.0, 0.01, 0.2, 0.45, 1.0])
def test_blobs_have_the_boxes_that_opencvs_components_have(share: float) -> None:
    mask = (np.random.default_rng(7).random((90, 140)) < share).astype(np.uint8)
    stats = cv2.connectedComponentsWithStats(mask)[2][1:, :4].tolist()
    expected = sorted((Box(*row) for row in stats), key=lambda box: (box.y, box.x, box.width, box.height))

    found = sorted(blob_boxes(mask), key=lambda box: (box.y, box.x, box.width, box.height))
    count, labels = label_blobs(mask)

    assert found == expected
    assert set(boxes_of_blobs(labels, np.arange(1, count))) == set(expected)


def test_a_blob_inside_the_hole_of_another_is_one_of_its_own() -> None:
    mask = np.zeros((30, 30), np.uint8)
    mask[2:28, 2:28] = 1
    mask[6:24, 6:24] = 0
    mask[12:16, 12:16] = 1

    assert blob_boxes(mask) == [Box(2, 2, 26, 26), Box(12, 12, 4, 4)]


def test_pixels_at_the_edge_keep_their_box() -> None:
    mask = np.zeros((20, 40), np.bool_)
    mask[0, 3:30] = True
    mask[19, 39] = True

    assert near_boxes(mask, 5, 5) == [Box(3, 0, 27, 1), Box(39, 19, 1, 1)]


def test_near_pixels_share_a_box() -> None:
    mask = np.zeros((20, 40), np.bool_)
    mask[5, 5] = mask[5, 12] = mask[5, 30] = True

    assert near_boxes(mask, 4, 2) == [Box(5, 5, 8, 1), Box(30, 5, 1, 1)]
