"""Builds over HTTP: one run of a pipeline over many screenshots, with one verdict."""

from typing import Any

import pytest

from store.keys import Scope
from tests.api.conftest import NewKey, Service, page

V1 = "/api/v1"


@pytest.fixture
def project(request: pytest.FixtureRequest) -> str:
    """One of its own for each test: the service is shared."""
    return str(request.node.name)


def opened(service: Service, project: str, name: str = "1", **more: Any) -> dict[str, Any]:
    answer = service.client.post(f"{V1}/builds", json={"project": project, "name": name, **more})
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, Any] = answer.json()
    return found


def shoot(service: Service, build: dict[str, Any], name: str, picture: bytes, **fields: str) -> dict[str, Any]:
    answer = service.post(f"{V1}/builds/{build['build_id']}/shots", {"name": name, **fields}, screenshot=picture)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def finalized(service: Service, build: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = service.client.post(f"{V1}/builds/{build['build_id']}/finalize", json=more)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = service.client.get(f"{V1}/builds/{build['build_id']}", params={"wait": 10}).json()
    return found


def approved(service: Service, build: dict[str, Any], **filters: Any) -> dict[str, Any]:
    answer = service.client.post(f"{V1}/builds/{build['build_id']}/approve", json={"filter": filters})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def run(service: Service, project: str, name: str, shots: dict[str, bytes], **more: Any) -> dict[str, Any]:
    build = opened(service, project, name, **more)
    for shot, picture in shots.items():
        shoot(service, build, shot, picture)
    return finalized(service, build)


def test_first_run_is_new_and_after_approval_the_next_one_passes(service: Service, project: str) -> None:
    first = run(service, project, "1", {"home": page(), "shop/cart": page(170)}, branch="main", commit="c0ffee")

    assert (first["state"], first["verdict"], first["branch"]) == ("concluded", "new", "main")
    assert [(shot["name"], shot["section"], shot["verdict"]) for shot in first["shots"]] == [
        ("home", "new", "new"),
        ("shop/cart", "new", "new"),
    ]
    assert all(shot["reference_id"] and not shot["comparison_id"] for shot in first["shots"])
    case = service.client.get(f"{V1}/testcases/{first['shots'][0]['testcase_id']}", params={"branch": "main"}).json()
    assert case["reference"] is None, "a pending reference is not the reference"

    said = approved(service, first)
    assert (len(said["approved"]), said["refused"], said["build"]["verdict"]) == (2, [], "passed")
    second = run(service, project, "2", {"home": page(), "shop/cart": page(170)}, branch="main")
    assert (second["verdict"], second["counts"]["passed"]) == ("passed", 2)


def test_changed_shots_fail_come_first_and_are_approved_by_their_signature(service: Service, project: str) -> None:
    names = {name: page(160 + number) for number, name in enumerate(("a", "b", "c"))}
    approved(service, run(service, project, "1", names))
    changed = {name: page(160 + number, button=name == "c") for number, name in enumerate(("a", "b", "c"))}

    build = run(service, project, "2", changed)

    assert (build["verdict"], build["counts"]["failed"], build["counts"]["passed"]) == ("failed", 2, 1)
    assert [shot["section"] for shot in build["shots"]] == ["failed", "failed", "passed"]
    shot = build["shots"][0]
    assert shot["sentence"] == "Button 'Buy' is missing" and shot["defect_count"] == 1 and shot["worst_severity"]
    assert service.client.get(shot["artifacts"]["diff"]).status_code == 200
    [group] = service.client.get(f"{V1}/builds/{build['build_id']}/groups").json()["items"]
    assert (group["count"], group["sentence"], group["sections"]) == (2, "Button 'Buy' is missing", {"failed": 2})

    said = approved(service, build, signature=group["signature"])

    assert [one["name"] for one in said["approved"]] == ["a", "b"]
    assert said["build"]["verdict"] == "passed" and said["build"]["counts"]["approved"] == 2


def test_undone_approval_makes_the_build_fail_again(service: Service, project: str) -> None:
    approved(service, run(service, project, "1", {"home": page()}))
    build = run(service, project, "2", {"home": page(button=False)})
    said = approved(service, build)

    undone = service.client.post(f"{V1}/reviews/{said['review_id']}/undo").json()

    assert (undone["undone"], undone["refused"], undone["build"]["verdict"]) == (["home"], [], "failed")
    [latest, _] = service.client.get(f"{V1}/reviews", params={"testcase_id": build["shots"][0]["testcase_id"]}).json()[
        "items"
    ]
    assert (latest["what"], latest["names"], latest["undone_at"] is None) == ("approved", ["home"], False)
    again = service.client.post(f"{V1}/reviews/{said['review_id']}/undo")
    assert again.status_code == 409 and "undone already" in again.json()["detail"]


def test_rejected_shot_keeps_the_build_red(service: Service, project: str) -> None:
    build = run(service, project, "1", {"home": page()})

    said = service.client.post(
        f"{V1}/builds/{build['build_id']}/reject", json={"filter": {"verdict": "new"}, "comment": "Wrong\nfont"}
    ).json()

    assert ([one["name"] for one in said["rejected"]], said["build"]["verdict"]) == (["home"], "failed")
    [refused] = approved(service, build, ids=[build["shots"][0]["shot_id"]])["refused"]
    assert "was rejected" in refused["reason"]


def test_parallel_jobs_join_by_name_and_the_last_shard_concludes(service: Service, project: str) -> None:
    build = opened(service, project, shards=2, expected=["a"])
    joined = service.client.post(f"{V1}/builds", json={"project": project, "name": "1", "expected": ["b", "c"]})
    assert (joined.status_code, joined.json()["build_id"]) == (200, build["build_id"])
    shoot(service, build, "a", page())
    url = f"{V1}/builds/{build['build_id']}/finalize"

    first = service.client.post(url, json={"shard": 1}).json()
    assert (first["state"], first["shards_done"], first["missing"]) == ("open", [1], ["b", "c"])
    assert service.client.post(url, json={"shard": 1}).json()["state"] == "open"
    shoot(service, build, "b", page())
    last = service.client.post(url, json={"shard": 2}).json()

    assert (last["state"], last["verdict"], last["missing"]) == ("concluded", "incomplete", ["c"])
    assert service.client.post(url).json() == last, "once more is the same as once"
    assert "it has 2, counted from 1" in refusal(service.client.post(url, json={"shard": 3}), 422)


def refusal(answer: Any, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


def test_no_shot_comes_after_finalize(service: Service, project: str) -> None:
    build = run(service, project, "1", {"home": page()})

    late = service.post(f"{V1}/builds/{build['build_id']}/shots", {"name": "late"}, screenshot=page())

    assert "takes no more screenshots: start a build of another name" in refusal(late, 409)
    labelled = service.post(f"{V1}/comparisons", {"project": project, "build": "1"}, reference=page(), actual=page())
    assert "takes no more screenshots" in refusal(labelled, 409)
    assert service.client.get(f"{V1}/builds/{build['build_id']}").json() == build


def test_same_name_twice_is_refused_and_replaced_on_request(service: Service, project: str) -> None:
    approved(service, run(service, project, "1", {"home": page()}))
    build = opened(service, project, "2")
    shoot(service, build, "home", page(button=False))
    shoot(service, build, "home", page(), variant="mobile")

    again = service.post(f"{V1}/builds/{build['build_id']}/shots", {"name": "home"}, screenshot=page())
    assert "send retry=true to replace it" in refusal(again, 409)
    shoot(service, build, "home", page(), retry="true")

    done = finalized(service, build)
    assert [(shot["name"], shot["variant"], shot["section"]) for shot in done["shots"]] == [
        ("home", "mobile", "new"),
        ("home", "", "passed"),
    ]


@pytest.mark.parametrize(
    "name", ["a/b/c", "n" * 500, "\u200fשלום\u200e", "family 👨‍👩‍👧", 'quo"te <b>', "%2e%2e/..", "naïve\u0301"]
)
def test_any_name_that_people_type_is_a_name(service: Service, project: str, name: str) -> None:
    build = run(service, project, "1", {name: page()})
    assert [shot["name"] for shot in build["shots"]] == [name]
    [case] = service.client.get(f"{V1}/testcases", params={"project": project, "name": name}).json()["items"]
    assert case["name"] == name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("n" * 501, "500 characters"),
        (" ", "1 character"),
        ("a\nb", "control characters"),
        ("a\u202eb", "control characters"),
        ("a\0b", "control characters"),
    ],
)
def test_wrong_names_are_refused_in_a_sentence(service: Service, project: str, name: str, says: str) -> None:
    build = opened(service, project)
    before = service.kept()
    answer = service.post(f"{V1}/builds/{build['build_id']}/shots", {"name": name}, screenshot=page(199))
    assert says in refusal(answer, 422)
    assert service.kept() == before


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"expected": ["a", "b", "a"]}, "more than once: 'a'"),
        ({"expected": [f"n{number}" for number in range(10_001)]}, "at most 10000 items"),
        ({"shards": 0}, "greater than or equal to 1"),
        ({"name": ""}, "at least 1 character"),
        ({"url": "javascript:alert(1)"}, "must start with http:// or https://"),
        ({"colour": "red"}, "Unknown field 'colour'"),
    ],
)
def test_wrong_build_is_refused_in_a_sentence(service: Service, project: str, fields: Any, says: str) -> None:
    answer = service.client.post(f"{V1}/builds", json={"project": project, "name": "1", **fields})
    assert says in refusal(answer, 422)


def test_jobs_that_disagree_are_told(service: Service, project: str) -> None:
    opened(service, project, branch="main", shards=2)
    for fields, says in (({"branch": "other"}, "branch main, not other"), ({"shards": 3}, "shards 2, not 3")):
        answer = service.client.post(f"{V1}/builds", json={"project": project, "name": "1", **fields})
        assert says in refusal(answer, 409)
    grown = service.client.post(
        f"{V1}/builds", json={"project": project, "name": "1", "expected": [f"a{one}" for one in range(9_999)]}
    )
    assert grown.status_code == 200
    answer = service.client.post(f"{V1}/builds", json={"project": project, "name": "1", "expected": ["x", "y"]})
    assert "would expect 10001 names; at most 10000" in refusal(answer, 422)


def test_build_without_a_shot_is_incomplete(service: Service, project: str) -> None:
    assert finalized(service, opened(service, project))["verdict"] == "incomplete"


def test_failed_task_makes_the_verdict_error_and_its_sentence_is_told(service: Service, project: str) -> None:
    broken = page()[:-40] + b"\0" * 28 + page()[-12:]
    build = run(service, project, "1", {"home": page(), "torn": broken})
    assert build["verdict"] == "error"
    [torn] = [shot for shot in build["shots"] if shot["section"] == "error"]
    assert torn["name"] == "torn" and torn["error"]
    [refused] = approved(service, build, ids=[torn["shot_id"]])["refused"]
    assert "could not be compared" in refused["reason"]


def test_old_label_is_a_build(service: Service, project: str) -> None:
    case = service.post(f"{V1}/testcases", {"project": project, "name": "home"}, screenshot=page()).json()
    for picture in (page(), page(button=False)):
        ticket = service.post(f"{V1}/testcases/{case['testcase_id']}/comparisons", {"build": "7"}, screenshot=picture)
    service.post(f"{V1}/comparisons", {"project": project, "build": "7", "name": "x"}, reference=page(), actual=page())

    build = service.client.get(f"{V1}/builds/{ticket.json()['build_id']}").json()

    assert (build["name"], build["state"], build["verdict"]) == ("7", "open", None)
    assert [(shot["name"], shot["section"]) for shot in build["shots"]] == [("home", "failed"), ("x", "passed")]
    rows = service.client.get(f"{V1}/comparisons", params={"build_id": build["build_id"]}).json()["items"]
    assert [row["testcase_name"] for row in rows] == [None, "home", "home"]
    assert (
        rows[1]["sentence"] == "Button 'Buy' is missing"
        and rows[1]["artifacts"]["diff"]
        and rows[2]["sentence"] is None
    )


def test_shots_are_paged_filtered_and_found_by_name(service: Service, project: str) -> None:
    build = run(service, project, "1", {f"shot {number}": page() for number in range(5)})
    url = f"{V1}/builds/{build['build_id']}"
    seen, cursor = [], None
    while True:
        found = service.client.get(url, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen += [shot["name"] for shot in found["shots"]]
        if not (cursor := found["next_cursor"]):
            break
    assert seen == [f"shot {number}" for number in range(5)]
    assert [one["name"] for one in service.client.get(url, params={"q": "T 3"}).json()["shots"]] == ["shot 3"]
    assert service.client.get(url, params={"section": "failed"}).json()["shots"] == []
    assert "cursor" in refusal(service.client.get(url, params={"cursor": "x"}), 422)


def test_list_of_builds_has_counts_and_filters(service: Service, project: str) -> None:
    run(service, project, "1", {"home": page()}, branch="main")
    opened(service, project, "2", branch="topic", commit="abc")
    url, of = f"{V1}/builds", {"project": project}
    assert [one["name"] for one in service.client.get(url, params=of).json()["items"]] == ["2", "1"]
    for filters, names in (
        ({"branch": "topic"}, ["2"]),
        ({"verdict": "new"}, ["1"]),
        ({"state": "open"}, ["2"]),
        ({"commit": "abc"}, ["2"]),
        ({"name": "1"}, ["1"]),
    ):
        found = service.client.get(url, params=of | filters).json()["items"]
        assert [one["name"] for one in found] == names, filters
    assert found[0]["counts"] == {
        "shots": 1, "running": 0, "failed": 0, "new": 1, "error": 0, "approved": 0, "rejected": 0, "passed": 0, "missing": 0,
    }  # fmt: skip


def test_build_of_another_project_is_unknown_to_a_bound_key(service: Service, project: str, new_key: NewKey) -> None:
    build = opened(service, project)
    stranger = new_key(Scope.UPLOAD, Scope.APPROVE, projects=["elsewhere"])
    url = f"{V1}/builds/{build['build_id']}"
    for method, path, body in (
        ("GET", url, None),
        ("GET", f"{url}/groups", None),
        ("POST", f"{url}/finalize", {}),
        ("POST", f"{url}/approve", {"filter": {}}),
    ):
        assert "no build" in refusal(service.client.request(method, path, json=body, headers=stranger), 404)
    assert service.client.get(f"{V1}/builds", headers=stranger).json()["items"] == []
    other = service.client.post(f"{V1}/builds", json={"project": project, "name": "1"}, headers=stranger)
    assert "Its projects: elsewhere" in refusal(other, 403)


def test_stored_options_are_used_where_a_shot_says_nothing(service: Service, project: str) -> None:
    first = run(service, project, "1", {"home": page()})
    approved(service, first)
    case = f"{V1}/testcases/{first['shots'][0]['testcase_id']}"
    options = {
        "ignore_regions": [{"x": 0, "y": 0, "width": 160, "height": 60}, {"x": 0, "y": 90, "width": 9, "height": 9}]
    }
    assert service.client.put(f"{case}/options", json=options).json()["options"] == options

    build = opened(service, project, "2")
    shoot(service, build, "home", page(button=False))
    shoot(service, build, "home", page(button=False), variant="", retry="true", options='{"fail_on": "critical"}')
    done = finalized(service, build)

    assert done["verdict"] == "passed"
    found = service.client.get(f"{V1}/comparisons/{done['shots'][0]['comparison_id']}").json()
    assert (found["options"]["fail_on"], found["options"]["ignore_regions"]) == ("critical", options["ignore_regions"])
    assert found["unused_ignore_regions"] == [options["ignore_regions"][1]]
    outside = {"ignore_regions": [{"x": 150, "y": 0, "width": 20, "height": 5}]}
    assert "leaves the reference" in refusal(service.client.put(f"{case}/options", json=outside), 422)
    assert service.client.put(f"{case}/options", json={}).json()["options"] == {}


def test_approval_on_a_branch_is_promoted_to_the_main_line(service: Service, project: str) -> None:
    approved(service, run(service, project, "1", {"home": page()}))
    build = run(service, project, "2", {"home": page(button=False)}, branch="topic")
    case = f"{V1}/testcases/{build['shots'][0]['testcase_id']}"
    assert "no reference of its own on the branch 'topic'" in refusal(
        service.client.post(f"{case}/promote", json={"branch": "topic"}), 409
    )
    approved(service, build)
    assert run(service, project, "3", {"home": page(button=False)}, branch="topic")["verdict"] == "passed"
    assert run(service, project, "4", {"home": page()}, branch="other")["verdict"] == "passed"
    for route in (case, f"{case}/coverage"):
        on = [service.client.get(route, params={"branch": name}).json() for name in ("topic", "other", "")]
        ids = [(one.get("reference") or one)["reference_id"] for one in on]
        assert ids[0] != ids[1] == ids[2], "every route falls back to the main line"

    assert service.client.post(f"{case}/promote", json={"branch": "topic"}).status_code == 200

    assert run(service, project, "5", {"home": page(button=False)})["verdict"] == "passed"
