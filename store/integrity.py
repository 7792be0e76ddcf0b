"""Checks that every picture that a row names is there and undamaged: `python3 run.py check`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from store.artifacts import blob_store
from store.blobs import LEFTOVER_AGE_SECONDS
from store.clock import machine_now
from store.errors import BlobDamaged, BlobMissing
from store.session import read
from store.tables import Artifact, Blob

_AT_ONCE = 500


class ProblemKind(StrEnum):
    MISSING = "missing"
    DAMAGED = "damaged"
    LEFTOVER = "leftover"
    DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Problem:
    """`subject` is a picture's SHA-256 or what the database says."""

    kind: ProblemKind
    subject: str
    artifacts: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = f" (it is the artifact {', '.join(self.artifacts)})" if self.artifacts else ""
        return _SENTENCES[self.kind].format(self.subject) + shown


_SENTENCES = {
    ProblemKind.MISSING: "The picture {} has a row and no file.",
    ProblemKind.DAMAGED: "The file {} does not hold the bytes its name stands for.",
    ProblemKind.LEFTOVER: "The file {} has no row: `python3 run.py cleanup` deletes it.",
    ProblemKind.DATABASE: "The database is damaged: {}.",
}


def problems() -> Iterator[Problem]:
    """Reads every row and every file: hours for a terabyte. Other processes may keep working."""
    yield from _of_database()
    last = ""
    while rows := _rows_after(last):
        for digest, size_bytes in rows:
            yield from _of_picture(digest, size_bytes)
        last = rows[-1][0]
    yield from _files_without_rows()


def _of_database() -> Iterator[Problem]:
    with read() as session:
        if session.get_bind().dialect.name == "sqlite":
            found = [str(one) for one in session.scalars(text("PRAGMA integrity_check")) if one != "ok"]
            found += [
                f"a row of {row[0]} points at nothing" for row in session.execute(text("PRAGMA foreign_key_check"))
            ]
            yield from (Problem(ProblemKind.DATABASE, one) for one in found)


def _rows_after(digest: str) -> list[tuple[str, int]]:
    with read() as session:
        rows = select(Blob.sha256, Blob.size_bytes).where(Blob.sha256 > digest).order_by(Blob.sha256).limit(_AT_ONCE)
        return [(row.sha256, row.size_bytes) for row in session.execute(rows)]


def _of_picture(digest: str, size_bytes: int) -> Iterator[Problem]:
    try:
        kind = None if len(blob_store().read(digest)) == size_bytes else ProblemKind.DAMAGED
    except BlobDamaged:
        kind = ProblemKind.DAMAGED
    except BlobMissing:
        kind = ProblemKind.MISSING
    if kind:
        with read() as session:
            if kind is ProblemKind.DAMAGED or _is_known(
                session, digest
            ):  # else both were deleted after the row was read
                yield Problem(kind, digest, _shown_by(session, digest))


def _is_known(session: Session, digest: str) -> bool:
    return session.get(Blob, digest) is not None


def _shown_by(session: Session, digest: str) -> tuple[str, ...]:
    return tuple(session.scalars(select(Artifact.id).where(Artifact.sha256 == digest).order_by(Artifact.id)))


def _files_without_rows() -> Iterator[Problem]:
    oldest = machine_now() - timedelta(
        seconds=LEFTOVER_AGE_SECONDS
    )  # a younger one may belong to an upload whose row is being written
    for one in blob_store().stored():
        if one.modified_at < oldest:
            with read() as session:
                if not _is_known(session, one.digest):
                    yield Problem(ProblemKind.LEFTOVER, one.digest)
