"""Text readers compared: wrong characters (Latin and Cyrillic) and seconds, on pages with known text.

  python -m bench.readers [--screens FOLDER] [--only PREFIX] [--readers NAME ...] [--write]

FOLDER holds NAME.png and NAME.json: ../shared/screens by default, tests/data/pages if that is missing. Two questions:

"whole pages"  The engine finds and reads. A piece of text it found belongs to the smallest true label, button or input that
               holds at least half of it (grown by 3 px); an element's pieces are joined in reading order.
"true boxes"   The engine reads the labels of the truth in their true boxes: reading alone. Etalon's readers only.

An element counts no more errors than it has characters; what was not found counts all of them. Compared after NFKC,
one space for any white space, one form of dash and quote; letter case counts. An element is Cyrillic when it has more
Cyrillic letters than Latin ones. `bench.score.screens` is stricter with the boxes: its figures for Etalon are a little
higher.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2

from bench.etalon import LANGUAGES, ROOT, WEIGHTS, read_picture
from bench.results import circumstances, table, without_places, write
from bench.tools import Absent, NotRun
from vision.boxes import grown, in_reading_order, share_inside
from vision.elements.analysis import analyze, load_engines
from vision.engines.load import load_reader
from vision.engines.types import DetectorUnavailable, ReaderUnavailable, TextReader
from vision.types import Box, Picture

SHARED_SCREENS = ROOT.parent / "shared" / "screens"
OWN_PAGES = ROOT / "tests" / "data" / "pages"
WITH_TEXT = ("label", "button", "input")
SLACK_PX = 3
HEAD = ("engine", "version", "Latin wrong", "Cyrillic wrong", "whole elements right", "median s a page")
DASHES, QUOTES, DOUBLE_QUOTES = "\u2010\u2011\u2012\u2013\u2014\u2212", "\u2018\u2019\u02bc", "\u201c\u201d\u201e"
ONE_FORM = str.maketrans(dict.fromkeys(DASHES, "-") | dict.fromkeys(QUOTES, "'") | dict.fromkeys(DOUBLE_QUOTES, '"'))


@dataclass(frozen=True, slots=True)
class Piece:
    """Text somewhere in a page; `line`: its box is that of one text line, as a label's is."""

    box: Box
    text: str
    line: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    picture: Picture
    elements: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """`read` is given a picture and the boxes of the truth, which only a reader of lines looks at; such a one is asked
    for lines only."""

    name: str
    version: str
    read: Callable[[Picture, Sequence[Box]], list[Piece]]
    lines_only: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    cyrillic: bool
    errors: int
    characters: int


def main(words: Sequence[str] | None = None) -> None:
    makers = _makers()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--screens", type=Path, default=SHARED_SCREENS if SHARED_SCREENS.is_dir() else OWN_PAGES)
    parser.add_argument("--only", default="", help="names that start so")
    parser.add_argument("--readers", nargs="+", default=list(makers), choices=list(makers), metavar="NAME")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    arguments = parser.parse_args(words)
    names = [
        path for path in sorted(arguments.screens.glob(f"{arguments.only}*.json")) if path.with_suffix(".png").exists()
    ]
    if not names:
        sys.exit(f"no NAME.json with NAME.png in {arguments.screens}")
    text = measured(
        [load_page(path) for path in names], {name: makers[name] for name in arguments.readers}, arguments.threads
    )
    print(text)
    if arguments.write:
        write("readers", f"{circumstances(sys.argv)}\n\n{text}")


def load_page(truth: Path) -> Page:
    elements = json.loads(truth.read_text(encoding="utf-8"))["elements"]
    pieces = [
        Piece(Box(**one["box"]), one.get("text", ""), one["kind"] == "label")
        for one in elements
        if one["kind"] in WITH_TEXT
    ]
    readable = tuple(piece for piece in pieces if any(letter.isalnum() for letter in piece.text))
    return Page(read_picture(truth.with_suffix(".png")), readable)


def measured(pages: Sequence[Page], makers: Mapping[str, "Maker"], threads: int) -> str:
    """A table with a row for each engine: its scores, or why it cannot run."""
    rows = []
    for name, make in makers.items():
        try:
            rows.append(row(make(threads), pages))
        except (NotRun, ReaderUnavailable, DetectorUnavailable) as reason:
            rows.append(not_run(Absent(name, str(reason))))
    elements = [element for page in pages for element in page.elements]
    characters = {
        script: sum(len(norm(one.text)) for one in elements if is_cyrillic(one.text) is script)
        for script in (False, True)
    }
    counts = (
        f"{len(pages)} pages, {len(elements)} elements with text: {characters[False]} characters of Latin elements, "
        f"{characters[True]} of Cyrillic ones."
    )
    return f"{counts}\n\n{table(HEAD, rows)}"


def row(engine: Engine, pages: Sequence[Page]) -> list[str]:
    scores: list[Score] = []
    seconds = []
    for page in pages:
        elements = [element for element in page.elements if element.line or not engine.lines_only]
        started = time.perf_counter()
        found = engine.read(page.picture, [element.box for element in elements])
        seconds.append(time.perf_counter() - started)
        scores += scored(elements, found)
    latin = [score for score in scores if not score.cyrillic]
    cyrillic = [score for score in scores if score.cyrillic]
    right = sum(score.errors == 0 for score in scores)
    return [
        engine.name,
        engine.version,
        _wrong(latin),
        _wrong(cyrillic),
        f"{100 * right / len(scores):.1f} %" if scores else "-",
        f"{statistics.median(seconds):.2f}",
    ]


def not_run(engine: Absent) -> list[str]:
    return [engine.name, without_places(f"not run: {engine.reason}"), *["-"] * (len(HEAD) - 2)]


def _wrong(scores: Sequence[Score]) -> str:
    characters = sum(score.characters for score in scores)
    return f"{100 * sum(score.errors for score in scores) / characters:.1f} %" if characters else "-"


# -- scoring ------------------------------------------------------------------------------------------------------------------


def scored(elements: Sequence[Piece], found: Sequence[Piece]) -> list[Score]:
    """Each true element's errors, of the pieces that lie in it."""
    owned: list[list[Piece]] = [[] for _ in elements]
    for piece in found:
        holders = [
            index
            for index, element in enumerate(elements)
            if share_inside(piece.box, grown(element.box, SLACK_PX)) >= 0.5
        ]
        if holders:
            owned[min(holders, key=lambda index: elements[index].box.area_px)].append(piece)
    scores = []
    for element, pieces in zip(elements, owned, strict=True):
        wanted, got = norm(element.text), norm(_joined(pieces))
        scores.append(Score(is_cyrillic(wanted), min(edits(wanted, got), len(wanted)), len(wanted)))
    return scores


def _joined(pieces: Sequence[Piece]) -> str:
    order = in_reading_order([piece.box for piece in pieces])
    return " ".join(pieces[index].text for index in order)


def norm(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(ONE_FORM)
    return " ".join("".join(letter for letter in plain if letter not in "\u00ad\u200b\ufeff").split())


def is_cyrillic(text: str) -> bool:
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in text)
    return 0 < cyrillic >= sum(letter.isalpha() and letter < "\u0250" for letter in text)


def edits(one: str, other: str) -> int:
    """The Levenshtein distance."""
    above = list(range(len(other) + 1))
    for row_number, letter in enumerate(one, 1):
        here = [row_number]
        for column, candidate in enumerate(other, 1):
            here.append(min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != candidate)))
        above = here
    return above[-1]


# -- engines ------------------------------------------------------------------------------------------------------------------

Maker = Callable[[int], Engine]


def _makers() -> dict[str, Maker]:
    """By name: Etalon with each of its readers on whole pages, those readers on true boxes, and whole engines of others."""
    own = ("etalon", "rapidocr", "easyocr")
    whole: dict[str, Maker] = {f"Etalon, {name}": _analysis_with(name) for name in own}
    lines: dict[str, Maker] = {f"true boxes, {name}": _lines_with(name) for name in own}
    others: dict[str, Maker] = {
        "RapidOCR": _rapidocr,
        "Tesseract": lambda _: _tesseract("Tesseract", 1),
        "Tesseract, page enlarged twice": lambda _: _tesseract("Tesseract, page enlarged twice", 2),
        "EasyOCR": _easyocr,
    }
    return whole | others | lines


def _analysis_with(reader: str) -> Maker:
    def make(threads: int) -> Engine:
        engines = load_engines(WEIGHTS, threads, reader, LANGUAGES)

        def read(picture: Picture, _: Sequence[Box]) -> list[Piece]:
            return [Piece(one.box, one.text) for one in analyze(picture, engines).elements if one.text]

        return Engine(f"Etalon, {reader}", f"detector {engines.detector.version}", read)

    return make


def _lines_with(name: str) -> Maker:
    def make(threads: int) -> Engine:
        reader: TextReader = load_reader(name, threads, LANGUAGES)

        def read(picture: Picture, boxes: Sequence[Box]) -> list[Piece]:
            return [Piece(box, text) for box, text in zip(boxes, reader.read(picture, boxes), strict=True)]

        return Engine(f"true boxes, {name}", reader.version, read, lines_only=True)

    return make


def _rapidocr(threads: int) -> Engine:
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise NotRun("not installed: pip install -r ops/requirements/bench.txt") from error
    engine: Any = RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )

    def read(picture: Picture, _: Sequence[Box]) -> list[Piece]:
        found = engine(picture)
        if found.boxes is None or found.txts is None:
            return []
        return [Piece(_around(corners), text) for corners, text in zip(found.boxes, found.txts, strict=True)]

    return Engine("RapidOCR", version("rapidocr"), read)


def _easyocr(threads: int) -> Engine:
    """EasyOCR with its own detector (CRAFT), from weights that are already there: nothing is downloaded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import easyocr
            import torch

            torch.set_num_threads(threads)
            engine = easyocr.Reader(list(LANGUAGES), gpu=False, download_enabled=False, verbose=False)
    except ImportError as error:
        raise NotRun("not installed: pip install -r ops/requirements/engines.txt") from error
    except FileNotFoundError as error:
        raise NotRun(
            f"its weights are not here ({error}); they come from https://www.jaided.ai/easyocr/modelhub"
        ) from error

    def read(picture: Picture, _: Sequence[Box]) -> list[Piece]:
        return [Piece(_around(corners), text) for corners, text, _sure in engine.readtext(picture)]

    return Engine("EasyOCR", version("easyocr"), read)


def _around(corners: Any) -> Box:
    xs, ys = [round(float(x)) for x, _ in corners], [round(float(y)) for _, y in corners]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _tesseract(name: str, scale: int) -> Engine:
    """The program, one process a page, sparse text (`--psm 11`: a screen is no column of prose), on one thread: its
    threads wait for each other without sleeping, and two of them are slower than one wherever the machine has other
    work."""
    program = shutil.which("tesseract")
    if program is None:
        raise NotRun("the program tesseract is not installed")
    known = subprocess.run([program, "--list-langs"], capture_output=True, text=True, encoding="utf-8").stdout.split()
    if not {"eng", "rus"} <= set(known):
        raise NotRun("tesseract has no data for eng and rus")
    command = [program, "stdin", "stdout", "-l", "eng+rus", "--psm", "11", "tsv"]
    environment = os.environ | {"OMP_THREAD_LIMIT": "1"}
    shown = subprocess.run([program, "--version"], capture_output=True, text=True, encoding="utf-8").stdout.split()[1]

    def read(picture: Picture, _: Sequence[Box]) -> list[Piece]:
        larger = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) if scale > 1 else picture
        data = cv2.imencode(".png", larger, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
        done = subprocess.run(command, input=data, capture_output=True, env=environment, check=True)
        return list(_words(done.stdout.decode("utf-8"), scale))

    return Engine(name, shown, read)


def _words(tsv: str, scale: int) -> Iterator[Piece]:
    for line in tsv.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            x, y, width, height = (int(cell) // scale for cell in cells[6:10])
            yield Piece(Box(x, y, width, height), cells[11])


if __name__ == "__main__":
    main()
