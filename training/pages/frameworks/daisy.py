# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""daisyUI 5: its compiled style sheet with all its themes, without Tailwind's utilities."""

import random
from html import escape

from training.pages.framework import Framework, Look, fonts

SHEET, THEMES = "daisyui/daisyui.css", "daisyui/themes.css"
LIGHT = [
    "light",
    "cupcake",
    "bumblebee",
    "emerald",
    "corporate",
    "retro",
    "cyberpunk",
    "valentine",
    "garden",
    "lofi",
    "pastel",
    "fantasy",
    "wireframe",
    "cmyk",
    "autumn",
    "acid",
    "lemonade",
    "winter",
    "nord",
    "caramellatte",
    "silk",
]
DARK = [
    "dark",
    "synthwave",
    "halloween",
    "forest",
    "aqua",
    "black",
    "luxury",
    "dracula",
    "business",
    "night",
    "coffee",
    "dim",
    "sunset",
    "abyss",
]
SIZES = ("", "", "", "-sm", "-sm", "-xs", "-lg")
TONES = ("primary", "secondary", "accent", "neutral", "info", "success", "warning", "error")
PREFLIGHT = "@layer base{*,::before,::after{box-sizing:border-box;border:0 solid;margin:0;padding:0}button,input,select,textarea{font:inherit;color:inherit;background:transparent}ul,ol{list-style:none}table{border-collapse:collapse}svg,img{display:inline-block;vertical-align:middle}a{color:inherit}}"


class Daisy(Framework):
    sheets = (SHEET, THEMES)

    def draw_look(self, rng: random.Random) -> Look:
        dark = rng.random() < 0.35
        theme = rng.choice(DARK if dark else LIGHT)
        rules, size = "", rng.choice((14, 15, 16, 16))
        if rng.random() < 0.5:
            rules += f"html:root{{--radius-field:{rng.choice((0, 0.25, 0.5, 1, 2))}rem;--radius-box:{rng.choice((0, 0.5, 1))}rem;--radius-selector:{rng.choice((0, 0.25, 0.5, 1))}rem;--border:{rng.choice((1, 1, 1.5, 2))}px}}"
        rules += f"{PREFLIGHT}html{{font-size:{size}px}}body{{font-family:{fonts(rng)};line-height:1.5;background:var(--color-{rng.choice(('base-100', 'base-100', 'base-200', 'base-300'))});color:var(--color-base-content)}}h1{{font-size:2em;font-weight:700}}h2{{font-size:1.4em;font-weight:700}}h3{{font-size:1.15em;font-weight:600}}"
        bar = rng.choice(("base-100", "base-200", "base-300", "neutral", "primary", "neutral"))
        colours = {
            "page": "var(--color-base-200)", "surface": "var(--color-base-100)", "ink": "var(--color-base-content)", "muted": "color-mix(in oklab,var(--color-base-content) 60%,transparent)",
            "line": "color-mix(in oklab,var(--color-base-content) 15%,transparent)", "soft": "var(--color-base-300)", "accent": "var(--color-primary)", "on_accent": "var(--color-primary-content)",
            "good": "var(--color-success)", "bad": "var(--color-error)", "warn": "var(--color-warning)", "bar": f"var(--color-{bar})",
            "bar_ink": "var(--color-base-content)" if "base" in bar else f"var(--color-{bar}-content)", "field": "var(--color-base-100)",
        }  # fmt: skip
        return Look(dark, colours, self.sheets, rules, f'data-theme="{theme}"', size=size, facts={"size": rng.choice(SIZES), "tone": rng.choice(("", "", "primary", "accent", "success"))})  # fmt: skip

    def sized(self, name: str) -> str:
        return f"{name} {name}{self.look.facts['size']}" if self.look.facts["size"] else name

    def toned(self, name: str) -> str:
        return f"{name}-{self.look.facts['tone']}" if self.look.facts["tone"] and self.rng.random() < 0.6 else ""

    def button(self, text: str = "", look: str = "", extra: str = "") -> str:
        rng = self.rng
        look = look or rng.choice(("main", "main", "second", "second", "danger", "quiet", "good", "warn", "dark"))
        tone = {"main": "primary", "second": rng.choice(("", "secondary", "accent")), "danger": "error", "quiet": rng.choice(("ghost", "link")), "good": "success", "warn": "warning", "dark": "neutral"}[look]  # fmt: skip
        inner, shape, chance = escape(text or self.words.action()), rng.choice(("", "", "", "btn-outline", "btn-soft", "btn-dash")), rng.random()  # fmt: skip
        if chance < 0.1:
            shape, inner = rng.choice(("btn-square", "btn-circle")), self.icon(rng.choice((14, 16, 18)))
        elif chance < 0.3:
            inner = self.icon(rng.choice((14, 16))) + inner
        if look == "quiet":
            shape = ""
        wide = 'style="width:100%"' if "wide" in extra else 'style="flex:1"' if "grow" in extra else ""
        off = "btn-disabled" if rng.random() < 0.1 else ""
        return f'<button data-k="click" cls="{self.sized("btn")} {"btn-" + tone if tone else ""} {shape} {off}" {wide}>{inner}</button>'

    def input(self, hint: str = "", value: str = "", kind: str = "text") -> str:
        rng = self.rng
        look = f"{self.sized('input')} {self.toned('input')} {rng.choice(('', '', '', '', 'input-error', 'input-ghost' if rng.random() < 0.3 else ''))}"
        attributes = self.typed(hint, value, kind)
        off = "disabled" if rng.random() < 0.1 else ""
        if kind == "text" and not hint and rng.random() < 0.06:
            return f'<input data-k="input" type="file" cls="{self.sized("file-input")}" style="width:100%">'
        if rng.random() < 0.3:
            mark = self.icon(16, "search", "user", "mail", "calendar", "lock", kind="")
            inner = (
                f"{mark}<input {attributes} style='flex:1;min-width:0'>"
                if rng.random() < 0.6
                else f"<input {attributes} style='flex:1;min-width:0'>{mark}"
            )
            return f'<label data-k="input" cls="{look}" style="width:100%">{inner}</label>'
        return f'<input data-k="input" cls="{look}" style="width:100%" {off} {attributes}>'

    def area(self) -> str:
        rng = self.rng
        text = self.words.paragraph(rng.randrange(1, 4)) if rng.random() < 0.6 else ""
        return f'<textarea data-k="input" cls="textarea {self.toned("textarea")}" style="width:100%" rows="{rng.randrange(2, 8)}" placeholder="{escape(self.words.sentence())}">{escape(text)}</textarea>'

    def select(self) -> str:
        return f'<select data-k="select" cls="{self.sized("select")} {self.toned("select")}" style="width:100%" {"disabled" if self.rng.random() < 0.1 else ""}><option>{escape(self.words.option())}</option></select>'

    def check(self) -> str:
        return f'<input type="checkbox" data-k="checkbox" cls="{self.sized("checkbox")} {self.toned("checkbox")}" {self.rng.choice(("", "checked"))} {self.rng.choice(("", "", "", "", "disabled"))}>'

    def radio(self, on: bool) -> str:
        return f'<input type="radio" data-k="radio" cls="{self.sized("radio")} {self.toned("radio")}" {"checked" if on else ""} {self.rng.choice(("", "", "", "", "disabled"))}>'

    def switch(self) -> str:
        return f'<input type="checkbox" data-k="switch" cls="{self.sized("toggle")} {self.toned("toggle")}" {self.rng.choice(("", "checked"))}>'

    def choices(self, kind: str, count: int) -> str:
        rng, chosen = self.rng, self.rng.randrange(count)
        inline, reverse = rng.random() < 0.35, rng.random() < 0.2
        rows = []
        for index in range(count):
            pair = [self.choice_of(kind, index == chosen), f"<span>{escape(self.words.choice())}</span>"]
            rows.append(f'<label class="choice {"between" if reverse else ""}">{"".join(pair[::-1] if reverse else pair)}</label>')  # fmt: skip
        return f'<div class="{"row wrap" if inline else "col tight"}">{"".join(rows)}</div>'

    def labelled(self, control: str, beside: bool = False) -> str:
        name = escape(self.words.field())
        if beside:
            return f'<div class="row"><span style="width:130px;flex:none">{name}</span><div class="grow">{control}</div></div>'
        note = (
            f'<p cls="label" style="white-space:normal">{escape(self.words.sentence())}</p>'
            if self.rng.random() < 0.2
            else ""
        )
        return f'<fieldset cls="fieldset"><legend cls="fieldset-legend">{name}</legend>{control}{note}</fieldset>'

    def badge(self) -> str:
        return f'<span cls="badge badge-{self.rng.choice(TONES)} {self.rng.choice(("", "badge-outline", "badge-soft", "badge-sm", "badge-ghost"))}">{escape(self.words.state())}</span>'

    def chip(self) -> str:
        return self.badge()

    def alerts(self) -> str:
        rng = self.rng
        return "".join(
            f'<div cls="alert alert-{rng.choice(TONES[4:])} {rng.choice(("", "", "alert-soft", "alert-outline"))}">{self.icon(18, "info", "warning", "check") if rng.random() < 0.6 else ""}<span>{escape(self.words.sentence())}</span></div>'
            for _ in range(rng.randrange(1, 4))
        )

    def pager(self) -> str:
        rng, on = self.rng, self.rng.randrange(1, 4)
        items = "".join(
            f'<button data-k="click" cls="join-item {self.sized("btn")} {"btn-active" if text == str(on) else ""}">{text}</button>'
            for text in ("«", *(str(index) for index in range(1, rng.randrange(4, 7))), "»")
        )
        return f'<div cls="join">{items}</div>'

    def tabs(self) -> str:
        rng, on = self.rng, self.rng.randrange(3)
        kind = rng.choice(("tabs-border", "tabs-border", "tabs-box", "tabs-lift"))
        items = "".join(
            f'<a {"data-k=button" if index == on and kind == "tabs-box" else ""} cls="tab {"tab-active" if index == on else ""}">{escape(self.words.nav())}</a>'
            for index in range(rng.randrange(3, 6))
        )
        return f'<div style="overflow:hidden"><div cls="tabs {kind}" style="display:inline-flex;flex-wrap:nowrap;white-space:nowrap">{items}</div></div>'

    def progress(self) -> str:
        return "".join(
            f'<progress cls="progress progress-{self.rng.choice(TONES)}" style="width:100%" value="{self.rng.randrange(5, 100)}" max="100"></progress>'
            for _ in range(self.rng.randrange(2, 5))
        )

    def grouped(self) -> str:
        rng, rows = self.rng, []
        for _ in range(rng.randrange(1, 4)):
            field = f'<input data-k="input" cls="{self.sized("input")} join-item" style="flex:1;min-width:0" {self.typed("", "", "text")}>'
            push = f'<button data-k="click" cls="{self.sized("btn")} btn-{rng.choice(("primary", "neutral"))} join-item">{escape(self.words.action())}</button>'
            drop = f'<select data-k="select" cls="{self.sized("select")} join-item" style="flex:1;min-width:0"><option>{escape(self.words.option())}</option></select>'
            rows.append(f'<div cls="join" style="display:flex;max-width:{rng.choice((260, 380, 520, 1200))}px">{rng.choice((field + push, field + drop, drop + push, field + drop + push))}</div>')  # fmt: skip
        return "".join(rows)

    def section(self) -> str:
        rng = self.rng
        body = f'<div class="col">{self.any_section()}</div>'
        title = escape(self.words.heading())
        if rng.random() < 0.2:
            return f'<section class="col"><h2>{title}</h2>{body}</section>'
        frame = rng.choice(("background:var(--color-base-100)", "background:var(--color-base-200)", "border:1px solid var(--color-base-300)", "background:var(--color-base-100);box-shadow:0 1px 3px #0003"))  # fmt: skip
        return f'<div cls="card {rng.choice(("", "card-sm"))}" style="{frame}"><div cls="card-body"><h2 cls="card-title">{title}</h2>{body}</div></div>'

    def table_class(self) -> str:
        return f"table {self.rng.choice(('', 'table-zebra', 'table-sm', 'table-xs'))}"
