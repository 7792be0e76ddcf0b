"""Lines with slightly edited words at a slightly different place: their pixels no longer match anything.

A centred heading that lost a letter, in a picture that became lower, shares no pixel with its old place; its words
identify it.
"""

from collections import Counter
from collections.abc import Sequence

from vision.boxes import Rows, gap, grown, in_one_row, shared_px
from vision.difference.alignment import carried
from vision.difference.defects.drafts import draft_of
from vision.difference.defects.readings import likeness
from vision.difference.defects.scene import Scene
from vision.difference.defects.texts import span_of
from vision.difference.identity import Match
from vision.difference.matching import Thing
from vision.difference.regions import tight_box
from vision.types import Box, Defect, DefectType, Element, Kind

# Two texts this alike are one edited text. Fewer letters, and numbers, are alike by chance.
EDITED = 0.6
MIN_LETTERS = 6
# An edited line keeps its height to this share, and moved by at most this many of its heights.
SAME_HEIGHT = 0.25
REACH_LINES = 2


def find_edited_lines(scene: Scene, matches: Sequence[Match]) -> list[Match]:
    """Labels that were not matched (`matches`), each with the most similar unclaimed one nearby. Those in one row are
    compared by their pixels later.
    """
    before = _left_over(scene.reference_elements, scene.actual_elements, [m.before.box for m in matches])
    after = _left_over(scene.actual_elements, scene.reference_elements, [m.after.box for m in matches])
    rows = Rows(other.box for other in after)
    chosen = [(one, other) for one in before if (other := _most_similar(scene, one, after, rows)) is not None]
    counts = Counter(other.id for _, other in chosen)
    return [
        Match(_thing(one), _thing(other))
        for one, other in chosen
        if counts[other.id] == 1 and not _in_place(scene, one, other)
    ]


def drafts_of(scene: Scene, edited: Sequence[Match]) -> list[Defect]:
    drafts = []
    for match in edited:
        texts = match.before.text, match.after.text
        boxes = tight_box(scene.reference, match.before.box), tight_box(scene.actual, match.after.box)
        detail = {"before": texts[0], "after": texts[1], "span": span_of(*texts)}
        drafts.append(draft_of(DefectType.TEXT_CHANGED, *boxes, Kind.LABEL, texts[0], detail))
    return drafts


def _left_over(elements: Sequence[Element], others: Sequence[Element], found: Sequence[Box]) -> list[Element]:
    """Labels whose text does not occur on the other side, and which did not move."""
    told, places = {element.text for element in others}, Rows(found)
    return [
        e
        for e in elements
        if e.kind is Kind.LABEL and _is_long(e.text) and e.text not in told
        and not any(shared_px(places[at], e.box) for at in places.near(e.box))
    ]  # fmt: skip


def _is_long(text: str) -> bool:
    return sum(letter.isalpha() for letter in text) >= MIN_LETTERS


def _most_similar(scene: Scene, line: Element, others: Sequence[Element], rows: Rows) -> Element | None:
    """`rows` are the boxes of the `others`."""
    place = carried(line.box, scene.alignment) or line.box
    reach = grown(place, REACH_LINES * place.height + 1)
    near = [others[at] for at in rows.near(reach) if _is_near(place, rows[at])]
    alike = {other.id: likeness(line.text, other.text) for other in near}
    best = max(near, key=lambda other: alike[other.id], default=None)
    return best if best is not None and alike[best.id] >= EDITED else None


def _is_near(place: Box, other: Box) -> bool:
    as_high = abs(place.height - other.height) <= SAME_HEIGHT * max(place.height, other.height)
    across = min(place.right, other.right) > max(place.x, other.x)
    return as_high and across and gap(place, other) <= REACH_LINES * place.height


def _in_place(scene: Scene, one: Element, other: Element) -> bool:
    place = carried(one.box, scene.alignment)
    return place is not None and in_one_row(place, other.box)


def _thing(element: Element) -> Thing:
    return Thing(element.box, element.kind, element.text, element.id)
