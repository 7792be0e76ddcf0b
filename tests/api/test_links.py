"""Pictures' links: signed where keys are in use, so that an <img> can load them without a header."""

import re
import time
from urllib.parse import urlencode

import pytest

from store import links
from store.keys import Scope
from tests.api.conftest import NewKey, Service, page


def compared(service: Service, headers: dict[str, str]) -> dict[str, str]:
    """The pictures' links of a new comparison."""
    files = {name: (name, data, "image/png") for name, data in (("reference", page()), ("actual", page(button=False)))}
    ticket = service.client.post("/api/v1/comparisons", files=files, headers=headers).json()
    found = service.client.get(f"/api/v1/comparisons/{ticket['comparison_id']}", headers=headers).json()
    artifacts: dict[str, str] = found["artifacts"]
    return artifacts


def test_a_keyed_answer_has_links_that_need_no_key(service: Service, new_key: NewKey) -> None:
    for name, url in compared(service, new_key(projects=["web"])).items():
        assert url.startswith("/api/v1/artifacts/"), name
        answer = service.client.get(url)
        assert answer.status_code == 200 and answer.content.startswith(b"\x89PNG"), name


def test_every_link_of_every_answer_is_signed(service: Service, new_key: NewKey) -> None:
    headers = new_key(projects=["web"])
    files = {"screenshot": ("a.png", page(), "image/png")}
    made = service.client.post("/api/v1/testcases", data={"name": "links"}, files=files, headers=headers).json()
    url = f"/api/v1/testcases/{made['testcase_id']}"
    shown = service.client.get(url, headers=headers).text + service.client.get(made["status_url"], headers=headers).text
    found = re.findall(r'"(/api/v1/artifacts/[^"]+)"', shown)
    assert len(found) >= 4
    assert [link for link in found if service.client.get(link).status_code != 200] == []


def test_while_no_key_was_ever_made_links_are_plain(service: Service) -> None:
    assert all(re.fullmatch(r"/api/v1/artifacts/\w+", url) for url in compared(service, {}).values())


def test_a_link_that_expired_or_was_changed_is_refused_in_a_sentence(service: Service, new_key: NewKey) -> None:
    pictures = compared(service, new_key())
    path, _, query = pictures["reference"].partition("?")
    picture = path.rpartition("/")[2]
    expired = links.signed(picture, time.time() - 3 * 24 * 3600)
    another = pictures["actual"].partition("?")[2]
    for changed, word in ((expired, "expired"), (another, "signature"), (query + "0", "signature")):
        answer = service.client.get(f"{path}?{changed}")
        assert answer.status_code == 403, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert word in answer.json()["detail"]
    assert service.client.get(f"{path}?{urlencode({'signature': 'x', 'expires': 'soon'})}").status_code == 422
    assert service.client.get(path).status_code == 401


def test_a_link_opens_its_picture_and_nothing_else(service: Service, new_key: NewKey) -> None:
    query = compared(service, new_key())["reference"].partition("?")[2]
    assert service.client.get(f"/api/v1/comparisons?{query}").status_code == 401
    assert service.client.get(f"/api/v1/artifacts?{query}").status_code == 401
    assert service.client.get(f"/api/v1/artifacts/{'0' * 32}?{query}").status_code == 403


def test_a_key_that_is_sent_decides_whatever_the_link_says(service: Service, new_key: NewKey) -> None:
    url = compared(service, new_key())["reference"]
    assert service.client.get(url, headers=new_key(Scope.READ)).status_code == 200
    assert service.client.get(url, headers=new_key(projects=["other"])).status_code == 404
    assert service.client.get(url, headers={"X-API-Key": "wrong"}).status_code == 401


@pytest.mark.parametrize("name", ["reference", "diff"])
def test_a_picture_is_shown_as_what_it_is_under_a_name_of_ours(service: Service, new_key: NewKey, name: str) -> None:
    answer = service.client.get(compared(service, new_key())[name])
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert re.fullmatch(r'inline; filename="[0-9a-f]{32}\.png"', answer.headers["content-disposition"])
    assert answer.headers["cache-control"].startswith("private") and answer.headers["etag"]
