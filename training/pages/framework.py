# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Pages in a framework's own style sheet and markup: what all frameworks share.

Sections and layouts are those of `Parts`; a framework overrides the controls. Its classes are written `cls="..."`;
`class="..."` are ours, which `dressed` renames so that a framework's `.row` or `.btn` never meets them.
"""

import functools
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from training.pages.icons import FETCHED, IconSet
from training.pages.parts import Parts
from training.pages.style import SANS, Style
from training.pages.words import Words


@dataclass(frozen=True, slots=True)
class Look:
    """How one page wears its framework: colours as CSS values (often the framework's variables), rules of this page."""

    dark: bool
    colours: Mapping[str, str]
    sheets: tuple[str, ...]
    rules: str = ""
    html: str = ""
    body: str = ""
    size: float = 16
    facts: Mapping[str, str] = field(default_factory=dict)


class Framework(Parts):
    """One page's controls in the framework's markup."""

    look: Look
    sheets: tuple[str, ...] = ()

    def __init__(self, rng: random.Random, words: Words, icons: IconSet, width: int) -> None:
        self.look = self.draw_look(rng)
        gap = rng.choice((8, 10, 12, 16, 20))
        tokens: dict[str, object] = {"dark": self.look.dark, "gap": gap, "field": "", "box": "", "size": self.look.size}
        style = Style(type(self).__name__.lower(), tokens, dict(self.look.colours), frame_sheet(rng, self.look, gap))
        super().__init__(rng, words, style, icons, width)

    def draw_look(self, rng: random.Random) -> Look:
        raise NotImplementedError

    @classmethod
    def is_fetched(cls) -> bool:
        return all((FETCHED / sheet).is_file() for sheet in cls.sheets)

    def document(self, body: str) -> str:
        sheets = "\n".join(read_sheet(sheet) for sheet in self.look.sheets)
        return (
            f'<!doctype html><html {self.look.html}><head><meta charset="utf-8"><style>{sheets}</style><style>{self.look.rules}{self.style.sheet}</style></head>'
            f"<body {self.look.body}>{dressed(body)}</body></html>".replace("cls=", "class=")
        )

    def typed(self, hint: str, value: str, kind: str) -> str:
        return self.filled(hint, value, kind)[1]

    def choice_of(self, kind: str, on: bool) -> str:
        return self.check() if kind == "check" else self.switch() if kind == "switch" else self.radio(on)

    def table_class(self) -> str:
        return ""

    def table(self) -> str:
        return self.as_table(super().table())

    def matrix(self) -> str:
        return self.as_table(super().matrix())

    def as_table(self, html: str) -> str:
        return html.replace("<table>", f'<table cls="{self.table_class()}">', 1)


def dressed(html: str) -> str:
    """Our classes with a prefix of their own."""
    return re.sub(
        r'(?<![\w-])class=("[^"]*"|\w+)',
        lambda found: 'class="' + " ".join("e-" + name for name in found.group(1).strip('"').split()) + '"',
        html,
    )


@functools.cache
def read_sheet(path: str) -> str:
    return (FETCHED / path).read_text(encoding="utf-8").replace("</style", "")


def fonts(rng: random.Random) -> str:
    return f"'{rng.choice(SANS)}',sans-serif"


def frame_sheet(rng: random.Random, look: Look, gap: int) -> str:
    """Our classes that lay pages out, in the framework's colours."""
    c = look.colours
    radius = rng.choice((0, 3, 4, 6, 8, 12))
    chosen = "background:#ffffff33" if c["accent"] in c["bar"] else rng.choice((f"background:{c['accent']};color:{c['on_accent']}", f"color:{c['accent']};font-weight:600", f"background:{c['soft']}", f"border-left:3px solid {c['accent']}", "background:#ffffff26"))  # fmt: skip
    return f"""
*{{box-sizing:border-box}}html,body{{margin:0;height:100%}}body{{overflow:hidden;max-width:none;padding:0}}body,html{{min-height:0}}svg.e-i{{display:inline-block;vertical-align:-.15em;flex:none}}img{{display:block;object-fit:cover;max-width:none}}a{{text-decoration:none}}
.e-row{{display:flex;align-items:center;gap:{gap}px}}.e-wrap{{flex-wrap:wrap}}.e-col{{display:flex;flex-direction:column;gap:{gap}px;min-width:0}}.e-tight{{gap:{rng.choice((4, 6, 8))}px}}.e-grow{{flex:1;min-width:0}}.e-between{{justify-content:space-between}}
.e-col>h1,.e-col>h2,.e-col>h3,.e-col>p,.e-row>p,.e-row>h1,.e-row>h2,.e-row>h3{{margin:0}}.e-col>ul,.e-row>ul,.e-col>nav,.e-row>nav{{margin:0}}
.e-cut{{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}}.e-choice{{display:flex;align-items:center;gap:8px}}.e-choice.e-top{{align-items:flex-start}}
.e-muted{{color:{c["muted"]}}}.e-small{{font-size:.85em}}.e-strong{{font-weight:600}}.e-link{{color:{c["accent"]}}}.e-good{{color:{c["good"]}}}.e-bad{{color:{c["bad"]}}}
.e-bar{{background:{c["bar"]};color:{c["bar_ink"]}}}.e-rule{{border:0;border-top:1px solid {c["line"]};margin:0;width:100%;opacity:1}}.e-track{{height:8px;background:{c["soft"]};overflow:hidden}}.e-track i{{display:block;height:100%;background:{c["accent"]}}}
.e-menuitem{{display:flex;align-items:center;gap:10px;padding:{rng.choice((5, 7, 9))}px {rng.choice((8, 12))}px;border-radius:{radius}px;white-space:nowrap;color:inherit}}.e-menuitem.e-on{{{chosen}}}
.e-tile{{border:1px solid {c["line"]};border-radius:{radius}px;background:{c["surface"]}}}.e-page{{display:inline-flex;align-items:center;justify-content:center;border-radius:{radius}px}}.e-page.e-on{{background:{c["accent"]};color:{c["on_accent"]}}}
.e-alert{{padding:10px 14px;border:1px solid {c["line"]};border-radius:{radius}px}}.e-chip{{display:inline-flex;align-items:center;gap:5px;padding:3px 10px;border-radius:99px;background:{c["soft"]}}}.e-badge{{padding:1px 7px;border-radius:4px;background:{c["soft"]};font-size:.8em}}
.e-veil{{position:absolute;inset:0;background:rgba(0,0,0,.5)}}.e-dialog{{position:absolute;background:{c["surface"]};border-radius:{radius}px;box-shadow:0 8px 40px rgba(0,0,0,.35);padding:20px}}.e-pop{{position:absolute;background:{c["surface"]};border:1px solid {c["line"]};border-radius:{radius}px;box-shadow:0 4px 16px rgba(0,0,0,.2);padding:6px}}
.e-page-ground{{background:{c["page"]};color:{c["ink"]}}}
"""
