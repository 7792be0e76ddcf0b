"""The trained reader as ONNX: `python -m training.reader.export` writes `models/reader.onnx` from `last.pt`."""

import argparse
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
        output_names=["scores"],
        dynamic_axes={"picture": {0: "lines", 3: "width"}, "scores": {0: "lines", 1: "steps"}},
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
    (found,) = session.run(None, {"picture": sample.numpy()})
    np.testing.assert_allclose(found, network(sample).numpy(), atol=1e-3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=FOLDER / "last.pt")
    parser.add_argument("--target", type=Path, default=WEIGHTS)
    parser.add_argument("--version", default="1")
    asked = parser.parse_args()
    export(asked.checkpoint, asked.target, asked.version)


if __name__ == "__main__":
    main()
