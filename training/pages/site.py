# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Whole pages: a layout, its bars, and sections until the screen is full."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from training.pages import procedural_pictures
from training.pages.dense import dense_content
from training.pages.desktop import desktop_page
from training.pages.frameworks import FRAMEWORKS, HELD_OUT_FRAMEWORKS, load
from training.pages.icons import choose_set
from training.pages.parts import Parts
from training.pages.scenes import footer, icon_list, lines_of_fields, mail, things
from training.pages.style import HELD_OUT, TRAINED, draw_style
from training.pages.words import Words

WIDTHS = (360, 390, 412, 640, 768, 1024, 1100, 1280, 1280, 1366, 1440, 1440, 1600, 1920)
RATIOS = (1, 1, 1, 1, 1.25, 1.5, 2)
MAX_PIXELS = 2_600_000


@dataclass(frozen=True, slots=True)
class Page:
    """`width` and `height` are CSS pixels; a screenshot has `ratio` times as many."""

    html: str
    width: int
    height: int
    ratio: float
    family: str


def make_page(seed: int, held_out: bool = False, size: tuple[int, int] | None = None, theirs: bool = False) -> Page:
    """The page of this seed, in a style system that training may see or, `held_out`, in one it never does.

    `theirs`: in a framework's style sheet instead of ours, which `python -m training.fetch` must have fetched.
    With a `size` (CSS pixels) it has that size at a ratio of 1 and only icons of ours: the same wherever it is made.
    """
    rng = random.Random(f"{seed}/{held_out}" + "/theirs" * theirs)
    family = rng.choice(
        (HELD_OUT_FRAMEWORKS if theirs else HELD_OUT) if held_out else (FRAMEWORKS if theirs else TRAINED)
    )
    width = rng.choice(WIDTHS) if rng.random() < 0.9 else rng.randrange(360, 2561)
    height = rng.choice((640, 720, 768, 800, 844, 900, 1080)) if width < 1600 else rng.choice((900, 1080))
    if rng.random() < 0.1:
        height = min(2600, MAX_PIXELS // width)
    ratio = rng.choice(RATIOS)
    while width * height * ratio * ratio > MAX_PIXELS and ratio > 1:
        ratio = {2: 1.5, 1.5: 1.25}.get(ratio, 1)
    if size is not None:
        (width, height), ratio = size, 1
    words = Words(rng, rng.choice(("en", "en", "ru", "ru", "mix")))
    icons = choose_set(rng, own_only=size is not None)
    if theirs:
        framework = load(family)(rng, words, icons, width)
        return Page(
            framework.document(lay_out(framework, width, height) + overlay(framework, width, height)),
            width,
            height,
            ratio,
            family,
        )
    style = draw_style(rng, family)
    parts = Parts(rng, words, style, icons, width, is_fixed=size is not None)
    body = lay_out(parts, width, height) + (overlay(parts, width, height) if size is None else "")
    return Page(document(style.sheet, body), width, height, ratio, family)


def make_desktop_page(seed: int, held_out: bool = False) -> Page:
    """A screen of desktop programs in a look that training may see or, `held_out`, in one it never does."""
    rng = random.Random(f"{seed}/{held_out}/desktop")
    width, height = rng.choice(((800, 600), (1024, 768), (1024, 600), (1280, 720), (1280, 800), (1366, 768), (1440, 900), (640, 480), (1600, 900)))  # fmt: skip
    ratio = rng.choice((1, 1, 1, 1, 1, 1.25, 1.5, 2)) if width * height < 800_000 else rng.choice((1, 1, 1, 1.25))
    words = Words(rng, rng.choice(("en", "ru", "ru", "mix")))
    html, look = desktop_page(rng, words, choose_set(rng), (width, height), held_out)
    return Page(html, width, height, ratio, look)


def make_dense_page(seed: int, held_out: bool = False, theirs: bool = False) -> Page:
    """A screen of a working web application, in our own styles or, `theirs`, in a framework's."""
    rng = random.Random(f"{seed}/{held_out}/dense" + "/theirs" * theirs)
    width, height = rng.choice(((390, 844), (412, 800), (768, 1024), (1024, 768), (1280, 720), (1280, 800), (1366, 768), (1440, 900), (1600, 900)))  # fmt: skip
    ratio = rng.choice((1, 2, 2.625, 3)) if width < 500 else rng.choice((1, 1, 1, 1, 1.25, 1.5))
    words, icons = Words(rng, rng.choice(("en", "en", "ru", "mix"))), choose_set(rng)
    if theirs:
        family = rng.choice(HELD_OUT_FRAMEWORKS if held_out else FRAMEWORKS)
        framework = load(family)(rng, words, icons, width)
        return Page(framework.document(lay_out_dense(framework, width, height)), width, height, ratio, family)
    style = draw_style(
        rng, rng.choice(HELD_OUT if held_out else (*TRAINED, "dense", "dense", "native", "native", "flat"))
    )
    body = lay_out_dense(Parts(rng, words, style, icons, width), width, height)
    return Page(document(style.sheet, body), width, height, ratio, style.family)


def lay_out_dense(parts: Parts, width: int, height: int) -> str:
    top = topbar(parts) if parts.rng.random() < 0.6 else ""
    if width > 760 and parts.rng.random() < 0.45:
        inner = dense_content(parts, width - 220, height)
        return f'<div style="display:flex;height:100%">{sidebar(parts)}<div style="flex:1;min-width:0">{top}{inner}</div></div>'
    return top + dense_content(parts, width, height)


def document(sheet: str, body: str) -> str:
    return f'<!doctype html><html><head><meta charset="utf-8"><style>{sheet}</style></head><body>{body}</body></html>'


def lay_out(parts: Parts, width: int, height: int) -> str:
    rng = parts.rng
    kind = (
        rng.choice(("app", "app", "app", "top", "top", "centre", "marketing", "marketing", "sheet", "halves", "aside"))
        if width > 700
        else rng.choice(("top", "top", "mobile", "centre", "sheet"))
    )
    if kind == "centre":
        inner = f'<div style="height:100%;display:flex;align-items:center;justify-content:center"><div style="width:{min(width - 32, rng.choice((320, 380, 440, 560)))}px">{parts.section() if rng.random() < 0.5 else wrapped(parts.login(), parts)}</div></div>'
    elif kind == "app":
        inner = f'<div style="display:flex;height:100%">{sidebar(parts)}<div style="flex:1;min-width:0">{topbar(parts) if rng.random() < 0.7 else ""}{content(parts, width - 220, height)}</div></div>'
    elif kind == "marketing":
        inner = topbar(parts) + hero(parts) + content(parts, width, height)
        if rng.random() < 0.5:
            inner = f'<div style="height:100%;display:flex;flex-direction:column"><div style="flex:1;min-height:0;overflow:hidden">{inner}</div><div style="flex:none">{footer(parts)}</div></div>'
    elif kind == "halves":
        inner = halves(parts, height)
    elif kind == "aside":
        inner = topbar(parts) + with_aside(parts, width, height)
    elif kind == "mobile":
        inner = topbar(parts) + content(parts, width, height) + bottom_bar(parts)
    else:
        inner = (topbar(parts) if kind == "top" else "") + content(parts, width, height)
    return inner


def halves(parts: Parts, height: int) -> str:
    """Signing in beside a picture as high as the screen."""
    picture = f'<div style="flex:1;min-width:0;height:{height}px">{parts.photo("100%", "100%")}</div>'
    form = f'<div style="flex:{parts.rng.choice((0.7, 1, 1.4))};min-width:0;display:flex;align-items:center;justify-content:center;padding:24px"><div style="width:100%;max-width:420px">{wrapped(parts.login(), parts)}</div></div>'
    sides = [picture, form]
    parts.rng.shuffle(sides)
    return f'<div style="display:flex;height:100%">{"".join(sides)}</div>'


def with_aside(parts: Parts, width: int, height: int) -> str:
    """A narrow column of filters, contents or an order's sum beside the wide one: shops, checkouts, documentation, mail."""
    rng = parts.rng
    narrow = rng.choice((220, 260, 320))
    makes: tuple[Callable[[], str], ...] = (
        parts.filters,
        lambda: icon_list(parts),
        parts.cart,
        lambda: mail(parts),
        parts.section,
    )
    aside = f'<div class="col" style="width:{narrow}px;flex:none;overflow:hidden">{rng.choice(makes)()}</div>'
    main_makes: tuple[Callable[[], str], ...] = (parts.section, parts.section, lambda: things(parts), parts.products, lambda: lines_of_fields(parts))  # fmt: skip
    wide = "".join(rng.choice(main_makes)() for _ in range(height // 260 + 1))
    main = f'<div class="grow col" style="overflow:clip;overflow-clip-margin:6px">{heading(parts)}{wide}</div>'
    sides = [aside, main] if rng.random() < 0.6 else [main, aside]
    return f'<main style="padding:{rng.choice((12, 20, 28))}px;max-width:{rng.choice((1100, 1320, 9999))}px;margin:0 auto"><div class="row" style="align-items:flex-start;gap:{rng.choice((20, 28, 36))}px">{"".join(sides)}</div></main>'


def wrapped(inner: str, parts: Parts) -> str:
    return f'<section class="card col">{procedural_pictures.logo(parts.rng, parts.rng.choice((28, 40, 56)))}<h2>{escape(parts.words.heading())}</h2>{inner}</section>'


def content(parts: Parts, width: int, height: int) -> str:
    """Sections in columns, more than fit; a page is cut where the screen ends."""
    rng = parts.rng
    measure = rng.choice((960, 1140, 1320)) if rng.random() < 0.3 else 9999
    columns = max(1, min(4, min(width, measure) // rng.choice((300, 340, 420, 560, 800, 1300))))
    each = max(1, round(height / 300)) + 1
    gap = int(parts.style.number("gap"))
    grid = "".join(
        f'<div class="col" style="flex:{rng.choice((1, 1, 1, 1.5))} 0;gap:{gap}px;overflow:clip;overflow-clip-margin:6px">{"".join(parts.section() for _ in range(each))}</div>'
        for _ in range(columns)
    )
    return f'<main style="padding:{rng.choice((8, 12, 16, 20, 24, 32))}px;max-width:{measure}px;margin:0 auto">{heading(parts)}<div class="row" style="align-items:flex-start;gap:{gap}px">{grid}</div></main>'


def heading(parts: Parts) -> str:
    rng = parts.rng
    if rng.random() < 0.3:
        return ""
    crumbs = ""
    if rng.random() < 0.4:
        mark = rng.choice(("/", "›", "»", ">"))
        steps = (
            f"<a class={rng.choice(('link', 'muted'))}>{escape(parts.words.nav())}</a>"
            for _ in range(rng.randrange(2, 5))
        )
        crumbs = f'<div class="row small tight">{f"<span class=muted>{mark}</span>".join(steps)}</div>'
    buttons = "".join(parts.button() for _ in range(rng.randrange(0, 4)))
    tabs = parts.tabs() if rng.random() < 0.25 else ""
    return f'<div class="col" style="margin-bottom:16px;gap:8px">{crumbs}<div class="row between wrap"><h1>{escape(parts.words.heading())}</h1><div class="row wrap">{buttons}</div></div>{tabs}</div>'


def topbar(parts: Parts) -> str:
    rng = parts.rng
    room = parts.width > 700
    brand = f'<div class="row tight">{procedural_pictures.logo(rng, rng.choice((20, 24, 28, 32, 40))) if rng.random() < 0.7 else ""}<span class="strong" style="font-size:1.15em">{escape(parts.words.brand())}</span></div>'
    on = rng.randrange(4)
    links = (
        "".join(
            f'<a data-k="click" class="menuitem {"on" if index == on else ""}">{escape(parts.words.nav())}</a>'
            for index in range(rng.randrange(3, 7))
        )
        if room
        else ""
    )
    right = [
        counted(parts, parts.icon(rng.choice((16, 18, 20, 24)), "bell", "search", "cart", "user", "mail"))
        for _ in range(rng.randrange(0, 4))
    ]
    if rng.random() < 0.5:
        right.append(parts.button())
    if room and rng.random() < 0.5:
        right.insert(
            0,
            f'<div style="width:{rng.choice((160, 220, 300))}px;color:{parts.style.colours["ink"]}">{parts.input(kind="search")}</div>',
        )
    if room and rng.random() < 0.2:
        right.insert(0, f'<div style="width:90px;color:{parts.style.colours["ink"]}">{parts.select()}</div>')
    if rng.random() < 0.15:
        right.append(parts.switch())
    if rng.random() < 0.6:
        right.append(parts.avatar(rng.choice((32, 36, 40))))
    menu = parts.icon(22, "menu") if not room or rng.random() < 0.2 else ""
    edge = rng.choice(
        (
            "",
            f"border-bottom:1px solid {parts.style.colours['line']};",
            "box-shadow:0 1px 6px rgba(0,0,0,.15);position:relative;",
        )
    )
    return f'<header class="bar row" style="padding:0 16px;height:{rng.choice((44, 48, 56, 64, 72))}px;overflow:hidden;{edge}">{menu}{brand}<nav class="row tight grow" style="overflow:hidden">{links}</nav>{"".join(right)}</header>'


def counted(parts: Parts, icon: str) -> str:
    """Now and then a small number sits on an icon's shoulder."""
    if parts.rng.random() < 0.75:
        return icon
    badge = f'<span style="position:absolute;left:60%;top:-7px;background:{parts.style.colours["bad"]};color:#fff;border-radius:8px;font-size:10px;line-height:14px;padding:0 4px">{parts.rng.randrange(1, 30)}</span>'
    return f'<span style="position:relative;display:inline-flex">{icon}{badge}</span>'


def sidebar(parts: Parts) -> str:
    rng = parts.rng
    ground = ""
    if rng.random() < 0.3:
        ground = f"background:hsl({rng.randrange(360)},{rng.choice((0, 10, 25, 50))}%,{rng.choice((8, 12, 18, 24))}%);color:{rng.choice(('#fff', '#c8cdd6', '#9aa3b2', '#a6b0cf'))};"
    size = rng.choice((14, 16, 16, 18, 20, 22, 24))
    if rng.random() < 0.2:
        icons = "".join(f"<div>{parts.icon(size)}</div>" for _ in range(rng.randrange(4, 10)))
        return f'<aside class="bar col" style="width:{rng.choice((48, 56, 60, 72))}px;flex:none;align-items:center;padding:16px 0;gap:{rng.choice((14, 22, 30))}px;{ground}">{icons}</aside>'
    if rng.random() < 0.1:
        stacked = "".join(
            f'<div class="col" style="align-items:center;gap:3px"><span>{parts.icon(size)}</span><span style="font-size:11px">{escape(parts.words.nav()[:10])}</span></div>'
            for _ in range(rng.randrange(4, 9))
        )
        return f'<aside class="bar col" style="width:{rng.choice((76, 88, 96))}px;flex:none;align-items:stretch;padding:14px 0;gap:{rng.choice((12, 18, 24))}px;{ground}">{stacked}</aside>'
    on, marks, tails = rng.randrange(5), rng.random() < 0.7, rng.random() < 0.3
    items = []
    for index in range(rng.randrange(4, 14)):
        tail = (
            f'<span style="margin-left:auto">{parts.icon(12, "right", "down") if rng.random() < 0.5 else parts.badge()}</span>'
            if tails and rng.random() < 0.4
            else ""
        )
        items.append(
            f'<a data-k="click" class="menuitem {"on" if index == on else ""}">{parts.icon(size) if marks else ""}<span>{escape(parts.words.nav())}</span>{tail}</a>'
        )
        if rng.random() < 0.12:
            items.append(
                f'<span class="small" style="opacity:.7;padding:8px 10px;text-transform:uppercase">{escape(parts.words.nav())}</span>'
            )
    foot = (
        f'<div class="row tight" style="padding:8px">{parts.avatar(36)}<span class="cut grow">{escape(parts.words.person())}</span></div>'
        if rng.random() < 0.4
        else rng.choice(("", parts.choices("switch", 1)))
    )
    return f'<aside class="bar" style="width:{rng.choice((180, 200, 220, 250))}px;flex:none;padding:14px 10px;overflow:hidden;display:flex;flex-direction:column;gap:{rng.choice((0, 2, 4, 8))}px;{ground}"><div class="row tight" style="padding:4px 8px 14px">{procedural_pictures.logo(rng, 28)}<span class="strong">{escape(parts.words.brand())}</span></div>{"".join(items)}{foot}</aside>'


def hero(parts: Parts) -> str:
    rng = parts.rng
    ground = rng.choice(("picture", "picture", "gradient", "plain", "side"))
    buttons = "".join(parts.button() for _ in range(rng.randrange(1, 3)))
    text = f'<h1>{escape(parts.words.sentence())}</h1><p>{escape(parts.words.paragraph(rng.randrange(1, 3)))}</p><div class="row wrap" style="justify-content:inherit">{buttons}</div>'
    height = rng.choice((220, 300, 380))
    if ground == "picture":
        return f'<div style="position:relative;height:{height}px;overflow:hidden">{parts.photo("100%", "100%")}<div class="col" style="position:absolute;left:8%;bottom:{rng.choice((10, 40))}px;width:60%;color:#fff;text-shadow:0 1px 3px #000a">{text}</div></div>'
    if ground == "side":
        return f'<div class="row" style="padding:32px;gap:32px"><div class="grow col">{text}</div>{parts.photo("38%", f"{height - 60}px", "12px")}</div>'
    back = (
        f"background:linear-gradient(120deg,{procedural_pictures.colour(rng, (20, 45))},{procedural_pictures.colour(rng, (20, 45))});color:#fff;"
        if ground == "gradient"
        else ""
    )
    return f'<div class="col" style="padding:40px 12%;text-align:center;align-items:center;justify-content:center;{back}">{text}</div>'


def bottom_bar(parts: Parts) -> str:
    items = "".join(
        f'<div class="col" style="align-items:center;gap:2px">{parts.icon(22)}<span class="small">{escape(parts.words.nav())}</span></div>'
        for _ in range(parts.rng.randrange(3, 6))
    )
    return f'<nav style="position:absolute;left:0;right:0;bottom:0;background:{parts.style.colours["surface"]};border-top:1px solid {parts.style.colours["line"]};display:flex;justify-content:space-around;padding:6px 0">{items}</nav>'


def overlay(parts: Parts, width: int, height: int) -> str:
    """Now and then a dialog, an open menu, a toast or a hint above the page."""
    rng = parts.rng
    chance = rng.random()
    if chance < 0.1:
        w = min(width - 24, rng.choice((320, 420, 520)))
        body = rng.choice(
            (
                parts.form,
                parts.settings,
                parts.filters,
                lambda: f"<p>{escape(parts.words.paragraph(2))}</p>",
                parts.people,
            )
        )()
        close = rng.choice((parts.glyph(), parts.icon(18, "close")))
        foot = f'<div class="row" style="justify-content:flex-end">{parts.button(look="second")}{parts.button(look="main")}</div>'
        return f'<div class="veil"></div><div class="dialog col" style="left:{(width - w) // 2}px;top:{rng.choice((30, 70, 110))}px;width:{w}px"><div class="row between"><h3>{escape(parts.words.heading())}</h3>{close}</div>{body}{foot}</div>'
    if chance < 0.17:
        items = "".join(
            f'<div class="menuitem">{parts.icon(16) if rng.random() < 0.6 else ""}<span>{escape(parts.words.action())}</span></div>'
            for _ in range(rng.randrange(3, 7))
        )
        return f'<div class="pop" style="right:{rng.choice((16, 60, 120))}px;top:{rng.choice((50, 64, 120))}px;min-width:160px">{items}</div>'
    if chance < 0.22:
        return f'<div class="pop row" style="left:24px;bottom:24px;padding:12px 16px;background:{parts.style.colours["ink"]};color:{parts.style.colours["page"]}">{parts.icon(18, "info")}<span>{escape(parts.words.sentence()[:40])}</span>{parts.glyph()}</div>'
    return ""
