"""Networks that say what things are by their looks, and their export: `vision/engines/looks.py` runs them."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import onnx
import onnxslim
import torch
from torch import Tensor, nn
from torch.nn import functional

HIDDEN = 96


@dataclass(frozen=True, slots=True)
class Task:
    """What a network is asked: the class of each thing, of `views` pictures of it side by side (each of this size in pixels) and
    some `measures`. `channels` is the width of its first convolution."""

    classes: tuple[str, ...]
    views: int
    height: int
    width: int
    measures: int
    channels: int


class LooksNet(nn.Module):
    """Looks at each view of a thing with the same four convolutions, then at all of them and the measures together."""

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task = task
        widths = (3, *(task.channels * place for place in range(1, 5)))
        self.body = nn.Sequential(*(_halved(first, second) for first, second in pairwise(widths)))
        self.measures = nn.Linear(task.measures, 16)
        cells = (task.height // 16) * (task.width // 16)
        self.hidden = nn.Linear(task.views * widths[-1] * cells + 16, HIDDEN)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(HIDDEN, len(task.classes))

    def forward(self, views: Tensor, measures: Tensor) -> Tensor:
        """Scores (n, classes) of views (n, 3, height, all widths), 0..1, and measures (n, several)."""
        each = torch.cat(torch.split(views, self.task.width, dim=3))
        seen = self.body((each - 0.5) * 2).flatten(1)
        together = torch.cat([*torch.chunk(seen, self.task.views), functional.relu(self.measures(measures))], 1)
        scores: Tensor = self.out(self.drop(functional.relu(self.hidden(together))))
        return scores


class Judge(nn.Module):
    """The network as the service calls it: views (n, height, all widths, 3), BGR, 0..255, in; probabilities out."""

    def __init__(self, network: LooksNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, views: Tensor, measures: Tensor) -> Tensor:
        scores: Tensor = self.network(views.permute(0, 3, 1, 2).float() / 255, measures)
        return scores.softmax(1)


def export(network: LooksNet, out: Path) -> None:
    task = network.task
    views = torch.zeros(2, task.height, task.views * task.width, 3, dtype=torch.uint8)
    torch.onnx.export(
        Judge(network).eval(), (views, torch.zeros(2, task.measures)), str(out),
        input_names=["views", "measures"], output_names=["kinds"], opset_version=17,
        dynamic_axes={name: {0: "things"} for name in ("views", "measures", "kinds")}, dynamo=False,
    )  # fmt: skip
    slim = onnxslim.slim(onnx.load(str(out)))
    onnx.helper.set_model_props(slim, {"names": str(task.classes), "author": "Etalon", "license": "AGPL-3.0-only"})
    onnx.save(slim, str(out))


def _halved(first: int, second: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(first, second, 3, stride=2, padding=1), nn.BatchNorm2d(second), nn.ReLU())
