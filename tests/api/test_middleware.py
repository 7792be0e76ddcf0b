"""What every request passes: ids, keys, docs, unexpected errors."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.access import Caller
from api.errors import KeyRefused, add_handlers
from api.middleware import ApiKeys, RequestIds
from tests.api.conftest import NewKey, Service, page

CONTRACT = {
    "/api/v1/builds": {"get", "post"},
    "/api/v1/builds/{id}": {"get"},
    "/api/v1/builds/{id}/shots": {"post"},
    "/api/v1/builds/{id}/finalize": {"post"},
    "/api/v1/builds/{id}/groups": {"get"},
    "/api/v1/builds/{id}/report.html": {"get"},
    "/api/v1/builds/{id}/report.json": {"get"},
    "/api/v1/builds/{id}/report.xml": {"get"},
    "/api/v1/builds/{id}/approve": {"post"},
    "/api/v1/builds/{id}/reject": {"post"},
    "/api/v1/reviews": {"get"},
    "/api/v1/reviews/{id}": {"get"},
    "/api/v1/reviews/{id}/undo": {"post"},
    "/api/v1/testcases/{id}/options": {"put"},
    "/api/v1/testcases/{id}/promote": {"post"},
    "/api/v1/analyses": {"post"},
    "/api/v1/comparisons": {"get", "post"},
    "/api/v1/comparisons/{id}": {"get"},
    "/api/v1/comparisons/{id}/approve": {"post"},
    "/api/v1/comparisons/{id}/reject": {"post"},
    "/api/v1/testcases": {"get", "post"},
    "/api/v1/testcases/{id}": {"get", "patch", "delete"},
    "/api/v1/testcases/{id}/reference": {"put"},
    "/api/v1/testcases/{id}/analyses": {"post"},
    "/api/v1/testcases/{id}/comparisons": {"post"},
    "/api/v1/testcases/{id}/coverage": {"get"},
    "/api/v1/tasks/{task_id}": {"get", "delete"},
    "/api/v1/queue": {"get"},
    "/api/v1/artifacts/{id}": {"get"},
    "/health/live": {"get"},
    "/health/ready": {"get"},
    "/metrics": {"get"},
}


@pytest.fixture
def key(new_key: NewKey) -> str:
    return new_key()["X-API-Key"]


def test_openapi_lists_every_route_of_the_contract(service: Service) -> None:
    paths = service.client.get("/openapi.json").json()["paths"]
    assert {path: set(methods) for path, methods in paths.items()} == CONTRACT


def test_every_route_says_in_docs_what_it_does_and_how_it_fails(service: Service) -> None:
    paths = service.client.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method, route in methods.items():
            assert len(route["description"]) > 20, (method, path)
            failures = [
                answer for status, answer in route["responses"].items() if status >= "400" and path.startswith("/api")
            ]
            assert all(list(answer["content"]) == ["application/problem+json"] for answer in failures), (method, path)


def test_docs_need_nothing_from_outside(service: Service) -> None:
    html = service.client.get("/", follow_redirects=True)
    assert html.status_code == 200 and "https://" not in html.text
    for file in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert service.client.get(f"/docs/files/{file}").status_code == 200


def test_without_keys_the_service_is_open(service: Service) -> None:
    assert service.client.get("/api/v1/testcases").status_code == 200


def test_a_key_opens_and_a_wrong_one_does_not(service: Service, key: str) -> None:
    assert service.client.get("/api/v1/queue", headers={"X-API-Key": key}).status_code == 200
    for wrong in (key[:-1], key + "x", "", "\udc80".encode("utf-8", "surrogatepass")):
        assert service.client.get("/api/v1/queue", headers={"X-API-Key": wrong}).status_code == 401
    assert service.client.get("/api/v1/queue", headers={"Authorization": f"Bearer {key}"}).status_code == 200
    for wrong in (f"Bearer {key}x", f"Basic {key}", "Bearer"):
        assert service.client.get("/api/v1/queue", headers={"Authorization": wrong}).status_code == 401


def test_who_approved_is_the_name_of_the_key(service: Service, key: str) -> None:
    named = {"X-API-Key": key}
    files = {name: (name, page(), "image/png") for name in ("reference", "actual")}
    found = service.client.post("/api/v1/comparisons", files=files, headers=named).json()["comparison_id"]
    rejected = service.client.post(f"/api/v1/comparisons/{found}/reject", headers=named).json()
    assert rejected["review"] == "rejected" and rejected["reviewed_by"].startswith("ci-")


def test_health_and_docs_stay_open_with_a_key(service: Service, key: str) -> None:
    for path in ("/health/live", "/health/ready", "/docs", "/openapi.json"):
        assert service.client.get(path).status_code == 200


def test_an_unkeyed_upload_is_refused_before_its_body_is_read(service: Service, key: str) -> None:
    with httpx.Client(base_url=service.url) as client:
        headers = {"Content-Length": str(10**6), "Content-Type": "multipart/form-data; boundary=b"}
        answer = client.post("/api/v1/analyses", content=iter([bytes(10**6)]), headers=headers)
    assert answer.status_code == 401


def test_a_request_id_is_given_back_where_it_is_plain(service: Service) -> None:
    asked = service.client.get("/health/live", headers={"X-Request-ID": "build-17.a"})
    assert asked.headers["x-request-id"] == "build-17.a"
    other = service.client.get("/health/live", headers={"X-Request-ID": "<script>" + "x" * 99})
    assert len(other.headers["x-request-id"]) == 32


def test_a_store_that_is_away_is_said_without_naming_its_insides(service: Service) -> None:
    ticket = service.post("/api/v1/analyses", screenshot=page(170, 130)).json()
    shown = service.client.get(ticket["status_url"]).json()["result"]["artifacts"]["screenshot"]
    blobs = [path for path in (service.folder / "artifacts").rglob("*") if path.is_file()]
    for blob in blobs:
        blob.rename(blob.with_suffix(".away"))
        blob.mkdir()  # so that reading it fails
    answer = service.client.get(shown)
    for blob in blobs:
        blob.rmdir()
        blob.with_suffix(".away").rename(blob)
    assert answer.status_code == 503 and answer.headers["retry-after"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert str(service.folder) not in answer.text
    assert service.client.get(shown).status_code == 200


def test_an_unexpected_error_gives_an_id_to_look_for_and_no_traceback() -> None:
    app = FastAPI()
    add_handlers(app)
    app.add_middleware(RequestIds)

    @app.get("/broken")
    async def broken() -> None:
        raise ZeroDivisionError("a secret of the inside")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/broken", headers={"X-Request-ID": "abc"})

    answer = asyncio.run(ask())
    assert answer.status_code == 500 and answer.headers["content-type"] == "application/problem+json"
    assert "abc" in answer.json()["detail"] and answer.headers["x-request-id"] == "abc"
    assert "inside" not in answer.text and "ZeroDivision" not in answer.text


@pytest.mark.parametrize(
    ("path", "status"), [("/etalon/api/v1/queue", 401), ("/etalon/health/live", 200), ("/healthy/live", 401)]
)
def test_a_prefix_that_a_proxy_sets_opens_nothing(path: str, status: int) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await Response()(scope, receive, send)

    def refuse(*_: object) -> Caller:
        raise KeyRefused

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(ApiKeys(app, identify=refuse), root_path="/etalon")
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    assert asyncio.run(ask()).status_code == status
