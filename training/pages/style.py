# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Style systems of our own: a family fixes the character, random tokens the rest.

`HELD_OUT` families are never trained on: they are what the detector is validated with.
"""

import random
from dataclasses import dataclass

SANS = (
    "Inter",
    "Roboto",
    "Open Sans",
    "Lato",
    "Noto Sans",
    "DejaVu Sans",
    "Liberation Sans",
    "Arimo",
    "Ubuntu",
    "Cantarell",
    "FreeSans",
    "Nimbus Sans",
    "Carlito",
    "Fira Sans",
    "Source Sans 3",
    "Inter Display",
    "PT Sans",
    "Montserrat",
    "Liberation Sans Narrow",
    "Comfortaa",
    "Droid Sans Fallback",
    "system-ui",
    "Verdana",
    "Arial",
    "Segoe UI",
)
SERIF = ("Liberation Serif", "DejaVu Serif", "Linux Libertine O", "Noto Serif", "FreeSerif", "Georgia", "C059")
MONO = ("DejaVu Sans Mono", "JetBrains Mono", "Fira Code", "Hack", "Liberation Mono", "Cousine")

Tokens = dict[str, tuple[object, ...]]

ANY: Tokens = {
    "font": SANS,
    "size": (12, 13, 14, 14, 15, 16, 16, 17),
    "radius": (0, 2, 3, 4, 4, 6, 6, 8, 10, 12, 16),
    "control": (24, 28, 30, 32, 34, 36, 38, 40, 44, 48, 52),
    "line_width": (1, 1, 1, 1, 1.5, 2),
    "gap": (6, 8, 10, 12, 16, 20, 24),
    "field": (
        "boxed",
        "boxed",
        "boxed",
        "filled",
        "filled",
        "faint",
        "underlined",
        "filled_line",
        "inset",
        "pill",
        "soft",
    ),
    "button": ("solid", "solid", "outline", "soft", "gradient", "raised", "bevel"),
    "box": ("native", "native", "native", "square", "square", "filled", "filled", "thick", "soft"),
    "ring": ("native", "native", "native", "native", "dot", "dot", "filled", "thick"),
    "switch": ("pill", "pill", "ios", "thin", "outline", "square", "words"),
    "select": ("chevron", "chevron", "caret", "split", "updown", "native"),
    "card": ("line", "line", "shadow", "fill", "both", "none"),
    "case": ("none", "none", "none", "none", "uppercase"),
    "bold": (400, 500, 500, 600, 700),
    "dark": (False, False, True),
    "tabs": ("line", "framed", "pills", "segments"),
}

FAMILIES: dict[str, Tokens] = {
    "plain": {},
    "material": {
        "field": ("filled_line", "outlined_label", "underlined"),
        "button": ("raised", "solid", "outline"),
        "box": ("filled",),
        "ring": ("dot",),
        "switch": ("thin", "pill"),
        "select": ("caret",),
        "card": ("shadow",),
        "case": ("uppercase", "none"),
        "control": (36, 40, 48, 56),
        "font": ("Roboto", "Noto Sans"),
        "tabs": ("line",),
    },
    "flat": {
        "field": ("boxed", "filled"),
        "button": ("solid", "soft"),
        "line_width": (1,),
        "card": ("line", "fill"),
        "radius": (0, 3, 4),
    },
    "dense": {
        "size": (11, 12, 12, 13),
        "control": (20, 22, 24, 26, 28),
        "gap": (4, 6, 8),
        "radius": (0, 2, 3),
        "field": ("boxed", "inset"),
        "card": ("line", "none"),
        "box": ("native", "square"),
    },
    "windows": {
        "font": ("Segoe UI", "DejaVu Sans", "Liberation Sans", "Verdana"),
        "size": (12, 13),
        "radius": (0, 0, 2),
        "control": (22, 24, 26, 32),
        "button": ("bevel", "grey", "outline"),
        "field": ("boxed", "inset"),
        "box": ("native", "square", "inset"),
        "ring": ("native", "inset", "dot"),
        "select": ("split", "native"),
        "tabs": ("framed",),
        "dark": (False, False, False, True),
    },
    "native": {
        "field": ("native",),
        "button": ("native",),
        "box": ("native",),
        "ring": ("native",),
        "select": ("native",),
        "switch": ("pill", "thin"),
        "dark": (False, False, True),
    },
    "airy": {
        "radius": (12, 16, 20, 24),
        "control": (44, 48, 52, 56),
        "gap": (16, 20, 24, 32),
        "card": ("shadow", "fill"),
        "field": ("filled", "soft", "boxed"),
    },
    "mobile": {
        "switch": ("ios",),
        "field": ("filled", "boxed", "soft"),
        "radius": (8, 10, 12, 14),
        "control": (40, 44, 48, 50),
        "card": ("fill", "none"),
        "size": (15, 16, 17),
    },
    "paper": {
        "font": SERIF,
        "card": ("none", "line"),
        "field": ("underlined", "boxed"),
        "button": ("outline", "solid"),
    },
    "console": {
        "font": MONO,
        "dark": (True, True, False),
        "radius": (0, 2),
        "button": ("outline", "soft", "solid"),
        "card": ("line",),
    },
    "glow": {
        "dark": (True,),
        "button": ("gradient", "solid", "soft"),
        "card": ("fill", "line", "both"),
        "radius": (8, 12, 16),
    },
    "soft": {
        "field": ("soft", "filled"),
        "button": ("soft", "raised"),
        "card": ("shadow",),
        "radius": (8, 12, 18),
        "box": ("soft", "filled"),
    },
    "outline": {
        "field": ("boxed", "outlined_label"),
        "button": ("outline",),
        "line_width": (1, 1.5, 2),
        "box": ("square", "thick"),
        "switch": ("outline", "pill"),
        "card": ("line",),
    },
    "aqua": {
        "button": ("gradient", "bevel", "raised"),
        "field": ("inset", "pill", "boxed"),
        "select": ("updown",),
        "radius": (4, 5, 6),
        "control": (22, 24, 28, 30),
        "size": (12, 13),
        "switch": ("ios",),
        "tabs": ("segments",),
    },
    # Held out from here on.
    "brutal": {
        "button": ("hard",),
        "field": ("hard",),
        "card": ("hard",),
        "line_width": (2, 3),
        "radius": (0, 0, 4, 10),
        "box": ("hard",),
        "ring": ("thick",),
        "switch": ("hard",),
        "select": ("caret", "chevron"),
    },
    "fluent": {
        "font": ("Segoe UI", "Noto Sans", "Open Sans"),
        "field": ("fluent",),
        "button": ("fluent", "solid"),
        "radius": (4,),
        "control": (30, 32, 34),
        "size": (13, 14),
        "box": ("square", "filled"),
        "ring": ("filled",),
        "switch": ("outline",),
        "select": ("chevron",),
        "card": ("both", "line"),
        "line_width": (1,),
    },
    "civic": {
        "field": ("heavy",),
        "button": ("ledge", "outline"),
        "radius": (0,),
        "line_width": (2,),
        "control": (38, 40, 44),
        "size": (16, 17, 19),
        "box": ("large",),
        "ring": ("large",),
        "select": ("native", "caret"),
        "switch": ("words", "square"),
        "card": ("none", "line"),
        "dark": (False,),
    },
    "pill": {
        "field": ("pill",),
        "button": ("round",),
        "radius": (20, 24),
        "control": (32, 36, 40, 44),
        "box": ("soft", "round"),
        "ring": ("filled",),
        "switch": ("pill", "fat"),
        "card": ("fill", "both"),
        "tabs": ("pills", "segments"),
        "select": ("chevron",),
    },
}
HELD_OUT = ("brutal", "fluent", "civic", "pill")
TRAINED = tuple(name for name in FAMILIES if name not in HELD_OUT)


@dataclass(frozen=True, slots=True)
class Style:
    """One page's look: what was drawn of each token, and its colours."""

    family: str
    tokens: dict[str, object]
    colours: dict[str, str]
    sheet: str

    def is_dark(self) -> bool:
        return bool(self.tokens["dark"])

    def number(self, name: str) -> float:
        value = self.tokens[name]
        assert isinstance(value, (int, float))
        return float(value)


def draw_style(rng: random.Random, family: str) -> Style:
    choices = ANY | FAMILIES[family]
    tokens: dict[str, object] = {name: rng.choice(options) for name, options in choices.items()}
    colours = draw_colours(rng, bool(tokens["dark"]))
    tokens["box_size"] = (
        rng.choice((12, 13, 13, 14, 15, 16, 16, 18, 20, 22, 24))
        if tokens["box"] != "large"
        else rng.choice((28, 32, 40))
    )
    tokens["ring_size"] = (
        rng.choice((12, 13, 14, 15, 16, 16, 18, 20, 22)) if tokens["ring"] != "large" else rng.choice((28, 32, 40))
    )
    tokens["switch_height"] = rng.choice((12, 14, 16, 18, 20, 22, 24, 26, 31))
    tokens["leading"] = rng.choice((1.2, 1.3, 1.4, 1.5, 1.5, 1.6, 1.75))
    return Style(family, tokens, colours, sheet(rng, tokens, colours))


def draw_colours(rng: random.Random, dark: bool) -> dict[str, str]:
    hue, tint = rng.randrange(360), rng.choice((0, 0, 6, 12, 20))
    accent = rng.choice((hue, rng.randrange(360), 212, 220, 255, 150))

    def grey(lightness: int) -> str:
        return f"hsl({hue},{tint}%,{lightness}%)"

    if dark:
        base = rng.choice((6, 8, 10, 12, 15, 18))
        contrast = rng.choice((4, 6, 8))
        return {
            "page": grey(base), "surface": grey(base + rng.choice((0, contrast))), "ink": grey(rng.choice((80, 88, 94, 98))), "muted": grey(rng.choice((50, 58, 65))),
            "line": grey(base + rng.choice((10, 14, 20, 30))), "field": grey(base + rng.choice((0, 2, 4, contrast + 3, contrast + 6))), "hint": grey(rng.choice((38, 45, 52))),
            "accent": f"hsl({accent},{rng.choice((45, 65, 85))}%,{rng.choice((45, 55, 62, 70))}%)", "on_accent": rng.choice(("#fff", "#fff", "#0b0b0b")), "knob": rng.choice(("#fff", "#ddd", grey(80))),
            "soft": grey(base + contrast + 5), "off": grey(rng.choice((28, 34, 42))), "bar": rng.choice((grey(base), grey(base + 4), grey(max(0, base - 4)))), "bar_ink": grey(88),
            "good": "hsl(150,50%,48%)", "bad": "hsl(355,70%,60%)", "warn": "hsl(40,85%,55%)",
        }  # fmt: skip
    page = rng.choice((100, 100, 99, 97, 96, 94, 91))
    bar = rng.choice(("#fff", "#fff", grey(97), grey(16), grey(24), f"hsl({accent},60%,40%)", f"hsl({accent},45%,22%)"))
    return {
        "page": grey(page), "surface": rng.choice(("#fff", "#fff", grey(page))), "ink": grey(rng.choice((5, 12, 18, 25, 32))), "muted": grey(rng.choice((38, 45, 52, 58))),
        "line": grey(rng.choice((60, 72, 80, 84, 87, 90, 92))), "field": rng.choice(("#fff", "#fff", grey(98), grey(96), grey(93))), "hint": grey(rng.choice((52, 58, 65, 72))),
        "accent": f"hsl({accent},{rng.choice((40, 60, 75, 90))}%,{rng.choice((30, 38, 45, 50, 56))}%)", "on_accent": "#fff", "knob": rng.choice(("#fff", "#fff", "#fff", grey(98))),
        "soft": grey(rng.choice((90, 93, 95))), "off": grey(rng.choice((60, 70, 78, 85))), "bar": bar, "bar_ink": "#fff" if bar not in ("#fff", grey(97)) else grey(20),
        "good": "hsl(150,60%,35%)", "bad": "hsl(355,70%,48%)", "warn": "hsl(38,90%,45%)",
    }  # fmt: skip


def sheet(rng: random.Random, t: dict[str, object], c: dict[str, str]) -> str:
    """The style sheet of the tokens `t` in the colours `c`."""
    accent, on_accent, line, surface, soft, bad, good, _warn, ink, muted = (
        c[name] for name in ("accent", "on_accent", "line", "surface", "soft", "bad", "good", "warn", "ink", "muted")
    )
    size, height, thick = float(str(t["size"])), float(str(t["control"])), t["line_width"]
    height = max(height, size * 1.55)
    radius = min(float(str(t["radius"])), height / 2)
    card_radius = min(float(str(t["radius"])) * rng.choice((1, 1, 1.5)), 28)
    side = rng.choice((6, 8, 10, 12, 14, 16))
    shadow = rng.choice(
        (
            "0 1px 2px rgba(0,0,0,.15)",
            "0 1px 4px rgba(0,0,0,.2)",
            "0 2px 8px rgba(0,0,0,.12)",
            "0 4px 20px rgba(0,0,0,.12)",
            "0 0 1px rgba(0,0,0,.4),0 2px 6px rgba(0,0,0,.1)",
        )
    )
    edge = f"{thick}px solid {c['line']}"
    strong = f"{thick}px solid {rng.choice((c['line'], c['muted'], c['muted']))}"
    parts = [
        f"*{{box-sizing:border-box}}html,body{{margin:0;height:100%}}body{{font:{size}px/{t['leading']} '{t['font']}',sans-serif;background:{c['page']};color:{c['ink']};overflow:hidden;"
        f"-webkit-font-smoothing:antialiased;color-scheme:{'dark' if t['dark'] else 'light'};accent-color:{rng.choice(('auto', c['accent']))}}}",
        "button,input,select,textarea{font:inherit;color:inherit;margin:0}p,h1,h2,h3,h4,ul,table{margin:0;padding:0}ul{list-style:none}a{color:inherit;text-decoration:none}svg.i{display:inline-block;vertical-align:-.15em;flex:none}",
        f"h1{{font-size:{rng.choice((1.5, 1.8, 2.2, 2.8))}em}}h2{{font-size:{rng.choice((1.2, 1.35, 1.6))}em}}h3{{font-size:{rng.choice((1, 1.1, 1.2))}em}}h1,h2,h3{{font-weight:{rng.choice((t['bold'], 600, 700))};line-height:1.25}}",
        f".muted{{color:{c['muted']}}}.small{{font-size:{rng.choice((0.75, 0.8, 0.875))}em}}.strong{{font-weight:{rng.choice((600, 700))}}}.link{{color:{c['accent']};{rng.choice(('', 'text-decoration:underline'))}}}.accent{{color:{c['accent']}}}.good{{color:{c['good']}}}.bad{{color:{c['bad']}}}",
        f".card{{border-radius:{card_radius}px;padding:{rng.choice((10, 12, 16, 20, 24))}px;{card(rng, t, c, edge, shadow)}}}",
        f".btn{{display:inline-flex;align-items:center;justify-content:center;gap:.45em;height:{height}px;padding:0 {side * rng.choice((1, 1.3, 1.6))}px;border-radius:{radius}px;cursor:pointer;white-space:nowrap;font-weight:{t['bold']};"
        f"text-transform:{t['case']};border:{edge};background:{c['surface']};color:{c['ink']};line-height:1.2;{rng.choice(('', 'letter-spacing:.04em')) if t['case'] != 'none' else ''}}}",
        *buttons(rng, t, c, edge, shadow, radius),
        f".btn.square{{width:{height}px;padding:0}}.btn.small{{height:{max(20, height * 0.78):.0f}px;padding:0 {side * 0.7}px}}.btn.large{{height:{height * 1.25:.0f}px;padding:0 {side * 2}px;font-size:1.1em}}.btn.wide{{width:100%}}.btn.off{{opacity:{rng.choice((0.4, 0.55, 0.65))}}}.btn.round{{border-radius:99px}}",
        f".field{{display:flex;align-items:center;gap:.5em;width:100%;height:{height}px;padding:0 {side}px;border-radius:{radius}px;{field(rng, t, c, strong, shadow, radius)}outline:0;min-width:0}}",
        f"textarea.field{{height:auto;padding:{max(4, height / 5):.0f}px {side}px;resize:{rng.choice(('none', 'vertical', 'both'))};line-height:1.4;display:block;border-radius:{min(radius, 14)}px}}",
        f".field input{{border:0;background:none;outline:0;flex:1;min-width:0;height:100%;padding:0}}.field::placeholder,.field input::placeholder{{color:{c['hint']};opacity:1}}.field.hint{{color:{c['hint']}}}",
        f".field.focus{{{rng.choice((f'box-shadow:0 0 0 3px color-mix(in srgb,{accent} 30%,transparent);border-color:{accent}', f'border-color:{accent}', f'outline:2px solid {accent}'))}}}.field.error{{border-color:{c['bad']}}}.field.off{{opacity:.6;background-color:{c['soft']}}}.field.ro{{background-color:{c['soft']};color:{c['muted']}}}",
        select(rng, t, c, side),
        box(rng, t, c),
        ring(rng, t, c),
        switch(rng, t, c),
        f".badge{{display:inline-block;padding:{rng.choice((0, 1, 2))}px {rng.choice((5, 7, 9))}px;border-radius:{rng.choice((2, 4, 99))}px;{rng.choice((f'background:{soft};color:{ink}', f'background:{good};color:#fff', f'background:{bad};color:#fff', f'border:1px solid {line}', f'background:color-mix(in srgb,{good} 18%,{surface});color:{good}'))};font-size:.8em;line-height:1.5;white-space:nowrap}}"
        f".badge.solid{{background:{c['accent']};color:{c['on_accent']}}}",
        f"table{{border-collapse:collapse;width:100%}}td,th{{padding:{rng.choice((3, 5, 7, 9, 12))}px {rng.choice((6, 8, 12))}px;text-align:left;{rng.choice(('', f'border-bottom:1px solid {line}', f'border-bottom:1px solid {line}', f'border:1px solid {line}'))};white-space:nowrap}}"
        f"th{{font-weight:600;{rng.choice(('', f'background:{soft}', f'color:{muted};font-size:.85em', 'text-transform:uppercase;font-size:.75em'))}}}" + rng.choice(("", f"tbody tr:nth-child(odd){{background:{c['soft']}}}")),
        f".bar{{background:{c['bar']};color:{c['bar_ink']}}}.rule{{border:0;border-top:1px solid {c['line']};margin:0;width:100%}}.track{{height:{rng.choice((4, 6, 8, 14))}px;border-radius:{rng.choice((0, 99))}px;background:{c['soft']};overflow:hidden}}.track i{{display:block;height:100%;background:{c['accent']}}}",
        f".menuitem{{display:flex;align-items:center;gap:{rng.choice((6, 8, 10, 12))}px;padding:{rng.choice((4, 6, 8, 10))}px {rng.choice((6, 10, 14))}px;border-radius:{rng.choice((0, radius))}px;white-space:nowrap}}.menuitem.on{{{rng.choice((f'background:{accent};color:{on_accent}', f'background:color-mix(in srgb,{accent} 15%,transparent);color:{accent}', f'color:{accent};font-weight:600', f'border-left:3px solid {accent}'))}}}",
        tabs(rng, t, c, edge, radius),
        f".pager{{display:flex;gap:{rng.choice((0, 2, 4, 8))}px;align-items:center}}.page{{display:inline-flex;align-items:center;justify-content:center;min-width:{rng.choice((24, 28, 32, 36))}px;height:{rng.choice((24, 28, 32, 36))}px;padding:0 6px;border-radius:{radius}px;{rng.choice(('', f'border:{edge}', f'border:{edge};background:{surface}', f'background:{soft}'))}}}"
        f".page.on{{{rng.choice((f'background:{accent};color:{on_accent};border-color:{accent}', f'border:1px solid {accent};color:{accent}'))}}}",
        f".chip{{display:inline-flex;align-items:center;gap:5px;padding:{rng.choice((2, 4, 6))}px {rng.choice((8, 10, 14))}px;border-radius:{rng.choice((4, 99, 99))}px;{rng.choice((f'border:{edge}', f'background:{soft}'))};white-space:nowrap}}",
        f".alert{{padding:10px 14px;border-radius:{card_radius}px;border:1px solid {c['line']};background:color-mix(in srgb,{rng.choice((c['good'], c['bad'], c['warn'], c['accent']))} 14%,{c['surface']})}}",
        f"pre{{margin:0;padding:10px 12px;background:{rng.choice((c['soft'], '#1e222a'))};color:{rng.choice(('#9cdcfe', '#e06c75')) if rng.random() < 0 else c['ink']};border-radius:{card_radius}px;font:0.87em/1.5 'DejaVu Sans Mono',monospace;overflow:hidden}}"
        f"kbd,code{{font-family:'DejaVu Sans Mono',monospace;font-size:.87em}}.tile{{border-radius:{card_radius}px;border:{edge};background:{c['surface']}}}",
        f".row{{display:flex;align-items:center;gap:{t['gap']}px}}.wrap{{flex-wrap:wrap}}.col{{display:flex;flex-direction:column;gap:{t['gap']}px;min-width:0}}.tight{{gap:{rng.choice((3, 5, 7))}px}}.grow{{flex:1;min-width:0}}.between{{justify-content:space-between}}.cut{{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}}",
        ".choice{display:flex;align-items:center;gap:8px}.choice.top{align-items:flex-start}.middle{vertical-align:middle}img{display:block;object-fit:cover}.over{position:absolute}",
        f".veil{{position:absolute;inset:0;background:rgba(0,0,0,{rng.choice((0.3, 0.5, 0.6))})}}.dialog{{position:absolute;background:{c['surface']};border-radius:{card_radius}px;box-shadow:0 8px 40px rgba(0,0,0,.35);padding:20px;{rng.choice(('', f'border:{edge}'))}}}.pop{{position:absolute;background:{c['surface']};border:{edge};border-radius:{card_radius}px;box-shadow:0 4px 16px rgba(0,0,0,.2);padding:6px}}",
    ]  # fmt: skip
    return "\n".join(parts)


def card(rng: random.Random, t: dict[str, object], c: dict[str, str], edge: str, shadow: str) -> str:
    return {
        "line": f"background:{c['surface']};border:{edge}",
        "shadow": f"background:{c['surface']};box-shadow:{shadow}",
        "fill": f"background:{c['soft']}",
        "both": f"background:{c['surface']};border:{edge};box-shadow:{shadow}",
        "hard": f"background:{c['surface']};border:{t['line_width']}px solid {c['ink']};box-shadow:6px 6px 0 {c['ink']}",
        "none": "padding-left:0;padding-right:0",
    }[str(t["card"])]


def buttons(
    rng: random.Random, t: dict[str, object], c: dict[str, str], edge: str, shadow: str, radius: float
) -> list[str]:
    """`.main` is the action asked for, `.second` the other one, `.quiet` a text button, `.danger` what destroys."""
    tinted = (
        f"background:color-mix(in srgb,{c['accent']} 16%,{c['surface']});color:{c['accent']};border-color:transparent"
    )
    solid = f"background:{c['accent']};color:{c['on_accent']};border-color:{c['accent']}"
    look = str(t["button"])
    main = {
        "solid": solid,
        "outline": f"background:none;color:{c['accent']};border-color:{c['accent']}",
        "soft": tinted,
        "gradient": f"{solid};background:linear-gradient({rng.choice(('#fff4', '#fff3', '#0000'))},#0003) {c['accent']}",
        "raised": f"{solid};border:0;box-shadow:{shadow}",
        "bevel": f"background:linear-gradient({c['surface']},{c['soft']});border:1px solid {c['muted']};box-shadow:inset 0 1px 0 #fff6",
        "grey": f"background:{c['soft']};border:1px solid {c['muted']}",
        "hard": f"background:{c['accent']};color:{c['on_accent']};border:{t['line_width']}px solid {c['ink']};box-shadow:3px 3px 0 {c['ink']}",
        "fluent": f"background:{c['surface']};border:1px solid {c['line']};border-bottom-color:{c['muted']}",
        "ledge": f"background:{c['good']};color:#fff;border:0;box-shadow:0 2px 0 #002d18",
        "round": f"{solid};border-radius:99px",
        "native": "",
    }[look]
    second = {
        "hard": f"background:{c['surface']};border:{t['line_width']}px solid {c['ink']};box-shadow:3px 3px 0 {c['ink']}",
        "ledge": f"background:{c['soft']};border:0;box-shadow:0 2px 0 {c['muted']}",
        "round": f"background:{rng.choice((c['surface'], c['soft']))};border-radius:99px",
        "bevel": f"background:linear-gradient({c['surface']},{c['soft']});border:1px solid {c['muted']}",
        "native": "",
    }.get(look) or rng.choice((f"background:{c['surface']}", f"background:{c['soft']};border-color:transparent", "background:transparent", tinted, f"background:{c['muted']};color:{c['page']};border-color:transparent"))  # fmt: skip
    rules = [
        f".btn.main{{{main}}}.btn.second{{{second}}}.btn.quiet{{background:none;border-color:transparent;box-shadow:none;color:{c['accent']}}}",
        f".btn.danger{{{main};"
        + (
            f"background:{c['bad']};color:#fff;border-color:{c['bad']}}}"
            if rng.random() < 0.6
            else f"color:{c['bad']};background:none;border:1px solid {c['bad']}}}"
        ),
        f".btn.good{{background:{c['good']};color:#fff;border-color:{c['good']}}}.btn.warn{{background:{c['warn']};color:#222;border-color:{c['warn']}}}.btn.dark{{background:{c['ink']};color:{c['page']};border-color:{c['ink']}}}",
        f".btn.hover{{filter:brightness({rng.choice((0.85, 0.92, 1.1))})}}.btn.focus{{outline:2px solid {c['accent']};outline-offset:{rng.choice((0, 1, 2))}px}}",
    ]
    if look == "native":
        rules = [".btn{all:revert;font:inherit;box-sizing:border-box;white-space:nowrap}.btn.quiet{}"]
    return rules


def field(rng: random.Random, t: dict[str, object], c: dict[str, str], strong: str, shadow: str, radius: float) -> str:
    return {
        "boxed": f"background:{c['field']};border:{strong};",
        "outlined_label": f"background:{c['field']};border:{strong};",
        "filled": f"background:{c['soft']};border:1px solid {c['soft']};",
        "faint": f"background:{c['field']};border:1px solid {c['soft']};",
        "underlined": f"background:none;border:0;border-bottom:{strong};border-radius:0;padding-left:{rng.choice((0, 2, 6))}px;",
        "filled_line": f"background:{c['soft']};border:0;border-bottom:{strong};border-radius:{min(radius, 4)}px {min(radius, 4)}px 0 0;",
        "inset": f"background:{c['field']};border:{strong};box-shadow:inset 0 1px 3px rgba(0,0,0,.2);",
        "pill": f"background:{rng.choice((c['field'], c['soft']))};border:{strong};border-radius:99px;",
        "soft": f"background:{c['field']};border:1px solid transparent;box-shadow:{shadow};",
        "hard": f"background:{c['field']};border:{t['line_width']}px solid {c['ink']};{rng.choice(('', 'box-shadow:3px 3px 0 currentColor;'))}",
        "fluent": f"background:{c['field']};border:1px solid {c['line']};border-bottom:{rng.choice((1, 2))}px solid {c['muted']};",
        "heavy": f"background:{c['field']};border:2px solid {c['ink']};border-radius:0;",
        "native": "all:revert;font:inherit;box-sizing:border-box;width:100%;",
    }[str(t["field"])]


def arrow(colour: str, shape: str, stroke: float = 1.5) -> str:
    path = {
        "chevron": "M2 4l4 4 4-4",
        "thin": "M1 4l5 4 5-4",
        "caret": "M2 4h8l-4 5z",
        "small": "M3 4.500h6l-3 3.500z",
        "updown": "M3 5l3-3 3 3M3 7l3 3 3-3",
        "pair": "M3 5l3-4 3 4zM3 7l3 4 3-4z",
        "wide": "M1 4l5 5 5-5",
        "round": "M2.500 5l3.500 3 3.500-3",
    }[shape]
    is_filled = shape in ("caret", "small", "pair")
    paint = (
        f"fill='{colour}'"
        if is_filled
        else f"fill='none' stroke='{colour}' stroke-width='{stroke:.3f}' stroke-linecap='round'"
    )
    return f"url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 12 12'%3E%3Cpath d='{path}' {paint}/%3E%3C/svg%3E\")".replace(
        "#", "%23"
    )


def select(rng: random.Random, t: dict[str, object], c: dict[str, str], side: float) -> str:
    look = str(t["select"])
    if look == "native":
        return "select.field{appearance:auto;padding:0 4px}div.select{}" + combo(rng, c, side)
    shapes = {"chevron": ("chevron", "wide", "thin", "round"), "caret": ("caret", "small"), "split": ("caret",), "updown": ("updown", "pair")}  # fmt: skip
    shape = rng.choice(shapes[look])
    size = rng.choice((6, 8, 10, 12, 14, 16))
    colour = rng.choice((c["ink"], c["muted"], c["muted"], c["hint"], c["accent"]))
    right = rng.choice((6, 8, 10, 12, 16))
    split = f"border-right:{size + 2 * right}px solid {c['soft']};" if look == "split" and rng.random() < 0 else ""
    image = arrow(colour, shape, rng.choice((0.9, 1.2, 1.5, 2)))
    back = f"background-image:{image};background-repeat:no-repeat;background-position:right {right}px center;background-size:{size}px;"
    if look == "split":
        back = f"background-image:{image},linear-gradient({c['line']},{c['line']}),linear-gradient({c['soft']},{c['soft']});background-repeat:no-repeat;background-position:right {right}px center,right {size + 2 * right}px top,right top;background-size:{size}px,1px 100%,{size + 2 * right}px 100%;"
    return f"select.field{{appearance:none;{split}{back}padding-right:{size + right * 2 + 4}px}}" + combo(rng, c, side)


def combo(rng: random.Random, c: dict[str, str], side: float) -> str:
    return "div.field>span{flex:1;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}div.field>svg{margin-left:auto}"


def box(rng: random.Random, t: dict[str, object], c: dict[str, str]) -> str:
    size = t["box_size"]
    look = str(t["box"])
    tick = f"url(\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M3 8l3.500 4L13 4' fill='none' stroke='{'COLOUR'}' stroke-width='{rng.choice((1.5, 2, 2.5))}'/%3E%3C/svg%3E\")"
    on = tick.replace("COLOUR", c["on_accent"]).replace("#", "%23")
    ink = tick.replace("COLOUR", rng.choice((c["ink"], c["accent"]))).replace("#", "%23")
    if look == "native":
        zoom = "" if rng.random() < 0.6 else f"width:{size}px;height:{size}px"
        return f".check{{margin:0;flex:none;{zoom}}}"
    rule = {
        "square": f"border:1px solid {rng.choice((c['line'], c['muted'], c['muted']))};background:{c['field']};border-radius:{rng.choice((0, 1, 2, 3))}px",
        "filled": f"border:{rng.choice((1, 1.5, 2))}px solid {rng.choice((c['line'], c['muted']))};background:{c['field']};border-radius:{rng.choice((2, 3, 4, 5))}px",
        "thick": f"border:2px solid {c['muted']};background:none;border-radius:{rng.choice((0, 2, 3))}px",
        "soft": f"border:1px solid {c['soft']};background:{c['soft']};border-radius:{rng.choice((3, 5, 6))}px",
        "inset": f"border:1px inset {c['muted']};background:{c['field']};box-shadow:inset 1px 1px 2px #0005",
        "hard": f"border:{t['line_width']}px solid {c['ink']};background:{c['field']}",
        "large": f"border:2px solid {c['ink']};background:{c['field']}",
        "round": f"border:1px solid {c['muted']};background:{c['field']};border-radius:50%",
    }[look]
    checked = (
        f"background:{c['accent']} {on} center/86% no-repeat;border-color:{c['accent']}"
        if look in ("filled", "thick", "soft", "round") or rng.random() < 0.4
        else f"background-image:{ink};background-size:86%;background-position:center;background-repeat:no-repeat"
    )
    return f".check{{appearance:none;margin:0;flex:none;display:inline-block;width:{size}px;height:{size}px;{rule}}}.check.on{{{checked}}}.check.some{{background:linear-gradient({c['on_accent']},{c['on_accent']}) center/60% 2px no-repeat {c['accent']};border-color:{c['accent']}}}.check.dis{{opacity:.5}}"


def ring(rng: random.Random, t: dict[str, object], c: dict[str, str]) -> str:
    size = float(str(t["ring_size"]))
    look = str(t["ring"])
    if look == "native":
        return f".radio{{margin:0;flex:none;{'' if rng.random() < 0.6 else f'width:{size}px;height:{size}px'}}}"
    border = {"dot": rng.choice((1, 1, 1.5, 2)), "filled": 1, "thick": 2, "inset": 1, "large": 2}[look]
    colour = c["ink"] if look == "large" else rng.choice((c["line"], c["muted"], c["muted"]))
    on = {
        "dot": f"border-color:{c['accent']};background:radial-gradient(circle,{c['accent']} {rng.choice((40, 45, 50))}%,{c['field']} {rng.choice((52, 55))}%)",
        "filled": f"border-color:{c['accent']};background:radial-gradient(circle,{c['on_accent']} {rng.choice((28, 35, 42))}%,{c['accent']} {rng.choice((44, 48))}%)",
        "thick": f"border:{size * 0.3:.1f}px solid {c['accent']}",
        "inset": f"background:radial-gradient(circle,{c['ink']} 35%,{c['field']} 42%)",
        "large": f"background:radial-gradient(circle,{c['ink']} 45%,{c['field']} 47%)",
    }[look]
    return f".radio{{appearance:none;margin:0;flex:none;display:inline-block;width:{size}px;height:{size}px;border-radius:50%;border:{border}px solid {colour};background:{c['field']}}}.radio.on{{{on}}}.radio.dis{{opacity:.5}}"


def switch(rng: random.Random, t: dict[str, object], c: dict[str, str]) -> str:
    h, look = float(str(t["switch_height"])), str(t["switch"])
    w = h * rng.choice((1.6, 1.75, 1.9, 2, 2.2))
    pad = {
        "pill": rng.choice((2, 2, 3)),
        "ios": 2,
        "thin": 0,
        "outline": rng.choice((2, 3)),
        "square": 2,
        "words": 3,
        "hard": 0,
        "fat": 4,
    }[look]
    border = {
        "outline": rng.choice((1, 1.5, 2)),
        "square": rng.choice((0, 1)),
        "hard": float(str(t["line_width"])),
    }.get(look, 0)
    if look == "words":
        h, w = max(h, 20), max(h, 20) * 2.4
    knob = h - 2 * pad - 2 * border
    if look == "outline":
        knob *= rng.choice((0.8, 1))
    round_track = 0 if look in ("square", "hard") else 99
    shade = rng.choice(("", "box-shadow:0 1px 3px rgba(0,0,0,.4)"))
    off_ground = c["field"] if look in ("outline", "hard") else c["off"]
    edge = {"outline": c["muted"], "hard": c["ink"]}.get(look, c["off"])
    off_knob = c["muted"] if look == "outline" else c["ink"] if look == "hard" else c["knob"]
    top = (h - 2 * border - knob) / 2
    left = max(pad, 0) if look != "thin" else 0
    extra = (
        f".switch::before{{content:'OFF';position:absolute;right:5px;top:0;font-size:{h * 0.42:.0f}px;line-height:{h}px;color:{c['ink']}}}.switch.on::before{{content:'ON';left:6px;right:auto;color:{c['on_accent']}}}"
        if look == "words"
        else ""
    )
    return (
        f".switch{{position:relative;display:inline-block;flex:none;width:{w:.1f}px;height:{h}px;border-radius:{round_track}px;background:{off_ground};border:{border}px solid {edge}}}"
        f".switch::after{{content:'';position:absolute;top:{top:.1f}px;left:{left}px;width:{knob:.1f}px;height:{knob:.1f}px;border-radius:{rng.choice((0, 2)) if not round_track else '50%'};background:{off_knob};{shade}}}"
        f".switch.on{{background:{c['accent']};border-color:{c['ink'] if look == 'hard' else c['accent']}}}.switch.on::after{{left:auto;right:{left}px;background:{c['on_accent'] if look in ('outline', 'hard') else c['knob']}}}.switch.dis{{opacity:.5}}" + extra
    )  # fmt: skip


def tabs(rng: random.Random, t: dict[str, object], c: dict[str, str], edge: str, radius: float) -> str:
    r = min(radius, 10)
    base = f".tab{{display:inline-flex;align-items:center;gap:6px;padding:{rng.choice((4, 6, 8, 10))}px {rng.choice((10, 14, 18))}px;white-space:nowrap;color:{rng.choice((c['ink'], c['muted']))}}}"
    return (
        base
        + {
            "line": f".tabs{{display:flex;border-bottom:{edge};gap:{rng.choice((0, 8, 16))}px}}.tab.on{{border-bottom:2px solid {c['accent']};color:{c['accent']}}}",
            "framed": f".tabs{{display:flex;border-bottom:1px solid {c['line']}}}.tab{{border:1px solid transparent;border-bottom:0;margin-bottom:-1px}}.tab.on{{border:1px solid {c['line']};border-bottom:1px solid {c['page']};background:{c['page']};border-radius:{r}px {r}px 0 0}}",
            "pills": f".tabs{{display:flex;gap:6px}}.tab{{border-radius:{radius}px}}.tab.on{{background:{c['accent']};color:{c['on_accent']}}}",
            "segments": f".tabs{{display:inline-flex;background:{c['soft']};border-radius:{radius}px;padding:{rng.choice((0, 2, 4))}px}}.tab{{border-radius:{radius}px}}.tab.on{{background:{c['surface']};box-shadow:0 1px 3px rgba(0,0,0,.2)}}",
        }[str(t["tabs"])]
    )
