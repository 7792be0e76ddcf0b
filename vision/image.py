"""Decodes a screenshot: `inspect` checks the header first, `decode` decodes.

The canonical form of a picture, the only one the rest of `vision` knows: 8 bits a channel, BGR, shape (height, width,
3), the file's values are read as sRGB (an embedded colour profile or gamma is not applied). Transparency is laid on a
background, white by default; 16 bits become 8 by rounding v / 257, palettes and greys are spelled out, EXIF orientation
is applied, in every format. One decoder (OpenCV) decides what is readable: decoders disagree about broken files, and a
row that one of them leaves blank is a false defect.
"""

import hashlib
import os
import re
import struct
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal, TypeVar, cast

# Read once, when cv2 is imported; a second limit behind ImageLimits: 2^28 pixels are 0.8 GB decoded.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(2**28))

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Picture

Format = Literal["png", "jpeg", "webp"]
Background = str
"""A colour as people write it: `#rrggbb`."""
_Samples = NDArray[np.uint8] | NDArray[np.uint16]

WHITE: Final[Background] = "#ffffff"
# The first is the background of most pages; of two that show equally much of a change, the earlier is used.
_BACKGROUNDS: Final[tuple[Background, ...]] = (WHITE, "#000000", "#808080")
_SEEN_LEVELS: Final = 24


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """Limits of an upload: bytes of the file, pixels of the picture, and the length of a side in pixels."""

    max_bytes: int
    max_pixels: int
    max_side: int = 20_000
    min_side: int = 2


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What a file's header says. `width` and `height` are those after the EXIF orientation is applied."""

    format: Format
    media_type: str
    width: int
    height: int


class UnreadableImage(ValueError):
    """The picture cannot be read."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)

    def __str__(self) -> str:
        return f"{type(self).__doc__ or type(self).__name__} {self.args[0]}".strip()


class UnsupportedFormat(UnreadableImage):
    """The file is not a PNG, JPEG or WebP picture."""


class ImageTooLarge(UnreadableImage):
    """The file is too large."""


class TooManyPixels(UnreadableImage):
    """The picture has too many pixels."""


class ImageTooSmall(UnreadableImage):
    """The picture is too small to compare."""


class TruncatedImage(UnreadableImage):
    """The picture is incomplete or damaged."""


class AnimatedImage(UnreadableImage):
    """The picture is animated: send one frame as a still picture."""


class CmykImage(UnreadableImage):
    """The picture is in printing colours (CMYK): send it as RGB."""


def inspect(data: bytes, limits: ImageLimits) -> ImageInfo:
    """What the header says, without decoding: costs microseconds and no memory, however large the picture claims to be.

    Raises the subclass of UnreadableImage that fits: not a PNG, JPEG or WebP, over a limit, incomplete, animated, CMYK.
    """
    return _checked_header(data, limits).info


def decode(data: bytes, limits: ImageLimits, background: Background = WHITE) -> Picture:
    """The picture in canonical form (see the module's text); what is transparent in it is laid on `background`. Raises what
    `inspect` raises, and TruncatedImage where only decoding finds the damage. A 1080p screenshot takes about 20 ms."""
    return _to_bgr(_decoded(data, limits), background)


def decode_both(
    first: bytes, second: bytes, limits: ImageLimits, background: Background = WHITE
) -> tuple[Picture, Picture]:
    """Two pictures decoded side by side: a PNG takes one core, and is most of the time where little has changed."""
    with ThreadPoolExecutor(1) as beside:
        picture = beside.submit(decode, first, limits, background)
        other = decode(second, limits, background)
        return picture.result(), other


def decode_on_one_background(
    first: bytes, second: bytes, limits: ImageLimits, asked: Background | None = None, exactly: bool = False
) -> tuple[Picture, Picture, Background]:
    """Two pictures decoded side by side, and what both are laid on. Without an `asked` colour that is white, unless more
    of a change shows on black or on grey, such as white letters on a transparent ground. `exactly`: a different one if the
    pictures differ only there, so that a change of transparency alone counts as well. Raises what `decode` raises."""
    with ThreadPoolExecutor(1) as beside:
        decoded = beside.submit(_decoded, first, limits)
        other = _decoded(second, limits)
        one = decoded.result()
    background = _telling_background(one, other, asked, exactly)
    return _to_bgr(one, background), _to_bgr(other, background), background


def _telling_background(
    one: NDArray[np.uint8], other: NDArray[np.uint8], asked: Background | None, exactly: bool
) -> Background:
    if (asked and not exactly) or not (_is_transparent(one) or _is_transparent(other)):
        return asked or WHITE

    def differing_px(ground: Background) -> int:
        return _differing_px(_to_bgr(one, ground), _to_bgr(other, ground), 1 if exactly else _SEEN_LEVELS)

    if asked and differing_px(asked):
        return asked
    shown = {ground: differing_px(ground) for ground in _BACKGROUNDS}
    best = max(_BACKGROUNDS, key=lambda ground: shown[ground])
    return best if shown[best] else asked or WHITE


def _is_transparent(pixels: NDArray[np.uint8]) -> bool:
    """Is any pixel transparent?"""
    return pixels.ndim == 3 and pixels.shape[2] == 4 and int(pixels[:, :, 3].min()) < 255


def _differing_px(one: Picture, other: Picture, least_levels: int) -> int:
    """Pixels of the area both have that differ by at least this much."""
    height, width = (min(sides) for sides in zip(one.shape[:2], other.shape[:2], strict=True))
    step = cv2.absdiff(one[:height, :width], other[:height, :width])
    return int(np.count_nonzero(step.max(axis=2) >= least_levels))


def encode_png(picture: Picture) -> bytes:
    """The picture as a PNG, fast rather than small."""
    done, buffer = cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be encoded")
    return buffer.tobytes()


def pixel_digest(picture: Picture) -> str:
    """SHA-256 in hexadecimal over shape and pixels: equal for files that decode to the same picture."""
    digest = hashlib.sha256(repr(picture.shape).encode())
    digest.update(np.ascontiguousarray(picture).data)
    return digest.hexdigest()


# --- headers


@dataclass(frozen=True, slots=True)
class _Header:
    """`orientation` is EXIF's 1..8, `bits` those of a decoded channel, `transparent_grey` the value (in `bits`) that a grey
    PNG declares transparent: OpenCV drops that one kind of transparency."""

    format: Format
    width: int
    height: int
    orientation: int = 1
    bits: int = 8
    has_alpha: bool = False
    transparent_grey: int | None = None

    @property
    def info(self) -> ImageInfo:
        turned = self.orientation >= 5
        width, height = (self.height, self.width) if turned else (self.width, self.height)
        return ImageInfo(self.format, f"image/{self.format}", width, height)


def _checked_header(data: bytes, limits: ImageLimits) -> _Header:
    if len(data) > limits.max_bytes:
        raise ImageTooLarge(f"It has {len(data):,} bytes; at most {limits.max_bytes:,} are taken.")
    parse = _parser_of(data)
    try:
        header = parse(data, limits)
    except (struct.error, IndexError) as error:
        raise TruncatedImage("It ends inside its header.") from error
    _check_size(header.width, header.height, limits)
    return header


def _parser_of(data: bytes) -> Callable[[bytes, ImageLimits], _Header]:
    if data.startswith(PNG_SIGNATURE):
        return _png_header
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg_header
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp_header
    if not data:
        raise UnsupportedFormat("It is empty.")
    raise UnsupportedFormat()


def _check_size(width: int, height: int, limits: ImageLimits) -> None:
    size = f"{width} × {height}"
    if min(width, height) < limits.min_side:
        raise ImageTooSmall(f"It is {size} pixels; each side must have at least {limits.min_side}.")
    if max(width, height) > limits.max_side:
        raise TooManyPixels(f"It is {size} pixels; a side may have at most {limits.max_side:,}.")
    if width * height > limits.max_pixels:
        raise TooManyPixels(f"It is {size} = {width * height:,} pixels; at most {limits.max_pixels:,} are taken.")


_MAX_PARTS: Final = 100_000  # a large PNG has some thousands; millions of empty ones take seconds to walk over
_Part = TypeVar("_Part")


def _bounded(parts: Iterable[_Part]) -> Iterator[_Part]:
    """The parts of a file; too many are refused."""
    for number, part in enumerate(parts):
        if number == _MAX_PARTS:
            raise UnreadableImage(f"Its file is made of more than {_MAX_PARTS:,} parts.")
        yield part


PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PNG_GREY: Final = 0
_PNG_PIXELS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_MAX_PNG_NOTES: Final = (
    1_000  # chunks beside the pixels: libpng writes a line to the log for each that it does not like
)
_PNG_BITS: Final = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PNG_ALPHA_TYPES: Final = (4, 6)


def _png_header(data: bytes, limits: ImageLimits) -> _Header:
    width, height, bits, colour = struct.unpack_from(">IIBB", data, 16)
    if data[8:16] != b"\x00\x00\x00\rIHDR":
        raise TruncatedImage("It does not begin with its header.")
    if bits not in _PNG_BITS.get(colour, ()):
        raise TruncatedImage(f"PNG has no colour type {colour} of {bits} bits.")
    _check_size(width, height, limits)  # before anything else: a bomb need not be complete
    orientation, has_alpha, transparent_grey = 1, colour in _PNG_ALPHA_TYPES, None
    seen, notes = set(), 0
    for name, start, end in _bounded(png_chunks(data)):
        seen.add(name)
        notes += name != b"IDAT"
        if notes > _MAX_PNG_NOTES:
            raise UnreadableImage(f"It has more than {_MAX_PNG_NOTES:,} chunks beside its pixels.")
        if name == b"acTL":
            raise AnimatedImage()
        if name == b"tRNS":
            has_alpha = True
            if colour == _PNG_GREY:
                (sample,) = struct.unpack_from(">H", data, start)
                transparent_grey = sample if bits == 16 else sample * 255 // (2**bits - 1)
        if name == b"eXIf":
            orientation = _exif_orientation(data[start:end])
    if b"IDAT" not in seen or b"IEND" not in seen:
        raise TruncatedImage("Its end is missing.")
    return _Header("png", width, height, orientation, 16 if bits == 16 else 8, has_alpha, transparent_grey)


def _without_notes(data: bytes) -> bytes:
    """The file without what changes no pixel: libpng would unpack compressed texts, 7 MB out of each 7 KB."""
    parts = [(start - 8, end + 4) for name, start, end in png_chunks(data) if name in _PNG_PIXELS]
    if sum(end - first for first, end in parts) + len(PNG_SIGNATURE) == len(data):
        return data
    return PNG_SIGNATURE + b"".join(data[first:end] for first, end in parts)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, first byte and end of each chunk's content, up to IEND; stops where the file is cut."""
    at = len(PNG_SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if at + 12 + length > len(data):
            return
        yield name, at + 8, at + 8 + length
        if name == b"IEND":
            return
        at += 12 + length


_JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_END, _JPEG_SCAN, _JPEG_APP1 = 0xD9, 0xDA, 0xE1
_MAX_JPEG_SCANS: Final = (
    100  # encoders write about ten; each costs a pass over the whole picture and may be 20 bytes long
)
_FILL: Final = re.compile(rb"\xff+")
# One byte before the marker, not all that may stand there: `\xff+` tries every run of them again from each of its bytes.
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)


def _jpeg_header(data: bytes, limits: ImageLimits) -> _Header:
    frame: tuple[int, int] | None = None
    orientation, scans = 1, 0
    for marker, start, end in _bounded(_jpeg_segments(data)):
        if marker in _JPEG_FRAMES:
            bits, height, width, components = struct.unpack_from(">BHHB", data, start)
            _check_size(width, height, limits)
            _check_jpeg_frame(bits, components)
            frame = width, height
        scans += marker == _JPEG_SCAN
        if scans > _MAX_JPEG_SCANS:
            raise UnreadableImage(f"It is drawn in more than {_MAX_JPEG_SCANS} scans.")
        if marker == _JPEG_APP1 and data[start : start + 6] == b"Exif\0\0":
            orientation = _exif_orientation(data[start + 6 : end])
        if marker == _JPEG_END and frame:
            return _Header("jpeg", *frame, orientation)
    raise TruncatedImage("Its end is missing.")


def _check_jpeg_frame(bits: int, components: int) -> None:
    if components == 4:
        raise CmykImage()
    if bits != 8 or components not in (1, 3):
        raise UnsupportedFormat(f"JPEG with {components} channels of {bits} bits is not taken; 1 or 3 of 8 bits are.")


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, first byte and end of each segment's content, up to the end marker; stops where the file is cut."""
    at = 2
    while fill := _FILL.match(data, at):
        at = fill.end() - 1
        if at + 2 > len(data):
            return
        marker = data[at + 1]
        if marker == _JPEG_END:
            yield marker, at + 2, at + 2
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            return
        yield marker, at + 4, end
        at = _next_marker(data, end) if marker == _JPEG_SCAN else end


def _next_marker(data: bytes, at: int) -> int:
    """Where the coded pixels of a scan end: a marker that is neither a stuffed byte nor a restart."""
    found = _AFTER_SCAN.search(data, at)
    return found.end() - 2 if found else len(data)


_WEBP_ANIMATION, _WEBP_ALPHA = 0x02, 0x10


def _webp_header(data: bytes, limits: ImageLimits) -> _Header:
    header: _Header | None = None
    orientation, has_pixels = 1, False
    for name, start, end in _bounded(_webp_chunks(data)):
        if name in (b"ANIM", b"ANMF"):
            raise AnimatedImage()
        if name in _WEBP_SIZES and header is None:
            width, height, has_alpha = _WEBP_SIZES[name](data, start)
            _check_size(width, height, limits)
            header = _Header("webp", width, height, has_alpha=has_alpha)
        has_pixels = has_pixels or name in (b"VP8 ", b"VP8L")
        if name == b"EXIF":
            orientation = _exif_orientation(data[start:end].removeprefix(b"Exif\0\0"))
    (riff_bytes,) = struct.unpack_from("<I", data, 4)
    if header is None or not has_pixels or riff_bytes + 8 > len(data):
        raise TruncatedImage("Its end is missing.")
    return _Header("webp", header.width, header.height, orientation, has_alpha=header.has_alpha)


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    while at + 8 <= len(data):
        (length,) = struct.unpack_from("<I", data, at + 4)
        yield data[at : at + 4], at + 8, at + 8 + length
        at += 8 + length + length % 2


def _vp8x_size(data: bytes, start: int) -> tuple[int, int, bool]:
    if data[start] & _WEBP_ANIMATION:
        raise AnimatedImage()
    width = int.from_bytes(data[start + 4 : start + 7], "little") + 1
    height = int.from_bytes(data[start + 7 : start + 10], "little") + 1
    return width, height, bool(data[start] & _WEBP_ALPHA)


def _vp8_size(data: bytes, start: int) -> tuple[int, int, bool]:
    width, height = struct.unpack_from("<HH", data, start + 6)
    return width & 0x3FFF, height & 0x3FFF, False


def _vp8l_size(data: bytes, start: int) -> tuple[int, int, bool]:
    (bits,) = struct.unpack_from("<I", data, start + 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, bool(bits >> 28 & 1)


_WEBP_SIZES: Final[dict[bytes, Callable[[bytes, int], tuple[int, int, bool]]]] = {
    b"VP8X": _vp8x_size,
    b"VP8 ": _vp8_size,
    b"VP8L": _vp8l_size,
}

_EXIF_ORIENTATION: Final = 0x0112


def _exif_orientation(exif: bytes) -> int:
    """The orientation (1..8) in a block of EXIF; 1 where it says none or is damaged, as viewers take it."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, first)
        for at in range(first + 2, first + 2 + 12 * count, 12):
            tag, _type, _count, value = struct.unpack_from(order + "HHIH", exif, at)
            if tag == _EXIF_ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


# --- pixels


def _decoded(data: bytes, limits: ImageLimits) -> NDArray[np.uint8]:
    """The samples of a picture, upright: grey, BGR, or BGR with alpha."""
    header = _checked_header(data, limits)
    plain = not header.has_alpha and header.bits == 8
    mode = cv2.IMREAD_COLOR if plain else cv2.IMREAD_UNCHANGED
    # OpenCV applies EXIF orientation for some formats and modes and not for others: one rule here instead.
    if header.format == "png":
        data = _without_notes(data)
    pixels = _imdecode(data, mode | cv2.IMREAD_IGNORE_ORIENTATION if plain else mode)
    if header.transparent_grey is not None:
        pixels = _with_alpha(pixels, header.transparent_grey)
    upright = _oriented(_to_8_bit(pixels), header.orientation)
    if upright.shape[:2] != (header.info.height, header.info.width):
        raise TruncatedImage("Its pixels are not of the size that its header says.")
    return upright


def _imdecode(data: bytes, mode: int) -> _Samples:
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), mode)
    except cv2.error as error:
        raise TruncatedImage("It cannot be decoded.") from error
    if pixels is None:
        raise TruncatedImage("It cannot be decoded.")
    return cast("_Samples", pixels)


def _with_alpha(pixels: _Samples, transparent_grey: int) -> _Samples:
    """Grey samples, one value of which is transparent, as colours with alpha."""
    most = np.iinfo(pixels.dtype).max
    alpha = np.where(pixels == transparent_grey, 0, most).astype(pixels.dtype)
    return cast("_Samples", np.dstack([pixels, pixels, pixels, alpha]))


def _to_8_bit(pixels: _Samples) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint8:
        return cast("NDArray[np.uint8]", pixels)
    return cast("NDArray[np.uint8]", cv2.convertScaleAbs(pixels, alpha=1 / 257))


def _to_bgr(pixels: NDArray[np.uint8], background: Background) -> Picture:
    if pixels.ndim == 2:
        return cast("Picture", cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR))
    return pixels if pixels.shape[2] == 3 else _laid_on(pixels, background)


_ROWS_AT_ONCE: Final = (
    64  # mixing takes 16 bits a sample, several times over: of some rows, not of a picture of 50 megapixels
)


def _laid_on(pixels: NDArray[np.uint8], background: Background) -> Picture:
    colour, alpha = np.ascontiguousarray(pixels[:, :, :3]), pixels[:, :, 3]
    if int(alpha.min()) == 255:
        return colour
    ground = np.array([*bytes.fromhex(background.removeprefix("#"))][::-1], np.uint16)
    for top in range(0, len(colour), _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        share = alpha[rows].astype(np.uint16)[:, :, None]
        colour[rows] = (colour[rows] * share + (255 - share) * ground + np.uint16(127)) // 255
    return colour


_TURNS: Final[dict[int, Callable[[Picture], Picture]]] = {
    2: lambda picture: picture[:, ::-1],
    3: lambda picture: picture[::-1, ::-1],
    4: lambda picture: picture[::-1],
    5: lambda picture: picture.swapaxes(0, 1),
    6: lambda picture: picture.swapaxes(0, 1)[:, ::-1],
    7: lambda picture: picture.swapaxes(0, 1)[::-1, ::-1],
    8: lambda picture: picture.swapaxes(0, 1)[::-1],
}


def _oriented(picture: Picture, orientation: int) -> Picture:
    turn = _TURNS.get(orientation)
    return picture if turn is None else np.ascontiguousarray(turn(picture))
