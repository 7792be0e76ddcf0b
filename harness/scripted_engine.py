"""A scripted detector and reader: every dark rectangle is a button that says "Buy". It can be slow, wait or fail."""

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
# Pages that break a worker of harness/worker_app.py, recognised by their width.
POISON_WIDTH = 170  # kills the process at once, as a fault in native code does
STUCK_WIDTH = 180  # blocks signals for a long time


@dataclass
class ScriptedEngine:
    """`calls` counts the pictures; `slow_seconds` is how long each takes; `before_call` may wait or raise."""

    version: str = "scripted-1"
    name: str = "scripted"
    slow_seconds: float = 0.0
    before_call: Callable[[], None] = lambda: None
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def detect(self, picture: Picture) -> list[Detection]:
        with self.lock:
            self.calls += 1
        self.before_call()
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
