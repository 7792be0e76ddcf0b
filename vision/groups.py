"""Groups things that are connected, directly or through others."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vision.boxes import Rows, grown, shared_px
from vision.types import Box


def connected(count: int, links: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The numbers 0 to `count` - 1 in groups connected by links, each in order."""
    if not count:
        return []
    first, second = np.array(links or [(0, 0)]).T
    graph = coo_array((np.ones(len(first)), (first, second)), shape=(count, count))
    numbers = connected_components(graph, directed=False)[1]
    groups: dict[int, list[int]] = {}
    for index, number in enumerate(numbers.tolist()):
        groups.setdefault(number, []).append(index)
    return list(groups.values())


def clusters(boxes: Sequence[Box], gap_px: int) -> list[list[Box]]:
    """Boxes within `gap_px` of one another, in groups."""
    rows = Rows(boxes)
    links = [
        (index, other)
        for index, box in enumerate(boxes)
        for other in rows.near(grown(box, gap_px))
        if other < index and shared_px(boxes[other], grown(box, gap_px))
    ]
    return [[boxes[at] for at in group] for group in connected(len(boxes), links)]
