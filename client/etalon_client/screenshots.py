"""Which pictures a folder holds, and what each is called: folders and the file's name without its ending."""

from __future__ import annotations

import json
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from etalon_client.errors import NotCompared, UnusableFile

SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp")
NOT_LOOKED_INTO: Final = {"node_modules", "__pycache__", "venv", ".venv", ".git", ".tox"}


@dataclass(frozen=True)
class Picture:
    """A file with a screenshot."""

    name: str
    path: Path

    def read(self) -> bytes:
        """Raises UnusableFile if it is no picture, or its name cannot be shown."""
        if not self.name.isprintable():
            raise UnusableFile(
                "the name of the file {path} holds characters that cannot be shown; rename it",
                path=ascii(str(self.path)),
            )
        return read_picture(self.path)


def find_pictures(places: Sequence[Path]) -> list[Picture]:
    """Every PNG, JPEG and WebP in the folders, by name; a place may also be one file.

    Raises NotCompared if a place does not exist, holds no picture, or where two files have the same name.
    """
    found = [picture for place in places for picture in _in_place(place)]
    taken: dict[str, Path] = {}
    for picture in found:
        if picture.name in taken:
            raise NotCompared(
                "{first} and {second} would both be called {name!r}; a name stands for one picture",
                first=taken[picture.name], second=picture.path, name=picture.name,
            )  # fmt: skip
        taken[picture.name] = picture.path
    return sorted(found, key=lambda picture: picture.name)


def walk(folder: Path, hidden: bool = False) -> Iterator[Path]:
    """Every picture file below the folder. Links to folders are not followed, so nothing is seen twice."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(
            name for name in folders if name not in NOT_LOOKED_INTO and (hidden or not name.startswith("."))
        )
        yield from (
            Path(parent, name)
            for name in sorted(files)
            if name.lower().endswith(SUFFIXES) and not name.startswith("._")  # what macOS writes beside a file
        )


def is_picture(head: bytes) -> bool:
    """Whether these first bytes are those of a PNG, JPEG or WebP."""
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    return head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or webp


def read(path: Path) -> bytes:
    """The file's bytes. Raises UnusableFile with the system's reason."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def read_picture(path: Path) -> bytes:
    """The file's bytes. Raises UnusableFile if it cannot be read, or is no PNG, JPEG or WebP."""
    data = read(path)
    if not data:
        raise UnusableFile("the file {path} is empty", path=path)
    if not is_picture(data[:12]):
        raise UnusableFile("the file {path} is neither PNG, JPEG nor WebP", path=path)
    return data


def read_names(path: Path) -> list[str]:
    """The names in a file: one a line, or a JSON list. Raises NotCompared if there is none, or a duplicate."""
    text = read(path).decode("utf-8-sig", errors="replace")
    names = _json_names(path, text) if text.lstrip().startswith("[") else text.splitlines()
    names = [unicodedata.normalize("NFC", name.strip()) for name in names if name.strip()]
    if not names:
        raise NotCompared("the file {path} names no shot", path=path)
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        raise NotCompared("the file {path} names {names} more than once", path=path, names=", ".join(twice[:5]))
    return names


def _json_names(path: Path, text: str) -> list[str]:
    try:
        names = json.loads(text)
    except ValueError as error:
        raise NotCompared("the file {path} is not JSON: {reason}", path=path, reason=error) from None
    if not all(isinstance(name, str) for name in names):
        raise NotCompared("the file {path} is not a list of names", path=path)
    return list(names)


def _in_place(place: Path) -> list[Picture]:
    if place.is_file():
        return [_picture(place, Path(place.name))]
    if not place.is_dir():
        raise NotCompared("there is no folder {path}", path=place)
    found = [_picture(path, path.relative_to(place)) for path in walk(place)]
    if not found:
        raise NotCompared("the folder {path} holds no picture (PNG, JPEG or WebP)", path=place)
    return found


def _picture(path: Path, inside: Path) -> Picture:
    # macOS hands out decomposed letters; a name must be the same on every system.
    name = unicodedata.normalize("NFC", inside.with_suffix("").as_posix()).strip()
    return Picture(name, path)


def _unreadable(path: Path, error: OSError) -> UnusableFile:
    return UnusableFile("the file {path} cannot be read: {reason}", path=path, reason=error.strerror or error)
