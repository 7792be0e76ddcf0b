"""The routes of the contract, asked as a client asks them."""

import asyncio
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from store import session
from store.blobs import LocalFolder
from tasks import drawing, engines
from tests.api.conftest import BUTTON, WIDE, Service, page
from vision.elements.analysis import Engines
from vision.image import CmykImage

BOX = {"x": BUTTON.x, "y": BUTTON.y, "width": BUTTON.width, "height": BUTTON.height}


def new_testcase(service: Service, name: str, **fields: str) -> str:
    ticket = service.post("/api/v1/testcases", {"name": name, **fields}, screenshot=page())
    service.result(ticket)
    return str(ticket.json()["testcase_id"])


def compare(service: Service, testcase_id: str, picture: bytes, **fields: str) -> Any:
    return service.result(service.post(f"/api/v1/testcases/{testcase_id}/comparisons", fields, screenshot=picture))


def test_a_ticket_comes_with_the_final_state_and_a_relative_url(service: Service) -> None:
    answer = service.post("/api/v1/analyses", {"build": "17", "project": "shop"}, screenshot=page())
    ticket = answer.json()
    assert answer.status_code == 202
    assert ticket["mode"] == "sync" and ticket["state"] == "SUCCESS"
    assert ticket["status_url"] == f"/api/v1/tasks/{ticket['task_id']}"


def test_an_analysis_lists_elements_and_shows_them(service: Service) -> None:
    analysis = service.result(service.post("/api/v1/analyses", screenshot=page()))
    assert analysis["size"] == {"width": 160, "height": 120}
    seen = {"id": "e1", "kind": "button", "box": BOX, "text": "Buy", "confidence": 0.9}
    assert analysis["elements"] == [{**seen, "text_confidence": None}]
    assert analysis["limits"] == []
    assert analysis["detector"] == "scripted-1" and analysis["ocr_engine"] == "scripted"
    assert analysis["timings_ms"]
    drawn = service.client.get(analysis["artifacts"]["annotated"])
    assert drawn.status_code == 200 and drawn.content.startswith(b"\x89PNG")


def test_a_picture_is_served_as_a_picture_and_nothing_else(service: Service) -> None:
    polyglot = page(150, 110) + b"<script>alert(1)</script>"
    analysis = service.result(service.post("/api/v1/analyses", screenshot=polyglot))
    answer = service.client.get(analysis["artifacts"]["screenshot"])
    assert answer.content == polyglot
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "immutable" in answer.headers["cache-control"]
    again = service.client.get(analysis["artifacts"]["screenshot"], headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content


def test_a_failed_task_is_still_a_ticket_and_its_sentence_is_told(service: Service) -> None:
    service.engine.trouble = CmykImage("Found while decoding.")
    answer = service.post("/api/v1/comparisons", reference=page(161), actual=page(162))
    assert answer.status_code == 202 and answer.json()["state"] == "FAILURE"
    task = service.client.get(answer.json()["status_url"]).json()
    assert task["ready"] and task["result"] is None
    assert task["error"]["type"] == "CmykImage" and "CMYK" in task["error"]["message"]
    comparison = service.client.get(f"/api/v1/comparisons/{answer.json()['comparison_id']}").json()
    assert comparison["verdict"] is None and comparison["state"] == "FAILURE"


def test_a_comparison_tells_what_changed(service: Service) -> None:
    found = service.result(service.post("/api/v1/comparisons", reference=page(), actual=page(button=False)))
    assert found["verdict"] == "failed" and found["review"] == "unreviewed" and found["testcase_id"] is None
    assert found["state"] == "SUCCESS" and found["match_level"] == "strict"
    assert found["reference_size"] == found["actual_size"] == {"width": 160, "height": 120}
    [defect] = [one for one in found["defects"] if one["type"] == "missing"]
    assert defect["element"] == {"kind": "button", "text": "Buy"}
    assert defect["reference_box"] == BOX and defect["actual_box"] is None
    assert defect["severity"] in ("critical", "major", "minor")
    assert found["coverage"]["reference_elements"] == 1 and found["coverage"]["matched"] == 0
    assert found["versions"]["detector"] == "scripted-1"
    assert 0 < found["changed_ratio"] < 1 and found["alignment"]["kind"]
    assert found == service.client.get(f"/api/v1/comparisons/{found['comparison_id']}").json()


def test_every_picture_of_a_comparison_can_be_seen(service: Service) -> None:
    found = service.result(service.post("/api/v1/comparisons", reference=page(), actual=page(button=False)))
    assert found["artifacts"].keys() >= {"reference", "actual", "diff", "heatmap", "side_by_side"}
    for name, url in found["artifacts"].items():
        answer = service.client.get(url)
        again = service.client.get(url, headers={"If-None-Match": answer.headers["etag"]})
        assert answer.content.startswith(b"\x89PNG") and again.status_code == 304, name
        for headers in (answer.headers, again.headers):
            assert headers["x-content-type-options"] == "nosniff", name
            assert headers["content-security-policy"] == "default-src 'none'; sandbox", name


def test_messages_come_in_the_readers_language(service: Service) -> None:
    found = service.result(service.post("/api/v1/comparisons", reference=page(), actual=page(button=False)))
    url = f"/api/v1/comparisons/{found['comparison_id']}"
    english = service.client.get(url, headers={"Accept-Language": "de, en;q=0.8, ru;q=0.5"}).json()
    russian = service.client.get(url, headers={"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}).json()
    assert english["defects"] == found["defects"]
    assert any("а" <= letter <= "я" for letter in russian["defects"][0]["message"])
    assert not any("а" <= letter <= "я" for letter in english["defects"][0]["message"])


def test_the_same_picture_passes(service: Service) -> None:
    found = service.result(service.post("/api/v1/comparisons", reference=page(), actual=page()))
    assert found["verdict"] == "passed" and found["defects"] == [] and found["changed_ratio"] == 0


def test_an_ignored_region_is_asked_for_and_kept(service: Service) -> None:
    options = '{"ignore_regions": [{"x": 0, "y": 0, "width": 160, "height": 120}], "match_level": "layout"}'
    ticket = service.post("/api/v1/comparisons", {"options": options}, reference=page(), actual=page(button=False))
    found = service.result(ticket)
    assert found["match_level"] == "layout" and found["verdict"] == "passed"
    assert found["ignored"][0]["reason"] == "ignore_region"


def test_a_test_case_from_screenshot_to_approval(service: Service) -> None:
    testcase_id = new_testcase(service, "life", variant="dark")
    shown = service.client.get(f"/api/v1/testcases/{testcase_id}").json()
    assert (shown["name"], shown["variant"], shown["project"]) == ("life", "dark", "default")
    assert [element["text"] for element in shown["elements"]] == ["Buy"]
    before = shown["reference"]["reference_id"]

    found = compare(service, testcase_id, page(button=False), build="b1", commit="c1")
    assert found["verdict"] == "failed" and found["testcase_id"] == testcase_id and found["reference_id"] == before
    assert (found["build"], found["commit"]) == ("b1", "c1")
    approved = service.client.post(f"/api/v1/comparisons/{found['comparison_id']}/approve")
    assert approved.status_code == 200 and approved.json()["review"] == "approved"
    after = service.client.get(f"/api/v1/testcases/{testcase_id}").json()
    assert after["reference"]["reference_id"] != before
    assert after["reference"]["artifact"] == found["artifacts"]["actual"]

    assert compare(service, testcase_id, page(button=False))["verdict"] == "passed"
    kept = service.client.get(f"/api/v1/comparisons/{found['comparison_id']}").json()
    assert kept["reference_id"] == before


def test_approve_without_a_test_case_is_a_conflict(service: Service) -> None:
    found = service.result(service.post("/api/v1/comparisons", reference=page(), actual=page(button=False)))
    conflict(service.client.post(f"/api/v1/comparisons/{found['comparison_id']}/approve"), "no test case")


def test_approve_of_a_superseded_reference_is_a_conflict(service: Service) -> None:
    testcase_id = new_testcase(service, "superseded")
    found = compare(service, testcase_id, page(button=False))
    files = {"screenshot": ("new.png", page(shade=30), "image/png")}
    service.result(service.client.put(f"/api/v1/testcases/{testcase_id}/reference", files=files))
    before = service.kept()
    conflict(service.client.post(f"/api/v1/comparisons/{found['comparison_id']}/approve"), "changed since")
    assert service.kept() == before


def test_reject_notes_that_a_person_has_seen_it(service: Service) -> None:
    found = service.result(service.post("/api/v1/comparisons", reference=page(), actual=page(button=False)))
    rejected = service.client.post(f"/api/v1/comparisons/{found['comparison_id']}/reject").json()
    assert rejected["review"] == "rejected" and rejected["reviewed_at"]
    listed = service.client.get("/api/v1/comparisons", params={"review": "rejected", "limit": 1}).json()
    assert listed["items"][0]["comparison_id"] == found["comparison_id"]


def test_a_comparison_that_failed_to_run_cannot_be_reviewed(service: Service) -> None:
    testcase_id = new_testcase(service, "failed to run")
    service.engine.trouble = CmykImage("")
    path = f"/api/v1/testcases/{testcase_id}/comparisons"
    ticket = service.post(path, screenshot=page(163)).json()
    for review in ("approve", "reject"):
        conflict(service.client.post(f"/api/v1/comparisons/{ticket['comparison_id']}/{review}"), "no verdict")


def test_a_duplicate_name_is_a_conflict_and_leaves_nothing(service: Service) -> None:
    new_testcase(service, "twice")
    before = service.kept()
    conflict(service.post("/api/v1/testcases", {"name": "twice"}, screenshot=page(165)), "twice")
    assert service.kept() == before
    assert service.post("/api/v1/testcases", {"name": "twice", "variant": "dark"}, screenshot=page()).status_code == 202


def test_a_test_case_is_renamed_and_not_onto_another(service: Service) -> None:
    new_testcase(service, "taken")
    testcase_id = new_testcase(service, "free")
    renamed = service.client.patch(f"/api/v1/testcases/{testcase_id}", json={"name": "Оплата", "variant": "mobile"})
    assert renamed.json()["name"] == "Оплата" and renamed.json()["variant"] == "mobile"
    conflict(service.client.patch(f"/api/v1/testcases/{testcase_id}", json={"name": "taken", "variant": ""}), "taken")


def test_a_deleted_test_case_is_gone_and_its_comparisons_stay(service: Service) -> None:
    testcase_id = new_testcase(service, "short-lived")
    found = compare(service, testcase_id, page())
    assert service.client.delete(f"/api/v1/testcases/{testcase_id}").status_code == 204
    assert service.client.get(f"/api/v1/testcases/{testcase_id}").status_code == 404
    kept = service.client.get(f"/api/v1/comparisons/{found['comparison_id']}").json()
    assert kept["testcase_id"] is None and kept["verdict"] == "passed"


def test_coverage_tells_covered_elements_from_those_never_found(service: Service) -> None:
    testcase_id = new_testcase(service, "coverage")
    path = f"/api/v1/testcases/{testcase_id}/coverage"
    never = service.client.get(path).json()
    assert never["comparisons"] == 0 and [one["id"] for one in never["never_covered"]] == ["e1"]
    compare(service, testcase_id, page())
    covered = service.client.get(path).json()
    assert covered["comparisons"] == 1 and covered["element_coverage"] == 1
    assert [one["id"] for one in covered["covered"]] == ["e1"] and covered["never_covered"] == []


def test_a_reference_is_analysed_again(service: Service) -> None:
    testcase_id = new_testcase(service, "again")
    analysis = service.result(service.client.post(f"/api/v1/testcases/{testcase_id}/analyses"))
    assert analysis["elements"][0]["text"] == "Buy"


def test_a_branch_without_a_reference_of_its_own_uses_the_main_lines(service: Service) -> None:
    testcase_id = new_testcase(service, "branches")
    assert compare(service, testcase_id, page(), branch="feature")["verdict"] == "passed"


def test_ignore_regions_are_held_to_the_test_cases_reference(service: Service) -> None:
    testcase_id = new_testcase(service, "regions")
    options = {"options": '{"ignore_regions": [{"x": 0, "y": 0, "width": 161, "height": 5}]}'}
    answer = service.post(f"/api/v1/testcases/{testcase_id}/comparisons", options, screenshot=page(400, 400))
    assert answer.status_code == 422 and "160x120" in answer.json()["detail"]


def test_lists_come_in_pages_newest_first(service: Service) -> None:
    ids = [new_testcase(service, f"page {number}", project="pages") for number in range(3)]
    first = service.client.get("/api/v1/testcases", params={"project": "pages", "limit": 2}).json()
    rest = service.client.get("/api/v1/testcases", params={"project": "pages", "cursor": first["next_cursor"]}).json()
    assert [one["testcase_id"] for one in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None


def test_a_finished_task_cannot_be_revoked(service: Service) -> None:
    ticket = service.post("/api/v1/analyses", screenshot=page()).json()
    before = service.kept()
    conflict(service.client.delete(ticket["status_url"]), "ended")
    assert service.kept() == before


def test_a_running_task_is_seen_protects_its_test_case_and_stops_at_its_next_stage(service: Service) -> None:
    testcase_id = new_testcase(service, "busy")
    with ThreadPoolExecutor() as pool, service.held():
        path = f"/api/v1/testcases/{testcase_id}/comparisons"
        posted = pool.submit(service.post, path, None, screenshot=page(WIDE + 2))
        task_id = running_task(service)
        task = service.client.get(f"/api/v1/tasks/{task_id}").json()
        assert not task["ready"] and task["state"] in ("STARTED", "PROGRESS")
        conflict(service.client.delete(f"/api/v1/testcases/{testcase_id}"), task_id)
        assert service.client.delete(f"/api/v1/tasks/{task_id}").status_code == 200
        service.engine.gate.set()
        assert posted.result().json()["state"] == "REVOKED"
    assert service.client.delete(f"/api/v1/testcases/{testcase_id}").status_code == 204


def test_more_than_may_run_at_once_is_turned_away_and_leaves_nothing(service: Service) -> None:
    with ThreadPoolExecutor() as pool, service.held():
        running = [pool.submit(service.post, "/api/v1/analyses", None, screenshot=page(WIDE + 3 + n)) for n in range(2)]
        wait_until(lambda: len(service.client.get("/api/v1/queue").json()["running"]) == 2)
        before = service.kept()
        answer = service.post("/api/v1/analyses", screenshot=page(WIDE + 9))
        assert answer.status_code == 503 and int(answer.headers["retry-after"]) >= 1
        assert answer.headers["content-type"] == "application/problem+json"
        assert service.kept() == before
        service.engine.gate.set()
        assert [one.result().json()["state"] for one in running] == ["SUCCESS"] * 2


def test_a_hundred_waiters_slow_down_neither_an_upload_nor_health(service: Service) -> None:
    with ThreadPoolExecutor() as pool, service.held():
        held = pool.submit(service.post, "/api/v1/analyses", None, screenshot=page(WIDE + 1))
        waiting = pool.submit(asyncio.run, wait_a_hundredfold(service, running_task(service)))
        time.sleep(1)  # they have all asked by then, or the next lines measure that, too
        live = timed(lambda: service.client.get("/health/live"))
        upload = timed(lambda: service.result(service.post("/api/v1/analyses", screenshot=page())))
        assert not waiting.done()
        service.engine.gate.set()
        assert waiting.result() == ["SUCCESS"] * 100
        assert held.result().status_code == 202
    assert live < 2 and upload < 5  # waiters that hold threads or sessions would make it 30


def test_pictures_that_are_there_wait_for_none_that_is_being_drawn(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = service.result(service.post("/api/v1/comparisons", reference=page(170), actual=page(170, button=False)))
    pictures, may_go_on = found["artifacts"], threading.Event()
    slow = ("diff", "heatmap", "side_by_side")
    begun: list[str] = []
    for kind in slow:

        def wait_and_draw(*what: Any, kind: str = kind, draw: Any = getattr(drawing, f"draw_{kind}")) -> Any:
            begun.append(kind)
            assert may_go_on.wait(20)
            return draw(*what)

        monkeypatch.setattr(drawing, f"draw_{kind}", wait_and_draw)
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(service.client.get, pictures[kind]) for kind in slow]
        wait_until(lambda: len(begun) == 2)  # as many as are drawn at once
        try:
            seconds = timed(lambda: service.client.get(pictures["reference"]))
        finally:
            may_go_on.set()
        assert [one.result().status_code for one in asked] == [200] * 3
    assert seconds < 2


@pytest.mark.parametrize("work", ["an upload", "a drawing"])
def test_a_slow_artifact_store_keeps_no_other_from_writing(
    service: Service, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    found = service.result(service.post("/api/v1/comparisons", reference=page(180), actual=page(180, button=False)))
    put, begun, may_go_on = LocalFolder.put, threading.Event(), threading.Event()

    def put_slowly(self: LocalFolder, data: bytes) -> str:
        begun.set()
        assert may_go_on.wait(20)
        return put(self, data)

    monkeypatch.setattr(LocalFolder, "put", put_slowly)
    with ThreadPoolExecutor() as pool:
        if work == "an upload":
            asked = pool.submit(service.post, "/api/v1/analyses", None, screenshot=page(181))
        else:
            asked = pool.submit(service.client.get, found["artifacts"]["diff"])
        assert begun.wait(10)
        try:
            seconds = timed(_write_nothing)
        finally:
            may_go_on.set()
        assert asked.result().is_success
    assert seconds < 2


def test_what_was_sent_in_full_is_worked_on_although_its_client_has_gone(service: Service) -> None:
    sent = httpx.Request("POST", f"{service.url}/api/v1/analyses", files={"screenshot": ("a.png", page(WIDE + 11))})
    head = "".join(f"{name}: {value}\r\n" for name, value in sent.headers.items())
    with service.held():
        with socket.create_connection((sent.url.host, sent.url.port), timeout=10) as connection:
            connection.sendall(f"POST {sent.url.path} HTTP/1.1\r\n{head}\r\n".encode() + sent.read())
            task_id = running_task(service)
        assert service.client.get("/health/live").status_code == 200
    task = service.client.get(f"/api/v1/tasks/{task_id}", params={"wait": 20}).json()
    assert task["state"] == "SUCCESS"


def test_five_thousand_ranges_and_another_hosts_name_change_nothing(service: Service) -> None:
    analysis = service.result(service.post("/api/v1/analyses", screenshot=page(182)))
    ranges = {"Range": "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 10_000, 2))}
    for path in (analysis["artifacts"]["screenshot"], "/docs/files/swagger-ui.css"):
        began = time.process_time()
        assert service.client.get(path, headers=ranges).status_code in (200, 206, 400, 416)
        assert time.process_time() - began < 1
    answer = service.client.get(f"/api/v1/analyses/{analysis['analysis_id']}", headers={"Host": "evil.example/x?"})
    assert "evil" not in answer.text + str(answer.headers)


async def wait_a_hundredfold(service: Service, task_id: str) -> list[str]:
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=service.url, limits=limits, timeout=40) as client:
        asked = [client.get(f"/api/v1/tasks/{task_id}", params={"wait": 30}) for _ in range(100)]
        return [answer.json()["state"] for answer in await asyncio.gather(*asked)]


def test_a_task_that_is_not_ready_is_answered_when_the_wait_is_over(service: Service) -> None:
    with ThreadPoolExecutor() as pool, service.held():
        pool.submit(service.post, "/api/v1/analyses", None, screenshot=page(WIDE + 10))
        task_id = running_task(service)
        seconds = timed(lambda: service.client.get(f"/api/v1/tasks/{task_id}", params={"wait": 1}))
        assert 0.9 < seconds < 3


def test_ready_tells_each_parts_state(service: Service) -> None:
    answer = service.client.get("/health/ready")
    assert answer.status_code == 200
    assert {name: part["ok"] for name, part in answer.json()["parts"].items()} == {
        "database": True,
        "schema": True,
        "clock": True,
        "artifacts": True,
        "disk": True,
        "engines": True,
    }


def test_not_ready_while_a_part_cannot_be_used(service: Service) -> None:
    engines.use(None)  # those of the settings, whose weights are nowhere
    answer = service.client.get("/health/ready")
    engines.use(Engines(service.engine, service.engine))
    assert answer.status_code == 503 and answer.json()["ok"] is False
    assert {name for name, part in answer.json()["parts"].items() if not part["ok"]} == {"engines"}
    assert service.client.get("/health/live").status_code == 200


def running_task(service: Service) -> str:
    wait_until(lambda: service.client.get("/api/v1/queue").json()["running"])
    return str(service.client.get("/api/v1/queue").json()["running"][0]["task_id"])


def _write_nothing() -> None:
    with session.write():
        pass


def wait_until(true: Any) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def timed(call: Any) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


def conflict(answer: httpx.Response, *words: str) -> None:
    assert answer.status_code == 409, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    for word in words:
        assert word in answer.json()["detail"]
