# ruff: noqa: E501 - HTML is easier to read in whole pieces.
"""The truth read from a page is what the contract says an element is."""

from typing import Any

import pytest

playwright = pytest.importorskip("playwright", reason="rendering pages needs ops/requirements/training.txt")

from training.browser import Browser  # noqa: E402
from training.pages import Page  # noqa: E402

SHEET = (
    "*{box-sizing:border-box}body{margin:0;font:16px/24px 'DejaVu Sans',sans-serif;background:#fff;color:#222}"
    "div,a,svg,img,input,span{position:absolute}p{margin:0;position:absolute}"
)


def truth(browser: Browser, body: str, ratio: float = 1) -> dict[str, Any]:
    browser.show(Page(f"<!doctype html><style>{SHEET}</style><body>{body}</body>", 400, 300, ratio, "test"))
    return browser.truth()


def boxes(found: dict[str, Any], kind: str) -> list[tuple[int, int, int, int]]:
    return [tuple(element["box"].values()) for element in found["elements"] if element["kind"] == kind]


@pytest.mark.parametrize(
    ("look", "is_button"),
    [
        ("background:#06c;color:#fff", True),
        ("border:1px solid #888", True),
        ("box-shadow:0 1px 3px #0006", True),
        ("background:color-mix(in srgb,#06c 16%,#fff)", True),
        ("border-bottom:2px solid #06c", False),
        ("color:#06c", False),
        ("background:#fff", False),
        ("border:1px solid transparent", False),
    ],
)
def test_a_clickable_is_a_button_by_its_looks_and_a_label_otherwise(
    browser: Browser, look: str, is_button: bool
) -> None:
    found = truth(browser, f'<a data-k="click" style="left:20px;top:30px;padding:8px 12px;{look}">Save</a>')
    assert len(boxes(found, "button")) == is_button
    assert len(boxes(found, "label")) == (not is_button)
    assert found["elements"][0]["text"] == "Save"


def test_a_paragraph_of_three_lines_is_three_labels(browser: Browser) -> None:
    found = truth(
        browser, '<p style="left:10px;top:10px;width:160px">Prices include <b>VAT</b> and the delivery to your door</p>'
    )
    lines = boxes(found, "label")
    assert len(lines) == 3
    assert all(box[0] == 10 and box[2] <= 160 for box in lines)
    assert [line[1] for line in lines] == sorted({line[1] for line in lines})


def test_boxes_are_device_pixels(browser: Browser) -> None:
    found = truth(
        browser, '<input data-k="input" style="left:20px;top:30px;width:150px;height:40px" value="a">', ratio=2
    )
    assert boxes(found, "input") == [(40, 60, 300, 80)]
    assert (found["width"], found["height"]) == (800, 600)


def test_an_icon_is_its_ink_and_none_inside_a_button(browser: Browser) -> None:
    svg = '<svg data-k="icon" style="left:{}px;top:50px;width:24px;height:24px" viewBox="0 0 24 24"><rect x="4" y="6" width="12" height="10" fill="#222"/></svg>'
    found = truth(
        browser,
        svg.format(100)
        + f'<div data-k="click" style="left:200px;top:40px;width:60px;height:60px;background:#06c">{svg.format(10)}</div>',
    )
    assert boxes(found, "icon") == [(104, 56, 12, 10)]


def test_what_is_covered_or_mostly_outside_is_no_element(browser: Browser) -> None:
    box = '<div data-k="checkbox" style="left:{}px;top:{}px;width:20px;height:20px;border:1px solid #222"></div>'
    cover = '<div style="left:100px;top:100px;width:50px;height:50px;background:{}"></div>'
    assert len(boxes(truth(browser, box.format(110, 110) + cover.format("#eee")), "checkbox")) == 0
    assert len(boxes(truth(browser, box.format(110, 110) + cover.format("#0003")), "checkbox")) == 1
    assert len(boxes(truth(browser, box.format(392, 50)), "checkbox")) == 0
    assert boxes(truth(browser, box.format(388, 50)), "checkbox") == [(388, 50, 12, 20)]


def test_pictures_from_32_pixels_are_images_and_their_insides_ignored(browser: Browser) -> None:
    image = '<img data-k="image" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E" style="left:10px;top:10px;width:{0}px;height:{0}px">'
    found = truth(browser, image.format(32))
    assert boxes(found, "image") == [(10, 10, 32, 32)]
    assert [tuple(box.values()) for box in found["ignore"]] == [(10, 10, 32, 32)]
    assert boxes(truth(browser, image.format(31)), "image") == []


def test_text_of_its_grounds_colour_is_no_label(browser: Browser) -> None:
    text = '<p style="left:10px;top:10px;color:{};background:{}">Nobody reads this</p>'
    for colour, ground, is_read in (
        ("#fff", "#fff", False),
        ("oklch(0.98 0.01 90)", "#fff", False),
        ("oklch(0.4 0.1 250)", "oklch(0.9 0.05 250)", True),
        ("color-mix(in oklab,#000 60%,transparent)", "#fff", True),
        ("#222", "linear-gradient(#202020,#303030)", False),
    ):
        assert len(boxes(truth(browser, text.format(colour, ground)), "label")) == is_read, colour
    picture = '<img src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E" style="left:0;top:0;width:300px;height:100px">'
    assert len(boxes(truth(browser, picture + text.format("#fff", "none")), "label")) == 1


def test_a_drawn_check_box_is_its_ink_and_a_small_flag_its_frame(browser: Browser) -> None:
    box = '<svg data-k="checkbox" style="left:50px;top:50px;width:24px;height:24px" viewBox="0 0 24 24"><path d="M3 3h18v18h-18z"/></svg>'
    flag = '<img data-k="icon" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E" style="left:100px;top:50px;width:20px;height:15px">'
    found = truth(browser, box + flag)
    assert boxes(found, "checkbox") == [(53, 53, 18, 18)]
    assert boxes(found, "icon") == [(100, 50, 20, 15)]
