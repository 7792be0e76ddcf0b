# Written by training/reader/export.py; change it there.
"""The reader's network: convolutions only, so that a line costs a millisecond on a CPU and its length is free.

A picture of a line, 32 px high, becomes one vector for each 4 px of its width; wide kernels over these give each letter its
neighbourhood. The same vectors tell where the font's content area begins and ends: a browser's line box depends on the font,
and letters show which font it is. Dense convolutions, not depthwise ones: with bfloat16 matrix units they train several
times faster (measured).
"""

from typing import Final

import torch
from torch import Tensor, nn

HEIGHT_PX: Final = 32
STEP_PX: Final = 4
CHANNELS: Final = (24, 48, 96, 192)


class Network(nn.Module):
    """(lines, 1, 32, width) with ink in 0..1 -> two things: (lines, width / 4, classes) log-probabilities, class 0 the CTC
    blank; and (lines, 2) what to cut off above and below the content area, as shares of the picture's height."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        first, second, third, last = CHANNELS
        self.picture = nn.Sequential(
            _convolution(1, first, 3, (2, 2)),  # 16 rows, width / 2
            _convolution(first, second, 3, (2, 2)),  # 8 rows, width / 4
            _Residual(second, second, (3, 3)),
            _convolution(second, third, 3, (2, 1)),  # 4 rows
            _Residual(third, third, (3, 3)),
            _convolution(third, last, (4, 3), 1, (0, 1)),  # 1 row
        )
        self.neighbourhood = nn.Sequential(*(_Residual(last, last // 2, (1, 7)) for _ in range(3)))
        self.letters = nn.Conv2d(last, classes, 1)
        self.extent = nn.Sequential(_convolution(last, 96, 1, 1, 0), nn.Conv2d(96, 2, 1))

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        vectors = self.picture(picture)
        scores: Tensor = self.letters(self.neighbourhood(vectors)).squeeze(2).transpose(1, 2)
        weights = nn.functional.max_pool2d(picture, (HEIGHT_PX, STEP_PX)) + 1e-6
        extents = (self.extent(vectors) * weights).sum(dim=(2, 3)) / weights.sum(dim=(2, 3))
        return torch.log_softmax(scores.float(), dim=2), extents.float()


class _Residual(nn.Module):
    def __init__(self, channels: int, inner: int, kernel: tuple[int, int]) -> None:
        super().__init__()
        around = (kernel[0] // 2, kernel[1] // 2)
        self.body = nn.Sequential(
            _convolution(channels, inner, kernel, 1, around),
            nn.Conv2d(inner, channels, kernel, 1, around, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, vectors: Tensor) -> Tensor:
        return torch.relu(vectors + self.body(vectors))


def _convolution(
    inputs: int,
    outputs: int,
    kernel: int | tuple[int, int],
    stride: int | tuple[int, int],
    around: int | tuple[int, int] | None = None,
) -> nn.Sequential:
    padding = around if around is not None else 1
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU()
    )


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
