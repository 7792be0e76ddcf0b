"""The reader as EasyOCR's `recog_network`: its pictures in, our ink inside, probabilities for its own decoder out."""

import torch
from torch import Tensor, nn

from training.reader.network import Network


class Model(nn.Module):
    """What EasyOCR asks for: `Model(num_class)`, called with (lines, 1, 32, width) greys in -1..1 and a text to ignore."""

    def __init__(self, num_class: int) -> None:
        super().__init__()
        self.network = Network(num_class)

    def forward(self, picture: Tensor, text: Tensor) -> Tensor:
        scores: Tensor = self.network(_ink(picture))[0]
        return scores


def _ink(picture: Tensor) -> Tensor:
    """How far each pixel is from its line's background, 0..1 of the line's contrast (as `vision.engines.ctc.ink`)."""
    flat = picture.flatten(1)
    distance = (flat - flat.median(dim=1, keepdim=True).values).abs()
    strongest = torch.maximum(distance.quantile(0.99, dim=1, keepdim=True), distance.amax(dim=1, keepdim=True) / 2)
    return (distance / strongest.clamp_min(0.06)).clamp(0, 1).view_as(picture)
