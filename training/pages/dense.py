# ruff: noqa: E501 - HTML is easier to read in whole pieces.
"""Pages as working web applications have them: dense tables, small coloured marks, native fields, strips that are no fields."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from training.pages import procedural_pictures
from training.pages.marks import FILES, PLAIN, disc, expander, mark, sort_arrow, word_logo

if TYPE_CHECKING:
    from training.pages.parts import Parts

EMOJI = "😀🚀🔥✅❌⚠️📁📄⭐🎉💡🔒📌🐍🦊🏠🗑️🔔❤️👍📊🧪⏱️🌍"
STATES = ("#2e9d3f", "#d9342b", "#e8a200", "#2a7fd4", "#8a8a8a", "#7b3fc4")


def small(parts: Parts) -> str:
    """Any small mark: coloured, plain, a file type, a state, an emoji."""
    rng = parts.rng
    size = rng.choice((10, 12, 14, 16, 16, 16, 18, 20, 24))
    return rng.choice((
        lambda: mark(rng, size), lambda: mark(rng, size), lambda: mark(rng, size, FILES), lambda: mark(rng, size, PLAIN, rng.choice((parts.style.colours["muted"], parts.style.colours["accent"], parts.style.colours["ink"], *STATES))),
        lambda: disc(rng, min(size, 16), rng.choice(STATES)), lambda: parts.icon(size), lambda: emoji(parts, size),
    ))()  # fmt: skip


def emoji(parts: Parts, size: float) -> str:
    return f'<span data-k="icon" style="font:{size}px/1 \'Noto Color Emoji\';flex:none">{parts.rng.choice([sign for sign in EMOJI if ord(sign) > 0x2000 and sign != chr(0xFE0F)])}</span>'


def more(parts: Parts) -> str:
    """What opens a row's menu, closes it, or leads on."""
    rng, muted = parts.rng, parts.style.colours["muted"]
    dots = f'<svg data-k="icon" class="i" style="width:16px;height:16px" viewBox="0 0 16 16" fill="{muted}"><circle cx="3" cy="8" r="1.400"/><circle cx="8" cy="8" r="1.400"/><circle cx="13" cy="8" r="1.400"/></svg>'
    return rng.choice(
        (
            dots,
            dots,
            parts.glyph(),
            parts.icon(12, "close"),
            parts.icon(14, "trash", "pen", "eye"),
            parts.icon(12, "right", "down"),
            f'<span data-k="icon" style="color:{muted}">✎</span>',
            f'<span data-k="icon" style="color:{muted}">✖</span>',
        )
    )


def cell(parts: Parts, column: str) -> str:
    rng, w = parts.rng, parts.words
    return {
        "text": lambda: f"<span>{escape(rng.choice((w.item, w.person, w.city, w.email))())}</span>", "link": lambda: f'<a class="link">{escape(rng.choice((w.item, w.code, w.nav))())}</a>', "number": lambda: f"<span>{escape(rng.choice((w.number, w.price, w.percent))())}</span>",
        "digit": lambda: f"<span>{rng.randrange(10)}</span>", "two": lambda: f"<span>{rng.randrange(100)}</span>", "date": lambda: f'<span class="muted">{w.date()}</span>', "mark": lambda: small(parts), "marked": lambda: f'<span class="row tight">{small(parts)}<span>{escape(w.item())}</span></span>',
        "state": lambda: f'<span class="row tight">{disc(rng, rng.choice((6, 8, 10, 12, 14)), rng.choice(STATES))}<span>{escape(w.state())}</span></span>', "badge": parts.badge, "more": lambda: more(parts), "check": parts.check,
        "button": lambda: parts.button(), "marks": lambda: f'<span class="row tight">{"".join(small(parts) for _ in range(rng.randrange(2, 5)))}</span>', "code": lambda: f"<code>{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)}</code>", "star": lambda: parts.icon(14, "star", "heart", "eye"),
    }[column]()  # fmt: skip


COLUMNS = ("text", "text", "link", "link", "number", "number", "digit", "digit", "digit", "two", "date", "mark", "mark", "marked", "state", "state", "badge", "more", "more", "check", "button", "marks", "code", "star")  # fmt: skip


def data_table(parts: Parts) -> str:
    rng = parts.rng
    columns = rng.sample(COLUMNS, rng.randrange(3, 9))
    arrows = rng.choice(("none", "one", "all"))
    chosen = rng.randrange(len(columns))
    head = "".join(
        f'<th><span class="row tight" style="display:inline-flex">{"" if name in ("mark", "more", "check", "marks") else escape(parts.words.field())}{sort_arrow(rng, parts.style.colours["muted"]) if arrows == "all" or (arrows == "one" and place == chosen) else ""}</span></th>'
        for place, name in enumerate(columns)
    )
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell(parts, name)}</td>" for name in columns) + "</tr>"
        for _ in range(rng.randrange(4, 16))
    )
    bar = f'<div class="row wrap">{native_filter(parts)}</div>' if rng.random() < 0.35 else ""
    foot = pager(parts) if rng.random() < 0.4 else ""
    return f'{bar}<div style="overflow:hidden">{parts.as_table(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>") if hasattr(parts, "as_table") else f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"}</div>{foot}'


def pager(parts: Parts) -> str:
    rng = parts.rng
    on = rng.randrange(1, 5)
    pages = "".join(
        f'<span data-k="click" class="page {"on" if place == on else ""}">{place}</span>'
        for place in range(1, rng.randrange(3, 7))
    )
    ends = rng.choice((("‹", "›"), ("«", "»"), ("Previous", "Next"), ("Назад", "Вперёд")))
    before, after = (f'<span data-k="{"icon" if len(end) == 1 else "text"}">{end}</span>' for end in ends)
    note = f'<span class="muted small grow">1–{rng.randrange(10, 60)} / {rng.randrange(60, 999)}</span>'
    return f'<div class="row">{note}<div class="pager">{before}{pages}{after}</div></div>'.replace('data-k="text"', "")


def native(parts: Parts, options: str = "") -> str:
    """A select as browsers draw it, or inside a frame of the page's with an arrow of its own."""
    rng = parts.rng
    text = escape(
        options
        or rng.choice(
            (
                parts.words.option,
                parts.words.field,
                lambda: "=",
                lambda: "- column -",
                lambda: "contains",
                lambda: str(rng.choice((10, 25, 50, 100))),
                parts.words.state,
            )
        )()
    )
    size, chance = rng.choice((11, 12, 13, 13, 14, 15)), rng.random()
    shape = f"font:{size}px/1.3 {rng.choice(('Arimo', 'Roboto', 'Inter', 'Open Sans', 'DejaVu Sans'))},sans-serif"
    if chance < 0.3:
        return f'<select data-k="select" style="all:revert;{shape};{rng.choice(("", "", "height:30px;", "padding:4px 6px;", "min-width:140px;"))}"><option>{text}</option></select>'
    width, height = rng.choice((60, 80, 100, 120, 180)), rng.choice((26, 28, 32, 35, 38))
    if chance < 0.6:
        grey = rng.choice(("#aaa", "#888", "#bbb", "#666"))
        return (
            f'<span data-k="select" style="position:relative;display:inline-block;width:{width}px;height:{height}px;border:1px solid {rng.choice(("#ccc", "#bbb", "#999"))};border-radius:{rng.choice((0, 3, 4))}px;overflow:hidden;background:{rng.choice(("#fff", "#fafafa", "linear-gradient(#fff,#f2f2f2)"))};color:#222;{shape};'
            f'white-space:nowrap;flex:none"><span data-t style="position:absolute;left:{rng.choice((5, 8, 9))}px;top:{(height - size * 1.3) / 2 - 1:.0f}px">{text}</span><span style="position:absolute;right:{rng.choice((4, 6, 9))}px;top:{rng.choice((2, 4, 6))}px;color:{grey};font-size:{rng.choice((9, 11, 13, 16))}px">{rng.choice("▼▼▾⏷")}</span></span>'
        )
    if chance < 0.8:  # macOS: a push button with a blue or grey pair of arrows
        fill = rng.choice(("linear-gradient(#4b9bff,#0a6cff);color:#fff", "none;color:#333"))
        pair = '<svg style="width:8px;height:12px" viewBox="0 0 8 12"><path d="M1.500 4.500L4 2l2.500 2.500M1.500 7.500L4 10l2.500-2.500" fill="none" stroke="currentColor" stroke-width="1.500"/></svg>'
        return f'<span data-k="select" style="display:inline-flex;align-items:center;width:{width}px;height:{rng.choice((19, 21, 22))}px;border:1px solid #0003;border-radius:5px;background:#fff;color:#111;box-shadow:0 1px 1px #0002;flex:none;font:{min(size, 13)}px Inter,sans-serif"><span data-t style="flex:1;padding-left:7px;overflow:hidden;white-space:nowrap">{text}</span><i style="width:16px;height:16px;margin:1px;border-radius:4px;display:flex;align-items:center;justify-content:center;background:{fill}">{pair}</i></span>'
    arrow = '<svg style="width:10px;height:10px" viewBox="0 0 12 12"><path d="M2 4l4 4 4-4" fill="none" stroke="#444" stroke-width="1.300"/></svg>'
    return f'<span data-k="select" style="display:inline-flex;align-items:center;width:{width}px;height:{rng.choice((22, 23, 24))}px;border:1px solid {rng.choice(("#adadad", "#7a7a7a", "#acacac"))};background:{rng.choice(("#e1e1e1", "#fff", "linear-gradient(#f2f2f2,#ddd)"))};color:#000;flex:none;font:{min(size, 12)}px \'Open Sans\',sans-serif"><span data-t style="flex:1;padding-left:5px;overflow:hidden;white-space:nowrap">{text}</span><i style="width:17px;display:flex;justify-content:center">{arrow}</i></span>'


def native_input(parts: Parts) -> str:
    rng = parts.rng
    _, attributes = parts.filled("", "", rng.choice(("text", "text", "number", "search", "date")))
    look = rng.choice(
        (
            "all:revert",
            "all:revert;padding:6px 8px;border:1px solid #ccc;border-radius:3px",
            "all:revert;padding:4px;border:1px solid #999",
            "all:revert;padding:8px;border:1px solid #ddd;border-radius:8px",
        )
    )
    return f'<input data-k="input" style="{look};box-sizing:border-box;width:{rng.choice((60, 120, 150, 200))}px;font:{rng.choice((12, 13, 14))}px Arimo,sans-serif" {attributes}>'


def native_filter(parts: Parts) -> str:
    """A row of native selects and fields, a cross behind it, a check box, a button."""
    rng = parts.rng
    bits = "".join(rng.choice((native, native, native_input))(parts) for _ in range(rng.randrange(2, 5)))
    tail = rng.choice(
        (
            more(parts),
            f'<label class="choice">{parts.check()}<span>{escape(parts.words.field().lower())}</span></label>',
            parts.button(),
            "",
        )
    )
    return f'<div class="row tight wrap">{bits}{tail}</div>'


def native_filters(parts: Parts) -> str:
    return f'<div class="col tight">{"".join(native_filter(parts) for _ in range(parts.rng.randrange(1, 5)))}<div>{parts.button()}</div></div>'


def tool_strip(parts: Parts) -> str:
    """Joined icon buttons as editors and notebooks have them."""
    rng, c = parts.rng, parts.style.colours
    size = rng.choice((22, 24, 25, 28, 32))
    groups = []
    for _ in range(rng.randrange(1, 5)):
        look = rng.choice(
            (
                f"border:1px solid {c['line']};margin-left:-1px;background:{c['surface']}",
                f"border:1px solid {c['line']};margin-left:-1px;background:linear-gradient(#fff3,#0001)",
                "",
                f"background:{c['soft']};border:1px solid {c['line']};border-radius:3px;margin-right:2px",
            )
        )
        groups.append(
            "".join(
                f'<span data-k="click" style="display:inline-flex;align-items:center;justify-content:center;width:{size}px;height:{size}px;{look}">{rng.choice((mark(rng, rng.choice((12, 14, 16)), PLAIN, c["ink"]), parts.icon(14), mark(rng, 16)))}</span>'
                for _ in range(rng.randrange(2, 8))
            )
        )
    ground = rng.choice(("", f"padding:4px;background:{c['soft']};border:1px solid {c['line']}"))
    joined = "".join(f"<span style=display:flex>{group}</span>" for group in groups)
    return f'<div class="row tight wrap" style="{ground}">{joined}{native(parts) if rng.random() < 0.3 else ""}</div>'


def tree(parts: Parts) -> str:
    rng, depth, rows, style = parts.rng, 0, [], parts.rng.random()
    import random as dice

    for _ in range(rng.randrange(5, 18)):
        depth = max(0, min(4, depth + rng.choice((-1, 0, 0, 1))))
        opener = (
            expander(dice.Random(style), parts.style.colours["muted"], rng.random() < 0.5)
            if rng.random() < 0.65
            else '<i style="width:12px;flex:none"></i>'
        )
        ground = f"background:{parts.style.colours['soft']}" if rng.random() < 0.08 else ""
        rows.append(
            f'<div class="row tight" style="padding:{rng.choice((1, 2))}px 0 1px {16 * depth}px;{ground}">{opener}{small(parts) if rng.random() < 0.8 else ""}<span class="cut">{escape(rng.choice((parts.words.nav, parts.words.item, parts.words.code))())}</span></div>'
        )
    return f"<div>{''.join(rows)}</div>"


def banner(parts: Parts, width: int, height: int) -> str:
    """A picture that holds words and drawn controls: they are part of the picture."""
    rng, words = parts.rng, parts.words
    ground, shapes = procedural_pictures.colour(rng, (20, 96)), []
    for _ in range(rng.randrange(2, 9)):
        x, y, w, h = (
            rng.randrange(width),
            rng.randrange(height),
            rng.randrange(20, max(21, width // 2)),
            rng.randrange(8, max(9, height // 3)),
        )
        shapes.append(rng.choice((
            f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{rng.choice((0, 3, 8))}" fill="{procedural_pictures.colour(rng, (30, 95))}"/>', f'<circle cx="{x}" cy="{y}" r="{h}" fill="{procedural_pictures.colour(rng)}"/>', f'<path d="M{x} {y}h{w}l{h} {h // 2}l-{h} {h // 2}h-{w}z" fill="{procedural_pictures.colour(rng)}"/>',
            f'<rect x="{x}" y="{y}" width="{w}" height="{h}" fill="#fff" stroke="#bbb"/><text x="{x + 5}" y="{y + h / 2 + 4}" font-size="11" fill="#444">{escape(words.nav())}</text>',
        )))  # fmt: skip
    texts = "".join(
        f'<text x="{rng.randrange(4, max(5, width // 2))}" y="{rng.randrange(16, max(17, height))}" font-size="{rng.choice((9, 11, 13, 18, 26))}" font-weight="{rng.choice((400, 700))}" fill="{rng.choice(("#fff", "#222", procedural_pictures.colour(rng)))}">{escape(rng.choice((words.brand, words.nav, words.heading))())}</text>'
        for _ in range(rng.randrange(0, 5))
    )
    return f'<svg data-k="image" style="width:{width}px;height:{height}px;max-width:100%;display:block;flex:none;border-radius:{rng.choice((0, 0, 6))}px" viewBox="0 0 {width} {height}" preserveAspectRatio="none"><rect width="{width}" height="{height}" fill="{ground}"/>{"".join(shapes)}{texts}</svg>'


def banners(parts: Parts) -> str:
    rng = parts.rng
    return f'{banner(parts, rng.choice((300, 480, 640)), rng.choice((120, 180, 280)))}<p>{escape(parts.words.paragraph(2))}</p><div class="row">{parts.button()}{parts.button()}</div>'


def launcher(parts: Parts) -> str:
    """Cards that start something: a picture or a large mark, a name, a line of words."""
    rng = parts.rng
    size = rng.choice((40, 48, 64, 72, 96))
    picture: Callable[[], str] = rng.choice((
        lambda: mark(rng, size), lambda: mark(rng, size), lambda: banner(parts, int(size * 1.6), size), lambda: parts.photo(f"{size}px", f"{size}px"), lambda: procedural_pictures.logo(rng, max(32, size)),
    ))  # fmt: skip
    look = rng.choice(
        (
            f"border:1px solid {parts.style.colours['line']}",
            "",
            f"background:{parts.style.colours['surface']};box-shadow:0 1px 4px #0003",
        )
    )
    cards = "".join(
        f'<div class="col tight" style="width:{rng.choice((120, 150))}px;padding:12px;align-items:center;text-align:center;{look}">{picture()}<span class="cut" style="max-width:100%">{escape(parts.words.nav())}</span></div>'
        for _ in range(rng.randrange(3, 9))
    )
    return f'<div class="row wrap">{cards}</div>'


def thumbnails(parts: Parts) -> str:
    """Rows with a small picture each: 32 to 64 px wide."""
    rng = parts.rng
    width, height = rng.choice(((48, 32), (40, 40), (32, 32), (64, 36), (56, 42), (36, 48)))
    rows = []
    for _ in range(rng.randrange(3, 9)):
        picture = rng.choice(
            (
                lambda: banner(parts, width, height),
                lambda: parts.photo(f"{width}px", f"{height}px"),
                lambda: parts.photo(f"{width}px", f"{height}px"),
            )
        )()
        rows.append(
            f'<div class="row">{picture}<div class="grow col" style="gap:1px"><span class="cut">{escape(parts.words.item())}</span><span class="muted small">{escape(parts.words.date())}</span></div><span>{parts.rng.randrange(10)}</span>{more(parts)}</div>'
        )
    return "".join(rows)


def word_logos(parts: Parts) -> str:
    rng = parts.rng
    marks = [
        word_logo(rng, rng.choice((16, 20, 24, 28, 36)))
        if rng.random() < 0.7
        else procedural_pictures.wordmark(rng, parts.words.brand(), parts.style.colours["ink"])
        for _ in range(rng.randrange(2, 7))
    ]
    return f'<div class="row wrap" style="gap:28px">{"".join(marks)}</div>'


def numbers(parts: Parts) -> str:
    """Tiles with one large number each, often one digit."""
    rng, c = parts.rng, parts.style.colours
    tiles = "".join(
        f'<div class="tile col tight grow" style="padding:12px;min-width:110px;{rng.choice(("", f"border-left:4px solid {rng.choice(STATES)}"))}"><span class="muted small">{escape(parts.words.nav())}</span><span style="font-size:{rng.choice((18, 24, 30))}px;color:{rng.choice((c["ink"], *STATES))}">{rng.choice((rng.randrange(10), rng.randrange(100), parts.words.number()))}</span></div>'
        for _ in range(rng.randrange(3, 6))
    )
    return f'<div class="row wrap">{tiles}</div>'


def calendar_month(parts: Parts) -> str:
    rng, line = parts.rng, parts.style.colours["line"]
    days = "".join(
        f'<div style="border:1px solid {line};height:{rng.choice((40, 52))}px;padding:2px;overflow:hidden"><span class="small">{day}</span>{f"<div class=badge>{escape(parts.words.nav()[:9])}</div>" if rng.random() < 0.25 else ""}</div>'
        for day in range(1, 29)
    )
    return f'<div class="row between">{parts.icon(14, "left")}<span class="strong">{parts.words.date()}</span>{parts.icon(14, "right")}</div><div style="display:grid;grid-template-columns:repeat(7,1fr)">{days}</div>'


def strips(parts: Parts) -> str:
    """Framed or tinted rows of a field's height: heads, summaries, menu bars. Their words are labels."""
    rng, c = parts.rng, parts.style.colours
    rows = []
    for _ in range(rng.randrange(2, 6)):
        ground = rng.choice(
            (
                f"background:{c['soft']}",
                f"border:1px solid {c['line']}",
                f"background:{c['bar']};color:{c['bar_ink']}",
                f"border:1px solid {c['line']};background:{c['surface']}",
                f"background:linear-gradient({c['surface']},{c['soft']});border:1px solid {c['line']}",
            )
        )
        inner = rng.choice((
            lambda: "".join(f"<span>{escape(parts.words.nav())}</span>" for _ in range(rng.randrange(2, 8))), lambda: f'<span class="strong grow">{escape(parts.words.heading())}</span>{more(parts)}', lambda: f"{small(parts)}<span class=grow>{escape(parts.words.sentence())}</span>{parts.icon(12, 'down')}",
            lambda: f'<span class="grow">{escape(parts.words.field())}</span><span>{escape(parts.words.number())}</span>{parts.icon(12, "right", "down")}', lambda: "".join(f'<span class="row tight">{small(parts)}<span>{escape(parts.words.nav())}</span></span>' for _ in range(rng.randrange(2, 5))),
        ))()  # fmt: skip
        rows.append(
            f'<div class="row" style="padding:{rng.choice((3, 5, 7, 9))}px 10px;overflow:hidden;white-space:nowrap;{ground}">{inner}</div>'
        )
    return f'<div class="col" style="gap:{rng.choice((0, 4, 8))}px">{"".join(rows)}</div>'


def action_cards(parts: Parts) -> str:
    """Buttons of two lines with a mark, as assistants offer them; and links drawn as buttons."""
    rng, c = parts.rng, parts.style.colours
    cards = "".join(
        f'<div data-k="click" style="display:flex;gap:10px;align-items:center;width:{rng.choice((160, 180, 220))}px;padding:8px 12px;border:1px solid {c["line"]};border-radius:6px;background:{c["surface"]}">{small(parts)}<span>{escape(parts.words.choice())}</span></div>'
        for _ in range(rng.randrange(2, 5))
    )
    links = "".join(
        f'<a data-k="click" style="padding:{rng.choice((2, 4, 6))}px {rng.choice((6, 10))}px;border:1px solid {c["line"]};background:{rng.choice((c["soft"], c["surface"]))};border-radius:3px;color:{c["accent"]}">{escape(parts.words.action())}</a>'
        for _ in range(rng.randrange(1, 5))
    )
    return f'<div class="row wrap">{cards}</div><div class="row wrap tight">{links}</div>'


def tasks(parts: Parts) -> str:
    rows = "".join(
        f'<label class="choice">{parts.check()}<span>{escape(parts.words.choice())}</span></label>'
        for _ in range(parts.rng.randrange(2, 6))
    )
    radios = "".join(
        f'<label class="choice">{parts.radio(place == 1)}<span>{escape(parts.words.option())}</span></label>'
        for place in range(parts.rng.randrange(2, 4))
    )
    return f'<div class="col tight">{rows}</div><div class="row wrap">{radios}</div>{parts.choices("switch", 1) if parts.rng.random() < 0.5 else ""}'


def marked_list(parts: Parts) -> str:
    rng = parts.rng
    rows = "".join(
        f'<div class="row tight" style="padding:{rng.choice((0, 1, 3))}px 0">{small(parts)}<span class="grow cut">{escape(rng.choice((parts.words.nav, parts.words.item, parts.words.choice))())}</span>{rng.choice(("", f"<span>{rng.randrange(10)}</span>", more(parts), parts.badge()))}</div>'
        for _ in range(rng.randrange(4, 12))
    )
    return f"<div>{rows}</div>"


def mark_grid(parts: Parts) -> str:
    return f'<div class="row wrap" style="gap:{parts.rng.choice((6, 10, 18))}px">{"".join(small(parts) for _ in range(parts.rng.randrange(8, 40)))}</div>'


def charts(parts: Parts) -> str:
    rng, c = parts.rng, parts.style.colours
    drawn = "".join(
        f"<div>{procedural_pictures.chart(rng, rng.choice((200, 300, 420)), rng.choice((100, 160, 240)), c['muted'], c['line'], rng.choice((c['accent'], *STATES)))}</div>"
        for _ in range(rng.randrange(1, 3))
    )
    legend = "".join(
        f'<span class="row tight"><i style="width:10px;height:10px;background:{rng.choice(STATES)};flex:none"></i><span class="small">{escape(parts.words.nav())}</span></span>'
        for _ in range(rng.randrange(0, 4))
    )
    return f'<div class="row wrap">{drawn}</div><div class="row wrap">{legend}</div>'


def wide_fields(parts: Parts) -> str:
    """Fields as wide as the page, faint on a card of their own colour, a hint in them and nothing else."""
    rng, c = parts.rng, parts.style.colours
    rows = []
    for _ in range(rng.randrange(1, 4)):
        look = rng.choice(
            (
                f"border:1px solid {c['line']}",
                f"border:1px solid {c['line']}",
                f"background:{c['soft']};border:1px solid {c['soft']}",
                f"border:1px solid {c['soft']}",
                f"border:1px solid {c['line']};box-shadow:inset 0 1px 2px #0002",
            )
        )
        front = parts.icon(16, "search") if rng.random() < 0.5 else ""
        hint = escape(rng.choice((parts.words.sentence, parts.words.field, parts.words.action))())
        back = parts.icon(14, "arrow", "close") if rng.random() < 0.25 else ""
        rows.append(
            f'<div data-k="input" style="display:flex;align-items:center;gap:8px;height:{rng.choice((26, 32, 36, 40, 44))}px;max-width:{rng.choice((220, 300, 480, 9999))}px;padding:0 {rng.choice((8, 12, 16))}px;border-radius:{rng.choice((0, 4, 6, 10, 20))}px;{look}">{front}<span data-t class="grow" style="color:{c.get("hint", c["muted"])};overflow:hidden;white-space:nowrap">{hint}</span>{back}</div>'
        )
    return f'<div class="tile col" style="padding:{rng.choice((6, 10, 16))}px">{"".join(rows)}</div>'


def brand_bar(parts: Parts) -> str:
    """A head with the maker's mark: a word as it is drawn, a square picture, its version, some signs at the end."""
    rng = parts.rng
    size = rng.choice((20, 24, 28, 32, 32, 36, 40))
    logo = rng.choice((
        lambda: word_logo(rng, rng.choice((18, 20, 24, 28))), lambda: word_logo(rng, rng.choice((20, 24))), lambda: procedural_pictures.wordmark(rng, parts.words.brand(), parts.style.colours["ink"]),
        lambda: mark(rng, size) + f"<span class=strong>{escape(parts.words.brand())}</span>", lambda: procedural_pictures.logo(rng, size) + f"<span class=strong>{escape(parts.words.brand())}</span>",
    ))()  # fmt: skip
    links = "".join(f"<span>{escape(parts.words.nav())}</span>" for _ in range(rng.randrange(0, 5)))
    return f'<div class="row" style="padding:6px 0">{logo}<span class="muted small">{rng.randrange(9)}.{rng.randrange(30)}.{rng.randrange(9)}</span>{links}<span class="row" style="margin-left:auto">{"".join(parts.icon(rng.choice((16, 18, 20))) for _ in range(rng.randrange(1, 5)))}</span></div>'


def task_list(parts: Parts) -> str:
    """Check boxes that a page draws itself, 16 to 24 px, as lists of things to do have them."""
    rng, c = parts.rng, parts.style.colours
    size, radius = rng.choice((14, 16, 18, 20, 22, 24)), rng.choice((2, 3, 4, 6))
    off = rng.choice(
        (
            f"background:{c['soft']}",
            f"border:{rng.choice((1, 2))}px solid {c['muted']}",
            f"border:1px solid {c['line']};background:{c['surface']}",
        )
    )
    on = rng.choice((c["accent"], c["good"], c["muted"]))
    tick = '<svg style="width:80%;height:80%" viewBox="0 0 12 12"><path d="M2 6l3 3 5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>'
    rows = []
    for _ in range(rng.randrange(2, 6)):
        state = rng.random() < 0.6
        box = f'<span data-k="checkbox" style="display:inline-flex;align-items:center;justify-content:center;flex:none;width:{size}px;height:{size}px;border-radius:{radius}px;{f"background:{on}" if state else off}">{tick if state else ""}</span>'
        rows.append(
            f'<div class="row tight" style="align-items:flex-start">{box}<span>{escape(parts.words.choice())}</span></div>'
        )
    return "".join(rows)


DENSE: tuple[Callable[[Parts], str], ...] = (
    data_table, data_table, data_table, data_table, native_filters, native_filters, wide_fields, wide_fields, brand_bar, brand_bar, task_list, task_list, action_cards, tool_strip, tool_strip, tree, tree, banners, launcher, thumbnails, word_logos, numbers, numbers, calendar_month, strips, strips, action_cards, tasks, tasks,
    marked_list, marked_list, mark_grid, charts,
)  # fmt: skip


def dense_content(parts: Parts, width: int, height: int) -> str:
    """Bare sections in one or two columns under a heading."""
    rng = parts.rng
    columns = 1 if width < 760 else rng.choice((1, 1, 2, 2, 3))

    def column() -> str:
        made = "".join(dense_section(parts) for _ in range(height // 220 + 2))
        return f'<div class="col" style="flex:{rng.choice((1, 1, 1.6))} 0;min-width:0;overflow:hidden">{made}</div>'

    brand = brand_bar(parts) if rng.random() < 0.4 else ""
    title = f'{brand}<div class="row between"><h1>{escape(parts.words.heading())}</h1><span class="row tight">{small(parts)}{parts.button() if rng.random() < 0.5 else more(parts)}</span></div>'
    return f'<main style="padding:{rng.choice((8, 12, 16, 24))}px">{title if rng.random() < 0.8 else ""}<div class="row" style="align-items:flex-start">{"".join(column() for _ in range(columns))}</div></main>'


def dense_section(parts: Parts) -> str:
    rng = parts.rng
    inner = rng.choice(DENSE)(parts) if rng.random() < 0.8 else parts.any_section()
    head = f'<span class="row tight">{small(parts) if rng.random() < 0.3 else ""}<h3>{escape(parts.words.heading())}</h3></span>' if rng.random() < 0.5 else ""  # fmt: skip
    return f'<section class="{rng.choice(("card", "", ""))} col">{head}{inner}</section>'
