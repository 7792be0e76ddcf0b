# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Vuetify 3: its compiled style sheet, the markup that its components render, theme variables as its runtime sets them."""

import random
from html import escape

from training.pages.framework import Framework, Look, fonts

SHEET = "vuetify/dist/vuetify.min.css"
# Material Design Icons, as Vuetify's own aliases name them.
GLYPHS = {
    "checked": "M10,17L5,12L6.41,10.58L10,14.17L17.59,6.58L19,8M19,3H5C3.89,3 3,3.89 3,5V19A2,2 0 0,0 5,21H19A2,2 0 0,0 21,19V5C21,3.89 20.1,3 19,3Z",
    "empty": "M19,3H5C3.89,3 3,3.89 3,5V19A2,2 0 0,0 5,21H19A2,2 0 0,0 21,19V5C21,3.89 20.1,3 19,3M19,5V19H5V5H19Z",
    "some": "M17,13H7V11H17M19,3H5C3.89,3 3,3.89 3,5V19A2,2 0 0,0 5,21H19A2,2 0 0,0 21,19V5C21,3.89 20.1,3 19,3Z",
    "on": "M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,7A5,5 0 0,0 7,12A5,5 0 0,0 12,17A5,5 0 0,0 17,12A5,5 0 0,0 12,7Z",
    "off": "M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2Z",
    "down": "M7,10L12,15L17,10H7Z",
}
TONES = ("primary", "secondary", "success", "info", "warning", "error")


def triple(rng: random.Random, low: int, high: int) -> str:
    return ",".join(str(rng.randrange(low, high)) for _ in range(3))


class Vuetify(Framework):
    sheets = (SHEET,)

    def draw_look(self, rng: random.Random) -> Look:
        dark = rng.random() < 0.35
        primary = rng.choice(("24,103,192", "98,0,238", "103,80,164", "33,150,243", triple(rng, 10, 150)))
        ink = "255,255,255" if dark else "0,0,0"
        base, surface = ("18,18,18", "33,33,33") if dark else (rng.choice(("255,255,255", "245,245,245", "250,250,252")), "255,255,255")  # fmt: skip
        tones = {"primary": primary, "secondary": rng.choice(("72,169,166", "3,218,198", "84,110,122")), "success": "76,175,80", "info": "33,150,243", "warning": "251,140,0", "error": "176,0,32" if not dark else "207,102,121"}  # fmt: skip
        theme = "".join(f"--v-theme-{name}:{value};--v-theme-on-{name}:255,255,255;" for name, value in tones.items())
        theme += f"--v-theme-background:{base};--v-theme-on-background:{ink};--v-theme-surface:{surface};--v-theme-on-surface:{ink};--v-theme-surface-variant:{'200,200,200' if dark else '66,66,66'};--v-theme-on-surface-variant:{'0,0,0' if dark else '238,238,238'};--v-theme-surface-light:{'66,66,66' if dark else '238,238,238'};--v-border-color:{ink};--v-border-opacity:.12;--v-high-emphasis-opacity:{1 if dark else 0.87};--v-medium-emphasis-opacity:{0.7 if dark else 0.6};--v-disabled-opacity:{0.5 if dark else 0.38};--v-idle-opacity:.04;--v-hover-opacity:.04;--v-focus-opacity:.12;--v-selected-opacity:.08;--v-activated-opacity:.12;--v-pressed-opacity:.12;--v-theme-overlay-multiplier:1"
        size = rng.choice((14, 15, 16, 16))
        rules = f":root,.v-theme--x{{{theme}}}html{{color-scheme:{'dark' if dark else 'light'};font-size:{size}px}}body.v-application{{display:block;font-family:{rng.choice(('Roboto,sans-serif', fonts(rng)))};background:rgb(var(--v-theme-background));color:rgba(var(--v-theme-on-background),var(--v-high-emphasis-opacity));line-height:1.5}}"
        rules += "".join(f".bg-{name}{{background:rgb(var(--v-theme-{name}))!important;color:rgb(var(--v-theme-on-{name}))!important}}.text-{name}{{color:rgb(var(--v-theme-{name}))!important}}" for name in tones)  # fmt: skip
        rules += ".v-field{grid-template-columns:min-content minmax(0,1fr) min-content min-content}.v-input{flex:none}h1{font-size:2em;font-weight:400}h2{font-size:1.4em;font-weight:500}h3{font-size:1.15em;font-weight:500}"
        if rng.random() < 0.5:
            rules += ".v-btn{text-transform:none;letter-spacing:normal}"
        bar = rng.choice(("rgb(var(--v-theme-surface))", f"rgb({primary})", "#1e1e2d", "#263238", "rgb(var(--v-theme-surface-light))"))  # fmt: skip
        colours = {
            "page": "rgb(var(--v-theme-background))", "surface": "rgb(var(--v-theme-surface))", "ink": "rgb(var(--v-theme-on-surface))", "muted": "rgba(var(--v-theme-on-surface),var(--v-medium-emphasis-opacity))",
            "line": f"rgba({ink},.12)", "soft": f"rgba({ink},.06)", "accent": f"rgb({primary})", "on_accent": "#fff", "good": "rgb(76,175,80)", "bad": "rgb(var(--v-theme-error))", "warn": "rgb(251,140,0)",
            "bar": bar, "bar_ink": "rgb(var(--v-theme-on-surface))" if "surface" in bar else "#ffffffe6", "field": "rgb(var(--v-theme-surface))",
        }  # fmt: skip
        facts = {
            "field": rng.choice(("outlined", "outlined", "filled", "filled", "underlined", "solo", "solo-filled")),
            "density": rng.choice(("default", "comfortable", "compact", "compact")),
            "button": rng.choice(("elevated", "flat", "tonal", "outlined", "")),
            "tone": rng.choice(("primary", "primary", "secondary", "success")),
            "inset": rng.choice(("", "v-switch--inset")),
        }
        return Look(dark, colours, self.sheets, rules, body='class="v-application v-theme--x v-locale--is-ltr"', size=size, facts=facts)  # fmt: skip

    def button(self, text: str = "", look: str = "", extra: str = "") -> str:
        rng = self.rng
        look = look or rng.choice(("main", "main", "second", "second", "danger", "quiet", "good", "warn", "dark"))
        tone = {"main": "primary", "second": rng.choice(("", "secondary")), "danger": "error", "quiet": "primary", "good": "success", "warn": "warning", "dark": "info"}[look]  # fmt: skip
        variant = "text" if look == "quiet" else self.look.facts["button"] or rng.choice(("elevated", "flat", "tonal", "outlined"))  # fmt: skip
        paint = ("bg-" if variant in ("elevated", "flat") else "text-") + tone if tone else ""
        inner, shape, chance = escape(text or self.words.action()), rng.choice(("", "", "", "rounded-xl", "rounded-0")), rng.random()  # fmt: skip
        mark = "click" if variant == "text" else "button"
        if chance < 0.1:
            shape, inner = "v-btn--icon", self.glyph_of(20)
        elif chance < 0.3:
            inner = f'{self.glyph_of(16)}<span style="width:6px"></span>{inner}'
        size = rng.choice(("default", "default", "small", "large", "x-small"))
        wide = "width:100%;" if "wide" in extra else "flex:1;" if "grow" in extra else ""
        off = "v-btn--disabled" if rng.random() < 0.1 else ""
        return f'<button data-k="{mark}" cls="v-btn v-theme--x {paint} v-btn--density-default v-btn--size-{size} v-btn--variant-{variant} {shape} {off}" style="flex:none;{wide}"><span cls="v-btn__overlay"></span><span cls="v-btn__underlay"></span><span cls="v-btn__content">{inner}</span></button>'

    def glyph_of(self, size: int, *names: str) -> str:
        return self.icon(size, *names)

    def input(self, hint: str = "", value: str = "", kind: str = "text") -> str:
        rng = self.rng
        attributes = self.typed(hint, value, kind)
        filled = 'value=""' not in attributes or any(f'"{kind}"' in attributes for kind in ("date", "time"))
        mark = self.icon(20, "search", "user", "mail", "calendar", "lock", kind="")
        front = f'<div cls="v-field__prepend-inner">{mark}</div>' if rng.random() < 0.25 else ""
        back = f'<div cls="v-field__append-inner">{mark}</div>' if rng.random() < 0.15 else ""
        return self.field("input", f'<input cls="v-field__input" size="1" {attributes}>', filled, front, back)

    def field(self, kind: str, control: str, filled: bool, front: str = "", back: str = "") -> str:
        rng, look = self.rng, self.look.facts["field"]
        state = rng.choice(("", "", "", "", "v-field--focused", "v-field--error", "v-field--disabled"))
        name = escape(self.words.field()) if rng.random() < 0.6 and "solo" not in look else ""
        is_active = filled or not name or "focused" in state
        label = f'<label cls="v-label v-field-label" {"" if is_active else "data-t"}>{name}</label>' if name else ""
        floating = f'<label cls="v-label v-field-label v-field-label--floating">{name}</label>' if name else ""
        if not is_active:
            control = control.replace("placeholder=", "data-hint=")
        outline = '<div cls="v-field__outline"></div>'
        if look == "outlined":
            outline = f'<div cls="v-field__outline"><div cls="v-field__outline__start"></div>{f"<div cls=v-field__outline__notch>{floating}</div>" if name else ""}<div cls="v-field__outline__end"></div></div>'
        shapes = f"{'v-field--active' if is_active else ''} {'v-field--prepended' if front else ''} {'v-field--appended' if back else ''} {'' if name else 'v-field--single-line v-field--no-label'} {state}"
        upper = floating if look in ("filled", "underlined") else ""
        density = self.look.facts["density"]
        family = "v-text-field" + (" v-select" if kind == "select" else " v-textarea" if "textarea" in control else "")
        return (
            f'<div cls="v-input v-input--horizontal v-input--center-affix v-input--density-{density} v-theme--x v-locale--is-ltr {family}"><div cls="v-input__control"><div data-k="{kind}" cls="v-field v-field--center-affix v-field--variant-{look} v-theme--x v-locale--is-ltr {shapes}">'
            f'<div cls="v-field__overlay"></div>{front}<div cls="v-field__field">{upper}{label}{control}</div>{back}{outline}</div></div></div>'
        )

    def area(self) -> str:
        rng = self.rng
        text = self.words.paragraph(rng.randrange(1, 4)) if rng.random() < 0.6 else ""
        return self.field("input", f'<textarea cls="v-field__input" rows="{rng.randrange(2, 6)}" placeholder="{escape(self.words.sentence())}">{escape(text)}</textarea>', bool(text))  # fmt: skip

    def select(self) -> str:
        arrow = f'<div cls="v-field__append-inner"><i cls="v-icon v-select__menu-icon v-icon--size-default">{svg("down", "")}</i></div>'
        inner = f'<div cls="v-field__input"><div cls="v-select__selection" data-t><span cls="v-select__selection-text">{escape(self.words.option())}</span></div></div>'
        return self.field("select", inner, True, back=arrow)

    def drawn(self, glyph: str, kind: str, on: bool) -> str:
        paint = f"text-{self.look.facts['tone']}" if on else ""
        off = "v-selection-control--disabled" if self.rng.random() < 0.12 else ""
        return f'<div cls="v-selection-control v-selection-control--density-{self.look.facts["density"]} {"v-selection-control--dirty" if on else ""} {off}" style="flex:none"><div cls="v-selection-control__wrapper {paint}"><div cls="v-selection-control__input"><i cls="v-icon v-theme--x v-icon--size-default">{svg(glyph, kind)}</i></div></div></div>'

    def check(self) -> str:
        glyph = self.rng.choice(("checked", "checked", "empty", "empty", "some"))
        return self.drawn(glyph, "checkbox", glyph != "empty")

    def radio(self, on: bool) -> str:
        return self.drawn("on" if on else "off", "radio", on)

    def switch(self) -> str:
        on = self.rng.random() < 0.5
        paint = f"bg-{self.look.facts['tone']}" if on else ""
        return f'<div cls="v-input v-input--horizontal v-input--density-{self.look.facts["density"]} v-switch {self.look.facts["inset"]} v-theme--x" style="display:inline-grid"><div cls="v-input__control"><div cls="v-selection-control v-selection-control--density-{self.look.facts["density"]} {"v-selection-control--dirty" if on else ""}"><div cls="v-selection-control__wrapper {"text-" + self.look.facts["tone"] if on else ""}"><div data-k="switch" cls="v-switch__track {paint}"></div><div cls="v-selection-control__input"><div cls="v-switch__thumb {paint}"></div></div></div></div></div></div>'

    def choices(self, kind: str, count: int) -> str:
        rng, chosen = self.rng, self.rng.randrange(count)
        rows = [
            f'<div style="display:flex;align-items:center;gap:{4 if kind != "switch" else 12}px">{self.choice_of(kind, index == chosen)}<label cls="v-label">{escape(self.words.choice())}</label></div>'
            for index in range(count)
        ]
        return f'<div class="{"row wrap" if rng.random() < 0.35 else "col tight"}">{"".join(rows)}</div>'

    def labelled(self, control: str, beside: bool = False) -> str:
        if self.rng.random() < 0.6:
            return control
        return super().labelled(control, beside)

    def badge(self) -> str:
        rng = self.rng
        return f'<span cls="v-chip v-theme--x text-{rng.choice(TONES)} v-chip--density-{rng.choice(("default", "comfortable", "compact"))} v-chip--size-{rng.choice(("small", "small", "x-small", "default"))} v-chip--variant-{rng.choice(("tonal", "tonal", "outlined"))}"><span cls="v-chip__underlay"></span><div cls="v-chip__content">{escape(self.words.state())}</div></span>'

    def chip(self) -> str:
        return self.badge()

    def alerts(self) -> str:
        rng = self.rng
        return "".join(
            f'<div cls="v-alert v-theme--x {paint[0]}-{rng.choice(TONES[2:])} v-alert--density-{rng.choice(("default", "compact"))} v-alert--variant-{paint[1]}"><span cls="v-alert__underlay"></span>{self.sign()}<div cls="v-alert__content">{escape(self.words.sentence())}</div></div>'
            for paint in (rng.choice((("text", "tonal"), ("text", "outlined"), ("bg", "flat"))) for _ in range(rng.randrange(1, 4)))
        )  # fmt: skip

    def sign(self) -> str:
        shown = self.rng.random() < 0.6
        return f'<div cls="v-alert__prepend">{self.icon(24, "info", "warning", "check")}</div>' if shown else ""

    def pager(self) -> str:
        rng, on = self.rng, self.rng.randrange(1, 4)
        items = []
        for text in ("‹", *(str(index) for index in range(1, rng.randrange(4, 7))), "›"):
            variant = "tonal" if text == str(on) else rng.choice(("text", "text", "outlined"))
            items.append(f'<li cls="v-pagination__item" style="list-style:none"><button data-k="{"click" if variant == "text" else "button"}" cls="v-btn v-btn--icon v-theme--x v-btn--density-comfortable v-btn--size-default v-btn--variant-{variant}"><span cls="v-btn__overlay"></span><span cls="v-btn__underlay"></span><span cls="v-btn__content">{text}</span></button></li>')  # fmt: skip
        return f'<ul cls="v-pagination__list" style="display:inline-flex;padding:0">{"".join(items)}</ul>'

    def tabs(self) -> str:
        rng, on = self.rng, self.rng.randrange(3)
        items = "".join(
            f'<button cls="v-btn v-tab v-theme--x v-btn--density-default v-btn--size-default v-btn--variant-text {"v-tab--selected text-primary" if index == on else ""}" style="flex:none"><span cls="v-btn__content">{escape(self.words.nav())}<div cls="v-tab__slider" style="{"opacity:1" if index == on else ""}"></div></span></button>'
            for index in range(rng.randrange(3, 6))
        )
        return f'<div style="overflow:hidden"><div cls="v-tabs v-tabs--density-default" style="display:flex">{items}</div></div>'

    def progress(self) -> str:
        rng = self.rng
        return "".join(
            f'<div cls="v-progress-linear v-theme--x" style="height:{rng.choice((4, 6, 12, 20))}px;position:relative"><div cls="v-progress-linear__background bg-{(tone := rng.choice(TONES))}" style="opacity:.2"></div><div cls="v-progress-linear__determinate bg-{tone}" style="width:{rng.randrange(5, 100)}%"></div></div>'
            for _ in range(rng.randrange(2, 5))
        )

    def grouped(self) -> str:
        return self.wide_form()

    def section(self) -> str:
        rng = self.rng
        body = f'<div class="col">{self.any_section()}</div>'
        title = escape(self.words.heading())
        if rng.random() < 0.2:
            return f'<section class="col"><h2>{title}</h2>{body}</section>'
        return f'<div cls="v-card v-theme--x v-card--density-default v-card--variant-{rng.choice(("elevated", "elevated", "flat", "outlined", "tonal"))} {rng.choice(("", "rounded-lg", "rounded-xl", "rounded-0"))}"><span cls="v-card__underlay"></span><div cls="v-card-title">{title}</div><div cls="v-card-text">{body}</div></div>'

    def as_table(self, html: str) -> str:
        density = self.rng.choice(("default", "comfortable", "compact"))
        return html.replace("<table>", f'<div cls="v-table v-theme--x v-table--density-{density}"><div cls="v-table__wrapper"><table>', 1).replace("</table>", "</table></div></div>", 1)  # fmt: skip


def svg(glyph: str, kind: str) -> str:
    mark = f'data-k="{kind}"' if kind else ""
    return f'<svg {mark} cls="v-icon__svg" viewBox="0 0 24 24"><path d="{GLYPHS[glyph]}"></path></svg>'
