"""An S3 that loses what it has confirmed, gives something else back, or refuses."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import pytest

from harness.s3 import s3_server
from store.blobs import BlobStore, open_blob_store
from store.errors import ArtifactStoreUnavailable, BlobDamaged, BlobMissing

pytestmark = [pytest.mark.slow, pytest.mark.alone]

PICTURE = b"a picture" * 1000


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)


def test_a_picture_that_s3_lost_or_changed_is_told_and_comes_back_with_the_same_upload() -> None:
    with s3_server() as url:
        client = boto3.client("s3", endpoint_url=url)
        client.create_bucket(Bucket="pictures")
        home: BlobStore = open_blob_store("s3://pictures", url)
        digest = home.put(PICTURE)
        client.delete_object(Bucket="pictures", Key=digest)
        with pytest.raises(BlobMissing):
            home.read(digest)
        assert home.put(PICTURE) == digest and home.read(digest) == PICTURE
        for other in (PICTURE[:50], b"another picture", b""):
            client.put_object(Bucket="pictures", Key=digest, Body=other)
            with pytest.raises(BlobDamaged):
                home.read(digest)
            assert home.put(PICTURE) == digest and home.read(digest) == PICTURE


def test_an_s3_that_refuses_is_given_up_in_time() -> None:
    with refusing() as url:
        home = open_blob_store("s3://pictures", url)
        began = time.monotonic()
        with pytest.raises(ArtifactStoreUnavailable):
            home.put(PICTURE)
        with pytest.raises(ArtifactStoreUnavailable):
            home.read("0" * 64)
        assert time.monotonic() - began < 30


@contextmanager
def refusing() -> Iterator[str]:
    """As S3 says that it is asked too often."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = do_PUT = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
