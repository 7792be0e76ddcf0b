"""What comparisons cost in which nearly everything changed: seconds of processor, seconds, and the most memory.

  python -m bench.worst [--only CASE ...] [--threads 2] [--write]

Long tables, texts and walls of icons, shown by Chromium; dots, specks and noise, drawn here. Each case is a process of its own
that compares once; cases with one reference share its analysis. At most 3 s are allowed for 1920 x 1080, and 1 s for each
further megapixel. A case that takes longer than two minutes is stopped.
"""

import argparse
import json
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from bench.analysis import peak_mib
from bench.etalon import LIMITS, READER, ROOT, Etalon, load_etalon, read_picture
from bench.results import circumstances, table, write
from bench.worst_pages import DRAWN, SHOWN
from harness.pages import saved
from vision.difference.comparison import compare
from vision.image import decode
from vision.types import Analysis, CompareOptions, Picture

FULL_HD_MP: Final = 2.07
SECONDS: Final = 3.0
MOST_SECONDS: Final = 120


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=sorted({*SHOWN, *DRAWN}), help="some cases")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reader", default=READER, help="OCR_ENGINE")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    parser.add_argument("--pair", nargs=2, type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.pair:
        print(json.dumps(measured_here(*asked.pair, asked.threads, asked.reader)))
        return
    with tempfile.TemporaryDirectory() as folder:
        cases = [name for name in (*SHOWN, *DRAWN) if not asked.only or name in asked.only]
        rows = [[name, *_measured(pair, asked)] for name, pair in _made(cases, Path(folder))]
    head = ["what changed", "size", "elements", "entries", "processor, s", "seconds", "at most, s", "memory, MiB"]
    text = table(head, rows)
    print(text)
    if asked.write:
        write("worst", f"{circumstances(sys.argv)}\n\n{text}")


def measured_here(reference: Path, actual: Path, threads: int, reader: str) -> dict[str, float]:
    """One comparison of two files that are already decoded."""
    etalon = load_etalon(threads, reader)
    before, after = read_picture(reference), read_picture(actual)
    analysis = _analysis(etalon, reference)
    spent, started = time.process_time(), time.perf_counter()
    found = compare(before, after, analysis, etalon.engines, CompareOptions())
    seconds, spent = time.perf_counter() - started, time.process_time() - spent
    facts = {"seconds": seconds, "processor": spent, "most_mib": peak_mib(), "entries": len(found.defects)}
    return facts | {"elements": len(analysis.elements), "height": before.shape[0], "width": before.shape[1]}


def _analysis(etalon: Etalon, reference: Path) -> Analysis:
    """The reference's analysis; it is kept beside the picture for the next case with the same reference."""
    kept = reference.parent / f"{sha256(reference.read_bytes()).hexdigest()}.analysis"
    if kept.exists():
        stored: Analysis = pickle.loads(kept.read_bytes())
        return stored
    found = etalon.analysis_of(reference)
    kept.write_bytes(pickle.dumps(found))
    return found


def _measured(pair: tuple[Path, Path], asked: argparse.Namespace) -> list[str]:
    settings = [f"--threads={asked.threads}", f"--reader={asked.reader}"]
    command = [sys.executable, "-m", "bench.worst", "--pair", *map(str, pair), *settings]
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        return ["-", "-", "-", "-", f"over {MOST_SECONDS}", "-", "-"]
    return _row(json.loads(done.stdout))


def _row(found: dict[str, float]) -> list[str]:
    allowed = SECONDS + max(0.0, found["width"] * found["height"] / 1e6 - FULL_HD_MP)
    times = [f"{found[name]:.1f}" for name in ("processor", "seconds")]
    counts = [f"{found[name]:.0f}" for name in ("elements", "entries")]
    return [
        f"{found['width']:.0f}x{found['height']:.0f}",
        *counts,
        *times,
        f"{allowed:.1f}",
        f"{found['most_mib']:.0f}",
    ]


def _made(cases: Sequence[str], folder: Path) -> Iterator[tuple[str, tuple[Path, Path]]]:
    """The pictures of each case in turn; those that need a browser first."""
    shown = [name for name in cases if name in SHOWN]
    for name, pictures in _shown(shown) if shown else ():
        yield name, _saved(name, pictures, folder)
    for name in (name for name in cases if name in DRAWN):
        yield name, _saved(name, DRAWN[name](), folder)


def _saved(name: str, pictures: Sequence[Picture], folder: Path) -> tuple[Path, Path]:
    before, after = (
        saved(picture, folder / f"{name.replace(' ', '-')}.{side}.png", compression=1)
        for side, picture in zip(("reference", "actual"), pictures, strict=True)
    )
    return before, after


def _shown(cases: Sequence[str]) -> Iterator[tuple[str, list[Picture]]]:
    """Both pages of each case as Chromium shows them, however long they are."""
    from training.browser import open_browser  # ops/requirements/training.txt has playwright

    with open_browser() as browser:
        browser.tab.set_viewport_size({"width": 1280, "height": 900})
        for name in cases:
            pictures = []
            for html in SHOWN[name]():
                browser.tab.set_content(html)
                pictures.append(decode(browser.tab.screenshot(full_page=True), LIMITS))
            yield name, pictures


if __name__ == "__main__":
    main()
