"""Reads a changed line several times, and in the alphabet of its page."""

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np

from vision.boxes import clipped, grown
from vision.difference.defects.scene import Scene
from vision.difference.regions import ground_colour, ink_mask
from vision.types import Box, Picture

# A line is read with each of these margins, the best alone first (of 80 changed texts they got 52, 50 and 48 right).
MARGINS_PX = (3, 2, 1)
# No letter is this many times wider than its line is high: a reading with fewer letters for its width is of an unknown
# script.
WIDEST_LETTER = 2
# Two readings this alike are of one text: a reader makes mistakes.
SAME_READING = 0.75

# Letters that look the same in both alphabets, and letters that only one of them has.
_LATIN = "ABCEHKMOPTXYaceopxy"
_CYRILLIC = "АВСЕНКМОРТХУасеорху"
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_WORD = re.compile(r"[^\W\d_]+")
# A paper's size, a product's number: A5, X12.
_CODE = re.compile(rf"\b[{_CYRILLIC[:11]}]+(?=\d)")
_ONLY_LATIN = re.compile(f"(?![{_LATIN}])[A-Za-z]")
_ONLY_CYRILLIC = re.compile(f"(?![{_CYRILLIC}])[А-Яа-яЁё]")


def read_line(scene: Scene, picture: Picture, box: Box, known: str) -> str:
    """The majority of several readings of the box; `known` is what was read there before ("" for nothing)."""
    places = [clipped(grown(box, margin), picture.shape[1], picture.shape[0]) for margin in MARGINS_PX]
    readings = [text for text in _readings(scene, picture, places, known) if text]
    drawn_px = _drawn_columns(picture, clipped(box, picture.shape[1], picture.shape[0]))
    readings = [text for text in readings if len(text) * WIDEST_LETTER * box.height >= drawn_px]
    # A reader gives dots, stars and dashes for what it cannot read, unless there is nothing else: a password.
    readings = [text for text in readings if any(letter.isalnum() for letter in text)] or readings
    if not readings:
        return ""
    best, count = Counter(readings).most_common(1)[0]
    if (
        count == 1
        and len(readings) > 1
        and not any(_is_same_reading(best, other) for other in readings if other != best)
    ):
        return ""
    return in_one_alphabet(best, scene.texts)


def _readings(scene: Scene, picture: Picture, places: list[Box], known: str) -> list[str]:
    """The readings with each margin, and the known one. If the first confirms the known one, the others could not
    outvote both and are skipped.
    """
    first = scene.read(picture, places[:1])
    is_settled = first[0] == known and any(letter.isalnum() for letter in known)
    return [*first, *([] if is_settled else scene.read(picture, places[1:])), known]


def _drawn_columns(picture: Picture, box: Box) -> int:
    """How many columns of a line hold ink."""
    return int(np.count_nonzero(ink_mask(picture, box, ground_colour(picture, box)).any(axis=0))) if box.area_px else 0


def _is_same_reading(one: str, other: str) -> bool:
    """Do two readings come from one readable text? Readings of an unknown script differ each time."""
    return likeness(one, other) >= SAME_READING


def likeness(one: str, other: str) -> float:
    """The share of letters that two texts have in common, in order: 0..1."""
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()


def common_beginning(one: str, other: str) -> int:
    """The number of letters that two texts have in common at their start."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def in_one_alphabet(text: str, page: Iterable[str]) -> str:
    """Writes a word of letters that Latin and Cyrillic share in the alphabet of its line, or else of the page."""
    prevailing = _prevailing((text,)) or _prevailing(tuple(page))
    told = _WORD.sub(lambda word: _in_alphabet(word[0], prevailing), text)
    return _CODE.sub(lambda code: code[0].translate(_TO_LATIN), told)


def _in_alphabet(word: str, prevailing: str) -> str:
    own = _prevailing((word,)) or prevailing
    return word.translate({"latin": _TO_LATIN, "cyrillic": _TO_CYRILLIC}.get(own, {}))


@lru_cache(maxsize=256)
def _prevailing(texts: tuple[str, ...]) -> str:
    """`latin` or `cyrillic`, by the letters that only one of them has; "" if there are none, or equally many of both."""
    latin = cyrillic = 0
    for text in texts:
        latin += len(_ONLY_LATIN.findall(text))
        cyrillic += len(_ONLY_CYRILLIC.findall(text))
    if latin == cyrillic:
        return ""
    return "latin" if latin > cyrillic else "cyrillic"
