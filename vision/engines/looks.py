"""Classifies things by their looks with small networks, run by onnxruntime. Their training: `training.train_frames` and
`training.train_glyphs`.
"""

import hashlib
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from vision.engines.types import DetectorUnavailable, Judges

_MODELS: Final = Path(__file__).resolve().parents[2] / "models"
FRAMES: Final = _MODELS / "frames.onnx"
GLYPHS: Final = _MODELS / "glyphs.onnx"
# Things looked at together: they take 15 MB.
_BATCH: Final = 64


def load_judges(threads: int) -> Judges:
    """Raises DetectorUnavailable if weights are missing or damaged."""
    return Judges(LooksNetwork(FRAMES, threads), LooksNetwork(GLYPHS, threads))


class LooksNetwork:
    """Classifies things by their looks; may serve several threads."""

    def __init__(self, weights: Path, threads: int) -> None:
        """Raises DetectorUnavailable if the weights are missing or damaged."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 3
        try:
            data = weights.read_bytes()
            self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as fault:  # onnxruntime's own errors share no class
            raise DetectorUnavailable(
                f"The weights {weights} are missing or damaged. Restore models/{weights.name} from the repository."
            ) from fault
        self.digest = hashlib.sha256(data).hexdigest()[:12]

    def judge(self, views: NDArray[np.uint8], measures: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n, classes): how likely each thing is of each class."""
        answers = [
            self._session.run(["kinds"], {"views": views[at : at + _BATCH], "measures": measures[at : at + _BATCH]})[0]
            for at in range(0, len(views), _BATCH)
        ]
        return np.concatenate(answers)
