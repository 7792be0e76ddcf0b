"""The service answers every request: with the result, or with a problem, and then it keeps nothing of it."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.fuzz import seeds
from harness.fuzz.seeds import form
from harness.fuzz.service import Answer, Service
from harness.fuzz.targets import form_target, options_target
from vision.image import encode_png

ROOT = Path(__file__).parents[2]
FORM = {b"content-type": b"multipart/form-data; boundary=b"}
PAGE = encode_png(np.full((20, 30, 3), 255, np.uint8))
UNKNOWN = "0123456789abcdef0123456789abcdef"

# Starlette drops the part that a form breaks off in; its file is closed by the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

any_input = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

NASTY = [
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/passwd",
        "C:\\con",
        "CON",
        "a/b",
        "%00",
    ),
    *("‮gpj.exe", "مرحبا", "e" + "́" * 60, "\ud800", "\udfff\ud800", "﻿", "👩‍👩‍👧", "İ", "ß", "\u2028"),
    *("<script>alert(1)</script>", "'; DROP TABLE tasks;--", '"\r\nX-Evil: 1', "${7*7}{{7*7}}", "=1+1", "x" * 501),
    *("x" * 20_000, "%s%n", "null", "-1", "1e999", "\x1b[31m", "\x7f", "\x85", " a "),
]
texts = st.one_of(st.sampled_from(NASTY), st.text(st.characters(codec=None), max_size=40))
file_names = st.one_of(st.none(), texts.map(lambda text: text.replace('"', "%22").replace("\r", "").replace("\n", "")))


def asked(running: Service, *request: Any, **more: Any) -> Answer:
    """Sends it; what is refused has to leave everything as it was."""
    before = running.kept()
    answer = running.ask(*request, **more)
    assert answer.status < 400 or running.kept() == before
    return answer


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@any_input
@given(label=st.sampled_from(["project", "branch", "variant", "build", "commit"]), text=texts, file_name=file_names)
def test_any_text_as_a_label(running: Service, label: str, text: str, file_name: str | None) -> None:
    body = form([("screenshot", file_name or "a.png", PAGE), (label, None, utf8(text))])
    assert asked(running, "POST", "/api/v1/analyses", body, headers=FORM).status in (202, 400, 422)


@any_input
@given(name=texts, variant=texts, new=texts)
def test_any_text_as_a_name_comes_back_as_it_was_sent(running: Service, name: str, variant: str, new: str) -> None:
    body = form([("screenshot", "a.png", PAGE), ("name", None, utf8(name)), ("variant", None, utf8(variant))])
    answer = asked(running, "POST", "/api/v1/testcases", body, headers=FORM)
    if answer.status != 202:
        assert answer.status in (400, 409, 422)
        return
    path = f"/api/v1/testcases/{answer.json()['testcase_id']}"
    kept = asked(running, "GET", path).json()
    assert (kept["name"], kept["variant"]) == (name.strip(), variant.strip())
    renamed = asked(
        running, "PATCH", path, json.dumps({"name": new}).encode(), headers={b"content-type": b"application/json"}
    )
    assert renamed.status in (200, 409, 422)
    assert asked(running, "GET", path).json()["name"] == (new.strip() if renamed.status == 200 else name.strip())
    assert asked(running, "DELETE", path).status < 300


numbers = st.one_of(st.integers(-5, 40), st.integers(), st.floats(), st.booleans(), st.none(), texts)
boxes = st.fixed_dictionaries({}, optional=dict.fromkeys(("x", "y", "width", "height", "z"), numbers))
near_options = st.fixed_dictionaries(
    {},
    optional={
        "match_level": st.one_of(st.sampled_from(["exact", "strict", "content", "layout", "STRICT"]), texts, numbers),
        "fail_on": st.one_of(st.sampled_from(["minor", "major", "critical"]), texts),
        "ignore_regions": st.one_of(st.lists(boxes, max_size=5), numbers),
        "threshold": numbers,
    },
)
any_json = st.recursive(numbers, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))


@any_input
@given(
    options=st.one_of(
        st.one_of(near_options, any_json).map(lambda value: utf8(json.dumps(value, ensure_ascii=False))),
        st.one_of(near_options, any_json).map(lambda value: json.dumps(value).encode()),
        texts.map(utf8),
        st.binary(max_size=60),
    )
)
def test_any_options(running: Service, options: bytes) -> None:
    body = form([("reference", "a.png", PAGE), ("actual", "b.png", PAGE), ("options", None, options)])
    answer = asked(running, "POST", "/api/v1/comparisons", body, headers=FORM)
    assert answer.status in (202, 400, 422)
    if answer.status == 202:
        kept = asked(running, "GET", f"/api/v1/comparisons/{answer.json()['comparison_id']}").json()["options"]
        assert all(box["x"] + box["width"] <= 30 and box["y"] + box["height"] <= 20 for box in kept["ignore_regions"])


line_ends = st.sampled_from([b"\r\n", b"\n", b"\r", b"", b"\r\n\r\n"])
heads = st.one_of(
    st.builds(
        lambda name, file_name: (
            b'Content-Disposition: form-data; name="%s"; filename="%s"' % (utf8(name), utf8(file_name))
        ),
        st.sampled_from(["screenshot", "reference", "project", "", "screenshot[]", "__proto__"]) | texts,
        texts,
    ),
    st.sampled_from(
        [
            b'Content-Disposition: form-data; name="screenshot"',
            b"Content-Disposition: form-data; name=screenshot; filename=a.png",
            b"Content-Disposition: form-data; name*=utf-8''screenshot; filename*=utf-8''%00%ff.png",
            b"Content-Disposition: attachment",
            b"Content-Disposition:",
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Type: text/plain; charset=utf-16",
            b"Content-Transfer-Encoding: base64",
            b"X: " + b"y" * 10_000,
            b"X: 1\r\n" * 200,
            b"no colon",
            b"",
        ]
    ),
    st.binary(max_size=40),
)
parts = st.builds(
    lambda boundary, heads, end, content: boundary + end + end.join(heads) + end + end + content + end,
    st.sampled_from([b"--b", b"--b", b"--b", b"--c", b"-b", b"--b--"]),
    st.lists(heads, min_size=1, max_size=3),
    line_ends,
    st.one_of(st.sampled_from([PAGE, PAGE[:40], b"--b\r\n", b"\r\n--b", b""]), st.binary(max_size=60)),
)
kinds = st.one_of(
    st.sampled_from(
        [
            *[FORM[b"content-type"]] * 4,
            b"multipart/form-data",
            b"multipart/form-data; boundary=",
            b'multipart/form-data; boundary="b"; charset=utf-7',
            b"multipart/form-data; boundary=b; charset=undefined",
            b"multipart/form-data; boundary=b; charset=idna",
            b"multipart/form-data; boundary=" + b"b" * 500,
            b"multipart/mixed; boundary=b",
            b"application/x-www-form-urlencoded",
            b"application/json",
            b"text/html",
            b"",
        ]
    ),
    st.binary(max_size=40).map(lambda kind: bytes(byte for byte in kind if byte > 31)),
)
paths = st.sampled_from(
    ["/api/v1/analyses", "/api/v1/comparisons", "/api/v1/testcases", f"/api/v1/testcases/{UNKNOWN}/comparisons"]
)


@settings(any_input, max_examples=80)
@given(
    path=paths,
    kind=kinds,
    parts=st.lists(parts, max_size=6),
    end=st.sampled_from([b"--b--\r\n", b"--b--", b"", b"--b"]),
)
def test_any_form(running: Service, path: str, kind: bytes, parts: list[bytes], end: bytes) -> None:
    answer = asked(running, "POST", f"/api/v1/{path}", b"".join(parts) + end, headers={b"content-type": kind})
    assert answer.status in (202, 400, 404, 409, 413, 415, 422)


@any_input
@given(at=st.integers(0, 10_000), turned=st.lists(st.integers(0, 10_000), max_size=4))
def test_a_form_cut_or_turned_over_anywhere(running: Service, at: int, turned: list[int]) -> None:
    whole = bytearray(form([("screenshot", "a.png", PAGE), ("project", None, b"shop")]))
    for place in turned:
        whole[place % len(whole)] ^= 0x5A
    answer = asked(running, "POST", "/api/v1/analyses", bytes(whole[: at % (len(whole) + 1)]), headers=FORM)
    assert answer.status in (202, 400, 415, 422)


@pytest.mark.parametrize(
    "body",
    [
        form([("screenshot", "a.png", PAGE)] * 10_000),
        form([("project", None, b"x")] * 10_000),
        b"".join(b'--b\r\nContent-Disposition: form-data; name="p%d"\r\n\r\n\r\n' % number for number in range(10_000)),
        b"--b\r\n" + b"X-Header: y\r\n" * 70_000,
        b"--b\r\nX: " + b"y" * 900_000,
        b"x" * 900_000,
        b"\r\n" * 450_000,
        b"--b\r\n" * 180_000,
        form([("screenshot", "n" * 900_000, PAGE)]),
        form([("options", None, b"[" * 250_000), ("reference", "a.png", PAGE), ("actual", "a.png", PAGE)]),
    ],
    ids=["files", "fields", "names", "headers", "header", "junk", "line ends", "boundaries", "file name", "nesting"],
)
@pytest.mark.parametrize("path", ["/api/v1/analyses", "/api/v1/comparisons"])
def test_a_form_made_to_be_expensive(running: Service, path: str, body: bytes) -> None:
    began = time.process_time()
    assert asked(running, "POST", path, body, headers=FORM).status in (202, 400, 413, 415, 422)
    assert time.process_time() - began < 2  # meanwhile no other request is served


@any_input
@given(
    path=st.sampled_from(["tasks/{}", "comparisons/{}", "testcases/{}", "testcases/{}/coverage", "artifacts/{}", "{}"]),
    id=texts,
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "BREW"]),
)
def test_any_path(running: Service, path: str, id: str, method: str) -> None:
    before = running.kept()
    running.ask(method, "/api/v1/" + path.format(id.encode("utf-8", "replace").decode()))
    assert running.kept() == before


@any_input
@given(
    path=st.sampled_from(["comparisons", "testcases", "queue", f"tasks/{UNKNOWN}"]),
    name=st.sampled_from(["cursor", "limit", "project", "verdict", "branch", "testcase_id", "wait", "x"]) | texts,
    value=texts,
)
def test_any_query(running: Service, path: str, name: str, value: str) -> None:
    query = f"{quote(name, errors='surrogatepass')}={quote(value, errors='surrogatepass')}".encode()
    assert running.ask("GET", f"/api/v1/{path}", query=query).status in (200, 404, 422)


@settings(any_input, max_examples=15)
@given(
    name=st.sampled_from(
        [b"accept-language", b"x-api-key", b"x-request-id", b"if-none-match", b"idempotency-key", b"range"]
    ),
    value=st.binary(max_size=200) | texts.map(lambda text: utf8(text)[:5000]),
)
def test_any_header(running: Service, name: bytes, value: bytes) -> None:
    assert asked(running, "GET", "/api/v1/comparisons", headers={name: value}).status in (200, 401, 422)
    body = form([("screenshot", "a.png", PAGE)])
    answer = asked(running, "POST", "/api/v1/analyses", body, headers={**FORM, name: value})
    assert answer.status in (202, 400, 401, 409, 422)
    assert "\r" not in answer.headers["x-request-id"] and len(answer.headers["x-request-id"]) <= 64


@pytest.mark.parametrize("name", seeds.forms())
def test_the_forms_that_fuzzing_starts_from(running: Service, name: str) -> None:
    form_target(running)(seeds.forms()[name])


@pytest.mark.parametrize("name", seeds.options())
def test_the_options_that_fuzzing_starts_from(name: str) -> None:
    options_target(seeds.options()[name])
