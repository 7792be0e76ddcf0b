"""The network that says what drawn frames are, and its export: `vision/engines/frame_network.py` runs it."""

from itertools import pairwise
from pathlib import Path

import onnx
import onnxslim
import torch
from torch import Tensor, nn
from torch.nn import functional

from vision.elements.frame_views import MEASURES, VIEW_HEIGHT_PX, VIEW_WIDTH_PX, VIEWS

CLASSES = ("other", "button", "input", "select")
CHANNELS = 10
HIDDEN = 96


class FrameNet(nn.Module):
    """Looks at each view of a frame with the same four convolutions, then at all of them and the measures together."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, CHANNELS, 2 * CHANNELS, 3 * CHANNELS, 4 * CHANNELS)
        self.body = nn.Sequential(*(_halved(first, second) for first, second in pairwise(widths)))
        self.measures = nn.Linear(MEASURES, 16)
        cells = (VIEW_HEIGHT_PX // 16) * (VIEW_WIDTH_PX // 16)
        self.hidden = nn.Linear(VIEWS * widths[-1] * cells + 16, HIDDEN)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(HIDDEN, len(CLASSES))

    def forward(self, views: Tensor, measures: Tensor) -> Tensor:
        """Scores (n, 4) of views (n, 3, height, width), 0..1, and measures (n, MEASURES)."""
        each = torch.cat(torch.split(views, VIEW_WIDTH_PX, dim=3))
        seen = self.body((each - 0.5) * 2).flatten(1)
        together = torch.cat([*torch.chunk(seen, VIEWS), functional.relu(self.measures(measures))], 1)
        scores: Tensor = self.out(self.drop(functional.relu(self.hidden(together))))
        return scores


class Judge(nn.Module):
    """The network as the service calls it: views (n, height, width, 3), BGR, 0..255, in; probabilities out."""

    def __init__(self, network: FrameNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, views: Tensor, measures: Tensor) -> Tensor:
        scores: Tensor = self.network(views.permute(0, 3, 1, 2).float() / 255, measures)
        return scores.softmax(1)


def export(network: FrameNet, out: Path) -> None:
    shape = 2, VIEW_HEIGHT_PX, VIEWS * VIEW_WIDTH_PX, 3
    sample = torch.zeros(shape, dtype=torch.uint8), torch.zeros(2, MEASURES)
    torch.onnx.export(
        Judge(network).eval(), sample, str(out), input_names=["views", "measures"], output_names=["kinds"],
        opset_version=17, dynamic_axes={name: {0: "frames"} for name in ("views", "measures", "kinds")}, dynamo=False,
    )  # fmt: skip
    slim = onnxslim.slim(onnx.load(str(out)))
    onnx.helper.set_model_props(slim, {"names": str(CLASSES), "author": "Etalon", "license": "AGPL-3.0-only"})
    onnx.save(slim, str(out))


def _halved(first: int, second: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(first, second, 3, stride=2, padding=1), nn.BatchNorm2d(second), nn.ReLU())
