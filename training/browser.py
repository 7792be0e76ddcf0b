"""One Chromium for many pages: sets a page, reads its truth, photographs it."""

import base64
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, sync_playwright
from playwright.sync_api import Page as Tab

from training.faces import FONTCONFIG
from training.pages import Page

TRUTH = (Path(__file__).resolve().parent / "truth.js").read_text(encoding="utf-8")
# Without them Chromium phones home, or does not start as root (machine without a sandbox).
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--force-color-profile=srgb",
]  # fmt: skip
SMOOTHING = {
    "grey": [],
    "none": ["--disable-font-antialiasing"],
    "subpixel": ["--enable-lcd-text"],
    "unhinted": ["--font-render-hinting=none"],
    "hinted": ["--font-render-hinting=full"],
    "cleartype": ["--font-render-hinting=full", "--enable-lcd-text"],
    "bitmap": ["--font-render-hinting=full", "--disable-font-antialiasing"],
}

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


class NoBrowser(RuntimeError):
    """No Chromium was found: install one (apt-get install chromium) or name it in the variable CHROMIUM."""


@dataclass(slots=True)
class Browser:
    tab: Tab
    wire: CDPSession

    def show(self, page: Page) -> None:
        self.wire.send(
            "Emulation.setDeviceMetricsOverride",
            {"width": page.width, "height": page.height, "deviceScaleFactor": page.ratio, "mobile": False},
        )
        self.tab.set_content(page.html, wait_until="load")

    def truth(self) -> dict[str, Any]:
        found: dict[str, Any] = self.tab.evaluate(TRUTH)
        return found

    def photograph(self) -> bytes:
        """A PNG of what is shown."""
        shot = self.wire.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        return base64.b64decode(shot["data"])


@contextmanager
def open_browser(smoothing: str = "grey") -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise NoBrowser(NoBrowser.__doc__)
    with sync_playwright() as playwright:
        faces = FONTCONFIG / f"{smoothing}.conf"
        settings = {**os.environ, "FONTCONFIG_FILE": str(faces)} if faces.is_file() else None
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS + SMOOTHING[smoothing], env=settings)
        try:
            tab = chromium.new_page()
            tab.set_default_timeout(20_000)
            yield Browser(tab, tab.context.new_cdp_session(tab))
        finally:
            chromium.close()
