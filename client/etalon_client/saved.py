"""The pictures of the shots that need a person, saved as files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from etalon_client.builds import Shot, title
from etalon_client.errors import NotCompared
from etalon_client.files import write_bytes
from etalon_client.output import Output
from etalon_client.results import Result
from etalon_client.service import Service

_KINDS: Final = ("diff", "side_by_side", "actual", "reference")  # the first is the one that a pipeline shows
_GREEN: Final = ("passed", "approved", "running")
_LONGEST_PART: Final = 100
_REFUSED_BY_A_SYSTEM: Final = re.compile(r'[<>:"|?*\\\x00-\x1f]')


def save_pictures(service: Service, result: Result, folder: Path, jobs: int, output: Output) -> dict[str, list[Path]]:
    """Saves them as FOLDER/name/kind.png and gives the paths by the shot's title.

    The verdict stands already: a picture that does not come is only said.
    """
    shots = [shot for shot in result.in_order() if shot["section"] not in _GREEN]
    with ThreadPoolExecutor(jobs) as threads:
        saved = threads.map(lambda shot: _save(service, shot, folder / file_name(title(shot)), output), shots)
        return {title(shot): paths for shot, paths in zip(shots, saved)}


def file_name(shot: str) -> Path:
    """A path that every system takes and that stays in its folder: slashes are folders, long parts are shortened."""
    return Path(*(_part(part) for part in shot.split("/") if part))


def _part(text: str) -> str:
    safe = _REFUSED_BY_A_SYSTEM.sub("_", text).rstrip(". ") or "_"
    if len(safe.encode()) > _LONGEST_PART or safe != text:
        # Two names that become one here must not share a folder.
        digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
        safe = f"{safe.encode()[: _LONGEST_PART - 9].decode(errors='ignore')}-{digest}"
    return safe


def _save(service: Service, shot: Shot, folder: Path, output: Output) -> list[Path]:
    saved = []
    urls: Mapping[str, str] = shot["artifacts"] or {}
    for kind in _KINDS:
        if kind not in urls:
            continue
        try:
            answer = service.fetch("GET", urls[kind])
            path = folder / f"{kind}.{_suffix(answer.headers.get('Content-Type', ''))}"
            write_bytes(path, answer.content)
        except NotCompared as error:
            reason = error.told(output.language)
            output.warn(NotCompared("{name}: no {kind} picture: {reason}", name=title(shot), kind=kind, reason=reason))
            continue
        saved.append(path)
    return saved


def _suffix(content_type: str) -> str:
    kind = content_type.partition(";")[0].strip()
    return kind[len("image/") :] if kind in ("image/png", "image/jpeg", "image/webp") else "png"
