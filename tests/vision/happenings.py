"""What can happen to a drawn page: strategies that give a page before and after, and the steps they are made of."""

from dataclasses import replace

import cv2
import numpy as np
from hypothesis import strategies as st

from tests.vision.scenes import Part, Scene, any_scene, button_row, choices, forms
from vision.types import Box, Picture


@st.composite
def edits(draw: st.DrawFn) -> tuple[Scene, Scene]:
    """A page and the same page after one to three changes, each to a part of its own; sides may be swapped."""
    before = draw(any_scene())
    after = before
    chosen = draw(st.lists(st.integers(1, len(before.parts) - 1), min_size=1, max_size=3, unique=True))
    for at in sorted(chosen, reverse=True):
        after = edited(draw, after, at)
    return (after, before) if draw(st.booleans()) else (before, after)


def edited(draw: st.DrawFn, scene: Scene, at: int) -> Scene:
    part = scene.parts[at]
    match draw(st.sampled_from(("gone", "moved", "recoloured", "reworded"))):
        case "gone" if part.look != "card":  # what stands on a card would stay
            return scene.without(at)
        case "moved":
            return scene.having(at, box=part.box.shifted(draw(st.integers(3, 14)), draw(st.sampled_from((0, 4)))))
        case "reworded" if part.words and "|" not in part.words:
            return scene.having(at, words=draw(st.sampled_from(("Zenith", "Quince", "Umbrage"))))
        case _:
            return scene.having(at, ground=(196, 62, 30), ink=(120, 20, 140), size=part.size + (part.look == "photo"))


@st.composite
def removed_buttons(draw: st.DrawFn) -> tuple[Scene, Scene, Part]:
    """A row of buttons, the same without one of them (the others close up), and the one."""
    scene = draw(forms())
    row = [scene.parts[at] for at in scene.where("button")]
    at = draw(st.integers(0, len(row) - 1))
    rest = replace(scene, parts=tuple(part for part in scene.parts if part.look != "button"))
    gap = row[1].box.x - row[0].box.right
    kept = button_row([p.words for p in row if p is not row[at]], row[0].box.x, gap, row[0].box.y, row[0].ground)
    return scene, rest.plus(*kept), row[at]


def exchanged(scene: Scene, first: int, second: int) -> Scene:
    """Two parts of one size in each other's place."""
    places = scene.parts[first].box, scene.parts[second].box
    return scene.having(first, box=places[1]).having(second, box=places[0])


@st.composite
def moved_states(draw: st.DrawFn) -> tuple[Scene, Scene, list[Box]]:
    """A page, the same with another one chosen in one of its groups, and the boxes of the two."""
    scene = draw(choices())
    group = scene.where(draw(st.sampled_from(("radio", "tab", "number", "entry"))))
    old = next(at for at in group if scene.parts[at].on)
    new = draw(st.sampled_from([at for at in group if at != old]))
    after = scene.having(old, on=False).having(new, on=True)
    return scene, after, [scene.parts[old].box, scene.parts[new].box]


def shaded(colour: tuple[int, int, int], by: int) -> tuple[int, int, int]:
    """Darker where it is light, lighter where it is dark."""
    way = -1 if sum(colour) > 380 else 1
    red, green, blue = (min(255, max(0, value + way * by)) for value in colour)
    return red, green, blue


def with_dialog(behind: Picture, scene: Scene) -> Picture:
    """A box with words and a button over the page."""
    frame = Box(scene.width // 2 - 110, 90, 220, 110)
    ground, ink = ((255, 255, 255), (20, 20, 20)) if sum(scene.ground) > 380 else ((62, 66, 78), (240, 240, 240))
    words = (Part("text", Box(frame.x + 16, frame.y + 14, 180, 20), "Leave the page?", ink=ink, size=17),)
    button = Part("button", Box(frame.x + 16, frame.y + 62, 90, 32), "Stay", (180, 40, 60), (255, 255, 255))
    box = Scene(scene.width, scene.height, scene.ground, (Part("card", frame, ground=ground, ink=ink), *words, button))
    made = behind.copy()
    made[frame.slices()] = box.picture()[frame.slices()]
    return made


def cropped(picture: Picture, side: str, by: int) -> Picture:
    height, width = picture.shape[:2]
    parts = {
        "left": np.s_[:, by:],
        "top": np.s_[by:, :],
        "right": np.s_[:, : width - by],
        "bottom": np.s_[: height - by, :],
    }
    return np.ascontiguousarray(picture[parts[side]])


def disturbed(picture: Picture, how: str) -> Picture:
    """What happens between two captures of one page."""
    if how == "jpeg":
        return np.asarray(
            cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])[1], cv2.IMREAD_COLOR), np.uint8
        )
    if how == "levels":
        return np.clip(picture.astype(np.int16) + 2, 0, 255).astype(np.uint8)
    if how == "dither":
        noise = np.random.default_rng(7).integers(-1, 2, (*picture.shape[:2], 1))
        return np.clip(picture.astype(np.int16) + noise, 0, 255).astype(np.uint8)
    moved = np.roll(picture, 1, axis=1)
    moved[:, 0] = picture[:, 0]
    return moved
