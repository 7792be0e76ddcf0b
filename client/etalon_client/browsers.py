"""Playwright's pages and locators, and Selenium's drivers and elements, as screens to take pictures of."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Final

from etalon_client.errors import NotCompared

Rect = tuple[float, float, float, float]


class PlaywrightScreen:
    """A page, or one locator of it. Playwright stops animations and hides the caret itself."""

    def __init__(self, target: Any, full_page: bool) -> None:
        self.target = target
        self.is_page = hasattr(target, "goto")
        self.page = target if self.is_page else target.page if hasattr(target, "page") else target.owner_frame().page
        self.options: dict[str, Any] = {"animations": "disabled", "caret": "hide"}
        if self.is_page and full_page:
            self.options["full_page"] = True

    def elements(self, ignored: Any) -> list[Any]:
        return [self.page.locator(ignored) if isinstance(ignored, str) else ignored]

    def still(self, ignored: Sequence[Any]) -> bytes:
        masks = [one for one in ignored if hasattr(one, "locator")]
        picture: bytes = self.target.screenshot(**self.options, mask=masks)
        return picture

    def plain(self) -> bytes:
        picture: bytes = self.target.screenshot(**self.options)
        return picture

    def boxes(self, elements: Sequence[Any]) -> list[Rect]:
        left, top = self._corner()
        ratio = self.page.evaluate("window.devicePixelRatio")
        single = [one for element in elements for one in (element.all() if hasattr(element, "all") else [element])]
        found = [box for one in single if (box := one.bounding_box())]
        return [
            ((box["x"] - left) * ratio, (box["y"] - top) * ratio, box["width"] * ratio, box["height"] * ratio)
            for box in found
        ]

    def close(self) -> None:
        pass

    def _corner(self) -> tuple[float, float]:
        """Where the picture's corner is in the viewport, whose corner is what Playwright's boxes count from."""
        if not self.is_page:
            box = self.target.bounding_box() or {"x": 0, "y": 0}
            return box["x"], box["y"]
        if not self.options.get("full_page"):
            return 0, 0
        x, y = self.page.evaluate("[window.scrollX, window.scrollY]")
        return -x, -y


_STILL: Final = """
const style = document.createElement('style');
style.id = 'etalon-still';
style.textContent = '*, *::before, *::after { animation: none !important; transition: none !important;'
  + ' caret-color: transparent !important; } [data-etalon-hidden] { visibility: hidden !important; }';
if (!document.getElementById(style.id)) document.documentElement.append(style);
"""
_AS_IT_WAS: Final = "const style = document.getElementById('etalon-still'); if (style) style.remove();"
_HIDE: Final = "for (const element of arguments[0]) element.toggleAttribute('data-etalon-hidden', arguments[1]);"
_RECTS: Final = """
return arguments[0].map(element => {
  const box = element.getBoundingClientRect();
  return [box.x, box.y, box.width, box.height];
});
"""
_PLACE: Final = """
const box = arguments[0].getBoundingClientRect();
return [box.x + window.scrollX, box.y + window.scrollY, box.width, box.height];
"""


class SeleniumScreen:
    """What a driver shows, or one element of it. Animations are stopped by a style sheet, which `close` removes."""

    def __init__(self, target: Any, full_page: bool) -> None:
        self.target = target
        self.is_driver = hasattr(target, "get_screenshot_as_png")
        self.driver = target if self.is_driver else target.parent
        self.full_page = full_page and self.is_driver
        self.driver.execute_script(_STILL)

    def elements(self, ignored: Any) -> list[Any]:
        if isinstance(ignored, str):
            ignored = ("css selector", ignored)
        if isinstance(ignored, tuple):
            return list(self.driver.find_elements(*ignored))
        return [ignored]

    def still(self, ignored: Sequence[Any]) -> bytes:
        if not ignored:
            return self.plain()
        self.driver.execute_script(_HIDE, list(ignored), True)
        try:
            return self.plain()
        finally:
            self.driver.execute_script(_HIDE, list(ignored), False)

    def plain(self) -> bytes:
        if self.full_page:
            return self._whole_page()
        if self.is_driver:
            picture: bytes = self.driver.get_screenshot_as_png()
        elif hasattr(
            self.driver, "execute_cdp_cmd"
        ):  # Chromium's own screenshot of an element ends at the window's edge
            picture = self._part_of_page(*self.driver.execute_script(_PLACE, self.target))
        else:
            picture = self.target.screenshot_as_png
        return picture

    def boxes(self, elements: Sequence[Any]) -> list[Rect]:
        left, top = self._corner()
        ratio = self.driver.execute_script("return window.devicePixelRatio")
        rects = self.driver.execute_script(_RECTS, list(elements)) if elements else []
        return [
            ((x - left) * ratio, (y - top) * ratio, width * ratio, height * ratio)
            for x, y, width, height in rects
            if width and height
        ]

    def close(self) -> None:
        self.driver.execute_script(_AS_IT_WAS)

    def _corner(self) -> tuple[float, float]:
        if not self.is_driver:
            [(x, y, _, _)] = self.driver.execute_script(_RECTS, [self.target])
            return x, y
        if not self.full_page:
            return 0, 0
        x, y = self.driver.execute_script("return [window.scrollX, window.scrollY]")
        return -x, -y

    def _whole_page(self) -> bytes:
        if hasattr(self.driver, "get_full_page_screenshot_as_png"):  # Firefox
            picture: bytes = self.driver.get_full_page_screenshot_as_png()
            return picture
        if not hasattr(self.driver, "execute_cdp_cmd"):
            raise NotCompared("this browser takes no screenshot of a whole page; leave full_page out")
        size = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        return self._part_of_page(0, 0, size["width"], size["height"])

    def _part_of_page(self, x: float, y: float, width: float, height: float) -> bytes:
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": 1}
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
        return base64.b64decode(taken["data"])
