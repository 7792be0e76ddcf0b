# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""`python -m training.pairs --out tests/data/pairs`: small pairs of screenshots with the truth of what changed.

A page is shown, photographed, changed in its DOM by one known operation, photographed again; the truth is read from the page
before and after. `--pages DIR` makes annotated pages, `--demo DIR` the two pairs that `run.py demo` posts.
"""

import argparse
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.browser import Browser, open_browser
from training.demo_pages import ORDERS, SHOP, release
from training.pages import Page, make_page
from training.pages.procedural_pictures import photo

NUMBER = "() => document.querySelectorAll('body *').forEach((el, index) => { el.dataset.e = index; })"
Truth = dict[str, Any]
Change = dict[str, Any]


class NoTarget(RuntimeError):
    """This page has nothing that the change could be made on without touching the rest."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """`operations`: a name in `OPERATIONS` and the kind it is done to; `noise` is applied to the actual picture."""

    name: str
    operations: tuple[tuple[str, str], ...] = ()
    noise: str = ""


RECIPES = (
    Recipe("nochange", noise="png_encoding"),
    Recipe("nochange_jpeg", noise="jpeg90"),
    Recipe("text_changed", (("text_changed", "label"),)),
    Recipe("missing", (("missing", "button"),)),
    Recipe("added", (("added", "icon"),)),
    Recipe("moved", (("moved", "button"),)),
    Recipe("resized", (("resized", "button"),)),
    Recipe("style_changed", (("style_changed", "button"),)),
    Recipe("image_changed", (("image_changed", "image"),)),
    Recipe("layout_shift", (("layout_shift", ""),)),
    Recipe("multiple", (("text_changed", "label"), ("missing", "icon"), ("style_changed", "button"))),
)

OPERATIONS = {
    "text_changed": "(el) => { const t = [...el.childNodes].find(n => n.nodeType === 3 && n.data.trim()); const words = t.data.trim().split(' '); words[words.length - 1] = /\\d/.test(t.data) ? '731' : 'Атлас'; t.data = words.join(' '); }",
    "missing": "(el) => { el.style.visibility = 'hidden'; }",
    "added": "(el) => { el.style.visibility = 'visible'; }",
    "moved": "(el) => { el.style.position = 'relative'; el.style.left = '14px'; el.style.top = '5px'; }",
    "resized": "(el) => { const b = el.getBoundingClientRect(); el.style.width = (b.width + 22) + 'px'; el.style.marginRight = (parseFloat(getComputedStyle(el).marginRight) - 22) + 'px'; el.style.flex = 'none'; }",
    "style_changed": "(el) => { el.style.background = '#c2410c'; el.style.borderColor = '#c2410c'; el.style.color = '#ffffff'; }",
    "image_changed": "(el) => { el.src = PICTURE; }",
    "layout_shift": "() => { const bar = document.createElement('div'); bar.dataset.k = 'block'; bar.style = 'display:block;margin:0 0 16px;padding:14px 18px;background:#fde68a;color:#422006;border-radius:6px;font-weight:600'; bar.textContent = 'Доставка бесплатна до 30 ноября'; const main = document.querySelector('main'); main.insertBefore(bar, main.firstChild); }",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, help="where the pairs go")
    parser.add_argument("--pages", type=Path, help="where annotated pages go")
    parser.add_argument("--demo", type=Path, help="where the demo's pairs go")
    parser.add_argument("--seed", type=int, default=20)
    asked = parser.parse_args()
    with open_browser() as browser:
        if asked.out:
            make_pairs(browser, asked.out, asked.seed)
        if asked.pages:
            make_pages(browser, asked.pages, asked.seed)
        if asked.demo:
            make_demo(browser, asked.demo)
    return 0


def make_pairs(browser: Browser, folder: Path, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for recipe in RECIPES:
        while True:
            seed += 1
            page = make_page(seed, size=((640, 480), (720, 540), (800, 600), (900, 700))[seed % 4])
            try:
                reference, actual, changes = make_pair(browser, page, recipe)
            except NoTarget:
                continue
            break
        write_pair(
            folder,
            recipe.name,
            reference,
            actual,
            {"category": recipe.name.split("_jpeg")[0], "changes": changes, "page": f"seed {seed}"},
        )


def make_pair(browser: Browser, page: Page, recipe: Recipe) -> tuple[bytes, bytes, list[Change]]:
    browser.show(page)
    browser.tab.evaluate(NUMBER)
    first = browser.truth()
    if not 8 <= len(first["elements"]) <= 70:
        raise NoTarget(NoTarget.__doc__)
    targets: list[tuple[str, str, str]] = []
    for operation, kind in recipe.operations:
        taken = {target for _, _, target in targets}
        targets.append((operation, kind, choose(first, kind, taken) if kind else ""))
    for operation, _, target in targets:
        if operation == "added":
            apply(browser, "missing", target)
    before, reference = browser.truth(), browser.photograph()
    for operation, _, target in targets:
        apply(browser, operation, target)
    after, actual = browser.truth(), browser.photograph()
    changes = [
        change for operation, kind, target in targets for change in changes_of(operation, kind, target, before, after)
    ]
    check(before, after, changes)
    if recipe.operations and (reference == actual or not changes):
        raise NoTarget(NoTarget.__doc__)
    return reference, disturbed(actual, recipe.noise), changes


def choose(truth: Truth, kind: str, taken: set[str]) -> str:
    """The id of a well visible element of this kind that no other element has."""
    ids = [element["id"] for element in truth["elements"]]
    for element in truth["elements"]:
        box = element["box"]
        inside = (
            box["x"] > 10
            and box["y"] > 10
            and box["x"] + box["width"] < truth["width"] - 40
            and box["y"] + box["height"] < truth["height"] - 20
        )
        if (
            element["kind"] == kind
            and ids.count(element["id"]) == 1
            and inside
            and box["width"] >= 12
            and element["id"] not in taken
        ):
            if kind == "label" and len(element["text"]) < 5:
                continue
            return str(element["id"])
    raise NoTarget(NoTarget.__doc__)


def apply(browser: Browser, operation: str, target: str) -> None:
    script = OPERATIONS[operation].replace("PICTURE", json.dumps(photo(random.Random(7), 320, 240)))
    if operation == "layout_shift":
        if not browser.tab.evaluate("() => !!document.querySelector('main')"):
            raise NoTarget(NoTarget.__doc__)
        browser.tab.evaluate(script)
    else:
        browser.tab.evaluate(f'(id) => ({script})(document.querySelector(`[data-e="${{id}}"]`))', target)
    browser.tab.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 60)))")


def changes_of(operation: str, kind: str, target: str, before: Truth, after: Truth) -> list[Change]:
    if operation == "layout_shift":
        return shift_changes(before, after)
    old, new = one(before, target), one(after, target)
    change: Change = {
        "type": operation, "kind": kind,
        "reference_box": old["box"] if old and operation != "added" else None,
        "actual_box": new["box"] if new and operation != "missing" else None,
    }  # fmt: skip
    if operation == "text_changed" and old and new:
        change |= {"before": old["text"], "after": new["text"]}
    return [change]


def shift_changes(before: Truth, after: Truth) -> list[Change]:
    inserted = [element["box"] for element in after["elements"] if element["kind"] == "block"]
    places = {(element["id"], element["text"]): element["box"]["y"] for element in after["elements"]}
    old_places = {(old["id"], old["text"]): old["box"] for old in before["elements"]}
    steps = {places[name] - box["y"] for name, box in old_places.items() if name in places}
    pushed = [box for name, box in old_places.items() if places.get(name, before["height"]) > box["y"]]
    if len(pushed) < 3 or len(inserted) != 1 or len(steps - {0}) != 1:
        raise NoTarget(NoTarget.__doc__)
    step = max(steps)
    block = union(pushed)
    height = min(block["height"], before["height"] - block["y"] - step)
    shift = {
        "type": "layout_shift",
        "kind": None,
        "reference_box": block,
        "actual_box": block | {"y": block["y"] + step, "height": height},
        "elements": len(pushed),
        "vector": [0, step],
    }
    parts = [
        element["box"]
        for element in after["elements"]
        if element["kind"] == "label" and inside(element["box"], inserted[0])
    ]
    added = {"type": "added", "kind": None, "reference_box": None, "actual_box": inserted[0], "parts": parts}
    return [added, shift]


def union(boxes: list[dict[str, int]]) -> dict[str, int]:
    x, y = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    return {
        "x": x,
        "y": y,
        "width": max(box["x"] + box["width"] for box in boxes) - x,
        "height": max(box["y"] + box["height"] for box in boxes) - y,
    }


def one(truth: Truth, target: str) -> dict[str, Any] | None:
    return next((element for element in truth["elements"] if element["id"] == target), None)


def check(before: Truth, after: Truth, changes: list[Change]) -> None:
    """Nothing but what the changes name may differ."""
    if any(change["type"] == "layout_shift" for change in changes):
        return
    boxes = [box for change in changes for box in (change["reference_box"], change["actual_box"]) if box]

    def named(element: dict[str, Any]) -> bool:
        return any(element["box"] == box or inside(element["box"], box) for box in boxes)

    old = [(e["kind"], tuple(e["box"].values()), e["text"]) for e in before["elements"] if not named(e)]
    new = [(e["kind"], tuple(e["box"].values()), e["text"]) for e in after["elements"] if not named(e)]
    if old != new:
        raise NoTarget(NoTarget.__doc__)


def inside(inner: dict[str, int], outer: dict[str, int]) -> bool:
    return (
        inner["x"] >= outer["x"] and inner["y"] >= outer["y"]
        and inner["x"] + inner["width"] <= outer["x"] + outer["width"] and inner["y"] + inner["height"] <= outer["y"] + outer["height"]
    )  # fmt: skip


def disturbed(png: bytes, noise: str) -> bytes:
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    if noise == "jpeg90":
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])[1], cv2.IMREAD_COLOR)
    level = 1 if noise == "png_encoding" else 9
    return bytes(cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, level])[1])


def write_pair(folder: Path, name: str, reference: bytes, actual: bytes, truth: Truth) -> None:
    (folder / f"{name}.reference.png").write_bytes(disturbed(reference, ""))
    (folder / f"{name}.actual.png").write_bytes(actual)
    (folder / f"{name}.truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def make_pages(browser: Browser, folder: Path, seed: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    while made < 10:
        seed += 1
        page = make_page(seed, held_out=made >= 6, size=((640, 480), (720, 600), (800, 600), (390, 700))[made % 4])
        browser.show(page)
        truth = browser.truth()
        if not 12 <= len(truth["elements"]) <= 60 or len({element["kind"] for element in truth["elements"]}) < 4:
            continue
        name = f"{page.family}_{seed}"
        for element in truth["elements"]:
            element.pop("id", None)
        (folder / f"{name}.png").write_bytes(disturbed(browser.photograph(), ""))
        (folder / f"{name}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        made += 1


def make_demo(browser: Browser, folder: Path) -> None:
    """`unchanged`: what lossy compression does and nothing else; `changed`: what `release` does to the shop's page."""
    folder.mkdir(parents=True, exist_ok=True)
    browser.show(ORDERS)
    (folder / "unchanged.reference.png").write_bytes(disturbed(browser.photograph(), ""))
    (folder / "unchanged.actual.png").write_bytes(disturbed(browser.photograph(), "jpeg90"))
    browser.show(SHOP)
    (folder / "changed.reference.png").write_bytes(disturbed(browser.photograph(), ""))
    browser.tab.evaluate(release())
    (folder / "changed.actual.png").write_bytes(disturbed(browser.photograph(), ""))


if __name__ == "__main__":
    sys.exit(main())
