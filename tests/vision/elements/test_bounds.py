"""Whatever is drawn, an analysis takes a bounded time and says in a sentence what it left out."""

import time
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest

from vision.elements.analysis import Engines, analyze
from vision.types import Box, Detection, Kind, Picture

# Seconds of one core, networks not counted, for a picture of 1920x1080.
MOST_SECONDS = 3.0
MOST_ELEMENTS = 1_250


class CountingReader:
    name = "counting"
    version = "counting 1"
    read_lines = 0

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        self.read_lines += len(boxes)
        return ["word"] * len(boxes)


class ScriptedDetector:
    version = "scripted 1"

    def __init__(self, detections: Sequence[Detection] = ()) -> None:
        self._detections = list(detections)

    def detect(self, picture: Picture) -> list[Detection]:
        return self._detections


def dots() -> Picture:
    tile = np.full((12, 12, 3), 255, np.uint8)
    cv2.circle(tile, (6, 6), 4, (0, 0, 0), -1)
    return np.ascontiguousarray(np.tile(tile, (90, 160, 1)))


def noise() -> Picture:
    return np.random.default_rng(1).integers(0, 256, (1080, 1920, 3), dtype=np.uint8)


def wall_of_words() -> Picture:
    picture = np.full((1080, 1920, 3), 255, np.uint8)
    for y in range(10, 1080, 12):
        for x in range(2, 1920, 34):
            cv2.putText(picture, "abc", (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (0, 0, 0), 1, cv2.LINE_AA)
    return picture


def grid_of_frames() -> Picture:
    picture = np.full((1080, 1920, 3), 255, np.uint8)
    for y in range(2, 1060, 20):
        for x in range(2, 1880, 34):
            cv2.rectangle(picture, (x, y), (x + 30, y + 15), (90, 90, 90), 1)
    return picture


@pytest.mark.parametrize("draw", [dots, noise, wall_of_words, grid_of_frames])
def test_any_picture_is_analysed_within_a_bound(draw: Callable[[], Picture]) -> None:
    picture = draw()
    reader = CountingReader()
    started = time.process_time()
    analysis = analyze(picture, Engines(ScriptedDetector(), reader))
    assert time.process_time() - started < MOST_SECONDS
    assert len(analysis.elements) <= MOST_ELEMENTS
    assert reader.read_lines <= MOST_ELEMENTS


def test_what_was_left_out_is_said_and_the_surest_stay() -> None:
    button = Detection(Kind.BUTTON, Box(2, 2, 60, 20), 0.9)
    analysis = analyze(wall_of_words(), Engines(ScriptedDetector([button]), CountingReader()))
    (sentence,) = analysis.limits
    assert "more than an interface of its size" in sentence
    assert any(one.kind is Kind.BUTTON for one in analysis.elements)


def test_a_full_page_of_a_real_interface_has_no_limits() -> None:
    picture = np.full((1080, 1920, 3), 255, np.uint8)
    seen = [Detection(Kind.LABEL, Box(20 + 100 * x, 20 + 28 * y, 60, 16), 0.9) for x in range(15) for y in range(37)]
    analysis = analyze(picture, Engines(ScriptedDetector(seen), CountingReader()))
    assert analysis.limits == ()
    assert len(analysis.elements) == len(seen) == 555


def test_many_boxes_in_one_place_are_sorted_out_in_time() -> None:
    rng = np.random.default_rng(4)
    kinds = tuple(Kind)
    seen = [
        Detection(kinds[place % 9], Box(int(x), int(y), 40, 18), 0.3 + place / 3000)
        for place, (x, y) in enumerate(rng.integers(0, (1800, 1000), (1000, 2)))
    ]
    started = time.process_time()
    analyze(noise(), Engines(ScriptedDetector(seen), CountingReader()))
    assert time.process_time() - started < MOST_SECONDS
