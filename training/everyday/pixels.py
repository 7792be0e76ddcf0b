# ruff: noqa: E501 - lists of names and boxes are easier to read in whole lines.
"""What is done to the finished pictures: lossy files, offsets, crops, captures that were put together."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.everyday.seen import Seen

Picture = NDArray[Any]


class NotHere(RuntimeError):
    """This page has nothing that the kind could be made of."""


@dataclass(slots=True)
class Taken:
    """The actual picture, what the pixels add to the truth, and the verdicts that do not follow from it."""

    actual: Picture
    changes: list[dict[str, Any]] = field(default_factory=list)
    alternatives: list[list[dict[str, Any]]] = field(default_factory=list)
    levels: dict[str, str | None] = field(default_factory=dict)
    note: str = ""


def recoded(picture: Picture, suffix: str, *flags: int) -> Picture:
    read = cv2.imdecode(cv2.imencode(suffix, picture, list(flags))[1], cv2.IMREAD_COLOR)
    assert read is not None
    return np.asarray(read)


def jpeg_page(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    quality = rng.choice((80, 85, 92))
    return Taken(recoded(actual, ".jpg", cv2.IMWRITE_JPEG_QUALITY, quality), note=f"JPEG {quality}")


def webp_page(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    return Taken(recoded(actual, ".webp", cv2.IMWRITE_WEBP_QUALITY, 88), note="WebP 88")


def jpeg_photo(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    boxes = [
        element["box"]
        for element in seen.elements.values()
        if element["kind"] == "image" and element["box"]["height"] > 60
    ]
    if not boxes:
        raise NotHere
    box, quality = rng.choice(boxes), rng.choice((60, 75))
    part = slice(box["y"], box["y"] + box["height"]), slice(box["x"], box["x"] + box["width"])
    made = actual.copy()
    made[part] = recoded(np.ascontiguousarray(actual[part]), ".jpg", cv2.IMWRITE_JPEG_QUALITY, quality)
    return Taken(made, note=f"JPEG {quality}")


def two_levels(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    step = rng.choice((-2, 2))
    return Taken(np.clip(actual.astype(np.int16) + step, 0, 255).astype(np.uint8), note=f"{step:+} levels")


def alpha(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    """Whites become transparent, which is laid on white again."""
    full = np.dstack([actual, np.full(actual.shape[:2], 255, np.uint8)])
    full[(actual == 255).all(axis=2), 3] = 0
    return Taken(full, note="white is transparent", levels={"exact": "failed"} if (full[:, :, 3] == 0).any() else {})


def depth(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    return Taken(actual.astype(np.uint16) * 257, note="16 bit per channel")


def dither(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    noise = np.random.default_rng(rng.randrange(9999)).integers(-1, 2, (*actual.shape[:2], 1))
    return Taken(np.clip(actual.astype(np.int16) + noise, 0, 255).astype(np.uint8), note="one level up or down")


def offset(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    dx, dy = rng.choice(((1, 0), (0, 1), (1, 1), (-1, 0), (0, -1)))
    moved = cv2.warpAffine(
        actual, np.float32([[1, 0, dx], [0, 1, dy]]), actual.shape[1::-1], borderMode=cv2.BORDER_REPLICATE
    )  # type: ignore[call-overload]
    return Taken(np.asarray(moved), note=f"by {dx}, {dy}")


def stitched(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    """Two captures, the lower one a pixel further down; the seam runs over plain ground."""
    made = actual.copy()
    row = plain_row(actual, rng, actual.shape[0] // 3)
    made[row + 1 :] = actual[row:-1]
    return Taken(made, note=f"seam at {row}")


def repeat_header(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    """A capture in two parts whose fixed header stands in both."""
    height = header_height(actual)
    row = plain_row(actual, rng, actual.shape[0] // 2)
    made = actual.copy()
    made[row : row + height] = actual[:height]
    box = {"x": 0, "y": row, "width": actual.shape[1], "height": height}
    parts = [
        e["box"] | {"y": e["box"]["y"] + row}
        for e in seen.elements.values()
        if e["box"]["y"] + e["box"]["height"] <= height
    ]
    added = {"type": "added", "kind": None, "reference_box": None, "actual_box": box, "parts": parts}
    covered = [
        {"type": "missing", "kind": e["kind"], "reference_box": e["box"], "actual_box": None}
        for e in seen.elements.values()
        if e["box"]["y"] >= row and e["box"]["y"] + e["box"]["height"] <= row + height
    ]
    return Taken(made, [added], [[added, *covered]] if covered else [], note=f"again at {row}")


def header_height(actual: Picture) -> int:
    """Down to the line under the bar: where the left edge of the page changes colour first."""
    edge = np.abs(np.diff(actual[:, :2].astype(int), axis=0)).max(axis=(1, 2))
    rows = [row for row in np.flatnonzero(edge > 1) if 40 <= row <= 90]
    if not rows:
        raise NotHere
    return int(rows[-1]) + 1


def plain_row(actual: Picture, rng: random.Random, first: int) -> int:
    plain = [
        row
        for row in range(first, actual.shape[0] - 90)
        if all(is_plain(actual[row + i : row + i + 1]) for i in range(4))
    ]
    if not plain:
        raise NotHere
    return rng.choice(plain) + 1


def is_plain(part: Picture) -> bool:
    return part.size > 0 and int(np.ptp(part.reshape(-1, part.shape[-1]).astype(int), axis=0).max()) <= 2


def crop_ground(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    """Nothing but ground goes: at the right or at the lower edge."""
    height, width = actual.shape[:2]
    by = rng.choice((1, 2, 5, 9, 15))
    if is_plain(actual[:, width - by :]):
        return Taken(actual[:, : width - by], note=f"{by} px at the right", levels={"exact": "failed"})
    if is_plain(actual[height - by :]):
        return Taken(actual[: height - by], note=f"{by} px at the bottom", levels={"exact": "failed"})
    raise NotHere


def crop_content(actual: Picture, seen: Seen, rng: random.Random) -> Taken:
    """The lower part goes, or the bar at the top, which lets the rest come up."""
    height, width = actual.shape[:2]
    if rng.random() < 0.35:
        top = header_height(actual)
        parts = [e["box"] for e in seen.elements.values() if e["box"]["y"] + e["box"]["height"] <= top]
        gone = strip(0, top, width, parts)
        rest = [e["box"] for e in seen.elements.values() if e["box"]["y"] >= top]
        shift = {
            "type": "layout_shift", "kind": None, "reference_box": {"x": 0, "y": top, "width": width, "height": height - top},
            "actual_box": {"x": 0, "y": 0, "width": width, "height": height - top}, "vector": [0, -top], "elements": len(rest), "parts": rest,
        }  # fmt: skip
        return Taken(actual[top:], [gone, shift], [[gone]], note=f"{top} px at the top")
    row = plain_row(actual, rng, height * 2 // 3)
    parts = [e["box"] for e in seen.elements.values() if e["box"]["y"] >= row]
    if not parts:
        raise NotHere
    inked = strip(min(p["y"] for p in parts), max(p["y"] + p["height"] for p in parts), width, parts)
    return Taken(actual[:row], [strip(row, height, width, parts)], [[inked]], note=f"{height - row} px at the bottom")


def strip(top: int, bottom: int, width: int, parts: list[dict[str, int]]) -> dict[str, Any]:
    box = {"x": 0, "y": top, "width": width, "height": bottom - top}
    return {"type": "missing", "kind": None, "reference_box": box, "actual_box": None, "parts": parts}


AFTER: dict[str, Callable[[Picture, Seen, random.Random], Taken]] = {
    "jpeg_page": jpeg_page, "webp_page": webp_page, "jpeg_photo": jpeg_photo, "two_levels": two_levels, "alpha": alpha, "depth": depth, "dither": dither,
    "offset": offset, "stitched": stitched, "repeat_header": repeat_header, "crop_ground": crop_ground, "crop_content": crop_content,
}  # fmt: skip
