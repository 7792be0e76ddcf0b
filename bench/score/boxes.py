"""Rectangles of truth and answers: when a reported change stands for a true one."""

from collections.abc import Mapping
from typing import Any

Rect = tuple[float, float, float, float]  # left, top, right, bottom, in px
Json = Mapping[str, Any]

SIDES = ("reference_box", "actual_box")
_MOVES = {"moved", "layout_shift"}


def rect(box: Json) -> Rect:
    return (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])


def area(one: Rect) -> float:
    return max(0, one[2] - one[0]) * max(0, one[3] - one[1])


def overlap(first: Rect, second: Rect) -> float:
    """The area that both cover."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return max(0, width) * max(0, height)


def grown(one: Rect, by_px: float) -> Rect:
    return (one[0] - by_px, one[1] - by_px, one[2] + by_px, one[3] + by_px)


def sides(change: Json) -> dict[str, Rect]:
    """The boxes of a change or a defect: reference, actual or both."""
    return {side: rect(change[side]) for side in SIDES if change.get(side)}


def meets(truth: Rect, found: Rect) -> bool:
    """IoU of at least 0.3, or `found` covers 70 % of `truth` and is at most four times as large."""
    shared = overlap(truth, found)
    if shared <= 0:
        return False
    covers = shared >= 0.7 * area(truth) and area(found) <= 4 * area(truth)
    return covers or shared / (area(truth) + area(found) - shared) >= 0.3


def stands_for(truth: Mapping[str, Rect], found: Mapping[str, Rect]) -> bool:
    """Compares the sides that both have; if they share none, every side with every other."""
    same = [(truth[side], found[side]) for side in truth if side in found]
    return any(meets(*pair) for pair in same or [(one, other) for one in truth.values() for other in found.values()])


def lies_in(found: Mapping[str, Rect], places: list[Rect]) -> bool:
    """At least 30 % of one of its boxes lies in one of the places."""
    return any(area(box) and overlap(box, place) >= 0.3 * area(box) for box in found.values() for place in places)


def credit(true_type: str, found_type: str | None) -> float:
    """1 for the right type; `moved` and `layout_shift` count half for each other."""
    if true_type == found_type:
        return 1.0
    return 0.5 if {true_type, found_type} == _MOVES else 0.0
