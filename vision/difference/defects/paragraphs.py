"""Paragraphs whose words moved to other lines (wider, narrower, larger letters, a word more): one entry for each.

Line by line, a re-wrapped paragraph has another text in nearly every line; as a whole it has the same.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np

from vision.boxes import Rows, clipped, gap, grown, share_inside, union
from vision.difference.alignment import carried
from vision.difference.defects.drafts import draft_of
from vision.difference.defects.readings import SAME_READING, likeness
from vision.difference.defects.scene import EXPLAINED_REACH_PX, PART_SHARE, Scene
from vision.difference.defects.texts import span_of
from vision.groups import connected
from vision.types import Box, Defect, DefectType, Element, Kind

# Lines of one paragraph have a gap of at most this share of their height, and start (or are centred) at one place, to
# this many pixels. A line of running text has at least this many letters.
LINE_GAP = 0.8
SAME_START_PX = 4
LINE_LETTERS = 15
# More lines than this are a list; comparing them all would take quadratic time.
MOST_LINES = 40
# A detector sometimes joins two lines.
LINES_IN_ONE = 2.2
# Words this alike are one misread word; other words have at least this many letters together.
MISREAD_WORD = 0.5
OTHER_LETTERS = 4
# Two readings of one line have equally many words, and are this alike.
SAME_LINE = 0.9
# Larger letters make lines higher by at least this share.
OTHER_SIZE = 0.1
# A paragraph moved by at most this much.
REACH_PX = 64


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The lines of a paragraph that differ, on both sides."""

    before: tuple[Element, ...]
    after: tuple[Element, ...]

    @property
    def texts(self) -> tuple[str, str]:
        return _joined(self.before), _joined(self.after)


def find_wrapped(scene: Scene) -> list[Wrapped]:
    """Paragraphs of the reference that are re-wrapped near their old place."""
    others = _paragraphs(scene.actual_elements)
    places = Rows(_area(lines) for lines in others)
    found = []
    for lines in _paragraphs(scene.reference_elements):
        place = carried(_area(lines), scene.alignment) or _area(lines)
        near = [others[at] for at in places.near(grown(place, REACH_PX)) if gap(places[at], place) <= REACH_PX]
        wrapped = next((one for other in near if (one := _wrapped(lines, other)) is not None), None)
        found += [wrapped] if wrapped is not None and not _stands_elsewhere(scene, wrapped) else []
    return found


def _stands_elsewhere(scene: Scene, one: Wrapped) -> bool:
    """Is any of the lines unchanged elsewhere on the other side? Then it moved."""
    stood, stands = ({e.text for e in side} for side in (scene.reference_elements, scene.actual_elements))
    return any(e.text in stands for e in one.before) or any(e.text in stood for e in one.after)


def _is_same_line(one: str, other: str) -> bool:
    if one == other or abs(len(one) - len(other)) > OTHER_LETTERS:
        return one == other
    return len(re.findall(r"\w+", one)) == len(re.findall(r"\w+", other)) and likeness(one, other) >= SAME_LINE


def without_wrapped(scene: Scene, wrapped: Sequence[Wrapped]) -> Scene:
    """The scene without the changed pixels of these paragraphs."""
    if not wrapped:
        return scene
    changed = scene.changed.copy()
    for one in wrapped:
        for box in _places(scene, one):
            changed[box.slices()] = False
    return replace(scene, changed=changed)


def drafts_of_wrapped(wrapped: Sequence[Wrapped]) -> list[Defect]:
    return [_draft(one) for one in wrapped]


def _places(scene: Scene, one: Wrapped) -> list[Box]:
    stood = carried(_area(one.before), scene.alignment) or _area(one.before)
    height, width = scene.changed.shape
    return [clipped(grown(box, EXPLAINED_REACH_PX), width, height) for box in (stood, _area(one.after))]


def _draft(one: Wrapped) -> Defect:
    before, after = _area(one.before), _area(one.after)
    texts = one.texts
    if _other_letters(*texts) >= OTHER_LETTERS:
        detail = {"before": texts[0], "after": texts[1], "span": span_of(*texts)}
        return draft_of(DefectType.TEXT_CHANGED, before, after, Kind.LABEL, texts[0], detail)
    heights = [float(np.median([line.box.height for line in lines])) for lines in (one.before, one.after)]
    if abs(heights[0] - heights[1]) > OTHER_SIZE * max(heights):
        return draft_of(DefectType.STYLE_CHANGED, before, after, Kind.LABEL, texts[0], {"aspect": "font"})
    size = {"dw": after.width - before.width, "dh": after.height - before.height}
    return draft_of(DefectType.RESIZED, before, after, Kind.LABEL, texts[0], size)


def _other_letters(one: str, other: str) -> int:
    """How many letters the words of one side only have, apart from words that were read differently twice."""
    before, after = (Counter(re.findall(r"\w+", text)) for text in (one, other))
    gone, come = list((before - after).elements()), list((after - before).elements())
    for word in list(gone):
        best = max(come, key=lambda candidate: likeness(word, candidate), default=None)
        if best is not None and likeness(word, best) >= MISREAD_WORD:
            gone.remove(word)
            come.remove(best)
    return sum(map(len, gone + come))


def _wrapped(lines: Sequence[Element], others: Sequence[Element]) -> Wrapped | None:
    """The one run of differing lines, at least two on each side, if nearly all its words are the same."""
    before = [e.text for e in lines]
    after = [next((text for text in before if _is_same_line(text, e.text)), e.text) for e in others]
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    unequal = [step for step in steps if step[0] != "equal"]
    if len(unequal) != 1:
        return None
    _, i1, i2, j1, j2 = unequal[0]
    one = Wrapped(tuple(lines[i1:i2]), tuple(others[j1:j2]))
    if min(len(one.before), len(one.after)) < 2 or _keeps_its_lines(one):
        return None
    return one if likeness(*one.texts) >= SAME_READING else None


def _keeps_its_lines(one: Wrapped) -> bool:
    """Does each line have the words of the line in its place, apart from words new to the whole?"""
    if len(one.before) != len(one.after):
        return False
    pairs = zip(one.before, one.after, strict=True)
    by_lines = sum(_other_letters(line.text, other.text) for line, other in pairs)
    return by_lines < _other_letters(*one.texts) + OTHER_LETTERS


def _paragraphs(elements: Sequence[Element]) -> list[list[Element]]:
    labels = _whole_lines([e for e in elements if e.kind is Kind.LABEL and e.text])
    rows = Rows(e.box for e in labels)
    links = [
        (at, below)
        for at, line in enumerate(labels)
        for below in rows.near(grown(line.box, line.box.height))
        if _follows(labels[below].box, line.box)
    ]
    groups = ([labels[at] for at in sorted(group)] for group in connected(len(labels), links))
    return [lines for lines in groups if 2 <= len(lines) <= MOST_LINES and all(_runs_on(line) for line in lines[:-1])]


def _whole_lines(labels: Sequence[Element]) -> list[Element]:
    """Sorted from top to bottom, without labels that are part of another."""
    rows = Rows(e.box for e in labels)
    parts = {
        at
        for at, e in enumerate(labels)
        for other in rows.near(e.box)
        if labels[other].box.width > e.box.width and share_inside(e.box, rows[other]) > PART_SHARE
    }
    return sorted((e for at, e in enumerate(labels) if at not in parts), key=lambda e: e.box.y)


def _runs_on(line: Element) -> bool:
    return " " in line.text and sum(letter.isalnum() for letter in line.text) >= LINE_LETTERS


def _follows(below: Box, line: Box) -> bool:
    height, higher = sorted((below.height, line.height))
    starts = abs(below.x - line.x), abs(2 * below.x + below.width - 2 * line.x - line.width) // 2
    apart = below.y - line.bottom
    as_high = higher <= LINES_IN_ONE * height
    return as_high and below.y > line.y and -height // 2 < apart <= LINE_GAP * height and min(starts) <= SAME_START_PX


def _area(lines: Sequence[Element]) -> Box:
    return union(line.box for line in lines)


def _joined(lines: Sequence[Element]) -> str:
    return " ".join(line.text for line in lines)
