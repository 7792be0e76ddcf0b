"""Equal scanlines are equal pixels; what is not sure is not said."""

import io
import time
import zlib
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.vision.drawn import BLUE, Page
from vision.image import PNG_SIGNATURE, ImageLimits, decode, decode_both, png_chunks
from vision.scanlines import same_scanlines
from vision.types import Box, Picture

LIMITS = ImageLimits(max_bytes=10_000_000, max_pixels=10_000_000)


def page() -> Picture:
    drawn = Page(700, 900)
    for line in range(30):
        drawn.text(20, 20 + 28 * line, f"Line {line} of a page, {line * 31} words", 14)
    drawn.photo(Box(400, 100, 250, 300))
    return drawn.picture


def packed(picture: Picture, level: int) -> bytes:
    return cv2.imencode(".png", picture, [cv2.IMWRITE_PNG_COMPRESSION, level])[1].tobytes()


def by_pillow(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")


def with_chunks(data: bytes, change: Callable[[bytes, bytes], bytes]) -> bytes:
    return PNG_SIGNATURE + b"".join(change(name, data[start:end]) for name, start, end in png_chunks(data))


@pytest.mark.parametrize("level", [1, 2, 6, 9])
def test_the_same_picture_packed_otherwise_is_seen_without_decoding(level: int) -> None:
    # Both by one library with one filter strategy, as a store or a proxy that packs a screenshot again does it.
    image = Image.fromarray(page())

    assert same_scanlines(by_pillow(image, compress_level=3), by_pillow(image, compress_level=level))


def test_notes_and_how_pixels_are_split_into_chunks_do_not_matter() -> None:
    data = packed(page(), 3)

    def noted(name: bytes, content: bytes) -> bytes:
        if name == b"IDAT":
            return chunk(name, content[:100]) + chunk(name, content[100:])
        return chunk(b"tEXt", b"Author\0somebody") + chunk(name, content) if name == b"IEND" else chunk(name, content)

    assert same_scanlines(data, with_chunks(data, noted))


def test_what_goes_on_after_the_last_line_is_not_inflated() -> None:
    """300 MB of nothing in 300 KB, in two files that differ by a note alone."""
    nothing = zlib.compress(bytes(300 * 2**20), 9)
    small = packed(Page(40, 40).picture, 3)

    def swollen(note: bytes) -> bytes:
        return with_chunks(
            small,
            lambda name, content: (
                chunk(b"tEXt", note) + chunk(name, nothing) if name == b"IDAT" else chunk(name, content)
            ),
        )

    one, other = swollen(b"a\0b"), swollen(b"a\0c")
    began = time.process_time()
    assert not same_scanlines(one, other)
    assert time.process_time() - began < 0.2


@pytest.mark.parametrize("at", [(0, 0), (450, 350), (899, 699)])
def test_one_pixel_is_a_difference(at: tuple[int, int]) -> None:
    other = page()
    other[at] ^= 1

    assert not same_scanlines(packed(page(), 3), packed(other, 3))


def test_the_same_indices_in_other_colours_are_another_picture() -> None:
    image = Image.fromarray(page()).convert("P")
    palette = image.getpalette()
    assert palette is not None
    data = by_pillow(image)
    image.putpalette([255 - value for value in palette])

    assert same_scanlines(data, data)
    assert not same_scanlines(data, by_pillow(image))
    assert not same_scanlines(data, by_pillow(image, transparency=0))


def test_an_orientation_makes_it_another_picture() -> None:
    image = Image.fromarray(page())
    exif = Image.Exif()
    exif[0x0112] = 6

    assert not same_scanlines(by_pillow(image), by_pillow(image, exif=exif))


def test_other_filters_are_left_to_the_decoder() -> None:
    image = Image.fromarray(page()[:, :, ::-1])
    data = packed(page(), 3), by_pillow(image, optimize=True)

    if not same_scanlines(*data):
        assert np.array_equal(*decode_both(*data, LIMITS))


@pytest.mark.parametrize("damage", ["cut", "checksum", "short stream", "no PNG", "empty"])
def test_nothing_is_said_about_a_damaged_file(damage: str) -> None:
    data = packed(page(), 3)
    harmed = {
        "cut": data[: len(data) // 2],
        "checksum": data.replace(b"IEND\xaeB`\x82", b"IEND\xaeB`\x83"),
        "short stream": with_chunks(
            data, lambda name, content: chunk(name, content[: -9 if name == b"IDAT" else None])
        ),
        "no PNG": b"\xff\xd8\xff" + data,
        "empty": b"",
    }[damage]

    assert harmed != data
    assert not same_scanlines(harmed, data)
    assert not same_scanlines(harmed, harmed)


@pytest.mark.parametrize("seed", range(30))
def test_equal_scanlines_never_hide_different_pixels(seed: int) -> None:
    random = np.random.default_rng(seed)
    height, width = (int(side) for side in random.integers(2, 40, 2))
    mode = ["L", "RGB", "RGBA", "P", "1"][seed % 5]
    images = []
    for _ in range(2):
        samples = random.integers(0, 2 if seed % 2 else 256, (height, width, 3), dtype=np.uint8) * (seed % 3)
        images.append(Image.fromarray(samples).convert(mode))
    files = [by_pillow(image, compress_level=int(random.integers(1, 10))) for image in images]

    first, second = (decode(file, LIMITS) for file in files)

    assert np.array_equal(first, second) or not same_scanlines(*files)


def test_two_pictures_are_decoded_side_by_side_each_as_alone() -> None:
    other = Page(50, 40, BLUE).picture
    first, second = decode_both(packed(page(), 3), packed(other, 3), LIMITS)

    assert np.array_equal(first, page()) and np.array_equal(second, other)
