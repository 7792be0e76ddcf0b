"""The clients for pipelines against the real service (tests/ci has it against one that misbehaves)."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.api.conftest import Service, page
from tests.ci.test_etalon_compare import FAILED, NOT_COMPARED, PASSED, Compare, compare, etalon_here

__all__ = ["compare", "etalon_here"]  # fixtures: both clients


@pytest.fixture
def right(tmp_path: Path) -> str:
    return written(tmp_path / "right.png", page())


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    return written(tmp_path / "wrong.png", page(button=False))


def test_the_same_picture_passes(service: Service, right: str, compare: Compare) -> None:
    done = compare(service.url, "--reference", right, right)

    assert done.returncode == PASSED, done.stderr
    assert done.stdout.startswith("passed: no defects\n  1 of 1 elements matched")


def test_a_lost_button_fails_with_its_sentence_and_pictures(
    service: Service, right: str, wrong: str, tmp_path: Path, compare: Compare
) -> None:
    pictures, report = tmp_path / "pictures", tmp_path / "report.json"

    done = compare(service.url, "--reference", right, "--pictures", str(pictures), "--json", str(report), wrong)

    assert done.returncode == FAILED, done.stderr
    assert "Button" in done.stdout
    assert "missing" in done.stdout
    assert {path.stem for path in pictures.iterdir()} >= {"reference", "actual", "diff"}
    assert json.loads(report.read_text(encoding="utf-8"))["verdict"] == "failed"


def test_a_test_case_is_found_by_name_and_options_and_labels_arrive(
    service: Service, right: str, wrong: str, compare: Compare
) -> None:
    name, build = f"Shop & cart {uuid4().hex}", f"сборка {uuid4().hex}"
    made = service.post("/api/v1/testcases", {"name": name}, screenshot=Path(right).read_bytes())
    service.result(made)

    done = compare(
        service.url,
        "--name",
        name,
        "--build",
        build,
        "--ignore",
        "0,0,160,120",
        "--language",
        "ru",
        wrong,
    )

    assert done.returncode == PASSED, done.stdout + done.stderr
    stored = service.client.get("/api/v1/comparisons", params={"build": build}).json()["items"]
    assert [item["testcase_id"] for item in stored] == [made.json()["testcase_id"]]


def test_a_picture_that_ends_early_is_not_compared(
    service: Service, right: str, tmp_path: Path, compare: Compare
) -> None:
    cut = written(tmp_path / "cut.png", page()[:-30])

    done = compare(service.url, "--reference", right, cut)

    assert done.returncode == NOT_COMPARED
    assert "the service answered 422: " in done.stderr


def test_a_test_case_that_is_not_there_is_not_compared(service: Service, right: str, compare: Compare) -> None:
    assert compare(service.url, "--testcase", "none", right).returncode == NOT_COMPARED
    assert compare(service.url, "--name", "none", right).returncode == NOT_COMPARED


def written(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)
