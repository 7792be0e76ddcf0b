"""A build of 300 screenshots: what its page weighs, how long the server takes, and how long an approval of all of them does."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pytest

from store import builds as build_rows
from store.session import read
from tests.api.conftest import Service, page
from tests.web.conftest import Browser
from tests.web.test_builds import Builds
from vision.image import encode_png

pytestmark = [pytest.mark.slow, pytest.mark.alone]
SHOTS = 300


@pytest.fixture(scope="module")
def build(running_service: Service) -> str:
    """All of them changed, in three ways."""
    made = Builds(running_service, f"Many {uuid.uuid4().hex[:8]}")
    names = [f"Page {at:03}" for at in range(SHOTS)]
    first = made.run({name: page() for name in names})
    made.service.client.post(f"/api/v1/builds/{first}/approve", json={"filter": {}})
    return made.run({name: changed(at % 3) for at, name in enumerate(names)})


def changed(kind: int) -> bytes:
    picture = cv2.imdecode(np.frombuffer(page(button=False), np.uint8), cv2.IMREAD_COLOR)
    picture[90:110, 10 + 22 * kind : 26 + 22 * kind] = (30, 90 * kind, 200)
    return encode_png(picture)


def quickest(work: Callable[[], Any], times: int = 5) -> float:
    """Of several runs: other work on the machine makes single ones slow."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return min(took)


def test_the_page_is_quick_and_light(browser: Browser, build: str) -> None:
    for path in (f"/builds/{build}", f"/builds/{build}?section=failed", f"/builds/{build}?q=Page+1"):
        text = browser.get(path, **{"Accept-Encoding": "identity"})
        seconds = quickest(lambda path=path: browser.get(path))
        print(f"{path}: {seconds * 1000:.0f} ms, {len(text.content) / 1024:.0f} KB")

        assert text.status_code == 200
        assert len(text.content) <= 150 * 1024
        assert seconds <= 0.5  # 0.1 on a quiet machine


def test_a_list_and_a_comparison_are_quick(browser: Browser, build: str) -> None:
    ids = [
        line.split('"')[0] for line in browser.get(f"/builds/{build}?section=failed").text.split("/ui/comparisons/")[1:]
    ]
    for path in ("/", "/comparisons", f"/comparisons/{ids[0]}"):
        seconds = quickest(lambda path=path: browser.get(path))
        print(f"{path}: {seconds * 1000:.0f} ms")

        assert seconds <= 0.5


def test_all_of_them_are_approved_and_taken_back_in_a_moment(browser: Browser, build: str) -> None:
    began = time.perf_counter()
    done = browser.post(f"/builds/{build}/review", what="approved")
    approved = time.perf_counter() - began
    with read() as session:
        assert build_rows.get(session, build).verdict == "passed"
    review = done.headers["location"].split("said=")[1].split("&")[0]
    began = time.perf_counter()
    browser.post(f"/reviews/{review}/undo", back=f"/builds/{build}")
    undone = time.perf_counter() - began
    print(f"approve {approved:.2f} s, undo {undone:.2f} s")

    with read() as session:
        assert build_rows.get(session, build).verdict == "failed"
    assert approved <= 3
    assert undone <= 3
