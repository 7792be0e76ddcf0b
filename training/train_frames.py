"""`python -m training.train_frames --pages DIR ...`: trains the network that says what drawn frames are on rendered pages.

A page has some twenty frames; cutting them out takes half a minute for 100 pages. The weights go to models/frames.onnx.
"""

import json
import sys
from pathlib import Path

import cv2
import numpy as np

from training.looks import Examples, learn
from training.looks_network import Task
from vision.boxes import iou, share_inside
from vision.elements.frame_views import (
    MAX_HEIGHT_PX,
    MEASURES,
    MIN_HEIGHT_PX,
    VIEW_HEIGHT_PX,
    VIEW_WIDTH_PX,
    VIEWS,
    measures_of,
    views_of,
)
from vision.elements.frames import find_frames
from vision.types import Box

CLASSES = ("other", "button", "input", "select")
TASK = Task(CLASSES, VIEWS, VIEW_HEIGHT_PX, VIEW_WIDTH_PX, MEASURES, channels=10)
# A frame is what shares this much with it in the truth; what shares less than that but this much is nothing to learn from.
SAME_IOU, UNCLEAR_IOU = 0.75, 0.5


def frames_on(page: Path) -> Examples:
    picture = cv2.imread(str(page), cv2.IMREAD_COLOR)
    truth = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    frames = [frame for frame in find_frames(picture) if MIN_HEIGHT_PX <= frame.box.height <= MAX_HEIGHT_PX]
    measures = measures_of(frames, picture.shape[1])
    classes = [class_of(frame.box, truth) for frame in frames]
    clear = [at for at, one in enumerate(classes) if one is not None]
    views = [views_of(picture, frames[at].box) for at in clear]
    known = [one for one in classes if one is not None]
    return Examples(np.array(views, np.uint8), measures[clear], np.array(known, np.int64))


def class_of(frame: Box, truth: dict[str, list[dict[str, object]]]) -> int | None:
    """What a frame is; None if the truth does not say."""
    controls = [(Box(**one["box"]), str(one["kind"])) for one in truth["elements"] if one["kind"] in CLASSES]  # type: ignore[arg-type]
    shared, kind = max(((iou(box, frame), kind) for box, kind in controls), default=(0.0, ""))
    if shared >= SAME_IOU:
        return CLASSES.index(kind)
    ignored = (Box(**box) for box in truth.get("ignore", []))  # type: ignore[arg-type]
    if shared >= UNCLEAR_IOU or any(share_inside(frame, box) >= 0.5 for box in ignored):
        return None
    return 0


if __name__ == "__main__":
    sys.exit(learn("frames", TASK, frames_on, __doc__))
