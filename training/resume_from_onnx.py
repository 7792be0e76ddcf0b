"""`python -m training.resume_from_onnx --pages DIR`: makes a checkpoint of models/detector.onnx, to train on from.

The exported network has its batch normalisation folded into the convolutions. Each one is built again from what its
convolution puts out on a few hundred training crops: the mean and variance measured there become the running statistics,
and scale and offset undo them. The network then gives the same answers, and `training.train_detector` goes on from it.
"""

import argparse
import random
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from training.crops import crops
from training.train_detector import HERE, WORK, collate, pages_in, save, start

ROOT = HERE.parent
SHAPE = (640, 640)
BATCH = 4

Weights = dict[str, torch.Tensor]


def main() -> int:
    asked = arguments()
    if asked.out.exists():
        sys.exit(f"{asked.out} exists and may be hours of work; move it away first.")
    pages = pages_in([asked.pages])
    if not pages:
        sys.exit(f"No pages in {asked.pages}. Make some: python -m training.render --count 300 --out {asked.pages}")
    run = start(asked.network)
    source = crops(pages, SHAPE, random.Random(asked.seed))
    pictures = (collate([next(source) for _ in range(BATCH)])["img"].float() for _ in range(asked.crops // BATCH))
    unfold(run.model, folded_weights(asked.weights), pictures)
    run.average.ema.load_state_dict(run.model.state_dict())
    run.passes = int(facts_of(asked.weights).get("passes", 0))
    save(run, asked.out)
    print(f"{asked.out}: {asked.weights} after {run.passes} passes, ready to go on")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, default=WORK / "pages" / "train", help="what to measure statistics on")
    parser.add_argument("--weights", type=Path, default=ROOT / "models" / "detector.onnx")
    parser.add_argument("--network", default=str(HERE / "yolov8-ui.yaml"), help="the description of its network")
    parser.add_argument("--out", type=Path, default=WORK / "detector.pt")
    parser.add_argument("--crops", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def folded_weights(path: Path) -> Weights:
    """The exported network's weights and biases by their names in the torch model."""
    graph = onnx.load(str(path)).graph
    named = {one.name: torch.from_numpy(numpy_helper.to_array(one).copy()) for one in graph.initializer}
    return {name: weight for name, weight in named.items() if name.endswith((".weight", ".bias"))}


def facts_of(path: Path) -> dict[str, str]:
    return {prop.key: prop.value for prop in onnx.load(str(path)).metadata_props}


def unfold(model: nn.Module, folded: Weights, pictures: Iterable[torch.Tensor]) -> None:
    """Gives `model` the answers of the network with the `folded` weights; `pictures` are batches to measure on.

    Raises ValueError if the weights are not of this network.
    """
    pairs = normalised(model)
    load_folded(model, pairs, folded)
    moments = {name: Moments() for name in pairs}
    hooks = [pairs[name][0].register_forward_hook(moments[name].see) for name in pairs]
    model.eval()
    with torch.no_grad():
        for batch in pictures:
            model(batch)
    for hook in hooks:
        hook.remove()
    for name, (_, norm) in pairs.items():
        rebuild(norm, moments[name], folded[f"{name}.conv.bias"])


def normalised(model: nn.Module) -> dict[str, tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """Every convolution that a batch normalisation follows, by the name of the block that holds both."""
    blocks = ((name, getattr(block, "conv", None), getattr(block, "bn", None)) for name, block in model.named_modules())
    return {
        name: (conv, norm)
        for name, conv, norm in blocks
        if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d)
    }


def load_folded(model: nn.Module, pairs: dict[str, tuple[nn.Conv2d, nn.BatchNorm2d]], folded: Weights) -> None:
    """The weights as they are; each normalisation only adds the bias for now, so that the network answers rightly."""
    biases = {f"{name}.conv.bias" for name in pairs}
    given = {name: weight for name, weight in folded.items() if name not in biases}
    wanted = {name for name, _ in model.named_parameters() if ".bn." not in name and ".dfl." not in name}
    if missing := sorted((wanted | biases) - set(folded)):
        raise ValueError(f"These weights are of another network: {missing[0]} and {len(missing) - 1} more are missing.")
    model.load_state_dict(given, strict=False)
    for name, (_, norm) in pairs.items():
        settle(norm, torch.zeros(norm.num_features), torch.ones(norm.num_features), folded[f"{name}.conv.bias"])


def rebuild(norm: nn.BatchNorm2d, seen: "Moments", bias: torch.Tensor) -> None:
    settle(norm, seen.mean(), seen.variance(), bias)


def settle(norm: nn.BatchNorm2d, mean: torch.Tensor, variance: torch.Tensor, bias: torch.Tensor) -> None:
    """Running statistics as given; scale and offset so that the normalisation only adds `bias`."""
    with torch.no_grad():
        norm.running_mean.copy_(mean)  # type: ignore[union-attr]
        norm.running_var.copy_(variance)  # type: ignore[union-attr]
        norm.weight.copy_(torch.sqrt(norm.running_var + norm.eps))  # type: ignore[operator]
        norm.bias.copy_(bias + norm.running_mean)  # type: ignore[operator]


class Moments:
    """Mean and variance of each channel over all that a convolution put out."""

    def __init__(self) -> None:
        self._count, self._sum, self._squares = 0, np.float64(0), np.float64(0)

    def see(self, _module: nn.Module, _inputs: Any, output: torch.Tensor) -> None:
        values = output.double()
        self._count += values.numel() // values.shape[1]
        self._sum = self._sum + values.sum(dim=(0, 2, 3)).numpy()
        self._squares = self._squares + values.square().sum(dim=(0, 2, 3)).numpy()

    def mean(self) -> torch.Tensor:
        return torch.as_tensor(self._sum / self._count).float()

    def variance(self) -> torch.Tensor:
        spread = self._squares / self._count - np.square(self._sum / self._count)
        return torch.as_tensor(np.maximum(spread, 0)).float()


if __name__ == "__main__":
    sys.exit(main())
