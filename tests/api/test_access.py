"""Who may do what: every route there is, asked without a key, with one that may not, and with one of another project."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from store.keys import INCLUDED, Scope
from tests.api.conftest import WIDE, NewKey, Service, page
from tests.api.test_routes import wait_until

OPEN = {"/", "/docs", "/docs/files", "/openapi.json", "/health/live", "/health/ready", "/ui"}  # /ui: tests/web
SUBMISSIONS = {
    "/api/v1/analyses": ("screenshot",),
    "/api/v1/comparisons": ("reference", "actual"),
    "/api/v1/testcases": ("screenshot",),
}

Route = tuple[str, str]


def routes() -> Iterator[Route]:
    """Every route of the application, whether the document lists it or not."""
    from main import app

    for route in iter_route_contexts(app.routes):
        for method in getattr(route, "methods", None) or {"GET"}:
            yield method, str(route.path)


def guarded() -> Iterator[tuple[str, str, Scope]]:
    """The routes that a key is needed for, and the scope each declares."""
    from main import app

    paths = app.openapi()["paths"]
    for method, path in routes():
        if path not in OPEN:
            [scope] = {
                word for way in paths[path][method.lower()]["security"] for words in way.values() for word in words
            }
            yield method, path, Scope(scope)


def refused(answer: httpx.Response, status: int, *words: str) -> None:
    route = f"{answer.request.method} {answer.request.url.path}"
    assert answer.status_code == status, f"{route}: {answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json", route
    for word in words:
        assert word in answer.json()["detail"], f"{route}: {answer.text}"


def test_the_document_shows_which_scope_every_route_needs(service: Service) -> None:
    paths = service.client.get("/openapi.json").json()["paths"]
    asked = list(guarded())
    assert {(method, path) for method, path, _ in asked} | {(m, p) for m, p in routes() if p in OPEN} == set(routes())
    for path in paths.keys() & OPEN:
        assert all("security" not in route for route in paths[path].values()), path
    assert {scope for _, _, scope in asked} == set(Scope)


def test_without_a_key_no_guarded_route_answers(service: Service, new_key: NewKey) -> None:
    new_key()
    before = service.kept()
    for method, path, _ in guarded():
        answer = service.client.request(method, path)
        refused(answer, 401, "X-API-Key")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert service.kept() == before


def test_with_a_key_that_may_not_every_route_names_the_scope_it_needs(service: Service, new_key: NewKey) -> None:
    headers = {scope: new_key(scope) for scope in Scope}
    before = service.kept()
    tried = set()
    for method, path, needed in guarded():
        for scope in (scope for scope in Scope if needed not in INCLUDED[scope]):
            url = path.format(id="0" * 32, task_id="0" * 32)
            refused(service.client.request(method, url, headers=headers[scope]), 403, f"scope {needed}")
            tried.add(needed)
    assert tried == {Scope.UPLOAD, Scope.APPROVE, Scope.ADMIN}  # every key reads
    assert service.kept() == before


@pytest.fixture
def mine(service: Service, new_key: NewKey) -> dict[str, str]:
    """Something of every kind in the project `mine`: ids by the noun of their routes."""
    admin = new_key()

    def post(path: str, fields: dict[str, str], **files: bytes) -> Any:
        sent = {name: (name, data, "image/png") for name, data in files.items()}
        answer = service.client.post(path, data={"project": "mine", **fields}, files=sent, headers=admin)
        assert answer.status_code == 202, answer.text
        return answer.json()

    case = post("/api/v1/testcases", {"name": f"mine {uuid.uuid4().hex}"}, screenshot=page())
    compared = post(f"/api/v1/testcases/{case['testcase_id']}/comparisons", {}, screenshot=page(button=False))
    analysed = post("/api/v1/analyses", {}, screenshot=page(131))
    task = service.client.get(analysed["status_url"], headers=admin).json()
    comparison = service.client.get(f"/api/v1/comparisons/{compared['comparison_id']}", headers=admin).json()
    named = {"project": "mine", "name": uuid.uuid4().hex}
    build = service.client.post("/api/v1/builds", json=named, headers=admin).json()["build_id"]
    post(
        f"/api/v1/testcases/{case['testcase_id']}/comparisons", {"build": named["name"]}, screenshot=page(button=False)
    )
    asked = {"filter": {"verdict": "failed"}}
    review = service.client.post(f"/api/v1/builds/{build}/reject", json=asked, headers=admin).json()["review_id"]
    pictures = {**comparison["artifacts"], **{f"of analysis {k}": v for k, v in task["result"]["artifacts"].items()}}
    return {
        "testcases": case["testcase_id"],
        "comparisons": compared["comparison_id"],
        "builds": build,
        "reviews": review,
        "tasks": analysed["task_id"],
        **{f"artifacts {name}": url.partition("?")[0].rpartition("/")[2] for name, url in pictures.items()},
    }


def test_another_projects_ids_are_as_unknown_as_those_never_issued(
    service: Service, new_key: NewKey, mine: dict[str, str]
) -> None:
    other, own = new_key(projects=["other"]), new_key(projects=["mine", "other"])
    before = service.kept()
    unknown = "0" * 32
    for method, path, _ in guarded():
        if "{" not in path:
            continue
        noun = path.split("/")[3]
        ids = [found for kind, found in mine.items() if kind.split()[0] == noun]
        assert ids, f"{path}: say in `mine` what its id may be"
        for found in ids:
            answer = service.client.request(method, path.format(id=found, task_id=found), headers=other)
            refused(answer, 404, found)
            never = service.client.request(method, path.format(id=unknown, task_id=unknown), headers=other)
            assert answer.json()["detail"].replace(found, unknown) == never.json()["detail"], path
    assert service.kept() == before
    for kind, found in mine.items():
        answer = service.client.get(f"/api/v1/{kind.split()[0]}/{found}", headers=own)
        assert answer.status_code == 200, (kind, answer.text)


def test_lists_hold_nothing_of_another_project(service: Service, new_key: NewKey, mine: dict[str, str]) -> None:
    other, own = new_key(projects=["other"]), new_key(projects=["mine"])
    for method, path, _ in guarded():
        if method == "GET" and "{" not in path:
            for query in ({}, {"project": "mine"}):
                shown = service.client.get(path, params=query, headers=other).text
                assert not [found for found in mine.values() if found in shown], path
    assert mine["comparisons"] in service.client.get("/api/v1/comparisons", headers=own).text
    assert mine["testcases"] in service.client.get("/api/v1/testcases", headers=own).text


def test_what_runs_in_another_project_is_not_told(service: Service, new_key: NewKey) -> None:
    of_all, other = new_key(), new_key(projects=["other"])
    wide = {"screenshot": ("wide.png", page(WIDE + 22), "image/png")}
    with ThreadPoolExecutor() as pool, service.held():
        pool.submit(service.client.post, "/api/v1/analyses", files=wide, headers=of_all)
        wait_until(lambda: service.client.get("/api/v1/queue", headers=of_all).json()["running"])
        assert service.client.get("/api/v1/queue", headers=other).json()["running"] == []
        service.engine.gate.set()


def test_nothing_is_filed_in_another_project(service: Service, new_key: NewKey) -> None:
    creating = {path for method, path, _ in guarded() if method == "POST" and "{" not in path}
    assert creating == {*SUBMISSIONS, "/api/v1/builds"}
    one, two = new_key(projects=["other"]), new_key(projects=["other", "more"])
    before = service.kept()
    for path, files in SUBMISSIONS.items():
        for headers, project in ((one, "mine"), (two, "mine"), (two, "")):
            sent = {name: (name, page(), "image/png") for name in files}
            fields = {"name": "theirs", "project": project} if "testcases" in path else {"project": project}
            answer = service.client.post(path, data=fields, files=sent, headers=headers)
            refused(answer, 403, "other", project or "default")
            build = service.client.post("/api/v1/builds", json={"name": "1", "project": project}, headers=headers)
            refused(build, 403, "other", project or "default")
    assert service.kept() == before


def test_a_key_of_one_project_need_not_name_it(service: Service, new_key: NewKey) -> None:
    headers = new_key(Scope.UPLOAD, projects=["other"])
    files = {name: (name, page(), "image/png") for name in ("reference", "actual")}
    ticket = service.client.post("/api/v1/comparisons", files=files, headers=headers).json()
    found = service.client.get(f"/api/v1/comparisons/{ticket['comparison_id']}", headers=headers).json()
    assert found["project"] == "other" and found["verdict"] == "passed"
