"""Sheets of text lines, rendered by Chromium: each line in its own font, size, colour and smoothing; truth from the DOM.

`python -m training.reader.sheets --lines 200000` writes shards of ink pictures (see `vision.engines.ctc.ink`) to
`training/.work/reader`; it continues where it was interrupted.
"""

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.browser import Browser, open_browser
from training.crops import softened
from training.pages import Page
from training.pages.icons import choose_set
from training.reader.technical import foreign, measured, technical
from training.reader.texts import line
from vision.engines.ctc import ink
from vision.types import Picture

FOLDER: Final = Path(__file__).resolve().parent.parent / ".work" / "reader"
PER_SHEET: Final = 320
SHEETS_PER_SHARD: Final = 12
# Room kept around each line's content area, in pixels: training cuts anew each time, as finding does.
PAD: Final = 5

_SANS = [
    "Inter",
    "Inter",
    "Noto Sans",
    "Noto Sans",
    "Open Sans",
    "Roboto",
    "Roboto",
    "Arimo",
    "Liberation Sans",
    "Liberation Sans",
    "DejaVu Sans",
    "PT Sans",
    "Cantarell",
    "Carlito",
    "FreeSans",
    "Lato",
    "Inter Display",
    "Noto Sans Display",
    "Nimbus Sans",
]
_OTHER = [
    "Comfortaa",
    "Cousine",
    "DejaVu Sans Mono",
    "DejaVu Serif",
    "Fira Code",
    "Hack",
    "JetBrains Mono",
    "Liberation Mono",
    "Liberation Serif",
    "Noto Serif",
    "Noto Sans Mono",
    "PT Serif",
    "Play",
    "PT Mono",
    "Roboto Slab",
    "Roboto Condensed",
    "Open Sans Condensed",
    "PT Sans Narrow",
    "Liberation Sans Narrow",
    "PT Sans Caption",
    "Linux Biolinum O",
    "Tinos",
    "URW Gothic",
    "Linux Libertine O",
    "Nimbus Roman",
]
# What desktops are set in, or look-alikes: Tahoma, MS Sans Serif, Segoe, Verdana, Arial, Courier.
_DESKTOP = [
    "Tahoma",
    "Tahoma",
    "Tahoma",
    "MS Sans Serif",
    "Open Sans",
    "Bitstream Vera Sans",
    "DejaVu Sans Condensed",
    "Arimo",
    "Liberation Sans",
    "DejaVu Sans",
    "Noto Sans",
    "Courier",
    "Liberation Mono",
    "DejaVu Sans Mono",
    "Cousine",
    "PT Mono",
]
_FONTS = _SANS * 2 + _OTHER
# Never trained on: the one-line test is set in them.
_HELD_OUT = ["B612", "B612 Mono", "Go", "Go Mono", "Fantasque Sans Mono", "Oxygen-Sans"]
_SIZES = (9, 10, 11, 11, 12, 12, 13, 13, 13, 14, 14, 14, 14, 15, 16, 16, 16, 17, 18, 20, 22, 24, 28, 32, 40)
_SMOOTHING = ("grey", "grey", "grey", "unhinted", "subpixel", "none")
_SMALL = (10, 11, 11, 11, 12, 12, 12, 13, 13, 14, 16)
_FITTED = ("hinted", "hinted", "cleartype", "cleartype", "bitmap", "grey", "subpixel")

# A line as a finder sees it: the text's content area, as far as an icon beside it; an icon alone has a line's room.
_RECTANGLES = """() => [...document.querySelectorAll('span')].map(span => {
  const box = span.getBoundingClientRect(), icon = span.parentElement.querySelector('svg')?.getBoundingClientRect();
  if (!icon) return [box.left, box.top, box.right, box.bottom];
  if (!span.textContent) return [icon.left, icon.top - icon.height * 0.1, icon.right, icon.bottom + icon.height * 0.1];
  return [Math.min(box.left, icon.left), box.top, Math.max(box.right, icon.right), box.bottom];
})"""
_WITH_ICON = 0.15
_ICON_ALONE = 0.03
_FOREIGN = 0.04


@dataclass(frozen=True, slots=True)
class Setting:
    """What a run of sheets is set in. `technical` is the share of digits, addresses, paths and mixed scripts."""

    fonts: tuple[str, ...]
    sizes: tuple[float, ...]
    smoothing: tuple[str, ...]
    ratios: tuple[float, ...]
    technical: float
    foreign: float = _FOREIGN
    # The one-line test: digits, addresses, amounts and dates alone, nothing beside, around or through them.
    is_plain: bool = False


SETTINGS: Final = {
    "web": Setting(tuple(_FONTS), _SIZES, _SMOOTHING, (1, 1, 1, 1, 1.25, 1.5, 2), 0.15),
    "desktop": Setting(tuple(_DESKTOP * 2 + _FONTS), _SMALL, _FITTED, (1, 1, 1, 1, 1.25), 0.45),
    "test": Setting(tuple(_HELD_OUT), (11, 12, 13), ("hinted", "cleartype", "bitmap"), (1,), 1.0, 0.0, True),
}


@dataclass(frozen=True, slots=True)
class Shard:
    """Lines as ink pictures with `PAD` pixels around; `pixels` holds them one after another."""

    pixels: NDArray[np.uint8]
    shapes: NDArray[np.int32]
    texts: list[str]

    def __iter__(self) -> Iterator[tuple[NDArray[np.uint8], str]]:
        at = 0
        for (height, width), text in zip(self.shapes.tolist(), self.texts, strict=True):
            yield self.pixels[at : at + height * width].reshape(height, width), text
            at += height * width


def load_shard(path: Path) -> Shard:
    with np.load(path) as held:
        return Shard(held["pixels"], held["shapes"], json.loads(held["texts"].tobytes().decode("utf-8")))


def render(folder: Path, lines: int, first_seed: int, setting: Setting) -> None:
    """Shards `FIRST_SEED+N.npz` until `lines` are there; those that exist are not made again."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(-(-lines // (PER_SHEET * SHEETS_PER_SHARD))):
        path = folder / f"{first_seed + number:05d}.npz"
        if not path.exists():
            _write(path, _shard(first_seed + number, setting))
            print(path.name, flush=True)


def _shard(seed: int, setting: Setting) -> list[tuple[NDArray[np.uint8], str]]:
    rng = random.Random(seed)
    with open_browser(rng.choice(setting.smoothing)) as browser:
        return [found for _ in range(SHEETS_PER_SHARD) for found in _sheet(browser, rng, setting)]


def _sheet(browser: Browser, rng: random.Random, setting: Setting) -> Iterator[tuple[NDArray[np.uint8], str]]:
    texts = [_text(rng, setting) for _ in range(PER_SHEET)]
    ratio = rng.choice(setting.ratios)
    paper = rng.choice(("#fff", "#fff", "#f8f9fa", "#fafafa", "#111", "#1e1e2e", "#212529", _colour(rng)))
    body = "".join(_block(rng, shown, paper, setting) for shown, _ in texts)
    flow = f"margin:8px;background:{paper};display:flex;flex-wrap:wrap;align-items:flex-start"
    html = f'<!doctype html><meta charset="utf-8"><body style="{flow}">{body}'
    height = 400
    browser.show(Page(html, 1400, height, ratio, "sheet"))
    height = int(browser.tab.evaluate("() => document.documentElement.scrollHeight"))
    browser.show(Page(html, 1400, height, ratio, "sheet"))
    picture = cv2.imdecode(np.frombuffer(browser.photograph(), np.uint8), cv2.IMREAD_COLOR)
    picture = picture if setting.is_plain else _worn(rng, picture)
    for (_, text), rectangle in zip(texts, browser.tab.evaluate(_RECTANGLES), strict=True):
        cut = _cut(picture, [value * ratio for value in rectangle])
        if cut is not None:
            yield cut, text


def _text(rng: random.Random, setting: Setting) -> tuple[str, str]:
    """What is shown, and what is to be read of it: nothing of an icon or of a script that the reader does not know."""
    if setting.is_plain:
        text = measured(rng)
        return text, text
    chance = rng.random()
    if chance < setting.foreign:
        return foreign(rng), ""
    if chance < setting.foreign + _ICON_ALONE:
        return "", ""
    text = technical(rng)[:60] if rng.random() < setting.technical else line(rng)
    return text, text


def _block(rng: random.Random, text: str, paper: str, setting: Setting) -> str:
    ground = rng.choice((paper, paper, paper, _colour(rng), "#0d6efd", "#fff", "#212529"))
    slant = rng.choice(("", "", "", "", "", "", "", "italic "))
    weight = rng.choice((300, 400, 400, 400, 400, 500, 600, 700, 700, 800))
    size = rng.choice(setting.sizes) + rng.choice((0, 0, 0, 0.4, -0.3))
    styles = {
        "font": f"{slant}{weight} {size}px '{rng.choice(setting.fonts)}'",
        "color": _ink_colour(rng, ground),
        "background": ground if rng.random() < 0.95 else f"linear-gradient(90deg,{ground},{_near(rng, ground)})",
        "padding": f"{rng.choice((1, 2, 3, 4, 6))}px {rng.choice((2, 4, 6, 10))}px",
        "margin": f"{rng.choice((0, 1, 2, 4))}px {rng.choice((0, 2, 6))}px",
        "white-space": "pre",
    }
    if setting.is_plain:
        return f'<div style="{_inline(styles)}"><span>{escape(text)}</span></div>'
    styles |= _oddities(rng)
    style = _inline(styles)
    words = f"<span>{escape(text)}</span>"
    if not text or rng.random() < _WITH_ICON:
        words, style = (
            _beside_icon(rng, words, size),
            style + f";display:flex;align-items:center;gap:{_gap(rng, size)}px",
        )
    return f'<div style="{style}">{words}</div>'


def _inline(styles: dict[str, str]) -> str:
    return ";".join(f"{name}:{value}" for name, value in styles.items())


def _oddities(rng: random.Random) -> dict[str, str]:
    """A border, spaced letters, a line below: now and then."""
    styles = {}
    if rng.random() < 0.12:
        styles["border"] = f"1px solid {_colour(rng)}"
    if rng.random() < 0.12:
        styles["letter-spacing"] = f"{rng.choice((-0.03, -0.02, 0.02, 0.05, 0.1))}em"
    if rng.random() < 0.07:
        styles["text-decoration"] = rng.choice(("underline", "underline", "underline", "line-through"))
    return styles


def _gap(rng: random.Random, size: float) -> float:
    return round(max(3.0, size * rng.uniform(0.25, 0.9)), 1)


def _beside_icon(rng: random.Random, words: str, size: float) -> str:
    """An icon before or after: the reader must learn that it is nothing to read."""
    icon = choose_set(rng).draw(rng, round(size * rng.uniform(0.75, 1.35), 1), kind="")
    return icon + words if rng.random() < 0.75 else words + icon


def _colour(rng: random.Random) -> str:
    return "#" + "".join(f"{rng.randrange(256):02x}" for _ in range(3))


def _near(rng: random.Random, colour: str) -> str:
    return "#" + "".join(f"{min(255, max(0, value + rng.randrange(-30, 31))):02x}" for value in _channels(colour))


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    red, green, blue = bytes.fromhex(digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))
    return red, green, blue


def _ink_colour(rng: random.Random, ground: str) -> str:
    """Readable on the ground, from strong to the pale grey of a disabled field."""
    light = sum(_channels(ground)) / 3
    if rng.random() < 0.6:
        on_light = ("#000", "#212529", "#333", "#6c757d", "#495057", "#8a8f98", "#0d6efd")
        return rng.choice(("#fff", "#eee", "#adb5bd", "#ced4da") if light < 128 else on_light)
    while True:
        colour = _colour(rng)
        if sum(abs(one - other) for one, other in zip(_channels(colour), _channels(ground), strict=True)) / 3 > 55:
            return colour


def _worn(rng: random.Random, picture: Any) -> Picture:
    """Some sheets are packed as JPEG, some scaled down and up again or blurred."""
    picture = softened(picture, rng) if rng.random() < 0.15 else picture
    if rng.random() < 0.85:
        return np.asarray(picture, np.uint8)
    quality = [cv2.IMWRITE_JPEG_QUALITY, rng.randrange(55, 95)]
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR), np.uint8)


def _cut(picture: Picture, rectangle: list[float]) -> NDArray[np.uint8] | None:
    left, top = round(rectangle[0]) - PAD, round(rectangle[1]) - PAD
    right, bottom = round(rectangle[2]) + PAD, round(rectangle[3]) + PAD
    if left < 0 or top < 0 or right > picture.shape[1] or bottom > picture.shape[0] or right - left < 2 * PAD + 3:
        return None
    return ink(picture[top:bottom, left:right])


def _write(path: Path, found: list[tuple[NDArray[np.uint8], str]]) -> None:
    texts = np.frombuffer(json.dumps([text for _, text in found], ensure_ascii=False).encode("utf-8"), np.uint8)
    shapes = np.array([cut.shape for cut, _ in found], np.int32)
    partial = path.with_suffix(".part.npz")
    np.savez(partial, pixels=np.concatenate([cut.ravel() for cut, _ in found]), shapes=shapes, texts=texts)
    partial.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1000, help="the first shard's; shards below 100 are for validation")
    parser.add_argument("--setting", choices=tuple(SETTINGS), default="web")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    render(asked.folder, asked.lines, asked.seed, SETTINGS[asked.setting])


if __name__ == "__main__":
    main()
