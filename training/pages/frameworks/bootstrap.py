# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Bootstrap 5: its compiled style sheet, the markup of its documentation."""

import random
from html import escape

from training.pages.framework import Framework, Look, fonts

SHEET = "bootstrap/dist/css/bootstrap.min.css"
TONES = ("primary", "secondary", "success", "danger", "warning", "info", "light", "dark")


class Bootstrap(Framework):
    sheets = (SHEET,)

    def draw_look(self, rng: random.Random) -> Look:
        dark = rng.random() < 0.35
        hue, strength, light = rng.randrange(360), rng.choice((45, 65, 85)), rng.choice((32, 40, 48, 55))
        own = rng.random() < 0.7
        accent = f"hsl({hue},{strength}%,{light}%)" if own else "#0d6efd"
        deep = f"hsl({hue},{strength}%,{light - 8}%)" if own else "#0b5ed7"
        size = rng.choice((13, 14, 15, 16, 16, 16, 17))
        radius = rng.choice((None, None, 0, 2, 4, 8, 12, 24))
        rules = f"html{{font-size:{size}px}}"
        if rng.random() < 0.6:
            rules += f"body{{font-family:{fonts(rng)}}}"
        if own:
            rules += (
                f".btn-primary{{--bs-btn-bg:{accent};--bs-btn-border-color:{accent};--bs-btn-active-bg:{deep};--bs-btn-disabled-bg:{accent};--bs-btn-disabled-border-color:{accent}}}"
                f".btn-outline-primary{{--bs-btn-color:{accent};--bs-btn-border-color:{accent};--bs-btn-active-bg:{accent}}}.bg-primary,.text-bg-primary{{background-color:{accent}!important}}.progress{{--bs-progress-bar-bg:{accent}}}"
                f":root,[data-bs-theme]{{--bs-primary:{accent};--bs-link-color:{accent}}}.form-check-input:checked{{background-color:{accent};border-color:{accent}}}.pagination{{--bs-pagination-active-bg:{accent};--bs-pagination-active-border-color:{accent};--bs-pagination-color:{accent}}}"
                f".nav-pills{{--bs-nav-pills-link-active-bg:{accent}}}.nav{{--bs-nav-link-color:{accent}}}.list-group{{--bs-list-group-active-bg:{accent};--bs-list-group-active-border-color:{accent}}}"
            )
        if radius is not None:
            rules += f":root,[data-bs-theme]{{--bs-border-radius:{radius}px;--bs-border-radius-sm:{radius * 0.7}px;--bs-border-radius-lg:{radius * 1.3}px}}"
        if rng.random() < 0.25:
            rules += f".form-control,.form-select{{background-color:{'#ffffff0d' if dark else 'var(--bs-tertiary-bg)'};border-color:transparent}}"
        elif rng.random() < 0.25:
            rules += f".form-control,.form-select{{border-width:{rng.choice((1.5, 2))}px}}"
        if not dark and rng.random() < 0.35:
            rules += f"body{{background:hsl({hue},{rng.choice((5, 15, 30))}%,{rng.choice((93, 95, 97))}%)}}"
        if rng.random() < 0.3:
            rules += ".card{border:0;box-shadow:var(--bs-box-shadow-sm)}"
        if rng.random() < 0.3:
            rules += f".form-check-input{{width:{(side := rng.choice((13, 14, 18, 20)))}px;height:{side}px}}.form-switch .form-check-input{{width:2em;height:1em}}"
        bar = rng.choice(("var(--bs-body-bg)", "var(--bs-tertiary-bg)", "#212529", "#212529", accent, f"hsl({hue},25%,18%)", "linear-gradient(180deg," + accent + "," + deep + ")"))  # fmt: skip
        colours = {
            "page": "var(--bs-body-bg)", "surface": "var(--bs-body-bg)", "ink": "var(--bs-body-color)", "muted": "var(--bs-secondary-color)", "line": "var(--bs-border-color)",
            "soft": "var(--bs-tertiary-bg)", "accent": accent, "on_accent": "#fff", "good": "var(--bs-success)", "bad": "var(--bs-danger)", "warn": "var(--bs-warning)",
            "bar": bar, "bar_ink": "var(--bs-body-color)" if "body" in bar or "tertiary" in bar else "#ffffffd9", "field": "var(--bs-body-bg)",
        }  # fmt: skip
        return Look(
            dark, colours, (SHEET,), rules, f'data-bs-theme="{"dark" if dark else "light"}"', size=size,
            facts={"size": rng.choice(("", "", "", "-sm", "-lg")), "float": rng.choice(("", "", "", "yes"))},
        )  # fmt: skip

    def button(self, text: str = "", look: str = "", extra: str = "") -> str:
        rng = self.rng
        look = look or rng.choice(("main", "main", "second", "second", "danger", "quiet", "good", "warn", "dark"))
        tone = {
            "main": ("primary", "primary", "outline-primary"),
            "second": ("secondary", "outline-secondary", "light", "outline-primary", "outline-dark"),
            "danger": ("danger", "outline-danger"),
            "quiet": ("link",),
            "good": ("success", "outline-success"),
            "warn": ("warning", "outline-warning", "info"),
            "dark": ("dark", "outline-dark", "info"),
        }[look]
        inner, chance = escape(text or self.words.action()), rng.random()
        if chance < 0.12:
            inner = self.icon(rng.choice((14, 16)))
        elif chance < 0.3:
            inner = self.icon(rng.choice((14, 16))) + " " + inner
        state = rng.choice(("", "", "", "", "", "", "active", "disabled"))
        size = rng.choice(("", "", "", "btn-sm", "btn-lg", "rounded-pill"))
        drop = "dropdown-toggle" if chance > 0.93 else ""
        wide = 'style="width:100%"' if "wide" in extra else 'style="flex:1"' if "grow" in extra else ""
        tag = rng.choice(("button", "button", "a"))
        return f'<{tag} type="button" data-k="click" cls="btn btn-{rng.choice(tone)} {size} {state} {drop}" {wide}>{inner}</{tag}>'

    def input(self, hint: str = "", value: str = "", kind: str = "text") -> str:
        rng = self.rng
        state = rng.choice(("", "", "", "", "", "", "is-invalid", "is-valid"))
        off = rng.choice(("", "", "", "", "", "", "disabled", "readonly"))
        size = self.look.facts["size"] and f"form-control{self.look.facts['size']}"
        kind = "file" if kind == "text" and not hint and rng.random() < 0.05 else kind
        attributes = self.typed(hint, value, kind)
        if self.look.facts["float"] and kind == "text" and rng.random() < 0.8:
            return self.floating(f'<input cls="form-control {state}" {off} {attributes}>', attributes)
        if kind in ("text", "search") and rng.random() < 0.15:
            mark = self.icon(16, "search", "user", "mail", "calendar", "lock", kind="")
            left = rng.random() < 0.6
            place = "left:.7rem" if left else "right:.7rem"
            return f'<div data-k="input" style="position:relative"><span style="position:absolute;{place};top:50%;transform:translateY(-50%);opacity:.7;line-height:1">{mark}</span><input cls="form-control {size}" style="padding-{"left" if left else "right"}:2.3rem" {attributes}></div>'
        return f'<input data-k="input" cls="form-control {size} {state}" {off} {attributes}>'

    def floating(self, control: str, attributes: str) -> str:
        name = escape(self.words.field())
        is_empty = 'value=""' in attributes and "date" not in attributes and "time" not in attributes
        kind = "select" if control.startswith("<select") else "input"
        return f'<div data-k="{kind}" cls="form-floating">{control}<label {"data-t" if is_empty and kind == "input" else ""}>{name}</label></div>'.replace('placeholder="', 'placeholder=" " data-hint="')  # fmt: skip

    def area(self) -> str:
        rng = self.rng
        text = self.words.paragraph(rng.randrange(1, 4)) if rng.random() < 0.6 else ""
        return f'<textarea data-k="input" cls="form-control" rows="{rng.randrange(2, 8)}" placeholder="{escape(self.words.sentence())}">{escape(text)}</textarea>'

    def select(self) -> str:
        rng = self.rng
        size = self.look.facts["size"] and f"form-select{self.look.facts['size']}"
        state = rng.choice(("", "", "", "", "", "is-invalid"))
        inner = f'<select {{}} cls="form-select {size} {state}" {rng.choice(("", "", "", "", "disabled"))}><option>{escape(self.words.option())}</option></select>'
        if self.look.facts["float"] and rng.random() < 0.7:
            return self.floating(inner.format(""), "")
        return inner.format('data-k="select"')

    def check(self) -> str:
        return f'<input type="checkbox" data-k="checkbox" cls="form-check-input" style="margin-top:0;flex:none" {self.rng.choice(("", "checked"))} {self.rng.choice(("", "", "", "", "disabled"))}>'

    def radio(self, on: bool) -> str:
        return f'<input type="radio" data-k="radio" cls="form-check-input" style="margin-top:0;flex:none" {"checked" if on else ""} {self.rng.choice(("", "", "", "", "disabled"))}>'

    def switch(self) -> str:
        return f'<span cls="form-check form-switch" style="display:inline-block;margin:0;min-height:0;line-height:1"><input type="checkbox" data-k="switch" cls="form-check-input" style="margin-top:0" {self.rng.choice(("", "checked"))}></span>'

    def choices(self, kind: str, count: int) -> str:
        rng, chosen = self.rng, self.rng.randrange(count)
        inline, reverse, rows = rng.random() < 0.35, rng.random() < 0.15, []
        mark = {"check": ("checkbox", "checkbox"), "radio": ("radio", "radio"), "switch": ("switch", "checkbox")}[kind]
        for index in range(count):
            on = index == chosen if kind == "radio" else rng.random() < 0.5
            control = f'<input type="{mark[1]}" data-k="{mark[0]}" cls="form-check-input" {"checked" if on else ""} {rng.choice(("", "", "", "", "", "disabled"))}>'
            rows.append(
                f'<div cls="form-check {"form-switch" if kind == "switch" else ""} {"form-check-inline" if inline else ""} {"form-check-reverse" if reverse else ""}">{control}<label cls="form-check-label">{escape(self.words.choice())}</label></div>'
            )
        if kind != "switch" and rng.random() < 0.12:
            toggles = (
                f'<label data-k="click" cls="btn btn-outline-primary {"active" if index == chosen else ""}">{escape(self.words.option())}</label>'
                for index in range(count)
            )
            return f'<div cls="btn-group">{"".join(toggles)}</div>'
        return f"<div>{''.join(rows)}</div>"

    def labelled(self, control: str, beside: bool = False) -> str:
        rng = self.rng
        if "form-floating" in control:
            return control
        name = escape(self.words.field()) + rng.choice(("", "", "", " *"))
        note = f'<div cls="form-text">{escape(self.words.sentence())}</div>' if rng.random() < 0.2 else ""
        if beside:
            return f'<div class="row"><label style="width:130px;flex:none">{name}</label><div class="grow">{control}</div></div>'
        return f'<div><label cls="form-label {rng.choice(("", "fw-semibold", "small"))}">{name}</label>{control}{note}</div>'

    def badge(self) -> str:
        return f'<span cls="badge {self.rng.choice(("text-bg-", "text-bg-", "bg-")) + self.rng.choice(TONES[:6])} {self.rng.choice(("", "rounded-pill"))}">{escape(self.words.state())}</span>'

    def alerts(self) -> str:
        rng = self.rng
        return "".join(
            f'<div cls="alert alert-{rng.choice(TONES)}" style="margin:0"><div class="row between"><span class="row tight grow">{self.icon(16, "info", "warning", "check") if rng.random() < 0.5 else ""}<span>{escape(self.words.sentence())}</span></span>{rng.choice((self.icon(14, "close"), ""))}</div></div>'
            for _ in range(rng.randrange(1, 4))
        )

    def pager(self) -> str:
        rng, on = self.rng, self.rng.randrange(1, 4)
        ends = rng.choice((("«", "»"), ("‹", "›"), (escape(self.words.action()), escape(self.words.action()))))
        inner = "".join(
            f'<li cls="page-item {"active" if str(on) == text else ""}"><a data-k="click" cls="page-link">{text}</a></li>'
            for text in (ends[0], *(str(index) for index in range(1, rng.randrange(4, 7))), ends[1])
        )
        return (
            f'<ul cls="pagination {rng.choice(("", "pagination-sm", "pagination-lg"))}" style="margin:0">{inner}</ul>'
        )

    def tabs(self) -> str:
        rng, on = self.rng, self.rng.randrange(3)
        items = "".join(
            f'<li cls="nav-item"><a data-k="click" cls="nav-link {"active" if index == on else ""}">{escape(self.words.nav())}</a></li>'
            for index in range(rng.randrange(3, 6))
        )
        return f'<ul cls="nav nav-{rng.choice(("tabs", "tabs", "pills", "underline"))}">{items}</ul>'

    def progress(self) -> str:
        return "".join(
            f'<div><span class="small">{escape(self.words.nav())}</span><div cls="progress" style="height:{self.rng.choice((6, 10, 16, 24))}px"><div cls="progress-bar {self.rng.choice(("", "bg-success", "bg-warning", "progress-bar-striped"))}" style="width:{self.rng.randrange(5, 100)}%"></div></div></div>'
            for _ in range(self.rng.randrange(2, 5))
        )

    def listing(self) -> str:
        rows = "".join(
            f'<li cls="list-group-item {"active" if self.rng.random() < 0.08 else ""}"><div class="row between"><span>{escape(self.rng.choice((self.words.choice(), self.words.person(), self.words.item(), self.words.sentence())))}</span>{self.rng.choice(("", self.badge(), self.words.number(), self.check()))}</div></li>'
            for _ in range(self.rng.randrange(3, 8))
        )
        return f'<ul cls="list-group {self.rng.choice(("", "list-group-flush"))}">{rows}</ul>'

    def grouped(self) -> str:
        rng, rows = self.rng, []
        for _ in range(rng.randrange(1, 4)):
            addon = f'<span cls="input-group-text">{rng.choice(("@", "$", "₽", ".00", "https://", "кг", self.icon(16)))}</span>'
            field = f'<input data-k="input" cls="form-control" {self.typed("", "", "text")}>'
            drop = f'<select data-k="select" cls="form-select"><option>{escape(self.words.option())}</option></select>'
            push = f'<button data-k="click" cls="btn btn-{rng.choice(("primary", "outline-secondary", "secondary"))}">{rng.choice((self.icon(16, "search", "arrow", kind=""), escape(self.words.action())))}</button>'
            inner = rng.choice((addon + field, field + addon, field + push, addon + drop, drop + push, addon + field + addon, push + field, f'<span cls="input-group-text">{self.check()}</span>{field}', field + field))  # fmt: skip
            rows.append(f'<div cls="input-group {rng.choice(("", "", "input-group-sm", "input-group-lg"))}" style="max-width:{rng.choice((260, 360, 500, 1400))}px">{inner}</div>')  # fmt: skip
        return "".join(rows)

    def section(self) -> str:
        rng = self.rng
        body = self.any_section()
        title, chance = escape(self.words.heading()), rng.random()
        if chance < 0.35:
            tail = (
                self.button(look="main") if rng.random() < 0.2 else self.icon(16, "dots") if rng.random() < 0.3 else ""
            )
            foot = (
                f'<div cls="card-footer text-body-secondary">{escape(self.words.sentence())}</div>'
                if rng.random() < 0.2
                else ""
            )
            return f'<div cls="card"><div cls="card-header"><div class="row between"><span>{title}</span>{tail}</div></div><div cls="card-body"><div class="col">{body}</div></div>{foot}</div>'
        if chance < 0.8:
            return f'<div cls="card"><div cls="card-body"><h5 cls="card-title">{title}</h5><div class="col">{body}</div></div></div>'
        return f'<section class="col"><h{(level := rng.choice((2, 3, 4)))}>{title}</h{level}>{body}</section>'

    def table_class(self) -> str:
        return f"table {self.rng.choice(('', 'table-striped', 'table-bordered', 'table-hover', 'table-sm', 'table-borderless'))}"

    def chip(self) -> str:
        return self.badge()
