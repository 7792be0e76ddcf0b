"""Pairs of screenshots to post: real pages, each actual new to the service, as in a pipeline."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import cv2
import numpy as np

from vision.image import encode_png
from vision.types import Picture

ROOT = Path(__file__).resolve().parent.parent


def real_pairs() -> Iterator[tuple[bytes, bytes]]:
    """Endless: the demo's and the tests' pairs in turn. References repeat; each actual differs invisibly in one pixel,
    so its analysis is never known before."""
    pairs = [(path.read_bytes(), decoded(_actual(path))) for path in references()]
    for number in count():
        reference, actual = pairs[number % len(pairs)]
        yield reference, encode_png(with_own_pixel(actual, number // len(pairs)))


def small_pairs() -> Iterator[tuple[bytes, bytes]]:
    """Without end: pages of 160x120 with two buttons, all different."""
    random = np.random.default_rng(5)
    for _ in count():
        page = np.full((120, 160, 3), 255, np.uint8)
        for top in (15, 70):
            page[top : top + 30, 20:120] = random.integers(30, 160, 3)
            cv2.putText(page, "Buy now", (30, top + 20), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 1)
        actual = page.copy()
        actual[70:100, 20:120] = random.integers(30, 160, 3)
        yield encode_png(page), encode_png(actual)


def large_pictures() -> Iterator[bytes]:
    """Endless: four real pages side by side, 3840x2160, all different in one pixel."""
    pages = [cv2.resize(decoded(path), (1920, 1080)) for path in references()]
    for number in count():
        first, second, third, fourth = (pages[(number + place) % len(pages)] for place in range(4))
        picture = np.vstack([np.hstack([first, second]), np.hstack([third, fourth])])
        yield encode_png(with_own_pixel(picture, number // len(pages)))


def references() -> list[Path]:
    return sorted(
        [*(ROOT / "doc" / "demo").glob("*.reference.png"), *(ROOT / "tests/data/pairs").glob("*.reference.png")]
    )


def _actual(reference: Path) -> Path:
    return reference.with_name(reference.name.replace(".reference.", ".actual."))


def decoded(path: Path) -> Picture:
    picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None, path
    return picture  # type: ignore[return-value]


def with_own_pixel(picture: Picture, number: int) -> Picture:
    own = picture.copy()
    row, column = divmod(number, own.shape[1])
    value = int(own[row, column, 0])
    own[row, column, 0] = value + (1 if value < 255 else -1)
    return own
