"""Facts become what a page shows: sentences with consequences under their cause, and the scene that <etalon-view> draws."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from vision.difference.alignment import carried, would_stand
from vision.messages import defect_message
from vision.types import (
    Alignment,
    Box,
    Comparison,
    Defect,
    DefectType,
    Element,
    IgnoredDefect,
    Noise,
    NoiseReason,
    Severity,
    Unexplained,
)
from vision.words import UNEXPLAINED, Language

_MOST_NOISE = 300  # spots that the viewer draws; the list beside it counts them all
_MOVES: Final = (DefectType.MOVED, DefectType.RESIZED, DefectType.LAYOUT_SHIFT)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the list: `anchor` is its id in the page and in the viewer, `depth` how far under its cause it stands."""

    anchor: str
    number: str
    type: str
    severity: Severity | None
    words: str
    depth: int
    reference_box: Box | None
    actual_box: Box | None
    reason: str = ""
    before: str = ""
    after: str = ""
    colours: tuple[str, str] | None = None
    more: int = 0


def sentence(defect: Defect, language: Language) -> str:
    """A defect in one sentence."""
    return defect_message(
        defect.type, defect.kind, defect.text, defect.reference_box, defect.actual_box, defect.detail, language
    )


def sentences(defects: Sequence[Defect], language: Language) -> list[Sentence]:
    """In their own order, each consequence right after its cause and one step further in."""
    known = {one.id for one in defects}
    following: dict[str, list[Defect]] = {}
    for one in defects:
        if one.cause_id in known and one.cause_id != one.id:
            following.setdefault(str(one.cause_id), []).append(one)
    roots = [one for one in defects if one.cause_id not in known or one.cause_id == one.id]
    lines: list[Sentence] = []
    seen: set[str] = set()

    def add(defect: Defect, depth: int) -> None:
        if defect.id not in seen:
            seen.add(defect.id)
            lines.append(_line(defect, language, min(depth, 3)))
            for consequence in following.get(defect.id, ()):
                add(consequence, depth + 1)

    for root in roots:
        add(root, 0)
    for left in defects:  # causes that go round in a circle
        add(left, 0)
    return lines


def ignored_sentences(ignored: Sequence[IgnoredDefect], language: Language) -> list[Sentence]:
    return [_line(one.defect, language, 0, anchor=f"i-{one.defect.id}", reason=one.reason) for one in ignored]


def unexplained_sentences(areas: Sequence[Unexplained]) -> list[Sentence]:
    return [
        Sentence(f"u{number}", f"u{number}", "unexplained", None, "", 0, one.reference_box, one.actual_box)
        for number, one in enumerate(areas, 1)
    ]


def severities(defects: Sequence[Defect]) -> list[tuple[Severity, int]]:
    """How many of each, the worst first; without those of which there are none."""
    counts = Counter(one.severity for one in defects)
    return [(severity, counts[severity]) for severity in reversed(Severity) if counts[severity]]


def noise_reasons(noise: Sequence[Noise]) -> list[tuple[NoiseReason, int]]:
    """How many spots for each reason, the most first."""
    return Counter(one.reason for one in noise).most_common()


def scene(found: Comparison, language: Language, pictures: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    """What the viewer draws of a comparison. Boxes are [x, y, width, height] of their own picture, `at` of the actual: where
    what is only in the reference would stand now."""
    findings = [
        _frame(one.anchor, one.number, one.type, one.words, one.reference_box, one.actual_box, found.alignment)
        for one in sentences(found.defects, language)
    ]
    findings += [
        _frame(
            one.anchor, one.number, one.type, UNEXPLAINED[language], one.reference_box, one.actual_box, found.alignment
        )
        for one in unexplained_sentences(found.unexplained)
    ]
    return {
        **pictures,
        "bands": [[*(_list(band.reference_box) or ()), band.dx, band.dy] for band in found.alignment.bands],
        "scale": found.alignment.scale,
        "findings": findings,
        "ignored": [
            _frame(one.anchor, one.number, one.type, one.words, one.reference_box, one.actual_box, found.alignment)
            for one in ignored_sentences(found.ignored, language)
        ],
        "noise": [_list(one.box) for one in sorted(found.noise, key=lambda one: -one.area_px)[:_MOST_NOISE]],
        "words": words,
    }


def still(elements: Sequence[Element], pictures: dict[str, Any], words: dict[str, str], **more: Any) -> dict[str, Any]:
    """What the viewer draws of one picture: its elements."""
    marked = [
        {"id": one.id, "kind": one.kind.value, "words": one.text, "actual": _list(one.box), "number": one.id[1:]}
        for one in elements
    ]
    return {**pictures, "elements": marked, "words": words, **more}


def element_json(element: Element) -> dict[str, Any]:
    """As the API tells it."""
    return {**asdict(element), "kind": element.kind.value}


def _line(defect: Defect, language: Language, depth: int, anchor: str = "", reason: str = "") -> Sentence:
    before, after = str(defect.detail.get("before") or ""), str(defect.detail.get("after") or "")
    texts = defect.type is DefectType.TEXT_CHANGED and before != after
    colours = defect.type is DefectType.STYLE_CHANGED and _is_colour(before) and _is_colour(after)
    return Sentence(
        anchor=anchor or defect.id,
        number=defect.id.removeprefix("d"),
        type=defect.type.value,
        severity=defect.severity,
        words=sentence(defect, language),
        depth=depth,
        reference_box=defect.reference_box,
        actual_box=defect.actual_box,
        reason=reason,
        before=before if texts else "",
        after=after if texts else "",
        colours=(before, after) if colours else None,
        more=len(defect.detail.get("elements") or ()),
    )


def _is_colour(text: str) -> bool:
    return len(text) == 7 and text[0] == "#" and all(sign in "0123456789abcdefABCDEF" for sign in text[1:])


def _frame(
    anchor: str,
    number: str,
    type_: str,
    words: str,
    reference_box: Box | None,
    actual_box: Box | None,
    alignment: Alignment,
) -> dict[str, Any]:
    at = _placed(reference_box, alignment) if reference_box else None
    return {
        "id": anchor,
        "number": number,
        "type": type_,
        "words": words,
        "reference": _list(reference_box),
        "actual": _list(actual_box),
        "at": _list(at),
        "arrow": type_ in _MOVES and type_ != DefectType.RESIZED,
    }


def _placed(box: Box, alignment: Alignment) -> Box:
    """Where it would stand in the actual, in its pixels, if only the page's own shift had happened to it; flat where its place
    is gone too, so that it is not drawn over what came after it."""
    laid = would_stand(box, alignment)
    if alignment.bands and carried(box, alignment) is None:
        laid = replace(laid, **({"height": 0} if laid.width >= laid.height else {"width": 0}))
    scale = alignment.scale
    if scale == 1.0:
        return laid
    return Box(round(laid.x * scale), round(laid.y * scale), round(laid.width * scale), round(laid.height * scale))


def _list(box: Box | None) -> list[int] | None:
    return [box.x, box.y, box.width, box.height] if box else None
