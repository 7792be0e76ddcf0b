"""In other frameworks' style sheets, too, a control's truth is what it paints; validation's frameworks stay out of training."""

import base64
import random
from collections.abc import Callable

import cv2
import numpy as np
import pytest

playwright = pytest.importorskip("playwright", reason="rendering pages needs ops/requirements/training.txt")

from training.browser import Browser  # noqa: E402
from training.pages import Page, make_page  # noqa: E402
from training.pages.framework import Framework, dressed  # noqa: E402
from training.pages.frameworks import CLASSES, FRAMEWORKS, HELD_OUT_FRAMEWORKS, NotFetched, load  # noqa: E402
from training.pages.icons import IconSet  # noqa: E402
from training.pages.words import Words  # noqa: E402
from vision.types import Picture  # noqa: E402

STILL = "<style>*,*::before,*::after{transition:none!important;animation:none!important}</style>"
ALLOWED = {"bootstrap", "daisy", "ant", "element", "vuetify", "skeleton", "water", "tachyons"}


def drawn(name: str, seed: int) -> Framework:
    try:
        return load(name)(random.Random(seed), Words(random.Random(seed), "en"), IconSet("own", 1.6), 700)
    except NotFetched as fault:
        pytest.skip(str(fault))


def shot(browser: Browser) -> Picture:
    picture = cv2.imdecode(np.frombuffer(browser.photograph(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, np.uint8)


def painted(browser: Browser, index: int) -> tuple[int, int, int, int]:
    """The box of the pixels that vanish with the element of this number."""
    before = shot(browser)
    show = "([index, how]) => { document.querySelectorAll('[data-k]')[index].style.visibility = how; }"
    browser.tab.evaluate(show, [index, "hidden"])
    changed = np.abs(before.astype(int) - shot(browser)).max(axis=2) > 2
    browser.tab.evaluate(show, [index, ""])
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    return (int(columns[0]), int(rows[0]), int(columns[-1] + 1), int(rows[-1] + 1))


def control_of(parts: Framework, kind: str) -> str:
    make: dict[str, Callable[[], str]] = {
        "input": lambda: parts.input(kind="email"),
        "select": parts.select,
        "checkbox": parts.check,
        "radio": lambda: parts.radio(True),
        "switch": parts.switch,
        "button": lambda: parts.button("Save", "main"),
    }
    return make[kind]()


@pytest.mark.slow
@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("kind", ["input", "select", "checkbox", "radio", "switch", "button"])
def test_the_truth_of_every_control_is_what_it_paints(browser: Browser, name: str, kind: str) -> None:
    for seed in range(3):
        parts = drawn(name, seed)
        body = f'{STILL}<div style="padding:40px;width:420px"><div>{control_of(parts, kind)}</div></div>'
        browser.show(Page(parts.document(body), 700, 300, 1, name))
        found = [element for element in browser.truth()["elements"] if element["kind"] == kind]
        assert len(found) == 1, (name, kind, seed)
        x, y, width, height = found[0]["box"].values()
        marks = browser.tab.evaluate("[...document.querySelectorAll('[data-k]')].map(e => e.dataset.k)")
        index = next(place for place, mark in enumerate(marks) if mark in (kind, "click"))
        left, top, right, bottom = painted(browser, index)
        if kind == "switch":  # Its knob may hang over the track's end.
            left, right = min(left, x), max(right, x + width)
        if "underlined" in body:  # Nothing is drawn at its top.
            top = y
        # A shadow or a ring may reach out a little, a border as pale as its ground may stay back.
        assert max(abs(left - x), abs(top - y), abs(right - x - width), abs(bottom - y - height)) <= 5, (seed, found[0])


def test_frameworks_of_validation_never_come_in_training() -> None:
    assert set(CLASSES) <= ALLOWED
    assert not set(FRAMEWORKS) & set(HELD_OUT_FRAMEWORKS)
    assert set(FRAMEWORKS) | set(HELD_OUT_FRAMEWORKS) == set(CLASSES)
    for name in CLASSES:
        drawn(name, 0)
    assert {make_page(seed, theirs=True).family for seed in range(40)} == set(FRAMEWORKS)
    assert {make_page(seed, held_out=True, theirs=True).family for seed in range(20)} == set(HELD_OUT_FRAMEWORKS)


def test_a_seed_makes_one_page_in_a_framework() -> None:
    for name in CLASSES:
        drawn(name, 0)
    assert make_page(11, theirs=True) == make_page(11, theirs=True)
    assert make_page(11, theirs=True).html != make_page(11).html


def test_our_classes_never_meet_those_of_a_framework() -> None:
    html = dressed('<div class="row wrap"><a cls="btn row" data-class="x">a</a><b class=cut>b</b></div>')
    assert html == '<div class="e-row e-wrap"><a cls="btn row" data-class="x">a</a><b class="e-cut">b</b></div>'


def test_a_framework_that_was_not_fetched_says_what_to_do() -> None:
    class Absent(Framework):
        sheets = ("no-such-package/sheet.css",)

    CLASSES["absent"] = Absent
    try:
        with pytest.raises(NotFetched, match=r"python -m training\.fetch"):
            load("absent")
    finally:
        del CLASSES["absent"]


def test_every_select_keeps_its_arrow_whatever_its_state(browser: Browser) -> None:
    """A disabled select without an arrow looks like an input, and taught the detector to take one for the other."""
    bare = "e => getComputedStyle(e).appearance === 'none' && getComputedStyle(e).backgroundImage === 'none'"
    count = f"[...document.querySelectorAll('select')].filter({bare}).length"
    for seed in range(500_000, 500_030):
        browser.show(make_page(seed))
        assert browser.tab.evaluate(count) == 0, seed


def test_pictures_stand_in_the_page_itself() -> None:
    """Nothing is loaded from anywhere while a page is drawn."""
    html = "".join(make_page(seed).html for seed in range(500_000, 500_006))
    sources = [part.split('"', 1)[0] for part in html.split('src="')[1:]]
    assert sources and all(source.startswith("data:image/") for source in sources)
    packed = [source for source in sources if ";base64," in source]
    assert all(base64.b64decode(source.split(",", 1)[1])[:4] in (b"\xff\xd8\xff\xe0", b"\x89PNG") for source in packed)
