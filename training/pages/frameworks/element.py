# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Element Plus: its compiled theme, the markup that its components render."""

import random
from html import escape

from training.pages.framework import Framework, Look, fonts

SHEET, DARK = "element-plus/dist/index.css", "element-plus/theme-chalk/dark/css-vars.css"
DOWN = '<svg viewBox="0 0 1024 1024"><path fill="currentColor" d="M831.872 340.864 512 652.672 192.128 340.864a30.592 30.592 0 0 0-42.752 0 29.12 29.12 0 0 0 0 41.6L489.664 714.24a32 32 0 0 0 44.672 0l340.288-331.712a29.12 29.12 0 0 0 0-41.728 30.592 30.592 0 0 0-42.752 0z"/></svg>'
TONES = ("primary", "success", "warning", "danger", "info")


class Element(Framework):
    sheets = (SHEET, DARK)

    def draw_look(self, rng: random.Random) -> Look:
        dark = rng.random() < 0.35
        hue, strength, light = rng.randrange(360), rng.choice((50, 70, 90)), rng.choice((38, 45, 52, 60))
        accent = "#409eff" if rng.random() < 0.3 else f"hsl({hue},{strength}%,{light}%)"
        base = "#141414" if dark else "#fff"
        rules = f":root,html.dark{{--el-color-primary:{accent};--el-color-primary-dark-2:color-mix(in srgb,{accent} 80%,#000);" + "".join(f"--el-color-primary-light-{step}:color-mix(in srgb,{base} {step}0%,{accent});" for step in (3, 5, 7, 8, 9))  # fmt: skip
        radius = rng.choice((None, None, 0, 2, 6, 10))
        if radius is not None:
            rules += f"--el-border-radius-base:{radius}px;"
        if rng.random() < 0.25:
            rules += f"--el-border-color:hsl({hue},10%,{rng.choice((40, 55)) if dark else rng.choice((60, 72))}%);"
        size = rng.choice((13, 14, 14, 15, 16))
        rules += f"--el-font-size-base:{size}px}}body{{font:{size}px/1.5 {fonts(rng)};color:var(--el-text-color-primary);background:{'var(--el-bg-color-page)' if rng.random() < 0.5 else 'var(--el-bg-color)'}}}h1{{font-size:1.8em}}h2{{font-size:1.35em}}h3{{font-size:1.1em}}"
        rules += "table.t{border-collapse:collapse;width:100%}.t td,.t th{padding:8px 10px;text-align:left;border-bottom:1px solid var(--el-border-color-lighter);white-space:nowrap}.t th{color:var(--el-text-color-secondary)}.el-checkbox,.el-radio{margin-right:16px}"
        bar = rng.choice(("var(--el-bg-color)", "#545c64", "#304156", "#001529", accent, "var(--el-fill-color-light)"))
        colours = {
            "page": "var(--el-bg-color-page)", "surface": "var(--el-bg-color)", "ink": "var(--el-text-color-primary)", "muted": "var(--el-text-color-secondary)", "line": "var(--el-border-color-light)",
            "soft": "var(--el-fill-color)", "accent": accent, "on_accent": "#fff", "good": "var(--el-color-success)", "bad": "var(--el-color-danger)", "warn": "var(--el-color-warning)",
            "bar": bar, "bar_ink": "var(--el-text-color-regular)" if "var" in bar else "#ffffffd9", "field": "var(--el-bg-color)",
        }  # fmt: skip
        return Look(dark, colours, self.sheets, rules, 'class="dark"' if dark else "", size=size, facts={"size": rng.choice(("", "", "--small", "--large"))})  # fmt: skip

    def button(self, text: str = "", look: str = "", extra: str = "") -> str:
        rng = self.rng
        look = look or rng.choice(("main", "main", "second", "second", "danger", "quiet", "good", "warn", "dark"))
        tone = {"main": "primary", "second": rng.choice(("", "", "info")), "danger": "danger", "quiet": "primary", "good": "success", "warn": "warning", "dark": "info"}[look]  # fmt: skip
        shape = "is-text is-link" if look == "quiet" else rng.choice(("", "", "is-plain", "is-round"))
        inner, chance = f"<span>{escape(text or self.words.action())}</span>", rng.random()
        if chance < 0.1:
            shape, inner = "is-circle", self.mark(rng.choice((14, 16)))
        elif chance < 0.3:
            inner = self.mark(14) + inner
        size = self.look.facts["size"] if rng.random() < 0.8 else rng.choice(("", "--small", "--large"))
        wide = "width:100%;" if "wide" in extra else "flex:1;" if "grow" in extra else ""
        off = "is-disabled" if rng.random() < 0.12 else ""
        return f'<button type="button" data-k="click" cls="el-button {"el-button--" + tone if tone else ""} {"el-button" + size if size else ""} {shape} {off}" style="margin:0;{wide}">{inner}</button>'

    def mark(self, size: int, *names: str) -> str:
        return f'<i cls="el-icon">{self.icon(size, *names)}</i>'

    def input(self, hint: str = "", value: str = "", kind: str = "text") -> str:
        rng = self.rng
        size = f"el-input{self.look.facts['size']}" if self.look.facts["size"] else ""
        state = rng.choice(("", "", "", "", "", "is-disabled"))
        focus = "is-focus" if rng.random() < 0.08 else ""
        error = 'style="box-shadow:0 0 0 1px var(--el-color-danger) inset"' if rng.random() < 0.06 else ""
        front = f'<span cls="el-input__prefix"><span cls="el-input__prefix-inner">{self.mark(14, "search", "user", "mail", "calendar", "lock")}</span></span>' if rng.random() < 0.25 else ""  # fmt: skip
        back = f'<span cls="el-input__suffix"><span cls="el-input__suffix-inner">{self.mark(14, "close", "eye", "info", "calendar")}</span></span>' if rng.random() < 0.2 else ""  # fmt: skip
        inner = f'<div data-k="input" cls="el-input__wrapper {focus}" {error}>{front}<input cls="el-input__inner" {self.typed(hint, value, kind)}>{back}</div>'
        if kind == "number" and rng.random() < 0.7:
            return f'<div cls="el-input-number" style="width:100%;min-width:140px"><span data-k="button" cls="el-input-number__decrease">{self.mark(12, "minus")}</span><span data-k="button" cls="el-input-number__increase">{self.mark(12, "plus")}</span><div cls="el-input {size}">{inner}</div></div>'
        return f'<div cls="el-input {size} {state}" style="width:100%">{inner}</div>'

    def area(self) -> str:
        rng = self.rng
        text = self.words.paragraph(rng.randrange(1, 4)) if rng.random() < 0.6 else ""
        return f'<div cls="el-textarea"><textarea data-k="input" cls="el-textarea__inner" rows="{rng.randrange(2, 8)}" placeholder="{escape(self.words.sentence())}">{escape(text)}</textarea></div>'

    def select(self) -> str:
        rng = self.rng
        size = f"el-select{self.look.facts['size']}" if self.look.facts["size"] else ""
        state = rng.choice(("", "", "", "is-focused", "is-disabled"))
        empty = rng.random() < 0.3
        inner = f'<div cls="el-select__selection"><div cls="el-select__selected-item el-select__placeholder {"is-transparent" if empty else ""}"><span data-t>{escape(self.words.option())}</span></div></div>'
        return f'<div cls="el-select {size}" style="width:100%"><div data-k="select" cls="el-select__wrapper {state}">{inner}<div cls="el-select__suffix"><i cls="el-icon el-select__caret el-select__icon">{DOWN}</i></div></div></div>'

    def check(self) -> str:
        return f'<span cls="el-checkbox" style="margin:0;height:auto">{self.check_mark()}</span>'

    def check_mark(self) -> str:
        on = self.rng.choice(("", "is-checked", "is-checked", "is-indeterminate"))
        return f'<span cls="el-checkbox__input {on} {self.rng.choice(("", "", "", "is-disabled"))}"><span data-k="checkbox" cls="el-checkbox__inner"></span></span>'

    def radio(self, on: bool) -> str:
        return f'<span cls="el-radio" style="margin:0;height:auto">{self.radio_mark(on)}</span>'

    def radio_mark(self, on: bool) -> str:
        return f'<span cls="el-radio__input {"is-checked" if on else ""} {self.rng.choice(("", "", "", "is-disabled"))}"><span data-k="radio" cls="el-radio__inner"></span></span>'

    def switch(self) -> str:
        rng = self.rng
        size = rng.choice(("", "", "el-switch--small", "el-switch--large"))
        return f'<div cls="el-switch {size} {rng.choice(("", "is-checked"))} {rng.choice(("", "", "", "is-disabled"))}"><span data-k="switch" cls="el-switch__core"><div cls="el-switch__action"></div></span></div>'

    def choices(self, kind: str, count: int) -> str:
        rng, chosen = self.rng, self.rng.randrange(count)
        inline = rng.random() < 0.5
        name = {"check": "checkbox", "radio": "radio", "switch": ""}[kind]
        rows = []
        for index in range(count):
            text = escape(self.words.choice())
            control = (
                self.check_mark() if kind == "check" else self.radio_mark(index == chosen) if name else self.switch()
            )
            if name:
                rows.append(f'<label cls="el-{name}">{control}<span cls="el-{name}__label">{text}</span></label>')
            else:
                rows.append(f'<div class="row">{control}<span>{text}</span></div>')
        if kind == "radio" and rng.random() < 0.15:
            filled = "background:var(--el-color-primary);color:#fff"
            buttons = (
                f'<label cls="el-radio-button {"is-active" if index == chosen else ""}"><span data-k="click" cls="el-radio-button__inner" style="{filled if index == chosen else ""}">{escape(self.words.option())}</span></label>'
                for index in range(count)
            )
            return f'<div cls="el-radio-group">{"".join(buttons)}</div>'
        return f'<div class="{"row wrap" if inline else "col tight"}">{"".join(rows)}</div>'

    def labelled(self, control: str, beside: bool = False) -> str:
        name = escape(self.words.field())
        need = '<span style="color:var(--el-color-danger)">* </span>' if self.rng.random() < 0.2 else ""
        if beside:
            return f'<div class="row"><span style="width:130px;flex:none;text-align:right;color:var(--el-text-color-regular)">{need}{name}</span><div class="grow">{control}</div></div>'
        return (
            f'<div><div style="margin-bottom:6px;color:var(--el-text-color-regular)">{need}{name}</div>{control}</div>'
        )

    def badge(self) -> str:
        return f'<span cls="el-tag el-tag--{self.rng.choice(TONES)} el-tag--{self.rng.choice(("light", "light", "dark", "plain"))} {self.rng.choice(("", "el-tag--small"))}"><span cls="el-tag__content">{escape(self.words.state())}</span></span>'

    def chip(self) -> str:
        return f'<span cls="el-tag el-tag--info el-tag--light is-closable"><span cls="el-tag__content">{escape(self.words.option())}</span></span>'

    def alerts(self) -> str:
        rng = self.rng
        return "".join(
            f'<div cls="el-alert el-alert--{rng.choice(("success", "info", "warning", "error"))} is-{rng.choice(("light", "light", "dark"))}">{self.icon(16, "info", "warning", "check") if rng.random() < 0.6 else ""}<div cls="el-alert__content"><span cls="el-alert__title">{escape(self.words.sentence())}</span></div></div>'
            for _ in range(rng.randrange(1, 4))
        )

    def pager(self) -> str:
        rng, on = self.rng, self.rng.randrange(1, 4)
        ground = rng.random() < 0.6
        arrow = "button" if ground else "click"
        pages = "".join(f'<li data-k="click" cls="number {"is-active" if index == on else ""}">{index}</li>' for index in range(1, rng.randrange(4, 7)))  # fmt: skip
        total = f'<span cls="el-pagination__total">{escape(self.words.number())}</span>' if rng.random() < 0.4 else ""
        mark = self.icon(12, "left", kind="" if ground else "icon"), self.icon(12, "right", kind="" if ground else "icon")  # fmt: skip
        return f'<div cls="el-pagination {"is-background" if ground else ""}">{total}<button data-k="{arrow}" cls="btn-prev"><i cls="el-icon">{mark[0]}</i></button><ul cls="el-pager">{pages}</ul><button data-k="{arrow}" cls="btn-next"><i cls="el-icon">{mark[1]}</i></button></div>'

    def tabs(self) -> str:
        rng, on = self.rng, self.rng.randrange(3)
        kind = rng.choice(("", "", "el-tabs--card", "el-tabs--border-card"))
        mark = "click" if kind == "el-tabs--border-card" else ""
        items = "".join(
            f'<div {"data-k=" + mark if mark and index == on else ""} cls="el-tabs__item is-top {"is-active" if index == on else ""}">{escape(self.words.nav())}</div>'
            for index in range(rng.randrange(3, 6))
        )
        return f'<div cls="el-tabs el-tabs--top {kind}" style="overflow:hidden"><div cls="el-tabs__header is-top" style="margin:0"><div cls="el-tabs__nav-wrap is-top"><div cls="el-tabs__nav-scroll"><div cls="el-tabs__nav is-top">{items}</div></div></div></div></div>'

    def progress(self) -> str:
        rng = self.rng
        return "".join(
            f'<div cls="el-progress el-progress--line {rng.choice(("", "is-success", "is-exception"))}"><div cls="el-progress-bar"><div cls="el-progress-bar__outer" style="height:{rng.choice((6, 10, 18))}px"><div cls="el-progress-bar__inner" style="width:{(share := rng.randrange(5, 100))}%"></div></div></div><div cls="el-progress__text"><span>{share}%</span></div></div>'
            for _ in range(rng.randrange(2, 5))
        )

    def grouped(self) -> str:
        rng, rows = self.rng, []
        for _ in range(rng.randrange(1, 4)):
            field = f'<div data-k="input" cls="el-input__wrapper"><input cls="el-input__inner" {self.typed("", "", "text")}></div>'
            words = f'<div cls="el-input-group__{{}}">{escape(rng.choice(("https://", ".com", "₽", "кг")))}</div>'
            push = f'<div cls="el-input-group__append"><button data-k="button" cls="el-button" style="margin:0 -20px">{self.mark(14, "search")}</button></div>'
            kind, inner = rng.choice((("el-input-group--prepend", words.format("prepend") + field), ("el-input-group--append", field + words.format("append")), ("el-input-group--append", field + push)))  # fmt: skip
            rows.append(f'<div cls="el-input el-input-group {kind}" style="max-width:{rng.choice((240, 360, 520, 1400))}px">{inner}</div>')  # fmt: skip
        return "".join(rows)

    def section(self) -> str:
        rng = self.rng
        body = f'<div class="col">{self.any_section()}</div>'
        title = escape(self.words.heading())
        head = f'<div cls="el-card__header"><div class="row between"><span>{title}</span>{self.button(look="quiet") if rng.random() < 0.3 else ""}</div></div>' if rng.random() < 0.6 else ""  # fmt: skip
        if rng.random() < 0.2:
            return f'<section class="col"><h3>{title}</h3>{body}</section>'
        return f'<div cls="el-card {rng.choice(("is-always-shadow", "is-never-shadow"))}">{head}<div cls="el-card__body">{body}</div></div>'

    def table_class(self) -> str:
        return "t"
