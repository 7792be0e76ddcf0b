# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Ant Design 4: its compiled style sheets (light, dark, compact), the markup that its components render."""

import random
from html import escape

from training.pages.framework import Framework, Look, fonts

LIGHT, DARK, COMPACT = (f"antd/dist/antd.{name}.min.css" for name in ("variable", "dark", "compact"))
DOWN = '<svg viewBox="64 64 896 896" width="1em" height="1em" fill="currentColor"><path d="M884 256h-75c-5.100 0-9.900 2.500-12.900 6.600L512 654.200 227.900 262.600c-3-4.100-7.800-6.600-12.900-6.600h-75c-6.500 0-10.300 7.400-6.500 12.700l352.600 486.100c12.800 17.600 39 17.600 51.700 0l352.600-486.100c3.900-5.300.1-12.700-6.400-12.700z"></path></svg>'
COLOURS = ("magenta", "red", "volcano", "orange", "gold", "lime", "green", "cyan", "blue", "geekblue", "purple", "success", "processing", "error", "warning", "default")  # fmt: skip


class Ant(Framework):
    sheets = (LIGHT, DARK, COMPACT)

    def draw_look(self, rng: random.Random) -> Look:
        dark = rng.random() < 0.35
        sheet = DARK if dark else rng.choice((LIGHT, LIGHT, LIGHT, COMPACT))
        hue = rng.randrange(360)
        accent, rules = "#177ddc" if dark else "#1890ff", ""
        if sheet == LIGHT and rng.random() < 0.7:
            accent = f"hsl({hue},{rng.choice((55, 75))}%,{rng.choice((38, 46, 54))}%)"
            soft = f"color-mix(in srgb,{accent} 20%,#fff)"
            rules += f"html:root{{--ant-primary-color:{accent};--ant-primary-color-hover:{accent};--ant-primary-color-active:{accent};--ant-primary-5:{accent};--ant-primary-6:{accent};--ant-primary-7:{accent};--ant-primary-1:{soft};--ant-primary-color-outline:{soft}}}"
        size = 12 if sheet == COMPACT else 14
        ground = "#000" if dark else rng.choice(("#fff", "#f0f2f5", "#f0f2f5", "#f7f8fa"))
        rules += (
            f"body{{background:{ground};font-family:{fonts(rng)}}}.ant-table table{{width:100%}}p{{margin-bottom:0}}"
        )
        if rng.random() < 0.35:
            radius = rng.choice((0, 4, 6, 8))
            rules += f".ant-btn:not(.ant-btn-round):not(.ant-btn-circle),.ant-input,.ant-input-affix-wrapper,.ant-select-selector,.ant-picker,.ant-input-number{{border-radius:{radius}px!important}}.ant-card{{border-radius:{radius}px}}"
        bar = rng.choice(("#001529", "#001529", "#fff", accent)) if not dark else rng.choice(("#141414", "#1f1f1f"))
        colours = {
            "page": ground, "surface": "#141414" if dark else "#fff", "ink": "#ffffffd9" if dark else "#000000d9", "muted": "#ffffff73" if dark else "#00000073", "line": "#303030" if dark else "#e8e8e8",
            "soft": "#262626" if dark else "#f5f5f5", "accent": accent, "on_accent": "#fff", "good": "#52c41a", "bad": "#ff4d4f", "warn": "#faad14", "bar": bar,
            "bar_ink": "#000000d9" if bar == "#fff" else "#ffffffd9", "field": "#141414" if dark else "#fff",
        }  # fmt: skip
        return Look(dark, colours, (sheet,), rules, size=size, facts={"size": rng.choice(("", "", "lg", "sm"))})

    def sized(self, name: str) -> str:
        return f"{name} {name}-{self.look.facts['size']}" if self.look.facts["size"] else name

    def mark(self, size: int, *names: str, kind: str = "") -> str:
        return f'<span cls="anticon" style="font-size:{size}px">{self.icon(size, *names, kind=kind)}</span>'

    def button(self, text: str = "", look: str = "", extra: str = "") -> str:
        rng = self.rng
        look = look or rng.choice(("main", "main", "second", "second", "danger", "quiet", "good", "warn", "dark"))
        tone = {"main": "primary", "second": rng.choice(("default", "default", "dashed")), "danger": rng.choice(("primary", "default")), "quiet": rng.choice(("link", "text"))}.get(look, rng.choice(("primary", "default")))  # fmt: skip
        inner, shape, chance = f"<span>{escape(text or self.words.action())}</span>", rng.choice(("", "", "", "ant-btn-round")), rng.random()  # fmt: skip
        if chance < 0.1:
            shape, inner = f"ant-btn-icon-only {rng.choice(('', 'ant-btn-circle'))}", self.mark(14, kind="icon")
        elif chance < 0.3:
            inner = f"{self.mark(14, kind='icon')} {inner}"
        wide = "width:100%" if "wide" in extra else "flex:1" if "grow" in extra else ""
        danger = "ant-btn-dangerous" if look == "danger" else ""
        size = self.sized("ant-btn") if rng.random() < 0.8 else f"ant-btn ant-btn-{rng.choice(('sm', 'lg'))}"
        return f'<button type="button" data-k="click" cls="{size} ant-btn-{tone} {danger} {shape}" style="{wide}" {"disabled" if rng.random() < 0.1 else ""}>{inner}</button>'

    def input(self, hint: str = "", value: str = "", kind: str = "text") -> str:
        rng = self.rng
        attributes = self.typed(hint, value, kind)
        if 'type="number"' in attributes and rng.random() < 0.7:
            return f'<div data-k="input" cls="{self.sized("ant-input-number")}" style="width:100%"><div cls="ant-input-number-input-wrap"><input cls="ant-input-number-input" {attributes}></div></div>'
        if 'type="date"' in attributes and rng.random() < 0.8:
            return f'<div data-k="input" cls="ant-picker" style="width:100%"><div cls="ant-picker-input"><input readonly placeholder="Select date" value="{escape(self.words.date()) if rng.random() < 0.5 else ""}"><span cls="ant-picker-suffix">{self.mark(14, "calendar")}</span></div></div>'
        state = rng.choice(("", "", "", "", "", "status-error", "disabled", "focused"))
        if rng.random() < 0.3:
            front = f'<span cls="ant-input-prefix">{self.mark(14, "search", "user", "mail", "lock")}</span>'
            back = f'<span cls="ant-input-suffix">{rng.choice((self.mark(14, "eye", "info", "close"), escape(rng.choice(("RMB", "кг", "₽", "12 / 20")))))}</span>'
            inner = f'<input cls="ant-input" {attributes}>'
            inner = rng.choice((front + inner, inner + back, front + inner + back))
            return f'<span data-k="input" cls="{self.sized("ant-input-affix-wrapper")} {f"ant-input-affix-wrapper-{state}" if state else ""}">{inner}</span>'
        return f'<input data-k="input" cls="{self.sized("ant-input")} {f"ant-input-{state}" if state else ""}" {attributes}>'

    def area(self) -> str:
        rng = self.rng
        text = self.words.paragraph(rng.randrange(1, 4)) if rng.random() < 0.6 else ""
        return f'<textarea data-k="input" cls="ant-input" rows="{rng.choice((1, 2, 3, 4, 6, 10))}" placeholder="{escape(self.words.sentence())}">{escape(text)}</textarea>'

    def select(self) -> str:
        rng = self.rng
        state = rng.choice(("", "", "", "", "ant-select-disabled", "ant-select-focused", "ant-select-status-error"))
        kind = rng.choice(("item", "item", "placeholder"))
        inner = f'<span cls="ant-select-selection-search"></span><span cls="ant-select-selection-{kind}" data-t>{escape(self.words.option())}</span>'
        return f'<div data-k="select" cls="{self.sized("ant-select")} ant-select-single ant-select-show-arrow {state}" style="width:100%"><div cls="ant-select-selector">{inner}</div><span cls="ant-select-arrow" style="user-select:none"><span cls="anticon ant-select-suffix">{DOWN}</span></span></div>'

    def check(self) -> str:
        on = self.rng.choice(("", "checked", "checked", "indeterminate"))
        off = self.rng.choice(("", "", "", "ant-checkbox-disabled"))
        return f'<span cls="ant-checkbox {f"ant-checkbox-{on}" if on else ""} {off}" style="top:0"><span data-k="checkbox" cls="ant-checkbox-inner"></span></span>'

    def radio(self, on: bool) -> str:
        off = self.rng.choice(("", "", "", "ant-radio-disabled"))
        return f'<span cls="ant-radio {"ant-radio-checked" if on else ""} {off}" style="top:0"><span data-k="radio" cls="ant-radio-inner"></span></span>'

    def switch(self) -> str:
        rng = self.rng
        return f'<button type="button" data-k="switch" cls="ant-switch {rng.choice(("", "ant-switch-small"))} {rng.choice(("", "ant-switch-checked"))} {rng.choice(("", "", "", "ant-switch-disabled"))}"><div cls="ant-switch-handle"></div><span cls="ant-switch-inner"></span></button>'

    def choices(self, kind: str, count: int) -> str:
        rng, chosen = self.rng, self.rng.randrange(count)
        if kind == "radio" and rng.random() < 0.15:
            buttons = (
                f'<label data-k="click" cls="ant-radio-button-wrapper {"ant-radio-button-wrapper-checked" if index == chosen else ""}"><span>{escape(self.words.option())}</span></label>'
                for index in range(count)
            )
            return f'<div cls="ant-radio-group ant-radio-group-{rng.choice(("outline", "solid"))}">{"".join(buttons)}</div>'
        name = {"check": "ant-checkbox-wrapper", "radio": "ant-radio-wrapper", "switch": ""}[kind]
        rows = [
            f'<label cls="{name}" style="display:flex;align-items:center;margin:0;gap:{8 if kind == "switch" else 0}px">{self.choice_of(kind, index == chosen)}<span>{escape(self.words.choice())}</span></label>'
            for index in range(count)
        ]
        return f'<div class="{"row wrap" if rng.random() < 0.35 else "col tight"}">{"".join(rows)}</div>'

    def labelled(self, control: str, beside: bool = False) -> str:
        name = escape(self.words.field())
        need = '<span style="color:#ff4d4f">* </span>' if self.rng.random() < 0.2 else ""
        if beside:
            return f'<div class="row"><span style="width:130px;flex:none;text-align:right">{need}{name}:</span><div class="grow">{control}</div></div>'
        note = f'<div style="color:#ff4d4f">{escape(self.words.sentence())}</div>' if self.rng.random() < 0.1 else ""
        return f'<div><div style="margin-bottom:6px">{need}{name}</div>{control}{note}</div>'

    def badge(self) -> str:
        return f'<span cls="ant-tag ant-tag-{self.rng.choice(COLOURS)}">{escape(self.words.state())}</span>'

    def chip(self) -> str:
        return f'<span cls="ant-tag">{escape(self.words.option())}</span>'

    def alerts(self) -> str:
        rng = self.rng
        return "".join(
            f'<div cls="ant-alert ant-alert-{rng.choice(("success", "info", "warning", "error"))}">{self.icon(16, "info", "warning", "check") if rng.random() < 0.6 else ""}<div cls="ant-alert-content" style="margin-left:8px"><div cls="ant-alert-message">{escape(self.words.sentence())}</div></div></div>'
            for _ in range(rng.randrange(1, 4))
        )

    def pager(self) -> str:
        rng, on = self.rng, self.rng.randrange(1, 4)
        ends = [f'<li cls="ant-pagination-{name}"><button data-k="click" cls="ant-pagination-item-link">{self.icon(10, icon)}</button></li>' for name, icon in (("prev", "left"), ("next", "right"))]  # fmt: skip
        pages = "".join(f'<li data-k="click" cls="ant-pagination-item {"ant-pagination-item-active" if index == on else ""}"><a>{index}</a></li>' for index in range(1, rng.randrange(4, 7)))  # fmt: skip
        return f'<ul cls="ant-pagination {rng.choice(("", "", "mini"))}">{ends[0]}{pages}{ends[1]}</ul>'

    def tabs(self) -> str:
        rng, on = self.rng, self.rng.randrange(3)
        card = rng.random() < 0.35
        items = "".join(
            f'<div {"data-k=click" if card else ""} cls="ant-tabs-tab {"ant-tabs-tab-active" if index == on else ""}"><div cls="ant-tabs-tab-btn">{escape(self.words.nav())}</div></div>'
            for index in range(rng.randrange(3, 6))
        )
        return f'<div cls="ant-tabs ant-tabs-top {"ant-tabs-card" if card else "ant-tabs-line"}" style="overflow:hidden"><div cls="ant-tabs-nav" style="margin:0"><div cls="ant-tabs-nav-wrap"><div cls="ant-tabs-nav-list">{items}</div></div></div></div>'

    def progress(self) -> str:
        rng = self.rng
        return "".join(
            f'<div cls="ant-progress ant-progress-line ant-progress-show-info"><div cls="ant-progress-outer"><div cls="ant-progress-inner"><div cls="ant-progress-bg" style="width:{(share := rng.randrange(5, 100))}%;height:{rng.choice((6, 8, 14))}px"></div></div></div><span cls="ant-progress-text">{share}%</span></div>'
            for _ in range(rng.randrange(2, 5))
        )

    def grouped(self) -> str:
        rng, rows = self.rng, []
        for _ in range(rng.randrange(1, 4)):
            field = f'<input data-k="input" cls="ant-input" {self.typed("", "", "text")}>'
            words = (
                f'<span cls="ant-input-group-addon">{escape(rng.choice(("https://", ".com", "₽", "кг", "+7")))}</span>'
            )
            push = f'<span cls="ant-input-group-addon"><button data-k="button" cls="ant-btn ant-btn-{rng.choice(("primary", "default"))} ant-input-search-button {"" if (icon := rng.random() < 0.5) else "ant-btn-icon-only"}">{"<span>" + escape(self.words.action()) + "</span>" if icon else self.mark(14, "search")}</button></span>'
            inner = rng.choice((words + field, field + words))
            kind = ""
            if rng.random() < 0.45:
                inner, kind = field + push, "ant-input-search ant-input-search-with-button"
            rows.append(f'<span cls="ant-input-group-wrapper {kind}" style="max-width:{rng.choice((240, 360, 520, 1200))}px"><span cls="ant-input-wrapper ant-input-group">{inner}</span></span>')  # fmt: skip
        return "".join(f"<div>{row}</div>" for row in rows)

    def section(self) -> str:
        rng = self.rng
        body, title = f'<div class="col">{self.any_section()}</div>', escape(self.words.heading())
        if rng.random() < 0.2:
            return f'<section class="col"><h3>{title}</h3>{body}</section>'
        extra = f'<div cls="ant-card-extra">{self.button(look="quiet")}</div>' if rng.random() < 0.3 else ""
        head = f'<div cls="ant-card-head"><div cls="ant-card-head-wrapper"><div cls="ant-card-head-title">{title}</div>{extra}</div></div>' if rng.random() < 0.75 else ""  # fmt: skip
        return f'<div cls="ant-card {rng.choice(("ant-card-bordered", "ant-card-bordered", ""))} {rng.choice(("", "", "ant-card-small"))}">{head}<div cls="ant-card-body">{body}</div></div>'

    def as_table(self, html: str) -> str:
        html = html.replace("<thead>", '<thead cls="ant-table-thead">', 1).replace("<tbody>", '<tbody cls="ant-table-tbody">', 1)  # fmt: skip
        size = self.rng.choice(("", "ant-table-small", "ant-table-middle"))
        return html.replace("<table>", f'<div cls="ant-table {size}"><table>', 1).replace("</table>", "</table></div>", 1)  # fmt: skip
