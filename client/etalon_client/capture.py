"""Screenshots out of Playwright and Selenium: taken until two in a row are equal, with locators to ignore as boxes.

Both libraries are known by the methods of their objects; neither is imported.
"""

from __future__ import annotations

import math
import struct
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from etalon_client.browsers import PlaywrightScreen, SeleniumScreen
from etalon_client.errors import NotCompared
from etalon_client.screenshots import is_picture, read_picture

_PAUSES_SECONDS: Final = (0.1, 0.2, 0.3, 0.5)  # between two shots; the last one stays

Box = dict[str, int]


@dataclass(frozen=True)
class Capture:
    """A picture, and boxes in its pixels that do not count."""

    picture: bytes
    ignored: Sequence[Box] = ()


class Screen(Protocol):
    """What a browser shows: a page or one element of it."""

    def elements(self, ignored: Any) -> list[Any]:
        """The elements that a locator, a selector or an element stands for."""

    def still(self, ignored: Sequence[Any]) -> bytes:
        """A picture in which the ignored elements cannot be seen."""

    def plain(self) -> bytes:
        """A picture of everything."""

    def boxes(self, elements: Sequence[Any]) -> list[tuple[float, float, float, float]]:
        """x, y, width and height of those that show, in pixels of the picture, from its top left corner."""

    def close(self) -> None:
        """Leaves the page as it was."""


def capture(
    target: Any, ignore: Iterable[Any] = (), full_page: bool = False, settle_seconds: float = 5.0, name: str = ""
) -> Capture:
    """The picture of a page, a locator, a Selenium driver or element; bytes and paths of pictures are taken as they are.

    `ignore` holds locators, elements, CSS selectors, and boxes (x, y, width, height) in pixels of the picture. Raises
    NotCompared where the page does not hold still for `settle_seconds`, and TypeError for what no picture can be taken of.
    """
    given = list(ignore)
    boxes = [_box(one) for one in given if _is_box(one)]
    located = [one for one in given if not _is_box(one)]
    screen = _screen(target, full_page)
    if screen is None:
        if located:
            raise TypeError("a picture has no elements: give boxes to ignore, or the page instead of its picture")
        return _within(_picture(target), boxes)
    try:
        elements = [element for one in located for element in screen.elements(one)]
        picture = _settled(screen, elements, settle_seconds, name)
        found = [_rounded(*box) for box in screen.boxes(elements)]
    finally:
        screen.close()
    return _within(picture, boxes + found)


def _screen(target: Any, full_page: bool) -> Screen | None:
    if type(target).__module__.startswith("playwright.async_api"):
        raise TypeError("this page is asynchronous: give its picture, await page.screenshot()")
    if hasattr(target, "screenshot") and (hasattr(target, "locator") or hasattr(target, "bounding_box")):
        return PlaywrightScreen(target, full_page)
    if hasattr(target, "get_screenshot_as_png") or hasattr(target, "screenshot_as_png"):
        return SeleniumScreen(target, full_page)
    return None


def _picture(target: Any) -> bytes:
    if isinstance(target, (bytes, bytearray)):
        if not is_picture(bytes(target[:12])):
            raise TypeError("these bytes are neither PNG, JPEG nor WebP")
        return bytes(target)
    if isinstance(target, (str, Path)):
        return read_picture(Path(target))
    raise TypeError(
        f"no picture can be taken of {type(target).__name__}: give a Playwright page or locator, a Selenium driver or "
        "element, or a picture as bytes or path"
    )


def _settled(screen: Screen, elements: Sequence[Any], seconds: float, name: str) -> bytes:
    """Ignored elements may move: they are hidden until the rest holds still, and are there again in the picture."""
    deadline = time.monotonic() + seconds
    before = screen.still(elements)
    for pause in _pauses():
        time.sleep(pause)
        now = screen.still(elements)
        if now == before:
            return screen.plain() if elements else now
        if time.monotonic() > deadline:
            raise NotCompared(
                "{name!r} did not hold still: in {seconds} s no two screenshots in a row were equal; wait for the page, stop "
                "what moves, or ignore its locator",
                name=name, seconds=seconds,
            )  # fmt: skip
        before = now
    raise AssertionError("pauses never end")


def _pauses() -> Iterable[float]:
    yield from _PAUSES_SECONDS
    while True:
        yield _PAUSES_SECONDS[-1]


def _is_box(one: Any) -> bool:
    if isinstance(one, dict):
        return set(one) == {"x", "y", "width", "height"}
    return isinstance(one, (tuple, list)) and len(one) == 4 and all(isinstance(number, (int, float)) for number in one)


def _box(one: Any) -> Box:
    return _rounded(*(one[key] for key in ("x", "y", "width", "height"))) if isinstance(one, dict) else _rounded(*one)


def _rounded(x: float, y: float, width: float, height: float) -> Box:
    """The smallest box of whole pixels around it."""
    left, top = math.floor(x), math.floor(y)
    return {"x": left, "y": top, "width": math.ceil(x + width) - left, "height": math.ceil(y + height) - top}


def _within(picture: bytes, boxes: Sequence[Box]) -> Capture:
    """Boxes are cut at the picture's edges; what lies outside is left out."""
    size = _png_size(picture)
    if size is None:
        return Capture(picture, boxes)
    cut = []
    for box in boxes:
        left, top = max(0, box["x"]), max(0, box["y"])
        right, bottom = min(size[0], box["x"] + box["width"]), min(size[1], box["y"] + box["height"])
        if right > left and bottom > top:
            cut.append({"x": left, "y": top, "width": right - left, "height": bottom - top})
    return Capture(picture, cut)


def _png_size(picture: bytes) -> tuple[int, int] | None:
    if not picture.startswith(b"\x89PNG") or len(picture) < 24:
        return None
    width, height = struct.unpack(">II", picture[16:24])
    return width, height
