"""Lines in a frame, as SVG: small enough to need no library, and readable in a diff."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH, HEIGHT, MARGIN = 420, 240, 60
_COLOURS: Final = ("#0969da", "#bc4c00", "#1a7f37", "#8250df", "#57606a")
_GREY: Final = "#57606a"
_DOTS_AT_MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    points: Sequence[tuple[float, float]]


def chart(panels: Sequence[tuple[str, Sequence[Series]]]) -> str:
    """Panels side by side, each with a title and its lines; axes begin at 0."""
    width, height = WIDTH + 2 * MARGIN, HEIGHT + 2 * MARGIN
    drawn = [
        f'<g transform="translate({number * width + MARGIN},{MARGIN})">{_panel(title, series)}</g>'
        for number, (title, series) in enumerate(panels)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(panels) * width} {height}" font-family="sans-serif" '
        f'font-size="12"><rect width="{len(panels) * width}" height="{height}" fill="white"/>{"".join(drawn)}</svg>\n'
    )


def _panel(title: str, series: Sequence[Series]) -> str:
    right = max((x for one in series for x, _ in one.points), default=0) or 1
    top = _round_up(max((y for one in series for _, y in one.points), default=0) or 1)
    frame = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="{_GREY}"/>'
    named = f'<text x="{WIDTH / 2}" y="{HEIGHT + 40}" text-anchor="middle">{title}</text>'
    across = "".join(
        f'<text x="{WIDTH * part:.0f}" y="{HEIGHT + 18}" text-anchor="middle" fill="{_GREY}">{right * part:.3g}</text>'
        for part in (0, 0.5, 1)
    )
    up = "".join(
        f'<text x="-6" y="{HEIGHT * (1 - part) + 4:.0f}" text-anchor="end" fill="{_GREY}">{top * part:g}</text>'
        for part in (0, 0.5, 1)
    )
    lines = [
        _line([(WIDTH * x / right, HEIGHT * (1 - y / top)) for x, y in one.points], one.name, number)
        for number, one in enumerate(series)
    ]
    return frame + named + across + up + "".join(lines)


def _line(places: Sequence[tuple[float, float]], name: str, number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    few = places if len(places) <= _DOTS_AT_MOST else ()
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in few)
    label = f'<text x="8" y="{-8 - 15 * number}" fill="{colour}">{name}</text>'
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}{label}'


def _round_up(value: float) -> float:
    """To the next 1, 2 or 5 times a power of ten."""
    unit = 10.0 ** math.floor(math.log10(value))
    return next(step * unit for step in (1, 2, 5, 10) if step * unit >= value)
