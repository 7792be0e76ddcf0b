"""`python -m training.changed_pages --out tests/data/pairs/looks`: whole pages in looks of their own, before and after a change.

`TRUTH` says what a person sees, by type; the whole expected report is beside the pictures. Needs Chromium.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

from training.browser import open_browser


@dataclass(frozen=True, slots=True)
class Look:
    """A page: its size in pixels, its style and its body."""

    width: int
    height: int
    style: str
    body: str

    def html(self) -> str:
        return f"<style>* {{ box-sizing: border-box }} body {{ margin: 0 }} {self.style}</style>{self.body}"


def _icon(*paths: str) -> str:
    drawn = "".join(f"<path d='{path}'/>" for path in paths)
    return f"<svg width=20 height=20 viewBox='0 0 24 24' fill=none stroke=currentColor stroke-width=2>{drawn}</svg>"


BELL, GEAR = (
    _icon("M6 16v-5a6 6 0 0 1 12 0v5l2 2H4z", "M10 20h4"),
    _icon("M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M12 2v4M12 18v4"),
)
MAIL, BIN = _icon("M3 6h18v12H3z", "M3 7l9 7 9-7"), _icon("M5 7h14", "M9 7V4h6v3", "M7 7l1 13h8l1-13")
PEN, BAG = _icon("M4 20l1-5L16 4l4 4L9 19z"), _icon("M5 8h14l-1 12H6z", "M9 8a3 3 0 0 1 6 0")

LOOKS = {
    "orders": Look(
        700, 250,
        """
        body { font: 12px 'DejaVu Sans' }
        .tabs { display: flex; padding: 8px 10px 0; border-bottom: 1px solid #c3cad6 }
        .tabs span { padding: 5px 14px; border: 1px solid transparent; border-bottom: 0 }
        .tabs .on { border-color: #c3cad6; background: #fff; margin-bottom: -1px; font-weight: bold }
        p { margin: 10px } .k { margin: 8px 10px; display: flex; gap: 8px }
        .k i { width: 16px; height: 16px; border: 1px solid #6b7280 } .k .on { background: #4f46e5; border-color: #4f46e5 }
        """,
        "<div class=tabs><span>Все заказы</span><span class=on id=t2>В работе</span><span id=t3>Архив</span></div>"
        "<p>Заказ З-0418, ООО «Рассвет», оплачен<p>Заказ З-0419, ИП Громов, ожидает оплаты"
        "<div class=k><i class=on></i>Сообщать покупателю</div><div class=k><i id=x2></i>Показывать отменённые</div>",
    ),
    "mail": Look(
        620, 260,
        """
        body { font: 14px 'Liberation Sans' }
        .t { background: #1f3a34; color: #e9f3ef; height: 50px; display: flex; align-items: center; padding: 0 16px; gap: 18px }
        .t b { font-size: 17px; margin-right: auto } .t span { position: relative; height: 20px }
        .tool { display: flex; gap: 16px; color: #47605a; padding: 14px 16px } h2 { margin: 0 16px 8px; font-size: 19px }
        p { margin: 0 16px } .dot { position: absolute; right: -2px; top: -2px; width: 9px; height: 9px; border-radius: 5px;
        background: #ff5a4d } .count { position: absolute; right: -8px; top: -7px; width: 16px; height: 16px; border-radius: 8px;
        background: #ffb300; color: #222; font: bold 10px/16px 'Liberation Sans'; text-align: center }
        """,
        f"<div class=t><b>Heron Mail</b><span id=i1>{MAIL}</span><span id=i2>{BELL}</span><span id=i3>{GEAR}</span></div>"
        f"<div class=tool><span>{BIN}</span><span id=o2>{PEN}</span></div>"
        "<h2>The boat is ready on Friday</h2><p>The hull is painted and the mast is up. Come by after four.</p>",
    ),
    "shop": Look(
        390, 420,
        """
        body { font: 15px 'Liberation Sans'; position: relative; height: 420px }
        .h { padding: 12px 16px; font-weight: 600; font-size: 17px }
        .photo { height: 150px; background: radial-gradient(circle at 35% 40%, #f8d7b0 0 18%, #e39a5b 34%, #43261b) }
        .b { padding: 14px 16px } .n { font-size: 20px; font-weight: 600 }
        .nav { position: absolute; left: 0; right: 0; bottom: 0; height: 60px; border-top: 1px solid #e4e4e4; display: flex }
        .nav span { flex: 1; text-align: center; padding-top: 8px; color: #777; font-size: 11px }
        .nav svg { display: block; margin: 0 auto 3px }
        .dim { position: absolute; inset: 0; background: rgba(0, 0, 0, .45) }
        .sheet { position: absolute; left: 0; right: 0; bottom: 0; background: #fff; border-radius: 18px 18px 0 0; padding: 20px }
        """,
        "<div class=h>Leather bag</div><div class=photo id=photo></div><div class=b><div class=n>Weekender, brown</div>"
        f"Delivery in two days.</div><div class=nav><span>{MAIL}News</span><span>{BAG}Bag</span><span>{BELL}Alerts</span>"
        f"<span>{GEAR}More</span></div>",
    ),
    "places": Look(
        740, 280,
        """
        body { font: 14px 'Noto Sans'; background: #1b1813; color: #e7e2d8 }
        .h { padding: 14px 22px; border-bottom: 1px solid #3b352c; display: flex; font-size: 18px }
        .u { position: relative; margin-left: auto; width: 32px; height: 32px; border-radius: 16px; background: #5b7f6b;
        font-size: 14px; line-height: 32px; text-align: center; color: #fff }
        .u i { position: absolute; right: -1px; bottom: -1px; width: 10px; height: 10px; border-radius: 5px; background: #45d06f }
        .g { display: grid; grid-template-columns: repeat(3, 1fr); gap: 16px; padding: 20px 22px }
        .c { background: #2a261f; border-radius: 10px; overflow: hidden } .c div + div { padding: 10px 12px }
        .photo { height: 100px }
        """,
        "<div class=h>Atlas<span class=u id=u>MN</span></div><div class=g>"
        "<div class=c id=c1><div class=photo style='background: linear-gradient(160deg, #f3c27a, #b0533a 60%, #5a2a2f)'></div>"
        "<div><b>Old quarry</b><br>12 km from here</div></div>"
        "<div class=c><div class=photo style='background: linear-gradient(20deg, #2d5d7b, #7fb7c9 50%, #e8f0ea)'></div>"
        "<div><b>North pier</b><br>3 km from here</div></div>"
        "<div class=c><div class=photo style='background: radial-gradient(circle at 70% 30%, #d8e59a, #6a8f3c, #23401d)'></div>"
        "<div><b>Fir wood</b><br>7 km from here</div></div></div>",
    ),
    "panels": Look(
        760, 400,
        """
        body { font: 13px 'DejaVu Sans'; background: #0e151c; color: #dfe7ef }
        .tabs { padding: 12px 16px 0 }
        .tabs span { padding: 6px 14px; display: inline-block; border-bottom: 3px solid transparent }
        .tabs .on { border-color: #2f81f7; font-weight: bold }
        .g { display: grid; grid-template-columns: 2fr 1fr; gap: 14px; padding: 16px }
        .p { background: #17212b; border: 1px solid #253341; padding: 14px }
        h3 { margin: 0 0 10px; font-size: 14px; color: #8fa3b5 }
        .bars { display: flex; align-items: flex-end; gap: 10px; height: 110px } .bars i { flex: 1; background: #2f81f7 }
        table { width: 100%; border-collapse: collapse } td { padding: 5px 2px; border-bottom: 1px solid #253341 }
        td:last-child { text-align: right } .disk { height: 10px; background: #253341 }
        .disk div { height: 10px; width: 46%; background: #d29922 }
        """,
        "<div class=tabs><span class=on id=t1>Overview</span><span id=t2>Nodes</span><span>Alerts</span></div><div class=g>"
        "<div class=p><h3>Requests a minute</h3><div class=bars id=bars><i style='height: 40%'></i><i style='height: 62%'></i>"
        "<i style='height: 55%'></i><i style='height: 80%'></i><i style='height: 71%'></i><i style='height: 48%'></i></div></div>"
        "<div class=p><h3>Health</h3>Everything is up.</div><div class=p><h3>Slowest pages</h3><table>"
        "<tr id=r1><td>/search<td>812 ms<tr><td>/cart<td>540 ms<tr><td>/login<td>233 ms</table></div>"
        "<div class=p><h3>Disk</h3><div class=disk><div></div></div><p>46 % of 200 GB</p></div></div>",
    ),
}  # fmt: skip

# The page, what a script changes on it, and the types of the changes that a person sees.
TRUTH: dict[str, tuple[str, str, list[str]]] = {
    "tab_outlined": ("orders", "t2.className = ''; t3.className = 'on'", ["style_changed", "style_changed"]),
    "box_filled": ("orders", "x2.className = 'on'", ["style_changed"]),
    "icon_replaced_by_its_neighbour": ("mail", "i3.remove()", ["missing", "moved", "moved"]),
    "dot_on_icon": ("mail", "i2.insertAdjacentHTML('beforeend', '<i class=dot></i>')", ["added"]),
    "count_on_icon": ("mail", "i2.insertAdjacentHTML('beforeend', '<i class=count>7</i>')", ["added"]),
    "sheet_over_bar": (
        "shop",
        "document.body.insertAdjacentHTML('beforeend', '<div class=dim></div><div class=sheet><b>Added to your bag</b>"
        "<p>Weekender, brown, 1 piece</p><p>Go to the bag</p></div>')",
        ["added", "style_changed"],
    ),
    "photo_of_few_colours": (
        "shop",
        "photo.style.background = 'radial-gradient(circle at 60% 55%, #d5e8f5 0 20%, #6f9fc0 40%, #132536)'",
        ["image_changed"],
    ),
    "card_gone": ("places", "c1.remove()", ["missing", "layout_shift"]),
    "dot_on_portrait": ("places", "u.insertAdjacentHTML('beforeend', '<i></i>')", ["added"]),
    "tab_underlined": ("panels", "t1.className = ''; t2.className = 'on'", ["style_changed", "style_changed", "moved"]),
    "chart": (
        "panels",
        "[62, 30, 88, 45, 20, 75].forEach((height, at) => { bars.children[at].style.height = `${height}%` })",
        ["image_changed"],
    ),
    "row_gone_beside": ("panels", "r1.remove()", ["missing", "moved"]),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for name, (page, script, types) in TRUTH.items():
            look = LOOKS[page]
            browser.tab.set_viewport_size({"width": look.width, "height": look.height})
            browser.tab.set_content(look.html())
            browser.tab.screenshot(path=out / f"{name}.reference.png")
            browser.tab.evaluate(f"() => {{ {script} }}")
            browser.tab.screenshot(path=out / f"{name}.actual.png")
            truth = {"category": f"look_{name}", "changes": [{"type": type_} for type_ in types]}
            (out / f"{name}.truth.json").write_text(json.dumps(truth) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
