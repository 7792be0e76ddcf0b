"""Hostile pictures: whatever the file, the reader says yes or says why not, soon and in little memory."""

import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fuzz import seeds
from fuzz.seeds import PNG_SIGNATURE, chunk, png
from fuzz.targets import picture_target
from vision.image import ImageLimits, UnreadableImage, decode, inspect

KNOWN = sorted((Path(__file__).parents[1] / "data" / "fuzz" / "picture").glob("*"))
MB = 2**20
LARGE = ImageLimits(max_bytes=20 * MB, max_pixels=50_000_000)
JPEG, SCAN = b"\xff\xd8\xff", b"\xff\xda\x00\x02"


@pytest.mark.parametrize("name", seeds.pictures())
def test_every_way_to_write_a_picture_is_read_or_refused_with_a_sentence(name: str) -> None:
    picture_target(seeds.pictures()[name])


@pytest.mark.parametrize("path", KNOWN, ids=lambda path: path.name)
def test_what_once_broke_the_reader_does_so_no_more(path: Path) -> None:
    picture_target(path.read_bytes())


@pytest.mark.parametrize(
    "make",
    [
        lambda: JPEG + SCAN + b"\xff" * (19 * MB) + b"\x00",  # a pattern that tries every run again takes hours
        lambda: JPEG + b"\xff" * (19 * MB),
        lambda: JPEG + b"\xff\xe0\x00\x02" * (4 * MB),
        lambda: JPEG + SCAN + b"\xff\xd0" * (9 * MB),
        lambda: PNG_SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + chunk(b"IDAT", b"") * MB,
        lambda: b"RIFF\0\0\0\0WEBP" + b"ABCD\0\0\0\0" * (2 * MB),
    ],
    ids=["fill in a scan", "fill", "segments", "restarts", "chunks", "riff chunks"],
)
def test_the_largest_file_of_nothing_is_refused_within_a_second(make: Callable[[], bytes]) -> None:
    data = make()
    started = time.process_time()
    with pytest.raises(UnreadableImage):
        inspect(data, LARGE)
    assert time.process_time() - started < 1.0


def test_a_jpeg_of_hundreds_of_scans_is_refused_before_it_is_decoded() -> None:
    data = seeds.pictures()["scans.jpg"]
    with pytest.raises(UnreadableImage, match="more than 100 scans"):
        inspect(data, LARGE)
    assert decode(seeds.pictures()["progressive.jpg"], LARGE).shape == (10, 14, 3)


def test_thousands_of_chunks_that_the_decoder_would_remark_on_are_refused() -> None:
    with pytest.raises(UnreadableImage, match="more than 1,000 chunks"):
        inspect(seeds.pictures()["chunks.png"], LARGE)


@pytest.mark.parametrize(("bits", "colour"), [(0, 0), (3, 0), (200, 0), (1, 2), (16, 3), (2, 6), (8, 1), (8, 255)])
def test_a_png_of_a_depth_that_there_is_not_is_refused(bits: int, colour: int) -> None:
    with pytest.raises(UnreadableImage, match=f"no colour type {colour} of {bits} bits"):
        inspect(png(8, 8, bits, colour, chunk(b"tRNS", b"\0\1")), LARGE)
