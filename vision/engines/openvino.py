"""The detector through OpenVINO: an optional engine for the same .onnx weights (`DETECTOR_ENGINE=openvino`)."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from vision.engines.types import Candidates, DetectorUnavailable
from vision.engines.yolo import as_input, candidates, cannot_be_read, fixed_size_of, kinds_named
from vision.types import Picture


class OpenVinoNetwork:
    """YOLOv8 exported to ONNX, run by OpenVINO on the CPU: in bfloat16 where the processor has instructions for it."""

    def __init__(self, weights: Path, threads: int) -> None:
        model, self._compiled = _open(weights, threads)
        inputs = [_sides(one) for one in model.inputs]
        answer = _sides(model.outputs[0])
        self.fixed_size = fixed_size_of(inputs, [answer], weights)
        names = (
            model.get_rt_info(["framework", "names"]).astype(str) if model.has_rt_info(["framework", "names"]) else None
        )
        self._kinds = kinds_named(names, answer[1], weights)
        self.digest = hashlib.sha256(weights.read_bytes()).hexdigest()[:12] + "-openvino"

    def look(self, part: Picture) -> Candidates:
        """Every candidate in a BGR picture."""
        request = self._compiled.create_infer_request()
        answer = request.infer({0: as_input(part, self.fixed_size)})[0][0]
        return candidates(np.asarray(answer, np.float32), self._kinds)


def _open(weights: Path, threads: int) -> tuple[Any, Any]:
    try:
        import openvino
    except ImportError as fault:
        raise DetectorUnavailable(
            "DETECTOR_ENGINE is openvino, which is not installed: pip install -r ops/requirements/openvino.txt, "
            "or leave DETECTOR_ENGINE out."
        ) from fault
    core = openvino.Core()
    try:
        model = core.read_model(weights)
        terms = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        return model, core.compile_model(model, "CPU", terms)
    except Exception as fault:  # OpenVINO's own errors share no class
        raise cannot_be_read(weights) from fault


def _sides(port: Any) -> list[object]:
    return [side.get_length() if side.is_static else str(side) for side in port.partial_shape]
