"""The outline of a check box or radio button, and what it holds, say which of both it is, whatever a network took it for."""

import cv2
import numpy as np
import pytest

from vision.elements.toggles import with_toggles
from vision.types import Box, Detection, Kind, Picture

INK, PAPER, BLUE = (110, 110, 110), (255, 255, 255), (230, 120, 20)
MIDDLE = 40


def circle(picture: Picture, radius: float, colour: tuple[int, int, int]) -> None:
    """A disc as a browser draws it: soft at its rim."""
    rows, columns = np.indices(picture.shape[:2])
    cover = np.clip(radius + 0.5 - np.hypot(rows - MIDDLE, columns - MIDDLE), 0, 1)[:, :, None]
    picture[:] = np.round(picture * (1 - cover) + np.array(colour) * cover).astype(np.uint8)


def drawn(what: str, radius: int) -> Picture:
    picture = np.full((80, 200, 3), 255, np.uint8)
    square = (MIDDLE - radius, MIDDLE - radius), (MIDDLE + radius, MIDDLE + radius)
    match what:
        case "box":
            cv2.rectangle(picture, *square, PAPER, -1)
            cv2.rectangle(picture, *square, INK, 1)
        case "checked box":
            cv2.rectangle(picture, *square, BLUE, -1)
            cv2.polylines(picture, [np.array([[36, 40], [39, 43], [44, 36]])], False, PAPER, 2, cv2.LINE_AA)
        case "ring":
            circle(picture, radius, INK)
            circle(picture, radius - 1, PAPER)
        case "ring with dot":
            circle(picture, radius, BLUE)
            circle(picture, radius - 2, PAPER)
            circle(picture, radius / 2 + 0.5, BLUE)
        case "disc":
            circle(picture, radius, BLUE)
        case "disc with sign":
            circle(picture, radius, BLUE)
            cv2.line(picture, (MIDDLE, MIDDLE - 3), (MIDDLE, MIDDLE + 3), PAPER, 2)
        case "photo":
            noise = np.random.default_rng(0).integers(0, 200, (2 * radius + 1, 2 * radius + 1, 3), dtype=np.uint8)
            picture[MIDDLE - radius : MIDDLE + radius + 1, MIDDLE - radius : MIDDLE + radius + 1] = noise
    return picture


def told(what: str, kind: Kind, radius: int = 8, confidence: float = 0.5) -> Detection:
    box = Box(MIDDLE - radius, MIDDLE - radius, 2 * radius + 1, 2 * radius + 1)
    [one] = with_toggles(drawn(what, radius), [Detection(kind, box, confidence)])
    return one


@pytest.mark.parametrize("radius", [6, 8, 10, 20])
@pytest.mark.parametrize("taken_for", [Kind.CHECKBOX, Kind.RADIO, Kind.ICON, Kind.IMAGE])
@pytest.mark.parametrize(
    ("what", "kind"), [("box", Kind.CHECKBOX), ("ring", Kind.RADIO), ("ring with dot", Kind.RADIO)]
)
def test_an_outline_names_what_stands_in_it(what: str, kind: Kind, taken_for: Kind, radius: int) -> None:
    assert told(what, taken_for, radius).kind is kind


@pytest.mark.parametrize("what", ["disc", "disc with sign", "photo", "checked box"])
def test_icons_and_pictures_stay_what_they_are(what: str) -> None:
    assert told(what, Kind.ICON).kind is Kind.ICON
    assert told(what, Kind.IMAGE, 20).kind is Kind.IMAGE


def test_no_radio_button_is_square_but_a_check_box_may_be_round() -> None:
    assert told("checked box", Kind.RADIO).kind is Kind.CHECKBOX
    assert told("disc with sign", Kind.CHECKBOX).kind is Kind.CHECKBOX


def test_a_faint_one_is_surer_when_its_outline_is_drawn() -> None:
    assert told("ring", Kind.RADIO, confidence=0.1).confidence > 0.3
    assert told("disc with sign", Kind.RADIO, confidence=0.1).confidence == 0.1


def test_at_the_pictures_edge_nothing_is_told() -> None:
    picture = np.full((20, 20, 3), 255, np.uint8)
    for box in (Box(0, 0, 16, 16), Box(4, 4, 16, 16), Box(3, 3, 1, 1)):
        assert with_toggles(picture, [Detection(Kind.RADIO, box, 0.5)]) == [Detection(Kind.RADIO, box, 0.5)]
