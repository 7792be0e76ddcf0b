"""Every string of every route, with what a driver chokes on: NUL, half of a surrogate pair, a year off the calendar."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from main import app
from tests.api.conftest import Service, page

HOSTILE = ("\x00", "a\x00b", "\ud800", "\udfff\ud800", "\ufffe", "'; --", "\u202e", "%00")
FORGED = (
    ["0001-01-01T00:00:00+14:00", "a"],
    ["9999-12-31T23:59:59-14:00", "a"],
    ["2026-01-01T00:00:00+00:00", "\ud800"],
    ["2026-01-01T00:00:00+00:00", "a\x00"],
    ["2026-01-01T00:00:00+00:00", 7],
    ["2026-01-01T00:00:00+00:00", None],
    ["2026-01-01T00:00:00", "a"],
    {"a": 1},
)


def routes() -> Iterator[tuple[str, str, Any]]:
    for path, methods in app.openapi()["paths"].items():
        for method, route in methods.items():
            yield method.upper(), path, route


def answers(service: Service, method: str, path: str, route: Any, text: str) -> Iterator[httpx.Response]:
    """One request for each place of the route where a string can stand."""
    sent = quote(text, errors="surrogatepass")
    plain = path
    for parameter in route.get("parameters", []):
        if parameter["in"] == "path":
            plain = plain.replace(f"{{{parameter['name']}}}", "0" * 32)
            yield service.client.request(method, path.replace(f"{{{parameter['name']}}}", sent))
    for parameter in route.get("parameters", []):
        if parameter["in"] == "query":
            yield service.client.request(method, f"{plain}?{parameter['name']}={sent}")
        if parameter["in"] == "header":
            headers = {parameter["name"].encode(): text.replace("\x00", "\x01").encode("utf-8", "surrogatepass")}
            yield service.client.request(method, plain, headers=headers)  # type: ignore[arg-type]
    for kind, body in route.get("requestBody", {}).get("content", {}).items():
        for name in fields_of(body["schema"]):
            yield with_body(service, method, plain, kind, name, text)


def fields_of(schema: Any) -> list[str]:
    named = schema.get("$ref", "").rpartition("/")[2]
    return list(app.openapi()["components"]["schemas"][named]["properties"]) if named else []


def with_body(service: Service, method: str, path: str, kind: str, name: str, text: str) -> httpx.Response:
    if kind == "application/json":
        return service.client.request(method, path, content=json.dumps({name: text}), headers={"content-type": kind})
    boundary = "b" * 20
    parts = {one: page() for one in ("reference", "actual", "screenshot")}
    parts = {one: data for one, data in parts.items() if one != name}
    body = b"".join(part(boundary, one, data, f'; filename="{one}.png"') for one, data in parts.items())
    body += part(boundary, name, text.encode("utf-8", "surrogatepass"), "") + f"--{boundary}--\r\n".encode()
    headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
    return service.client.request(method, path, content=body, headers=headers)


def part(boundary: str, name: str, data: bytes, more: str) -> bytes:
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + data + b"\r\n"


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_string_reaches_a_driver_that_chokes_on_it(service: Service, text: str) -> None:
    asked = 0
    for method, path, route in routes():
        for answer in answers(service, method, path, route, text):
            asked += 1
            assert answer.status_code < 500 or path.startswith("/health"), (method, answer.url, answer.text)
    assert asked > 50


@pytest.mark.parametrize("path", ["/api/v1/comparisons", "/api/v1/testcases"])
@pytest.mark.parametrize("forged", FORGED, ids=ascii)
def test_a_forged_cursor_is_refused(service: Service, path: str, forged: Any) -> None:
    cursor = urlsafe_b64encode(json.dumps(forged).encode()).decode()
    answer = service.client.get(path, params={"cursor": cursor})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:etalon:problem:bad-cursor")
