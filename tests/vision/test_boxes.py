"""What rectangles have to do with each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.boxes import Rows, best_of_rivals, clipped, grown, in_reading_order, iou, overlap, share_inside, union
from vision.types import Box

SIDE = st.integers(1, 400)
BOXES = st.builds(Box, st.integers(-50, 500), st.integers(-50, 500), SIDE, SIDE)


@given(BOXES, BOXES)
def test_iou_is_symmetric_and_one_only_for_equal_boxes(first: Box, second: Box) -> None:
    assert iou(first, second) == iou(second, first)
    assert 0 <= iou(first, second) <= 1
    assert (iou(first, second) == 1) == (first == second)


@given(BOXES, BOXES)
def test_overlap_lies_in_both_and_union_holds_both(first: Box, second: Box) -> None:
    shared, whole = overlap(first, second), union([first, second])
    if shared.area_px:
        assert share_inside(shared, first) == share_inside(shared, second) == 1
    assert share_inside(first, whole) == share_inside(second, whole) == 1


@given(BOXES, st.integers(0, 40))
def test_what_grew_shrinks_back(box: Box, pixels: int) -> None:
    assert grown(grown(box, pixels), -pixels) == box
    assert clipped(box, 600, 600).area_px <= box.area_px


def test_reading_order_goes_along_rows_whose_boxes_differ_in_height() -> None:
    left, right, below = Box(10, 12, 80, 16), Box(200, 8, 60, 24), Box(10, 60, 80, 16)
    assert in_reading_order([below, right, left]) == [2, 1, 0]


@given(st.lists(st.tuples(BOXES, st.floats(0.01, 1)), max_size=30), st.floats(0.1, 0.9))
def test_no_two_boxes_that_stay_are_rivals_and_every_box_that_goes_has_a_surer_one(
    seen: list[tuple[Box, float]], rival_iou: float
) -> None:
    edges = np.array([(box.x, box.y, box.right, box.bottom) for box, _ in seen], np.float32).reshape(-1, 4)
    scores = np.array([score for _, score in seen], np.float32)
    kept = best_of_rivals(edges, scores, rival_iou)
    boxes = [box for box, _ in seen]
    for place, index in enumerate(kept):
        assert all(iou(boxes[index], boxes[other]) <= rival_iou + 1e-6 for other in kept[place + 1 :])
    for index in set(range(len(seen))) - set(kept):
        assert any(
            iou(boxes[index], boxes[other]) > rival_iou - 1e-6 and scores[other] >= scores[index] for other in kept
        )


def test_the_surest_boxes_are_kept_where_only_some_are_asked_for() -> None:
    edges = np.array([(at, 0, at + 5, 5) for at in range(0, 100, 10)], np.float32)
    scores = np.linspace(0.1, 1, 10, dtype=np.float32)

    assert best_of_rivals(edges, scores, 0.5, most=3) == [9, 8, 7]


@pytest.mark.parametrize(
    ("box", "reach_px", "held"),
    [(Box(0, 60, 20, 20), 0, True), (Box(0, 67, 20, 20), 0, False), (Box(0, 67, 20, 20), 2, True)],
    ids=["most of it inside", "less than half", "more than half of it within reach"],
)
def test_rows_hold_a_box_of_which_more_than_half_lies_in_one_of_them(box: Box, reach_px: int, held: bool) -> None:
    rows = Rows([Box(0, 0, 20, 20), Box(0, 56, 20, 20)])
    assert rows.hold(box, reach_px) is held
