"""Pictures for people (annotated, diff, heatmap, side_by_side) are drawn when first asked for, then kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    data: bytes
    media_type: str
    sha256: str


async def picture(artifact_id: str) -> DrawnPicture:
    """An artifact's bytes, drawn first where that was not done yet. Runs in its own threads, never on the event loop.

    Raises store.errors.ArtifactNotFound, and NotDrawable while what it shows has not been found yet.
    """
    raise NotImplementedError


def draw(artifact_id: str) -> DrawnPicture:
    """The same, in the calling thread."""
    raise NotImplementedError
