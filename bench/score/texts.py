"""Texts of truth and answers: their scripts, and how many characters differ."""

import unicodedata
from collections import Counter

_ONE_FORM = {"\u2018\u2019\u02bc": "'", "\u201c\u201d\u201e": '"', "\u2010\u2011\u2012\u2013\u2014\u2212": "-"}
_INVISIBLE = "\u00ad\u200b\ufeff"
_TABLE = {ord(char): form for chars, form in _ONE_FORM.items() for char in chars} | {
    ord(char): None for char in _INVISIBLE
}


def one_line(text: str | None) -> str:
    """One space for any white space."""
    return " ".join((text or "").split())


def comparable(text: str | None) -> str:
    """NFKC, one form of dash, quote and apostrophe, one space for any white space. Letter case stays."""
    return one_line(unicodedata.normalize("NFKC", text or "").translate(_TABLE))


def script_of_text(text: str) -> str:
    """`cyrillic` if at least as many letters are Cyrillic as Latin, else `latin`."""
    cyrillic = sum("\u0400" <= char <= "\u04ff" for char in text)
    latin = sum(char.isalpha() and char < "\u0250" for char in text)
    return "cyrillic" if cyrillic and cyrillic >= latin else "latin"


def script_of_char(char: str) -> str:
    if char.isdigit():
        return "digits"
    if not char.isalpha():
        return "other"
    return "cyrillic" if "CYRILLIC" in unicodedata.name(char, "") else "latin"


def edits(first: str, second: str) -> int:
    """Levenshtein distance, bit-parallel (Myers 1999, Hyyrö 2003)."""
    if len(first) < len(second):
        first, second = second, first
    if not second:
        return len(first)
    mask, top = (1 << len(second)) - 1, 1 << (len(second) - 1)
    places: dict[str, int] = {}
    for index, char in enumerate(second):
        places[char] = places.get(char, 0) | 1 << index
    plus, minus, distance = mask, 0, len(second)
    for char in first:
        equal = places.get(char, 0)
        vertical = equal | minus
        horizontal = (((equal & plus) + plus) ^ plus) | equal
        up, down = minus | ~(horizontal | plus) & mask, plus & horizontal
        distance += bool(up & top) - bool(down & top)
        up, down = (up << 1 | 1) & mask, down << 1 & mask
        plus, minus = down | ~(vertical | up) & mask, up & vertical
    return distance


def wrong_chars(truth: str, read: str) -> Counter[str]:
    """The edits by script: each counts for the true character it destroys, an insertion for `other`."""
    cost = _costs(truth, read)
    found: Counter[str] = Counter()
    row, column = len(truth), len(read)
    while row or column:
        differ = row > 0 and column > 0 and truth[row - 1] != read[column - 1]
        if row and column and cost[row][column] == cost[row - 1][column - 1] + differ:
            found[script_of_char(truth[row - 1])] += differ
            row, column = row - 1, column - 1
        elif row and cost[row][column] == cost[row - 1][column] + 1:
            row -= 1
            found[script_of_char(truth[row])] += 1
        else:
            column -= 1
            found["other"] += 1
    return +found


def _costs(truth: str, read: str) -> list[list[int]]:
    """Edit distances of all prefixes."""
    cost = [[row + column for column in range(len(read) + 1)] for row in range(len(truth) + 1)]
    for row in range(1, len(truth) + 1):
        for column in range(1, len(read) + 1):
            differ = truth[row - 1] != read[column - 1]
            cost[row][column] = min(
                cost[row - 1][column] + 1, cost[row][column - 1] + 1, cost[row - 1][column - 1] + differ
            )
    return cost
