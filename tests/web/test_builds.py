"""A build's page: sections, groups, reviews of one, a group and all, and taking them back."""

import re
import uuid
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest

from tests.api.conftest import Service, page
from tests.web.conftest import Browser

NASTY = "<img src=x onerror=alert(1)>\"'"


@dataclass
class Builds:
    service: Service
    project: str

    def run(self, shots: dict[str, bytes], **more: Any) -> str:
        asked = {"project": self.project, "name": uuid.uuid4().hex, **more}
        build_id = str(self.service.client.post("/api/v1/builds", json=asked).json()["build_id"])
        for name, picture in shots.items():
            answer = self.service.post(f"/api/v1/builds/{build_id}/shots", {"name": name}, screenshot=picture)
            assert answer.status_code == 202, answer.text
        self.service.client.post(f"/api/v1/builds/{build_id}/finalize", json={})
        return build_id

    def verdict(self, build_id: str) -> str:
        return str(self.service.client.get(f"/api/v1/builds/{build_id}").json()["verdict"])


@pytest.fixture
def builds(service: Service) -> Builds:
    return Builds(service, f"Shop {uuid.uuid4().hex[:8]}")


@pytest.fixture
def second(builds: Builds) -> str:
    """Five screenshots: three with the same change, one that passed, one that is new; one did not come."""
    first = builds.run({name: page() for name in ("a", "b", "c", "d")})
    builds.service.client.post(f"/api/v1/builds/{first}/approve", json={"filter": {}})
    changed = {name: page(button=False) for name in ("a", "b", "c")}
    return builds.run({**changed, "d": page(), "e": page()}, expected=["a", "lost"])


def test_a_build_is_told_change_by_change(browser: Browser, second: str) -> None:
    text = browser.get(f"/builds/{second}").text

    assert "3 screenshots show the same change" in text
    assert text.count('class="card"') == 2  # the change, and the new one
    assert "lost" in text
    assert "1 screenshot passed" in text
    assert "incomplete" in text


def test_filters_are_in_the_address(browser: Browser, second: str) -> None:
    passed = browser.get(f"/builds/{second}?section=passed").text
    named = browser.get(f"/builds/{second}?q=A").text
    none = browser.get(f"/builds/{second}?q=nothing").text

    assert passed.count('class="card"') == 1
    assert named.count('class="card"') == 1
    assert "Nothing matches this filter." in none


def test_a_group_is_approved_at_once_and_taken_back(browser: Browser, builds: Builds, second: str) -> None:
    text = browser.get(f"/builds/{second}").text
    signature = re.search(r'name="signature" value="([^"]+)"', text)
    assert signature
    done = browser.post(f"/builds/{second}/review", what="approved", signature=signature[1], back=f"/builds/{second}")
    told = browser.get(done.headers["location"].removeprefix("/ui")).text

    assert "3 screenshots were approved." in told
    undo = re.search(r'action="/ui(/reviews/[^"]+/undo)"', told)
    assert undo
    assert browser.get(f"/builds/{second}?section=approved").text.count('class="card"') == 3
    back = browser.post(undo[1], back=f"/builds/{second}")
    assert back.headers["location"] == f"/ui/builds/{second}"
    assert "3 screenshots show the same change" in browser.get(f"/builds/{second}").text


def test_all_that_waits_is_approved_and_the_rest_is_left_alone(browser: Browser, builds: Builds) -> None:
    first = builds.run({"a": page(), "b": page()})
    assert builds.verdict(first) == "new"

    browser.post(f"/builds/{first}/review", what="approved")

    assert builds.verdict(first) == "passed"
    assert "Nothing needs a look." not in browser.get(f"/builds/{first}?section=approved").text


def test_the_second_reviewer_is_told_that_the_reference_has_changed(browser: Browser, builds: Builds) -> None:
    first = builds.run({"a": page()})
    builds.service.client.post(f"/api/v1/builds/{first}/approve", json={"filter": {}})
    one, other = (builds.run({"a": page(button=False, width=width)}) for width in (160, 162))
    browser.post(f"/builds/{one}/review", what="approved")
    late = browser.post(f"/builds/{other}/review", what="approved")

    told = browser.get(late.headers["location"].removeprefix("/ui")).text

    assert "1 could not be:" in told
    assert "has changed" in told


def test_the_way_leads_from_shot_to_shot_however_they_are_reviewed(browser: Browser, second: str) -> None:
    text = browser.get(f"/builds/{second}?section=failed").text
    ids = re.findall(r'href="/ui/comparisons/([0-9a-f]+)" data-shot', text)
    seen = [ids[0]]
    while after := re.search(
        r'href="/ui/comparisons/([0-9a-f]+)" data-next-shot', browser.get(f"/comparisons/{seen[-1]}").text
    ):
        browser.post(f"/comparisons/{seen[-1]}/approve")
        seen.append(after[1])

    assert len(seen) == 4
    assert set(ids) < set(seen)


def test_a_project_lists_its_builds_and_another_ones_is_unknown(browser: Browser, builds: Builds, second: str) -> None:
    text = browser.get(f"/projects/{builds.project}").text

    assert text.count('href="/ui/builds/') == 2
    assert browser.get("/projects/nowhere").status_code == 404
    assert browser.get("/builds/nowhere").status_code == 404


def test_names_are_shown_as_they_are(browser: Browser, service: Service) -> None:
    builds = Builds(service, f"a/b {NASTY} {uuid.uuid4().hex[:6]}")
    build = builds.run({NASTY: page()}, branch=NASTY, commit=NASTY, expected=[NASTY + "2"])
    for path in (f"/builds/{build}", "/"):
        text = browser.get(path).text
        assert "<img src=x" not in text
        assert NASTY in unescape(text)
    link = re.search(r'href="/ui(/projects/a%2Fb[^"]*)"', browser.get("/").text)
    assert link
    assert browser.get(unescape(link[1])).status_code == 200


def test_a_new_screenshot_is_approved_on_its_test_cases_page(browser: Browser, builds: Builds) -> None:
    build = builds.run({"a": page()})
    case = re.search(r'href="/ui(/testcases/[0-9a-f]+)" data-shot', browser.get(f"/builds/{build}").text)
    assert case
    action = re.search(r'action="/ui(/testcases/[0-9a-f]+/pending/[0-9a-f]+)"', browser.get(case[1]).text)
    assert action

    assert browser.post(action[1], what="approved").status_code == 303

    assert builds.verdict(build) == "passed"
    assert "</svg>current</span>" in browser.get(case[1]).text


def test_a_test_case_that_only_a_branch_has_shows_the_branchs_reference(browser: Browser, builds: Builds) -> None:
    build = builds.run({"a": page()}, branch="topic")
    builds.service.client.post(f"/api/v1/builds/{build}/approve", json={"filter": {}})
    case = re.search(r'href="/ui(/testcases/[0-9a-f]+)', browser.get(f"/builds/{build}?section=approved").text)
    assert case
    text = browser.get(case[1]).text

    assert "Current reference (topic)" in text
    assert "<etalon-view" in text


def test_a_box_for_the_test_case_is_kept_for_later(browser: Browser, builds: Builds, second: str) -> None:
    ids = re.findall(
        r'href="/ui/comparisons/([0-9a-f]+)" data-shot', browser.get(f"/builds/{second}?section=failed").text
    )
    browser.post(f"/comparisons/{ids[0]}/ignore", x="10", y="10", width="100", height="50", where="testcase")

    later = builds.run({name: page(button=False) for name in ("a", "b", "c")})

    counts = builds.service.client.get(f"/api/v1/builds/{later}").json()["counts"]
    assert (counts["passed"], counts["failed"]) == (1, 2)
