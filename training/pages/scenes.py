# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Further sections, made of a page's own controls: rows of small icons, fields in lines and tables, frames that are no fields."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from training.pages import photographs, procedural_pictures
from training.pages.icons import brand, drawing, drawings, star

if TYPE_CHECKING:
    from training.pages.parts import Parts

GOLD = ("#f5a623", "#e8a317", "#ffc107", "#ff9800", "#fadb14")


def stars(parts: Parts) -> str:
    rng = parts.rng
    size, gap, shown = rng.choice((12, 13, 14, 16, 16, 18, 20, 24, 28)), rng.choice((0, 1, 2, 4)), rng.randrange(2, 6)
    colour, empty = rng.choice((*GOLD, parts.style.colours["accent"])), rng.choice(("hollow", "grey"))
    marks = "".join(
        star(size, colour) if index < shown else star(size, colour if empty == "hollow" else parts.style.colours["line"], empty == "grey")
        for index in range(5)
    )  # fmt: skip
    count = f'<span class="muted small">({parts.words.number()})</span>' if rng.random() < 0.5 else ""
    return f'<div class="row tight" style="flex:none"><span style="display:inline-flex;gap:{gap}px">{marks}</span>{count}</div>'


def reviews(parts: Parts) -> str:
    return "".join(
        f'<div class="col tight"><div class="row">{parts.avatar(parts.rng.choice((32, 40)))}<div class="grow"><div class="strong">{escape(parts.words.person())}</div>{stars(parts)}</div></div><p>{escape(parts.words.paragraph(parts.rng.randrange(1, 3)))}</p></div>'
        for _ in range(parts.rng.randrange(1, 4))
    )


def social(parts: Parts) -> str:
    """Marks of services, bare or in small filled rounds, and of this page's own icons."""
    rng, c = parts.rng, parts.style.colours
    size, gap = rng.choice((14, 16, 18, 20, 24)), rng.choice((8, 12, 16, 20))
    marks = [
        brand(rng, size) if rng.random() < 0.7 and not parts.is_fixed else parts.icon(size)
        for _ in range(rng.randrange(3, 7))
    ]
    if rng.random() < 0.4:
        look = rng.choice((f"background:{c['soft']}", f"background:{c['accent']};color:{c['on_accent']}", f"border:1px solid {c['muted']}"))  # fmt: skip
        side = size + rng.choice((12, 16, 20))
        marks = [f'<a data-k="click" style="width:{side}px;height:{side}px;border-radius:{rng.choice(("50%", "6px"))};display:inline-flex;align-items:center;justify-content:center;{look}">{mark}</a>' for mark in marks]  # fmt: skip
    return f'<div class="row wrap" style="gap:{gap}px">{"".join(marks)}</div>'


def icon_list(parts: Parts) -> str:
    """An icon beside each line: contacts, features, a menu, languages with flags."""
    rng, c = parts.rng, parts.style.colours
    size, colour = rng.choice((12, 14, 16, 16, 18, 20, 24, 32)), rng.choice((c["muted"], c["accent"], c["ink"]))
    flags = rng.random() < 0.2 and not parts.is_fixed and bool(drawings())
    rows = []
    for _ in range(rng.randrange(3, 8)):
        mark = f'<img data-k="icon" alt="" src="{drawing(rng)}" style="width:{max(16, min(size, 24))}px;height:auto;flex:none">' if flags else parts.icon(size, colour=colour)  # fmt: skip
        tail = rng.choice(("", "", parts.icon(14, "right"), f'<span class="muted small">{parts.words.clock()}</span>', parts.icon(16, "trash", "dots")))  # fmt: skip
        text = rng.choice(
            (parts.words.choice, parts.words.nav, parts.words.email, parts.words.city, parts.words.item)
        )()
        rows.append(f'<div class="row" style="padding:{rng.choice((0, 2, 6))}px 0">{mark}<span class="grow cut">{escape(text)}</span>{tail}</div>')  # fmt: skip
    return f"<div>{''.join(rows)}</div>"


def frames(parts: Parts) -> str:
    """Framed boxes of a field's size that are not fields."""
    rng, c = parts.rng, parts.style.colours
    radius, pad = rng.choice((0, 3, 6, 10)), rng.choice((6, 8, 10, 14))
    look = rng.choice((f"border:1px solid {c['line']}", f"border:1px solid {c['line']};background:{c['soft']}", f"background:{c['soft']}", f"border:1px dashed {c['muted']}", f"border:1px solid {c['line']};border-left:4px solid {c['accent']}", f"box-shadow:0 1px 3px #0003;background:{c['surface']}"))  # fmt: skip
    rows = []
    for _ in range(rng.randrange(2, 6)):
        text = f"<span>{escape(rng.choice((parts.words.sentence(), parts.words.choice(), parts.words.person(), parts.words.heading())))}</span>"
        value = f'<span class="strong">{escape(rng.choice((parts.words.price(), parts.words.number(), parts.words.date())))}</span>'
        inner = rng.choice((
            f"{text}{parts.icon(14)}", f"{text}{value}", f"{parts.icon(16)}{text}", f"{text}{parts.badge()}", f'<div class="track grow"><i style="width:{rng.randrange(10, 95)}%"></i></div>{value}', f"{parts.icon(16)}{text}{parts.link()}",
            f'<span class="muted small">{escape(parts.words.field())}</span>{value}', f"{parts.avatar(32)}{text}", f"<code>{escape(parts.words.code())}</code>{text}",
        ))  # fmt: skip
        rows.append(
            f'<div class="row between" style="padding:{pad}px 12px;border-radius:{radius}px;{look}">{inner}</div>'
        )
    return f'<div class="col" style="gap:{rng.choice((4, 8, 12))}px">{"".join(rows)}</div>'


def lines_of_fields(parts: Parts) -> str:
    """Fields one under the other or side by side, of one look, some with an arrow and some without."""
    rng = parts.rng
    gap, columns = rng.choice((4, 8, 12, 20)), rng.choice((1, 1, 2, 3))
    cells = "".join(f"<div>{rng.choice((parts.input, parts.select))()}</div>" for _ in range(rng.randrange(3, 9)))
    return f'<div style="display:grid;grid-template-columns:repeat({columns},minmax(0,1fr));gap:{gap}px">{cells}</div>'


def edited_table(parts: Parts) -> str:
    """A table whose cells are fields."""
    rng = parts.rng
    columns = [rng.choice((parts.input, parts.select, parts.select, parts.check, parts.switch, lambda: f"<span>{escape(parts.words.cell())}</span>")) for _ in range(rng.randrange(2, 5))]  # fmt: skip
    head = "".join(f"<th>{escape(parts.words.field())}</th>" for _ in columns)
    rows = "".join(
        "<tr>" + "".join(f'<td><div style="min-width:90px;max-width:200px">{cell()}</div></td>' for cell in columns) + f"<td>{parts.icon(16, 'trash', 'close')}</td></tr>"
        for _ in range(rng.randrange(2, 6))
    )  # fmt: skip
    return (
        parts.as_table(f"<table><thead><tr>{head}<th></th></tr></thead><tbody>{rows}</tbody></table>")
        + f"<div>{parts.button()}</div>"
    )


def search_bar(parts: Parts) -> str:
    """A wide search with its button, and filters below."""
    rng = parts.rng
    below = "".join(
        f'<div style="width:{rng.choice((110, 140, 180))}px">{parts.select()}</div>' for _ in range(rng.randrange(0, 4))
    )
    return f'<div class="row"><div class="grow">{parts.input(kind="search")}</div>{parts.button(look="main")}</div><div class="row wrap">{below}{parts.chip()}{parts.chip()}</div>'


def newsletter(parts: Parts) -> str:
    rng, c = parts.rng, parts.style.colours
    ground = rng.choice((f"background:{c['soft']}", f"background:{c['bar']};color:{c['bar_ink']}", ""))
    return f'<div class="col" style="padding:24px;{ground}"><span class="strong" style="font-size:1.2em">{escape(parts.words.heading())}</span><p>{escape(parts.words.sentence())}</p><div class="row" style="max-width:480px;color:{c["ink"]}"><div class="grow">{parts.input(kind="email")}</div>{parts.button(look="main")}</div></div>'


def footer(parts: Parts) -> str:
    rng = parts.rng
    columns = "".join(
        f'<div class="col tight grow"><span class="strong">{escape(parts.words.nav())}</span>{"".join(f"<a>{escape(parts.words.nav())}</a>" for _ in range(rng.randrange(2, 5)))}</div>'
        for _ in range(rng.randrange(2, 5))
    )
    return f'<div class="bar" style="padding:24px"><div class="row wrap" style="align-items:flex-start">{columns}<div class="grow">{social(parts)}</div></div><p class="small" style="opacity:.8;margin:16px 0 0">© 2026 {escape(parts.words.brand())}</p></div>'


def thumbnails(parts: Parts) -> str:
    """Pictures with a caption below, or with words over them."""
    rng = parts.rng
    width, height = rng.choice((90, 120, 160, 220)), rng.choice((70, 100, 140))
    tiles = []
    for _ in range(rng.randrange(2, 8)):
        picture = parts.photo(f"{width}px", f"{height}px", rng.choice(("0", "4px", "10px")))
        if rng.random() < 0.25:
            over = f'<span style="position:absolute;left:8px;bottom:6px;color:#fff;text-shadow:0 1px 2px #000;font-weight:600">{escape(parts.words.city())}</span>'
            tiles.append(f'<div style="position:relative;width:{width}px;height:{height}px">{picture}{over}</div>')
        else:
            tiles.append(f'<div style="width:{width}px">{picture}<div class="cut small" style="margin-top:4px">{escape(parts.words.item())}</div></div>')  # fmt: skip
    return f'<div class="row wrap" style="align-items:flex-start">{"".join(tiles)}</div>'


def things(parts: Parts) -> str:
    """Goods on white or on nothing, as shops show them."""
    rng = parts.rng
    width, height = rng.choice((100, 140, 180, 240)), rng.choice((100, 140, 180))
    tiles = []
    for _ in range(rng.randrange(2, 6)):
        source = parts.picture(width, height) if parts.is_fixed else photographs.cutout(rng, width, height)
        text = f'<span class="cut">{escape(parts.words.item())}</span>{stars(parts) if rng.random() < 0.4 else ""}<span class="strong">{parts.words.price()}</span>{rng.choice(("", parts.button()))}'
        tiles.append(f'<div class="col tight" style="width:{width}px"><img data-k="image" alt="" src="{source}" style="width:{width}px;height:{height}px">{text}</div>')  # fmt: skip
    return f'<div class="row wrap" style="align-items:flex-start">{"".join(tiles)}</div>'


def video(parts: Parts) -> str:
    """A still with a play mark over it and a bar below."""
    rng, height = parts.rng, parts.rng.choice((120, 180, 240))
    play = f'<span style="position:absolute;left:50%;top:50%;width:48px;height:48px;margin:-24px;border-radius:50%;background:{rng.choice(("#000a", "#fffc", parts.style.colours["accent"]))}"><svg viewBox="0 0 24 24" style="width:48px;height:48px"><path d="M10 8l6 4-6 4z" fill="{rng.choice(("#fff", "#222"))}"/></svg></span>'
    return f'<div data-k="image" style="position:relative;height:{height}px;overflow:hidden"><img alt="" src="{parts.picture(400, 240)}" style="width:100%;height:100%">{play}</div><span class="strong">{escape(parts.words.sentence())}</span><span class="muted small">{parts.words.number()} · {parts.words.date()}</span>'


def line_drawing(parts: Parts) -> str:
    """A drawing of lines or flat shapes on the page's own ground, with words below."""
    rng, c = parts.rng, parts.style.colours
    width, height = rng.choice((160, 220, 300, 400)), rng.choice((120, 160, 240))
    colour = rng.choice((c["accent"], c["ink"], c["muted"]))
    body = (
        procedural_pictures.illustration(rng, width, height)
        if rng.random() < 0.4
        else procedural_pictures.lines(rng, width, height, colour)
    )
    return f'<svg data-k="image" style="width:{width}px;height:{height}px;max-width:100%;display:block;margin:0 auto" viewBox="0 0 {width} {height}">{body}</svg><p style="text-align:center">{escape(parts.words.sentence())}</p>'


def logos(parts: Parts) -> str:
    rng = parts.rng
    marks = [procedural_pictures.logo(rng, rng.choice((32, 40, 48, 64))) if rng.random() < 0.5 else procedural_pictures.wordmark(rng, parts.words.brand(), parts.style.colours["ink"]) for _ in range(rng.randrange(3, 7))]  # fmt: skip
    return f'<div class="row wrap between">{"".join(marks)}</div>'


def map_card(parts: Parts) -> str:
    rng = parts.rng
    width, height = rng.choice((300, 420, 700)), rng.choice((160, 240, 320))
    return f'<svg data-k="image" style="width:100%;height:{height}px;display:block" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice">{procedural_pictures.plan(rng, width, height)}</svg>{icon_list(parts)}'


def profile(parts: Parts) -> str:
    rng = parts.rng
    size = rng.choice((64, 80, 96, 120))
    face = f'<img data-k="image" alt="" src="{parts.picture(160, 160)}" style="width:{size}px;height:{size}px;border-radius:{rng.choice(("50%", "50%", "12px", "0"))};flex:none">'
    return f'<div class="row">{face}<div class="col tight grow"><span class="strong" style="font-size:1.2em">{escape(parts.words.person())}</span><span class="muted">{escape(parts.words.field())} · {escape(parts.words.city())}</span><div class="row wrap">{parts.button()}{parts.button()}</div></div></div>{icon_list(parts)}'


def files(parts: Parts) -> str:
    """A file manager: rows or tiles of files, each with its mark."""
    rng = parts.rng
    names = [
        f"{parts.words.nav()}.{rng.choice(('pdf', 'xlsx', 'png', 'zip', 'docx'))}" for _ in range(rng.randrange(3, 10))
    ]
    if rng.random() < 0.5:
        size = rng.choice((28, 36, 48))
        tiles = "".join(f'<div class="col tight" style="width:110px;align-items:center;padding:10px">{parts.icon(size, "folder", "file")}<span class="small">{escape(name)}</span></div>' for name in names)  # fmt: skip
        return f'<div class="row wrap">{tiles}</div>'
    return "".join(
        f'<div class="row">{parts.check() if rng.random() < 0.5 else ""}{parts.icon(18, "folder", "file")}<span class="grow cut">{escape(name)}</span><span class="muted small">{parts.words.date()}</span>{parts.icon(16, "dots")}</div>'
        for name in names
    )


def board(parts: Parts) -> str:
    """Cards in columns."""
    rng = parts.rng
    columns = "".join(
        '<div class="col grow tight"><div class="row between"><span class="strong">' + escape(parts.words.state()) + f"</span>{parts.icon(16, 'plus', 'dots')}</div>"
        + "".join(
            f'<div class="tile col tight" style="padding:10px"><span>{escape(parts.words.sentence())}</span><div class="row between">{parts.badge()}<span class="row tight">{parts.icon(14)}<span class="small">{rng.randrange(9)}</span></span>{parts.avatar(32)}</div></div>'
            for _ in range(rng.randrange(1, 4))
        )
        + "</div>"
        for _ in range(rng.randrange(2, 4))
    )  # fmt: skip
    return f'<div class="row" style="align-items:flex-start">{columns}</div>'


def mail(parts: Parts) -> str:
    rng = parts.rng
    return "".join(
        f'<div class="row" style="padding:6px 0;border-bottom:1px solid {parts.style.colours["line"]}">{parts.check()}{star(16, rng.choice(GOLD), rng.random() < 0.4)}<span class="{rng.choice(("strong", ""))} cut" style="width:110px;flex:none">{escape(parts.words.person())}</span><span class="grow cut">{escape(parts.words.sentence())}</span><span class="muted small" style="flex:none">{parts.words.clock()}</span></div>'
        for _ in range(rng.randrange(3, 10))
    )


def docs(parts: Parts) -> str:
    """Documentation: text, code with a copy mark, a note."""
    note = f'<div class="alert">{escape(parts.words.sentence())}</div>'
    head = f'<div class="row between"><span class="small muted">bash</span>{parts.icon(14)}</div>'
    return f"<p>{escape(parts.words.paragraph(2))}</p>{head}{parts.code()}{note}{icon_list(parts)}"


def dates(parts: Parts) -> str:
    """Native fields of date, time, number and file, side by side."""
    kinds = parts.rng.sample(
        ("date", "time", "number", "file", "password", "date", "number"), parts.rng.randrange(2, 5)
    )
    return "".join(parts.labelled(parts.input(kind=kind)) for kind in kinds)


def options(parts: Parts) -> str:
    """One of several: deliveries, cards and plans in framed rows, each with its radio, its words and its price."""
    rng, c = parts.rng, parts.style.colours
    chosen, count = rng.randrange(3), rng.randrange(2, 6)
    look = rng.choice((f"border:1px solid {c['line']};border-radius:6px;padding:10px 12px", f"border-bottom:1px solid {c['line']};padding:8px 0", "padding:2px 0", "padding:4px 0"))  # fmt: skip
    rows = "".join(
        f'<div class="row" style="{look}">{parts.radio(index == chosen)}{parts.icon(20) if rng.random() < 0.2 else ""}<span class="grow">{escape(parts.words.choice())}</span><span class="strong">{parts.words.price() if rng.random() < 0.6 else ""}</span></div>'
        for index in range(count)
    )
    return f'<div class="col" style="gap:{rng.choice((2, 6, 10))}px">{rows}</div>'


def survey(parts: Parts) -> str:
    """Questions, each answered by one radio of a row."""
    rng = parts.rng
    steps = rng.randrange(3, 6)
    return "".join(
        f'<div class="col tight"><span>{escape(parts.words.sentence())}</span><div class="row wrap">'
        + "".join(f'<label class="choice">{parts.radio(index == answer)}<span>{index + 1 if rng.random() < 0.5 else escape(parts.words.option())}</span></label>' for index in range(steps))
        + "</div></div>"
        for answer in (rng.randrange(steps) for _ in range(rng.randrange(1, 4)))
    )  # fmt: skip


def sliders(parts: Parts) -> str:
    """Native ranges and meters, which are none of the kinds."""
    rng = parts.rng
    return "".join(
        f'<div class="row"><span style="width:100px;flex:none">{escape(parts.words.nav()[:12])}</span><input type="range" value="{rng.randrange(100)}" style="flex:1;min-width:60px"><span>{rng.randrange(100)}</span></div>'
        for _ in range(rng.randrange(1, 4))
    )


SECTIONS = (
    reviews, reviews, social, icon_list, icon_list, frames, frames, lines_of_fields, lines_of_fields, lines_of_fields, edited_table, edited_table, search_bar, search_bar, newsletter, footer,
    thumbnails, things, things, video, line_drawing, line_drawing, logos, map_card, profile, files, board, mail, docs, dates, sliders, options, options, survey, survey,
)  # fmt: skip
