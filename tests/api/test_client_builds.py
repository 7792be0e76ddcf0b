"""`etalon` against the real service: a build from its first run to an approval (tests/client has it against a stand-in)."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from config import settings
from store.keys import Scope
from tests.api.conftest import NewKey, Service, page
from tests.client.conftest import Done, Etalon, etalon_here

__all__ = ["etalon_here"]  # a fixture

PASSED, FAILED, NOT_COMPARED = 0, 1, 2


@pytest.fixture(autouse=True)
def room_for_every_upload(service: Service) -> Iterator[None]:
    """A slot for each of the four pictures that the client sends at once: none gets 503 and is sent again 5 s later."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SYNC_SLOTS", "4")
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture
def etalon(service: Service, etalon_here: Etalon) -> Etalon:
    project = f"shop {uuid4().hex[:6]} & co/ä"

    def run(*arguments: str | Path, **environment: str) -> Done:
        return etalon_here(*arguments, **{"ETALON_URL": service.url, "ETALON_PROJECT": project, **environment})

    return run


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    return written(tmp_path / "shots", "home", "shop/cart", "Корзина 🛒")


def written(folder: Path, *names: str, button: bool = True) -> Path:
    for name in names:
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page(button=button))
    return folder


def test_new_then_approved_then_green_then_red_in_one_group(etalon: Etalon, shots: Path, tmp_path: Path) -> None:
    assert etalon("check", shots, "--build", "1").returncode == FAILED
    assert etalon("approve", "--build", "1", "--all").returncode == PASSED
    assert etalon("status", "--build", "1").returncode == PASSED
    assert etalon("check", shots, "--build", "2").returncode == PASSED
    written(shots, "home", "shop/cart", button=False)

    red = etalon(
        "check", shots, "--build", "3", "--junit", "r.xml", "--html", "r.html", "--json", "r.json", "--pictures", "out"
    )

    assert red.returncode == FAILED, red.stderr
    assert "home: failed, 1 defect: Button 'Buy' is missing" in red.stdout
    assert "  2 shots: Button 'Buy' is missing (--signature " in red.stdout
    assert "failed: 3 shots: 1 passed, 2 failed (" in red.stdout
    assert red.stderr == ""
    cases = {case.get("name"): case for case in ET.parse(tmp_path / "r.xml").getroot().iter("testcase")}
    assert set(cases) == {"home", "shop/cart", "Корзина 🛒"}
    assert "[[ATTACHMENT|out/home/diff.png]]" in str(cases["home"].findtext("system-out"))
    assert "http://127.0.0.1" in str(cases["home"].findtext("failure"))
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["build"]["verdict"] == "failed"
    assert "Buy" in (tmp_path / "r.html").read_text("utf-8")

    signature = red.stdout.partition("--signature ")[2].partition(")")[0]
    approved = etalon("approve", "--build", "3", "--signature", signature)

    assert approved.returncode == PASSED, approved.stderr
    assert "the build 3 is now: passed" in approved.stdout


def test_a_file_that_cannot_be_sent_makes_the_build_incomplete_for_everybody(etalon: Etalon, shots: Path) -> None:
    (shots / "cut.png").write_bytes(page()[:-30])
    (shots / "text.png").write_text("a text", encoding="utf-8")

    done = etalon("check", shots, "--build", "1")

    assert done.returncode == NOT_COMPARED
    assert "cut: not compared: the service answered 422" in done.stdout
    assert "text: not compared: the file" in done.stdout
    assert etalon("status", "--build", "1").returncode == NOT_COMPARED


def test_two_shards_make_one_build(etalon: Etalon, tmp_path: Path) -> None:
    first = etalon("check", written(tmp_path / "1", "a"), "--build", "1", "--shard", "1/2")
    second = etalon("check", written(tmp_path / "2", "b"), "--build", "1", "--shard", "2/2")

    assert "1 of 2 shards have ended" in first.stdout
    assert "new: 1 shot: 1 new" in second.stdout
    assert "new: 2 shots: 2 new" in etalon("status", "--build", "1").stdout


def test_a_shot_after_finalize_and_a_second_one_of_its_name_are_told(etalon: Etalon, shots: Path) -> None:
    etalon("check", shots, "--build", "1", "--no-finalize")

    again = etalon("check", shots, "--build", "1", "--no-finalize")
    assert again.returncode == NOT_COMPARED
    assert "home: not compared: the service answered 409" in again.stdout
    assert etalon("check", shots, "--build", "1", "--retry").returncode == FAILED
    assert "'1' is finalized" in etalon("check", shots, "--build", "1").stderr


def test_import_then_check_is_green(etalon: Etalon, shots: Path) -> None:
    imported = etalon("import", shots)

    assert imported.returncode == PASSED, imported.stdout + imported.stderr
    assert etalon("check", shots, "--build", "1").returncode == PASSED
    assert "not imported: the service answered 409" in etalon("import", shots).stdout
    assert etalon("import", shots, "--replace").returncode == PASSED


def test_explain_says_what_changed_in_another_tool_s_pair(etalon: Etalon, tmp_path: Path) -> None:
    written(tmp_path / "p" / "test-results" / "t", "cart-expected")
    written(tmp_path / "p" / "test-results" / "t", "cart-actual", button=False)

    done = etalon("explain", tmp_path / "p", "--html", tmp_path / "r.html")

    assert done.returncode == FAILED, done.stderr
    assert "test-results/t/cart: failed: 1 defect\n   1. critical Button 'Buy' is missing" in done.stdout
    assert (tmp_path / "r.html").stat().st_size > 1000


def test_a_key_that_may_not_approve_or_is_of_another_project_is_told(
    etalon: Etalon, shots: Path, new_key: NewKey
) -> None:
    key = new_key(Scope.UPLOAD, Scope.READ)["X-API-Key"]
    other = new_key(Scope.UPLOAD, Scope.READ, projects=["another"])["X-API-Key"]

    assert etalon("check", shots, "--build", "1", ETALON_API_KEY=key).returncode == FAILED
    refused = etalon("approve", "--build", "1", "--all", ETALON_API_KEY=key)
    hidden = etalon("check", shots, "--build", "1", ETALON_API_KEY=other)
    without = etalon("status")

    assert (refused.returncode, hidden.returncode, without.returncode) == (NOT_COMPARED,) * 3
    assert "answered 403" in refused.stderr and "approve" in refused.stderr
    assert "answered 403" in hidden.stderr
    assert "answered 401" in without.stderr
