"""How long one page's analysis takes, and how much memory a worker process holds.

  python -m bench.analysis [--repeats 30] [--threads 2] [--reader etalon] [--pages FILE ...] [--write]

Times are medians of `--repeats`, decoding included. Pages: the 1920x1080 ones of ../shared/screens, where they are there, and
one made of tests/data/pages (harness/pages.py). Memory is resident: with what a worker imports, with the engines loaded, and
the most after all pages were analysed.
"""

import argparse
import importlib
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from bench.etalon import LIMITS, READER, ROOT, WEIGHTS, load_etalon, read_picture
from bench.results import circumstances, table, write
from harness.pages import FULL_HD, page, saved
from vision.elements.analysis import Engines, analyze
from vision.image import inspect
from vision.types import Analysis

SCREENS = ROOT.parent / "shared" / "screens"
MEBI = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Memory:
    imported_mib: float
    loaded_mib: float
    most_mib: float


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=30)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reader", default=READER, help="OCR_ENGINE")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--pages", type=Path, nargs="+")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    arguments = parser.parse_args(words)
    importlib.import_module("tasks.comparison")  # a worker's imports are part of its memory
    imported = _resident_mib()
    engines = load_etalon(arguments.threads, arguments.reader, arguments.weights).engines
    loaded = _resident_mib()
    with tempfile.TemporaryDirectory() as folder:
        made = saved(page(FULL_HD), Path(folder) / "tests-data-pages.png")
        rows, most = [], loaded
        for path in arguments.pages or [*_full_hd_screens(), made]:
            rows.append(row(path, engines, arguments.repeats))
            most = max(most, _resident_mib())
    text = f"{_as_table(rows, engines)}\n\n{_as_sentence(Memory(imported, loaded, max(most, peak_mib())))}"
    print(text)
    if arguments.write:
        write("analysis", f"{circumstances(sys.argv)}\n\n{text}")


def row(path: Path, engines: Engines, repeats: int) -> list[str]:
    analyze(read_picture(path), engines)  # the first one also warms the engines up
    taken = [_timed(path, engines) for _ in range(repeats)]
    analyses = [one.analysis for one in taken]
    stages = {
        name: statistics.median(one.timings_ms.get(name, 0.0) for one in analyses) for name in analyses[0].timings_ms
    }
    return [
        path.stem,
        f"{analyses[0].size.width}x{analyses[0].size.height}",
        str(len(analyses[0].elements)),
        f"{statistics.median(one.decode_ms for one in taken):.0f}",
        ", ".join(f"{name} {ms:.0f}" for name, ms in stages.items()),
        f"{statistics.median(one.total_ms for one in taken):.0f}",
    ]


@dataclass(frozen=True, slots=True)
class _Taken:
    analysis: Analysis
    decode_ms: float
    total_ms: float


def _timed(path: Path, engines: Engines) -> _Taken:
    started = time.perf_counter()
    picture = read_picture(path)
    decoded = time.perf_counter()
    analysis = analyze(picture, engines)
    return _Taken(analysis, 1000 * (decoded - started), 1000 * (time.perf_counter() - started))


def _full_hd_screens() -> list[Path]:
    found = []
    for path in sorted(SCREENS.glob("*.png")):
        info = inspect(path.read_bytes(), LIMITS)
        if (info.width, info.height) == (FULL_HD.width, FULL_HD.height):
            found.append(path)
    return found


def _as_table(rows: Sequence[Sequence[str]], engines: Engines) -> str:
    head = ["page", "size", "elements", "decode, ms", f"stages, ms ({engines.reader.name})", "all, ms"]
    return table(head, rows)


def _as_sentence(memory: Memory) -> str:
    return (
        f"Resident memory: {memory.imported_mib:.0f} MiB with what a worker imports, {memory.loaded_mib:.0f} MiB with the "
        f"engines loaded, {memory.most_mib:.0f} MiB at most."
    )


def _resident_mib() -> float:
    return float(psutil.Process().memory_info().rss) / MEBI


def peak_mib() -> float:
    """The most this process ever held, where the system tells."""
    info = psutil.Process().memory_info()
    if hasattr(info, "peak_wset"):  # Windows
        return float(info.peak_wset) / MEBI
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / MEBI if sys.platform == "darwin" else most / 1024


if __name__ == "__main__":
    main()
