"""Stored pictures as vision takes them: read from the artifact store, decoded within the limits of the settings."""

from config import settings
from store.artifacts import blob_store, load
from store.errors import BlobMissing
from store.session import read
from vision.image import ImageLimits, decode
from vision.types import Picture


def limits() -> ImageLimits:
    current = settings()
    return ImageLimits(
        max_bytes=current.max_upload_mb * 1024 * 1024,
        max_pixels=current.max_megapixels * 1_000_000,
        max_side=current.max_side_px,
    )


def load_picture(artifact_id: str) -> Picture:
    """Raises ArtifactNotFound, BlobMissing, UnreadableImage, ArtifactStoreUnavailable."""
    return decode(blob_store().read(digest_of(artifact_id)), limits())


def digest_of(artifact_id: str) -> str:
    """The SHA-256 of an artifact's bytes. Raises ArtifactNotFound, BlobMissing."""
    with read() as session:
        digest = load(session, artifact_id).sha256
    if digest is None:
        raise BlobMissing(artifact_id)
    return digest
