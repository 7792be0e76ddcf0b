"""Files that are whole or not there."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from etalon_client.errors import NotCompared


def write_bytes(path: Path, data: bytes) -> None:
    """Writes a file beside its place and moves it there. Raises NotCompared with the system's reason."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        reason = error.strerror or error
        raise NotCompared("the file {path} cannot be written: {reason}", path=path, reason=reason) from None
    finally:
        with suppress(OSError):
            beside.unlink()


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode("utf-8", errors="replace"))
