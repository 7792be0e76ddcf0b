"""One everyday pair: show a screen, change it, photograph both, read the truth, hold it against the pixels."""

import json
import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from training.browser import Browser
from training.everyday.kinds import EverydayKind
from training.everyday.pixels import AFTER, NotHere, Picture, Taken
from training.everyday.screens import make_screen
from training.everyday.seen import Box, Seen, grown
from training.everyday.truth import changes_of
from training.pages import procedural_pictures
from training.pages.site import Page

OPERATIONS = (Path(__file__).resolve().parent / "operations.js").read_text(encoding="utf-8")
# Types that fail at each level whatever else is the case.
AT_CONTENT = {"missing", "added", "moved", "resized", "layout_shift", "text_changed", "image_changed"}
AT_LAYOUT = {"missing", "added", "moved", "resized", "layout_shift"}
# A pixel differs when a channel differs by more than this; this many may lie outside the truth (rounding at edges).
SEEN_LEVELS = 3
SLACK_PX = 24
GROWN_PX = 4
# A row that makes the columns of its table narrower is another kind: too much follows from it.
MOST_CHANGES = {"row_inserted": 2, "row_removed": 2, "text_wraps": 3, "state_moved": 3, "theme_switch": 1}
SHOWN_PX = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """`actual` may be BGR, BGRA or 16 bit: what the PNG shall hold."""

    reference: Picture
    actual: Picture
    truth: dict[str, Any]


def make_pair(browser: Browser, kind: EverydayKind, seed: int, is_small: bool = False) -> Pair:
    """The pair of this kind and seed. Raises `NotHere` where the page has nothing for it or the pixels disagree."""
    rng = random.Random(f"pair/{kind.name}/{seed}")
    page, twin = make_screen(rng.choice(kind.screens), seed, is_small)
    browser.show(page)
    browser.tab.evaluate(OPERATIONS)
    browser.tab.evaluate("() => window.everyday.number()")
    before, reference = observed(browser), photographed(browser)
    if not 8 <= len(before.elements) <= 160:
        raise NotHere
    told = changed(browser, kind, rng, twin)
    if "taller" in told:
        resize(browser, page, int(told["taller"]))
    after, actual = observed(browser), photographed(browser)
    changes, alternatives = changes_of(told, before, after)
    taken = AFTER[kind.after](actual, before, rng) if kind.after else Taken(actual)
    changes, alternatives = changes + taken.changes, alternatives + taken.alternatives
    is_expected = kind.category.startswith(("nc_", "cropped_ground"))
    if bool(changes) == is_expected or len(changes) > MOST_CHANGES.get(kind.category, 99):
        raise NotHere
    if not kind.after:
        keep_shown_parts(reference, taken.actual, changes)
        check(reference, taken.actual, changes, alternatives, int(told.get("halo", GROWN_PX)))
    truth = {
        "category": kind.category,
        "changes": changes,
        "verdicts": verdicts(changes, told, taken),
        "page": f"{page.family}, seed {seed}",
        "size": [page.width, page.height],
        "note": taken.note or told.get("note") or "",
        "alternatives": alternatives,
    }
    return Pair(reference, taken.actual, truth)


def observed(browser: Browser) -> Seen:
    browser.tab.evaluate("() => window.everyday.number()")
    return Seen.of(browser.truth(), browser.tab.evaluate("() => window.everyday.observe()"))


def photographed(browser: Browser) -> Picture:
    picture = cv2.imdecode(np.frombuffer(browser.photograph(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture)


def changed(browser: Browser, kind: EverydayKind, rng: random.Random, twin: str) -> dict[str, Any]:
    chart = procedural_pictures.chart(rng, 380, 180, "#8a8a8a", "#cfcfcf", "#2f6fde")
    told: dict[str, Any] | None = browser.tab.evaluate(
        "([name, seed, twin, photo, chart]) => window.everyday.change(name, seed, twin, photo, chart)",
        [kind.operation, rng.randrange(1, 2**31), twin, procedural_pictures.photo(rng, 320, 220), chart],
    )
    if told is None:
        raise NotHere
    return told


def resize(browser: Browser, page: Page, by: int) -> None:
    metrics = {"width": page.width, "height": page.height + by, "deviceScaleFactor": page.ratio, "mobile": False}
    browser.wire.send("Emulation.setDeviceMetricsOverride", metrics)


def verdicts(changes: list[dict[str, Any]], told: dict[str, Any], taken: Taken) -> dict[str, str]:
    """At each level what must come out; a level that can be argued about is left out."""
    types = {change["type"] for change in changes}
    found: dict[str, str | None] = {"strict": "failed" if changes else "passed"}
    found["content"] = "failed" if types & AT_CONTENT else None if types else "passed"
    is_steady = all(change["reference_box"] == change["actual_box"] for change in changes)
    found["layout"] = "failed" if types & AT_LAYOUT else "passed" if is_steady else None
    found |= {level: told["levels"][level] for level in told.get("levels", {}) if not types & AT_LAYOUT}
    found |= taken.levels
    return {level: verdict for level, verdict in found.items() if verdict}


# -- the truth against the pixels ----------------------------------------------------------------------------------------------


def check(
    reference: Picture, actual: Picture, changes: list[dict[str, Any]], alternatives: list[Any], halo: int
) -> None:
    """Every change shows, and what differs lies in the truth's boxes. Without changes nothing large may differ."""
    differing = difference(reference, actual)
    height = differing.shape[0]
    outside = differing.copy()
    for entry in [*changes, *(one for listed in alternatives[:1] for one in listed)]:
        boxes = [box for box in (entry["reference_box"], entry["actual_box"], *entry.get("parts", ())) if box]
        is_inside = max(box["y"] + box["height"] for box in boxes) <= height
        if entry in changes and is_inside and not any(shown(differing, box) for box in boxes):
            raise NotHere("a change does not show")
        for box in boxes:
            mark(outside, grown(box, halo))
    if changes and outside.sum() > SLACK_PX:
        raise NotHere(f"{outside.sum()} px differ outside of the truth")


def difference(reference: Picture, actual: Picture) -> Any:
    height, width = min(reference.shape[0], actual.shape[0]), min(reference.shape[1], actual.shape[1])
    return np.abs(reference[:height, :width].astype(int) - actual[:height, :width]).max(axis=2) > SEEN_LEVELS


def keep_shown_parts(reference: Picture, actual: Picture, changes: list[dict[str, Any]]) -> None:
    """A cause that reached the whole page did not reach what looks as before."""
    differing = difference(reference, actual)
    for change in changes:
        if change["type"] == "style_changed" and "parts" in change:
            change["parts"] = [box for box in change["parts"] if shown(differing, box)]


def shown(differing: Any, box: Box) -> bool:
    part = differing[max(0, box["y"]) : box["y"] + box["height"], max(0, box["x"]) : box["x"] + box["width"]]
    return int(part.sum()) >= SHOWN_PX


def mark(mask: Any, box: Box) -> None:
    mask[max(0, box["y"]) : max(0, box["y"] + box["height"]), max(0, box["x"]) : max(0, box["x"] + box["width"])] = (
        False
    )


def write(folder: Path, name: str, pair: Pair) -> None:
    """The three files of a pair, the pictures packed as tightly as PNG allows."""
    flags = [cv2.IMWRITE_PNG_COMPRESSION, 9]
    cv2.imwrite(str(folder / f"{name}.reference.png"), pair.reference, flags)
    cv2.imwrite(str(folder / f"{name}.actual.png"), pair.actual, flags)
    text = re.sub(r"[\[{][^\[\]{}]*[\]}]", one_line, json.dumps(pair.truth, ensure_ascii=False, indent=1)) + "\n"
    (folder / f"{name}.truth.json").write_text(text, encoding="utf-8")


def one_line(found: re.Match[str]) -> str:
    """A box or a short list, which is easier to read in a line of its own."""
    return (
        re.sub(r"\n\s*", " ", found.group(0))
        .replace("{ ", "{")
        .replace(" }", "}")
        .replace("[ ", "[")
        .replace(" ]", "]")
    )


OTHER_WAY = {"missing": "added", "added": "missing"}


def turned(pair: Pair) -> Pair:
    """The same change the other way round: what came goes, what went comes."""
    lists = [pair.truth["changes"], *pair.truth["alternatives"]]
    changes, *others = [[turned_change(change) for change in listed] for listed in lists]
    note = f"{pair.truth['note']} (sides swapped)".strip()
    return Pair(pair.actual, pair.reference, pair.truth | {"changes": changes, "alternatives": others, "note": note})


def turned_change(change: dict[str, Any]) -> dict[str, Any]:
    made = change | {"type": OTHER_WAY.get(change["type"], change["type"])}
    made |= {"reference_box": change["actual_box"], "actual_box": change["reference_box"]}
    if "before" in change:
        made |= {"before": change["after"], "after": change["before"]}
    if "vector" in change:
        made["vector"] = [-step for step in change["vector"]]
    return made
