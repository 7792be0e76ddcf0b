"""`python -m training.train_glyphs --pages DIR ...`: trains the network that says what signs and small pictures are on rendered
pages: their icons, pictures, check boxes and letters, shaken a little, and whatever else stands apart on them.

The weights go to models/glyphs.onnx.
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.looks import Examples, learn
from training.looks_network import Task
from vision.boxes import iou, share_inside
from vision.elements.glyph_views import CLASSES, MEASURES, VIEW_PX, VIEWS, measures_of, views_of
from vision.elements.snapping import snap
from vision.types import Box, Detection, Kind, Picture

TASK = Task(CLASSES, VIEWS, VIEW_PX, VIEW_PX, MEASURES, channels=12)
OTHER, TEXT = CLASSES.index("other"), CLASSES.index("label")
CONTROLS = ("button", "input", "select")
# A thing is what shares this much with it in the truth; what shares less than that but this much is nothing to learn from.
SAME_IOU, UNCLEAR_IOU = 0.5, 0.25
# Text is text whether it is a whole line or a part of one.
IN_TEXT = 0.7
# The most lines, and the most other things that stand apart, to learn from on one page; and the ways to see a thing.
MOST_OF_TEXT, MOST_BLOBS, COPIES = 20, 40, 2
# Lines this much wider than high are no signs.
MOST_ASPECT, NUMBER_ASPECT = 8, 1.2
# Networks find boxes this much wrong (as a share of a side, at least a pixel); of pictures they may see a part.
SHAKEN, CUT = 0.08, 0.25
EDGE_STEP, BLOB_PX = 22, (4, 72)


def glyphs_on(page: Path) -> Examples:
    picture = cv2.imread(str(page), cv2.IMREAD_COLOR)
    truth = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    rng = random.Random(page.stem)
    known = [(box, one) for box in _boxes(picture, truth, rng) if (one := class_of(box, truth)) is not None]
    boxes = [box for box, _ in known]
    views = [views_of(picture, box) for box in boxes]
    return Examples(np.array(views, np.uint8), measures_of(boxes), np.array([one for _, one in known], np.int64))


def class_of(box: Box, truth: dict[str, Any]) -> int | None:
    """What stands in a box; None if the truth does not say, or it is a part of a control."""
    elements = [(Box(**one["box"]), str(one["kind"])) for one in truth["elements"]]
    shared, kind = max(((iou(one, box), kind) for one, kind in elements if kind in CLASSES), default=(0.0, ""))
    if shared >= SAME_IOU and kind != "label":
        return CLASSES.index(kind)
    if any(share_inside(box, one) >= IN_TEXT for one, kind in elements if kind == "label"):
        return TEXT
    if any(share_inside(box, one) >= IN_TEXT for one, kind in elements if kind in (*CONTROLS, "image")):
        return OTHER
    ignored = any(share_inside(box, Box(**one)) >= SAME_IOU for one in truth.get("ignore", []))
    return None if ignored or shared >= UNCLEAR_IOU else OTHER


def _boxes(picture: Picture, truth: dict[str, Any], rng: random.Random) -> Iterator[Box]:
    lines = []
    for one in truth["elements"]:
        box, kind = Box(**one["box"]), one["kind"]
        if kind == "label":
            lines.append(box)
        elif kind in CLASSES:
            yield from (_shaken(box, rng, CUT if kind == "image" else SHAKEN) for _ in range(COPIES))
            yield from _inked(picture, box)
    short = [box for box in lines if box.width <= NUMBER_ASPECT * box.height]
    for box in rng.sample(short, min(MOST_OF_TEXT, len(short))):
        yield from _inked(picture, box)
    lines = [box for box in lines if box.width <= MOST_ASPECT * box.height]
    yield from (_shaken(box, rng, SHAKEN) for box in rng.sample(lines, min(MOST_OF_TEXT, len(lines))))
    blobs = _blobs(picture)
    yield from rng.sample(blobs, min(MOST_BLOBS, len(blobs)))


def _inked(picture: Picture, box: Box) -> Iterator[Box]:
    """The ink of a thing, as the service sees pictures and numbers that it takes for icons."""
    if max(box.width, box.height) <= BLOB_PX[1]:
        inked = snap(picture, [Detection(Kind.ICON, box, 1.0)])[0].box
        if inked != box:
            yield inked


def _shaken(box: Box, rng: random.Random, share: float) -> Box:
    """A box whose sides are a little off; more of it is missing than added."""
    across, down = max(1.0, share * box.width), max(1.0, min(share, SHAKEN) * box.height)
    left, right = (round(rng.uniform(-across, min(across, SHAKEN * box.width + 1))) for _ in range(2))
    top, bottom = (round(rng.uniform(-down, down)) for _ in range(2))
    return Box(box.x - left, box.y - top, max(3, box.width + left + right), max(3, box.height + top + bottom))


def _blobs(picture: Picture) -> list[Box]:
    """What stands apart: letters, words, signs, parts of pictures and of controls."""
    step = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8))
    edges = cv2.threshold(step.max(axis=2), EDGE_STEP, 255, cv2.THRESH_BINARY)[1]
    found = []
    for gap in (1, 3, 7):
        joined = cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((min(gap, 3), gap), np.uint8))
        _, _, facts, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        sizes = facts[:, 2:4]
        kept = (sizes.min(axis=1) >= BLOB_PX[0]) & (sizes.max(axis=1) <= BLOB_PX[1])
        found += [Box(*map(int, row[:4])) for row in facts[kept] if row[2] <= 3 * row[3] and row[3] <= 3 * row[2]]
    return found


if __name__ == "__main__":
    sys.exit(learn("glyphs", TASK, glyphs_on, __doc__))
