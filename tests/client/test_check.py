"""`etalon check`: from a folder to a verdict, an exit status and lines that a log shows."""

from pathlib import Path

import pytest

from tests.client.conftest import Etalon, folder, known
from tests.client.stand_in import BROKEN, Asked, Refusal, StandIn, picture

PASSED, FAILED, NOT_COMPARED = 0, 1, 2


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def test_shots_without_a_reference_are_new(etalon: Etalon, service: StandIn, shots: Path) -> None:
    done = etalon("check", shots, "--build", "7")

    assert done.returncode == FAILED, done.stderr
    assert lines(done.stdout)[:2] == [
        "home: new, there is no reference yet",
        "shop/cart: new, there is no reference yet",
    ]
    assert lines(done.stdout)[2].startswith("new: 2 shots: 2 new (")
    assert f"{service.url}/ui/builds/b0" in done.stdout


def test_after_an_approval_the_same_shots_pass(etalon: Etalon, shots: Path) -> None:
    etalon("check", shots, "--build", "7")
    approved = etalon("approve", "--build", "7", "--all")
    again = etalon("check", shots, "--build", "8")

    assert (approved.returncode, again.returncode) == (PASSED, PASSED)
    assert lines(approved.stdout)[-1] == "approved: 2 shots; the build 7 is now: passed"
    assert lines(again.stdout)[:2] == ["home: passed", "shop/cart: passed"]


def test_a_changed_shot_fails_with_its_sentence(etalon: Etalon, service: StandIn, shots: Path) -> None:
    known(service, home="Welcome", shop__cart="3 items")

    done = etalon("check", shots, "--build", "7")

    assert done.returncode == FAILED
    assert lines(done.stdout)[:2] == ["home: passed", "shop/cart: failed, 1 defect: Now reads '2 items'"]


def test_the_lines_are_russian_where_that_is_asked_for(etalon: Etalon, service: StandIn, shots: Path) -> None:
    known(service, home="Welcome", shop__cart="3 items")

    done = etalon("check", shots, "--build", "7", "--language", "ru")

    assert lines(done.stdout)[:2] == ["home: пройдено", "shop/cart: не пройдено, 1 дефект: Now reads '2 items'"]
    assert lines(done.stdout)[2].startswith("не пройдено: 2 снимка: 1 пройдено, 1 не пройдено (")


def test_quiet_leaves_out_what_passed(etalon: Etalon, service: StandIn, shots: Path) -> None:
    known(service, home="Welcome", shop__cart="3 items")

    assert "home" not in etalon("check", shots, "--build", "7", "--quiet").stdout


def test_the_same_change_in_many_shots_is_one_line(etalon: Etalon, service: StandIn, tmp_path: Path) -> None:
    known(service, **{f"page{number}": "old" for number in range(30)})
    shots = folder(tmp_path / "shots", {f"page{number}": "new header" for number in range(30)})

    done = etalon("check", shots, "--build", "7")

    assert "  30 shots: Now reads 'new header' (--signature" in done.stdout


def test_a_group_is_approved_by_its_signature(etalon: Etalon, service: StandIn, tmp_path: Path) -> None:
    known(service, a="old", b="old", c="old")
    etalon("check", folder(tmp_path / "shots", {"a": "one", "b": "one", "c": "two"}), "--build", "7")
    signature = picture("one").hex()[-8:]

    done = etalon("approve", "--build", "7", "--signature", signature)

    assert lines(done.stdout) == ["a: approved", "b: approved", "approved: 2 shots; the build 7 is now: failed"]


def test_shots_are_approved_by_name(etalon: Etalon, service: StandIn, shots: Path) -> None:
    etalon("check", shots, "--build", "7")

    done = etalon("approve", "--build", "7", "shop/cart")

    assert lines(done.stdout)[0] == "shop/cart: approved"
    assert list(service.references) == [("shop/cart", "")]


@pytest.mark.parametrize("arguments", [(), ("nothing",)], ids=["nothing chosen", "unknown name"])
def test_an_approval_of_nothing_is_refused(
    etalon: Etalon, service: StandIn, shots: Path, arguments: tuple[str, ...]
) -> None:
    etalon("check", shots, "--build", "7")

    assert etalon("approve", "--build", "7", *arguments).returncode == NOT_COMPARED
    assert service.references == {}


def test_a_comparison_that_fails_is_an_error(etalon: Etalon, service: StandIn, shots: Path) -> None:
    known(service, home="Welcome")
    (shots / "shop" / "cart.png").write_bytes(BROKEN)

    done = etalon("check", shots, "--build", "7")

    assert done.returncode == NOT_COMPARED
    assert "shop/cart: not compared: The picture ends early." in done.stdout


def test_an_expected_shot_that_is_absent_makes_the_build_incomplete(
    etalon: Etalon, service: StandIn, shots: Path, tmp_path: Path
) -> None:
    known(service, home="Welcome", shop__cart="2 items")
    (tmp_path / "names.txt").write_text("home\nshop/cart\nlogin\n", encoding="utf-8")

    done = etalon("check", shots, "--build", "7", "--expected", tmp_path / "names.txt")

    assert done.returncode == NOT_COMPARED
    assert "login: expected but not sent" in done.stdout
    assert "incomplete: 2 shots: 2 passed, 1 missing" in done.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "names no shot"),
        ("a\nb\na\n", "names a more than once"),
        ('["a", 1]', "is not a list of names"),
        ("[", "is not JSON"),
    ],
)
def test_a_list_of_expected_names_that_cannot_be_used_is_told(
    etalon: Etalon, service: StandIn, shots: Path, tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "names").write_text(text, encoding="utf-8")

    done = etalon("check", shots, "--expected", tmp_path / "names")

    assert done.returncode == NOT_COMPARED
    assert says in done.stderr
    assert service.asked == []


def test_options_labels_and_the_variant_arrive(etalon: Etalon, service: StandIn, shots: Path) -> None:
    labels = ("--build", "7", "--project", "web & co", "--branch", "ветка", "--variant", "mobile", "--commit", "abc")

    etalon("check", shots, *labels, "--match-level", "layout", "--fail-on", "major", "--ignore", "1,2,3,4",
           "--background", "102030")  # fmt: skip

    shot = next(asked for asked in service.asked if asked.path.endswith("/shots")).form()
    assert service.asked[0].json() == {"name": "7", "project": "web & co", "branch": "ветка", "commit": "abc"}
    assert shot["variant"] == b"mobile"
    assert shot["options"] == (
        b'{"match_level": "layout", "fail_on": "major", "ignore_regions": [{"x": 1, "y": 2, "width": 3, "height": 4}], '
        b'"background": "#102030"}'
    )


def test_passed_shots_fetch_no_pictures(etalon: Etalon, service: StandIn, shots: Path, tmp_path: Path) -> None:
    known(service, home="Welcome", shop__cart="3 items")

    etalon("check", shots, "--build", "7", "--pictures", tmp_path / "out")

    assert sorted(path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.png")) == [
        "shop/cart/actual.png",
        "shop/cart/diff.png",
    ]
    assert len([path for path in service.paths("GET") if "artifacts" in path]) == 2


def test_shards_join_and_the_last_one_has_the_verdict(etalon: Etalon, service: StandIn, tmp_path: Path) -> None:
    known(service, a="1", b="2")
    first = etalon("check", folder(tmp_path / "1", {"a": "1"}), "--build", "7", "--shard", "1/2")
    second = etalon("check", folder(tmp_path / "2", {"b": "changed"}), "--build", "7", "--shard", "2/2")

    assert (first.returncode, second.returncode) == (PASSED, FAILED)
    assert "1 of 2 shards have ended; the build waits for the others" in first.stdout
    assert lines(second.stdout)[0] == "b: failed, 1 defect: Now reads 'changed'"
    assert len(service.builds) == 1


def test_without_finalize_the_build_stays_open_until_finalize(etalon: Etalon, service: StandIn, shots: Path) -> None:
    known(service, home="Welcome", shop__cart="2 items")

    assert etalon("check", shots, "--build", "7", "--no-finalize").returncode == PASSED
    assert etalon("status", "--build", "7").returncode == NOT_COMPARED
    assert etalon("finalize", "--build", "7").returncode == PASSED
    assert etalon("finalize", "--build", "7").returncode == PASSED
    assert etalon("status").returncode == PASSED


def test_a_shot_that_the_build_has_already_is_told_or_replaced(etalon: Etalon, service: StandIn, shots: Path) -> None:
    known(service, home="Welcome", shop__cart="2 items")
    etalon("check", shots, "--build", "7", "--no-finalize")

    assert etalon("check", shots, "--build", "7", "--no-finalize", "--retry").returncode == PASSED
    again = etalon("check", shots, "--build", "7")

    assert again.returncode == NOT_COMPARED
    assert "home: not compared: the service answered 409" in again.stdout


def test_a_busy_service_is_asked_again_when_it_says(etalon: Etalon, service: StandIn, shots: Path) -> None:
    refusals = iter([Refusal(503, "Every slot is taken.", retry_after="0")] * 3)

    def refuse_three_shots(asked: Asked) -> None:
        if asked.path.endswith("/shots") and (refusal := next(refusals, None)):
            raise refusal

    known(service, home="Welcome", shop__cart="2 items")
    service.interfere = refuse_three_shots

    done = etalon("check", shots, "--build", "7")

    assert done.returncode == PASSED, done.stdout
    assert len([path for path in service.paths("POST") if path.endswith("/shots")]) == 2 + 3


def test_a_build_that_has_ended_takes_no_more_shots(etalon: Etalon, service: StandIn, shots: Path) -> None:
    etalon("check", shots, "--build", "7")

    done = etalon("check", shots, "--build", "7")

    assert done.returncode == NOT_COMPARED
    assert "'7' is finalized" in done.stderr and "--build" in done.stderr


def test_a_pipeline_that_runs_its_job_again_gets_the_next_name(etalon: Etalon, service: StandIn, shots: Path) -> None:
    variables = {"GITLAB_CI": "true", "CI_PIPELINE_ID": "7"}
    etalon("check", shots, **variables)

    done = etalon("check", shots, **variables)

    assert "the build 7 has ended already; this run is 7.2" in done.stdout
    assert [build.name for build in service.builds] == ["7", "7.2"]


def test_it_waits_for_comparisons_that_still_run(etalon: Etalon, service: StandIn, shots: Path) -> None:
    known(service, home="Welcome", shop__cart="2 items")
    service.seconds = 1.5

    assert etalon("check", shots, "--build", "7").returncode == PASSED
    assert etalon("check", shots, "--build", "8", "--shard", "1/2").returncode == PASSED


def test_time_that_is_up_is_told(etalon: Etalon, service: StandIn, shots: Path) -> None:
    service.seconds = 60

    done = etalon("check", shots, "--build", "7", "--timeout", "2")

    assert done.returncode == NOT_COMPARED
    assert "time is up (--timeout)" in done.stderr


def test_a_refusal_that_concerns_all_ends_the_upload(etalon: Etalon, service: StandIn, tmp_path: Path) -> None:
    def refuse(asked: Asked) -> None:
        if asked.path.endswith("/shots"):
            raise Refusal(403, "The key may not do this.")

    service.interfere = refuse
    many = folder(tmp_path / "many", {f"page{number}": "x" for number in range(60)})

    done = etalon("check", many, "--build", "7")

    assert done.returncode == NOT_COMPARED
    assert done.stderr == "not compared: the service answered 403: The key may not do this.\n"
    assert len([path for path in service.paths("POST") if path.endswith("/shots")]) < 60


@pytest.mark.slow
def test_two_thousand_pictures_are_one_build(etalon: Etalon, service: StandIn, tmp_path: Path) -> None:
    many = folder(tmp_path / "many", {f"page{number:04}": "x" for number in range(2000)})

    done = etalon("check", many, "--build", "7", "--jobs", "8")

    assert done.returncode == FAILED, done.stderr
    assert "new: 2000 shots: 2000 new" in done.stdout
    assert len(lines(done.stdout)) > 2000
