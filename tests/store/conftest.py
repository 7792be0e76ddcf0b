"""Artifact stores: a folder, and a bucket of an S3 server over real HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import s3
from store.blobs import BlobStore, open_blob_store


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    with s3.s3_server() as url:
        yield url


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.fixture
def bucket(s3_server: str, aws: None) -> BlobStore:
    import boto3

    boto3.client("s3", endpoint_url=s3_server).create_bucket(Bucket="pictures")
    return open_blob_store("s3://pictures/of/etalon", s3_server)


@pytest.fixture
def folder(tmp_path: Path) -> BlobStore:
    return open_blob_store((tmp_path / "with space").as_uri())


@pytest.fixture(params=["folder", "bucket"])
def home(request: pytest.FixtureRequest) -> BlobStore:
    opened: BlobStore = request.getfixturevalue(request.param)
    return opened
