"""The detector through onnxruntime: what the service uses. Nothing of torch is needed."""

import hashlib
from pathlib import Path
from typing import Any

import onnxruntime

from vision.engines.types import Candidates
from vision.engines.yolo import as_input, candidates, cannot_be_read, fixed_size_of, kinds_named
from vision.types import Picture


class OnnxNetwork:
    """YOLOv8 exported to ONNX; input any multiple of 32, or one fixed size."""

    def __init__(self, weights: Path, threads: int) -> None:
        self._session = _open(weights, threads)
        inputs, [answer] = self._session.get_inputs(), self._session.get_outputs()[:1]
        self.fixed_size = fixed_size_of([one.shape for one in inputs], [answer.shape], weights)
        names = self._session.get_modelmeta().custom_metadata_map.get("names")
        self._kinds = kinds_named(names, answer.shape[1], weights)
        self._input = inputs[0].name
        self.digest = hashlib.sha256(weights.read_bytes()).hexdigest()[:12]

    def look(self, part: Picture) -> Candidates:
        """Every candidate in a BGR picture."""
        answer = self._session.run(None, {self._input: as_input(part, self.fixed_size)})[0][0]
        return candidates(answer, self._kinds)


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
        raise cannot_be_read(weights) from fault
