"""The pages over real HTTP: the service of tests/api, asked as a browser without script asks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from tests.api.conftest import Service, new_key, page, running_service, service

__all__ = ["Browser", "new_key", "page", "running_service", "service"]


@dataclass
class Browser:
    """Keeps cookies, follows links, fills forms in."""

    client: httpx.Client

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(f"/ui{path}", headers=headers)

    def post(self, path: str, *, files: object = None, csrf: str | None = None, **fields: str) -> httpx.Response:
        fields["csrf"] = self.csrf() if csrf is None else csrf
        return self.client.post(f"/ui{path}", data=fields, files=files)  # type: ignore[arg-type]

    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/ui/login", follow_redirects=True).text)
        assert found
        return found[1]


@pytest.fixture
def browser(service: Service) -> Iterator[Browser]:
    with httpx.Client(base_url=service.url, timeout=40) as client:
        yield Browser(client)


@pytest.fixture
def comparison_id(service: Service) -> str:
    """A pair whose button has gone."""
    ticket = service.post("/api/v1/comparisons", reference=page(), actual=page(button=False))
    return str(ticket.json()["comparison_id"])


@pytest.fixture
def testcase_id(service: Service) -> str:
    import uuid

    ticket = service.post("/api/v1/testcases", {"name": f"Cart {uuid.uuid4().hex[:8]}"}, screenshot=page())
    return str(ticket.json()["testcase_id"])


@pytest.fixture
def failed_id(service: Service, testcase_id: str) -> str:
    """A comparison with a test case that has failed."""
    ticket = service.post(f"/api/v1/testcases/{testcase_id}/comparisons", screenshot=page(button=False))
    return str(ticket.json()["comparison_id"])
