"""A frame that looks like a control is one though no detector saw it; a detector is believed less where it looks like none."""

from pathlib import Path

import numpy as np
import pytest

from tests.vision.drawn import Page
from vision.elements.detector import load_detector
from vision.elements.fields import located
from vision.elements.frame_looks import agreed, is_one_entry
from vision.elements.frame_views import MEASURES, as_one, judged, measures_of, views_of
from vision.elements.frames import find_frames
from vision.engines.looks import FRAMES, GLYPHS, LooksNetwork
from vision.engines.types import DetectorUnavailable
from vision.types import Box, Detection, Kind

FRAME = Box(40, 60, 420, 40)
EMPTY = np.zeros((38, 418), np.bool_)


class Says:
    """A judge with one opinion of every frame."""

    digest = "scripted"

    def __init__(self, *look: float) -> None:
        self._look = look

    def judge(self, views: np.ndarray, measures: np.ndarray) -> np.ndarray:
        assert measures.shape == (len(views), MEASURES)
        return np.array([self._look] * len(views), np.float32)


def look(**likely: float) -> np.ndarray:
    return np.array([likely.get(name, 0.0) for name in ("other", "button", "input", "select")], np.float32)


def field_page() -> Page:
    page = Page()
    page.input(FRAME, "state:failed")
    return page


def test_a_frame_that_looks_like_a_field_is_one_though_nobody_saw_it() -> None:
    [one] = located(field_page().picture, [], 0.2, Says(0.1, 0.0, 0.9, 0.0))
    assert (one.kind, one.box) == (Kind.INPUT, FRAME)
    assert located(field_page().picture, [], 0.2, Says(0.9, 0.0, 0.1, 0.0)) == []
    assert located(field_page().picture, [], 0.2) == []


def test_a_frame_in_a_control_that_a_detector_sees_is_its_part() -> None:
    whole = Detection(Kind.BUTTON, Box(FRAME.x, FRAME.y, FRAME.width + 120, FRAME.height), 0.9)
    assert located(field_page().picture, [whole], 0.2, Says(0.1, 0.9, 0.0, 0.0)) == [whole]


def test_a_row_of_a_table_is_no_field_however_much_it_looks_like_one() -> None:
    page = field_page()
    page.text(FRAME.x + 200, FRAME.y + 10, "27 runs", 16)
    assert located(page.picture, [], 0.2, Says(0.1, 0.0, 0.9, 0.0)) == []


def test_two_opinions_are_weighed_and_a_sure_look_decides_the_kind() -> None:
    seen = Detection(Kind.INPUT, FRAME, 0.6)
    same = agreed(seen, FRAME, look(input=0.8, other=0.2), None)
    assert same is not None and (same.kind, same.confidence) == (Kind.INPUT, pytest.approx(0.7))
    other = agreed(seen, FRAME, look(button=0.9, other=0.1), None)
    assert other is not None and other.kind is Kind.BUTTON
    less = agreed(seen, FRAME, look(other=1.0), None)
    assert less is not None and less.confidence == pytest.approx(0.3)
    assert agreed(seen, FRAME, look(), None) == seen
    assert agreed(None, FRAME, look(other=0.6, input=0.4), EMPTY) is None


def test_a_field_holds_a_sign_words_and_something_at_its_end() -> None:
    def ink(*spans: tuple[int, int]) -> np.ndarray:
        drawn = EMPTY.copy()
        for left, right in spans:
            drawn[10:25, left:right] = True
        return drawn

    assert is_one_entry(EMPTY)
    assert is_one_entry(ink((10, 26), (60, 140), (390, 402)))
    assert not is_one_entry(ink((10, 80), (200, 260)))


def test_a_view_shows_both_ends_and_measures_count_what_is_alike() -> None:
    page = Page()
    for row in range(3):
        page.frame(Box(40, 40 + 60 * row, 180, 40))
    frames = find_frames(page.picture)
    assert len(frames) == 3
    assert views_of(page.picture, Box(600, 380, 80, 40)).shape == (32, 192, 3)  # beyond the picture's edge
    measures = measures_of(frames, 640)
    assert measures.shape == (3, MEASURES)
    assert measures[:, 5] == pytest.approx(2 / 8)
    assert judged(page.picture, frames, None).tolist() == [[0.0] * 4] * 3


def test_the_shipped_network_tells_controls_from_a_card() -> None:
    page = Page(900, 600)
    page.button(Box(40, 40, 120, 38), "Save")
    page.input(Box(40, 120, 320, 38), "anna@example.org")
    page.frame(Box(420, 40, 440, 200))
    page.text(440, 60, "Monthly report", 22)
    for row in range(3):
        page.text(440, 110 + 30 * row, "Everything that was ordered in this month")
    kinds = {}
    picture = page.picture
    frames = find_frames(picture)
    for frame, one in zip(frames, judged(picture, frames, LooksNetwork(FRAMES, 1)), strict=True):
        kinds[frame.box.x, frame.box.y] = int(one.argmax())
        assert one.sum() == pytest.approx(1, abs=1e-4)
    assert kinds == {(40, 40): 1, (40, 120): 2, (420, 40): 0}


def test_a_judge_without_good_weights_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "frames.onnx").write_bytes(b"no network")
    for weights in (tmp_path / "frames.onnx", tmp_path / "none.onnx"):
        with pytest.raises(DetectorUnavailable, match=r"Restore models/\w+\.onnx"):
            LooksNetwork(weights, 1)


def test_the_judges_are_part_of_the_detector_s_version() -> None:
    detector = load_detector(FRAMES.with_name("detector.onnx"), 1)
    for weights in (FRAMES, GLYPHS):
        assert LooksNetwork(weights, 1).digest[:6] in detector.version


def test_frames_of_one_size_in_a_column_are_judged_as_one() -> None:
    cards = [Box(40, 60 + 70 * place, 180, 54) for place in range(3)]
    looks = np.stack([look(other=0.6, input=0.4), look(button=0.9, other=0.1), look(button=0.9, other=0.1)])
    together = as_one(looks, cards)
    assert together[:, 1] == pytest.approx([0.6] * 3)
    assert together.sum(axis=1) == pytest.approx([1.0] * 3, abs=0.2)
    apart = as_one(looks, [cards[0], Box(400, 300, 180, 54), Box(40, 700, 90, 54)])
    assert apart == pytest.approx(looks)


def test_fields_of_one_size_may_be_inputs_and_lists() -> None:
    fields = [Box(40, 60, 180, 40), Box(40, 120, 180, 40)]
    first, second = as_one(np.stack([look(input=0.9, other=0.1), look(select=0.7, other=0.3)]), fields)
    assert first[2] == pytest.approx(0.8) and first[3] == 0
    assert second[3] == pytest.approx(0.8) and second[2] == 0
