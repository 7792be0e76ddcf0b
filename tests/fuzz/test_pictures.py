"""Hostile pictures: whatever the file, the reader says yes or says why not, soon and in little memory."""

import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from harness.fuzz import seeds
from harness.fuzz.seeds import PNG_SIGNATURE, chunk, png
from harness.fuzz.targets import picture_target
from vision.image import ImageLimits, UnreadableImage, decode, inspect

ROOT = Path(__file__).parents[2]
KNOWN = sorted((ROOT / "tests" / "data" / "fuzz" / "picture").glob("*"))
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


on_linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc says what a process held at most")


@on_linux
@pytest.mark.parametrize(("dtype", "channels", "most"), [("uint8", 3, 8), ("uint8", 4, 11), ("uint16", 4, 20)])
def test_reading_a_large_picture_takes_little_more_than_its_pixels(dtype: str, channels: int, most: int) -> None:
    picture = cv2.imencode(".png", np.full((2000, 4000, channels), 60, dtype))[1].tobytes()
    _, held = cost_of_reading(picture)
    assert 3 <= held / (2000 * 4000) < most  # bytes a pixel: the decoder's own, and the three of the result


@on_linux
@pytest.mark.slow
@pytest.mark.parametrize("name", seeds.EXPENSIVE)
def test_a_small_file_that_unpacks_to_much_costs_no_more_than_a_large_picture(name: str) -> None:
    """Up to 50 megapixels are taken; what a file holds beside its pixels is not unpacked."""
    data = seeds.EXPENSIVE[name]()
    assert len(data) < LARGE.max_bytes
    seconds, held = cost_of_reading(data)
    assert seconds < 10
    assert held < 8 * LARGE.max_pixels


def cost_of_reading(data: bytes) -> tuple[float, int]:
    """Seconds of processor and most bytes of memory that decoding takes in a process of its own, or refusing."""
    code = """
import sys, time
from vision.image import ImageLimits, UnreadableImage, decode
def most():
    with open("/proc/self/status", encoding="utf-8") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
data = sys.stdin.buffer.read()
before, began = most(), time.process_time()
try:
    decode(data, ImageLimits(10**8, 10**8))
except UnreadableImage:
    pass
print(time.process_time() - began, most() - before)
"""
    answer = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True, cwd=ROOT)
    seconds, held = answer.stdout.split()
    return float(seconds), int(held)


def test_a_colour_profile_changes_no_pixel() -> None:
    """Values are compared as they are stored: a page does not look different for what a browser says of its colours."""
    plain, tagged = seeds.pictures()["rgb.png"], seeds.pictures()["icc.png"]
    notes = {
        "gamma": chunk(b"gAMA", struct.pack(">I", 100_000)),
        "primaries": chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)),
        "Display P3": chunk(b"cICP", bytes([12, 13, 0, 1])),
        "background": chunk(b"bKGD", bytes(6)),
    }
    expected = decode(plain, LARGE)
    assert np.array_equal(decode(tagged, LARGE), expected)
    for name, note in notes.items():
        assert np.array_equal(decode(plain[:33] + note + plain[33:], LARGE), expected), name
    baseline, with_profile = seeds.pictures()["baseline.jpg"], seeds.pictures()["icc.jpg"]
    assert np.array_equal(decode(with_profile, LARGE), decode(baseline, LARGE))


@pytest.mark.parametrize(("bits", "colour"), [(0, 0), (3, 0), (200, 0), (1, 2), (16, 3), (2, 6), (8, 1), (8, 255)])
def test_a_png_of_a_depth_that_there_is_not_is_refused(bits: int, colour: int) -> None:
    with pytest.raises(UnreadableImage, match=f"no colour type {colour} of {bits} bits"):
        inspect(png(8, 8, bits, colour, chunk(b"tRNS", b"\0\1")), LARGE)
