# ruff: noqa: E501 - HTML and CSS are easier to read in whole pieces.
"""Pictures made of pixels: pieces of freely licensed photographs where there are any, scenes and things without a ground otherwise.

Photographs come with scikit-image (public domain or CC0) and from npm (CC0, `python -m training.fetch`).
"""

import base64
import functools
import random
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.pages.icons import FETCHED
from vision.types import Picture

SAMPLES = ("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "hubble_deep_field.jpg", "grass.png", "brick.png", "gravel.png")  # fmt: skip
Floats = NDArray[np.float32]


def photograph(rng: random.Random, width: int, height: int) -> str:
    """The address (data:) of something like a photograph that fills its frame."""
    make = rng.choice((piece, piece, piece, scene, scene, blurred))
    picture = developed(rng, make(rng, width, height))
    return packed(picture, ".jpg")


def cutout(rng: random.Random, width: int, height: int) -> str:
    """The address of a thing on white, or on nothing at all: no ground, no border, often a soft shadow."""
    shape = outline(rng, width, height)
    texture = developed(rng, (piece if rng.random() < 0.5 else blurred)(rng, width, height)).astype(np.float32)
    if rng.random() < 0.5:
        texture = texture * 0.25 + np.array([rng.randrange(20, 235) for _ in range(3)], np.float32) * 0.75
    depth = cv2.distanceTransform((shape > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    light = 0.55 + 0.5 * (depth / max(1.0, float(depth.max()))) ** rng.uniform(0.4, 1.0)
    thing = np.clip(texture * light[:, :, None], 0, 255)
    shadow = cv2.GaussianBlur(np.roll(shape, height // 30, axis=0), (0, 0), max(2, height / 25)) * rng.choice((0, 0.25, 0.45))  # fmt: skip
    alpha = np.maximum(shape, shadow)
    colour = thing * (shape / np.maximum(alpha, 1e-3))[:, :, None]
    if rng.random() < 0.5:
        ground = np.array([rng.choice((255, 255, 250, 245))] * 3, np.float32)
        return packed((colour * alpha[:, :, None] + ground * (1 - alpha[:, :, None])).astype(np.uint8), ".jpg")
    return packed(np.dstack([colour, alpha * 255]).astype(np.uint8), ".png")


def packed(picture: NDArray[np.uint8], kind: str) -> str:
    _, data = cv2.imencode(kind, picture, [cv2.IMWRITE_JPEG_QUALITY, 86] if kind == ".jpg" else [])
    return f"data:image/{'jpeg' if kind == '.jpg' else 'png'};base64," + base64.b64encode(data.tobytes()).decode()


@functools.cache
def sources() -> tuple[Path, ...]:
    folder = Path(cv2.__file__).resolve().parent.parent / "skimage" / "data"
    found = [folder / name for name in SAMPLES] + sorted((FETCHED / "@stdlib").glob("datasets-img-*/data/image.jpg"))
    return tuple(path for path in found if path.is_file())


@functools.cache
def read(path: Path) -> Picture:
    picture = cv2.imread(str(path))
    assert picture is not None
    scale = 900 / max(picture.shape[:2])
    return np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture, np.uint8)  # fmt: skip


def piece(rng: random.Random, width: int, height: int) -> Picture:
    """A part of a photograph, mirrored now and then."""
    if not sources():
        return scene(rng, width, height)
    whole = read(rng.choice(sources()))
    share = rng.uniform(0.25, 1.0)
    w = min(whole.shape[1], whole.shape[0] * width / height) * share
    h = w * height / width
    x, y = rng.uniform(0, whole.shape[1] - w), rng.uniform(0, whole.shape[0] - h)
    part = whole[int(y) : int(y + h) + 1, int(x) : int(x + w) + 1]
    if rng.random() < 0.5:
        part = part[:, ::-1]
    return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def developed(rng: random.Random, picture: Picture) -> Picture:
    """Other colours, another exposure."""
    hsv = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_BGR2HSV).astype(np.float32)
    if rng.random() < 0.5:
        hsv[:, :, 0] = (hsv[:, :, 0] + rng.randrange(180)) % 180
    hsv[:, :, 1] = np.clip(hsv[:, :, 1] * rng.uniform(0.3, 1.4) + rng.choice((0, 0, 25, 50)), 0, 255)
    hsv[:, :, 2] = np.clip(hsv[:, :, 2] * rng.uniform(0.7, 1.3) + rng.uniform(-10, 40), 0, 255)
    return np.asarray(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2BGR), np.uint8)


def clouds(noise: np.random.Generator, width: int, height: int, slope: float) -> Floats:
    """Fractal noise, 0 to 1; the steeper the slope, the softer."""
    total = np.zeros((height, width), np.float32)
    weight = 1.0
    for octave in range(1, 7):
        grain = noise.random((2**octave + 1, 2**octave + 1), dtype=np.float32)
        total += cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC) * np.float32(weight)
        weight *= slope
    low, high = float(total.min()), float(total.max())
    return np.asarray((total - low) / max(1e-6, high - low), np.float32)


def scene(rng: random.Random, width: int, height: int) -> Picture:
    """Sky, ridges one before the other in haze, ground with texture."""
    noise = np.random.default_rng(rng.randrange(2**32))
    first, second, near_ground = (noise.random(3) * 255 for _ in range(3))
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    picture = first * (1 - rows) + second * rows + np.zeros((height, width, 3))
    picture += (clouds(noise, width, height, 0.55)[:, :, None] - 0.5) * rng.uniform(20, 90)
    haze, ground = picture[height // 2].mean(axis=0), near_ground * 0.6
    for layer in range(rng.randrange(1, 5)):
        near = (layer + 1) / 5
        line = height * (0.35 + 0.13 * layer) + (clouds(noise, width, 4, 0.6)[1] - 0.5) * height * rng.uniform(0.1, 0.5)
        mask = np.arange(height)[:, None] > line[None]
        texture = (clouds(noise, width, height, 0.8)[:, :, None] - 0.5) * 90 * near
        picture = np.where(mask[:, :, None], haze * (1 - near) + ground * near + texture, picture)
    return np.asarray(np.clip(picture + noise.normal(0, rng.uniform(0, 7), (height, width, 1)), 0, 255), np.uint8)


def blurred(rng: random.Random, width: int, height: int) -> Picture:
    """Soft patches of light out of focus, and something sharper before them."""
    noise = np.random.default_rng(rng.randrange(2**32))
    picture: NDArray[np.floating] = np.dstack(
        [clouds(noise, width, height, rng.uniform(0.3, 0.6)) * rng.randrange(90, 255) for _ in range(3)]
    )
    for _ in range(rng.randrange(0, 9)):
        centre = (rng.randrange(width), rng.randrange(height))
        spot = np.zeros((height, width), np.float32)
        cv2.circle(spot, centre, rng.randrange(4, max(6, height // 3)), 1.0, -1)
        spot = cv2.GaussianBlur(spot, (0, 0), rng.uniform(1, 9)) * rng.uniform(0.3, 0.9)
        picture = picture * (1 - spot[:, :, None]) + noise.random(3) * 255 * spot[:, :, None]
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def outline(rng: random.Random, width: int, height: int) -> Floats:
    """The mask of a thing that reaches close to the edges of its frame: a body, often with a hole or a second part."""
    mask = np.zeros((height * 2, width * 2), np.float32)
    kind = rng.choice(("round", "round", "bottle", "boxed", "tool", "pair"))
    across, down = width * rng.uniform(0.8, 0.97), height * rng.uniform(0.8, 0.97)
    middle = (width, height)
    if kind == "bottle":
        neck = rng.uniform(0.15, 0.4)
        cv2.rectangle(
            mask, (int(width - across * neck), int(height - down)), (int(width + across * neck), height), 1.0, -1
        )
        cv2.ellipse(mask, (width, int(height + down * 0.3)), (int(across * 0.7), int(down * 0.7)), 0, 0, 360, 1.0, -1)
    elif kind == "boxed":
        points = cv2.boxPoints(((width, height), (across * 1.5, down * 1.5), rng.uniform(-12, 12))).astype(np.int32)
        cv2.fillConvexPoly(mask, points, 1.0)
    elif kind == "tool":
        cv2.line(
            mask,
            (int(width - across * 0.9), int(height + down * 0.8)),
            (int(width + across * 0.8), int(height - down * 0.8)),
            1.0,
            max(4, int(min(across, down) * 0.2)),
        )
        cv2.circle(mask, (int(width + across * 0.6), int(height - down * 0.55)), int(min(across, down) * 0.35), 1.0, -1)
    elif kind == "pair":
        for side in (-1, 1):
            cv2.ellipse(
                mask,
                (int(width + side * across * 0.5), height),
                (int(across * 0.42), int(down * 0.9)),
                rng.uniform(-15, 15),
                0,
                360,
                1.0,
                -1,
            )
    else:
        turns = np.linspace(0, 2 * np.pi, 80)
        wobble = sum(rng.uniform(0, 0.16) * np.sin(step * turns + rng.uniform(0, 6)) for step in range(2, 6))
        radius = (1 + wobble) / float(np.max(1 + wobble))
        points = np.stack(
            [middle[0] + across * radius * np.cos(turns), middle[1] + down * radius * np.sin(turns)], axis=1
        )
        cv2.fillPoly(mask, [points.astype(np.int32)], 1.0)
        if rng.random() < 0.3:
            cv2.circle(mask, middle, int(min(across, down) * rng.uniform(0.2, 0.5)), 0.0, -1)
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA), np.float32)
