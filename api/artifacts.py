"""Pictures, as they were uploaded or as they are drawn when first asked for."""

from fastapi import APIRouter, Request, Response, status

from api.deps import Id, problems
from tasks import drawing

router = APIRouter(tags=["artifacts"])

# What was uploaded is shown as the picture it is and as nothing else, whatever else the file may hold.
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=31536000, immutable",
}
_IMAGE = {"content": {"image/png": {}, "image/jpeg": {}, "image/webp": {}}, "description": "The picture."}


@router.get(
    "/artifacts/{id}",
    response_class=Response,
    responses={200: _IMAGE, 304: {"description": "The caller has it already."}, **problems(404, 409)},
)
async def get_artifact(id: Id, request: Request) -> Response:
    """A picture: one that was uploaded, or one that shows what was found. It never changes, so keep it."""
    picture = await drawing.picture(id)
    headers = {**_SAFE, "ETag": f'"{picture.sha256}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(picture.data, media_type=picture.media_type, headers=headers)
