"""Whatever is wrong with a request: the right status, a sentence a person can act on, no row and no file left."""

import io
import json
import select
import socket
import struct
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from tests.api.conftest import Service, page

PAIR = "/api/v1/comparisons"


@pytest.fixture(autouse=True)
def nothing_is_left(service: Service) -> Iterator[None]:
    before = service.kept()
    yield
    assert service.kept() == before


def refused(answer: httpx.Response, status: int, *words: str) -> Any:
    """A problem whose sentence says these words and tells nothing of the inside."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == status
    assert problem["detail"].endswith((".", "`).")) and len(problem["detail"]) > 20
    assert problem["instance"].endswith(answer.headers["x-request-id"])
    assert "Traceback" not in answer.text and '.py"' not in answer.text
    for word in words:
        assert word in problem["detail"], problem["detail"]
    return problem


def truncated() -> bytes:
    return page()[:-20]


def bomb() -> bytes:
    """A PNG of 30000x30000 pixels in less than 50 kB, well-formed as far as a header tells."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(40_000))), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def animated() -> bytes:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    return _encoded(frames[0], "PNG", save_all=True, append_images=frames[1:])


def cmyk() -> bytes:
    return _encoded(Image.new("CMYK", (40, 40)), "JPEG")


def gif() -> bytes:
    return _encoded(Image.new("P", (40, 40)), "GIF")


def _encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


PICTURES: list[tuple[Callable[[], bytes], int, str]] = [
    (lambda: b"<html>not a picture</html>", 415, "PNG"),
    (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "PNG"),
    (gif, 415, "PNG"),
    (lambda: b"", 415, "PNG"),
    (truncated, 422, "incomplete"),
    (lambda: page(1, 1, button=False), 422, "small"),
    (bomb, 422, "pixels"),
    (animated, 422, "animated"),
    (cmyk, 422, "CMYK"),
    (lambda: page() + bytes(1024 * 1024), 413, "bytes"),
]


@pytest.mark.parametrize(("picture", "status", "word"), PICTURES)
def test_a_file_that_is_no_usable_picture(
    service: Service, picture: Callable[[], bytes], status: int, word: str
) -> None:
    problem = refused(service.post("/api/v1/analyses", screenshot=picture()), status, "`screenshot`", word)
    [error] = problem["errors"]
    assert error["field"] == "screenshot" and word in error["message"]


@pytest.mark.parametrize("field", ["reference", "actual"])
def test_the_bad_picture_of_a_pair_is_named(service: Service, field: str) -> None:
    refused(service.post(PAIR, **{"reference": page(), "actual": page(), field: truncated()}), 422, f"`{field}`")


def test_a_body_with_a_declared_length_over_the_limit_is_not_read(service: Service) -> None:
    address = urlsplit(service.url)
    head = "POST /api/v1/analyses HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(f"{head}Content-Length: 1000000000\r\n\r\n".encode())
        answer = connection.makefile("rb").read().decode()  # it answers, and closes, with nothing of the body sent
    assert answer.startswith("HTTP/1.1 413") and "application/problem+json" in answer
    assert "1000000000" in answer and "2097152" in answer


def test_a_chunked_body_over_the_limit_is_cut_off_while_it_streams(service: Service) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'--b\r\nContent-Disposition: form-data; name="screenshot"; filename="a.png"\r\n\r\n'
        while sent < 500 * 2**20:
            sent += 2**16
            yield bytes(2**16)

    with suppress(httpx.WriteError, httpx.ReadError):  # the connection may be closed on us, as it should be
        refused(_post_raw(service, endless()), 413, "2097152")
    assert sent < 64 * 2**20  # what fits into the sockets' buffers, not 500 MB


HEAD = b"POST /api/v1/analyses HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=b\r\n"
PART = b'--b\r\nContent-Disposition: form-data; name="screenshot"; filename="a.png"\r\n\r\n'


@pytest.mark.parametrize("sent_percent", [10, 50, 90, 99])
def test_a_client_that_goes_away_in_the_middle_leaves_nothing(service: Service, sent_percent: int) -> None:
    body = PART + page() + b"\r\n--b--\r\n"
    with connected(service) as connection:
        head = HEAD + f"Content-Length: {len(body)}\r\n\r\n".encode()
        connection.sendall(head + body[: len(body) * sent_percent // 100])
    assert service.client.get("/health/live").status_code == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        HEAD + b"Content-Length: -5\r\n\r\n" + PART,
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + PART,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n" + PART,
        HEAD + b"X: " + b"y" * 10 * 2**20 + b"\r\n\r\n",
        HEAD + b"X: y\r\n" * 2**20 + b"\r\n",
        b"POST /" + b"y" * 10 * 2**20 + b" HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    ],
    ids=[
        "negative length",
        "two lengths",
        "negative chunk",
        "header of 10 MB",
        "a million headers",
        "path of 10 MB",
        "TLS",
    ],
)
def test_a_request_that_is_not_http_is_refused_at_once_and_delays_no_other(
    service: Service, request_bytes: bytes
) -> None:
    began = time.process_time()
    with connected(service) as connection, suppress(OSError):  # it may be closed on us before all is sent
        connection.sendall(request_bytes)
        connection.shutdown(socket.SHUT_WR)
        answer = connection.makefile("rb").read()
        assert not answer or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:200]
    assert service.client.get("/health/live").status_code == 200
    assert time.process_time() - began < 1  # the service is a thread of this process


def test_two_hundred_slow_uploads_keep_no_other_from_being_served(service: Service) -> None:
    with ExitStack() as open_connections:
        for _ in range(200):
            connection = open_connections.enter_context(connected(service))
            connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n" + PART)
        began = time.monotonic()
        refused(service.post("/api/v1/analyses"), 422, "screenshot", "required")
        assert time.monotonic() - began < 2


def test_a_client_that_trickles_is_cut_off(service: Service) -> None:
    with connected(service) as connection:
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n" + PART)
        began = time.monotonic()
        with suppress(OSError):  # it is closed on us
            while time.monotonic() - began < 8:
                connection.sendall(b"-")
                if select.select([connection], [], [], 0.1)[0]:
                    break
        answer = connection.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 408") and "application/problem+json" in answer
    assert "3 seconds (UPLOAD_SECONDS)" in answer
    assert 2.5 < time.monotonic() - began < 8


@pytest.mark.parametrize("field", ["actual", "build", "options"])
def test_a_form_field_that_comes_twice(service: Service, field: str) -> None:
    sent: dict[str, Any] = {name: (name, page(), "image/png") for name in ("reference", "actual")}
    sent |= {"build": (None, "7"), "options": (None, "{}")}
    refused(service.client.post(PAIR, files=[*sent.items(), (field, sent[field])]), 422, f"'{field}'", "once")


def connected(service: Service) -> socket.socket:
    address = urlsplit(service.url)
    return socket.create_connection((address.hostname, address.port), timeout=10)


def _post_raw(service: Service, body: Iterator[bytes]) -> httpx.Response:
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    with httpx.Client(base_url=service.url, timeout=20) as client:
        return client.post("/api/v1/analyses", content=body, headers=headers)


def test_a_picture_field_that_is_missing(service: Service) -> None:
    refused(service.post(PAIR, reference=page()), 422, "actual", "required")


def test_a_picture_field_that_is_text(service: Service) -> None:
    refused(service.post(PAIR, {"actual": "a.png"}, reference=page()), 422, "actual", "file")


def test_an_unknown_form_field_is_named_with_those_that_are_allowed(service: Service) -> None:
    answer = service.post("/api/v1/analyses", {"treshold": "1"}, screenshot=page())
    refused(answer, 422, "treshold", "screenshot", "project", "branch", "variant", "build")


def test_a_misspelt_file_field_is_named(service: Service) -> None:
    refused(service.post("/api/v1/analyses", screenshoot=page()), 422, "screenshoot", "screenshot")


@pytest.mark.parametrize("field", ["project", "branch", "variant", "build"])
def test_a_label_that_is_too_long_or_holds_control_characters(service: Service, field: str) -> None:
    refused(service.post("/api/v1/analyses", {field: "x" * 201}, screenshot=page()), 422, field, "200")
    refused(service.post("/api/v1/analyses", {field: "a\0b"}, screenshot=page()), 422, field, "control")


OPTIONS = [
    ("{", "options", "JSON"),
    ("[]", "options", "options"),
    ('{"match_level": "fuzzy"}', "options.match_level", "'exact', 'strict', 'content' or 'layout'"),
    ('{"background": "white"}', "options.background", ""),
    ('{"fail_on": "never"}', "options.fail_on", "'minor', 'major' or 'critical'"),
    ('{"threshold": 1}', "options", "threshold"),
    (
        '{"ignore_regions": [{"x": 100, "y": 0, "width": 61, "height": 10}]}',
        "options.ignore_regions.0",
        "160x120",
    ),
    (
        '{"ignore_regions": [{"x": 0, "y": 0, "width": 0, "height": 10}]}',
        "options.ignore_regions.0.width",
        "width",
    ),
    ('{"ignore_regions": [{"x": -1, "y": 0, "width": 5, "height": 10}]}', "options.ignore_regions.0.x", "x"),
    ('{"ignore_regions": [{"x": 1.5, "y": 0, "width": 5, "height": 10}]}', "options.ignore_regions.0.x", "x"),
    (
        json.dumps({"ignore_regions": [{"x": 0, "y": 0, "width": 1, "height": 1}] * 1001}),
        "options.ignore_regions",
        "1000",
    ),
]


@pytest.mark.parametrize(("options", "field", "word"), OPTIONS)
def test_options_that_cannot_be_used(service: Service, options: str, field: str, word: str) -> None:
    answer = service.post(PAIR, {"options": options}, reference=page(), actual=page())
    errors = refused(answer, 422, "options", word)["errors"]
    assert [error["field"] for error in errors] == [field]
    assert all(error["message"] in answer.json()["detail"] for error in errors)


UNKNOWN = "0123456789abcdef0123456789abcdef"
BY_ID = [
    ("GET", "/api/v1/tasks/{}"),
    ("DELETE", "/api/v1/tasks/{}"),
    ("GET", "/api/v1/comparisons/{}"),
    ("POST", "/api/v1/comparisons/{}/approve"),
    ("POST", "/api/v1/comparisons/{}/reject"),
    ("GET", "/api/v1/testcases/{}"),
    ("DELETE", "/api/v1/testcases/{}"),
    ("GET", "/api/v1/testcases/{}/coverage"),
    ("POST", "/api/v1/testcases/{}/analyses"),
    ("GET", "/api/v1/artifacts/{}"),
]


@pytest.mark.parametrize(("method", "path"), BY_ID)
def test_an_id_that_was_never_issued(service: Service, method: str, path: str) -> None:
    refused(service.client.request(method, path.format(UNKNOWN)), 404, UNKNOWN)


@pytest.mark.parametrize("id", ["..%5C..%5Cetc", "a%00b", "x" * 200])
@pytest.mark.parametrize(("method", "path"), BY_ID)
def test_an_id_of_another_shape(service: Service, method: str, path: str, id: str) -> None:
    refused(service.client.request(method, path.format(id)), 422, "id")


@pytest.mark.parametrize(("method", "path"), [("PUT", "reference"), ("POST", "comparisons")])
def test_a_screenshot_for_an_unknown_test_case(service: Service, method: str, path: str) -> None:
    files = {"screenshot": ("a.png", page(), "image/png")}
    refused(service.client.request(method, f"/api/v1/testcases/{UNKNOWN}/{path}", files=files), 404, UNKNOWN)


@pytest.mark.parametrize("query", ["wait=61", "wait=-1", "wait=soon", "wait=nan"])
def test_a_wait_outside_its_range(service: Service, query: str) -> None:
    refused(service.client.get(f"/api/v1/tasks/{UNKNOWN}?{query}"), 422, "wait")


@pytest.mark.parametrize(
    "query", ["cursor=abc", "cursor=%FF", "limit=0", "limit=1000", "verdict=green", "review=maybe"]
)
def test_a_list_asked_for_wrongly(service: Service, query: str) -> None:
    refused(service.client.get(f"/api/v1/comparisons?{query}"), 422, query.split("=")[0])


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        (
            "GET",
            "comparisons",
            "project, testcase_id, verdict, review, branch, variant, build, build_id, limit, cursor",
        ),
        ("GET", "testcases", "project, name, variant, limit, cursor"),
        ("GET", f"tasks/{UNKNOWN}", "wait"),
        ("GET", f"artifacts/{UNKNOWN}", "expires, signature"),
        ("DELETE", f"tasks/{UNKNOWN}", "none"),
        ("POST", "analyses", "none"),
        ("GET", "queue", "none"),
    ],
)
def test_an_unknown_query_parameter_is_named_with_those_that_are_allowed(
    service: Service, method: str, path: str, allowed: str
) -> None:
    answer = service.client.request(method, f"/api/v1/{path}?wiat=5")
    assert refused(answer, 422, "wiat", allowed)["errors"][0]["field"] == "wiat"


@pytest.mark.parametrize(
    "body", [b"{", b'{"nam": "x"}', b'{"name": 5}', b'{"name": ""}', b'{"name": "\\ud800"}', b"[]"]
)
def test_new_names_that_cannot_be_used(service: Service, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    refused(service.client.patch(f"/api/v1/testcases/{UNKNOWN}", content=body, headers=headers), 422)


def test_a_document_over_its_limit(service: Service) -> None:
    refused(service.client.patch(f"/api/v1/testcases/{UNKNOWN}", json={"name": "x" * 70_000}), 413, "65536")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--"),
        ("multipart/form-data; boundary=b", b"junk that is no part at all"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="p"\r\n\r\n\r\n' * 5_000),
    ],
)
def test_a_form_that_is_no_form(service: Service, kind: str, body: bytes) -> None:
    answer = service.client.post("/api/v1/analyses", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 422)
    refused(answer, answer.status_code)


def test_a_json_body_where_a_form_is_due(service: Service) -> None:
    refused(service.client.post("/api/v1/analyses", json={"screenshot": "x"}), 422, "screenshot")


def test_a_path_that_does_not_exist(service: Service) -> None:
    refused(service.client.get("/api/v1/nothing"), 404, "/api/v1/nothing", "/docs")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/queue", "GET"),
        ("/api/v1/comparisons", "GET, POST"),
        (f"/api/v1/testcases/{UNKNOWN}", "GET, PATCH, DELETE"),
        ("/docs", "GET"),
        ("/docs/files/swagger-ui.css", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_possible_is_told_all_that_are(service: Service, path: str, allowed: str) -> None:
    answer = service.client.put(path)
    refused(answer, 405, "PUT", f"allowed: {allowed}.")
    assert answer.headers["allow"] == allowed
