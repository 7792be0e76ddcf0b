# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""What makes an input and a select differ, or look the same: arrows of every sort, and what stands inside fields."""

from __future__ import annotations

import random
from html import escape
from typing import TYPE_CHECKING

from training.pages.style import arrow

if TYPE_CHECKING:
    from training.pages.parts import Parts

SHAPES = ("chevron", "thin", "wide", "caret", "small", "updown", "pair", "round")


def adorned_input(parts: Parts, attributes: str, state: str) -> str:
    """A field with something beside what is typed: an icon, a prefix, a unit, a clear button, steps up and down."""
    rng = parts.rng
    front = rng.choice(("", "", icon(parts, "search", "user", "mail", "lock", "phone"), icon(parts, "search"), words(parts, ("https://", "$", "+7", "@", "₽", "№"))))  # fmt: skip
    back = rng.choice((
        "", icon(parts, "search"), icon(parts, "eye"), icon(parts, "calendar"), icon(parts, "close"), icon(parts, "check", "info", "warning"),
        words(parts, ("кг", "шт.", "₽", "%", ".00", "px", "kg", "USD", "км")), words(parts, ("0/100", "12/255", "⌘K", "Ctrl K", "/")), steps(parts), f"{icon(parts, 'close')}{icon(parts, 'calendar')}",
    ))  # fmt: skip
    if not front and not back:
        back = icon(parts, "search", "calendar", "eye")
    return f'<div data-k="input" class="field {state}">{front}<input data-t {attributes}>{back}</div>'


def icon(parts: Parts, *names: str) -> str:
    shade = parts.rng.choice(("", "", parts.style.colours["muted"], parts.style.colours["muted"]))
    return parts.icon(parts.rng.choice((12, 14, 16, 16, 18, 20)), *names, colour=shade)


def words(parts: Parts, choice: tuple[str, ...]) -> str:
    colour = parts.style.colours["muted"]
    return f'<span style="flex:none;color:{colour};font-size:.9em">{escape(parts.rng.choice(choice))}</span>'


def steps(parts: Parts) -> str:
    """A number's two small arrows, which look much like a select's."""
    size = parts.rng.choice((4, 5, 6))
    colour = parts.style.colours["muted"]
    up = f"border:{size}px solid transparent;border-top:0;border-bottom-color:{colour}"
    down = f"border:{size}px solid transparent;border-bottom:0;border-top-color:{colour}"
    return f'<span style="display:flex;flex-direction:column;gap:3px;flex:none"><i style="{up}"></i><i style="{down}"></i></span>'


def arrow_style(parts: Parts) -> str:
    """An arrow for this native select alone, as its inline style."""
    rng, c = parts.rng, parts.style.colours
    colour = rng.choice((c["ink"], c["muted"], c["muted"], c["hint"], c["hint"], c["off"], c["accent"]))
    size, right = rng.choice((6, 8, 8, 10, 10, 12, 14, 16, 20)), rng.choice((4, 6, 8, 10, 12, 16, 24))
    image = arrow(colour, rng.choice(SHAPES), rng.choice((0.8, 1, 1.2, 1.5, 2, 2.4))).replace('"', "&quot;")
    return f"appearance:none;background-image:{image};background-repeat:no-repeat;background-position:right {right}px center;background-size:{size}px;padding-right:{size + right + 6}px"


def built_select(parts: Parts, state: str) -> str:
    """A select that is no `<select>`: what is chosen, or a hint, or chips, and an arrow of any kind."""
    rng = parts.rng
    text = f"<span data-t>{escape(parts.words.option())}</span>"
    if rng.random() < 0.12:
        chips = "".join(f'<span class="chip" style="padding:0 6px;flex:none;font-size:.85em" data-t>{escape(parts.words.city())} ×</span>' for _ in range(rng.randrange(1, 3)))  # fmt: skip
        text = f'<span style="display:flex;gap:4px">{chips}</span>'
    front = rng.choice(("", "", "", "", icon(parts), f'<i style="width:9px;height:9px;border-radius:50%;background:{parts.style.colours["good"]};flex:none"></i>'))  # fmt: skip
    clear = icon(parts, "close") if rng.random() < 0.12 else ""
    line = f'<i style="width:1px;align-self:stretch;margin:6px 0;background:{parts.style.colours["line"]};flex:none"></i>' if rng.random() < 0.15 else ""  # fmt: skip
    return f'<div data-k="select" class="field select {state} {rng.choice(("", "hint"))}">{front}{text}{clear}{line}{drawn_arrow(parts)}</div>'


def drawn_arrow(parts: Parts) -> str:
    rng, c = parts.rng, parts.style.colours
    colour = rng.choice((c["ink"], c["muted"], c["muted"], c["hint"], c["accent"]))
    size = rng.choice((3, 4, 4, 5, 6))
    corner = rng.choice((5, 6, 7, 8, 9))
    return rng.choice((
        parts.icon(rng.choice((10, 12, 14, 16, 20)), "down", colour=colour),
        parts.icon(rng.choice((10, 12, 14, 16, 20)), "down", colour=colour),
        f'<i style="border:{size}px solid transparent;border-top-color:{colour};border-bottom:0;margin-left:auto;flex:none"></i>',
        f'<i style="width:{corner}px;height:{corner}px;border:solid {colour};border-width:0 {(line := rng.choice((1, 1, 1.5, 2)))}px {line}px 0;transform:rotate(45deg) translate(-2px,-2px);margin-left:auto;flex:none"></i>',
        f'<span style="margin-left:auto;flex:none;color:{colour};line-height:1">{rng.choice("▾▼⌄∨⏷")}</span>',
        f'<i style="margin-left:auto;flex:none;width:{(side := rng.choice((8, 10, 12, 16)))}px;height:{side}px;background:{arrow(colour, rng.choice(SHAPES), rng.choice((1, 1.5, 2))).replace(chr(34), "&quot;")} center/contain no-repeat"></i>',
    ))  # fmt: skip


def number_rules(rng: random.Random) -> str:
    """Native steps shown always, or never."""
    return rng.choice(("", "", "input::-webkit-inner-spin-button{opacity:1}", "input::-webkit-inner-spin-button{display:none}"))  # fmt: skip
