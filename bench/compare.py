"""Times of Etalon and other tools, on the same files in one run.

  python -m bench.compare [--repeats 30] [--seconds-each 25 4] [--sizes 1920x1080 1280x8000] [--page FILE] [--write]

A time is the median of `--repeats` (of as many as fit into the `--seconds-each` of that size, at least 3; the number
stands in brackets where it is less), tools taken in turn, both files decoded. All of it takes about eight minutes.
Etalon is given the reference's stored analysis, and says which elements changed and how, with their text; the others
say that pixels differ. The last column is Etalon's time over blazediff's in the same run. Pages are made of
tests/data/pages (harness/pages.py); `--page` takes one screenshot instead, in its own size.

Cases: "same bytes"; "same pixels" (another PNG compression); "a word" (the end of one line of text is gone); "1 %" and
"10 %" (a rectangle in the middle shows something else); "all" (every pixel).
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.clock import Timing, timed_in_turn
from bench.etalon import LIMITS, READER, Etalon, load_etalon, read_picture
from bench.results import circumstances, table, without_places, write
from bench.tools import Absent, Tool, peers
from harness.pages import FULL_HD, LONG, PairFiles, page, saved, with_a_part_changed, with_a_word_gone
from vision.drawing import draw_diff, draw_heatmap, draw_side_by_side
from vision.image import decode_both, encode_png
from vision.types import Comparison, Picture, Size

RIVAL = "blazediff"
VARIANTS = ("odiff --aa", "blazediff, antialiasing")  # bench.peers shows that they decide the same
CASES = ("same bytes", "same pixels", "a word", "1 %", "10 %", "all")


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--seconds-each", type=float, nargs="+", default=[25.0, 4.0], help="for each size, or for all")
    parser.add_argument("--sizes", type=_size, nargs="+", default=[FULL_HD, LONG], metavar="WIDTHxHEIGHT")
    parser.add_argument("--cases", choices=CASES, nargs="+", default=CASES)
    parser.add_argument("--page", type=Path, help="measure on this screenshot")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reader", default=READER, help="Etalon's OCR_ENGINE")
    parser.add_argument("--alone", action="store_true", help="Etalon only")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/RESULTS.md")
    arguments = parser.parse_args(words)
    pages = [read_picture(arguments.page)] if arguments.page else [page(size) for size in arguments.sizes]
    etalon = load_etalon(arguments.threads, arguments.reader)
    seconds = [arguments.seconds_each[min(number, len(arguments.seconds_each) - 1)] for number in range(len(pages))]
    clocks = [partial(timed_in_turn, repeats=arguments.repeats, seconds_each=each) for each in seconds]
    with peers() as (able, absent), tempfile.TemporaryDirectory() as folder:
        tools: list[Tool] = (
            [etalon] if arguments.alone else [etalon, *(one for one in able if one.name not in VARIANTS)]
        )
        rows = []
        for number, (picture, clock) in enumerate(zip(pages, clocks, strict=True)):
            pairs = pair_files(picture, Path(folder), f"{number}", arguments.cases)
            rows += [row(picture, case, files, tools, clock) for case, files in pairs.items()]
        text = "\n\n".join(
            [
                table(["ms", "case", *(tool.name for tool in tools), f"Etalon / {RIVAL}"], rows),
                *[_not_run(one) for one in absent if not arguments.alone],
                stages(pages[0], etalon, Path(folder), arguments.cases, clocks[0]),
            ]
        )
    print(text)
    if arguments.write:
        write("compare", f"{circumstances(sys.argv)}\n\n{text}")


def pair_files(picture: Picture, folder: Path, prefix: str, cases: Sequence[str]) -> dict[str, PairFiles]:
    reference = saved(picture, folder / f"{prefix}.reference.png")
    actuals: dict[str, Callable[[Path], object]] = {
        "same bytes": lambda path: shutil.copy(reference, path),
        "same pixels": lambda path: saved(picture, path, compression=4),
        "a word": lambda path: saved(with_a_word_gone(picture), path),
        "1 %": lambda path: saved(with_a_part_changed(picture, 0.01), path),
        "10 %": lambda path: saved(with_a_part_changed(picture, 0.10), path),
        "all": lambda path: saved(with_a_part_changed(picture, 1.0), path),
    }
    files = {}
    for number, case in enumerate(cases):
        actual = folder / f"{prefix}.actual{number}.png"
        actuals[case](actual)
        files[case] = PairFiles(reference, actual)
    return files


Clock = Callable[[Mapping[str, Callable[[], object]]], dict[str, Timing]]


def row(picture: Picture, case: str, files: PairFiles, tools: Sequence[Tool], clock: Clock) -> list[str]:
    for tool in tools:
        tool.prepare(files.reference)
    times = clock({tool.name: partial(tool.differs, files.reference, files.actual) for tool in tools})
    most = max(time.repeats for time in times.values())
    size = f"{picture.shape[1]}x{picture.shape[0]}"
    cells = [_cell(times[tool.name], most) for tool in tools]
    rival = times.get(RIVAL)
    ratio = f"{times[tools[0].name].median_ms / rival.median_ms:.2f}" if rival else "-"
    return [size, case, *cells, ratio]


def _cell(time: Timing, most: int) -> str:
    return f"{time.median_ms:.1f}" + (f" ({time.repeats})" if time.repeats < most else "")


def stages(picture: Picture, etalon: Etalon, folder: Path, cases: Sequence[str], clock: Clock) -> str:
    """Etalon's time by stage, and the time to draw each picture of the last case."""
    rows, drawn = [], ""
    for case, files in pair_files(picture, folder, "stages", cases).items():
        compared: list[Comparison] = []
        works: dict[str, Callable[[], object]] = {
            "decode": partial(_decoded, files),
            "compare": partial(_compared, etalon, files, compared),
        }
        times = clock(works | _drawings(files, etalon.compare(files.reference, files.actual)))
        inside = {
            name: statistics.median(one.timings_ms[name] for one in compared[1:]) for name in compared[0].timings_ms
        }
        drawn = ", ".join(f"{name} {time.median_ms:.0f}" for name, time in times.items() if name not in works)
        rows.append(
            [
                case,
                f"{times['decode'].median_ms:.0f}",
                ", ".join(f"{name} {ms:.0f}" for name, ms in inside.items()) or "-",
                str(len(compared[0].defects)),
            ]
        )
    size = f"{picture.shape[1]}x{picture.shape[0]}"
    shown = table([f"Etalon, {size}", "decode both, ms", "stages, ms", "defects"], rows)
    return f"{shown}\n\nTo draw and encode, ms: {drawn}."


def _decoded(files: PairFiles) -> tuple[Picture, Picture]:
    return decode_both(files.reference.read_bytes(), files.actual.read_bytes(), LIMITS)


def _compared(etalon: Etalon, files: PairFiles, compared: list[Comparison]) -> None:
    compared.append(etalon.compare(files.reference, files.actual))


def _drawings(files: PairFiles, found: Comparison) -> dict[str, Callable[[], object]]:
    reference, actual = _decoded(files)
    return {
        "diff": lambda: encode_png(
            draw_diff(reference, actual, found.defects, found.noise, found.unexplained, found.alignment)
        ),
        "heat map": lambda: encode_png(draw_heatmap(reference, actual, found.alignment)),
        "side by side": lambda: encode_png(draw_side_by_side(reference, actual, found.defects)),
    }


def _not_run(tool: Absent) -> str:
    return without_places(f"{tool.name} not run: {tool.reason}.")


def _size(text: str) -> Size:
    width, _, height = text.partition("x")
    return Size(int(width), int(height))


if __name__ == "__main__":
    main()
