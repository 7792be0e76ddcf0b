"""The version of the analysis: it changes with the weights and the sources, so that it need not be raised by hand."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from vision.engines.types import Judges, Network

_VISION: Final = Path(__file__).resolve().parents[1]


def version_of(network: Network, judges: Judges) -> str:
    """The networks' digests and that of the sources."""
    looks = [judge.digest[:6] for judge in (judges.frames, judges.glyphs) if judge is not None]
    return "-".join([network.digest, *looks, _digest_here()])


def sources() -> list[Path]:
    """The source files that determine boxes and texts."""
    folders = [_VISION / "elements", _VISION / "engines"]
    return sorted(
        [path for folder in folders for path in folder.glob("*.py")]
        + [_VISION / name for name in ("blobs.py", "boxes.py", "colours.py", "types.py")]
    )


def digest_of(files: Iterable[Path]) -> str:
    """8 hexadecimal digits from names and contents; line ends do not matter."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return digest.hexdigest()[:8]


@cache
def _digest_here() -> str:
    return digest_of(sources())
