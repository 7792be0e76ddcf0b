"""The pictures of a scene, as <etalon-view> loads them: whole if they are short, else in strips."""

from typing import Any, Final

from fastapi import Request

from store import tables
from vision.thumbnails import SMALL_PX, STRIP_PX, strips_of
from web.pages import picture
from web.visitor import Visitor

_WHOLE_PX: Final = 2 * STRIP_PX  # up to this height a browser is faster with one picture


def one_picture(request: Request, visitor: Visitor, row: tables.Artifact) -> dict[str, Any]:
    """A scene with one picture."""
    return {"actual": shown(request, visitor, row)}


def pair(request: Request, visitor: Visitor, reference: tables.Artifact, actual: tables.Artifact) -> dict[str, Any]:
    """A scene with two."""
    return {"reference": shown(request, visitor, reference), "actual": shown(request, visitor, actual)}


def shown(request: Request, visitor: Visitor, row: tables.Artifact) -> dict[str, Any]:
    """URLs of all of it: `strips` from the top down, each `rows` high, and `small`, a copy for the map beside a long page."""
    height = row.height or 0
    long = height > _WHOLE_PX
    strips = [picture(request, visitor, row.id, strip=at) for at in range(strips_of(height))] if long else []
    return {
        "width": row.width,
        "height": height,
        "rows": STRIP_PX if long else height,
        "strips": strips or [picture(request, visitor, row.id)],
        "small": picture(request, visitor, row.id, w=SMALL_PX),
    }
