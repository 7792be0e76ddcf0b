"""The detector through ultralytics: for weights (.pt) of a user's own. Heavy, so imported only when used."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np

from vision.engines.types import Candidates, DetectorUnavailable, kinds_of
from vision.types import Picture

# A network halves its input five times.
_STRIDE: Final = 32
# What is fainter than this no outline can confirm (vision/elements/merging.py).
_FAINTEST: Final = 0.03


class UltralyticsNetwork:
    """Any ultralytics detection network with our kinds, run by torch on the CPU."""

    fixed_size: tuple[int, int] | None = None

    def __init__(self, weights: Path, threads: int) -> None:
        self._network = _open(weights, threads)
        self._kinds = kinds_of(self._network.names, str(weights))
        self.digest = hashlib.sha256(weights.read_bytes()).hexdigest()[:12]

    def look(self, part: Picture) -> Candidates:
        """Every candidate in a BGR picture that ultralytics keeps."""
        side = -(-max(part.shape[:2]) // _STRIDE) * _STRIDE
        [answer] = self._network.predict(
            np.ascontiguousarray(part),
            imgsz=side,
            conf=_FAINTEST,
            iou=0.6,
            max_det=1000,
            device="cpu",
            verbose=False,
            save=False,
        )
        boxes = answer.boxes
        edges, scores = boxes.xyxy.numpy().astype(np.float32), boxes.conf.numpy().astype(np.float32)
        return Candidates(edges, scores, self._kinds[boxes.cls.numpy().astype(np.int64)])


def _open(weights: Path, threads: int) -> Any:
    offline()
    try:
        import torch
        from ultralytics.models import YOLO
    except ImportError as fault:
        raise DetectorUnavailable(
            f"DETECTOR_WEIGHTS names {weights.name}, which needs torch and ultralytics: "
            "pip install -r ops/requirements/engines.txt, or export it to .onnx."
        ) from fault
    torch.set_num_threads(threads)
    try:
        network = YOLO(str(weights), task="detect")
        network.fuse()
    except Exception as fault:  # unpickling can fail in any way
        raise DetectorUnavailable(
            f"The weights {weights} cannot be read: the file is damaged or of another ultralytics version."
        ) from fault
    return network


def offline() -> None:
    """To be called before ultralytics is imported: it otherwise asks the network for updates and fonts, installs packages and
    writes settings into the home folder."""
    os.environ.setdefault("YOLO_OFFLINE", "true")
    os.environ.setdefault("YOLO_AUTOINSTALL", "false")
    os.environ.setdefault("YOLO_VERBOSE", "false")
    os.environ.setdefault("YOLO_CONFIG_DIR", str(_settings_folder()))


def _settings_folder() -> Path:
    """A folder that only this user can write to, the same for every process: one of its own would be left behind by each that is
    killed."""
    user = os.getuid() if hasattr(os, "getuid") else "etalon"
    folder = Path(tempfile.gettempdir()) / f"etalon-ultralytics-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and (user == "etalon" or found.st_uid == user):
        return folder
    return Path(tempfile.mkdtemp(prefix="etalon-ultralytics-"))
