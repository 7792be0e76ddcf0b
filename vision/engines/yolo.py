"""Shared by engines that run an exported YOLOv8: input, output, classes."""

import ast
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.engines.types import Candidates, DetectorUnavailable, kinds_of
from vision.types import Kind, Picture

# The network halves its input five times.
_STRIDE: Final = 32
HOW_TO_MAKE: Final = (
    "Export one with `python -m training.export_detector`, or with ultralytics: "
    "YOLO('your.pt').export(format='onnx', dynamic=True)."
)


def candidates(answer: NDArray[np.float32], kinds: NDArray[np.int64]) -> Candidates:
    """A YOLOv8 head's (4 + classes, n) answer: middles and sizes, then a score for each class."""
    best = answer[4:].argmax(axis=0)
    x, y, width, height = answer[:4]
    edges = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)
    return Candidates(edges, answer[4:].max(axis=0), kinds[best])


def as_input(part: Picture, fixed: tuple[int, int] | None = None) -> NDArray[np.float32]:
    """(1, 3, height, width), RGB, 0..1; filled with grey to whole strides, or to the fixed size."""
    height, width = fixed or (-(-part.shape[0] // _STRIDE) * _STRIDE, -(-part.shape[1] // _STRIDE) * _STRIDE)
    filled = cv2.copyMakeBorder(
        part, 0, height - part.shape[0], 0, width - part.shape[1], cv2.BORDER_CONSTANT, value=(114, 114, 114)
    )
    planes = np.empty((1, 3, height, width), np.float32)
    for place, plane in enumerate(reversed(cv2.split(filled))):
        np.multiply(plane, np.float32(1 / 255), out=planes[0, place])
    return planes


def cannot_be_read(weights: Path) -> DetectorUnavailable:
    return DetectorUnavailable(
        f"The weights {weights} cannot be read: the file is damaged or no ONNX network. {HOW_TO_MAKE}"
    )


def fixed_size_of(inputs: list[list[object]], answers: list[list[object]], weights: Path) -> tuple[int, int] | None:
    """Height and width that the network insists on; None if it takes any. Given are the shapes of its inputs and outputs;
    a side that is not fixed is no whole number."""
    if len(inputs) != 1 or len(inputs[0]) != 4 or inputs[0][1] != 3 or len(answers[0]) != 3:
        raise DetectorUnavailable(
            f"The weights {weights} take {inputs[0]} and give {answers[0]}; a YOLOv8 detector takes "
            f"(batch, 3, height, width) and gives (batch, 4 + kinds, boxes). {HOW_TO_MAKE}"
        )
    height, width = inputs[0][2:]
    return (height, width) if isinstance(height, int) and isinstance(width, int) else None


def kinds_named(names: str | None, channels: object, weights: Path) -> NDArray[np.int64]:
    """For each class its place in `Kind`: `names` is the network's own note, `channels` how many numbers it gives a box."""
    try:
        named: dict[int, str] = ast.literal_eval(names) if names else dict(enumerate(map(str, Kind)))
    except (ValueError, SyntaxError) as fault:
        raise DetectorUnavailable(
            f"The weights {weights} name their kinds in a way that cannot be read: {names!r}. {HOW_TO_MAKE}"
        ) from fault
    kinds = kinds_of(named, str(weights))
    if isinstance(channels, int) and channels != 4 + len(kinds):
        raise DetectorUnavailable(
            f"The weights {weights} give {channels} numbers a box; {len(kinds)} kinds need {4 + len(kinds)}. {HOW_TO_MAKE}"
        )
    return kinds
