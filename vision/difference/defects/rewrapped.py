"""Lines whose words went to other lines of the page, as in a wider or narrower typeface."""

import re
from collections import Counter
from collections.abc import Collection, Sequence

from vision.difference.defects.readings import SAME_READING, common_beginning
from vision.difference.defects.scene import TEXT_KINDS, Scene
from vision.types import Element

# Two lines with at least this many letters in common at their start begin with one text.
BEGINNING = 6

Words = Counter[str]


def begin_alike(one: str, other: str) -> bool:
    return common_beginning(one, other) >= BEGINNING


def says_the_same(scene: Scene) -> bool:
    """Have both pages most of their words in common, in whatever lines?"""
    before, after = (_words(_lines(side)) for side in (scene.reference_elements, scene.actual_elements))
    return _length(before & after) >= SAME_READING * max(_length(before), _length(after))


def rewrapped_lines(
    scene: Scene, known_before: Collection[str], known_after: Collection[str]
) -> tuple[tuple[Element, ...], tuple[Element, ...]]:
    """The lines of both sides of which most letters stand in words of the other side. `known_before` and
    `known_after` are the ids of lines to leave out.
    """
    before, after = _lines(scene.reference_elements), _lines(scene.actual_elements)
    return _found_in(before, known_before, _words(after)), _found_in(after, known_after, _words(before))


def _found_in(lines: Sequence[Element], known: Collection[str], others: Words) -> tuple[Element, ...]:
    return tuple(line for line in lines if line.id not in known and _is_in(_words([line]), others))


def _is_in(words: Words, others: Words) -> bool:
    shared = sum(len(word) * count for word, count in words.items() if word in others)
    return shared > 0 and shared >= SAME_READING * _length(words)


def _lines(elements: Sequence[Element]) -> list[Element]:
    return [element for element in elements if element.kind in TEXT_KINDS and element.text]


def _words(lines: Sequence[Element]) -> Words:
    return Counter(word for line in lines for word in re.findall(r"\w+", line.text.casefold()))


def _length(words: Words) -> int:
    return sum(len(word) * count for word, count in words.items())
