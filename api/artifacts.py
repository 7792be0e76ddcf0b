"""Pictures: uploaded, or drawn at the first request."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, status

from api.access import check_seen, needs
from api.deps import Caller, Id, Language, off_loop, problems
from api.errors import WrongPart
from store import links, visibility
from store.keys import Scope
from tasks import drawing, scaled
from tasks.drawing import DrawnPicture
from vision.types import Box

router = APIRouter(tags=["artifacts"])

_WIDEST = 4096
Width = Annotated[int | None, Query(ge=16, le=_WIDEST, description="A smaller copy, at most this many pixels wide.")]
Strip = Annotated[int | None, Query(ge=0, le=31, description="Only these 2048 rows of a long page, counted from 0.")]

Crop = Annotated[
    str | None,
    Query(pattern=r"^\d{1,5},\d{1,5},\d{1,5},\d{1,5}$", description="Only this part: x,y,width,height in its pixels."),
]

Words = Annotated[Language, Query(description="The language of the words in a picture that was drawn.")]

# Browsers show an upload as a picture and as nothing else, whatever else the file contains.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=31536000, immutable",
}
_IMAGE = {"content": {"image/png": {}, "image/jpeg": {}, "image/webp": {}}, "description": "The picture."}


async def seen_artifact(
    id: Id,
    caller: Caller,
    expires: Annotated[int, Query(ge=0, le=2**53, description="As the link has it.")] = 0,
    signature: Annotated[str, Query(max_length=200, description="As the link has it; it stands in for a key.")] = "",
) -> str:
    """Checks the key; without one, the link's signature."""
    if caller.linked:
        await off_loop(links.verify, id, expires, signature)
        return id
    return await check_seen(visibility.artifact, id, caller)


@router.get(
    "/artifacts/{id}",
    dependencies=[needs(Scope.READ)],
    response_class=Response,
    responses={200: _IMAGE, 304: {"description": "The caller has it already."}, **problems(404, 409)},
)
async def get_artifact(
    id: Annotated[str, Depends(seen_artifact)],
    request: Request,
    w: Width = None,
    strip: Strip = None,
    crop: Crop = None,
    language: Words = "en",
) -> Response:
    """A picture: one that was uploaded, or one that shows what was found. It never changes, so keep it.

    `w=320` gives a copy at most that wide (WebP), `crop=0,0,400,300` that part of it (WebP), `strip=0` the first 2048
    rows of a long page (PNG). `language=ru` gives a drawn picture with Russian words.

    Links that answers contain are signed where keys are in use: they show their picture without a key until
    it expires.
    """
    picture = await _picture(id, w, strip, crop, language)
    name = f"{id}.{picture.media_type.removeprefix('image/')}"
    headers = {**_SAFE, "ETag": f'"{picture.sha256}"', "Content-Disposition": f'inline; filename="{name}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(picture.data, media_type=picture.media_type, headers=headers)


async def _picture(
    artifact_id: str, width: int | None, strip: int | None, crop: str | None, language: Language
) -> DrawnPicture:
    if strip is not None and (width is not None or crop is not None):
        raise WrongPart("`strip` stands alone: a strip has the picture's own width.")
    try:
        if strip is not None:
            return await scaled.strip_of(artifact_id, strip)
        if width is None and crop is None:
            return await drawing.picture(artifact_id, language)
        part = Box(*(int(number) for number in crop.split(","))) if crop else None
        return await scaled.scaled(artifact_id, width or _WIDEST, part)
    except IndexError as error:
        raise WrongPart(str(error)) from None
