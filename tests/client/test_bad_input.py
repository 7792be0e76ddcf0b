"""What goes wrong on the client's side: a sentence, the right exit status, nothing half-written."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from etalon_client.address import checked_address
from etalon_client.errors import NotCompared
from etalon_client.service import Service

from tests.client.conftest import Etalon, bare_environment, folder, known
from tests.client.stand_in import Asked, Refusal, StandIn, picture

PASSED, FAILED, NOT_COMPARED = 0, 1, 2


def test_a_folder_that_is_not_there_or_has_no_picture_is_told_and_nothing_is_asked(
    etalon: Etalon, service: StandIn, tmp_path: Path
) -> None:
    (tmp_path / "empty" / ".hidden").mkdir(parents=True)
    (tmp_path / "empty" / "notes.txt").write_text("x", encoding="utf-8")

    absent, empty = etalon("check", tmp_path / "none"), etalon("check", tmp_path / "empty")

    assert (absent.returncode, empty.returncode) == (NOT_COMPARED, NOT_COMPARED)
    assert absent.stderr == f"not compared: there is no folder {tmp_path / 'none'}\n"
    assert empty.stderr == f"not compared: the folder {tmp_path / 'empty'} holds no picture (PNG, JPEG or WebP)\n"
    assert service.asked == []


def test_files_that_are_no_pictures_are_told_one_by_one_and_the_others_go(
    etalon: Etalon, service: StandIn, shots: Path
) -> None:
    known(service, home="Welcome", shop__cart="2 items")
    (shots / "text.png").write_text("a text", encoding="utf-8")
    (shots / "empty.jpg").write_bytes(b"")

    done = etalon("check", shots, "--build", "7")

    assert done.returncode == NOT_COMPARED
    assert "home: passed" in done.stdout
    assert f"text: not compared: the file {shots / 'text.png'} is neither PNG, JPEG nor WebP" in done.stdout
    assert f"empty: not compared: the file {shots / 'empty.jpg'} is empty" in done.stdout
    assert "incomplete: 4 shots: 2 passed, 2 not compared (" in done.stdout
    assert "never sent" not in done.stdout, "once is enough"
    assert service.build(service.builds[0])["missing"] == ["empty", "text"], "the build knows it too"


def test_an_unsent_file_of_one_variant_is_expected_in_that_variant(
    etalon: Etalon, service: StandIn, shots: Path
) -> None:
    (shots / "empty.png").write_bytes(b"")

    done = etalon("check", shots, "--build", "7", "--variant", "mobile")

    assert "empty [mobile]: not compared: the file" in done.stdout
    assert service.builds[0].expected == {"empty [mobile]"}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(etalon: Etalon, service: StandIn, shots: Path) -> None:
    (shots / "home.png").chmod(0)

    assert "home: not compared: the file" in etalon("check", shots, "--build", "7").stdout


def test_two_files_of_one_name_are_told_before_anything_is_sent(etalon: Etalon, service: StandIn, shots: Path) -> None:
    (shots / "home.jpg").write_bytes(picture("x"))

    done = etalon("check", shots)

    assert done.returncode == NOT_COMPARED
    assert "would both be called 'home'" in done.stderr
    assert service.asked == []


@pytest.mark.parametrize("name", ["shop/cart", "Корзина", "cart 🛒", 'a\'b "c" & <d>', "-rf", "100%", "v1.2"])
def test_odd_names_arrive_as_they_are(etalon: Etalon, service: StandIn, tmp_path: Path, name: str) -> None:
    etalon("check", folder(tmp_path / "shots", {name: "x"}), "--build", "7", "--pictures", tmp_path / "out")

    assert [shot for shot, _ in service.builds[0].shots] == [name]
    assert len(list((tmp_path / "out").rglob("actual.png"))) == 1


def test_a_name_in_decomposed_letters_is_the_same_name(etalon: Etalon, service: StandIn, tmp_path: Path) -> None:
    etalon("check", folder(tmp_path / "shots", {"Cafe\u0301": "x"}), "--build", "7")

    assert list(service.builds[0].shots) == [("Café", "")]


@pytest.mark.parametrize(
    "name", ["turned \u202egnp", "bell \x07", b"\xff\xfe"], ids=["right-to-left", "control", "bytes"]
)
def test_a_name_that_cannot_be_shown_is_told_in_letters_that_can(
    etalon: Etalon, service: StandIn, tmp_path: Path, name: str | bytes
) -> None:
    shots = folder(tmp_path / "shots", {"good": "x"})
    file = os.path.join(os.fsencode(shots), name if isinstance(name, bytes) else name.encode()) + b".png"  # noqa: PTH118
    with open(file, "wb") as out:  # noqa: PTH123
        out.write(picture("x"))

    done = etalon("check", shots, "--build", "7")

    assert done.returncode == NOT_COMPARED
    assert "holds characters that cannot be shown; rename it" in done.stdout
    assert all(line.isprintable() for line in done.stdout.splitlines())
    assert list(service.builds[0].shots) == [("good", "")]


def test_a_name_of_five_hundred_and_one_letters_is_refused_alone(
    etalon: Etalon, service: StandIn, tmp_path: Path
) -> None:
    long = "/".join(["d" * 100] * 5)
    done = etalon("check", folder(tmp_path / "shots", {long: "x", "good": "x"}), "--build", "7")

    assert done.returncode == NOT_COMPARED
    assert "at most 500 characters" in done.stdout
    assert list(service.builds[0].shots) == [("good", "")]


def test_names_that_lead_out_of_the_folder_do_not(
    etalon: Etalon, service: StandIn, shots: Path, tmp_path: Path
) -> None:
    etalon("check", shots, "--build", "7", "--no-finalize")
    build = service.builds[0]
    build.shots["../../evil", ""] = {**build.shots["home", ""], "name": "../../evil"}

    etalon("finalize", "--build", "7", "--pictures", tmp_path / "a" / "b" / "out")

    assert len(list((tmp_path / "a" / "b" / "out").rglob("actual.png"))) == 3
    assert not list(tmp_path.glob("evil*"))


@pytest.mark.parametrize(
    "url",
    ["localhost:8000", "etalon.example.com", "//host", "ftp://host", "http://", "http://host:port", "http://[::1"],
)
@pytest.mark.parametrize("command", [("check", "."), ("status",)], ids=["check", "status"])
def test_an_address_that_is_none_is_told_at_once(
    etalon_here: Etalon, tmp_path: Path, url: str, command: tuple[str, ...]
) -> None:
    folder(tmp_path, {"home": "x"})

    done = etalon_here(*command, ETALON_URL=url)

    assert done.returncode == NOT_COMPARED
    assert f"the address {url!r} must begin with http:// or https:// and name a host" in done.stderr


def test_an_address_may_end_in_a_slash_and_have_a_path() -> None:
    assert checked_address(" https://example.com/etalon/ ") == "https://example.com/etalon"


def test_a_host_that_does_not_exist_is_told_at_once(etalon_here: Etalon) -> None:
    started = time.monotonic()

    done = etalon_here("status", ETALON_URL="http://no-such-host.invalid")

    assert done.returncode == NOT_COMPARED
    assert "cannot be reached" in done.stderr
    assert time.monotonic() - started < 8


def test_an_address_without_a_service_is_told_at_once_and_given_up_soon(etalon_here: Etalon) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

        done = etalon_here("status", "--timeout", "3", ETALON_URL=url)

    assert done.returncode == NOT_COMPARED
    assert done.stderr.splitlines() == [
        f"{url} cannot be reached: Connection refused; trying again",
        f"not compared: {url} cannot be reached: Connection refused",
    ]


def test_https_where_http_is_spoken_is_told_at_once(etalon_here: Etalon, service: StandIn) -> None:
    done = etalon_here("status", ETALON_URL=service.url.replace("http", "https"))

    assert done.returncode == NOT_COMPARED
    assert "does not speak HTTPS; does its address begin with http://?" in done.stderr


@pytest.mark.parametrize("body", [b"<html>hello</html>", [], {"hello": 1}], ids=["html", "list", "other"])
def test_something_else_at_the_address_is_told(
    etalon: Etalon, service: StandIn, body: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "answer", lambda _: (200, body))

    done = etalon("status")

    assert done.returncode == NOT_COMPARED
    assert "is ETALON_URL" in done.stderr


@pytest.mark.parametrize("key", ["", "wrong", "ключ", "two\nlines"])
def test_a_key_that_is_not_right_is_told_at_once(etalon: Etalon, service: StandIn, shots: Path, key: str) -> None:
    service.key = "right"

    done = etalon("check", shots, "--build", "7", ETALON_API_KEY=key)

    assert done.returncode == NOT_COMPARED
    assert "key" in done.stderr
    assert "right" not in done.stderr.replace("copyright", "")
    assert service.builds == []


def test_the_key_is_sent_without_the_line_end_of_its_file(etalon: Etalon, service: StandIn, shots: Path) -> None:
    service.key = "right"
    known(service, home="Welcome", shop__cart="2 items")

    assert etalon("check", shots, "--build", "7", ETALON_API_KEY="right\n").returncode == PASSED


def test_a_service_that_goes_away_for_a_moment_is_waited_for(service: StandIn) -> None:
    told: list[str] = []
    client = Service(service.url, timeout_seconds=20, tell=lambda error: told.append(str(error)))

    def hang_up_once(_: Asked) -> None:
        if len(service.asked) == 2:
            raise ConnectionAbortedError

    service.interfere = hang_up_once

    answers = [client.ask("GET", "/api/v1/builds")["items"] for _ in range(2)]
    client.close()

    assert (answers, len(service.asked)) == ([[], []], 3)
    assert told == [f"{service.url} cannot be reached: Server disconnected without sending a response."]


def test_a_build_of_a_project_that_the_key_does_not_see_is_told(etalon: Etalon, service: StandIn) -> None:
    done = etalon("status", "--build", "7", "--project", "of others")

    assert done.returncode == NOT_COMPARED
    assert done.stderr == "not compared: there is no build '7'\n"


def test_a_build_name_of_two_projects_asks_which(etalon: Etalon, service: StandIn, shots: Path) -> None:
    for project in ("web", "app"):
        etalon("check", shots, "--build", "7", "--project", project)

    assert "choose one with --project" in etalon("status", "--build", "7").stderr
    assert etalon("status", "--build", "7", "--project", "web").returncode == FAILED


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("check",), ("check", ".", "--shard", "3/2"), ("check", ".", "--shard", "x"), ("check", ".", "--jobs", "0"),
        ("check", ".", "--jobs", "999"), ("check", ".", "--ignore", "1,2,3"), ("check", ".", "--background", "red"),
        ("check", ".", "--timeout", "0"),
        ("check", ".", "--timeout", "nan"), ("compare", "one.png"), ("compare", "1.png", "2.png", "3.png"), ("fly",),
    ],
)  # fmt: skip
def test_arguments_that_cannot_be_understood_are_2(etalon: Etalon, arguments: tuple[str, ...]) -> None:
    done = etalon(*arguments)

    assert done.returncode == NOT_COMPARED
    assert "usage: etalon" in done.stderr


def test_a_run_that_ends_early_leaves_a_junit_file_that_says_why(etalon: Etalon, tmp_path: Path) -> None:
    etalon("check", tmp_path / "none", "--junit", tmp_path / "out" / "report.xml")

    [case] = ET.parse(tmp_path / "out" / "report.xml").getroot().iter("testcase")
    assert "there is no folder" in str(case.find("error").get("message"))  # type: ignore[union-attr]


def test_a_report_that_cannot_be_written_leaves_the_verdict(
    etalon: Etalon, service: StandIn, shots: Path, tmp_path: Path
) -> None:
    known(service, home="Welcome", shop__cart="2 items")

    done = etalon("check", shots, "--build", "7", "--html", shots / "home.png" / "report.html")

    assert done.returncode == PASSED
    assert "no report" in done.stderr
    assert "passed: 2 shots" in done.stdout


def test_a_reader_that_closes_the_pipe_changes_nothing_else(
    service: StandIn, tmp_path: Path, etalon_process: Etalon
) -> None:
    shots = folder(tmp_path / "shots", {f"page{number}": "x" for number in range(200)})
    command = [sys.executable, "-m", "etalon_client", "check", str(shots), "--build", "7", "--json", "report.json"]
    variables = bare_environment(ETALON_URL=service.url)

    with subprocess.Popen(command, env=variables, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdout.close()  # type: ignore[union-attr]
        errors = run.stderr.read()  # type: ignore[union-attr]

    assert (run.returncode, errors) == (FAILED, b"")
    assert (tmp_path / "report.json").stat().st_size > 1000


def test_a_console_in_cp1251_shows_what_it_can(etalon_process: Etalon, service: StandIn, tmp_path: Path) -> None:
    known(service, Корзина="старое")
    shots = folder(tmp_path / "shots", {"Корзина": "новое", "cart 🛒": "x"})

    done = etalon_process("check", shots, "--build", "7", "--language", "ru", PYTHONIOENCODING="cp1251", PYTHONUTF8="0")

    assert (done.returncode, done.stderr) == (FAILED, "")
    assert b"cart ?" in done.stdout.encode("cp1251", "replace") or "cart ?" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_the_upload_with_2(service: StandIn, tmp_path: Path) -> None:
    shots = folder(tmp_path / "shots", {f"page{number}": "x" for number in range(500)})
    arrived = threading.Event()

    def slow(asked: Asked) -> None:
        if asked.path.endswith("/shots"):
            arrived.set()
            time.sleep(0.05)

    service.interfere = slow
    # Who runs the tests in the background has them ignore this signal, and children inherit that.
    heeds = "import runpy, signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    client = f"{heeds}; runpy.run_module('etalon_client', run_name='__main__', alter_sys=True)"
    command = [sys.executable, "-c", client, "check", str(shots), "--build", "7"]
    with subprocess.Popen(
        command, env=bare_environment(ETALON_URL=service.url), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert arrived.wait(30)
        run.send_signal(signal.SIGINT)
        _, errors = run.communicate(timeout=30)

    assert (run.returncode, errors) == (NOT_COMPARED, b"not compared: interrupted\n")
    assert len(service.builds[0].shots) < 500


def test_two_people_approving_at_once_both_get_an_answer(etalon: Etalon, service: StandIn, shots: Path) -> None:
    etalon("check", shots, "--build", "7")

    first, second = etalon("approve", "--build", "7", "--all"), etalon("approve", "--build", "7", "--all")

    assert (first.returncode, second.returncode) == (PASSED, PASSED)
    assert "approved: no shots" in second.stdout


def test_an_approval_that_is_refused_is_2_with_its_reason(
    etalon: Etalon, service: StandIn, shots: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    etalon("check", shots, "--build", "7")
    refused = [{"name": "home", "variant": "", "reason": "Its reference has changed since."}]
    build = service.build(service.builds[0])
    monkeypatch.setattr(service, "_approve", lambda *_: {"approved": [], "refused": refused, "build": build})

    done = etalon("approve", "--build", "7", "--all")

    assert done.returncode == NOT_COMPARED
    assert "home: not approved: Its reference has changed since." in done.stdout


def test_a_key_that_may_not_approve_is_told(etalon: Etalon, service: StandIn, shots: Path) -> None:
    etalon("check", shots, "--build", "7")

    def refuse(asked: Asked) -> None:
        if asked.path.endswith("/approve"):
            raise Refusal(403, "The API key may not do this. It needs the scope approve.")

    service.interfere = refuse

    done = etalon("approve", "--build", "7", "--all")

    assert done.returncode == NOT_COMPARED
    assert "It needs the scope approve." in done.stderr


def test_words_of_a_page_cannot_write_into_the_terminal() -> None:
    from etalon_client.output import printable

    assert printable("a\x1b[31mred\u202e\nnext") == "a\\x1b[31mred\\u202e next"


def test_an_error_keeps_its_sentence_in_both_languages() -> None:
    error = NotCompared("there is no folder {path}", path="x")

    assert (str(error), error.told("ru")) == ("there is no folder x", "папки x нет")
