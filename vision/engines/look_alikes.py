"""Letters that look alike: `resolved` decides from the context which script and which digits were meant."""

import re
from typing import Final

# Letters that look the same in both scripts, place by place.
_LATIN_TWINS: Final = "ABCEHKMOPTXYaceopxy"
_CYRILLIC_TWINS: Final = "АВСЕНКМОРТХУасеорху"
_TO_CYRILLIC: Final = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN: Final = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)
_TWINS: Final = frozenset(_LATIN_TWINS + _CYRILLIC_TWINS)
_CYRILLIC: Final = re.compile("[Ѐ-ӿ]")
_LATIN: Final = re.compile("[A-Za-zÀ-ɏ]")
_WORD: Final = re.compile(r"\w+(?=(%?))")
# Letters that stand for digits in a number, and the units that may follow one.
_LIKE_DIGITS: Final = str.maketrans("OoОоlIЗз", "00001133")
_UNIT: Final = r"(?:px|ms|s|m|min|h|d|[kmgt]b|мс|с|м|мин|ч|д|[кмгт]б|кг|г|шт|руб|р)?"
_NUMBER: Final = re.compile(rf"([\dOoОоlIЗз]*\d[\dOoОоlIЗз]*)({_UNIT})", re.IGNORECASE)
_PERCENT: Final = re.compile(r"[\dOoОоlIЗз]+")


def resolved(text: str, page_script: str = "") -> str:
    """The text with its look-alikes decided by their word, else by the line, else by the page's
    script: "Cохранить" with a Latin C is Russian, "SETTlNGS" has a capital I, "1O0",
    "1Зm" and "Oо%" are numbers."""
    script = script_of(text) or page_script
    return _WORD.sub(lambda word: _settled(word.group(), script, bool(word.group(1))), text)


def _settled(word: str, around: str, is_share: bool) -> str:
    if number := _NUMBER.fullmatch(word):
        return number.group(1).translate(_LIKE_DIGITS) + number.group(2)
    if is_share and _PERCENT.fullmatch(word):
        return word.translate(_LIKE_DIGITS)
    script = script_of(word) or around or _majority(word)
    if script == "cyrillic":
        word = word.translate(_TO_CYRILLIC)
    elif script == "latin":
        word = word.translate(_TO_LATIN)
    if re.fullmatch(r"[A-Zl]{3,}", word) and sum(letter.isupper() for letter in word) >= 2:
        return word.replace("l", "I")
    return re.sub(r"(?<=[a-z])I(?=[a-z])", "l", word)


def _majority(word: str) -> str:
    """For a word of nothing but twins, written in both scripts."""
    cyrillic, latin = (sum(letter in twins for letter in word) for twins in (_CYRILLIC_TWINS, _LATIN_TWINS))
    return "" if not cyrillic or not latin else "cyrillic" if cyrillic > latin else "latin"


def script_of(text: str) -> str:
    """`latin` or `cyrillic` where letters that only one of them has say so, otherwise ""."""
    telling = [letter for letter in text if letter not in _TWINS]
    cyrillic = sum(bool(_CYRILLIC.match(letter)) for letter in telling)
    latin = sum(bool(_LATIN.match(letter)) for letter in telling)
    return "cyrillic" if cyrillic > latin else "latin" if latin > cyrillic else ""
