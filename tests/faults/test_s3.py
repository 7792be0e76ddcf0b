"""An S3 that loses what it has confirmed, gives something else back, or refuses."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex

import boto3
import httpx
import pytest

from harness.process_group import slowness
from harness.s3 import s3_server, slow_s3
from harness.service import Api, api
from store import artifacts, retention, session
from store.artifacts import blob_store
from store.blobs import BlobStore, S3Bucket, Stored, open_blob_store
from store.errors import ArtifactStoreUnavailable, BlobDamaged, BlobMissing
from tests.faults.conftest import SOLO, Service, move_to
from tests.tasks.asked import pair

pytestmark = [pytest.mark.slow, pytest.mark.alone]

PICTURE = b"a picture" * 1000
UPLOADS = 30
GIVEN_UP_SECONDS = 60.0  # half a minute each, and there are threads for more than half of them at once


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


def test_an_s3_that_is_slow_delays_and_loses_nothing(on_s3: Service) -> None:
    on_s3.start_worker(*SOLO)
    with api(on_s3.folder) as door, slow_s3(0.5):
        began = time.monotonic()
        assert on_s3.post(door).status_code == 202
        assert time.monotonic() - began > 1, "it was not asked"
        on_s3.check()


def test_an_s3_that_hangs_refuses_uploads_in_time_and_delays_nothing_else(on_s3: Service) -> None:
    on_s3.start_worker(*SOLO)
    with api(on_s3.folder) as door, ThreadPoolExecutor(UPLOADS) as clients:
        done = on_s3.post(door).json()["status_url"]
        on_s3.check()
        with slow_s3(600):
            uploads = [clients.submit(post_timed, on_s3, door) for _ in range(UPLOADS)]
            time.sleep(2)
            for path in (done, "/health/live", "/api/v1/comparisons"):
                answer = httpx.get(door.url + path, timeout=30)
                assert answer.is_success
                assert answer.elapsed.total_seconds() < slowness(), path
            answers = [upload.result() for upload in uploads]
        assert {status for status, _ in answers} == {503}
        assert max(seconds for _, seconds in answers) < GIVEN_UP_SECONDS * slowness()
        assert on_s3.post(door).status_code == 202
        on_s3.check()


def post_timed(service: Service, door: Api) -> tuple[int, float]:
    asked = pair()
    files = {"reference": asked.reference.data, "actual": asked.actual.data}
    began = time.monotonic()
    answer = httpx.post(f"{door.url}/api/v1/comparisons", files=files, timeout=300, verify=False)
    return answer.status_code, time.monotonic() - began


def test_an_s3_whose_list_is_old_costs_no_picture_that_is_needed(
    on_s3: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list still has what was deleted, lacks what is new, and says of what was stored again that it is two hours old."""
    home, new, long_ago = blob_store(), b"a new upload", datetime.now(UTC) - timedelta(hours=2)
    kept, gone = home.put(PICTURE), home.put(b"gone")
    with session.write() as writing:
        artifacts.save(writing, PICTURE, "screenshot", "image/png", 40, 30)
    home.delete(gone)
    begun = home.put(new)
    listed = [Stored(digest, 1, long_ago) for digest in (kept, gone, begun)]
    monkeypatch.setattr(S3Bucket, "stored", lambda _: iter(listed))
    retention.cleanup(retention.Limits())
    with session.write() as writing:
        assert artifacts.save(writing, new, "screenshot", "image/png", 40, 30).sha256 == begun
    retention.cleanup(retention.Limits())
    assert (home.read(kept), home.read(begun), home.exists(gone)) == (PICTURE, new, False)


@pytest.fixture
def on_s3(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The service with its pictures in a bucket."""
    with s3_server() as url:
        bucket = f"pictures-{token_hex(4)}"  # the server's memory is the process's
        boto3.client("s3", endpoint_url=url).create_bucket(Bucket=bucket)
        move_to(monkeypatch, service.folder, ARTIFACT_URL=f"s3://{bucket}", S3_ENDPOINT_URL=url)
        yield service
        blob_store.cache_clear()


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
