# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""`python -m training.defect_pictures --out doc/pictures`: a picture for each defect type, for what one cause does to many
elements, and for noise, as Etalon draws them.

A small page is changed in its DOM, photographed, compared as the service compares, and drawn by `vision.drawing`.
"""

import argparse
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2

from training.browser import Browser, open_browser
from training.demo_pages import SHEET, icon
from training.pages import Page
from training.pages.procedural_pictures import photo
from training.pairs import disturbed
from vision.difference.comparison import compare
from vision.drawing import draw_diff, draw_side_by_side
from vision.elements.analysis import Engines, analyze, load_engines
from vision.image import ImageLimits, decode
from vision.types import CompareOptions, Comparison, DefectType, Picture

ROOT = Path(__file__).resolve().parent.parent
LIMITS = ImageLimits(max_bytes=5_000_000, max_pixels=5_000_000)
WIDTH, HEIGHT = 460, 330

OTHER_PHOTO = json.dumps(photo(random.Random(23), 320, 240))
BANNER = "const bar = document.createElement('div'); bar.style = 'padding:12px 16px;margin-bottom:14px;border-radius:8px;background:#fde68a;color:#422006;font-weight:600'; bar.textContent = 'Free delivery until Sunday'; document.querySelector('main').prepend(bar);"
CHANGES = {
    DefectType.MISSING: "document.querySelector('#pay').style.visibility = 'hidden'",
    DefectType.ADDED: "document.querySelector('#gift').style.visibility = 'visible'",
    DefectType.MOVED: "document.querySelector('#back').style.cssText += ';position:relative;left:9px;top:6px'",
    DefectType.RESIZED: "document.querySelector('#code').style.width = '150px'",
    DefectType.TEXT_CHANGED: "document.querySelector('#price').textContent = '$94.50'",
    DefectType.STYLE_CHANGED: "document.querySelector('#pay').style.cssText += ';background:#d9480f;border-color:#d9480f'",
    DefectType.IMAGE_CHANGED: f"return new Promise(done => {{ const img = document.querySelector('#photo'); img.onload = done; img.src = {OTHER_PHOTO}; }})",
    DefectType.LAYOUT_SHIFT: BANNER,
}
BODY = f"""
<main style="display:block;padding:20px 24px"><div class="row" style="justify-content:space-between"><h1 style="font-size:22px">Your order</h1>{icon("cart")}</div>
<div class="row" style="margin:16px 0;align-items:flex-start;gap:18px"><img id="photo" src="{photo(random.Random(11), 320, 240)}" style="width:128px;height:96px;border-radius:8px">
<div><div style="font-weight:600">Canvas backpack</div><div class="muted">Sand, 18 l</div><div class="price" id="price" style="margin-top:14px">$64.50</div></div></div>
<div class="row" style="margin-bottom:14px"><div class="search" id="code" style="width:210px">Promo code</div><span id="gift" style="visibility:hidden;color:#14683b;font-weight:600">Gift wrapped</span></div>
<div class="row" style="margin-bottom:18px"><input type="checkbox" checked style="width:16px;height:16px;margin:0"><span>Remember my address</span></div>
<div class="row"><span class="btn" id="back">Back</span><span class="btn main" id="pay">Pay now</span></div></main>
"""


ROWS = (
    ("Ada Lindqvist", "Oslo", "4"),
    ("Boris Ilyin", "Kazan", "17"),
    ("Carla Mendes", "Porto", "9"),
    ("Dan Whitby", "Leeds", "26"),
)
TEAM = f"""
<main id="team" style="display:block;padding:16px 24px"><div class="row" style="gap:6px;margin-bottom:12px">{"".join(f'<span class="tab{" on" if at == 0 else ""}">{name}</span>' for at, name in enumerate(("Members", "Invited", "Left")))}
<input type="radio" name="mail" checked style="width:16px;height:16px;margin:0 4px 0 auto"><span>Daily</span><input type="radio" name="mail" id="weekly" style="width:16px;height:16px;margin:0 4px 0 12px"><span>Weekly</span></div>
<div class="card" id="list" style="padding:4px 14px;margin-bottom:14px">{"".join(f'<div class="line"><span style="width:190px">{name}</span><span style="width:120px">{city}</span><span>{count}</span></div>' for name, city, count in ROWS)}</div>
<div class="row"><span class="btn main">Invite</span><span class="btn">Export</span><span class="btn">Close</span></div></main>
"""
TEAM_SHEET = ".tab{padding:7px 14px;border-radius:8px;color:#59617a}.tab.on{background:#3b4fe0;color:#fff}.line{display:flex;padding:9px 0;border-bottom:1px solid #e9ecf3}.line:last-child{border:0}"
LINES = "const list = document.querySelector('#list'), lines = [...list.children];"
DIALOG = 'document.body.insertAdjacentHTML(\'beforeend\', \'<div style="position:absolute;inset:0;background:rgba(20,24,40,.45)"></div><div class="card" style="position:absolute;left:110px;top:86px;width:240px;padding:16px"><b>Leave the team?</b><p style="margin:8px 0 14px">You can be invited again.</p><span class="btn main">Leave</span></div>\')'
ONE_CAUSE = {
    "closed-up": "document.querySelector('#team .btn').remove()",
    "state": "document.querySelector('#weekly').checked = true",
    "background": "document.querySelector('#list').style.background = '#e8eefc'",
    "zebra": f"{LINES} for (const at of [1, 3]) lines[at].style.cssText += ';background:#eef1f8;margin:0 -14px;padding:9px 14px'",
    "reordered": f"{LINES} list.append(...lines.reverse())",
    "swapped": f"{LINES} lines[1].before(lines[2])",
    "dialog": DIALOG,
    "faded": "document.body.style.opacity = '.8'",
}


@dataclass(frozen=True, slots=True)
class Shot:
    reference: Picture
    actual: Picture
    found: Comparison


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "doc" / "pictures")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    engines = load_engines(ROOT / "models" / "detector.onnx", 1, "etalon", ("en", "ru"))
    with open_browser() as browser:
        for type_, change in CHANGES.items():
            shot = compared(browser, engines, change)
            print(type_, [(defect.type.value, defect.kind, defect.text) for defect in shot.found.defects])
            write(asked.out / f"defect-{type_.replace('_', '-')}.png", side_by_side(shot))
        for name, change in ONE_CAUSE.items():
            shot = compared(browser, engines, change, body=TEAM)
            print(name, [(defect.type.value, defect.kind, defect.text) for defect in shot.found.defects])
            write(asked.out / f"cause-{name}.png", side_by_side(shot))
        shot = compared(browser, engines, "", "jpeg90")
    noise = [one for one in shot.found.noise if one.area_px > 8]
    print("noise", {one.reason for one in noise}, shot.found.defects)
    write(
        asked.out / "defect-noise.png",
        draw_diff(shot.reference, shot.actual, (), shot.found.noise, (), shot.found.alignment),
    )
    return 0


def compared(browser: Browser, engines: Engines, change: str, noise: str = "", body: str = BODY) -> Shot:
    sheet = f"<style>{SHEET}{TEAM_SHEET}</style>"
    browser.show(Page(f'<!doctype html><meta charset="utf-8">{sheet}<body>{body}</body>', WIDTH, HEIGHT, 1, "order"))
    reference = decode(browser.photograph(), LIMITS)
    browser.tab.evaluate(f"() => {{ {change} }}")
    actual = decode(disturbed(browser.photograph(), noise), LIMITS)
    found = compare(reference, actual, analyze(reference, engines), engines, CompareOptions())
    return Shot(reference, actual, found)


def side_by_side(shot: Shot) -> Picture:
    return draw_side_by_side(shot.reference, shot.actual, shot.found.defects)


def write(path: Path, picture: Picture) -> None:
    cv2.imwrite(str(path), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    sys.exit(main())
