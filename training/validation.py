"""`python -m training.validation --out DIR --count N --seed S`: pairs of screenshots to validate the comparison with.

Each pair is a page of this seed, changed by one known operation of `changes.js` (or several), or disturbed by what changes
nothing; the truth is read from the page before and after. What is made with one seed was never looked at with another.
"""

import argparse
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.browser import Browser, open_browser
from training.pages import Page, make_page
from training.pages.procedural_pictures import photo
from training.pairs import NoTarget, Truth, disturbed, inside, union, write_pair

CHANGES = (Path(__file__).resolve().parent / "changes.js").read_text(encoding="utf-8")
SETTLED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 80)))"
SIZES = ((1280, 720), (1366, 768), (1440, 900), (1024, 768), (1280, 800), (390, 844), (1600, 900))
# Differing pixels farther than this from everything the truth names: the operation did more than it says.
STRAY_PX = 10
MAX_CHANGES = 12

TEXTS = ("label", "label", "label", "button", "input", "select")
FRAMES = ("button", "button", "input", "select")
ANY = ("label", "button", "input", "select", "checkbox", "radio", "switch", "image", "icon")
TOGGLES = ("checkbox", "radio", "switch")

Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Case:
    """`operations`: names in `changes.js`, one of them drawn; `kinds`: what it is done to; `count`: on how many elements."""

    category: str
    operations: tuple[str, ...]
    kinds: tuple[str, ...]
    count: int = 1


CASES = (
    Case("text_changed", ("word", "replaced", "longer"), TEXTS),
    Case("text_changed", ("digit", "currency"), ("label", "button", "input")),
    Case("typo_small", ("typo", "letter_case", "punctuation"), TEXTS),
    Case("truncated", ("truncated",), TEXTS),
    Case("missing", ("hidden",), ANY),
    Case("added", ("shown",), ANY),
    Case("missing_reflow", ("taken_out", "item_removed", "row_removed"), ("label", "button", "input", "icon")),
    Case("removed_icon", ("hidden",), ("icon",)),
    Case("moved", ("moved",), ANY),
    Case("overlap", ("overlaps",), ("label", "button", "image", "icon")),
    Case("resized", ("resized",), (*FRAMES, "image")),
    Case(
        "style_changed", ("colour", "colour_subtle", "italic", "weight", "underline", "font_size", "font"), ("label",)
    ),
    Case("style_changed", ("background", "background_subtle", "colour", "hover"), ("button", "button", "input")),
    Case("style_changed", ("border_colour", "border_width", "radius", "shadow", "focus", "disabled"), FRAMES),
    Case("checkbox_toggled", ("toggled",), TOGGLES),
    Case("image_changed", ("picture", "icon"), ("image", "image", "icon")),
    Case("layout_shift", ("banner", "banner_inside", "collapsed", "spaced", "row_added"), ("label", "button", "input")),
    Case("reordered", ("swapped", "reordered"), ("label", "button", "icon")),
    Case("rewrapped", ("narrower",), ("label",)),
    Case("multiple", ("word", "typo", "hidden", "moved", "colour", "background", "resized"), TEXTS, count=4),
    Case("scrollbar", (), ()),
)
NOISES: dict[str, Callable[[random.Random, Picture], Picture]] = {
    "identical": lambda _, picture: picture,
    "jpeg90": lambda _, picture: coded(picture, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 90),
    "jpeg80": lambda _, picture: coded(picture, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 80),
    "webp": lambda _, picture: coded(picture, ".webp", cv2.IMWRITE_WEBP_QUALITY, 75),
    "brightness": lambda rng, picture: brighter(picture, rng.choice((-2, -1, 1, 2))),
    "offset": lambda rng, picture: slid(picture, rng.choice(((1, 0), (0, 1), (2, 0), (0, -2), (1, 1)))),
}
# What is done in the page, not to the picture.
PAGE_NOISES = {
    "caret": "() => { const field = [...document.querySelectorAll('input:not([type=radio],[type=checkbox],[type=range]),.field')].find(f => f.getBoundingClientRect().height > 18 && f.getBoundingClientRect().top > 0 && f.getBoundingClientRect().bottom < innerHeight); if (!field) return false; const b = field.getBoundingClientRect(), bar = document.createElement('div'), high = Math.round(b.height * .45); bar.style = `position:fixed;z-index:99;width:1px;background:${getComputedStyle(field).color};left:${Math.round(b.left + Math.max(4, parseFloat(getComputedStyle(field).paddingLeft)) - 1)}px;top:${Math.round(b.top + (b.height - high) / 2)}px;height:${high}px`; document.body.append(bar); return true; }",  # noqa: E501
    "subpixel_shift": "() => { document.body.style.transform = 'translate(.35px, 0)'; return true; }",
    "subpixel_text": "() => { document.body.style.textRendering = 'geometricPrecision'; return true; }",
    "reload": "() => true",
}
BROWSER_NOISES = {"hinting": ("unhinted", 1), "lcd_text": ("subpixel", 1), "dpr2_downscaled": ("grey", 2)}
SCROLL_BAR = "() => { const bar = document.createElement('div'); bar.dataset.put = '1'; bar.style = 'position:fixed;z-index:99;right:0;top:0;bottom:0;width:15px;background:#f1f1f1'; bar.innerHTML = '<div style=\"margin:15px 2px;height:40%;background:#c1c1c1\"></div>'; document.body.append(bar); }"  # noqa: E501


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=60, help="pairs with changes; half as many are made without")
    parser.add_argument("--seed", type=int, default=700_000)
    parser.add_argument("--theirs", action="store_true", help="in frameworks' style sheets (python -m training.fetch)")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for number in range(asked.count):
            make_one(browser, asked.out, asked.seed, number, asked.theirs)
        for number in range(asked.count // 4):
            make_one_quiet(browser, asked.out, asked.seed + 500_000, number)
    for noise in BROWSER_NOISES:
        make_repainted(asked.out, asked.seed + 900_000, noise, max(1, asked.count // 16))
    return 0


def make_one(browser: Browser, folder: Path, seed: int, number: int, theirs: bool) -> None:
    case = CASES[number % len(CASES)]
    for attempt in range(40):
        rng = random.Random(f"{seed}/{number}/{attempt}")
        page = page_of(rng, theirs)
        try:
            pair = make_pair(browser, page, case, rng)
        except NoTarget:
            continue
        write_pair(folder, f"{case.category}-{page.family}-{number:03}", *pair)
        return
    print(f"nothing to do {case} on", file=sys.stderr)


def page_of(rng: random.Random, theirs: bool = False) -> Page:
    size = rng.choice(SIZES) if rng.random() < 0.7 else None
    return make_page(rng.randrange(10**9), held_out=rng.random() < 0.5, size=size, theirs=theirs)


def make_pair(browser: Browser, page: Page, case: Case, rng: random.Random) -> tuple[bytes, bytes, Truth]:
    browser.show(page)
    browser.tab.evaluate(f"() => {{ ({CHANGES})(); window.etalon.number(); }}")
    first = browser.truth()
    if not 6 <= len(first["elements"]) <= 250:
        raise NoTarget(NoTarget.__doc__)
    if not case.operations:
        return scroll_bar_pair(browser)
    targets = [(rng.choice(case.operations), *chosen(rng, first, case.kinds)) for _ in range(case.count)]
    for operation, target, _ in targets:
        if operation == "shown":
            ask(browser, "hidden", target, 0.0)
    before, reference = browser.truth(), browser.photograph()
    done = [(name, target) for name, target, _ in targets if ask(browser, name, target, rng.random())]
    if not done:
        raise NoTarget(NoTarget.__doc__)
    browser.tab.evaluate("() => window.etalon.number()")
    browser.tab.evaluate(SETTLED)
    after, actual = browser.truth(), browser.photograph()
    say = browser.tab.evaluate("() => window.etalon.say")
    put = browser.tab.evaluate("() => window.etalon.boxOf('[data-put]')")
    changes = changes_between(before, after, say["looks"], put)
    if not changes or len(changes) > MAX_CHANGES or not is_grounded(reference, actual, changes):
        raise NoTarget(NoTarget.__doc__)
    note = ", ".join(name for name, _ in done)
    return reference, actual, {"category": case.category, "changes": changes, "note": note, "page": page.family}


def chosen(rng: random.Random, truth: Truth, kinds: tuple[str, ...]) -> tuple[str, str]:
    """The id and kind of an element that shows whole."""
    kind = rng.choice(kinds)
    fitting = [e for e in truth["elements"] if e["kind"] == kind and e.get("id") and is_whole(e, truth)]
    if not fitting:
        raise NoTarget(NoTarget.__doc__)
    return str(rng.choice(fitting)["id"]), kind


def is_whole(element: dict[str, Any], truth: Truth) -> bool:
    box = element["box"]
    long_enough = element["kind"] != "label" or len(element["text"]) > 3
    return long_enough and box["width"] >= 8 and inside(
        box, {"x": 4, "y": 4, "width": truth["width"] - 8, "height": truth["height"] - 8}
    )  # fmt: skip


def ask(browser: Browser, name: str, target: str, share: float) -> bool:
    other = photo(random.Random(share), 320, 240)
    return bool(browser.tab.evaluate("a => window.etalon.change(...a)", [name, target, share, other]))


def scroll_bar_pair(browser: Browser) -> tuple[bytes, bytes, Truth]:
    reference = browser.photograph()
    browser.tab.evaluate(SCROLL_BAR)
    box = browser.tab.evaluate("() => { window.etalon ; return window.etalon.boxOf('[data-put]'); }")
    change = {"type": "added", "kind": None, "reference_box": None, "actual_box": box}
    return reference, browser.photograph(), {"category": "scrollbar", "changes": [change]}


# -- the truth: what differs between the page's elements before and after ---------------------------------------------------


def changes_between(before: Truth, after: Truth, looks: dict[str, str], put: dict[str, int] | None) -> list[Truth]:
    old, new = keyed(before), keyed(after)
    changes: list[Truth] = []
    for key in old.keys() | new.keys():
        changes += change_of(old.get(key), new.get(key), looks.get(key[0]), before)
    changes = grouped(changes, before, after)
    if put:
        parts = [c["actual_box"] for c in changes if c["type"] == "added" and inside(c["actual_box"], put)]
        changes = [c for c in changes if c["type"] != "added" or not inside(c["actual_box"], put)]
        block: Truth = {"type": "added", "kind": None, "reference_box": None, "actual_box": put}
        changes.append(block | ({"parts": parts} if parts else {}))
    return taken_together(changes)


def keyed(truth: Truth) -> dict[tuple[str, str, int], dict[str, Any]]:
    """Elements by id, kind and number among those of one id: the lines of one paragraph."""
    found: dict[tuple[str, str, int], dict[str, Any]] = {}
    for element in truth["elements"]:
        number = sum(key[:2] == (element.get("id"), element["kind"]) for key in found)
        found[str(element.get("id")), element["kind"], number] = element
    return found


def at_edge(box: dict[str, int], page: Truth) -> bool:
    """Is it cut by the screenshot's edge, so that its size says nothing?"""
    over = box["x"] + box["width"] >= page["width"] or box["y"] + box["height"] >= page["height"]
    return over or min(box["x"], box["y"]) <= 0


def change_of(old: dict[str, Any] | None, new: dict[str, Any] | None, look: str | None, size: Truth) -> list[Truth]:
    one = old or new
    assert one is not None
    change: Truth = {"kind": one["kind"], "reference_box": old and old["box"], "actual_box": new and new["box"]}
    if old is None or new is None:
        return [{"type": "missing" if old else "added", **change}]
    first, second = old["box"], new["box"]
    if old["text"] != new["text"]:
        return [{"type": "text_changed", **change, "before": old["text"], "after": new["text"]}]
    if look:
        return [{"type": look, **change}]
    cut = at_edge(first, size) or at_edge(second, size)
    if not cut and max(abs(first["width"] - second["width"]), abs(first["height"] - second["height"])) > 2:
        return [{"type": "resized", **change}] if one["kind"] != "label" else [{"type": "style_changed", **change}]
    if max(abs(first["x"] - second["x"]), abs(first["y"] - second["y"])) >= 2:
        return [{"type": "moved", **change}]
    return []


def grouped(changes: list[Truth], before: Truth, after: Truth) -> list[Truth]:
    """Three or more that moved by one vector are one block; what crossed the page's edge with them is its part."""
    ways: dict[tuple[int, int], list[Truth]] = {}
    for change in changes:
        if change["type"] == "moved":
            dx, dy = (change["actual_box"][side] - change["reference_box"][side] for side in "xy")
            way = next((way for way in ways if abs(way[0] - dx) <= 1 and abs(way[1] - dy) <= 1), (dx, dy))
            ways.setdefault(way, []).append(change)
    for (dx, dy), moved in ways.items():
        if len(moved) < 3:
            continue
        gone = [c for c in changes if c["type"] == "missing" and is_over(c["reference_box"], dx, dy, after)]
        come = [c for c in changes if c["type"] == "added" and is_over(c["actual_box"], -dx, -dy, before)]
        changes = [c for c in changes if not any(c is other for other in (*moved, *gone, *come))]
        changes.append({
            "type": "layout_shift", "kind": None,
            "reference_box": union([c["reference_box"] for c in moved]),
            "actual_box": union([c["actual_box"] for c in moved]), "vector": [dx, dy], "elements": len(moved),
        })  # fmt: skip
    return changes


def is_over(box: dict[str, int], dx: int, dy: int, page: Truth) -> bool:
    middle_x, middle_y = box["x"] + dx + box["width"] / 2, box["y"] + dy + box["height"] / 2
    return not (0 <= middle_x < page["width"] and 0 <= middle_y < page["height"])


def taken_together(changes: list[Truth]) -> list[Truth]:
    """Three or more things that went are a block with parts."""
    gone = [change for change in changes if change["type"] == "missing"]
    if len(gone) < 3:
        return changes
    parts = [change["reference_box"] for change in gone]
    block = {"type": "missing", "kind": None, "reference_box": union(parts), "actual_box": None, "parts": parts}
    return [change for change in changes if change["type"] != "missing"] + [block]


def is_grounded(reference: bytes, actual: bytes, changes: list[Truth]) -> bool:
    """Do the pictures differ, and only where the truth says so? (What a shift pushed may differ anywhere.)"""
    first, second = decoded(reference), decoded(actual)
    if first.shape != second.shape:
        return True
    differing = (first != second).any(axis=2)
    if np.count_nonzero(differing) < 6:
        return False
    if any(not is_drawn(differing, change) for change in changes):
        return False
    if any(change["type"] == "layout_shift" for change in changes):
        return True
    for change in changes:
        for box in (change["reference_box"], change["actual_box"]):
            if box:
                top, left = max(0, box["y"] - STRAY_PX), max(0, box["x"] - STRAY_PX)
                bottom, right = box["y"] + box["height"] + STRAY_PX, box["x"] + box["width"] + STRAY_PX
                differing[top:bottom, left:right] = False
    return bool(np.count_nonzero(differing) < 40)


def is_drawn(differing: NDArray[np.bool_], change: Truth) -> bool:
    """Does it show at all? (A browser does not paint every change of its own controls.)"""
    boxes = [change[side] for side in ("reference_box", "actual_box") if change[side]]
    return any(differing[b["y"] : b["y"] + b["height"], b["x"] : b["x"] + b["width"]].any() for b in boxes)


# -- noise: nothing changed -------------------------------------------------------------------------------------------------


def make_one_quiet(browser: Browser, folder: Path, seed: int, number: int) -> None:
    names = [*NOISES, *PAGE_NOISES]
    name = names[number % len(names)]
    for attempt in range(20):
        rng = random.Random(f"{seed}/{number}/{attempt}")
        page = page_of(rng)
        browser.show(page)
        browser.tab.evaluate(SETTLED)
        reference = browser.photograph()
        if name in PAGE_NOISES and not browser.tab.evaluate(PAGE_NOISES[name]):
            continue
        browser.tab.evaluate(SETTLED)
        actual = disturbed(browser.photograph(), "")
        if name in NOISES:
            actual = encoded(NOISES[name](rng, decoded(actual)))
        truth = {"category": "nochange", "changes": [], "noise": name, "page": page.family}
        write_pair(folder, f"{name}-{page.family}-{number:03}", reference, actual, truth)
        return


def make_repainted(folder: Path, seed: int, noise: str, count: int) -> None:
    """The same pages by a browser that smooths letters otherwise, or at twice the density and scaled down."""
    smoothing, density = BROWSER_NOISES[noise]
    pages = [page_of(random.Random(f"{seed}/{noise}/{number}")) for number in range(3 * count)]
    pages = [replace(page, ratio=1) for page in pages]
    with open_browser() as browser:
        references = [shot(browser, page) for page in pages]
    with open_browser(smoothing) as browser:
        actuals = [shot(browser, replace(page, ratio=density)) for page in pages]
    taken = [(page, one, two) for page, one, two in zip(pages, references, actuals, strict=True)
             if stands_alike(one[1], two[1], density)]  # fmt: skip
    for number, (page, (reference, _), (actual, _)) in enumerate(taken[:count]):
        actual = scaled_down(actual, density)
        truth = {"category": "nochange", "changes": [], "noise": noise, "page": page.family}
        write_pair(folder, f"{noise}-{page.family}-{number:03}", reference, actual, truth)


def shot(browser: Browser, page: Page) -> tuple[bytes, Truth]:
    browser.show(page)
    browser.tab.evaluate(SETTLED)
    return browser.photograph(), browser.truth()


def stands_alike(one: Truth, two: Truth, density: int) -> bool:
    """A browser rounds what it lays out to device pixels: at another density a page's end may stand lines lower."""
    first, second = one["elements"], two["elements"]
    return len(first) == len(second) and all(
        abs(a["box"][side] - b["box"][side] / density) <= 1
        for a, b in zip(first, second, strict=True)
        for side in ("x", "y", "width", "height")
    )


def scaled_down(png: bytes, density: int) -> bytes:
    picture = decoded(png)
    size = picture.shape[1] // density, picture.shape[0] // density
    return (
        png if density == 1 else encoded(np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8))
    )


def decoded(png: bytes) -> Picture:
    return np.asarray(cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)


def encoded(picture: Picture) -> bytes:
    return bytes(cv2.imencode(".png", picture)[1])


def coded(picture: Picture, suffix: str, setting: int, quality: int) -> Picture:
    return decoded(bytes(cv2.imencode(suffix, picture, [setting, quality])[1]))


def brighter(picture: Picture, levels: int) -> Picture:
    return np.asarray(np.clip(picture.astype(np.int16) + levels, 0, 255), dtype=np.uint8)


def slid(picture: Picture, step: tuple[int, int]) -> Picture:
    height, width = picture.shape[:2]
    matrix = np.array([[1, 0, step[0]], [0, 1, step[1]]], np.float32)
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8)


if __name__ == "__main__":
    sys.exit(main())
