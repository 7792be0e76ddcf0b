"""Every variant of a picture decodes to the same pixels; every file that is not one picture is refused with a sentence."""

import io
import struct
import time
import zlib
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from vision.image import (
    AnimatedImage,
    CmykImage,
    ImageLimits,
    ImageTooLarge,
    ImageTooSmall,
    TooManyPixels,
    TruncatedImage,
    UnreadableImage,
    UnsupportedFormat,
    decode,
    decode_on_one_background,
    encode_png,
    inspect,
    pixel_digest,
)
from vision.types import Picture

LIMITS = ImageLimits(max_bytes=2_000_000, max_pixels=1_000_000, max_side=5_000)
SIZE = (60, 40)


def test_every_variant_of_a_colour_picture_decodes_to_the_same_pixels() -> None:
    picture = _few_colours()
    bgr = np.asarray(picture)[:, :, ::-1]
    wide = cv2.imencode(".png", bgr.astype(np.uint16) * 257)[1].tobytes()
    variants = {
        "8 bit": _file(picture, "PNG"),
        "opaque alpha": _file(picture.convert("RGBA"), "PNG"),
        "palette": _file(picture.quantize(256), "PNG"),
        "16 bit": wide,
        "lossless webp": _file(picture, "WEBP", lossless=True),
        "webp with alpha": _file(picture.convert("RGBA"), "WEBP", lossless=True),
    }
    for name, data in variants.items():
        assert np.array_equal(decode(data, LIMITS), bgr), name
        assert (inspect(data, LIMITS).width, inspect(data, LIMITS).height) == SIZE, name


def test_every_variant_of_a_grey_picture_decodes_to_the_same_pixels() -> None:
    grey = _few_colours().convert("L").point(lambda value: 255 if value > 127 else 0)
    values = np.asarray(grey)
    bgr = np.repeat(values[:, :, None], 3, axis=2)
    variants = {
        "8 bit": _file(grey, "PNG"),
        "1 bit": _file(grey.convert("1"), "PNG"),
        "grey and alpha": _file(grey.convert("LA"), "PNG"),
        "16 bit": _file(Image.fromarray(values.astype(np.uint16) * 257), "PNG"),
        "palette": _file(grey.convert("P"), "PNG"),
    }
    for name, data in variants.items():
        assert np.array_equal(decode(data, LIMITS), bgr), name


@pytest.mark.parametrize(
    ("mode", "transparent"), [("RGB", (17, 34, 51)), ("L", 34), ("P", 3)], ids=["colour key", "grey key", "palette"]
)
def test_transparent_pixels_become_white(mode: str, transparent: tuple[int, ...] | int) -> None:
    picture = Image.new(mode, SIZE, transparent)
    if mode == "P":
        picture.putpalette([index for index in range(256) for _ in range(3)])
    assert (decode(_file(picture, "PNG", transparency=transparent), LIMITS) == 255).all()
    assert not (decode(_file(picture, "PNG"), LIMITS) == 255).any()


def test_half_transparent_red_is_laid_on_white() -> None:
    data = _file(Image.new("RGBA", SIZE, (255, 0, 0, 128)), "PNG")
    assert decode(data, LIMITS)[0, 0].tolist() == [127, 127, 255]


@pytest.mark.parametrize(("background", "expected"), [("#000000", [0, 0, 128]), ("#00ff40", [32, 127, 128])])
def test_half_transparent_red_is_laid_on_what_is_asked_for(background: str, expected: list[int]) -> None:
    data = _file(Image.new("RGBA", SIZE, (255, 0, 0, 128)), "PNG")
    assert decode(data, LIMITS, background)[0, 0].tolist() == expected


def _signs(*colours: tuple[int, int, int, int]) -> bytes:
    """A square of each colour on nothing."""
    picture = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    for at, colour in enumerate(colours):
        picture.paste(colour, (12 * at, 4, 12 * at + 8, 12))
    return _file(picture, "PNG")


WHITE_SIGN, BLACK_SIGN, RED_SIGN, NO_SIGN = (255, 255, 255, 255), (0, 0, 0, 255), (200, 0, 0, 255), (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("before", "after", "background"),
    [
        ([RED_SIGN], [BLACK_SIGN], "#ffffff"),
        ([BLACK_SIGN], [NO_SIGN], "#ffffff"),
        ([WHITE_SIGN], [NO_SIGN], "#000000"),
        ([RED_SIGN, WHITE_SIGN], [RED_SIGN, NO_SIGN], "#000000"),
        ([WHITE_SIGN, BLACK_SIGN], [NO_SIGN, NO_SIGN], "#808080"),
        ([RED_SIGN], [RED_SIGN], "#ffffff"),
    ],
)
def test_a_change_is_laid_on_the_first_background_that_shows_all_of_it(
    before: list[tuple[int, int, int, int]], after: list[tuple[int, int, int, int]], background: str
) -> None:
    assert decode_on_one_background(_signs(*before), _signs(*after), LIMITS)[2] == background


def test_a_background_that_is_asked_for_is_taken_unless_exactly_only_another_shows_a_change() -> None:
    files = _signs(WHITE_SIGN), _signs(NO_SIGN)
    assert decode_on_one_background(*files, LIMITS, "#ffffff")[2] == "#ffffff"
    assert decode_on_one_background(*files, LIMITS, "#ffffff", exactly=True)[2] == "#000000"
    assert decode_on_one_background(*files, LIMITS, "#00ff00", exactly=True)[2] == "#00ff00"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize(("format", "mode"), [("PNG", "RGB"), ("PNG", "RGBA"), ("JPEG", "RGB"), ("WEBP", "RGB")])
def test_exif_orientation_is_applied_in_every_format(orientation: int, format: str, mode: str) -> None:
    upright = Image.new(mode, SIZE, "white")
    upright.paste("black", (0, 0, 20, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = _file(_stored_as(upright, orientation), format, exif=exif)
    picture = decode(data, LIMITS)
    assert picture.shape == (SIZE[1], SIZE[0], 3)
    assert picture[5, 10].max() < 30
    assert min(picture[35, 55].min(), picture[5, 50].min(), picture[35, 10].min()) > 225
    assert (inspect(data, LIMITS).width, inspect(data, LIMITS).height) == SIZE


def test_exif_orientation_is_applied_to_grey_of_16_bits() -> None:
    samples = np.zeros((SIZE[1], SIZE[0]), np.uint16)
    samples[:10, :20] = 65535
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn clockwise
    picture = decode(_file(Image.fromarray(samples), "PNG", exif=exif), LIMITS)
    assert picture.shape == (SIZE[0], SIZE[1], 3)
    assert picture[:20, -10:].min() == 255 and picture[20:].max() == 0


@pytest.mark.parametrize(
    ("format", "options"),
    [("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("WEBP", {"lossless": True}), ("WEBP", {})],
    ids=["png", "jpeg", "progressive jpeg", "lossless webp", "webp"],
)
def test_a_file_cut_anywhere_is_refused_by_its_header_alone(format: str, options: dict[str, bool]) -> None:
    data = _file(_few_colours(), format, **options)
    inspect(data, LIMITS)
    for length in range(len(data)):
        with pytest.raises((TruncatedImage, UnsupportedFormat)):
            inspect(data[:length], LIMITS)


def test_a_jpeg_with_a_whole_thumbnail_but_a_cut_picture_is_refused() -> None:
    thumbnail = _file(_few_colours(), "JPEG")
    data = _file(_few_colours(), "JPEG")
    with_thumbnail = data[:2] + b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail + data[2:]
    inspect(with_thumbnail, LIMITS)
    with pytest.raises(TruncatedImage):
        inspect(with_thumbnail[:-200], LIMITS)


def test_damage_that_only_decoding_finds_is_a_sentence_too() -> None:
    data = bytearray(_file(_few_colours(), "PNG"))
    data[len(data) // 2] ^= 0xFF
    inspect(bytes(data), LIMITS)
    with pytest.raises(TruncatedImage, match="cannot be decoded"):
        decode(bytes(data), LIMITS)


@pytest.mark.parametrize(
    ("data", "error", "sentence"),
    [
        (lambda: b"", UnsupportedFormat, "empty"),
        (lambda: b"%PDF-1.7 and so on", UnsupportedFormat, "not a PNG, JPEG or WebP"),
        (lambda: _file(_few_colours(), "GIF"), UnsupportedFormat, "not a PNG"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnsupportedFormat, "not a PNG"),
        (lambda: b"\x89PNG\r\n\x1a\n", TruncatedImage, "inside its header"),
        (lambda: _animation("PNG"), AnimatedImage, "animated"),
        (lambda: _animation("WEBP"), AnimatedImage, "animated"),
        (lambda: _file(_few_colours().convert("CMYK"), "JPEG"), CmykImage, "CMYK"),
        (lambda: _file(Image.new("RGB", (1, 1)), "PNG"), ImageTooSmall, "1 × 1 pixels; .* at least 2"),
        (lambda: _bomb(0, 10), ImageTooSmall, "0 × 10"),
        (lambda: _bomb(30_000, 30_000), TooManyPixels, "30000 × 30000 pixels; .* at most 5,000"),
        (lambda: _bomb(2_000, 1_000), TooManyPixels, "2,000,000 pixels; at most 1,000,000"),
        (lambda: b"\xff\xd8\xff" + bytes(2_000_000), ImageTooLarge, "2,000,003 bytes; at most 2,000,000"),
    ],
)
def test_what_is_not_one_picture_within_the_limits_is_refused(
    data: Callable[[], bytes], error: type[UnreadableImage], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        inspect(data(), LIMITS)
    with pytest.raises(error, match=sentence):
        decode(data(), LIMITS)


def test_a_bomb_is_refused_before_anything_is_allocated() -> None:
    bomb = _bomb(30_000, 30_000)
    started = time.perf_counter()
    with pytest.raises(TooManyPixels):
        decode(bomb, LIMITS)
    assert time.perf_counter() - started < 0.1


def test_bytes_turned_over_at_random_never_raise_anything_else() -> None:
    generator = np.random.default_rng(7)
    for format in ("PNG", "JPEG", "WEBP"):
        whole = np.frombuffer(_file(_few_colours(), format), np.uint8)
        for _ in range(150):
            broken = whole.copy()
            broken[generator.integers(0, len(broken), 4)] = generator.integers(0, 256, 4)
            try:
                assert decode(broken.tobytes(), LIMITS).ndim == 3
            except UnreadableImage as error:
                assert str(error).endswith((".", "picture."))


def test_encoding_keeps_every_pixel_and_the_digest() -> None:
    picture = decode(_file(_few_colours(), "PNG"), LIMITS)
    again = decode(encode_png(picture), LIMITS)
    assert np.array_equal(picture, again)
    assert pixel_digest(picture) == pixel_digest(again)


def test_digest_tells_shapes_and_single_pixels_apart() -> None:
    picture: Picture = np.zeros((4, 6, 3), np.uint8)
    changed = picture.copy()
    changed[3, 5, 2] = 1
    assert len({pixel_digest(picture), pixel_digest(picture.reshape(6, 4, 3)), pixel_digest(changed)}) == 3


def _few_colours() -> Image.Image:
    values = np.random.default_rng(1).integers(0, 6, (SIZE[1], SIZE[0], 3), dtype=np.uint8) * 51
    return Image.fromarray(values)


def _file(picture: Image.Image, format: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format, **options)
    return buffer.getvalue()


def _stored_as(upright: Image.Image, orientation: int) -> Image.Image:
    """The pixels to store so that a viewer that applies `orientation` shows `upright`."""
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    return upright.transpose(turns[orientation]) if orientation in turns else upright


def _animation(format: str) -> bytes:
    frames = [_few_colours(), Image.new("RGB", SIZE, "red")]
    return _file(frames[0], format, save_all=True, append_images=frames[1:])


def _bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be of this size."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(50_000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
