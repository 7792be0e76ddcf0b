"""Smaller copies and strips of pictures, made when a browser asks for them and kept in memory for a while."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

from tasks import drawing
from tasks.drawing import DrawnPicture
from tasks.pictures import limits
from vision.boxes import clipped
from vision.image import decode, encode_png
from vision.thumbnails import encode_webp, smaller, strip, strips_of
from vision.types import Box, Picture

_KEPT_BYTES = 64 * 1024 * 1024
_MAKERS = 2
_STRIPS_AT_ONCE = 3
_STRIPES = 64


async def scaled(artifact_id: str, width: int, crop: Box | None = None) -> DrawnPicture:
    """The picture, or a part of it, at most `width` pixels wide, as WebP; the file itself where all of it is asked for and it
    is not wider. Raises as `drawing.picture` does, and IndexError where the part lies outside."""
    whole = await drawing.picture(artifact_id)
    if crop is None and whole.width <= width:
        return whole
    part = clipped(crop, whole.width, whole.height) if crop else Box(0, 0, whole.width, whole.height)
    if not part.area_px:
        raise IndexError(f"The part lies outside of the picture, which is {whole.width}x{whole.height}.")
    name = f"w{width}-{part.x}-{part.y}-{part.width}-{part.height}"
    return await _made(whole, name, lambda picture: [(name, smaller(picture[part.slices()], width))], encode_webp)


async def strip_of(artifact_id: str, number: int) -> DrawnPicture:
    """One strip of the picture, pixel for pixel, as PNG. Raises IndexError where there is no such strip."""
    whole = await drawing.picture(artifact_id)
    count = strips_of(whole.height)
    if number >= count:
        raise IndexError(f"The picture has {count} strips, numbered from 0.")
    # The next ones with it: a reader who sees one scrolls on, and decoding the picture takes longer than encoding a strip.
    numbers = range(number, min(number + _STRIPS_AT_ONCE, count))
    return await _made(
        whole, f"s{number}", lambda picture: [(f"s{at}", strip(picture, at)) for at in numbers], encode_png
    )


async def _made(
    whole: DrawnPicture,
    name: str,
    cut: Callable[[Picture], list[tuple[str, Picture]]],
    encode: Callable[[Picture], bytes],
) -> DrawnPicture:
    found = _kept().get(whole.sha256, name)
    if found:
        return found
    return await asyncio.get_running_loop().run_in_executor(_threads(), _make, whole, name, cut, encode)


def _make(
    whole: DrawnPicture,
    name: str,
    cut: Callable[[Picture], list[tuple[str, Picture]]],
    encode: Callable[[Picture], bytes],
) -> DrawnPicture:
    with _locks()[hash(whole.sha256) % _STRIPES]:  # two who ask for it at once have it made once
        found = _kept().get(whole.sha256, name)
        if found:
            return found
        media_type = "image/webp" if encode is encode_webp else "image/png"
        for part_name, part in cut(decode(whole.data, limits())):
            height, width = part.shape[:2]
            made = DrawnPicture(encode(part), media_type, f"{whole.sha256}-{part_name}", width, height)
            _kept().put(whole.sha256, part_name, made)
            found = made if part_name == name else found
    assert found
    return found


@dataclass(slots=True)
class _Kept:
    """What was made lately, up to a number of bytes; what was not asked for the longest goes first."""

    _pictures: OrderedDict[tuple[str, str], DrawnPicture] = field(default_factory=OrderedDict)
    _size_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, sha256: str, name: str) -> DrawnPicture | None:
        with self._lock:
            found = self._pictures.get((sha256, name))
            if found:
                self._pictures.move_to_end((sha256, name))
            return found

    def put(self, sha256: str, name: str, picture: DrawnPicture) -> None:
        with self._lock:
            before = self._pictures.pop((sha256, name), None)
            self._size_bytes += len(picture.data) - (len(before.data) if before else 0)
            self._pictures[sha256, name] = picture
            while self._size_bytes > _KEPT_BYTES and len(self._pictures) > 1:
                _, oldest = self._pictures.popitem(last=False)
                self._size_bytes -= len(oldest.data)


@cache
def _kept() -> _Kept:
    return _Kept()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_MAKERS, thread_name_prefix="scaling")


@cache
def _locks() -> tuple[threading.Lock, ...]:
    return tuple(threading.Lock() for _ in range(_STRIPES))
