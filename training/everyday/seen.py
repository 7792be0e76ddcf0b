"""What a screen shows at one moment: its elements and the place of every node, by ids that stay when the page changes."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Box = dict[str, int]
Key = tuple[str, int]
Edges = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """`elements` by node id and number within the node; `rects` are every node's edges (left, top, right, bottom);
    `painted` are the nodes with a ground, a border or a shadow."""

    elements: dict[Key, dict[str, Any]]
    rects: dict[str, Edges]
    parents: dict[str, str]
    puts: tuple[str, ...]
    column: tuple[str, ...]
    painted: frozenset[str]
    width: int
    height: int

    @classmethod
    def of(cls, truth: dict[str, Any], places: dict[str, Any]) -> "Seen":
        elements: dict[Key, dict[str, Any]] = {}
        count: dict[str, int] = {}
        for element in truth["elements"]:
            node = str(element["id"])
            number = count[node] = count.get(node, -1) + 1
            elements[node, number] = element
        rects = {node: (edges[0], edges[1], edges[2], edges[3]) for node, edges in places["rects"].items()}
        puts, column, painted = (tuple(places[name]) for name in ("puts", "column", "painted"))
        return cls(
            elements, rects, places["parents"], puts, column, frozenset(painted), truth["width"], truth["height"]
        )

    def lineage(self, node: str) -> list[str]:
        """The node and all it stands in."""
        found = [node]
        while node := self.parents.get(node, ""):
            found.append(node)
        return found

    def inside(self, node: str) -> list[Key]:
        """The elements in a node, itself included."""
        return [key for key in self.elements if node in self.lineage(key[0])]

    def box(self, node: str) -> Box | None:
        """The node's box, cut at the edge of the screenshot."""
        return clipped(self.rects[node], self.width, self.height) if node in self.rects else None

    def element_of(self, node: str) -> dict[str, Any] | None:
        """The element that the node itself is: a button, a picture, but no label, which is only its ink."""
        found = [e for key, e in self.elements.items() if key[0] == node and e["kind"] != "label"]
        return found[0] if found else None


def clipped(edges: Iterable[float], width: int, height: int) -> Box | None:
    left, top, right, bottom = edges
    x, y = max(0, math.floor(left + 0.01)), max(0, math.floor(top + 0.01))
    x_end, y_end = min(width, math.ceil(right - 0.01)), min(height, math.ceil(bottom - 0.01))
    return {"x": x, "y": y, "width": x_end - x, "height": y_end - y} if x_end > x and y_end > y else None


def union(boxes: Iterable[Box]) -> Box:
    listed = list(boxes)
    x, y = min(box["x"] for box in listed), min(box["y"] for box in listed)
    right, bottom = max(box["x"] + box["width"] for box in listed), max(box["y"] + box["height"] for box in listed)
    return {"x": x, "y": y, "width": right - x, "height": bottom - y}


def grown(box: Box, by: int) -> Box:
    return {
        "x": box["x"] - by,
        "y": box["y"] - by,
        "width": box["width"] + 2 * by,
        "height": box["height"] + 2 * by,
    }
