"""Training crops of rendered pages: native pixels, rare kinds sought out a little, nothing mirrored or turned."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Kind, Picture

KINDS = tuple(Kind)
KEPT_SHARE = 0.4  # An element cut by the crop's edge counts while this much of it shows.
SHAPES = (
    (640, 640),
    (640, 640),
    (640, 640),
    (416, 960),
    (320, 1280),
    (960, 416),
)  # height, width: always about 0.41 megapixels
CROPS_OF_A_PAGE = 5  # Decoding a page costs as much as a third of a pass.
BALANCE = (
    0.4  # A kind is sought in proportion to its count on the page to this power: 1 as on the page, 0 all kinds alike.
)
POOL = 48  # Crops are drawn from this many, or those of one page would come in one batch.


@dataclass(frozen=True, slots=True)
class Crop:
    """`boxes`: left, top, right, bottom in pixels; `kinds`: places in `KINDS`."""

    picture: Picture
    boxes: NDArray[np.float32]
    kinds: NDArray[np.int64]


class Pages(Protocol):
    """A sequence of pages; it may grow."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: int, /) -> Path: ...


def crops(pages: Pages, shape: tuple[int, int], rng: random.Random) -> Iterator[Crop]:
    """Crops of `shape` (height, width) without end, from pages drawn at random."""
    pool: list[Crop] = []
    for crop in crops_page_by_page(pages, shape, rng):
        pool.append(crop)
        if len(pool) >= POOL:
            yield disturb(pool.pop(rng.randrange(len(pool))), rng)


def crops_page_by_page(pages: Pages, shape: tuple[int, int], rng: random.Random) -> Iterator[Crop]:
    while True:
        page = pages[rng.randrange(len(pages))]
        picture = cv2.imread(str(page))
        if picture is None:
            continue
        truth = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
        boxes, kinds = boxes_of(truth)
        if len(boxes):
            for _ in range(CROPS_OF_A_PAGE):
                yield cut(picture, boxes, kinds, shape, rng)


def boxes_of(truth: dict[str, list[dict[str, dict[str, int]]]]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    edges = [
        (box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"])
        for box in (element["box"] for element in truth["elements"])
    ]
    kinds = [KINDS.index(Kind(str(element["kind"]))) for element in truth["elements"]]
    return np.array(edges, np.float32).reshape(-1, 4), np.array(kinds, np.int64)


def cut(
    picture: Picture, boxes: NDArray[np.float32], kinds: NDArray[np.int64], shape: tuple[int, int], rng: random.Random
) -> Crop:
    """A crop around an element; common kinds are drawn more often than rare ones, now and then a little scaled."""
    scale = 1.0 if rng.random() < 0.7 else rng.uniform(0.6, 1.4)
    height, width = round(shape[0] / scale), round(shape[1] / scale)
    present, counts = np.unique(kinds, return_counts=True)
    [kind] = rng.choices(present.tolist(), (counts**BALANCE).tolist())
    left, top, right, bottom = boxes[rng.choice(np.flatnonzero(kinds == kind).tolist())]
    x = place((left + right) / 2, width, picture.shape[1], rng)
    y = place((top + bottom) / 2, height, picture.shape[0], rng)
    part = picture[y : y + height, x : x + width]
    shown = np.full((height, width, 3), 114, np.uint8)
    shown[: part.shape[0], : part.shape[1]] = part
    if scale != 1.0:
        shown = cv2.resize(shown, (shape[1], shape[0]), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    inside = np.clip(boxes - (x, y, x, y), 0, (width, height, width, height)).astype(np.float32)
    share = areas(inside) / np.maximum(areas(boxes), 1)
    size = inside[:, 2:] - inside[:, :2]
    is_picture = kinds == KINDS.index(Kind.IMAGE)
    kept = ((share >= KEPT_SHARE) | (is_picture & (size.min(axis=1) >= 40))) & (size.min(axis=1) >= 3)
    scaled = np.minimum(inside[kept] * np.float32(scale), np.array([shape[1], shape[0]] * 2, np.float32))
    return Crop(shown, scaled, kinds[kept])


def place(centre: float, length: int, whole: int, rng: random.Random) -> int:
    """Where a crop of `length` starts so that `centre` lies anywhere inside it, and as little as can be outside the page."""
    start = round(centre - rng.uniform(0.05, 0.95) * length)
    return max(0, min(start, whole - length))


def areas(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    sides = boxes[:, 2:] - boxes[:, :2]
    return np.asarray(sides[:, 0] * sides[:, 1], np.float32)


def disturb(crop: Crop, rng: random.Random) -> Crop:
    """Other colours, other light, what lossy compression does. Geometry is left alone."""
    picture = crop.picture
    chance = rng.random()
    if chance < 0.12:
        picture = 255 - picture
    elif chance < 0.3:
        picture = picture[:, :, rng.sample((0, 1, 2), 3)]
    elif chance < 0.5:
        hsv = cv2.cvtColor(picture, cv2.COLOR_BGR2HSV)
        hsv[:, :, 0] = (hsv[:, :, 0].astype(np.int16) + rng.randrange(180)) % 180
        hsv[:, :, 1] = np.clip(hsv[:, :, 1] * rng.uniform(0.4, 1.5), 0, 255).astype(np.uint8)
        picture = cv2.cvtColor(hsv, cv2.COLOR_HSV2BGR)
    if rng.random() < 0.3:
        table = np.clip(np.arange(256) * rng.uniform(0.75, 1.2) + rng.uniform(-20, 25), 0, 255).astype(np.uint8)
        picture = cv2.LUT(np.ascontiguousarray(picture), table)
    if rng.random() < 0.15:
        picture = softened(picture, rng)
    if rng.random() < 0.15:
        _, packed = cv2.imencode(
            ".jpg", np.ascontiguousarray(picture), [cv2.IMWRITE_JPEG_QUALITY, rng.randrange(55, 96)]
        )
        picture = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    return Crop(np.ascontiguousarray(picture), crop.boxes, crop.kinds)


def softened(picture: Picture, rng: random.Random) -> Picture:
    """As a screenshot that was scaled on its way, or photographed a little out of focus; the size stays."""
    if rng.random() < 0.4:
        return cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 0.9))
    height, width = picture.shape[:2]
    share = rng.uniform(0.65, 0.95)
    smaller = cv2.resize(picture, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA)
    return cv2.resize(smaller, (width, height), interpolation=rng.choice((cv2.INTER_LINEAR, cv2.INTER_CUBIC)))
