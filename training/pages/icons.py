# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Icons: ours, drawn here, and whole sets from npm (`python -m training.fetch`) where they have been fetched.

Third-party sets are fetched at render time and never stored in the repository: Bootstrap Icons (MIT), Lucide (ISC), Feather
(MIT), Material Design Icons (Apache-2.0); drawings: Twemoji (CC-BY 4.0), flag-icons (MIT).
"""

import functools
import random
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

FETCHED = Path(__file__).resolve().parent.parent / ".work" / "npm" / "node_modules"
SETS = {
    "bootstrap": "bootstrap-icons/icons",
    "lucide": "lucide-static/icons",
    "feather": "feather-icons/dist/icons",
    "material": "@mdi/svg/svg",
}

DRAWINGS = ("@twemoji/svg/*.svg", "flag-icons/flags/4x3/*.svg")
BRANDS = ("facebook", "twitter-x", "github", "telegram", "instagram", "youtube", "linkedin", "whatsapp", "google", "apple")  # fmt: skip

# 24x24, drawn with a stroke of the current colour.
OWN = {
    "search": '<circle cx="11" cy="11" r="7"/><path d="M16 16l5 5"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "check": '<path d="M4 12l5 6L20 6"/>',
    "menu": '<path d="M3 6h18M3 12h18M3 18h18"/>',
    "dots": '<circle cx="12" cy="5" r="1.4"/><circle cx="12" cy="12" r="1.4"/><circle cx="12" cy="19" r="1.4"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4 21c0-5 4-7 8-7s8 2 8 7"/>',
    "home": '<path d="M3 11l9-8 9 8v10h-6v-6H9v6H3z"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3 7l9 7 9-7"/>',
    "heart": '<path d="M12 20S3 14 3 8a4.5 4.5 0 0 1 9-1 4.5 4.5 0 0 1 9 1c0 6-9 12-9 12z"/>',
    "star": '<path d="M12 3l2.7 6 6.3.6-4.8 4.2 1.5 6.4L12 16.8 6.300 20.200l1.500-6.400L3 9.600 9.300 9z"/>',
    "bell": '<path d="M6 16V10a6 6 0 0 1 12 0v6l2 2H4zM10 21h4"/>',
    "cart": '<path d="M2 3h3l3 12h10l3-9H6"/><circle cx="9" cy="19.500" r="1.500"/><circle cx="17" cy="19.500" r="1.500"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V7a4 4 0 0 1 8 0v4"/>',
    "folder": '<path d="M3 6h6l2 3h10v10H3z"/>',
    "file": '<path d="M6 3h8l5 5v13H6zM14 3v5h5"/>',
    "trash": '<path d="M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14"/>',
    "pen": '<path d="M4 20l1-5L16 4l4 4L9 19z"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l4 2"/>',
    "calendar": '<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 3v4M16 3v4"/>',
    "chart": '<path d="M4 20V10M10 20V4M16 20v-7M21 20H3"/>',
    "gear": '<circle cx="12" cy="12" r="3.200"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.200 2.200M16.200 16.200l2.200 2.200M5.600 18.400l2.200-2.200M16.200 7.800l2.200-2.200"/>',
    "left": '<path d="M15 5l-7 7 7 7"/>',
    "right": '<path d="M9 5l7 7-7 7"/>',
    "down": '<path d="M5 9l7 7 7-7"/>',
    "up": '<path d="M5 16l7-7 7 7"/>',
    "arrow": '<path d="M4 12h16M13 5l7 7-7 7"/>',
    "play": '<path d="M7 4l13 8-13 8z"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.500"/>',
    "warning": '<path d="M12 3l10 18H2zM12 10v5M12 18v.300"/>',
    "phone": '<path d="M5 3h4l2 5-3 2a12 12 0 0 0 6 6l2-3 5 2v4c-9 2-18-7-16-16z"/>',
    "tag": '<path d="M3 3h9l9 9-9 9-9-9z"/><circle cx="8" cy="8" r="1.500"/>',
    "eye": '<path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7z"/><circle cx="12" cy="12" r="3"/>',
}


@dataclass(frozen=True, slots=True)
class IconSet:
    """One page's icons. `weight` is the stroke of the drawn ones."""

    name: str
    weight: float

    def draw(
        self,
        rng: random.Random,
        size: float,
        names: tuple[str, ...] = (),
        colour: str = "currentColor",
        kind: str = "icon",
    ) -> str:
        """An inline svg of `size` CSS pixels: one of `names` (ours) where given, anything of the set otherwise."""
        mark = f'data-k="{kind}" ' if kind else ""
        if self.name != "own" and not (names and (len(names) == 1 or rng.random() < 0.5)):
            path = rng.choice(files_of(self.name))
            return dressed(path.read_text(encoding="utf-8"), size, colour, mark)
        body = OWN[rng.choice(names or tuple(OWN))]
        fill = colour if self.weight == 0 else "none"
        weight = self.weight or 1.6
        return (
            f'<svg {mark}class="i" style="width:{size}px;height:{size}px;color:{colour}" viewBox="0 0 24 24" fill="{fill}" stroke="currentColor" '
            f'stroke-width="{weight}" stroke-linecap="round" stroke-linejoin="round">{body}</svg>'
        )


def choose_set(rng: random.Random, own_only: bool = False) -> IconSet:
    available = [name for name, folder in SETS.items() if (FETCHED / folder).is_dir()]
    name = "own" if own_only or not available or rng.random() < 0.15 else rng.choice(available)
    return IconSet(name, rng.choice((0, 1.2, 1.6, 2, 2.5)))


@functools.cache
def drawings() -> tuple[tuple[Path, ...], ...]:
    """Small coloured drawings and flags, each set sorted."""
    found = (tuple(sorted(FETCHED.glob(pattern))) for pattern in DRAWINGS)
    return tuple(files for files in found if files)


def drawing(rng: random.Random) -> str:
    """The address of a coloured drawing."""
    return "data:image/svg+xml," + quote(rng.choice(rng.choice(drawings())).read_text(encoding="utf-8"))


def brand(rng: random.Random, size: float, colour: str = "currentColor") -> str:
    """The mark of a well-known service as an icon, or a star of ours."""
    path = FETCHED / SETS["bootstrap"] / f"{rng.choice(BRANDS)}.svg"
    return dressed(path.read_text(encoding="utf-8"), size, colour, 'data-k="icon" ') if path.is_file() else star(size, colour)  # fmt: skip


def star(size: float, colour: str, is_filled: bool = True) -> str:
    shape = "M12 1.800l3.100 6.700 7.300.9-5.400 5 1.400 7.200-6.400-3.600-6.400 3.600 1.400-7.200-5.400-5 7.300-.9z"
    paint = f'fill="{colour}"' if is_filled else f'fill="none" stroke="{colour}" stroke-width="1.500"'
    return f'<svg data-k="icon" class="i" style="width:{size}px;height:{size}px" viewBox="0 0 24 24"><path d="{shape}" {paint}/></svg>'


@functools.cache
def files_of(name: str) -> tuple[Path, ...]:
    return tuple(sorted((FETCHED / SETS[name]).glob("*.svg")))


def dressed(svg: str, size: float, colour: str, mark: str) -> str:
    """A set's file as an inline svg of our size and colour."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    opening = re.search(r"<svg[^>]*>", svg)
    assert opening is not None
    kept = re.sub(r'\s(width|height|class|id|style)="[^"]*"', "", opening.group(0))
    if "fill=" not in kept:
        kept = kept.replace("<svg", '<svg fill="currentColor"', 1)
    new = kept.replace("<svg", f'<svg {mark}class="i" style="width:{size}px;height:{size}px;color:{colour}"', 1)
    return svg.replace(opening.group(0), new).strip()
