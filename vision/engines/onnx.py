"""The detector through onnxruntime: what the service uses. Nothing of torch is needed."""

import ast
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from vision.boxes import clipped
from vision.elements.detector import Candidates, DetectorUnavailable, kinds_of, merged, tiles, version_of, worth_a_look
from vision.elements.fields import located
from vision.types import Box, Detection, Kind, Picture

# What is less sure than this is not reported: the F1 of the kinds is best between 0.19 and 0.62 (models/detector.md's pages).
MIN_CONFIDENCE: Final = 0.2
# The network halves its input five times.
STRIDE: Final = 32
_HOW_TO_MAKE: Final = (
    "Export one with `python -m training.export_detector`, or with ultralytics: "
    "YOLO('your.pt').export(format='onnx', dynamic=True)."
)


class OnnxDetector:
    """YOLOv8 exported to ONNX; input any multiple of 32, or one fixed size."""

    def __init__(self, weights: Path, threads: int, min_confidence: float = MIN_CONFIDENCE) -> None:
        self._session = _open(weights, threads)
        self._input = self._session.get_inputs()[0].name
        self._fixed = _fixed_size(self._session, weights)
        self._kinds = _kinds(self._session, weights)
        self._min_confidence = min_confidence
        self.version = version_of(weights)

    def detect(self, picture: Picture) -> list[Detection]:
        """Elements of a BGR picture, where they are drawn; surest first."""
        cut = tiles(picture, self._fixed[1], self._fixed[0]) if self._fixed else tiles(picture)
        found = [(tile, self._look(picture, tile)) for tile in cut]
        return located(picture, merged(found, picture), self._min_confidence)

    def _look(self, picture: Picture, tile: Box) -> Candidates:
        shown = clipped(tile, picture.shape[1], picture.shape[0])
        answer: NDArray[np.float32] = self._session.run(
            None, {self._input: as_input(picture[shown.slices()], self._fixed)}
        )[0][0]
        scores, kinds = answer[4:].max(axis=0), self._kinds[answer[4:].argmax(axis=0)]
        sure = worth_a_look(scores, kinds, self._min_confidence)
        x, y, width, height = answer[:4, sure]
        edges = np.stack([x - width / 2, y - height / 2, x + width / 2, y + height / 2], axis=1)
        edges += np.array([tile.x, tile.y, tile.x, tile.y], np.float32)
        return Candidates(edges, scores[sure], kinds[sure])


def as_input(part: Picture, fixed: tuple[int, int] | None = None) -> NDArray[np.float32]:
    """(1, 3, height, width), RGB, 0..1; filled with grey to whole strides, or to the fixed size."""
    height, width = fixed or (-(-part.shape[0] // STRIDE) * STRIDE, -(-part.shape[1] // STRIDE) * STRIDE)
    filled = cv2.copyMakeBorder(
        part, 0, height - part.shape[0], 0, width - part.shape[1], cv2.BORDER_CONSTANT, value=(114, 114, 114)
    )
    rgb = cv2.cvtColor(filled, cv2.COLOR_BGR2RGB).astype(np.float32)
    return np.ascontiguousarray((rgb * np.float32(1 / 255)).transpose(2, 0, 1)[None])


def _open(weights: Path, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Pages differ in size, and planned memory would be kept for each size that ever came: 208 instead of 332 MB after six sizes.
    # Without the arena it is 266 MB.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except Exception as fault:  # onnxruntime's own errors share no class
        raise DetectorUnavailable(
            f"The weights {weights} cannot be read: the file is damaged or no ONNX network. {_HOW_TO_MAKE}"
        ) from fault


def _fixed_size(session: Any, weights: Path) -> tuple[int, int] | None:
    """Height and width that the network insists on; None where it takes any."""
    shape, answers = session.get_inputs()[0].shape, session.get_outputs()[0].shape
    if len(session.get_inputs()) != 1 or len(shape) != 4 or shape[1] != 3 or len(answers) != 3:
        raise DetectorUnavailable(
            f"The weights {weights} take {shape} and give {answers}; a YOLOv8 detector takes (batch, 3, height, width) "
            f"and gives (batch, 4 + kinds, boxes). {_HOW_TO_MAKE}"
        )
    if isinstance(shape[2], int) and isinstance(shape[3], int):
        return shape[2], shape[3]
    return None


def _kinds(session: Any, weights: Path) -> NDArray[np.int64]:
    names = session.get_modelmeta().custom_metadata_map.get("names")
    try:
        named: dict[int, str] = ast.literal_eval(names) if names else dict(enumerate(map(str, Kind)))
    except (ValueError, SyntaxError) as fault:
        raise DetectorUnavailable(
            f"The weights {weights} name their kinds in a way that cannot be read: {names!r}. {_HOW_TO_MAKE}"
        ) from fault
    kinds = kinds_of(named, weights)
    channels = session.get_outputs()[0].shape[1]
    if isinstance(channels, int) and channels != 4 + len(kinds):
        raise DetectorUnavailable(
            f"The weights {weights} give {channels} numbers a box; {len(kinds)} kinds need {4 + len(kinds)}. {_HOW_TO_MAKE}"
        )
    return kinds
