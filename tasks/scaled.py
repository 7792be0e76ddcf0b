"""Smaller copies and strips of pictures, made on request and cached in memory for a while."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

from tasks import drawing
from tasks.drawing import DrawnPicture
from tasks.stored_pictures import limits
from vision.boxes import clipped
from vision.image import decode, encode_png
from vision.thumbnails import SMALL_PX, encode_webp, smaller, strip, strips_of
from vision.types import Box, Picture

_KEPT_BYTES = 64 * 1024 * 1024
_MAKERS = 2
_STRIPS_AT_ONCE = 3


async def scaled(artifact_id: str, width: int, crop: Box | None = None) -> DrawnPicture:
    """The picture, or a part of it, at most `width` pixels wide, as WebP; the file itself if it is requested whole and
    is not wider. Raises as `drawing.picture` does, and IndexError where the part lies outside."""
    whole = await drawing.picture(artifact_id)
    if crop is None and whole.width <= width:
        return whole
    part = clipped(crop, whole.width, whole.height) if crop else Box(0, 0, whole.width, whole.height)
    if not part.area_px:
        raise IndexError(f"The part lies outside of the picture, which is {whole.width}x{whole.height}.")
    return await _made(whole, [_copy(part, width)])


async def strip_of(artifact_id: str, number: int) -> DrawnPicture:
    """One strip of the picture, pixel for pixel, as PNG. Raises IndexError if there is no such strip."""
    whole = await drawing.picture(artifact_id)
    count = strips_of(whole.height)
    if number >= count:
        raise IndexError(f"The picture has {count} strips, numbered from 0.")
    # The small copy and the next strips with it: the viewer asks for them too, and decoding the picture takes longest.
    numbers = range(number, min(number + _STRIPS_AT_ONCE, count))
    first, *later = (_Part(f"s{at}", _cutter(at), encode_png, "image/png") for at in numbers)
    small = [_copy(Box(0, 0, whole.width, whole.height), SMALL_PX)] * (whole.width > SMALL_PX)
    return await _made(whole, [first, *small, *later])


@dataclass(frozen=True, slots=True)
class _Part:
    """Something to be made of a decoded picture."""

    name: str
    cut: Callable[[Picture], Picture]
    encode: Callable[[Picture], bytes]
    media_type: str


def _copy(part: Box, width: int) -> _Part:
    name = f"w{width}-{part.x}-{part.y}-{part.width}-{part.height}"
    return _Part(name, lambda picture: smaller(picture[part.slices()], width), encode_webp, "image/webp")


def _cutter(number: int) -> Callable[[Picture], Picture]:
    return lambda picture: strip(picture, number)


async def _made(whole: DrawnPicture, parts: Sequence[_Part]) -> DrawnPicture:
    """The first of the parts; the others are made after it, for those who ask next."""
    return await asyncio.shield(asyncio.wrap_future(_future(whole, parts)))


def _future(whole: DrawnPicture, parts: Sequence[_Part]) -> "Future[DrawnPicture]":
    """The first part: cached, being made for another request, or made now. A picture is decoded once for all its parts."""
    wanted = whole.sha256, parts[0].name
    with _lock:
        if found := _kept().get(*wanted):
            done: Future[DrawnPicture] = Future()
            done.set_result(found)
            return done
        if wanted not in _making:
            missing = [one for one in parts if not _known(whole.sha256, one.name)]
            _making.update({(whole.sha256, one.name): Future() for one in missing})
            _threads().submit(_make, whole, missing)
        return _making[wanted]


def _known(sha256: str, name: str) -> bool:
    return (sha256, name) in _making or _kept().get(sha256, name) is not None


def _make(whole: DrawnPicture, parts: Sequence[_Part]) -> None:
    left = list(parts)
    try:
        picture = decode(whole.data, limits())
        while left:
            made = _encoded(whole, left[0], picture)
            _kept().put(whole.sha256, left[0].name, made)
            _finish(whole, left.pop(0)).set_result(made)
    except Exception as error:  # of those who wait, each gets it
        for part in left:
            _finish(whole, part).set_exception(error)


def _encoded(whole: DrawnPicture, part: _Part, picture: Picture) -> DrawnPicture:
    cut = part.cut(picture)
    height, width = cut.shape[:2]
    return DrawnPicture(part.encode(cut), part.media_type, f"{whole.sha256}-{part.name}", width, height)


def _finish(whole: DrawnPicture, part: _Part) -> "Future[DrawnPicture]":
    with _lock:
        return _making.pop((whole.sha256, part.name))


@dataclass(slots=True)
class _Kept:
    """A cache limited in bytes; the least recently used entry goes first."""

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


_making: dict[tuple[str, str], "Future[DrawnPicture]"] = {}
_lock = threading.Lock()
