"""Copies everything into one folder while the service runs, and restores it: `python3 run.py backup` and `restore`.

First the database, then the pictures. A picture's file is written before its row and never changes, so everything that
the copied rows name can still be copied; the other way round, uploads between the two steps would be rows without
pictures. If a picture is deleted in between, the database is copied again; pictures that are already there are not.

For SQLite, with a folder or a bucket. For PostgreSQL, doc/operations.md has the commands.
"""

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from config import settings
from store import schema
from store.artifacts import blob_store
from store.blobs import BlobStore, LocalFolder
from store.errors import BlobDamaged, BlobMissing, StoreError
from store.session import file_of

DATABASE = "etalon.db"
PICTURES = "artifacts"
_TRIES = 5


class BackupRefused(StoreError):
    """{0}"""


@dataclass(frozen=True, slots=True)
class Copied:
    pictures: int
    size_bytes: int


def backup(folder: Path, source: BlobStore | None = None) -> Copied:
    """Copies `source`, the settings' store. Raises BackupRefused if there is no SQLite database, or if the folder is
    not empty."""
    database = _database()
    if not database.exists():
        raise BackupRefused(f"There is no database at {database}.")
    if folder.exists() and any(folder.iterdir()):
        raise BackupRefused(f"{folder} is not empty: a backup wants a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True)
    copy, pictures = folder / DATABASE, LocalFolder(folder / PICTURES)
    for _ in range(_TRIES):
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
        try:
            return _copy_pictures(copy, source or blob_store(), pictures)
        except BlobMissing as error:
            missing = error
    raise BackupRefused(f"{missing} It is no copy to rely on: `python3 run.py check` says what else is missing.")


def restore(folder: Path) -> Copied:
    """Restores a backup to the settings' places, which must be empty. Raises BackupRefused, BlobMissing, SchemaMismatch."""
    target, copy = _database(), folder / DATABASE
    if not copy.exists():
        raise BackupRefused(f"{folder} holds no backup: {DATABASE} is not there.")
    if target.exists():
        raise BackupRefused(f"There is a database at {target} already: move it away first.")
    if next(iter(blob_store().stored()), None):
        raise BackupRefused(f"There are pictures in {settings().artifacts} already: move them away first.")
    copied = _copy_pictures(copy, LocalFolder(folder / PICTURES), blob_store())
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(copy, part)
    part.replace(target)  # last, so that an interrupted restore can be repeated
    schema.prepare(settings().database)
    return copied


def _database() -> Path:
    file = file_of(settings().database)
    if file is None:
        raise BackupRefused("This copies SQLite. For PostgreSQL use pg_dump and pg_restore: see doc/operations.md.")
    return file


def _copy_pictures(database: Path, source: BlobStore, target: BlobStore) -> Copied:
    """Copies exactly the pictures that the database's rows name. Raises BlobMissing, BackupRefused."""
    with closing(sqlite3.connect(database)) as connection:
        wanted = dict(connection.execute("SELECT sha256, size_bytes FROM blobs").fetchall())
    for digest in wanted:
        if not target.exists(digest):
            try:
                target.put(source.read(digest))
            except BlobDamaged:
                raise BackupRefused(
                    f"The file of the picture {digest} is damaged: `python3 run.py check` lists all that are."
                ) from None
    _delete_others(target, wanted)
    return Copied(len(wanted), sum(wanted.values()))


def _delete_others(target: BlobStore, wanted: Iterable[str]) -> None:
    """Deletes what an earlier try copied and what has been deleted since."""
    for one in list(target.stored()):
        if one.digest not in wanted:
            target.delete(one.digest)
