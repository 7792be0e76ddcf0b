"""`python -m training.export_detector`: writes models/detector.onnx of the last checkpoint.

Any page size, one page at a time; kinds, input and recipe are in the file's metadata.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

os.environ["YOLO_OFFLINE"] = "true"
os.environ.setdefault("YOLO_CONFIG_DIR", str(Path(__file__).resolve().parent / ".work"))

import onnx
import onnxslim
import torch

from training.crops import KINDS

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=ROOT / "training" / ".work" / "detector.pt")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "detector.onnx")
    asked = parser.parse_args()
    kept = torch.load(asked.checkpoint, map_location="cpu", weights_only=False)
    export(kept["model"], asked.out, {"passes": str(kept["passes"]), "steps": str(kept["steps"])})
    print(f"{asked.out}: {asked.out.stat().st_size / 1e6:.1f} MB after {kept['passes']} passes")
    return 0


def export(model: Any, out: Path, facts: dict[str, str]) -> None:
    network = model.float().eval().fuse(verbose=False)
    head = network.model[-1]
    head.export, head.format, head.dynamic = True, "onnx", True
    out.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        torch.onnx.export(
            network, (torch.zeros(1, 3, 640, 640),), str(out), input_names=["images"], output_names=["boxes"], opset_version=17,
            dynamic_axes={"images": {2: "height", 3: "width"}, "boxes": {2: "anchors"}}, dynamo=False,
        )  # fmt: skip
    slim = onnxslim.slim(onnx.load(str(out)))
    described = {
        "names": str(dict(enumerate(map(str, KINDS)))),
        "task": "detect",
        "stride": "32",
        "author": "Etalon",
        "license": "AGPL-3.0-only",
    } | facts
    onnx.helper.set_model_props(slim, described)
    onnx.save(slim, str(out))


if __name__ == "__main__":
    sys.exit(main())
