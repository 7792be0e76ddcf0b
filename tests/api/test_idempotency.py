"""A submission that is sent again with the same Idempotency-Key is the same submission."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.conftest import WIDE, NewKey, Service, page
from tests.api.test_routes import new_testcase, running_task

SENDS = ["analyses", "comparisons", "testcases", "reference", "analyses again", "testcase's comparison"]


class Sender:
    """Sends one kind of submission; `shade` makes it another request."""

    def __init__(self, service: Service, kind: str) -> None:
        self._service, self._kind = service, kind
        self._name = f"{kind} {uuid.uuid4().hex}"
        of_a_case = kind in SENDS[3:]
        self._case = f"/api/v1/testcases/{new_testcase(service, self._name + ' of')}" if of_a_case else ""

    def __call__(self, word: str | None, shade: int = 90, **headers: str) -> httpx.Response:
        method, path, names, fields = {
            "analyses": ("POST", "/api/v1/analyses", ["screenshot"], {}),
            "comparisons": ("POST", "/api/v1/comparisons", ["reference", "actual"], {}),
            "testcases": ("POST", "/api/v1/testcases", ["screenshot"], {"name": self._name}),
            "reference": ("PUT", f"{self._case}/reference", ["screenshot"], {}),
            "analyses again": ("POST", f"{self._case}/analyses", [], {}),
            "testcase's comparison": ("POST", f"{self._case}/comparisons", ["screenshot"], {"build": "7"}),
        }[self._kind]
        files = {name: (f"{uuid.uuid4().hex}.png", page(shade=shade), "image/png") for name in names}
        named = {**headers, **({"Idempotency-Key": word} if word else {})}
        branch = {"branch": f"b{shade}"} if not names and shade != 90 else {}
        sent: dict[str, Any] = {"data": fields, "files": files} if names else {}
        return self._service.client.request(method, path, headers=named, params=branch, **sent)


@pytest.mark.parametrize("kind", SENDS)
def test_sent_again_it_is_the_same_ticket_and_nothing_is_made(service: Service, kind: str) -> None:
    send, word = Sender(service, kind), uuid.uuid4().hex
    first = send(word)
    assert first.status_code == 202, first.text
    before = service.kept()
    again = send(word)
    assert (again.status_code, again.json()) == (202, first.json())
    assert service.kept() == before


@pytest.mark.parametrize("kind", SENDS)
def test_with_another_request_it_is_refused(service: Service, kind: str) -> None:
    send, word = Sender(service, kind), uuid.uuid4().hex
    send(word)
    before = service.kept()
    answer = send(word, shade=40)
    assert answer.status_code == 422, answer.text
    assert answer.json()["type"] == "urn:etalon:problem:idempotency-key-reused"
    assert word in answer.json()["detail"]
    assert service.kept() == before


def test_ten_that_race_are_one_task(service: Service) -> None:
    send, word = Sender(service, "testcases"), uuid.uuid4().hex
    with ThreadPoolExecutor(10) as pool:
        answers = [one.result() for one in [pool.submit(send, word) for _ in range(10)]]
    assert {answer.status_code for answer in answers} == {202}, [answer.text for answer in answers]
    assert len({answer.json()["task_id"] for answer in answers}) == 1
    assert len({answer.json()["testcase_id"] for answer in answers}) == 1


def test_while_the_first_runs_the_second_has_its_ticket(service: Service) -> None:
    word = {"Idempotency-Key": uuid.uuid4().hex}
    files = {"screenshot": ("a.png", page(WIDE + 21), "image/png")}
    with ThreadPoolExecutor() as pool, service.held():
        first = pool.submit(service.client.post, "/api/v1/analyses", files=files, headers=word)
        task_id = running_task(service)
        again = service.client.post("/api/v1/analyses", files=files, headers=word)
        assert (again.status_code, again.json()["task_id"]) == (202, task_id)
        assert again.json()["state"] in ("STARTED", "PROGRESS")
        service.engine.gate.set()
        assert first.result().json()["task_id"] == task_id


def test_a_refused_request_leaves_its_word_free(service: Service) -> None:
    word = {"Idempotency-Key": uuid.uuid4().hex}
    bad = {"screenshot": ("a.png", page()[:-20], "image/png")}
    assert service.client.post("/api/v1/analyses", files=bad, headers=word).status_code == 422
    good = {"screenshot": ("a.png", page(), "image/png")}
    assert service.client.post("/api/v1/analyses", files=good, headers=word).status_code == 202


def test_a_word_belongs_to_the_key_it_came_with(service: Service, new_key: NewKey) -> None:
    send, word = Sender(service, "analyses"), uuid.uuid4().hex
    one, two = new_key(projects=["web"]), new_key(projects=["web"])
    assert send(word, **one).json()["task_id"] != send(word, **two).json()["task_id"]


@pytest.mark.parametrize("word", ["x" * 256, "two words"])
def test_a_word_that_cannot_be_one_is_refused(service: Service, word: str) -> None:
    answer = Sender(service, "analyses")(word)
    assert answer.status_code == 422 and "Idempotency-Key" in answer.json()["detail"]


def test_without_a_word_every_upload_is_its_own(service: Service) -> None:
    send = Sender(service, "analyses")
    assert send(None).json()["task_id"] != send(None).json()["task_id"]
