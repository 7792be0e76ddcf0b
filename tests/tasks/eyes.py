"""Engines with scripted sight: every dark rectangle is a button. They can be slow, fail, or stop to be looked at."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from vision.elements.analysis import Engines
from vision.image import encode_png
from vision.types import Box, Detection, Kind, Picture

BUTTON = Box(20, 20, 80, 30)
OTHER = Box(20, 70, 60, 24)
# Pages that a worker of tests/e2e/worker_app.py cannot bear, told by their width.
POISON_WIDTH = 170  # whoever looks at it dies at once, as in a fault of native code
STUCK_WIDTH = 180  # whoever looks at it hears no signal for a long time


@dataclass
class Eyes:
    """`looks` counts what was looked at; `slow_seconds` is how long a look takes; `before_look` may wait or raise."""

    version: str = "scripted-1"
    name: str = "scripted"
    slow_seconds: float = 0.0
    before_look: Callable[[], None] = lambda: None
    looks: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def detect(self, picture: Picture) -> list[Detection]:
        with self.lock:
            self.looks += 1
        self.before_look()
        time.sleep(self.slow_seconds)
        dark = (picture.max(axis=2) < 128).astype(np.uint8)
        _, _, stats, _ = cv2.connectedComponentsWithStats(dark)
        return [Detection(Kind.BUTTON, Box(*(int(value) for value in row[:4])), 0.9) for row in stats[1:]]

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return ["Buy" for _ in boxes]

    @property
    def engines(self) -> Engines:
        return Engines(self, self)


def page(
    *boxes: Box, width: int = 160, height: int = 120, shade: int = 250, ink: tuple[int, int, int] = (60, 60, 60)
) -> bytes:
    """A PNG of a light page with dark buttons. Another `shade` is another picture; `ink` is the buttons' colour, BGR."""
    picture = np.full((height, width, 3), shade, np.uint8)
    for box in boxes or (BUTTON,):
        picture[box.slices()] = ink
    return encode_png(picture)
