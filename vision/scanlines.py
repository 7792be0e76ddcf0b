"""Checks whether two PNG files contain the same picture, from their filtered scanlines, without decoding pixels.

A browser's screenshot and the same one packed again (another compression level, other notes beside it) have the same
scanlines. To inflate two files side by side costs half of decoding them.
"""

import struct
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from vision.image import PNG_SIGNATURE, png_chunks

# The size of the first part: enough to see that two encoders filter differently, or that the page's head differs.
_FIRST_BYTES: Final = 1 << 16
_LEAST_BYTES: Final = 1 << 20
_PARTS: Final = 8
# Chunks that do not affect pixels.
_NOTES: Final = frozenset({b"tEXt", b"zTXt", b"iTXt", b"tIME", b"pHYs"})
_SAMPLES: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}

Chunk = tuple[bytes, bytes]


def same_scanlines(first: bytes, second: bytes) -> bool:
    """True if both are whole PNG files that decode to the same pixels. False says nothing: other encoders filter otherwise."""
    if not (first.startswith(PNG_SIGNATURE) and second.startswith(PNG_SIGNATURE)):
        return False
    one, other = _chunks(first), _chunks(second)
    if one is None or other is None or _described(one) != _described(other):
        return False
    size = _size_in_bytes(one[0][1])
    return size is not None and _inflate_alike(_pixels(one), _pixels(other), size)


def _chunks(data: bytes) -> list[Chunk] | None:
    """Names and contents; None if one is damaged."""
    chunks = []
    for name, start, end in png_chunks(data):
        (check,) = struct.unpack_from(">I", data, end)
        if zlib.crc32(memoryview(data)[start - 4 : end]) != check:
            return None
        chunks.append((name, data[start:end]))
    return chunks if chunks and chunks[-1][0] == b"IEND" else None


def _described(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Everything that pixels depend on except the scanlines: size, palette, transparency, orientation, colour."""
    return [chunk for chunk in chunks if chunk[0] != b"IDAT" and chunk[0] not in _NOTES]


def _pixels(chunks: Sequence[Chunk]) -> bytes:
    return b"".join(content for name, content in chunks if name == b"IDAT")


def _size_in_bytes(header: bytes) -> int | None:
    """Of all scanlines; None if they are interlaced, which is rare and not looked into."""
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if interlaced or colour not in _SAMPLES:
        return None
    return int(height * (1 + (width * bits * _SAMPLES[colour] + 7) // 8))


def _inflate_alike(first: bytes, second: bytes, size: int) -> bool:
    """Inflates both side by side, in parts: an early difference costs little, and neither file is held whole."""
    one, other = _inflated(first, size), _inflated(second, size)
    seen = 0
    try:
        with ThreadPoolExecutor(1) as beside:
            while True:
                theirs = beside.submit(next, other, b"")
                part = next(one, b"")
                if part != theirs.result():
                    return False
                if not part:
                    return seen == size
                seen += len(part)
                if seen > size:  # a bomb: nothing after the last line is a picture's
                    return False
    except zlib.error:
        return False


def _inflated(compressed: bytes, size: int) -> Iterator[bytes]:
    """Inflated parts of equal length for any file of this size; a file that ends early gives less, a longer one more."""
    inflater = zlib.decompressobj()
    yield inflater.decompress(compressed, _FIRST_BYTES)
    while not inflater.eof:
        part = inflater.decompress(inflater.unconsumed_tail, max(_LEAST_BYTES, size // _PARTS))
        if part:
            yield part
        elif not inflater.eof:
            raise zlib.error("it ends early")
