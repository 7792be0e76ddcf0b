"""What pipelines say by their variables, and what they are told: JUnit, a summary, one build for a run."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from etalon_client.pipeline import Pipeline, pipeline

from tests.client.conftest import Etalon, folder, known
from tests.client.stand_in import BROKEN, StandIn

GITLAB = {
    "GITLAB_CI": "true", "CI_PIPELINE_ID": "812", "CI_COMMIT_BRANCH": "feature/x", "CI_DEFAULT_BRANCH": "trunk",
    "CI_COMMIT_SHA": "abc", "CI_PIPELINE_URL": "https://gitlab.example.com/web/-/pipelines/812",
}  # fmt: skip
GITHUB = {
    "GITHUB_ACTIONS": "true", "GITHUB_RUN_ID": "99", "GITHUB_RUN_ATTEMPT": "1", "GITHUB_REF_NAME": "feature/x",
    "GITHUB_SHA": "abc", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "acme/web",
}  # fmt: skip
JENKINS = {
    "JENKINS_URL": "https://jenkins/", "BUILD_TAG": "jenkins-web-5", "BUILD_NUMBER": "5", "BRANCH_NAME": "feature/x",
    "GIT_COMMIT": "abc", "BUILD_URL": "https://jenkins/job/web/5/",
}  # fmt: skip


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        (GITLAB, Pipeline("812", "feature/x", "abc", "https://gitlab.example.com/web/-/pipelines/812")),
        (GITHUB, Pipeline("99", "feature/x", "abc", "https://github.com/acme/web/actions/runs/99")),
        (JENKINS, Pipeline("jenkins-web-5", "feature/x", "abc", "https://jenkins/job/web/5/")),
        ({}, Pipeline("")),
    ],
    ids=["GitLab", "GitHub", "Jenkins", "none"],
)
def test_a_pipeline_names_its_build(variables: dict[str, str], expected: Pipeline) -> None:
    assert pipeline(variables) == expected


@pytest.mark.parametrize(
    ("variables", "branch"),
    [
        (GITLAB | {"CI_COMMIT_BRANCH": "trunk"}, ""),
        (GITLAB | {"CI_COMMIT_BRANCH": "main"}, "main"),
        (GITLAB | {"CI_COMMIT_BRANCH": "", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "topic"}, "topic"),
        (GITHUB | {"GITHUB_REF_NAME": "main"}, ""),
        (GITHUB | {"GITHUB_REF_NAME": "5/merge", "GITHUB_HEAD_REF": "topic"}, "topic"),
        (GITHUB | {"GITHUB_REF_NAME": "v1.0", "GITHUB_REF_TYPE": "tag"}, ""),
        (JENKINS | {"BRANCH_NAME": "release", "BRANCH_IS_PRIMARY": "true"}, ""),
        (JENKINS | {"BRANCH_NAME": "PR-5", "CHANGE_BRANCH": "topic"}, "topic"),
        (JENKINS | {"BRANCH_NAME": "", "GIT_BRANCH": "origin/topic"}, "topic"),
        (JENKINS | {"BRANCH_NAME": "", "GIT_BRANCH": "origin/master"}, ""),
    ],
)
def test_the_main_line_is_no_branch(variables: dict[str, str], branch: str) -> None:
    assert pipeline(variables).branch == branch


@pytest.mark.parametrize(
    ("variables", "given", "branch"),
    [({}, "main", ""), ({}, "topic", "topic"), (GITLAB, "main", "main"), (GITLAB, "trunk", "")],
)
def test_the_main_line_given_by_hand_is_no_branch_either(
    etalon: Etalon, service: StandIn, shots: Path, variables: dict[str, str], given: str, branch: str
) -> None:
    etalon("check", shots, "--branch", given, **variables)

    assert [build.labels.get("branch") or "" for build in service.builds] == [branch]


def test_a_pull_request_is_told_by_its_own_head_and_a_second_attempt_is_another_build(tmp_path: Path) -> None:
    event = {"pull_request": {"head": {"sha": "the head"}}, "repository": {"default_branch": "topic"}}
    (tmp_path / "event.json").write_text(json.dumps(event), encoding="utf-8")
    variables = GITHUB | {
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"), "GITHUB_HEAD_REF": "topic", "GITHUB_RUN_ATTEMPT": "2",
    }  # fmt: skip

    found = pipeline(variables)

    assert (found.build, found.branch, found.commit) == ("99.2", "", "the head")


def test_an_event_that_cannot_be_read_is_left_out() -> None:
    assert pipeline(GITHUB | {"GITHUB_EVENT_PATH": "/none"}).commit == "abc"


def test_the_build_is_that_of_the_pipeline_unless_it_is_named(etalon: Etalon, service: StandIn, shots: Path) -> None:
    etalon("check", shots, **GITLAB)
    etalon("check", shots, ETALON_BUILD="mine", ETALON_PROJECT="shop", **GITLAB)
    etalon("check", shots, "--build", "given", ETALON_BUILD="mine", **GITLAB)

    assert [(build.name, build.project) for build in service.builds] == [
        ("812", "default"), ("mine", "shop"), ("given", "default"),
    ]  # fmt: skip
    assert service.builds[0].labels == {"branch": "feature/x", "commit": "abc", "url": GITLAB["CI_PIPELINE_URL"]}


def test_without_a_pipeline_every_run_is_a_build_of_its_own_name(etalon: Etalon, service: StandIn, shots: Path) -> None:
    etalon("check", shots)

    assert service.builds[0].name


def test_junit_has_the_paths_of_saved_pictures_and_errors_for_unsent_files(
    etalon: Etalon, service: StandIn, shots: Path, tmp_path: Path
) -> None:
    known(service, home="Welcome", shop__cart="3 items")
    (shots / "text.png").write_text("a text", encoding="utf-8")

    etalon("check", shots, "--build", "7", "--junit", "out/report.xml", "--pictures", "out/pictures",
           CI_PROJECT_DIR=str(tmp_path))  # fmt: skip

    suite = ET.parse(tmp_path / "out" / "report.xml").getroot().find("testsuite")
    assert suite is not None
    cases = {str(case.get("name")): case for case in suite}
    assert set(cases) == {"home", "shop/cart", "text"}
    assert (suite.get("tests"), suite.get("errors")) == ("3", "1")
    assert "neither PNG, JPEG nor WebP" in str(cases["text"].find("error").get("message"))  # type: ignore[union-attr]
    attached = str(cases["shop/cart"].findtext("system-out")).splitlines()
    assert attached[0] == "[[ATTACHMENT|out/pictures/shop/cart/diff.png]]"
    assert (tmp_path / attached[0].strip("[]").partition("|")[2]).is_file()
    assert cases["home"].find("system-out") is None


def test_jenkins_wants_absolute_paths(etalon: Etalon, service: StandIn, shots: Path, tmp_path: Path) -> None:
    known(service, home="Welcome", shop__cart="3 items")

    etalon("check", shots, "--junit", "report.xml", "--pictures", "out", **JENKINS)

    assert f"[[ATTACHMENT|{tmp_path.resolve() / 'out'}" in (tmp_path / "report.xml").read_text(encoding="utf-8")


def test_github_gets_a_table_with_what_needs_a_person(
    etalon: Etalon, service: StandIn, shots: Path, tmp_path: Path
) -> None:
    known(service, home="Welcome", shop__cart="3 items", broken="x")
    (shots / "broken.png").write_bytes(BROKEN)
    (tmp_path / "summary.md").write_text("before\n", encoding="utf-8")

    etalon("check", shots, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"), **GITHUB)

    text = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert text.startswith("before\n### Etalon: [error: 3 shots")
    assert "| Screenshot | Verdict | What changed |\n|---|---|---|\n" in text
    assert f"| [shop/cart]({service.url}/ui/comparisons/" in text
    assert "| failed | Now reads '2 items' |" in text
    assert "| not compared | The picture ends early. |" in text
    assert "[home]" not in text


def test_a_page_s_words_make_no_markdown(etalon: Etalon, service: StandIn, tmp_path: Path) -> None:
    known(service, cart="old")
    shots = folder(tmp_path / "shots", {"cart": "<img> | [x](http://y) `z`"})

    etalon("check", shots, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"), **GITHUB)

    [row] = [line for line in (tmp_path / "summary.md").read_text("utf-8").splitlines() if "cart" in line]
    assert "&lt;img> \\| \\[x\\](http://y) \\`z\\`" in row


def test_the_json_report_names_what_was_not_sent(etalon: Etalon, shots: Path, tmp_path: Path) -> None:
    (shots / "empty.png").write_bytes(b"")

    etalon("check", shots, "--build", "7", "--json", tmp_path / "r.json", "--html", tmp_path / "r.html")

    report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in report["not_sent"]] == ["empty"]
    assert (tmp_path / "r.html").read_bytes().startswith(b"<!doctype html>")
