"""Nothing is reported or written behind the user's back."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOK = """
from pathlib import Path
import numpy
from vision.elements.detector import load_detector
load_detector(Path("models/detector.onnx"), 1).detect(numpy.zeros((64, 64, 3), numpy.uint8))
"""


def test_looking_at_a_picture_leaves_no_device_id_behind(tmp_path: Path) -> None:
    """onnxruntime writes one before it reports to its makers."""
    places = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), str(tmp_path))
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    subprocess.run([sys.executable, "-c", LOOK], cwd=ROOT, env=environment | places, check=True, timeout=60)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
