"""The artifact store: bytes under their SHA-256, in a local folder or an S3 bucket."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from config import settings
from store.errors import ArtifactStoreUnavailable, BlobDamaged, BlobMissing

LEFTOVER_AGE_SECONDS = 3600  # an upload writes its file within seconds; an older one is left from a process that died
REPLACE_TRIES = 5

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MARK = "store-id"  # no SHA-256, so no picture has this name


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of the artifact store, with or without a row."""

    digest: str
    size_bytes: int
    modified_at: datetime


class BlobStore(Protocol):
    """Bytes under their SHA-256. Every method may raise ArtifactStoreUnavailable."""

    def put(self, data: bytes) -> str:
        """Keeps the bytes and gives their SHA-256; a reader sees all of them or none. Bytes that are there
        already and are damaged are written again."""

    def read(self, digest: str) -> bytes:
        """The bytes with that digest. Raises BlobMissing, or BlobDamaged if other bytes are there."""

    def delete(self, digest: str) -> None:
        """Deletes the bytes, if they are there."""

    def exists(self, digest: str) -> bool: ...

    def stored(self) -> Iterator[Stored]:
        """All stored pictures."""

    def mark(self) -> str:
        """The store's random name, made at the first call: processes that read the same name use the same store."""

    def check_writable(self) -> None:
        """Writes and deletes a few bytes."""

    def folder(self) -> Path | None:
        """Its folder on this machine's disk, if any."""

    def remove_unfinished(self) -> int:
        """Deletes half-written files of processes that died. Returns how many."""


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
    """Files in 256 folders. A file is written elsewhere and renamed once it is complete and synced to disk."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self.remove_unfinished()

    def put(self, data: bytes) -> str:
        digest = sha256(data).hexdigest()
        with _reported(OSError):
            if not self._holds(digest, data):
                self._write(data, self._path(digest))
        return digest

    def read(self, digest: str) -> bytes:
        with _reported(OSError):
            try:
                return _checked(digest, self._path(digest).read_bytes())
            except FileNotFoundError:
                raise BlobMissing(digest) from None

    def delete(self, digest: str) -> None:
        with _reported(OSError):
            self._path(digest).unlink(missing_ok=True)

    def exists(self, digest: str) -> bool:
        return self._path(digest).exists()

    def stored(self) -> Iterator[Stored]:
        with _reported(OSError):
            for path in self._root.glob("??/*"):
                if _DIGEST.fullmatch(path.name):
                    with suppress(FileNotFoundError):  # deleted since it was listed
                        found = path.stat()
                        yield Stored(path.name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def mark(self) -> str:
        with _reported(OSError):
            if not (self._root / _MARK).exists():
                self._write(token_hex(16).encode(), self._root / _MARK)
            return (self._root / _MARK).read_text(encoding="ascii")

    def folder(self) -> Path | None:
        return self._root

    def check_writable(self) -> None:
        with _reported(OSError):
            self._incoming.mkdir(parents=True, exist_ok=True)
            probe = self._incoming / token_hex(16)
            probe.write_bytes(b"can this be written?")
            probe.unlink()

    def remove_unfinished(self) -> int:
        removed, oldest = 0, time.time() - LEFTOVER_AGE_SECONDS
        for part in self._incoming.glob("*"):
            with suppress(OSError):
                if part.stat().st_mtime < oldest:
                    part.unlink()
                    removed += 1
        return removed

    def _path(self, digest: str) -> Path:
        return self._root / digest[:2] / digest

    def _holds(self, digest: str, data: bytes) -> bool:
        try:
            return self._path(digest).read_bytes() == data
        except FileNotFoundError:
            return False

    def _write(self, data: bytes, path: Path) -> None:
        self._incoming.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(exist_ok=True)
        part = self._incoming / token_hex(16)
        try:
            _write_through(part, data)
            _rename(part, path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        _sync_folder(path.parent)


class S3Bucket:
    """Objects in a bucket, `prefix/sha256`. Credentials and region come from where every AWS tool takes them."""

    def __init__(self, bucket: str, prefix: str, endpoint_url: str = "") -> None:
        import boto3  # takes half a second, which a local folder need not wait for
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        self._failures = (BotoCoreError, ClientError)
        self._bucket, self._prefix = bucket, prefix
        # Together half a minute with a bucket that hangs: an upload waits that long for its 503.
        patience = Config(connect_timeout=5, read_timeout=8, retries={"max_attempts": 3, "mode": "standard"})
        self._client: Any = boto3.client("s3", endpoint_url=endpoint_url or None, config=patience)

    def put(self, data: bytes) -> str:
        digest = sha256(data).hexdigest()
        if not self._holds(digest, data):
            self._put(digest, data)
        return digest

    def read(self, digest: str) -> bytes:
        with _reported(*self._failures):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._key(digest))
            except self._client.exceptions.NoSuchKey:
                raise BlobMissing(digest) from None
            data = bytes(answer["Body"].read())
        return data if digest == _MARK else _checked(digest, data)

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

    def stored(self) -> Iterator[Stored]:
        with _reported(*self._failures):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._key(""))
            for item in (item for page in pages for item in page.get("Contents", ())):
                name = item["Key"].removeprefix(self._key(""))
                if _DIGEST.fullmatch(name):
                    yield Stored(name, item["Size"], item["LastModified"])

    def mark(self) -> str:
        try:
            return self.read(_MARK).decode("ascii")
        except BlobMissing:
            self._put(_MARK, token_hex(16).encode())
            return self.read(_MARK).decode("ascii")  # if two processes are first at once, both use the later name

    def folder(self) -> Path | None:
        return None

    def check_writable(self) -> None:
        name = f"probe-{token_hex(16)}"
        self._put(name, b"can this be written?")
        self.delete(name)

    def remove_unfinished(self) -> int:
        return 0  # objects appear only when they are complete

    def _holds(self, digest: str, data: bytes) -> bool:
        """Read whole: a bucket's size and tag say what was stored, not that it can still be read."""
        try:
            return self.read(digest) == data
        except (BlobMissing, BlobDamaged):
            return False

    def _put(self, name: str, data: bytes) -> None:
        with _reported(*self._failures):
            self._client.put_object(Bucket=self._bucket, Key=self._key(name), Body=data)

    def _key(self, digest: str) -> str:
        return f"{self._prefix}/{digest}" if self._prefix else digest


@contextmanager
def _reported(*failures: type[Exception]) -> Iterator[None]:
    try:
        yield
    except failures as error:
        raise ArtifactStoreUnavailable(error) from error


def _checked(digest: str, data: bytes) -> bytes:
    """A verdict rests on these bytes: another picture in their place, or half of them, must not pass for them. (1 MB
    takes about a millisecond.)"""
    if sha256(data).hexdigest() != digest:
        raise BlobDamaged(digest)
    return data


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _rename(part: Path, path: Path) -> None:
    """Windows refuses while the target is open elsewhere; then it has the same bytes, or is free again in a moment."""
    for attempt in range(REPLACE_TRIES):
        try:
            part.replace(path)
            return
        except PermissionError:
            if path.exists() and path.read_bytes() == part.read_bytes():
                return
            if attempt == REPLACE_TRIES - 1:
                raise
            time.sleep(0.05)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; NTFS journals names
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
