"""Pictures, as they were uploaded or as they are drawn when first asked for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response, status

from api.access import check_seen, needs
from api.deps import Caller, Id, off_loop, problems
from store import links, visibility
from store.keys import Scope
from tasks import drawing

router = APIRouter(tags=["artifacts"])

# What was uploaded is shown as the picture it is and as nothing else, whatever else the file may hold.
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
    """A key that is sent decides; without one, the link's signature."""
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
async def get_artifact(id: Annotated[str, Depends(seen_artifact)], request: Request) -> Response:
    """A picture: one that was uploaded, or one that shows what was found. It never changes, so keep it.

    Links that answers contain are signed where keys are in use: whoever has one sees its picture, without a key, until it
    expires.
    """
    picture = await drawing.picture(id)
    name = f"{id}.{picture.media_type.removeprefix('image/')}"
    headers = {**_SAFE, "ETag": f'"{picture.sha256}"', "Content-Disposition": f'inline; filename="{name}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(picture.data, media_type=picture.media_type, headers=headers)
