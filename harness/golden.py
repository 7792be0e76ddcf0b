"""The stored pairs, and comparing a pair's report with the expected one.

`NAME.expected.json` beside the pictures has a line for each entry. The order of lines does not count, and a box may be off by a
few pixels: a later engine that says the same of a box one pixel larger is no worse.
"""

import json
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from vision.boxes import iou
from vision.difference.defects import decide
from vision.image import ImageLimits, decode
from vision.types import Box, CompareOptions, Comparison, Defect, DefectType, Picture

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "data" / "pairs"
LIMITS = ImageLimits(max_bytes=5_000_000, max_pixels=5_000_000)
# Two boxes are the same when no side is further off than this, or when they share this much. An area, which has no kind, may be
# told with or without the empty ground around what stands in it.
SIDE_PX = 6
SAME_BOX, SAME_AREA = 0.75, 0.5
# The name of an element may be read a little differently; what a text was before and after may not.
SAME_NAME = 0.6
# How many elements an entry lists may differ by this share, or by this many.
MORE_ELEMENTS = (0.25, 2)

Entry = Mapping[str, Any]


def names() -> list[str]:
    """All stored pairs, as paths below `PAIRS` without their endings."""
    return sorted(
        path.relative_to(PAIRS).as_posix().removesuffix(".truth.json") for path in PAIRS.rglob("*.truth.json")
    )


def pair(name: str) -> tuple[Picture, Picture]:
    """The reference and the actual."""
    first, second = (decode((PAIRS / f"{name}.{side}.png").read_bytes(), LIMITS) for side in ("reference", "actual"))
    return first, second


def expected(name: str) -> dict[str, Any]:
    """The expected report of a pair, in the form of `listed`; without a verdict if none was written yet."""
    path = PAIRS / f"{name}.expected.json"
    text = path.read_text(encoding="utf-8") if path.is_file() else '{"verdict": "", "defects": []}'
    read: dict[str, Any] = json.loads(text)
    return read


# -- what is said ----------------------------------------------------------------------------------------------------------


def listed(found: Comparison) -> dict[str, Any]:
    """All of a comparison that people read: the verdict, each defect, what was left unexplained."""
    return {
        "verdict": str(decide(found.defects, found.unexplained, CompareOptions(found.match_level)).verdict),
        "defects": [entry(defect) for defect in found.defects],
        "unexplained": [corners(one.actual_box or one.reference_box) for one in found.unexplained],
    }


def entry(defect: Defect) -> dict[str, Any]:
    """One defect; boxes are [x, y, width, height]. `elements` is how many it lists; a shift lists blocks as well as elements,
    so that their number says nothing."""
    whole = {
        "id": defect.id,
        "type": str(defect.type),
        "kind": defect.kind and str(defect.kind),
        "text": defect.text,
        "reference_box": corners(defect.reference_box),
        "actual_box": corners(defect.actual_box),
        "cause": defect.cause_id,
        "order": fact(defect, "order"),
        "elements": defect.type is not DefectType.LAYOUT_SHIFT and len(fact(defect, "elements") or ()),
    }
    if defect.type is DefectType.TEXT_CHANGED:
        whole |= {"before": fact(defect, "before"), "after": fact(defect, "after")}
    return {name: value for name, value in whole.items() if value}


def fact(defect: Defect, name: str) -> Any:
    """A fact of a defect's detail, None if it has none of that name."""
    detail: Any = defect.detail
    return detail.get(name) if isinstance(detail, dict) else getattr(detail, name, None)


def corners(box: Box | None) -> list[int] | None:
    return box and [box.x, box.y, box.width, box.height]


def written(said: Mapping[str, Any]) -> str:
    """JSON with a line for each entry, so that a changed entry is a changed line."""
    parts = [f' "verdict": "{said["verdict"]}"']
    for name in ("defects", "unexplained"):
        lines = ",\n".join("  " + json.dumps(one, ensure_ascii=False) for one in said[name])
        parts.append(f' "{name}": [\n{lines}\n ]' if lines else f' "{name}": []')
    return "{\n" + ",\n".join(parts) + "\n}\n"


# -- said and expected -----------------------------------------------------------------------------------------------------


def differences(expected: Mapping[str, Any], said: Mapping[str, Any]) -> list[str]:
    """A line for each entry that should be said and is not, and for each that is said and should not be."""
    matched, unsaid, unasked = _matched(expected["defects"], said["defects"])
    lines = [f"not said: {_line(one)}" for one in unsaid] + [f"said: {_line(one)}" for one in unasked]
    ids = {one["id"]: other["id"] for one, other in matched}
    for one, other in matched:
        if other.get("cause") != ids.get(one.get("cause", "")):
            lines.append(f"cause should be {one.get('cause')}: {_line(other)}")
    if expected["verdict"] != said["verdict"]:
        lines.append(f"the verdict should be {expected['verdict']}, not {said['verdict']}")
    return lines + [f"unexplained: {box}" for box in said["unexplained"]]


def _matched(
    wanted: Sequence[Entry], said: Sequence[Entry]
) -> tuple[list[tuple[Entry, Entry]], list[Entry], list[Entry]]:
    """Each wanted entry with the first that says the same; then what is left of either."""
    matched, unsaid, rest = [], [], list(said)
    for one in wanted:
        at = next((at for at, other in enumerate(rest) if _says_the_same(one, other)), None)
        if at is None:
            unsaid.append(one)
        else:
            matched.append((one, rest.pop(at)))
    return matched, unsaid, rest


def _says_the_same(one: Entry, other: Entry) -> bool:
    return (
        all(one.get(key) == other.get(key) for key in ("type", "kind", "order", "before", "after"))
        and all(_is_same_place(one, other, side) for side in ("reference_box", "actual_box"))
        and _is_same_name(one.get("text", ""), other.get("text", ""))
        and _is_as_many(one.get("elements", 0), other.get("elements", 0))
    )


def _is_same_place(one: Entry, other: Entry, side: str) -> bool:
    if side not in one or side not in other:
        return side not in one and side not in other
    first, second = Box(*one[side]), Box(*other[side])
    sides = zip(_sides(first), _sides(second), strict=True)
    least = SAME_BOX if "kind" in one else SAME_AREA
    return all(abs(a - b) <= SIDE_PX for a, b in sides) or iou(first, second) >= least


def _sides(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.right, box.bottom


def _is_same_name(one: str, other: str) -> bool:
    return bool(one) == bool(other) and SequenceMatcher(None, one, other).ratio() >= (SAME_NAME if one else 0)


def _is_as_many(one: int, other: int) -> bool:
    share, few = MORE_ELEMENTS
    return bool(one) == bool(other) and abs(one - other) <= max(few, share * one)


def _line(one: Entry) -> str:
    return json.dumps(one, ensure_ascii=False)
