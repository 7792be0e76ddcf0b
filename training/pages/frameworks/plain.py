# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Frameworks that dress plain HTML: Tachyons, Skeleton and Water.css, with native controls or small classes."""

import random
from html import escape

from training.pages.framework import Framework, Look, fonts

TACHYONS = "tachyons/css/tachyons.min.css"
SKELETON = ("skeleton-css/css/normalize.css", "skeleton-css/css/skeleton.css")
WATER = {True: "water.css/out/dark.min.css", False: "water.css/out/light.min.css"}


class Plain(Framework):
    """Native controls; a subclass names the classes."""

    field = select_class = area_class = label_class = ""

    def button_class(self, look: str) -> str:
        return ""

    def button(self, text: str = "", look: str = "", extra: str = "") -> str:
        rng = self.rng
        look = look or rng.choice(("main", "main", "second", "second", "danger", "quiet", "good", "warn", "dark"))
        inner, chance = escape(text or self.words.action()), rng.random()
        if chance < 0.08:
            inner = self.icon(rng.choice((14, 16)))
        elif chance < 0.2:
            inner = self.icon(rng.choice((14, 16))) + " " + inner
        wide = "width:100%;" if "wide" in extra else "flex:1;" if "grow" in extra else ""
        return f'<button data-k="click" cls="{self.button_class(look)}" style="margin:0;flex:none;{wide}" {"disabled" if rng.random() < 0.08 else ""}>{inner}</button>'

    def input(self, hint: str = "", value: str = "", kind: str = "text") -> str:
        rng = self.rng
        kind = "file" if kind == "text" and not hint and rng.random() < 0.04 else kind
        off = rng.choice(("", "", "", "", "", "", "disabled", "readonly"))
        return f'<input data-k="input" cls="{self.field}" style="width:100%;margin:0;" {off} {self.typed(hint, value, kind)}>'

    def area(self) -> str:
        rng = self.rng
        text = self.words.paragraph(rng.randrange(1, 4)) if rng.random() < 0.6 else ""
        return f'<textarea data-k="input" cls="{self.area_class or self.field}" style="width:100%;margin:0" rows="{rng.randrange(2, 8)}" placeholder="{escape(self.words.sentence())}">{escape(text)}</textarea>'

    def select(self) -> str:
        return f'<select data-k="select" cls="{self.select_class}" style="width:100%;margin:0" {"disabled" if self.rng.random() < 0.08 else ""}><option>{escape(self.words.option())}</option></select>'

    def check(self) -> str:
        return f'<input type="checkbox" data-k="checkbox" style="flex:none" {self.rng.choice(("", "checked"))} {self.rng.choice(("", "", "", "", "disabled"))}>'

    def radio(self, on: bool) -> str:
        return f'<input type="radio" data-k="radio" style="flex:none" {"checked" if on else ""} {self.rng.choice(("", "", "", "", "disabled"))}>'

    def switch(self) -> str:
        """These frameworks have none: a check box or a plain one of ours."""
        on, c = self.rng.random() < 0.5, self.style.colours
        return f'<span data-k="switch" style="display:inline-block;flex:none;width:36px;height:20px;border-radius:10px;background:{c["accent"] if on else "#9aa0a8"};position:relative"><span style="position:absolute;top:2px;{"right" if on else "left"}:2px;width:16px;height:16px;border-radius:50%;background:#fff"></span></span>'

    def choices(self, kind: str, count: int) -> str:
        rng, chosen = self.rng, self.rng.randrange(count)
        rows = [
            f'<label cls="{self.label_class}" style="display:flex;align-items:center;gap:6px;font-weight:400;margin:0">{self.choice_of(kind, index == chosen)}<span>{escape(self.words.choice())}</span></label>'
            for index in range(count)
        ]
        return f'<div class="{"row wrap" if rng.random() < 0.35 else "col tight"}">{"".join(rows)}</div>'

    def labelled(self, control: str, beside: bool = False) -> str:
        name = escape(self.words.field()) + self.rng.choice(("", "", ":", " *"))
        if beside:
            return f'<div class="row"><label style="width:130px;flex:none">{name}</label><div class="grow">{control}</div></div>'
        return f'<div><label cls="{self.label_class}">{name}</label>{control}</div>'

    def grouped(self) -> str:
        rng = self.rng
        rows = (
            f'<div style="display:flex;gap:{rng.choice((0, 4, 8))}px;max-width:{rng.choice((280, 420, 1200))}px">{rng.choice((self.input(), self.select()))}{self.button()}</div>'
            for _ in range(rng.randrange(1, 4))
        )
        return "".join(rows)

    def section(self) -> str:
        title = f"<h{(level := self.rng.choice((3, 4, 5)))}>{escape(self.words.heading())}</h{level}>"
        return f'<section class="col">{title}{self.any_section()}</section>'


class Tachyons(Plain):
    sheets = (TACHYONS,)
    label_class = "db fw6 lh-copy f6"
    tone = "blue"

    def draw_look(self, rng: random.Random) -> Look:
        dark = rng.random() < 0.25
        tone, value = rng.choice((("blue", "#357edd"), ("dark-green", "#137752"), ("purple", "#5e2ca5"), ("dark-red", "#e7040f"), ("navy", "#001b44"), ("hot-pink", "#ff41b4"), ("orange", "#ff6300")))  # fmt: skip
        self.tone = tone
        self.field = f"input-reset {'b--gray' if dark else ''} {rng.choice(('ba', 'ba', 'bb bw1 bt-0 bl-0 br-0', 'bn bg-near-white' if not dark else 'bn bg-mid-gray'))} {rng.choice(('b--black-20', 'b--black-20', 'b--silver', 'b--moon-gray'))} {rng.choice(('pa2', 'pa2', 'pa1', 'pa3'))} {rng.choice(('', 'br1', 'br2', 'br3', 'br-pill'))} db w-100 {'bg-transparent near-white' if dark else ''}"
        self.select_class = rng.choice((self.field.replace("input-reset", ""), "pa1", ""))
        self.shape = f"{rng.choice(('ph3 pv2', 'ph3 pv2', 'ph2 pv1', 'ph4 pv3'))} {rng.choice(('', 'br1', 'br2', 'br3', 'br-pill'))} {rng.choice(('f6', 'f5', 'f7'))}"
        self.card = rng.choice(
            (
                "pa3 ba b--black-10 br2",
                "pa3 shadow-4 br2",
                "pa3",
                "pa4 bg-near-white" if not dark else "pa4 bg-dark-gray",
                "pa3 shadow-1",
            )
        )
        size = rng.choice((14, 16, 16))
        ground = rng.choice(("#fff", "#fff", "#f4f4f4", "#fffceb")) if not dark else rng.choice(("#111", "#333"))
        colours = {
            "page": ground, "surface": "#333" if dark else "#fff", "ink": "#eee" if dark else "#111", "muted": "#999" if dark else "#777", "line": "#555" if dark else "#ccc",
            "soft": "#444" if dark else "#eee", "accent": value, "on_accent": "#fff", "good": "#19a974", "bad": "#ff4136", "warn": "#ffb700", "bar": (bar := rng.choice((value, "#111", "#333", "#fff"))),
            "bar_ink": "#111" if bar == "#fff" else "#fff", "field": "transparent",
        }  # fmt: skip
        rules = f"html{{font-size:{size}px;color-scheme:{'dark' if dark else 'light'}}}body{{font-family:{fonts(rng)};background:{ground};color:{colours['ink']}}}table{{border-collapse:collapse;width:100%}}td,th{{padding:8px;text-align:left;border-bottom:1px solid {colours['line']}}}"
        return Look(dark, colours, self.sheets, rules, size=size)

    def button_class(self, look: str) -> str:
        rng = self.rng
        tone = {"danger": "dark-red", "good": "dark-green", "warn": "orange", "dark": "dark-gray", "second": "gray"}.get(look, self.tone)  # fmt: skip
        if look == "quiet":
            return f"bn bg-transparent {self.shape} {tone}"
        return rng.choice((f"{self.shape} bn white bg-{tone}", f"{self.shape} ba bg-transparent b--{tone} {tone}"))

    def section(self) -> str:
        title = f'<h{(level := self.rng.choice((2, 3, 4)))} cls="mt0 mb2">{escape(self.words.heading())}</h{level}>'
        return f'<section cls="{self.card}"><div class="col">{title}{self.any_section()}</div></section>'

    def badge(self) -> str:
        return f'<span cls="{self.rng.choice(("br-pill", "br1"))} ph2 pv1 f7 white bg-{self.rng.choice(("dark-green", "dark-red", "gray", self.tone))}">{escape(self.words.state())}</span>'


class Skeleton(Plain):
    sheets = SKELETON

    def draw_look(self, rng: random.Random) -> Look:
        accent = rng.choice(("#33c3f0", "#33c3f0", f"hsl({rng.randrange(360)},60%,50%)"))
        colours = {
            "page": "#fff", "surface": "#fff", "ink": "#222", "muted": "#777", "line": "#e1e1e1", "soft": "#f1f1f1", "accent": accent, "on_accent": "#fff", "good": "#2a9d4f", "bad": "#c0392b",
            "warn": "#d98e04", "bar": (bar := rng.choice(("#fff", "#222", "#f8f8f8", accent))), "bar_ink": "#222" if bar in ("#fff", "#f8f8f8") else "#fff", "field": "#fff",
        }  # fmt: skip
        rules = f"html{{font-size:{rng.choice((56, 62.5, 62.5))}%}}body{{font-family:{fonts(rng)}}}.button.button-primary,button.button-primary{{background:{accent};border-color:{accent}}}h1{{font-size:3.6rem}}h2{{font-size:2.6rem}}h3{{font-size:2.2rem}}h4{{font-size:2rem}}h1,h2,h3,h4,h5,p,ul,table{{margin-bottom:0}}li{{margin-bottom:4px}}button{{padding:0 {rng.choice((16, 24, 30))}px}}input[type=checkbox],input[type=radio]{{margin:0}}"
        return Look(False, colours, self.sheets, rules, size=15)

    def button_class(self, look: str) -> str:
        return "button-primary" if look in ("main", "danger") else ""


class Water(Plain):
    sheets = (*WATER.values(),)

    def draw_look(self, rng: random.Random) -> Look:
        dark = rng.random() < 0.45
        colours = {
            "page": "var(--background-body)", "surface": "var(--background-body)", "ink": "var(--text-main)", "muted": "var(--text-muted)", "line": "var(--border)", "soft": "var(--background-alt)",
            "accent": "var(--links)", "on_accent": "#fff", "good": "#2a9d4f", "bad": "#d0453a", "warn": "#d98e04", "bar": (bar := rng.choice(("var(--background-body)", "var(--background-alt)", "#161f27"))),
            "bar_ink": "#fff" if bar == "#161f27" else "var(--text-bright)", "field": "var(--background)",
        }  # fmt: skip
        rules = f"html{{font-size:{rng.choice((14, 15, 16))}px}}body{{font-family:{fonts(rng)};margin:0}}button,input,select,textarea{{margin:0!important}}h1,h2,h3,h4,h5,p,ul,table{{margin-top:0;margin-bottom:0}}"
        return Look(dark, colours, (WATER[dark],), rules, size=16)
