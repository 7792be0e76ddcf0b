"""Pictures: bytes in the artifact store by their SHA-256 (the same picture twice is one file), read through a row by a random id.

The artifact store is a local folder or an S3 bucket behind four verbs. A file without a row is harmless (a process died in
between) and a row without a file is not; the order of steps below follows from that.
"""

import logging
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from sqlalchemy import delete, event, exists, select
from sqlalchemy.orm import Session

from config import settings
from store.errors import ArtifactNotFound, ArtifactStoreUnavailable, BlobMissing
from store.session import insert_if_new
from store.tables import Artifact, Blob, Comparison, Reference, new_id

log = logging.getLogger(__name__)

LEFTOVER_AGE_SECONDS = 3600  # an upload writes its file in seconds; what is older belongs to a process that died
REPLACE_TRIES = 5


class BlobStore(Protocol):
    """Bytes by their SHA-256. Every verb may raise ArtifactStoreUnavailable."""

    def put(self, data: bytes) -> str:
        """Keeps the bytes and gives their SHA-256; whoever reads sees all of them or none."""

    def read(self, digest: str) -> bytes:
        """Raises BlobMissing."""

    def delete(self, digest: str) -> None:
        """What is not there is deleted already."""

    def exists(self, digest: str) -> bool: ...


def save(session: Session, data: bytes, kind: str, media_type: str, width: int, height: int) -> Artifact:
    """Keeps a picture and gives its row."""
    digest = _keep(session, data)
    return _insert(session, kind=kind, sha256=digest, media_type=media_type, width=width, height=height)


def declare(
    session: Session,
    kind: str,
    comparison_id: str | None = None,
    analysis_id: str | None = None,
    source_id: str | None = None,
) -> Artifact:
    """A picture that is drawn when somebody first asks for it: of a comparison, or of an analysis and its screenshot
    (`source_id`). The same one twice is one row."""
    made_of = {"kind": kind, "comparison_id": comparison_id, "analysis_id": analysis_id, "source_id": source_id}
    insert_if_new(session, Artifact, id=new_id(), media_type="image/png", **made_of)
    return session.scalars(select(Artifact).filter_by(**made_of)).one()


def fill(session: Session, artifact_id: str, data: bytes, width: int, height: int) -> Artifact:
    """Gives a declared artifact its drawn picture. Of two who drew it, the first one's stays."""
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
    """The row; its bytes are `blob_store().read(artifact.sha256)`, once it is drawn. Raises ArtifactNotFound."""
    artifact = session.get(Artifact, artifact_id)
    if artifact is None:
        raise ArtifactNotFound(artifact_id)
    return artifact


def drawn_from(session: Session, comparison_id: str) -> dict[str, Artifact]:
    """A comparison's declared pictures by kind."""
    return {row.kind: row for row in session.scalars(select(Artifact).where(Artifact.comparison_id == comparison_id))}


def annotated(session: Session, source_id: str, analysis_id: str) -> Artifact | None:
    """The declared picture of what that analysis found in that screenshot."""
    made_of = {"kind": "annotated", "source_id": source_id, "analysis_id": analysis_id}
    return session.scalars(select(Artifact).filter_by(**made_of)).one_or_none()


def remove_unused(session: Session, artifact_ids: Iterable[str]) -> None:
    """Deletes those artifacts that no reference and no comparison shows, what was drawn from them, and their files."""
    unused = session.scalars(select(Artifact.id).where(Artifact.id.in_(artifact_ids), ~_is_shown())).all()
    _delete_rows(session, Artifact.id.in_(unused) | Artifact.source_id.in_(unused))


def remove_drawn(session: Session, comparison_id: str) -> None:
    """Deletes a comparison's declared pictures and their files."""
    _delete_rows(session, Artifact.comparison_id == comparison_id)


def drop_unreferenced(session: Session, digests: Iterable[str]) -> None:
    """Deletes the blobs that no artifact shows: their rows with this transaction, their files after its commit."""
    wanted = sorted(set(digests))
    # Two statements: PostgreSQL looks at other tables as they were when a statement began, and the first may have waited.
    session.scalars(select(Blob.sha256).where(Blob.sha256.in_(wanted)).order_by(Blob.sha256).with_for_update()).all()
    unused = Blob.sha256.in_(wanted) & ~exists().where(Artifact.sha256 == Blob.sha256)
    dropped = session.scalars(delete(Blob).where(unused).returning(Blob.sha256)).all()
    if dropped:
        _delete_files_after_commit(session, list(dropped))


@cache
def blob_store() -> BlobStore:
    """The artifact store of the settings."""
    return open_blob_store(settings().artifacts, settings().s3_endpoint_url)


def open_blob_store(url: str, s3_endpoint_url: str = "") -> BlobStore:
    """The artifact store at `file:///folder` or `s3://bucket/prefix`."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        return S3Bucket(parts.netloc, unquote(parts.path.strip("/")), s3_endpoint_url)
    return LocalFolder(Path(url2pathname(f"//{parts.netloc}{parts.path}" if parts.netloc else parts.path)))


class LocalFolder:
    """Files in a folder, spread over 256 folders. A file is written beside them and renamed when it is whole and on the disk."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._remove_leftovers()

    def put(self, data: bytes) -> str:
        digest = sha256(data).hexdigest()
        with _reported(OSError):
            if not self._path(digest).exists():
                self._write(data, self._path(digest))
        return digest

    def read(self, digest: str) -> bytes:
        with _reported(OSError):
            try:
                return self._path(digest).read_bytes()
            except FileNotFoundError:
                raise BlobMissing(digest) from None

    def delete(self, digest: str) -> None:
        with _reported(OSError):
            self._path(digest).unlink(missing_ok=True)

    def exists(self, digest: str) -> bool:
        return self._path(digest).exists()

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest

    def _write(self, data: bytes, path: Path) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(exist_ok=True)
        part = self._incoming / new_id()
        try:
            _write_through(part, data)
            _rename(part, path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        _sync_folder(path.parent)

    def _remove_leftovers(self) -> None:
        now = time.time()
        for part in self._incoming.glob("*"):
            with suppress(OSError):
                if now - part.stat().st_mtime > LEFTOVER_AGE_SECONDS:
                    part.unlink()


class S3Bucket:
    """Objects in a bucket, `prefix/sha256`. Credentials and region come from where every AWS tool takes them."""

    def __init__(self, bucket: str, prefix: str, endpoint_url: str = "") -> None:
        import boto3  # half a second that a local folder need not wait for
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        self._failures = (BotoCoreError, ClientError)
        self._bucket, self._prefix = bucket, prefix
        patience = Config(connect_timeout=5, read_timeout=30, retries={"max_attempts": 3, "mode": "standard"})
        self._client: Any = boto3.client("s3", endpoint_url=endpoint_url or None, config=patience)

    def put(self, data: bytes) -> str:
        digest = sha256(data).hexdigest()
        if not self.exists(digest):
            with _reported(*self._failures):
                self._client.put_object(Bucket=self._bucket, Key=self._key(digest), Body=data)
        return digest

    def read(self, digest: str) -> bytes:
        with _reported(*self._failures):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._key(digest))
            except self._client.exceptions.NoSuchKey:
                raise BlobMissing(digest) from None
            return bytes(answer["Body"].read())

    def delete(self, digest: str) -> None:
        with _reported(*self._failures):
            self._client.delete_object(Bucket=self._bucket, Key=self._key(digest))

    def exists(self, digest: str) -> bool:
        with _reported(*self._failures):
            try:
                self._client.head_object(Bucket=self._bucket, Key=self._key(digest))
            except self._client.exceptions.ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                    return False
                raise
        return True

    def _key(self, digest: str) -> str:
        return f"{self._prefix}/{digest}" if self._prefix else digest


def _keep(session: Session, data: bytes) -> str:
    """The file first, so that the row never points at nothing; looked at again once the row is ours, for whoever was deleting
    the same bytes may have been between the two (`_delete_files` holds that row while it deletes)."""
    digest = blob_store().put(data)
    ours = select(Blob.sha256).where(Blob.sha256 == digest).with_for_update(read=True, key_share=True)
    while session.scalar(ours) is None:  # a second round only where the row was deleted between these two lines
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


def _delete_rows(session: Session, which: Any) -> None:
    # Read first: on SQLite what a foreign key takes along is not among the rows that a DELETE returns.
    digests = session.scalars(select(Artifact.sha256).where(which).with_for_update()).all()
    session.execute(delete(Artifact).where(which))
    drop_unreferenced(session, [digest for digest in digests if digest])


def _delete_files_after_commit(session: Session, digests: list[str]) -> None:
    def committed(done: Session) -> None:
        if not done.in_nested_transaction():  # the release of a savepoint is announced as a commit too
            _delete_files(done, digests)
            digests.clear()

    event.listen(session, "after_commit", committed)


def _delete_files(session: Session, digests: Sequence[str]) -> None:
    """Each file goes while its blob row is inserted and uncommitted: somebody who saves the same bytes at this moment waits for
    the row, then finds the file gone and writes it again. A row that is back already keeps its file."""
    with Session(session.get_bind()) as own:
        for digest in digests:
            try:
                if insert_if_new(own, Blob, sha256=digest, size_bytes=0):
                    blob_store().delete(digest)
            except ArtifactStoreUnavailable as error:
                log.warning("%s The file %s is left behind, unused.", error, digest)
            finally:
                own.rollback()


@contextmanager
def _reported(*failures: type[Exception]) -> Iterator[None]:
    try:
        yield
    except failures as error:
        raise ArtifactStoreUnavailable(error) from error


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _rename(part: Path, path: Path) -> None:
    """Windows refuses while somebody holds the target open; the target is then the same bytes, or free again in a moment."""
    for attempt in range(REPLACE_TRIES):
        try:
            part.replace(path)
            return
        except PermissionError:
            if path.exists():
                return
            if attempt == REPLACE_TRIES - 1:
                raise
            time.sleep(0.05)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there; NTFS journals names
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
