# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Seven screens of an imagined company, in any of our style systems. `data-role` marks what a change can be done to."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape

from training.pages import procedural_pictures
from training.pages.icons import IconSet
from training.pages.parts import Parts
from training.pages.site import Page
from training.pages.style import HELD_OUT, TRAINED, Style, draw_colours, draw_style, sheet
from training.pages.words import Words

SIZES = ((900, 700), (860, 640), (960, 720), (800, 680), (1000, 660))
SMALL_SIZES = ((660, 480), (620, 500), (700, 450))
# Numbers as they should look on every machine, and what our sheets leave to each page.
EXTRA = """
body{position:relative}td,th{height:1px}.shell{height:100%;overflow:hidden;position:relative}.num{font-variant-numeric:tabular-nums}
.grid{display:grid;grid-template-columns:repeat(3,1fr)}.item{display:flex;align-items:center;gap:10px;padding:8px 12px}.item.on{background:var(--soft)}
.acc{padding:9px 12px;cursor:pointer}.line{height:1px;background:var(--line)}.dot{width:10px;height:10px;border-radius:50%;background:var(--ink)}
.thumb{width:14px;height:14px;border-radius:50%;background:var(--accent);position:absolute;top:-5px}.rail{height:4px;border-radius:2px;background:var(--soft);position:relative}
"""
ARABIC = ("مرحبا بكم في المتجر", "تم حفظ التغييرات", "الطلبات الأخيرة", "اتصل بنا في أي وقت")
HEBREW = ("ברוכים הבאים", "ההזמנות שלי", "השינויים נשמרו", "צור קשר")
EMOJI = "☀☂☃★☎♞♫✈✉☯"


@dataclass(slots=True)
class Screen:
    """One screen being written: `style` and `twin`, its look by day and by night."""

    rng: random.Random
    words: Words
    parts: Parts
    style: Style
    twin: Style
    width: int
    height: int

    # Controls, each without a state of its own

    def button(self, text: str = "", look: str = "second", role: str = "act") -> str:
        return f'<button type="button" data-k="click" data-role="{role}" class="btn {look}">{escape(text or self.words.action())}</button>'

    def buttons(self, count: int = 3, role: str = "actions") -> str:
        names = distinct(self.words.action, count)
        place = self.rng.choice(("flex-start", "flex-start", "flex-end"))
        inner = "".join(self.button(name, "main" if index == 0 else "second") for index, name in enumerate(names))
        return f'<div class="row" data-role="{role}" style="justify-content:{place};gap:10px">{inner}</div>'

    def input(self, value: str = "", hint: str = "", extra: str = "") -> str:
        return f'<input data-k="input" data-role="field" class="field" value="{escape(value)}" placeholder="{escape(hint or self.words.field())}" {extra}>'

    def select(self) -> str:
        options = "".join(f"<option>{escape(name)}</option>" for name in distinct(self.words.city, 4))
        return f'<select data-k="select" data-role="select" class="field">{options}</select>'

    def radios(self, count: int = 4) -> str:
        on = self.rng.randrange(count)
        rows = "".join(
            f'<label class="choice"><input type="radio" data-k="radio" data-role="radio" class="radio {"on" if index == on else ""}" {"checked" if index == on else ""}><span>{escape(name)}</span></label>'
            for index, name in enumerate(distinct(self.words.choice, count))
        )
        return f'<div class="col tight" data-role="radios">{rows}</div>'

    def checks(self, count: int = 3) -> str:
        rows = "".join(
            f'<label class="choice"><input type="checkbox" data-k="checkbox" data-role="check" class="check {on}" {"checked" if on else ""}><span>{escape(name)}</span></label>'
            for name in distinct(self.words.choice, count)
            if (on := self.rng.choice(("", "on"))) is not None
        )
        return f'<div class="col tight">{rows}</div>'

    def switches(self, count: int = 2) -> str:
        rows = "".join(
            f'<div class="row between"><span>{escape(name)}</span><span data-k="switch" data-role="switch" class="switch {self.rng.choice(("", "on"))}"></span></div>'
            for name in distinct(self.words.choice, count)
        )
        return f'<div class="col tight">{rows}</div>'

    def labelled(self, control: str) -> str:
        return f'<div class="col" style="gap:4px"><span class="small muted">{escape(self.words.field())}</span>{control}</div>'

    def photo(self, width: str, height: str, radius: int = 0) -> str:
        source = procedural_pictures.photo(self.rng, 320, 220)
        return f'<img data-k="image" data-role="photo" alt="" src="{source}" style="width:{width};height:{height};border-radius:{radius}px;flex:none">'

    def counter(self, value: str = "") -> str:
        return f'<span class="badge num" data-role="counter" style="margin-left:auto">{value or self.rng.randrange(2, 9)}</span>'

    def nav(self, count: int = 5, is_column: bool = False) -> str:
        on = self.rng.randrange(count)
        items = "".join(
            f'<a data-k="click" data-role="nav" class="menuitem {"on" if index == on else ""}">{escape(name)}{self.counter() if is_column and index == 1 else ""}</a>'
            for index, name in enumerate(distinct(self.words.nav, count))
        )
        return f'<nav data-role="navs" class="{"col" if is_column else "row tight"}" style="gap:{4 if is_column else 6}px">{items}</nav>'

    def tabs(self) -> str:
        on = self.rng.randrange(3)
        items = "".join(
            f'<a data-k="click" data-role="tab" class="tab {"on" if index == on else ""}">{escape(name)}</a>'
            for index, name in enumerate(distinct(self.words.nav, 4))
        )
        return f'<div class="tabs" data-role="tabs">{items}</div>'

    def pager(self) -> str:
        on = self.rng.randrange(1, 6)
        items = "".join(
            f'<a data-k="click" data-role="pageno" class="page {"on" if index == on else ""}">{index}</a>'
            for index in range(1, 7)
        )
        return f'<div class="pager" data-role="pager">{items}</div>'

    def head(self) -> str:
        """The bar at the top, fixed while the page below it scrolls."""
        mark = self.parts.icon(20, "bell", "user", "cart", "mail")
        search = (
            f'<div style="width:170px;color:{self.style.colours["ink"]}">{self.input(hint=self.words.field())}</div>'
        )
        return (
            f'<header class="bar row" data-role="header" style="position:absolute;z-index:3;left:0;right:0;top:0;height:{self.bar_height()}px;padding:0 20px;border-bottom:1px solid var(--line)">'
            f'<span class="strong" style="font-size:1.15em">{escape(self.words.brand())}</span><div class="grow" style="overflow:hidden">{self.nav(3)}</div>{search}{mark}</header>'
        )

    def bar_height(self) -> int:
        return 56 if self.style.number("control") < 44 else 72

    def title(self, extra: str = "") -> str:
        return f'<div class="row between"><h1 data-role="title" style="font-size:1.7em">{escape(self.words.heading())}</h1>{extra}</div>'

    def body(self, inner: str, side: str = "") -> str:
        """The page under the bar: centred columns or the whole width, with a column at the side if there is one."""
        gap = min(16, int(self.style.number("gap")))
        measure = self.rng.choice((9999, 9999, self.width - 80, self.width - 111))
        aside = f'<aside class="col" style="width:190px;flex:none" data-role="side">{side}</aside>' if side else ""
        return (
            f'<div class="shell" data-role="shell">{self.head()}<main data-role="main" style="position:relative;display:block;margin:{self.bar_height()}px auto 0;max-width:{measure}px;padding:18px 24px">'
            f'<div class="row" style="align-items:flex-start;gap:24px">{aside}<div class="grow col" data-role="flow" style="gap:{gap}px">{inner}</div></div></main></div>'
        )


def distinct(draw: Callable[[], str], count: int, longest: int = 16) -> list[str]:
    """`count` short words that differ from each other."""
    found: list[str] = []
    for _ in range(900):
        word = draw()
        if word not in found and len(word) <= longest:
            found.append(word)
        if len(found) == count:
            break
    return found


# -- the screens -----------------------------------------------------------------------------------------------------------


def ledger(screen: Screen) -> str:
    """A table with its tabs, its buttons and its pages."""
    w, rng = screen.words, screen.rng
    heads = distinct(w.field, 5, 12)
    names = distinct(w.person, 7, 30)
    rows = []
    for index, name in enumerate(names):
        cells = (f"{rng.randrange(1000, 9999)}-{index}", escape(name), escape(w.city()), w.price(), f'<span class="badge" data-role="state">{escape(w.state())}</span>')  # fmt: skip
        rows.append(f'<tr data-role="row">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>')
    table = f'<table data-role="table"><thead><tr>{"".join(f"<th>{escape(head)}</th>" for head in heads)}</tr></thead><tbody data-role="rows">{"".join(rows)}</tbody></table>'
    return screen.body(
        f'{screen.title()}{screen.buttons()}{screen.tabs()}<section class="card" data-role="panel">{table}</section><div class="row between"><span class="muted" data-role="lead">{escape(w.sentence()[:60])}</span>{screen.pager()}</div>'
    )


def shop(screen: Screen) -> str:
    """Cards in a grid beside the filters."""
    w = screen.words
    cards = "".join(
        f'<article class="card col tight" data-role="card" style="overflow:hidden">{screen.photo("100%", "96px")}<span class="strong cut" data-role="lead">{escape(name)}</span><div class="row between"><span class="num" data-role="price">{w.price()}</span>{screen.parts.icon(18, "heart", "star", "cart")}</div></article>'
        for name in distinct(w.item, 6, 40)
    )
    side = f'<section class="card col tight" data-role="panel"><span class="strong">{escape(w.heading())}</span>{screen.radios()}{screen.checks()}</section>'
    return screen.body(
        f'{screen.title(screen.button(look="main"))}<div class="grid" data-role="grid" style="gap:14px">{cards}</div>{screen.buttons()}',
        side,
    )


def settings(screen: Screen) -> str:
    """A form: fields, choices, a slider, how full the disk is."""
    w, rng = screen.words, screen.rng
    value = rng.randrange(20, 80)
    slider = f'<div class="rail" data-role="rail"><i class="thumb" data-role="slider" style="left:{value}%"></i></div>'
    track = f'<div class="track" data-role="track"><i style="width:{rng.randrange(30, 80)}%"></i></div>'
    left = f'<section class="card col grow" data-role="panel"><h3>{escape(w.heading())}</h3>{screen.labelled(screen.input(w.person()))}{screen.labelled(screen.input(w.email()))}{screen.labelled(screen.select())}{screen.labelled(track)}{screen.buttons()}</section>'
    right = f'<section class="card col" data-role="panel" style="width:40%"><h3>{escape(w.heading())}</h3>{screen.radios(3)}<hr class="rule">{screen.switches()}{screen.checks(2)}{screen.labelled(slider)}</section>'
    return screen.body(
        f'{screen.title(screen.button())}<div class="row" style="align-items:flex-start">{left}{right}</div><span class="muted" data-role="lead">{escape(w.sentence()[:50])}</span>'
    )


def letters(screen: Screen) -> str:
    """A list of messages with a menu at the side."""
    w = screen.words
    rows = "".join(
        f'<div class="item {"on" if index == 1 else ""}" data-role="item" style="border-bottom:1px solid var(--line)">{screen.photo("36px", "36px", 18)}<div class="grow" style="line-height:1.35"><div class="strong">{escape(name)}</div><div class="muted small cut">{escape(w.sentence()[:48])}</div></div><span class="small num">{w.clock()}</span></div>'
        for index, name in enumerate(distinct(w.person, 7, 30))
    )
    side = f'<section class="card" data-role="panel" style="padding:10px">{screen.nav(5, True)}</section><section class="card col tight" data-role="panel"><span class="strong">{escape(w.heading())}</span><span class="small" data-role="lead">{escape(w.item())}</span></section>'
    return screen.body(
        f'{screen.title()}{screen.buttons()}<section class="card" data-role="panel" style="padding:0;overflow:hidden"><div data-role="list">{rows}</div></section>',
        side,
    )


def guide(screen: Screen) -> str:
    """An article with questions that open, a picture, lines in other scripts."""
    w, rng = screen.words, screen.rng
    long = "  ".join(w.sentence() for _ in range(2))
    questions = "".join(
        f'<div class="tile" data-role="question"><div class="acc row between" data-role="acc"><span>{escape(head)}</span><span>+</span></div></div>'
        for head in distinct(w.sentence, 4, 60)
    )
    foreign = rng.choice(ARABIC + HEBREW)
    text = f'<p data-role="para">{escape(w.paragraph(2))}</p><p data-role="para">{escape(w.paragraph(2))}</p>'
    return screen.body(
        f'{screen.title()}<span class="muted small">{w.date()}, {escape(w.person())}</span>{text}<div class="row" style="align-items:flex-start">{screen.photo("210px", "130px", 6)}<div class="col tight grow"><p data-role="foreign" dir="rtl" style="font-size:18px;font-family:Noto Sans Arabic,Noto Sans Hebrew,sans-serif">{foreign}</p>'
        f'<p data-role="emoji">{escape(w.item())} {rng.choice(EMOJI)}</p><p class="cut" data-role="long" style="font-size:12px">{escape(long)}</p></div></div><div class="line" data-role="rule"></div><div class="col tight">{questions}</div>{screen.buttons()}'
    )


def panel(screen: Screen) -> str:
    """Numbers, a chart, bars, a clock, dots."""
    w, rng = screen.words, screen.rng
    stats = "".join(
        f'<div class="tile col tight" data-role="card" style="padding:12px"><span class="small muted">{escape(name)}</span><span class="strong num" data-role="price" style="font-size:1.35em">{w.number()}</span></div>'
        for name in distinct(w.field, 3)
    )
    chart = procedural_pictures.chart(rng, 380, 180, screen.style.colours["muted"], screen.style.colours["line"], screen.style.colours["accent"])  # fmt: skip
    bars = "".join(
        f'<div class="col" style="gap:5px"><span class="small">{escape(name)}</span><div class="track" data-role="track"><i style="width:{rng.randrange(20, 90)}%"></i></div></div>'
        for name in distinct(w.city, 4)
    )
    dots = "".join('<i class="dot"></i>' for _ in range(48))
    clock = f"{rng.randrange(10, 24)}:{rng.randrange(10, 60)}:{rng.randrange(10, 60)}"
    return screen.body(
        f'{screen.title(screen.pager())}<div class="grid" data-role="grid" style="gap:14px">{stats}</div><div class="row" style="align-items:flex-start"><section class="card" data-role="panel"><div data-role="chart">{chart}</div></section>'
        f'<section class="card col grow" data-role="panel">{bars}</section></div><div class="row between"><div class="num" data-role="clock" style="font-size:34px;line-height:1.1">{clock}</div><div data-role="dots" style="display:grid;grid-template-columns:repeat(16,10px);gap:6px">{dots}</div></div>{screen.buttons()}'
    )


def poster(screen: Screen) -> str:
    """Words over a photo, as shops greet people, and what they offer below."""
    w = screen.words
    words = f'<div class="col" style="position:absolute;left:28px;bottom:22px;color:#fff;text-shadow:0 1px 3px #000a"><h2 data-role="slogan" style="font-size:26px">{escape(w.heading())}</h2><span data-role="price" class="num" style="font-size:17px">{w.price()}</span></div>'
    hero = f'<div style="position:relative;height:190px;overflow:hidden;border-radius:6px">{screen.photo("100%", "190px")}<div style="position:absolute;inset:0;background:linear-gradient(#0000,#0009)"></div>{words}</div>'
    tiles = "".join(
        f'<div class="tile col tight" data-role="card" style="padding:12px"><span class="strong cut">{escape(name)}</span><span class="muted small" data-role="lead">{escape(w.city())}</span></div>'
        for name in distinct(w.item, 3, 24)
    )
    return screen.body(f'{hero}<div class="grid" data-role="grid" style="gap:14px">{tiles}</div>{screen.buttons()}')


SCREENS: dict[str, Callable[[Screen], str]] = {
    "ledger": ledger,
    "shop": shop,
    "settings": settings,
    "letters": letters,
    "guide": guide,
    "panel": panel,
    "poster": poster,
}


def make_screen(name: str, seed: int, is_small: bool = False) -> tuple[Page, str]:
    """The screen of this name and seed, and the style sheet of the same page in the other theme."""
    rng = random.Random(f"everyday/{name}/{seed}")
    width, height = rng.choice(SMALL_SIZES if is_small else SIZES)
    words = Words(rng, rng.choice(("en", "en", "ru", "mix")))
    style = draw_style(rng, rng.choice(TRAINED + HELD_OUT))
    style, twin = both_themes(style, seed)
    icons = IconSet("own", rng.choice((1.2, 1.6, 2)))
    parts = Parts(rng, words, style, icons, width, is_fixed=True)
    body = SCREENS[name](Screen(rng, words, parts, style, twin, width, height))
    html = f'<!doctype html><html><head><meta charset="utf-8"><style id="look">{style.sheet}</style><style>{EXTRA}</style></head><body>{body}</body></html>'
    return Page(html, width, height, 1, style.family), twin.sheet


def both_themes(style: Style, seed: int) -> tuple[Style, Style]:
    """The style as drawn, calmer where its numbers would burst these screens, and the same in the other theme's colours."""
    tokens = style.tokens | {"size": min(15, style.number("size")), "control": min(40, style.number("control"))}
    looks = []
    for dark in (bool(tokens["dark"]), not tokens["dark"]):
        colours = style.colours if dark == style.is_dark() else draw_colours(random.Random(seed), dark)
        drawn = sheet(random.Random(seed), tokens | {"dark": dark}, colours)
        variables = "".join(f"--{name}:{colours[name]};" for name in ("soft", "line", "ink", "accent", "surface", "page", "muted"))  # fmt: skip
        rules = f":root{{{variables}}}h1{{font-size:1.7em}}" + drawn
        looks.append(replace(style, tokens=tokens | {"dark": dark}, colours=colours, sheet=rules))
    return looks[0], looks[1]
