"""The trained reader's two homes: `python -m training.reader.export` writes, from `last.pt`, `models/reader.onnx` for the
service and `models/easyocr/etalon_reader.{py,yaml,pth}` for EasyOCR (`recog_network`)."""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from training.reader.network import Network
from training.reader.sheets import FOLDER
from training.reader.symbols import SYMBOLS
from training.reader.train import CLASSES
from vision.engines.ctc import HEIGHT_PX, WEIGHTS

OPSET = 17
NETWORK = "etalon_reader"


def export(checkpoint: Path, target: Path, version: str) -> None:
    """The mean weights, batch normalisation folded in by the exporter; checked against torch before they are written."""
    network = Network(CLASSES)
    network.load_state_dict(torch.load(checkpoint, weights_only=True)["mean"])
    network.eval()
    sample = torch.rand(2, 1, HEIGHT_PX, 128)
    target.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network,
        (sample,),
        str(target),
        opset_version=OPSET,
        input_names=["picture"],
        output_names=["scores", "extents"],
        dynamic_axes={"picture": {0: "lines", 3: "width"}, "scores": {0: "lines", 1: "steps"}, "extents": {0: "lines"}},
        dynamo=False,
    )
    _describe(target, version)
    _check(network, target)


def _describe(target: Path, version: str) -> None:
    model = onnx.load(str(target))
    for name, value in (("symbols", SYMBOLS), ("version", version)):
        held = model.metadata_props.add()
        held.key, held.value = name, value
    onnx.save(model, str(target))


@torch.no_grad()
def _check(network: Network, target: Path) -> None:
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    sample = torch.rand(3, 1, HEIGHT_PX, 300)
    for found, wanted in zip(session.run(None, {"picture": sample.numpy()}), network(sample), strict=True):
        np.testing.assert_allclose(found, wanted.numpy(), atol=1e-3)


def export_for_easyocr(checkpoint: Path, folder: Path) -> None:
    """The same weights under the names EasyOCR looks for; the network's source goes along, since EasyOCR imports it."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = torch.load(checkpoint, weights_only=True)["mean"]
    # EasyOCR cuts off the first seven letters of each name: those of "module.".
    torch.save({f"module.network.{name}": value for name, value in weights.items()}, folder / f"{NETWORK}.pth")
    here = Path(__file__).resolve().parent
    network, model = ((here / name).read_text(encoding="utf-8") for name in ("network.py", "easyocr_model.py"))
    joined = network + "\n\n" + model[model.index("class Model") :]
    (folder / f"{NETWORK}.py").write_text(
        "# Written by training/reader/export.py; change it there.\n" + joined, encoding="utf-8"
    )
    config = {"imgH": HEIGHT_PX, "lang_list": ["en", "ru"], "network_params": {}, "character_list": SYMBOLS}
    (folder / f"{NETWORK}.yaml").write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=FOLDER / "last.pt")
    parser.add_argument("--target", type=Path, default=WEIGHTS)
    parser.add_argument("--version", default="1")
    asked = parser.parse_args()
    export(asked.checkpoint, asked.target, asked.version)
    export_for_easyocr(asked.checkpoint, asked.target.parent / "easyocr")


if __name__ == "__main__":
    main()
