"""Loads stored pictures for vision, within the limits of the settings, and their stored analyses."""

from collections.abc import Callable

from config import settings
from store import analyses
from store.artifacts import blob_store, load
from store.errors import BlobDamaged, BlobMissing
from store.session import read, write
from tasks.engines import engines
from vision.elements.analysis import analyze
from vision.image import WHITE, ImageLimits, decode
from vision.types import Analysis, Picture


def limits() -> ImageLimits:
    current = settings()
    return ImageLimits(
        max_bytes=current.max_upload_mb * 1024 * 1024,
        max_pixels=current.max_megapixels * 1_000_000,
        max_side=current.max_side_px,
    )


def load_picture(artifact_id: str, background: str = WHITE) -> Picture:
    """Transparent parts are laid on `background`.

    Raises ArtifactNotFound, BlobMissing, BlobDamaged, UnreadableImage, ArtifactStoreUnavailable."""
    return decode(load_bytes(artifact_id), limits(), background)


def load_bytes(artifact_id: str) -> bytes:
    """The stored file. Raises ArtifactNotFound, BlobMissing, BlobDamaged (both name the artifact), ArtifactStoreUnavailable."""
    digest = digest_of(artifact_id)
    try:
        return blob_store().read(digest)
    except (BlobMissing, BlobDamaged) as error:
        raise type(error)(artifact_id) from None


def digest_of(artifact_id: str) -> str:
    """The SHA-256 of an artifact's bytes. Raises ArtifactNotFound, BlobMissing."""
    with read() as session:
        digest = load(session, artifact_id).sha256
    if digest is None:
        raise BlobMissing(artifact_id)
    return digest


def analysis_of(picture: Picture, digest: str, on_stage: Callable[[str], None]) -> tuple[str, Analysis]:
    """A picture's analysis, id and facts: the stored one for these pixels and engines, else a new one, which is stored."""
    loaded = engines()
    with write() as session:
        known = analyses.find(session, digest, loaded.detector.version, loaded.reader.version)
    if known:
        return known
    made = analyze(picture, loaded, on_stage)
    with write() as session:
        return analyses.record(session, digest, made, loaded.reader.version), made
