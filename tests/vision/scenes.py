"""Drawn pages whose parts are known: `Scene` is a list of parts, and what happened to a page is another list of parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from hypothesis import strategies as st

from tests.vision.drawn import Colour, Page
from vision.types import Box, Picture

WORDS = (
    "Harvest", "Meadow", "Lantern", "Quarry", "Timber", "Walnut", "Copper", "Orchard", "Granite", "Juniper", "Saddle", "Pepper",
    "Rocket", "Velvet", "Anchor", "Basil", "Cobalt", "Dagger", "Ember", "Falcon", "Gravel", "Hazel", "Indigo", "Jasper",
)  # fmt: skip
LIGHT = {
    "page": (250, 250, 252),
    "ink": (34, 38, 46),
    "panel": (236, 239, 245),
    "line": (200, 205, 214),
    "main": (24, 92, 200),
}
DARK = {
    "page": (24, 27, 33),
    "ink": (226, 229, 235),
    "panel": (44, 49, 60),
    "line": (80, 86, 98),
    "main": (64, 148, 120),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing on a page. `look` names how it is drawn; `on` is its state; `ground` and `ink` are its colours."""

    look: str
    box: Box
    words: str = ""
    ground: Colour = (255, 255, 255)
    ink: Colour = (30, 30, 30)
    on: bool = False
    size: int = 15

    def shifted(self, dx: int, dy: int) -> "Part":
        return replace(self, box=self.box.shifted(dx, dy))


@dataclass(frozen=True, slots=True)
class Scene:
    width: int
    height: int
    ground: Colour
    parts: tuple[Part, ...]

    def picture(self) -> Picture:
        page = Page(self.width, self.height, self.ground)
        for part in self.parts:
            DRAWN[part.look](page, part)
        return page.picture

    def where(self, look: str) -> list[int]:
        """The places in `parts` of all parts of a look, in reading order."""
        found = [at for at, part in enumerate(self.parts) if part.look == look]
        return sorted(found, key=lambda at: (self.parts[at].box.y, self.parts[at].box.x))

    def without(self, at: int) -> "Scene":
        return replace(self, parts=self.parts[:at] + self.parts[at + 1 :])

    def having(self, at: int, **changes: object) -> "Scene":
        changed = replace(self.parts[at], **changes)  # type: ignore[arg-type]
        return replace(self, parts=(*self.parts[:at], changed, *self.parts[at + 1 :]))

    def plus(self, *parts: Part) -> "Scene":
        return replace(self, parts=(*self.parts, *parts))


# -- how parts look ------------------------------------------------------------------------------------------------------------


def draw_text(page: Page, part: Part) -> None:
    page.text(part.box.x, part.box.y, part.words, part.size, part.ink)


def draw_button(page: Page, part: Part) -> None:
    page.button(part.box, part.words, part.ground, part.ink)


def draw_panel(page: Page, part: Part) -> None:
    page.block(part.box, part.ground)


def draw_card(page: Page, part: Part) -> None:
    page.frame(part.box, part.ink, part.ground)


def draw_row(page: Page, part: Part) -> None:
    page.block(part.box, part.ground)
    first, second, third = part.words.split("|")
    top = part.box.y + (part.box.height - 18) // 2
    for x, words in ((10, first), (130, second), (270, third)):
        page.text(part.box.x + x, top, words, 14, part.ink)


def draw_radio(page: Page, part: Part) -> None:
    canvas = page.picture.copy()
    middle = part.box.x + part.box.width // 2, part.box.y + part.box.height // 2
    cv2.circle(canvas, middle, part.box.width // 2, part.ink[::-1], 1, cv2.LINE_AA)
    if part.on:
        cv2.circle(canvas, middle, part.box.width // 4, part.ink[::-1], -1, cv2.LINE_AA)
    page.paste(canvas)


def draw_tab(page: Page, part: Part) -> None:
    """Words; the chosen one has a line below."""
    page.text(part.box.x + 8, part.box.y + 6, part.words, 14, part.ink)
    if part.on:
        page.block(Box(part.box.x, part.box.bottom - 3, part.box.width, 3), part.ground)


def draw_number(page: Page, part: Part) -> None:
    """A page number; the chosen one is filled."""
    if part.on:
        page.button(part.box, part.words, part.ground, (255, 255, 255))
    else:
        page.text(part.box.x + 10, part.box.y + 5, part.words, 16, part.ink)


def draw_entry(page: Page, part: Part) -> None:
    """A menu entry; the chosen one has a ground."""
    if part.on:
        page.block(part.box, part.ground)
    page.text(part.box.x + 10, part.box.y + 5, part.words, 14, part.ink)


def draw_photo(page: Page, part: Part) -> None:
    page.photo(part.box, seed=part.size)


DRAWN = {
    "text": draw_text, "button": draw_button, "panel": draw_panel, "card": draw_card, "row": draw_row, "radio": draw_radio,
    "tab": draw_tab, "number": draw_number, "entry": draw_entry, "photo": draw_photo,
}  # fmt: skip


# -- pages to draw from --------------------------------------------------------------------------------------------------------


@st.composite
def palettes(draw: st.DrawFn) -> dict[str, Colour]:
    return draw(st.sampled_from((LIGHT, DARK)))


@st.composite
def words(draw: st.DrawFn, count: int) -> list[str]:
    return draw(st.lists(st.sampled_from(WORDS), min_size=count, max_size=count, unique=True))


def heading(colours: dict[str, Colour], title: str) -> Part:
    return Part("text", Box(24, 14, 200, 28), title, ink=colours["ink"], size=22)


@st.composite
def forms(draw: st.DrawFn) -> Scene:
    """A heading, three lines, a row of buttons, a card with two lines, a photo."""
    colours = draw(palettes())
    names = draw(words(9))
    left, gap, count = draw(st.integers(20, 40)), draw(st.integers(8, 16)), draw(st.integers(2, 4))
    lines = [
        Part("text", Box(left, 60 + 26 * at, 200, 18), f"{name} and more", ink=colours["ink"])
        for at, name in enumerate(names[:3])
    ]
    card = Part("card", Box(300, 56, 150, 92), ground=colours["panel"], ink=colours["line"])
    inside = [
        Part("text", Box(314, 68 + 28 * at, 120, 18), name, ink=colours["ink"]) for at, name in enumerate(names[3:5])
    ]
    photo = Part("photo", Box(300, 170, 150, 90), size=draw(st.integers(1, 99)))
    row = button_row(names[5 : 5 + count], left, gap, 170, colours["main"])
    row = [button for button in row if button.box.right + gap <= photo.box.x]
    return Scene(480, 280, colours["page"], (heading(colours, "Settings"), *lines, card, *inside, *row, photo))


def button_row(names: Sequence[str], x: int, gap: int, y: int, ground: Colour) -> list[Part]:
    """Buttons side by side, each as wide as its name."""
    parts = []
    for name in names:
        width = 24 + 8 * len(name)
        parts.append(Part("button", Box(x, y, width, 32), name, ground, (255, 255, 255)))
        x += width + gap
    return parts


@st.composite
def tables(draw: st.DrawFn) -> Scene:
    """A heading and rows of three words; no two rows alike."""
    colours = draw(palettes())
    count, height = draw(st.integers(4, 6)), draw(st.sampled_from((28, 32, 36)))
    names = draw(words(3 * count))
    rows = [
        Part("row", Box(24, 56 + height * at, 400, height), "|".join(names[3 * at : 3 * at + 3]), colours["page"], colours["ink"])
        for at in range(count)
    ]  # fmt: skip
    return Scene(450, 290, colours["page"], (heading(colours, "Orders"), *rows))


@st.composite
def choices(draw: st.DrawFn) -> Scene:
    """Radio buttons, tabs, page numbers and menu entries: of each group one is on."""
    colours = draw(palettes())
    names = draw(words(12))
    tint = tuple((a * 3 + b) // 4 for a, b in zip(colours["page"], colours["main"], strict=True))
    tabs = [Part("tab", Box(24 + 110 * at, 54, 90, 32), names[at], colours["main"], colours["ink"]) for at in range(3)]
    entries = [Part("entry", Box(24, 104 + 32 * at, 130, 28), names[3 + at], tint, colours["ink"]) for at in range(4)]
    radios = [Part("radio", Box(200, 108 + 30 * at, 16, 16), ink=colours["ink"]) for at in range(4)]
    labels = [Part("text", Box(226, 106 + 30 * at, 90, 18), names[7 + at], ink=colours["ink"]) for at in range(4)]
    numbers = [
        Part("number", Box(24 + 36 * at, 246, 30, 28), str(at + 1), colours["main"], colours["ink"]) for at in range(5)
    ]
    groups = [turned_on(group, draw(st.integers(0, len(group) - 1))) for group in (tabs, entries, radios, numbers)]
    return Scene(
        400, 290, colours["page"], (heading(colours, "Options"), *labels, *(part for group in groups for part in group))
    )


def turned_on(group: Sequence[Part], chosen: int) -> list[Part]:
    return [replace(part, on=at == chosen) for at, part in enumerate(group)]


@st.composite
def any_scene(draw: st.DrawFn) -> Scene:
    return draw(st.one_of(forms(), tables(), choices()))


def faded(picture: Picture, share: float, towards: int) -> Picture:
    """Every pixel `share` of itself and the rest of one grey: what opacity or a dimming layer does."""
    mixed = picture.astype(np.float64) * share + towards * (1 - share)
    return np.asarray(np.round(mixed).astype(np.uint8))
