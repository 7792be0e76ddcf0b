"""Inputs to start from: a small picture in every way it can be written, forms, and options."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from PIL import Image, ImageCms

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def pictures() -> dict[str, bytes]:
    """By name. Some can be read and some cannot; none may break the reader."""
    return {**_pngs(), **_jpegs(), **_webps(), **_hybrids(), **_bombs()}


def forms() -> dict[str, bytes]:
    """Each begins with a line `PATH CONTENT-TYPE`; the body follows."""
    picture = _file(_colours(), "PNG")
    whole = form([("screenshot", "a.png", picture), ("project", None, b"shop")])
    pair = form([("reference", "a.png", picture), ("actual", "b.png", picture), ("options", None, b"{}")])
    named = form([("screenshot", "../../a.png", picture), ("name", None, "Вход".encode())])
    kind = b"multipart/form-data; boundary=b"
    return {
        "analysis": b"/api/v1/analyses " + kind + b"\n" + whole,
        "pair": b"/api/v1/comparisons " + kind + b"\n" + pair,
        "test case": b"/api/v1/testcases " + kind + b"\n" + named,
        "cut": b"/api/v1/analyses " + kind + b"\n" + whole[:-30],
        "charset": b"/api/v1/analyses " + kind + b"; charset=utf-7\n" + whole,
        "no boundary": b"/api/v1/analyses multipart/form-data\n" + whole,
        "urlencoded": b"/api/v1/analyses application/x-www-form-urlencoded\nscreenshot=a",
        "json": b'/api/v1/analyses application/json\n{"screenshot": 1}',
    }


def options() -> dict[str, bytes]:
    return {
        "empty": b"{}",
        "all": b'{"match_level": "layout", "ignore_regions": [{"x": 1, "y": 2, "width": 3, "height": 4}], "fail_on": "major"}',
        "huge": b'{"ignore_regions": [{"x": 1e400, "y": 99999999999999999999, "width": -0, "height": NaN}]}',
        "deep": b"[" * 300 + b"]" * 300,
        "text": b'{"match_level": "\\ud800", "fail_on": "\\u0000"}',
    }


def form(parts: list[tuple[str, str | None, bytes]], boundary: bytes = b"b") -> bytes:
    """A form's body: each part's name, file name (None for text) and content."""
    lines = []
    for name, file_name, content in parts:
        named = "" if file_name is None else f'; filename="{file_name}"\r\nContent-Type: image/png'
        head = f'Content-Disposition: form-data; name="{name}"{named}'
        lines.append(
            b"--" + boundary + b"\r\n" + head.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + content + b"\r\n"
        )
    return b"".join(lines) + b"--" + boundary + b"--\r\n"


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG, with the sum that belongs to it."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, bits: int, colour: int, *others: bytes, pixels: bytes = bytes(2000)) -> bytes:
    """A PNG that says this of itself, whatever its pixels are."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return PNG_SIGNATURE + head + b"".join(others) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def with_right_sums(data: bytes) -> bytes:
    """A broken PNG with the checksums of its chunks put right, so that a reader gets past them."""
    out, at = [data[:8]], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 12 + length > len(data):
            break
        out.append(chunk(data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return b"".join([*out, data[at:]])


def _pngs() -> dict[str, bytes]:
    colours = _colours()
    exif = Image.Exif()
    exif[0x0112] = 6
    made = {
        "rgb.png": _file(colours, "PNG"),
        "rgba.png": _file(colours.convert("RGBA"), "PNG"),
        "grey.png": _file(colours.convert("L"), "PNG"),
        "grey_alpha.png": _file(colours.convert("LA"), "PNG"),
        "palette.png": _file(colours.quantize(200), "PNG"),
        "palette_transparent.png": _file(colours.quantize(200), "PNG", transparency=3),
        "colour_key.png": _file(colours, "PNG", transparency=(51, 51, 51)),
        "grey_key.png": _file(colours.convert("L"), "PNG", transparency=51),
        "grey_16.png": _file(Image.fromarray(np.asarray(colours.convert("L")).astype(np.uint16) * 257), "PNG"),
        "icc.png": _file(colours, "PNG", icc_profile=_profile()),
        "exif.png": _file(colours, "PNG", exif=exif),
        "animated.png": _file(colours, "PNG", save_all=True, append_images=[Image.new("RGB", colours.size, "red")]),
        "rgb_16.png": png(4, 3, 16, 2, pixels=bytes(range(25)) * 3),
        "rgba_16.png": png(4, 3, 16, 6, pixels=bytes(range(33)) * 3),
        "interlaced.png": _interlaced(),
        "grey_key_16.png": png(4, 3, 16, 0, chunk(b"tRNS", b"\0\1"), pixels=bytes(27)),
        "gamma.png": png(4, 3, 8, 2, chunk(b"gAMA", struct.pack(">I", 10_000)), chunk(b"cHRM", bytes(32))),
    }
    for bits in (1, 2, 4):
        made[f"grey_{bits}.png"] = png(8, 4, bits, 0, chunk(b"tRNS", b"\0\1"))
        palette = chunk(b"PLTE", bytes(range(3 * 2**bits)))
        made[f"palette_{bits}.png"] = png(8, 4, bits, 3, palette, chunk(b"tRNS", bytes(2)))
    return made


def _jpegs() -> dict[str, bytes]:
    colours = _colours()
    made = {
        "baseline.jpg": _file(colours, "JPEG"),
        "progressive.jpg": _file(colours, "JPEG", progressive=True),
        "grey.jpg": _file(colours.convert("L"), "JPEG"),
        "cmyk.jpg": _file(colours.convert("CMYK"), "JPEG"),
        "icc.jpg": _file(colours, "JPEG", icc_profile=_profile()),
        "restarts.jpg": _file(colours, "JPEG", restart_marker_blocks=1),
        "unsubsampled.jpg": _file(colours, "JPEG", subsampling=0),
    }
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        made[f"orientation_{orientation}.jpg"] = _file(colours, "JPEG", exif=exif)
    scans = made["progressive.jpg"]
    last = scans.rindex(b"\xff\xda")
    made["scans.jpg"] = scans[:-2] + scans[last:-2] * 300 + b"\xff\xd9"
    return made


def _webps() -> dict[str, bytes]:
    colours = _colours()
    exif = Image.Exif()
    exif[0x0112] = 8
    return {
        "lossy.webp": _file(colours, "WEBP"),
        "lossless.webp": _file(colours, "WEBP", lossless=True),
        "alpha.webp": _file(colours.convert("RGBA"), "WEBP"),
        "exif.webp": _file(colours, "WEBP", exif=exif, icc_profile=_profile()),
        "animated.webp": _file(colours, "WEBP", save_all=True, append_images=[Image.new("RGB", colours.size, "red")]),
    }


def _hybrids() -> dict[str, bytes]:
    picture = _file(_colours(), "PNG")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.html", "<script>alert(1)</script>")
    return {
        "png_and_zip.png": picture + archive.getvalue(),
        "png_and_html.png": picture + b"<html><script>alert(1)</script></html>",
        "html_in_text.png": picture[:33] + chunk(b"tEXt", b"c\0<script>alert(1)</script>") + picture[33:],
        "html_in_comment.jpg": _file(_colours(), "JPEG", comment=b"<script>alert(1)</script>"),
        "gif": _file(_colours(), "GIF"),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "two_pictures.png": picture + picture,
    }


def _bombs() -> dict[str, bytes]:
    zeros = zlib.compress(bytes(30_000_000), 9)
    return {
        "sides.png": png(30_000, 30_000, 8, 2),
        "wide.png": png(2**31 - 1, 2, 8, 2),
        "long_rows.png": png(8, 4, 8, 0, pixels=bytes(5_000_000)),
        "profile.png": png(8, 4, 8, 2, chunk(b"iCCP", b"x\0\0" + zeros)),
        "text.png": png(8, 4, 8, 2, chunk(b"zTXt", b"x\0\0" + zeros)),
        "translated.png": png(8, 4, 8, 2, chunk(b"iTXt", b"x\0\1\0\0\0" + zeros)),
        "chunks.png": png(8, 4, 8, 2, *[chunk(b"tEXt", b"")] * 3_000),
        "pieces.png": png(8, 4, 8, 2, *[chunk(b"IDAT", b"")] * 20_000),
        "no_bits.png": png(8, 4, 0, 0, chunk(b"tRNS", b"\0\1")),
        "fill.jpg": b"\xff\xd8\xff\xda\x00\x02" + b"\xff" * 60_000 + b"\x00",
    }


def _interlaced() -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 1))
    return PNG_SIGNATURE + head + chunk(b"IDAT", zlib.compress(bytes(400))) + chunk(b"IEND", b"")


def _colours() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 6, (10, 14, 3), dtype=np.uint8) * 51)


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _file(picture: Image.Image, kind: str, **how: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **how)
    return buffer.getvalue()


def all_of(target: str) -> Iterator[bytes]:
    yield from {"picture": pictures, "options": options, "form": forms}[target]().values()


_WIDE, _HIGH = 7000, 7140  # 50 megapixels
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def _empty_png(interlaced: bool) -> bytes:
    """Fifty megapixels of black."""
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    sides = [(-(-(_WIDE - x) // right), -(-(_HIGH - y) // down)) for x, y, right, down in passes]
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", _WIDE, _HIGH, 8, 2, 0, 0, int(interlaced)))
    rows = _zeros(sum(height * (1 + 3 * width) for width, height in sides))
    return PNG_SIGNATURE + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _empty(format: str, **options: Any) -> bytes:
    return _file(Image.new("RGB", (16_383, 3_051)), format, **options)


def _many_scans() -> bytes:
    """As many as are taken."""
    data = _file(Image.new("RGB", (_WIDE, _HIGH)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * (100 - data.count(b"\xff\xda")) + b"\xff\xd9"


def _annotated(*notes: bytes) -> bytes:
    return png(64, 64, 8, 2, *notes, pixels=bytes(64 * 193))


def _zeros(size: int) -> bytes:
    """This many of them, compressed."""
    pack = zlib.compressobj(9)
    whole, rest = divmod(size, 2**20)
    return b"".join([*(pack.compress(bytes(2**20)) for _ in range(whole)), pack.compress(bytes(rest)), pack.flush()])


# Small files that unpack to much, by name. Made when they are needed: each takes a second or two.
EXPENSIVE: dict[str, Callable[[], bytes]] = {
    "flat.png": lambda: _empty_png(interlaced=False),
    "interlaced.png": lambda: _empty_png(interlaced=True),
    "profile.png": lambda: _annotated(chunk(b"iCCP", b"x\0\0" + _zeros(100 * 2**20))),
    "texts.png": lambda: _annotated(*[chunk(b"zTXt", b"k\0\0" + _zeros(7 * 2**20))] * 900),
    "international.png": lambda: _annotated(*[chunk(b"iTXt", b"k\0\1\0\0\0" + _zeros(7 * 2**20))] * 900),
    "animated.png": lambda: _moving("PNG"),
    "scans.jpg": _many_scans,
    "lossless.webp": lambda: _empty("WEBP", lossless=True),
    "lossy.webp": lambda: _empty("WEBP"),
    "animated.webp": lambda: _moving("WEBP"),
}


def _moving(format: str) -> bytes:
    frames = [Image.new("RGB", (2000, 2000), (shade, 0, 0)) for shade in range(30)]
    return _file(frames[0], format, save_all=True, append_images=frames[1:])
