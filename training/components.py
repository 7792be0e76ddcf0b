"""`python -m training.components --out tests/data/pairs/components`: screenshots of single components, before and after a change.

A component's picture is as large as the component, so most of the pairs are of two sizes. `TRUTH` says what a person sees, by
type; the whole expected report is beside the pictures. Needs Chromium.
"""

import argparse
import json
from pathlib import Path

from training.browser import open_browser

STYLE = """
body { margin: 0; padding: 20px; font: 14px 'DejaVu Sans', sans-serif; color: #222; background: #fff }
#c { display: inline-block; padding: 16px; background: #fff }
.b { padding: 8px 16px; border-radius: 6px; border: 0; background: #2563eb; color: #fff; font: inherit }
.o { background: #fff; color: #2563eb; border: 1px solid #2563eb }
.card { border: 1px solid #ddd; border-radius: 8px; padding: 16px; width: 280px }
.card h3 { margin: 0 0 8px; font-size: 18px } .muted { color: #777; font-size: 13px }
.badge { background: #e11d48; color: #fff; border-radius: 10px; padding: 2px 8px; font-size: 12px }
.chip { display: inline-block; background: #eef; border-radius: 12px; padding: 4px 10px; margin: 2px }
ul { list-style: none; margin: 0; padding: 6px 0; border: 1px solid #ccc; border-radius: 6px; width: 180px }
li { padding: 8px 14px }
.mid { text-align: center; width: 420px; padding: 50px 0 } .low { padding: 30px 0 } .mid h1 { margin: 0 0 10px; font-size: 34px }
input { padding: 8px; border: 1px solid #bbb; border-radius: 4px; font: inherit; width: 200px } label { display: block }
.wrong { border-color: #dc2626 } .hint { color: #dc2626; font-size: 12px; margin-top: 4px }
table { border-collapse: collapse } td, th { border-bottom: 1px solid #ddd; padding: 6px 14px; text-align: left }
.tip { background: #333; color: #fff; padding: 6px 10px; border-radius: 4px }
"""
WORDS = "The parcel is handed over to the courier in the {}, and you will get a message with its number as soon as it leaves us."


def _parcel(when: str = "evening", style: str = "width: 380px") -> str:
    return f"<div style='{style}'>{WORDS.format(when)}</div>"


def _card(title: str, *lines: str) -> str:
    return f"<div class=card><h3>{title}</h3>{''.join(f'<div class=muted>{line}</div>' for line in lines)}</div>"


def _menu(*entries: str) -> str:
    return f"<ul>{''.join(f'<li>{entry}' for entry in entries)}</ul>"


def _table(*rows: tuple[str, str]) -> str:
    return f"<table><tr><th>Name<th>Size{''.join(f'<tr><td>{name}<td>{size}' for name, size in rows)}</table>"


def _chips(*words: str) -> str:
    return f"<div style='width: 320px'>{''.join(f'<span class=chip>{word}</span>' for word in words)}</div>"


# What the component is before and after, and the types of the changes that a person sees.
TRUTH: dict[str, tuple[str, str, list[str]]] = {
    "button_text": ("<button class=b>Save</button>", "<button class=b>Save changes</button>", ["text_changed"]),
    "button_padding": (
        "<button class=b>Send</button>",
        "<button class=b style='padding: 14px 28px'>Send</button>",
        ["resized"],
    ),
    "button_gone": (
        "<button class='b o'>Cancel</button> <button class=b>Save</button>",
        "<button class=b>Save</button>",
        ["missing"],
    ),
    "tooltip": ("<span class=tip>Copy</span>", "<span class=tip>Copied!</span>", ["text_changed"]),
    "badge": ("Inbox <span class=badge>3</span>", "Inbox <span class=badge>128</span>", ["text_changed"]),
    "chips": (_chips("red", "green", "blue"), _chips("red", "yellow", "green", "blue"), ["added"]),
    "card_line": (
        _card("Order 1042", "Sent on Monday"),
        _card("Order 1042", "Sent on Monday", "Two parcels"),
        ["added"],
    ),
    "menu_entry_gone": (
        _menu("Open", "Rename", "Copy link", "Delete"),
        _menu("Open", "Copy link", "Delete"),
        ["missing"],
    ),
    "menu_entry": (_menu("Open", "Rename", "Delete"), _menu("Open", "Rename", "Share", "Delete"), ["added"]),
    "heading": (
        "<div class=mid><h1>Pricing plans</h1>Choose what fits your team</div>",
        "<div class='mid low'><h1>Pricing plan</h1>Choose what fits</div>",
        ["text_changed", "text_changed"],
    ),
    "field_wrong": (
        "<label>E-mail</label><input value='anna@site.org'>",
        "<label>E-mail</label><input class=wrong value='anna@site'><div class=hint>Enter a whole address</div>",
        ["text_changed", "added"],
    ),
    "table_row": (
        _table(("a.txt", "12 kB"), ("report.pdf", "2 MB"), ("z.zip", "8 MB")),
        _table(("a.txt", "12 kB"), ("z.zip", "8 MB")),
        ["missing", "layout_shift"],
    ),
    "larger_letters": (_parcel(), _parcel(style="width: 380px; font-size: 17px"), ["style_changed"]),
    "narrower": (_parcel(), _parcel(style="width: 300px"), ["resized"]),
    "other_words": (_parcel(), _parcel("morning at the latest"), ["text_changed"]),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with open_browser() as browser:
        for name, (before, after, types) in TRUTH.items():
            for side, shown in (("reference", before), ("actual", after)):
                browser.tab.set_content(f"<style>{STYLE}</style><div id=c>{shown}</div>")
                browser.tab.locator("#c").screenshot(path=out / f"{name}.{side}.png")
            truth = {"category": f"component_{name}", "changes": [{"type": type_} for type_ in types]}
            (out / f"{name}.truth.json").write_text(json.dumps(truth) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
