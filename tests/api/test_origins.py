"""Pages of other sites cannot use a service that has no keys."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from api.origins import KnownOrigins
from tests.api.conftest import NewKey, Service, page


def asked(
    method: str = "GET", path: str = "/api/v1/queue", closed: bool = False, allowed: str = "", **headers: str
) -> int:
    """The status of one request."""
    names = tuple(one for one in allowed.split(",") if one)
    app: Any = KnownOrigins(Response("reached"), names, "https://etalon.example:8443", lambda: closed)

    async def ask() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8000") as client:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return (await client.request(method, path, headers=sent)).status_code

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "a.localhost", "192.168.7.7", "etalon.example"],
)
def test_without_keys_it_answers_to_names_that_no_other_site_can_have(host: str) -> None:
    assert asked(host=host) == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_without_keys_it_does_not_answer_to_another_sites_name(host: str) -> None:
    assert asked(host=host) == 421
    assert asked(host=host, closed=True) == 200
    assert asked(host=host, path="/health/live") == 200


def test_allowed_hosts_are_the_only_ones_then(new_key: NewKey) -> None:
    for closed in (False, True):
        assert asked(allowed="ci,.corp.example", host="ci:8000", closed=closed) == 200
        assert asked(allowed="ci,.corp.example", host="a.corp.example", closed=closed) == 200
        assert asked(allowed="ci,.corp.example", host="evil.example", closed=closed) == 421
        assert asked(allowed="*", host="evil.example", closed=closed) == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:8000", 200),
        ("https://etalon.example:8443", 200),
        ("https://evil.example", 403),
        ("http://127.0.0.1:3000", 403),
        ("null", 403),
        ("http://[", 403),
    ],
)
def test_a_page_of_another_site_changes_nothing(origin: str, status: int) -> None:
    assert asked("POST", origin=origin) == status
    assert asked("GET", origin=origin) == 200
    assert asked("POST") == 200


def test_a_proxy_that_passes_the_name_on_is_believed() -> None:
    assert asked("POST", origin="https://a.example", x_forwarded_host="a.example") == 200


def test_the_service_has_these_doors(service: Service) -> None:
    posted = {"reference": page(), "actual": page()}
    for headers, status in (({"Host": "evil.example"}, 421), ({"Origin": "https://evil.example"}, 403)):
        answer = service.client.post("/api/v1/comparisons", files=posted, headers=headers)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
