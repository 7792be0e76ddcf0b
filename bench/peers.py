"""Verdicts of Etalon and other tools on pairs of screenshots with known truth, in one run.

  python -m bench.peers [--pairs FOLDER] [--write]        one table; --write puts it into bench/RESULTS.md
  python -m bench.peers --install                         puts the npm tools into bench/.work first

FOLDER holds NAME.reference.png, NAME.actual.png and NAME.truth.json (`changes` is empty if nothing a person would
see changed): ../shared/pairs by default, tests/data/pairs if that is missing. A pair with changes must be called
different, one without must not. Every tool has its own defaults; pictures of different sizes are different to all of
them but Etalon. Seconds are those of one comparison, both files decoded; Etalon is given the reference's stored
analysis. Seconds are not to be compared where Etalon found out what changed and the others only whether:
bench/compare.py has the speeds.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.etalon import READER, ROOT, load_etalon
from bench.results import circumstances, table, without_places, write
from bench.tools import Absent, NotRun, Tool, install_npm_tools, peers
from vision.engines.types import DetectorUnavailable, ReaderUnavailable

SHARED_PAIRS = ROOT.parent / "shared" / "pairs"
OWN_PAIRS = ROOT / "tests" / "data" / "pairs"
HEAD = (
    "tool", "version", "verdict right", "mean of both kinds", "false alarms", "missed", "no result", "median s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pair:
    name: str
    reference: Path
    actual: Path
    changed: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """`differs` is None if the tool failed."""

    changed: bool
    differs: bool | None
    seconds: float


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, default=SHARED_PAIRS if SHARED_PAIRS.is_dir() else OWN_PAIRS)
    parser.add_argument("--only", default="", help="names that start so")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reader", default=READER, help="Etalon's OCR_ENGINE")
    parser.add_argument("--install", action="store_true", help="install the npm tools into bench/.work")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    arguments = parser.parse_args(words)
    if arguments.install:
        _install()
    pairs = load_pairs(arguments.pairs, arguments.only)
    if not pairs:
        sys.exit(f"no NAME.truth.json in {arguments.pairs}")
    text = _measured(pairs, arguments.threads, arguments.reader)
    print(text)
    if arguments.write:
        write("peers", f"{circumstances(sys.argv)}\n\n{text}")


def _install() -> None:
    try:
        install_npm_tools()
    except NotRun as reason:
        print(f"npm tools: {reason}", file=sys.stderr)


def load_pairs(folder: Path, only: str = "") -> list[Pair]:
    names = [path.name.removesuffix(".truth.json") for path in sorted(folder.glob(f"{only}*.truth.json"))]
    return [
        Pair(
            name,
            folder / f"{name}.reference.png",
            folder / f"{name}.actual.png",
            bool(json.loads((folder / f"{name}.truth.json").read_text(encoding="utf-8"))["changes"]),
        )
        for name in names
    ]


def _measured(pairs: Sequence[Pair], threads: int, reader: str) -> str:
    with peers() as (able, absent):
        tools: list[Tool] = list(able)
        try:
            tools.insert(0, load_etalon(threads, reader))
        except (DetectorUnavailable, ReaderUnavailable) as reason:
            absent.insert(0, Absent("Etalon", str(reason)))
        rows = [row(tool, [asked(tool, pair) for pair in pairs]) for tool in tools]
    changed = sum(pair.changed for pair in pairs)
    counts = f"{len(pairs)} pairs, {changed} with changes, {len(pairs) - changed} without."
    return f"{counts}\n\n{table(HEAD, rows + [not_run(one) for one in absent])}"


def asked(tool: Tool, pair: Pair) -> Answer:
    differs = None
    try:
        tool.prepare(pair.reference)
        started = time.perf_counter()
        differs = tool.differs(pair.reference, pair.actual)
    except Exception as error:  # a tool that fails on a pair counts in the table
        print(f"{tool.name}: {pair.name}: {type(error).__name__}: {error}", file=sys.stderr)
        return Answer(pair.changed, None, 0.0)
    return Answer(pair.changed, differs, time.perf_counter() - started)


def row(tool: Tool, answers: Sequence[Answer]) -> list[str]:
    changed = [answer for answer in answers if answer.changed]
    same = [answer for answer in answers if not answer.changed]
    right = [answer for answer in answers if answer.differs is answer.changed]
    shares = [statistics.fmean(one.differs is one.changed for one in kind) for kind in (changed, same) if kind]
    seconds = [answer.seconds for answer in answers if answer.differs is not None]
    return [
        tool.name,
        tool.version,
        _percent(len(right), len(answers)),
        f"{100 * statistics.fmean(shares):.1f} %" if shares else "-",
        _percent(sum(answer.differs is True for answer in same), len(same)),
        _percent(sum(answer.differs is False for answer in changed), len(changed)),
        str(len(answers) - len(seconds)),
        f"{statistics.median(seconds):.3f}" if seconds else "-",
    ]


def not_run(tool: Absent) -> list[str]:
    return [tool.name, without_places(f"not run: {tool.reason}"), *["-"] * (len(HEAD) - 2)]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % ({part})" if whole else "-"


if __name__ == "__main__":
    main()
