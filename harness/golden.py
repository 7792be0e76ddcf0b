"""The stored pairs, and what a comparison says of one in a form that can be held against a file."""

import json
from pathlib import Path
from typing import Any

from vision.difference.defects import decide
from vision.image import ImageLimits, decode
from vision.types import Box, CompareOptions, Comparison, Defect, DefectType, Picture

PAIRS = Path(__file__).resolve().parent.parent / "tests" / "data" / "pairs"
LIMITS = ImageLimits(max_bytes=5_000_000, max_pixels=5_000_000)


def names() -> list[str]:
    """All stored pairs, as paths below `PAIRS` without their endings."""
    return sorted(
        path.relative_to(PAIRS).as_posix().removesuffix(".truth.json") for path in PAIRS.rglob("*.truth.json")
    )


def pair(name: str) -> tuple[Picture, Picture]:
    """The reference and the actual."""
    first, second = (decode((PAIRS / f"{name}.{side}.png").read_bytes(), LIMITS) for side in ("reference", "actual"))
    return first, second


def listed(found: Comparison) -> dict[str, Any]:
    """All of a comparison that people read: the verdict, each defect, what was left unexplained."""
    return {
        "verdict": str(decide(found.defects, found.unexplained, CompareOptions(found.match_level)).verdict),
        "defects": [entry(defect) for defect in found.defects],
        "unexplained": [corners(one.actual_box or one.reference_box) for one in found.unexplained],
    }


def entry(defect: Defect) -> dict[str, Any]:
    """One defect; boxes are [x, y, width, height], `elements` is how many it lists."""
    whole = {
        "id": defect.id,
        "type": str(defect.type),
        "kind": defect.kind and str(defect.kind),
        "text": defect.text,
        "reference_box": corners(defect.reference_box),
        "actual_box": corners(defect.actual_box),
        "cause": defect.cause_id,
        "elements": len(fact(defect, "elements") or ()),
    }
    if defect.type is DefectType.TEXT_CHANGED:
        whole |= {"before": fact(defect, "before"), "after": fact(defect, "after")}
    return {name: value for name, value in whole.items() if value not in (None, "", 0)}


def fact(defect: Defect, name: str) -> Any:
    """A fact of a defect's detail, None where it has none of that name."""
    detail: Any = defect.detail
    return detail.get(name) if isinstance(detail, dict) else getattr(detail, name, None)


def corners(box: Box | None) -> list[int] | None:
    return box and [box.x, box.y, box.width, box.height]


def written(said: dict[str, Any]) -> str:
    """JSON with a line for each entry, so that a changed entry is a changed line."""
    parts = [f' "verdict": "{said["verdict"]}"']
    for name in ("defects", "unexplained"):
        lines = ",\n".join("  " + json.dumps(one, ensure_ascii=False) for one in said[name])
        parts.append(f' "{name}": [\n{lines}\n ]' if lines else f' "{name}": []')
    return "{\n" + ",\n".join(parts) + "\n}\n"
