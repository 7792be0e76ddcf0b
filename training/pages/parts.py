# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""What pages are made of: controls first, then the sections that use them. Every part is HTML; `data-k` says what a thing is."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from training.pages import photographs, procedural_pictures
from training.pages.fields import adorned_input, arrow_style, built_select
from training.pages.icons import IconSet, drawing, drawings
from training.pages.scenes import SECTIONS, stars
from training.pages.style import Style
from training.pages.words import Words


@dataclass(slots=True)
class Parts:
    """Draws controls and sections of one page. `width` is the page's, in CSS pixels; one that `is_fixed` uses nothing fetched."""

    rng: random.Random
    words: Words
    style: Style
    icons: IconSet
    width: int
    is_fixed: bool = False

    # Controls

    def icon(self, size: float = 0, *names: str, kind: str = "icon", colour: str = "") -> str:
        return self.icons.draw(
            self.rng, size or self.rng.choice((12, 14, 16, 16, 18, 20, 24)), names, colour or "currentColor", kind
        )

    def button(self, text: str = "", look: str = "", extra: str = "") -> str:
        rng = self.rng
        look = look or rng.choice(("main", "main", "second", "second", "danger", "quiet", "good", "warn", "dark"))
        state = rng.choice(("", "", "", "", "", "hover", "focus", "off"))
        size = rng.choice(("", "", "", "small", "large", "round"))
        shape, inner = "", escape(text or self.words.action())
        chance = rng.random()
        if chance < 0.12:
            shape, inner = "square", self.icon(rng.choice((14, 16, 18)))
        elif chance < 0.35:
            inner = self.icon(rng.choice((12, 14, 16))) + f"<span>{inner}</span>"
        elif chance < 0.43:
            inner = f"<span>{inner}</span>" + self.icon(rng.choice((10, 12, 14)), "down", "right", "arrow")
        tag = rng.choice(("button", "button", "a"))
        return f'<{tag} type="button" data-k="click" class="btn {look} {state} {size} {shape} {extra}">{inner}</{tag}>'

    def input(self, hint: str = "", value: str = "", kind: str = "text") -> str:
        rng = self.rng
        state = rng.choice(("", "", "", "", "", "focus", "error", "off", "ro"))
        kind, attributes = self.filled(hint, value, kind)
        if (
            rng.random() < 0.3
            and self.style.tokens["field"] != "native"
            and kind in ("text", "search", "email", "number")
        ):
            return adorned_input(self, attributes, state)
        return f'<input data-k="input" class="field {state}" {attributes}>'

    def filled(self, hint: str, value: str, kind: str) -> tuple[str, str]:
        """The kind of a native field and its attributes: what was typed or, where nothing was, the hint."""
        rng = self.rng
        given = value or (self.words.value() if rng.random() < 0.5 else "")
        hint = hint or rng.choice((self.words.field(), self.words.choice(), "name@example.com", "+7 900 000-00-00", ""))
        if kind == "text" and rng.random() < 0.16:
            kind = rng.choice(("password", "date", "number", "email", "time"))
        given = {
            "password": "x" * rng.randrange(6, 13),
            "date": f"2026-0{rng.randrange(1, 9)}-1{rng.randrange(9)}" if rng.random() < 0.5 else "",
            "number": str(rng.randrange(500)),
            "time": "12:30",
            "file": "",
        }.get(kind, given)
        return kind, f'type="{kind}" placeholder="{escape(hint)}" value="{escape(given)}"'

    def area(self) -> str:
        rng = self.rng
        text = self.words.paragraph(rng.randrange(1, 4)) if rng.random() < 0.6 else ""
        return f'<textarea data-k="input" class="field" rows="{rng.choice((1, 2, 3, 3, 4, 5, 8, 12))}" placeholder="{escape(self.words.sentence())}">{escape(text)}</textarea>'

    def select(self) -> str:
        state = self.rng.choice(("", "", "", "focus", "off", "error"))
        chance = self.rng.random()
        is_native = self.style.tokens["field"] == "native"
        if chance < 0.35 and not is_native:
            return built_select(self, state)
        own = f'style="{arrow_style(self)}"' if chance < 0.6 and not is_native else ""
        return f'<select data-k="select" class="field {state}" {own}><option>{escape(self.words.option())}</option></select>'

    def check(self) -> str:
        on = self.rng.choice(
            ("", "on", "on", "some") if self.style.tokens["box"] not in ("native", "inset", "square") else ("", "on")
        )
        return f'<input type="checkbox" data-k="checkbox" class="check {on} {self.rng.choice(("", "", "", "dis"))}" {"checked" if on else ""} {self.rng.choice(("", "", "", "disabled")) if self.style.tokens["box"] == "native" else ""}>'

    def radio(self, on: bool) -> str:
        return f'<input type="radio" data-k="radio" class="radio {"on" if on else ""} {self.rng.choice(("", "", "", "dis"))}" {"checked" if on else ""}>'

    def switch(self) -> str:
        return f'<span data-k="switch" class="switch {self.rng.choice(("", "on"))} {self.rng.choice(("", "", "", "", "dis"))}"></span>'

    def choices(self, kind: str, count: int) -> str:
        """A group of check boxes, radios or switches, each with its words."""
        rng, chosen = self.rng, self.rng.randrange(count)
        reverse, inline, detail = rng.random() < 0.3, rng.random() < 0.35, rng.random() < 0.2
        rows = []
        for index in range(count):
            control = (
                self.check() if kind == "check" else self.switch() if kind == "switch" else self.radio(index == chosen)
            )
            text = f"<span>{escape(self.words.choice())}</span>"
            if detail:
                text = f'<div class="col" style="gap:2px">{text}<span class="muted small">{escape(self.words.sentence())}</span></div>'
            if reverse and kind == "switch" and not inline:
                rows.append(f'<div class="row between"><div class="grow">{text}</div>{control}</div>')
            else:
                rows.append(f'<label class="choice {"top" if detail else ""}">{control}{text}</label>')
        return f'<div class="{"row wrap" if inline else "col tight"}">{"".join(rows)}</div>'

    def photo(self, width: str, height: str, radius: str = "0", kind: str = "image") -> str:
        size = self.rng.choice((240, 320, 400)), self.rng.choice((160, 240, 320))
        return f'<img data-k="{kind}" alt="" src="{self.picture(*size)}" style="width:{width};height:{height};border-radius:{radius};flex:none">'

    def picture(self, width: int, height: int) -> str:
        """The address of a photograph, a thing without a ground, or a drawing."""
        chance = self.rng.random()
        if self.is_fixed or chance < 0.45:
            return procedural_pictures.photo(self.rng, width, height)
        if chance < 0.6:
            return photographs.cutout(self.rng, width, height)
        if chance < 0.66 and drawings():
            return drawing(self.rng)
        return photographs.photograph(self.rng, width, height)

    def avatar(self, size: int = 0) -> str:
        size = size or self.rng.choice((32, 36, 40, 48, 56, 64))
        radius = self.rng.choice(("50%", "50%", "8px", "0"))
        if self.rng.random() < 0.2:
            who = self.words.person().split()
            return f'<div style="width:{size}px;height:{size}px;border-radius:{radius};background:{procedural_pictures.colour(self.rng)};color:#fff;display:flex;align-items:center;justify-content:center;flex:none;font-size:{size * 0.4:.0f}px">{who[0][0]}{who[-1][0]}</div>'
        return f'<img data-k="image" alt="" src="{self.picture(120, 120)}" style="width:{size}px;height:{size}px;border-radius:{radius};flex:none">'

    def badge(self) -> str:
        return f'<span class="badge {self.rng.choice(("", "solid"))}">{escape(self.words.state())}</span>'

    def link(self) -> str:
        return f'<a class="link">{escape(self.words.action())}</a>'

    def glyph(self) -> str:
        """A symbol that is a letter of the font and stands alone."""
        return f'<span data-k="icon" style="font-size:{self.rng.choice((16, 18, 20, 24))}px;line-height:1">{self.rng.choice("×✕›‹→←▾▼★☆✓⋮•☰")}</span>'

    # Sections

    def section(self) -> str:
        """One of all sections, in a card or bare."""
        rng = self.rng
        head = rng.random()
        title = ""
        if head < 0.75:
            title = f"<h{(level := rng.choice((2, 3, 3)))}>{escape(self.words.heading())}</h{level}>"
            if rng.random() < 0.3:
                title = f'<div class="row between">{title}{rng.choice((self.link, self.button, self.badge, self.glyph, lambda: self.icon(18, "dots", "gear", "plus")))()}</div>'
        frame = "card" if rng.random() < 0.8 else ""
        if rng.random() < 0.15:
            return self.headed(self.any_section())
        return f'<section class="{frame} col">{title}{self.any_section()}</section>'

    def any_section(self) -> str:
        """What holds rare kinds comes often."""
        if self.rng.random() < 0.4:
            return self.rng.choice(SECTIONS)(self)
        make: Callable[[], str] = self.rng.choice((
            self.form, self.form, self.form, self.settings, self.settings, self.settings, self.filters, self.filters, self.matrix, self.matrix, self.controls, self.controls, self.controls,
            self.table, self.table, self.people, self.messages, self.products, self.article, self.stats, self.chart_card, self.buttons, self.icons_row, self.pricing, self.accordion,
            self.gallery, self.gallery, self.figure, self.grouped, self.grouped, self.wide_form, self.wide_form, self.listing, self.listing, self.alerts, self.code, self.steps, self.comments, self.calendar, self.progress, self.upload, self.tabbed, self.cart, self.toolbar_card, self.login,
        ))  # fmt: skip
        return make()

    def headed(self, body: str) -> str:
        """A card with a strip of its own for the heading, which looks like a field but is not one."""
        rng, c = self.rng, self.style.colours
        ground = rng.choice((c["soft"], c["surface"], c["bar"]))
        ink = c["bar_ink"] if ground == c["bar"] else rng.choice((c["ink"], c["accent"]))
        mark = self.icon(16) if rng.random() < 0.4 else ""
        tail = rng.choice(("", "", self.icon(16, "dots"), self.link(), self.button()))
        return (
            f'<section style="border:1px solid {c["line"]};border-radius:{rng.choice((0, 4, 8))}px;overflow:hidden;background:{c["surface"]}"><div class="row between" style="padding:{rng.choice((6, 10, 14))}px 16px;'
            f'background:{ground};color:{ink};border-bottom:1px solid {c["line"]}"><span class="row tight">{mark}<span class="{rng.choice(("strong", ""))}">{escape(self.words.heading())}</span></span>{tail}</div><div class="col" style="padding:16px">{body}</div></section>'
        )

    def listing(self) -> str:
        """Framed rows and boxes that are not fields: list groups, notes, key and value."""
        rng, c = self.rng, self.style.colours
        rows = []
        for _ in range(rng.randrange(3, 8)):
            tail = rng.choice(("", self.badge(), f"<span>{self.words.number()}</span>", self.icon(14, "right")))
            rows.append(
                f'<div class="row between" style="padding:{rng.choice((6, 9, 12))}px 14px;border:1px solid {c["line"]};margin-bottom:{rng.choice((-1, -1, 6))}px"><span>{escape(rng.choice((self.words.choice(), self.words.person(), self.words.item(), self.words.sentence())))}</span>{tail}</div>'
            )
        return f"<div>{''.join(rows)}</div>"

    def labelled(self, control: str, beside: bool = False) -> str:
        rng = self.rng
        name = escape(self.words.field()) + rng.choice(("", "", "", ":", " *"))
        note = (
            f'<span class="small {rng.choice(("muted", "muted", "bad"))}">{escape(self.words.sentence())}</span>'
            if rng.random() < 0.2
            else ""
        )
        weight = rng.choice(("", "strong", "small muted"))
        if beside:
            return f'<div class="row"><span class="{weight}" style="width:130px;flex:none">{name}</span><div class="grow">{control}</div></div>'
        return f'<div class="col" style="gap:{rng.choice((2, 4, 6))}px"><span class="{weight}">{name}</span>{control}{note}</div>'

    def any_field(self) -> str:
        return self.rng.choice((self.input, self.input, self.input, self.select, self.select, self.area))()

    def form(self) -> str:
        rng = self.rng
        beside = rng.random() < 0.25
        bare = rng.random() < 0.2
        fields = [
            self.any_field() if bare else self.labelled(self.any_field(), beside) for _ in range(rng.randrange(2, 7))
        ]
        if rng.random() < 0.35:
            fields.insert(
                1,
                f'<div class="row">{"".join(f"<div class=grow>{self.labelled(rng.choice((self.input, self.select))())}</div>" for _ in range(2))}</div>',
            )
        if rng.random() < 0.6:
            fields.append(self.choices(rng.choice(("check", "radio", "switch")), rng.randrange(1, 5)))
        buttons = "".join(
            self.button(look=look) for look in rng.sample(("main", "second", "quiet", "danger"), rng.randrange(1, 4))
        )
        return "".join(fields) + f'<div class="row {rng.choice(("", "between", ""))}">{buttons}</div>'

    def settings(self) -> str:
        rng, rows = self.rng, []
        dividers, marks = rng.random() < 0.5, rng.random() < 0.3
        for _ in range(rng.randrange(3, 8)):
            control = rng.choice(
                (
                    self.switch,
                    self.switch,
                    self.switch,
                    self.select,
                    self.check,
                    self.button,
                    lambda: self.radio(rng.random() < 0.5),
                )
            )()
            note = f'<span class="muted small">{escape(self.words.sentence())}</span>' if rng.random() < 0.4 else ""
            mark = self.icon(20) if marks else ""
            rows.append(
                f'<div class="row">{mark}<div class="grow col" style="gap:2px"><span>{escape(self.words.choice())}</span>{note}</div><div style="max-width:45%">{control}</div></div>'
            )
        return '<hr class="rule">'.join(rows) if dividers else "".join(rows)

    def filters(self) -> str:
        rng = self.rng
        groups = []
        for _ in range(rng.randrange(1, 4)):
            kind = rng.choice(("check", "check", "radio", "switch"))
            groups.append(
                f'<div class="col tight"><span class="strong">{escape(self.words.field())}</span>{self.choices(kind, rng.randrange(2, 6))}</div>'
            )
        groups.insert(0, rng.choice((self.select, self.input, lambda: ""))())
        return "".join(groups) + self.button()

    def matrix(self) -> str:
        """A table of rights: roles across, permissions down."""
        rng = self.rng
        kind = rng.choice((self.check, self.check, lambda: self.radio(rng.random() < 0.3), self.switch))
        columns = rng.randrange(2, 5)
        head = "".join(f"<th>{escape(self.words.option()[:14])}</th>" for _ in range(columns))
        rows = "".join(
            f"<tr><td class=cut style='max-width:220px'>{escape(self.words.choice())}</td>"
            + "".join(f"<td>{kind()}</td>" for _ in range(columns))
            + "</tr>"
            for _ in range(rng.randrange(2, 8))
        )
        return f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def controls(self) -> str:
        """Rare kinds side by side, as in a style guide."""
        rng = self.rng
        rows = []
        for _ in range(rng.randrange(2, 5)):
            kind = rng.choice(("switch", "check", "radio", "select", "select"))
            if kind == "select":
                cells = "".join(
                    f'<div style="width:{rng.choice((90, 120, 150, 180))}px;max-width:100%">{self.select()}</div>'
                    for _ in range(rng.randrange(1, 4))
                )
                rows.append(f'<div class="row wrap">{cells}{self.button() if rng.random() < 0.3 else ""}</div>')
            else:
                rows.append(self.choices(kind, rng.randrange(2, 6)))
        return "".join(rows)

    def table(self) -> str:
        rng = self.rng
        sorted_share = rng.choice((0, 0, 0.1, 1))
        checks, actions, marks = rng.random() < 0.5, rng.random() < 0.5, rng.random() < 0.3
        fill = [rng.choice((self.words.person, self.words.email, self.words.number, self.words.date, self.words.price, self.words.item, self.words.code, self.words.percent, self.badge, self.words.city)) for _ in range(rng.randrange(2, 7))]  # fmt: skip
        head = (
            ("<th>" + self.check() + "</th>" if checks else "")
            + "".join(
                f"<th>{escape(self.words.field())}{' ' + self.icon(10, 'down', 'up') if rng.random() < sorted_share else ''}</th>"
                for _ in fill
            )
            + ("<th></th>" if actions else "")
        )
        look = rng.choice(("icons", "button", "link"))
        rows = ""
        for _ in range(rng.randrange(3, 11)):
            cells = "".join(f"<td>{cell() if cell == self.badge else escape(cell())}</td>" for cell in fill)
            front = f"<td>{self.check()}</td>" if checks else ""
            if marks:
                cells = f"<td>{self.avatar(rng.choice((32, 36)))}</td>" + cells
            tail = {
                "icons": f'<span class="row tight">{self.icon(16, "pen")}{self.icon(16, "trash")}</span>',
                "button": self.button(),
                "link": self.link(),
            }[look]
            rows += f"<tr>{front}{cells}{f'<td>{tail}</td>' if actions else ''}</tr>"
        head = f"<th></th>{head}" if marks and not checks else head
        below = (
            f'<div class="row between wrap"><span class="muted small">1–10 / {self.words.number()}</span>{self.pager()}</div>'
            if rng.random() < 0.5
            else ""
        )
        above = (
            f'<div class="row wrap"><div style="width:200px">{self.input(kind="search")}</div><div style="width:140px">{self.select()}</div>{self.button()}</div>'
            if rng.random() < 0.45
            else ""
        )
        return f'{above}<div style="overflow:hidden"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{below}'

    def as_table(self, html: str) -> str:
        return html

    def pager(self) -> str:
        on = self.rng.randrange(1, 5)
        pages = "".join(
            f'<a data-k="click" class="page {"on" if index == on else ""}">{index}</a>'
            for index in range(1, self.rng.randrange(4, 7))
        )
        ends = [
            f'<a data-k="click" class="page">{self.icon(12, name) if self.rng.random() < 0.5 else escape(word)}</a>'
            for name, word in (("left", "‹"), ("right", "›"))
        ]
        if self.rng.random() < 0.3:
            ends = [f'<a data-k="click" class="page">{escape(self.words.action())}</a>'] * 2
        return f'<div class="pager">{ends[0]}{pages}{ends[1]}</div>'

    def people(self) -> str:
        rng = self.rng
        rows = []
        for _ in range(rng.randrange(2, 6)):
            tail = rng.choice(
                (
                    self.button,
                    self.badge,
                    self.switch,
                    self.check,
                    self.select,
                    lambda: self.icon(18, "dots"),
                    lambda: f'<span class="muted small">{self.words.clock()}</span>',
                )
            )()
            rows.append(
                f'<div class="row">{self.avatar()}<div class="grow col" style="gap:1px"><span class="strong cut">{escape(self.words.person())}</span><span class="muted small cut">{escape(rng.choice((self.words.email(), self.words.sentence())))}</span></div><div style="max-width:40%">{tail}</div></div>'
            )
        return "".join(rows)

    def messages(self) -> str:
        rng, rows = self.rng, []
        for _ in range(rng.randrange(2, 6)):
            mine = rng.random() < 0.4
            bubble = f'<div style="max-width:75%;padding:8px 12px;border-radius:12px;background:{self.style.colours["accent"] if mine else self.style.colours["soft"]};color:{self.style.colours["on_accent"] if mine else self.style.colours["ink"]}"><p>{escape(self.words.paragraph(rng.randrange(1, 3)))}</p></div>'
            rows.append(
                f'<div class="row" style="align-items:flex-end;{"justify-content:flex-end" if mine else ""}">{"" if mine else self.avatar(32)}{bubble}<span class="small muted">{self.words.clock()}</span></div>'
            )
        return (
            "".join(rows)
            + f'<div class="row">{self.icon(20)}<div class="grow">{self.input()}</div>{self.button()}</div>'
        )

    def products(self) -> str:
        rng = self.rng
        tiles = []
        for _ in range(rng.randrange(2, 7)):
            rating = stars(self) if rng.random() < 0.3 else ""
            old = f'<span class="muted small"><s>{self.words.price()}</s></span>' if rng.random() < 0.3 else ""
            tail = rng.choice((self.button, self.button, lambda: "", self.select, self.switch))()
            tiles.append(
                f'<div class="tile" style="overflow:hidden">{self.photo("100%", f"{rng.choice((90, 120, 160))}px")}<div class="col tight" style="padding:10px"><span class="strong">{escape(self.words.item())}</span>{rating}<div class="row wrap"><span>{self.words.price()}</span>{old}{self.badge() if rng.random() < 0.25 else ""}</div>{tail}</div></div>'
            )
        return f'<div style="display:grid;grid-template-columns:repeat(auto-fill,minmax({rng.choice((140, 170, 210))}px,1fr));gap:12px">{"".join(tiles)}</div>'

    def article(self) -> str:
        rng = self.rng
        picture = self.photo("100%", f"{rng.choice((100, 160, 240))}px", "6px") if rng.random() < 0.4 else ""
        text = "".join(
            f"<p>{escape(self.words.paragraph(rng.randrange(2, 6)))}{' <b>' + escape(self.words.sentence()) + '</b>' if rng.random() < 0.2 else ''}{' <a class=link>' + escape(self.words.action()) + '</a>' if rng.random() < 0.3 else ''}</p>"
            for _ in range(rng.randrange(1, 4))
        )
        bullets = (
            f'<ul style="list-style:disc;padding-left:22px">{"".join(f"<li>{escape(self.words.sentence())}</li>" for _ in range(rng.randrange(2, 5)))}</ul>'
            if rng.random() < 0.3
            else ""
        )
        return f'{picture}<span class="muted small">{self.words.date()} · {escape(self.words.person())}</span>{text}{bullets}'

    def stats(self) -> str:
        rng, c = self.rng, self.style.colours
        tiles = []
        for _ in range(rng.randrange(2, 5)):
            mark = (
                f"<div>{self.icon(rng.choice((24, 28, 32, 40)), colour=rng.choice((c['muted'], c['accent'])))}</div>"
                if rng.random() < 0.6
                else ""
            )
            spark = procedural_pictures.sparkline(rng, c["accent"]) if rng.random() < 0.2 else ""
            line = f"border-left:4px solid {procedural_pictures.colour(rng)};" if rng.random() < 0.2 else ""
            tiles.append(
                f'<div class="tile row between" style="padding:12px;{line}"><div class="col" style="gap:2px"><span class="muted small">{escape(self.words.field())}</span><span class="strong" style="font-size:1.4em">{rng.choice((self.words.number, self.words.price))()}</span><span class="small {rng.choice(("good", "bad"))}">{self.words.percent()}</span></div>{spark or mark}</div>'
            )
        return f'<div style="display:grid;grid-template-columns:repeat(auto-fill,minmax(180px,1fr));gap:12px">{"".join(tiles)}</div>'

    def chart_card(self) -> str:
        rng, c = self.rng, self.style.colours
        picture = procedural_pictures.chart(
            rng, rng.choice((260, 320, 420)), rng.choice((140, 180, 240)), c["muted"], c["line"], c["accent"]
        )
        dots = "".join(
            f'<span class="row" style="gap:5px"><svg data-k="icon" class="i" style="width:10px;height:10px" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5" fill="{procedural_pictures.colour(rng)}"/></svg><span class="small">{escape(self.words.city())}</span></span>'
            for _ in range(rng.randrange(2, 5))
        )
        return picture + (f'<div class="row wrap">{dots}</div>' if rng.random() < 0.6 else "")

    def buttons(self) -> str:
        return f'<div class="row wrap">{"".join(self.button() for _ in range(self.rng.randrange(3, 10)))}</div>'

    def icons_row(self) -> str:
        rng, size = self.rng, self.rng.choice((14, 16, 18, 20, 24, 28, 32, 40))
        if rng.random() < 0.5:
            return f'<div class="row wrap">{"".join(rng.choice((lambda: self.icon(size), lambda: self.icon(size), self.glyph))() for _ in range(rng.randrange(4, 12)))}</div>'
        tiles = "".join(
            f'<div class="col tight" style="align-items:center;text-align:center;width:{rng.choice((90, 140))}px">{self.icon(max(size, 20), colour=self.style.colours["accent"])}<span class="strong">{escape(self.words.nav())}</span><span class="muted small">{escape(self.words.sentence()) if rng.random() < 0.4 else ""}</span></div>'
            for _ in range(rng.randrange(3, 7))
        )
        return f'<div class="row wrap" style="align-items:flex-start">{tiles}</div>'

    def pricing(self) -> str:
        rng = self.rng
        plans = []
        for _ in range(rng.randrange(2, 4)):
            lines = "".join(
                f'<div class="row tight">{self.icon(14, "check")}<span>{escape(self.words.choice())}</span></div>'
                for _ in range(rng.randrange(2, 5))
            )
            plans.append(
                f'<div class="tile col" style="padding:16px;flex:1;min-width:150px"><span class="strong">{escape(self.words.brand())}</span><div><span style="font-size:1.8em;font-weight:700">{self.words.price()}</span></div>{lines}{self.button(extra="wide")}</div>'
            )
        return f'<div class="row wrap" style="align-items:stretch">{"".join(plans)}</div>{self.choices("switch", 1)}'

    def accordion(self) -> str:
        rng, rows = self.rng, []
        for index in range(rng.randrange(3, 6)):
            opened = (
                f'<div style="padding:4px 12px 12px"><p class="muted">{escape(self.words.paragraph(2))}</p></div>'
                if index == 1
                else ""
            )
            rows.append(
                f'<div class="tile"><div class="row between" style="padding:10px 12px"><span>{escape(self.words.sentence())}</span>{self.icon(14, "down" if index != 1 else "up")}</div>{opened}</div>'
            )
        return f'<div class="col tight">{"".join(rows)}</div>'

    def gallery(self) -> str:
        rng, size = self.rng, self.rng.choice((64, 90, 120, 160))
        gap = rng.choice((0, 2, 8, 12))
        return f'<div style="display:flex;flex-wrap:wrap;gap:{gap}px">{"".join(self.photo(f"{size}px", f"{rng.choice((size, size, int(size * 0.7)))}px", rng.choice(("0", "4px", "50%"))) for _ in range(rng.randrange(3, 10)))}</div>'

    def figure(self) -> str:
        """A large drawing or chart with words below it."""
        rng, c = self.rng, self.style.colours
        width, height = rng.choice((280, 360, 480, 640)), rng.choice((160, 220, 300))
        if rng.random() < 0.5:
            picture = procedural_pictures.chart(rng, width, height, c["muted"], c["line"], c["accent"])
        else:
            body = procedural_pictures.illustration(rng, width, height)
            picture = f'<svg data-k="image" style="width:{width}px;height:{height}px;max-width:100%;display:block;margin:0 auto" viewBox="0 0 {width} {height}">{body}</svg>'
        return picture + f"<p>{escape(self.words.paragraph(rng.randrange(1, 5)))}</p>{self.link()}"

    def grouped(self) -> str:
        """Fields and buttons that touch: a search with its button, a sum with its currency, a split button."""
        rng, rows = self.rng, []
        shell = '<div style="display:flex;align-items:stretch;max-width:{}px">{}</div>'
        for _ in range(rng.randrange(1, 4)):
            addon = f'<span style="display:flex;align-items:center;padding:0 10px;border:1px solid {self.style.colours["line"]};background:{self.style.colours["soft"]};flex:none">{escape(rng.choice(("@", "$", "₽", ".00", "https://", "кг")))}</span>'
            mark = f'<button data-k="click" class="btn main" style="flex:none;height:auto">{self.icon(rng.choice((14, 16, 18)), "search", "arrow", "plus")}</button>'
            inner = rng.choice(
                (
                    lambda mark=mark: self.input() + mark,
                    lambda: self.input() + self.button(look="main", extra="grow"),
                    lambda addon=addon: addon + self.input(),
                    lambda addon=addon: self.input() + addon,
                    lambda: self.select() + self.button(),
                    lambda: self.button("−", "second", "") + self.input(kind="number") + self.button("+", "second", ""),
                )
            )()
            rows.append(shell.format(rng.choice((220, 320, 480, 900)), inner))
        return "".join(rows)

    def wide_form(self) -> str:
        """Fields as wide as the section, which may be the page."""
        rng = self.rng
        return (
            "".join(
                self.labelled(rng.choice((self.input, self.input, self.area, self.select))())
                for _ in range(rng.randrange(2, 5))
            )
            + self.choices(rng.choice(("check", "radio", "switch")), rng.randrange(1, 4))
            + f"<div>{self.button()}</div>"
        )

    def alerts(self) -> str:
        rng = self.rng
        return "".join(
            f'<div class="alert row between"><div class="row tight grow">{self.icon(16, "info", "warning", "check")}<span>{escape(self.words.sentence())}</span></div>{rng.choice((self.glyph, self.link, self.button, lambda: ""))()}</div>'
            for _ in range(rng.randrange(1, 4))
        )

    def code(self) -> str:
        lines = self.rng.sample(
            (
                "def total(rows):",
                "    return sum(row.price for row in rows)",
                "$ npm install",
                '{ "id": 42, "name": "polka" }',
                "SELECT * FROM orders WHERE paid = 1;",
                "import os, sys",
                "GET /api/v1/tasks/17",
                "ERROR 502: bad gateway",
            ),
            self.rng.randrange(2, 7),
        )
        return f"<pre>{escape(chr(10).join(lines))}</pre><p>{escape(self.words.sentence())} <code>{escape(self.words.code())}</code></p>"

    def steps(self) -> str:
        rng, c = self.rng, self.style.colours
        size = rng.choice((24, 28, 32))
        looks = ("background:{accent};color:{on_accent}".format(**c), "border:2px solid {line}".format(**c))
        dots = [
            f'<div class="row tight"><span style="width:{size}px;height:{size}px;border-radius:50%;display:flex;align-items:center;justify-content:center;{rng.choice(looks)}">{index}</span><span>{escape(self.words.nav())}</span></div>'
            for index in range(1, rng.randrange(3, 6))
        ]
        return f'<div class="row wrap">{"".join(dots)}</div>{self.form()}'

    def comments(self) -> str:
        rng = self.rng
        return (
            "".join(self.comment() for _ in range(rng.randrange(1, 4)))
            + self.area()
            + f"<div>{self.button(look='main')}</div>"
        )

    def comment(self) -> str:
        rng = self.rng
        return f'<div class="row" style="align-items:flex-start">{self.avatar(rng.choice((32, 40)))}<div class="grow col" style="gap:3px"><span><b>{escape(self.words.person())}</b> <span class="muted small">{self.words.date()}</span></span><p>{escape(self.words.paragraph(rng.randrange(1, 3)))}</p><div class="row tight">{self.icon(14, "heart")}<span class="small">{rng.randrange(99)}</span>{self.link()}</div></div></div>'

    def calendar(self) -> str:
        rng, size = self.rng, self.rng.choice((28, 32, 36))
        on = rng.randrange(1, 29)
        chosen, other = (
            'data-k="click" class="page on" style="min-width:0"',
            'style="display:flex;align-items:center;justify-content:center"',
        )
        days = "".join(f"<span {chosen if day == on else other}>{day}</span>" for day in range(1, 31))
        return f'<div class="row between">{self.icon(14, "left")}<span class="strong">{self.words.date()}</span>{self.icon(14, "right")}</div><div style="display:grid;grid-template-columns:repeat(7,{size}px);grid-auto-rows:{size}px">{days}</div>'

    def progress(self) -> str:
        return "".join(
            f'<div class="col" style="gap:4px"><div class="row between"><span class="small">{escape(self.words.nav())}</span><span class="small">{self.rng.randrange(100)}%</span></div><div class="track"><i style="width:{self.rng.randrange(5, 100)}%"></i></div></div>'
            for _ in range(self.rng.randrange(2, 6))
        )

    def upload(self) -> str:
        rng = self.rng
        zone = f'<div style="border:2px dashed {self.style.colours["line"]};border-radius:8px;padding:18px;text-align:center" class="col tight"><div>{self.icon(rng.choice((24, 32, 40)))}</div><p>{escape(self.words.sentence())}</p><div>{self.button()}</div></div>'
        files = "".join(
            f'<div class="row">{self.icon(18, "file")}<span class="grow cut">{escape(self.words.item())}.pdf</span><span class="muted small">{rng.randrange(900)} KB</span>{self.glyph()}</div>'
            for _ in range(rng.randrange(0, 4))
        )
        native = '<input type="file" data-k="input">' if rng.random() < 0.3 else ""
        return zone + native + files

    def tabbed(self) -> str:
        return self.tabs() + self.rng.choice((self.settings, self.form, self.article, self.people))()

    def tabs(self) -> str:
        on = self.rng.randrange(3)
        marks = self.rng.random() < 0.25
        items = "".join(
            f'<a data-k="click" class="tab {"on" if index == on else ""}">{self.icon(14) if marks else ""}{escape(self.words.nav())}</a>'
            for index in range(self.rng.randrange(3, 6))
        )
        return f'<div style="overflow:hidden"><div class="tabs">{items}</div></div>'

    def cart(self) -> str:
        rng, rows = self.rng, []
        for _ in range(rng.randrange(2, 5)):
            quantity = (
                f'<div class="row tight">{self.button("−", "second", "small")}<span>{rng.randrange(1, 9)}</span>{self.button("+", "second", "small")}</div>'
                if rng.random() < 0.5
                else f'<div style="width:70px">{rng.choice((self.select(), self.input(kind="number")))}</div>'
            )
            rows.append(
                f'<div class="row">{self.photo("56px", "56px", "4px")}<div class="grow col" style="gap:2px"><span class="cut">{escape(self.words.item())}</span><span class="muted small">{escape(self.words.state())}</span></div>{quantity}<span class="strong">{self.words.price()}</span>{self.icon(16, "trash", "close")}</div>'
            )
        return (
            "".join(rows)
            + f'<hr class="rule"><div class="row between"><span>{escape(self.words.heading())}</span><span class="strong">{self.words.price()}</span></div>{self.choices("radio", 3)}{self.button(look="main", extra="wide")}'
        )

    def toolbar_card(self) -> str:
        rng = self.rng
        bits = [
            rng.choice(
                (
                    self.button,
                    self.button,
                    lambda: self.icon(18),
                    self.switch,
                    self.check,
                    lambda: f'<div style="width:130px">{self.select()}</div>',
                    lambda: f'<div style="width:180px">{self.input(kind="search")}</div>',
                    self.link,
                    self.chip,
                )
            )()
            for _ in range(rng.randrange(4, 10))
        ]
        return f'<div class="row wrap">{"".join(bits)}</div>'

    def chip(self) -> str:
        return (
            f'<span class="chip">{escape(self.words.option())}{self.glyph() if self.rng.random() < 0.5 else ""}</span>'
        )

    def login(self) -> str:
        rng = self.rng
        social = (
            f'<div class="row">{"".join(self.button(extra="grow") for _ in range(rng.randrange(1, 3)))}</div>'
            if rng.random() < 0.5
            else ""
        )
        return f'{self.labelled(self.input(kind="email"))}{self.labelled(self.input(kind="password"))}<div class="row between">{self.choices(rng.choice(("check", "check", "switch")), 1)}{self.link()}</div>{self.button(look="main", extra="wide")}{social}<p class="small muted" style="text-align:center">{escape(self.words.sentence())} {self.link()}</p>'
