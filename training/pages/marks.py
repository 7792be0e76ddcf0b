# ruff: noqa: E501 - lists and drawings are easier to read in whole pieces.
"""Small marks as real screens have them: file types, brands, languages, flags, coins, coloured and plain symbols.

Whole collections in Iconify's JSON (`python -m training.fetch`): Flat Color Icons, Fluent, VSCode Icons, Material Icon Theme,
Devicon, Skill Icons, Circle Flags (MIT), SVG Logos, Cryptocurrency Icons (CC0), Firefox OS Emoji (Apache-2.0), Codicons and
Font Awesome (CC BY 4.0), Font Awesome 4 (OFL), Simple Icons (CC0), Open Iconic, Ionicons, Pixelarticons (MIT).
"""

import functools
import json
import random
import re

from training.pages.icons import FETCHED, star

COLOURED = (
    "flat-color-icons", "flat-color-icons", "fluent-color", "vscode-icons", "vscode-icons", "material-icon-theme", "devicon",
    "skill-icons", "circle-flags", "cryptocurrency-color", "fxemoji", "fxemoji",
)  # fmt: skip
PLAIN = ("fluent", "codicon", "fa", "fa6-solid", "simple-icons", "oi", "ion", "pixelarticons", "codicon", "fa")
FILES = ("vscode-icons", "material-icon-theme", "flat-color-icons")
WORD_LOGOS = ("logos",)

# Drawings of check boxes, radio buttons, switches and fields would teach that real ones are icons.
LIKE_A_CONTROL = re.compile(
    "check|radio|toggle|switch|square|record|slider|text-?box|input|form|tick|dropdown|combo|circle(?!-flags)"
)
# From this size on a coloured drawing is a picture (the contract, section 1).
PICTURE_PX = 32

Drawing = tuple[str, float, float]


@functools.cache
def collection(name: str) -> tuple[Drawing, ...]:
    """The drawings of a collection, each with its width and height; none where it has not been fetched."""
    path = FETCHED / "@iconify-json" / name / "icons.json"
    if not path.is_file():
        return ()
    kept = json.loads(path.read_text(encoding="utf-8"))
    width, height = kept.get("width", 16), kept.get("height", 16)
    found = (
        (one["body"], one.get("width", width), one.get("height", height))
        for title, one in kept["icons"].items()
        if not LIKE_A_CONTROL.search(title)
    )
    return tuple(one for one in found if len(one[0]) < 9000)


def mark(
    rng: random.Random, size: float, sets: tuple[str, ...] = COLOURED, colour: str = "", kind: str = "icon"
) -> str:
    """An inline svg `size` CSS pixels high of one of the collections; a large coloured one is an image."""
    name = rng.choice(sets)
    drawings = collection(name)
    kind = "image" if kind == "icon" and size >= PICTURE_PX and name not in PLAIN else kind
    if not drawings:
        return star(size, colour or "#e0a020")
    body, width, height = rng.choice(drawings)
    return inline(rng, body, (width, height), size, colour, kind)


def inline(
    rng: random.Random, body: str, shape: tuple[float, float], size: float, colour: str = "", kind: str = "icon"
) -> str:
    """The drawing with names of its own for gradients and clips: two on a page must not share them."""
    tag = f"m{rng.randrange(10**9)}"
    for name in set(re.findall(r'id="([^"]+)"', body)):
        body = re.sub(rf'(id="|#){re.escape(name)}(?=["\)])', rf"\g<1>{tag}{name}", body)
    width, height = shape
    note = f'data-k="{kind}" ' if kind else ""
    return (
        f'<svg {note}class="i" xmlns:xlink="http://www.w3.org/1999/xlink" style="width:{size * width / height:.1f}px;height:{size}px;flex:none;'
        f'color:{colour or "currentColor"}" viewBox="0 0 {width} {height}">{body}</svg>'
    )


def word_logo(rng: random.Random, height: float) -> str:
    """A maker's name as it draws it: an image, not a text. None of the squares."""
    wide = [one for one in collection("logos") if one[1] > 1.8 * one[2]]
    if not wide:
        return ""
    body, width, tall = rng.choice(wide)
    return inline(rng, body, (width, tall), height, kind="image")


def disc(rng: random.Random, size: float, colour: str) -> str:
    """A state as a small round or square spot: filled, ringed, or with a sign in it."""
    inner = rng.choice(("", "", "", '<path d="M5 8l2.500 3L11 5" fill="none" stroke="#fff" stroke-width="1.600"/>', '<path d="M5 5l6 6M11 5l-6 6" stroke="#fff" stroke-width="1.600"/>', '<path d="M8 4v5M8 11v1.500" stroke="#fff" stroke-width="1.800"/>'))  # fmt: skip
    disc_of = f'<circle cx="8" cy="8" r="7.500" fill="{colour}"/>'
    shape = rng.choice((
        f"{disc_of}{inner}", f"{disc_of}{inner}", disc_of, f'<rect x="1" y="1" width="14" height="14" rx="{rng.choice((0, 2, 4))}" fill="{colour}"/>', f'<path d="M8 1l7 14H1z" fill="{colour}"/>', f'<path d="M8 .500L15.500 8 8 15.500.500 8z" fill="{colour}"/>',
    ))  # fmt: skip
    return f'<svg data-k="icon" class="i" style="width:{size}px;height:{size}px;flex:none" viewBox="0 0 16 16">{shape}</svg>'


def sort_arrow(rng: random.Random, colour: str) -> str:
    """What stands beside a table's head: one triangle, two, or an arrow."""
    size = rng.choice((8, 9, 10, 12, 14))
    shape = rng.choice((f'<path d="M1 6l5-5 5 5z" fill="{colour}"/>', f'<path d="M1 6l5 5 5-5z" fill="{colour}"/>', f'<path d="M2 5l4-4 4 4zM2 7l4 4 4-4z" fill="{colour}"/>', f'<path d="M6 1v10M2.500 4.500L6 1l3.500 3.500" fill="none" stroke="{colour}" stroke-width="1.400"/>', f'<path d="M1 4h10l-5 5z" fill="{colour}"/>'))  # fmt: skip
    return f'<svg data-k="icon" class="i" style="width:{size}px;height:{size}px;flex:none" viewBox="0 0 12 12">{shape}</svg>'


def expander(rng: random.Random, colour: str, is_open: bool) -> str:
    """What opens a branch of a tree: a plus in a box, a triangle, an angle."""
    box = rng.choice((9, 9, 9, 11, 12, 14, 16))
    plus = "" if is_open else '<path d="M6 3v6" stroke="currentColor" stroke-width="1"/>'
    angle = "M2 4l4 4 4-4" if is_open else "M4 2l4 4-4 4"
    shape = rng.choice((
        f'<rect x=".500" y=".500" width="11" height="11" fill="#fff" stroke="{colour}"/><g color="#333"><path d="M3 6h6" stroke="currentColor"/>{plus}</g>',
        f'<path d="{"M1 4h10l-5 6z" if is_open else "M4 1v10l6-5z"}" fill="{colour}"/>', f'<path d="{angle}" fill="none" stroke="{colour}" stroke-width="1.500"/>',
        f'<circle cx="6" cy="6" r="5.500" fill="none" stroke="{colour}"/><g color="{colour}"><path d="M3 6h6" stroke="currentColor"/>{plus}</g>',
    ))  # fmt: skip
    return (
        f'<svg data-k="icon" class="i" style="width:{box}px;height:{box}px;flex:none" viewBox="0 0 12 12">{shape}</svg>'
    )
