"""Pictures: bytes in the artifact store under their SHA-256 (equal pictures are one file), read through a row with a
random id.

The bytes are in the artifact store (`store/blobs.py`). A file without a row is harmless: a process died in between,
and `store/retention.py` deletes it. A row without a file is not. So files are written before rows and deleted after
them.
"""

import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, event, exists, select
from sqlalchemy.orm import Session

from store.blobs import blob_store as blob_store  # callers that have a row get its bytes here too
from store.errors import ArtifactNotFound, ArtifactStoreUnavailable
from store.session import insert_if_new
from store.states import ArtifactKind
from store.tables import Artifact, Blob, Comparison, Reference, new_id

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Removed:
    """How many artifacts were deleted, and the files and bytes that this freed."""

    artifacts: int = 0
    files: int = 0
    size_bytes: int = 0

    def __add__(self, other: "Removed") -> "Removed":
        sizes = (self.files + other.files, self.size_bytes + other.size_bytes)
        return Removed(self.artifacts + other.artifacts, *sizes)


def save(session: Session, data: bytes, kind: str, media_type: str, width: int, height: int) -> Artifact:
    """Stores a picture and returns its row."""
    digest = _keep(session, data)
    return _insert(session, kind=kind, sha256=digest, media_type=media_type, width=width, height=height)


def declare(
    session: Session,
    kind: str,
    comparison_id: str | None = None,
    analysis_id: str | None = None,
    source_id: str | None = None,
) -> Artifact:
    """A picture that is drawn at the first request: of a comparison, or of an analysis and its screenshot
    (`source_id`). Declared twice, it is one row."""
    made_of = {"kind": kind, "comparison_id": comparison_id, "analysis_id": analysis_id, "source_id": source_id}
    insert_if_new(session, Artifact, id=new_id(), media_type="image/png", **made_of)
    return session.scalars(select(Artifact).filter_by(**made_of)).one()


def fill(session: Session, artifact_id: str, data: bytes, width: int, height: int) -> Artifact:
    """Stores the drawn picture of a declared artifact. If two processes drew it, the first one's stays."""
    digest = _keep(session, data)
    artifact = session.get(Artifact, artifact_id, with_for_update=True, populate_existing=True)
    if artifact is None:
        raise ArtifactNotFound(artifact_id)
    if artifact.sha256 is None:
        artifact.sha256, artifact.width, artifact.height = digest, width, height
        session.flush()
    elif artifact.sha256 != digest:
        drop_unreferenced(session, [digest])
    return artifact


def load(session: Session, artifact_id: str) -> Artifact:
    """The row; once drawn, its bytes are `blob_store().read(artifact.sha256)`. Raises ArtifactNotFound."""
    artifact = session.get(Artifact, artifact_id)
    if artifact is None:
        raise ArtifactNotFound(artifact_id)
    return artifact


def drawn_from(session: Session, comparison_id: str) -> dict[str, Artifact]:
    """A comparison's declared pictures by kind, without their copies in other languages."""
    rows = select(Artifact).where(Artifact.comparison_id == comparison_id, ~Artifact.kind.endswith("_ru"))
    return {row.kind: row for row in session.scalars(rows)}


def drawn_from_each(session: Session, comparison_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """The ids of each comparison's declared pictures by kind, without their copies in other languages."""
    rows = select(Artifact.comparison_id, Artifact.kind, Artifact.id)
    rows = rows.where(Artifact.comparison_id.in_(comparison_ids), ~Artifact.kind.endswith("_ru"))
    found: dict[str, dict[str, str]] = {}
    for comparison_id, kind, artifact_id in session.execute(rows):
        found.setdefault(str(comparison_id), {})[kind] = artifact_id
    return found


def annotated(session: Session, source_id: str, analysis_id: str) -> Artifact | None:
    """The declared picture of the analysis' elements in that screenshot."""
    made_of = {"kind": ArtifactKind.ANNOTATED, "source_id": source_id, "analysis_id": analysis_id}
    return session.scalars(select(Artifact).filter_by(**made_of)).one_or_none()


def remove_unused(session: Session, artifact_ids: Iterable[str]) -> Removed:
    """Deletes those of the artifacts that no reference or comparison uses, the pictures drawn from them, and their files."""
    unused = session.scalars(select(Artifact.id).where(Artifact.id.in_(artifact_ids), ~_is_shown())).all()
    return _delete_rows(session, Artifact.id.in_(unused) | Artifact.source_id.in_(unused))


def remove_drawn(session: Session, comparison_ids: Collection[str]) -> Removed:
    """Deletes the declared pictures of comparisons and their files."""
    return _delete_rows(session, Artifact.comparison_id.in_(comparison_ids))


def drop_unreferenced(session: Session, digests: Iterable[str]) -> Removed:
    """Deletes the blobs that no artifact uses: their rows in this transaction, their files after its commit."""
    wanted = sorted(set(digests))
    # Two statements: in PostgreSQL a statement sees other tables as they were when it began, and the first may have waited.
    session.scalars(select(Blob.sha256).where(Blob.sha256.in_(wanted)).order_by(Blob.sha256).with_for_update()).all()
    unused = Blob.sha256.in_(wanted) & ~exists().where(Artifact.sha256 == Blob.sha256)
    dropped = session.execute(delete(Blob).where(unused).returning(Blob.sha256, Blob.size_bytes)).all()
    if dropped:
        _delete_files_after_commit(session, [digest for digest, _ in dropped])
    return Removed(0, len(dropped), sum(size for _, size in dropped))


def delete_files(session: Session, digests: Sequence[str]) -> None:
    """Deletes files without a row, except those that are being saved right now. Call it outside a transaction.

    Each file is deleted while its blob row is inserted and uncommitted: a process that saves the same bytes waits for
    the row, then finds the file gone and writes it again. If the row is back already, the file stays."""
    with Session(session.get_bind()) as own:
        for digest in digests:
            try:
                if insert_if_new(own, Blob, sha256=digest, size_bytes=0):
                    blob_store().delete(digest)
            except ArtifactStoreUnavailable as error:
                log.warning("%s The file %s is left behind, unused.", error, digest)
            finally:
                own.rollback()


def _keep(session: Session, data: bytes) -> str:
    """Inserts the row, and writes the file if it is missing. Callers write the file before their transaction; it is
    checked again here, once this transaction has the row, because `delete_files` may have deleted the same bytes (it
    holds that row meanwhile)."""
    digest = sha256(data).hexdigest()
    ours = select(Blob.sha256).where(Blob.sha256 == digest).with_for_update(read=True, key_share=True)
    while session.scalar(ours) is None:  # a second round only if the row was deleted between these two lines
        insert_if_new(session, Blob, sha256=digest, size_bytes=len(data))
    if not blob_store().exists(digest):
        blob_store().put(data)
    return digest


def _insert(session: Session, **values: Any) -> Artifact:
    artifact = Artifact(id=new_id(), **values)
    session.add(artifact)
    session.flush()
    return artifact


def _is_shown() -> Any:
    return (
        exists().where(Reference.artifact_id == Artifact.id)
        | exists().where(Comparison.reference_artifact_id == Artifact.id)
        | exists().where(Comparison.actual_artifact_id == Artifact.id)
    )


def _delete_rows(session: Session, which: Any) -> Removed:
    # Read first: on SQLite a DELETE does not return the rows that a foreign key deletes with it.
    digests = session.scalars(select(Artifact.sha256).where(which).with_for_update()).all()
    session.execute(delete(Artifact).where(which))
    return Removed(len(digests)) + drop_unreferenced(session, [digest for digest in digests if digest])


def _delete_files_after_commit(session: Session, digests: list[str]) -> None:
    def committed(done: Session) -> None:
        if not done.in_nested_transaction():  # SQLAlchemy also calls this when a savepoint is released
            delete_files(done, digests)
            digests.clear()

    event.listen(session, "after_commit", committed)
