"""How a comparison's time and memory grow with the page's length and with the changed area.

  python -m bench.growth [--repeats 3] [--heights 1000 2000 ...] [--shares 0 0.01 ...] [--write]

One table and, with `--write`, a plot (bench/growth.svg). Every point is a process of its own, 1280 px wide pages made of
tests/data/pages: it analyses the reference, compares `--repeats` times (files decoded) and tells the median and the most memory
it ever held, which is what a worker needs for such a page. Lengths are compared with the end of one line of text gone; areas on
a page 8000 px long with a rectangle that shows something else.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.clock import timed_in_turn
from bench.etalon import READER, ROOT, load_etalon
from bench.results import circumstances, table, write
from harness.pages import page, saved, with_a_part_changed, with_a_word_gone
from vision.types import Size

WIDTH: Final = 1280
LONG_HEIGHT: Final = 8000
HEIGHTS: Final = (1000, 2000, 4000, 8000, 12000, 16000, 20000)
SHARES: Final = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0)
PLOT: Final = ROOT / "bench" / "growth.svg"


@dataclass(frozen=True, slots=True)
class Point:
    """`share` is 0..1 of the area; None if the end of one line of text is what changed."""

    height: int
    share: float | None
    seconds: float
    most_mib: float


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--heights", type=int, nargs="*", default=HEIGHTS)
    parser.add_argument("--shares", type=float, nargs="*", default=SHARES)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reader", default=READER, help="OCR_ENGINE")
    parser.add_argument(
        "--write", action="store_true", help="put the table into bench/RESULTS.md and the plot beside it"
    )
    parser.add_argument("--point", nargs=2, metavar=("HEIGHT", "SHARE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.point:
        height, share = int(arguments.point[0]), json.loads(arguments.point[1])
        print(json.dumps(measured_here(height, share, arguments.repeats, arguments.threads, arguments.reader)))
        return
    settings = [f"--{name}={getattr(arguments, name)}" for name in ("repeats", "threads", "reader")]
    lengths = [measured(height, None, settings) for height in arguments.heights]
    areas = [measured(LONG_HEIGHT, share, settings) for share in arguments.shares]
    tables = [
        _as_table(f"{WIDTH} px wide, a word changed; height", [str(one.height) for one in lengths], lengths),
        _as_table(f"{WIDTH}x{LONG_HEIGHT}; share changed", [_named(one.share) for one in areas], areas),
    ]
    text = "\n\n".join(one for one, points in zip(tables, (lengths, areas), strict=True) if points)
    print(text)
    if arguments.write:
        PLOT.write_text(plot(lengths, areas), encoding="utf-8")
        write("growth", f"{circumstances(sys.argv)}\n\n{text}\n\n![growth of time and memory]({PLOT.name})")


def measured(height: int, share: float | None, settings: Sequence[str]) -> Point:
    command = [sys.executable, "-m", "bench.growth", "--point", str(height), json.dumps(share), *settings]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)
    found = json.loads(done.stdout)
    return Point(height, share, found["seconds"], found["most_mib"])


def measured_here(height: int, share: float | None, repeats: int, threads: int, reader: str) -> dict[str, float]:
    from bench.analysis import peak_mib

    etalon = load_etalon(threads, reader)
    with tempfile.TemporaryDirectory() as folder:
        picture = page(Size(WIDTH, height))
        changed = with_a_word_gone(picture) if share is None else with_a_part_changed(picture, share)
        reference = saved(picture, Path(folder) / "reference.png")
        actual = saved(changed, Path(folder) / "actual.png", compression=4)
        del picture, changed
        etalon.prepare(reference)
        time = timed_in_turn({"compare": lambda: etalon.compare(reference, actual)}, repeats)["compare"]
    return {"seconds": time.median_ms / 1000, "most_mib": peak_mib()}


def _as_table(what: str, head: Sequence[str], points: Sequence[Point]) -> str:
    """A column for each point."""
    seconds = ["seconds", *(f"{one.seconds:.2f}" for one in points)]
    memory = ["most memory, MiB", *(f"{one.most_mib:.0f}" for one in points)]
    return table([what, *head], [seconds, memory])


def _named(share: float | None) -> str:
    return "a word" if share is None else f"{100 * share:.0f} %"


# -- the plot -----------------------------------------------------------------------------------------------------------------

_PANEL: Final = Size(420, 240)
_MARGIN: Final = 60
_BLUE, _ORANGE, _GREY = "#0969da", "#bc4c00", "#57606a"


def plot(lengths: Sequence[Point], areas: Sequence[Point]) -> str:
    """Two panels, seconds (blue, left axis) and memory (orange, right axis) over length and over area, as SVG."""
    panels = [
        _panel(lengths, [one.height for one in lengths], "page length, px (a word changed)"),
        _panel(areas, [100 * (one.share or 0) for one in areas], f"changed area, % ({WIDTH}x{LONG_HEIGHT})"),
    ]
    width, height = 2 * (_PANEL.width + 2 * _MARGIN), _PANEL.height + 2 * _MARGIN
    placed = [
        f'<g transform="translate({number * width // 2 + _MARGIN},{_MARGIN})">{panel}</g>'
        for number, panel in enumerate(panels)
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">'
        f'<rect width="{width}" height="{height}" fill="white"/>{"".join(placed)}</svg>\n'
    )


def _panel(points: Sequence[Point], across: Sequence[float], title: str) -> str:
    right = max(across, default=1.0) or 1.0
    seconds = _line([(x / right) for x in across], [one.seconds for one in points], _BLUE, "s", left=True)
    memory = _line([(x / right) for x in across], [one.most_mib for one in points], _ORANGE, "MiB", left=False)
    ticks = "".join(
        f'<text x="{_PANEL.width * part:.0f}" y="{_PANEL.height + 18}" text-anchor="middle" fill="{_GREY}">'
        f"{right * part:.0f}</text>"
        for part in (0, 0.25, 0.5, 0.75, 1)
    )
    frame = f'<rect width="{_PANEL.width}" height="{_PANEL.height}" fill="none" stroke="{_GREY}"/>'
    named = f'<text x="{_PANEL.width / 2}" y="{_PANEL.height + 40}" text-anchor="middle">{title}</text>'
    return frame + ticks + named + seconds + memory


def _line(across: Sequence[float], values: Sequence[float], colour: str, unit: str, left: bool) -> str:
    top = _round_up(max(values, default=1.0))
    places = [(_PANEL.width * x, _PANEL.height * (1 - value / top)) for x, value in zip(across, values, strict=True)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
    x, anchor = (-6, "end") if left else (_PANEL.width + 6, "start")
    ticks = "".join(
        f'<text x="{x}" y="{_PANEL.height * (1 - part) + 4:.0f}" text-anchor="{anchor}" fill="{colour}">'
        f"{top * part:g}{f' {unit}' if part == 1 else ''}</text>"
        for part in (0, 0.5, 1)
    )
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}{ticks}'


def _round_up(value: float) -> float:
    """To the next 1, 2 or 5 times a power of ten."""
    unit = 10.0 ** math.floor(math.log10(value))
    return next(step * unit for step in (1, 2, 5, 10) if step * unit >= value)


if __name__ == "__main__":
    main()
