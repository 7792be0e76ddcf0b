"""Both clients, `client/etalon_compare.py` and `etalon compare`, against a small HTTP server with scripted answers."""

import ast
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Formatter
from typing import Any, Protocol
from urllib.parse import parse_qs

import pytest

from tests.client.conftest import Etalon, bare_environment, etalon_here

__all__ = ["etalon_here"]  # a fixture

CLIENT = Path(__file__).resolve().parents[2] / "client" / "etalon_compare.py"
PASSED, FAILED, NOT_COMPARED = 0, 1, 2
TICKET = {"task_id": "t1", "state": "PENDING", "mode": "async", "status_url": "/api/v1/tasks/t1", "comparison_id": "c1"}
DEFECT = {"id": "d1", "severity": "critical", "message": 'The button "Log in" is missing.', "cause_id": None}
FOLLOWER = {"id": "d2", "severity": "minor", "message": "A block moved 48 px up.", "cause_id": "d1"}


class Compare(Protocol):
    """Starts a client with the service's address, its arguments and perhaps a key."""

    def __call__(self, url: str, *arguments: str, key: str = "") -> "subprocess.CompletedProcess[str]": ...


@dataclass
class Answer:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    method: str
    path: str
    headers: Message
    body: bytes

    def form(self) -> dict[str, bytes]:
        """The body's fields, read by another multipart reader than the one that wrote them."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = message_from_bytes(head + self.body).get_payload()
        return {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True) for part in parts
        }


class StandIn:
    """Answers each path with what stands for it, one after another; the last answer stays."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, list[Answer]] = {}
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                stand_in.asked.append(Asked(self.command, self.path, self.headers, body))
                answers = stand_in.answers.get(path) or [Answer({"detail": f"There is no {path}."}, 404)]
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(data)), **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def compares(self, ending: dict[str, Any], at: str = "/api/v1/comparisons") -> None:
        self.answers[at] = [Answer(TICKET, 202)]
        self.answers["/api/v1/tasks/t1"] = [Answer(ending)]


@pytest.fixture
def service() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.server.shutdown()
    stand_in.server.server_close()


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[str, str]:
    for name in ("reference.png", "actual.png"):
        (tmp_path / name).write_bytes(f"\r\n--{name}\r\n".encode())  # a boundary must not be guessed from the bytes
    return str(tmp_path / "reference.png"), str(tmp_path / "actual.png")


def one_file(url: str, *arguments: str, key: str = "") -> subprocess.CompletedProcess[str]:
    environment = bare_environment(ETALON_URL=url, ETALON_API_KEY=key)
    started = [sys.executable, str(CLIENT), *arguments]
    return subprocess.run(started, env=environment, capture_output=True, encoding="utf-8", timeout=60)


@pytest.fixture(params=["one file", "etalon compare"])
def compare(request: pytest.FixtureRequest, etalon_here: Etalon) -> Compare:
    """Both clients: what they share is tested once against both."""

    def command(url: str, *arguments: str, key: str = "") -> subprocess.CompletedProcess[str]:
        return etalon_here("compare", *arguments, ETALON_URL=url, ETALON_API_KEY=key)

    return one_file if request.param == "one file" else command


def ended(verdict: str | None, *defects: dict[str, Any], unexplained: int = 0) -> dict[str, Any]:
    comparison = {
        "comparison_id": "c1",
        "verdict": verdict,
        "defects": list(defects),
        "unexplained": [{"area_px": 9}] * unexplained,
        "coverage": {"matched": 41, "reference_elements": 42, "area_coverage": 1.0},
        "artifacts": {"diff": "/api/v1/artifacts/a1"},
    }
    return {"task_id": "t1", "state": "SUCCESS", "ready": True, "result": comparison, "error": None}


def test_passed_is_0(service: StandIn, pictures: tuple[str, str], compare: Compare) -> None:
    service.compares(ended("passed"))

    done = compare(service.url, "--reference", *pictures)

    assert (done.returncode, done.stderr) == (PASSED, "")
    assert done.stdout.startswith("passed: no defects\n")


def test_failed_is_1_and_says_the_defects_as_sentences(
    service: StandIn, pictures: tuple[str, str], compare: Compare
) -> None:
    service.compares(ended("failed", DEFECT, FOLLOWER, unexplained=1))

    done = compare(service.url, "--reference", *pictures)

    assert done.returncode == FAILED
    assert done.stdout.splitlines() == [
        "failed: 2 defects",
        '   1. critical The button "Log in" is missing.',
        "   2. minor    A block moved 48 px up. (follows from d1)",
        "  1 changed area that no defect explains",
        "  41 of 42 elements matched, 100% of the area compared",
        f"  {service.url}/api/v1/comparisons/c1",
        f"  {service.url}/api/v1/artifacts/a1",
    ]


def test_the_report_is_in_russian_where_that_is_asked_for(
    service: StandIn, pictures: tuple[str, str], compare: Compare
) -> None:
    service.compares(ended("failed", *[DEFECT | {"message": "Кнопка пропала."}] * 2, FOLLOWER, unexplained=21))

    done = compare(service.url, "--language", "ru", "--reference", *pictures)

    assert done.returncode == FAILED
    assert done.stdout.splitlines()[:6] == [
        "не пройдено: 3 дефекта",
        "   1. критический    Кнопка пропала.",
        "   2. критический    Кнопка пропала.",
        "   3. незначительный A block moved 48 px up. (следствие d1)",
        "  не объяснено дефектами: 21 изменённая область",
        "  сопоставлено элементов: 41 из 42, сравнено 100% площади",
    ]


@pytest.mark.parametrize(
    ("number", "words"), [(0, "нет дефектов"), (1, "1 дефект"), (5, "5 дефектов"), (12, "12 дефектов")]
)
def test_russian_counts_agree_with_their_nouns(
    service: StandIn, pictures: tuple[str, str], number: int, words: str, compare: Compare
) -> None:
    service.compares(ended("passed", *[DEFECT] * number))

    assert compare(service.url, "--language", "ru", "--reference", *pictures).stdout.startswith(f"пройдено: {words}\n")


def test_why_nothing_was_compared_is_in_russian_too(
    service: StandIn, pictures: tuple[str, str], compare: Compare
) -> None:
    service.answers["/api/v1/testcases"] = [Answer({"items": [], "next_cursor": None})]

    done = compare(service.url, "--language", "ru", "--name", "Вход", pictures[1])

    assert (done.returncode, done.stderr) == (NOT_COMPARED, "не сравнено: нет тест-кейса с названием 'Вход'\n")


def test_every_sentence_has_its_russian_with_the_same_gaps() -> None:
    tree = ast.parse(CLIENT.read_text(encoding="utf-8"))
    [table] = [
        ast.literal_eval(one.value)
        for one in tree.body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "RUSSIAN"
    ]
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    for english, russian in table.items():
        assert _gaps(english) == _gaps(russian), english
        assert not _gaps(english) or constants.count(english) > 1, f"unused: {english}"
    passed_on = [
        argument.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("NotCompared", "told")
        for argument in call.args
        if isinstance(argument, ast.Constant)
    ]
    assert len(passed_on) > 8 and set(passed_on) <= table.keys()


def _gaps(sentence: str) -> set[str]:
    return {str(name) for _, name, _, _ in Formatter().parse(sentence) if name}


def test_a_verdict_that_is_not_known_is_not_green(
    service: StandIn, pictures: tuple[str, str], compare: Compare
) -> None:
    service.compares(ended("unresolved"))

    assert compare(service.url, "--reference", *pictures).returncode == FAILED


def test_no_verdict_is_2(service: StandIn, pictures: tuple[str, str], compare: Compare) -> None:
    service.compares(ended(None))

    assert compare(service.url, "--reference", *pictures).returncode == NOT_COMPARED


@pytest.mark.parametrize("state", ["FAILURE", "REVOKED"])
def test_a_task_that_did_not_succeed_is_2_with_its_reason(
    service: StandIn, pictures: tuple[str, str], state: str, compare: Compare
) -> None:
    error = {"type": "TruncatedImage", "message": "The picture ends early."}
    service.compares({"task_id": "t1", "state": state, "ready": True, "result": None, "error": error})

    done = compare(service.url, "--reference", *pictures)

    assert (done.returncode, done.stdout) == (NOT_COMPARED, "")
    assert done.stderr == f"not compared: the task t1 ended as {state}: The picture ends early.\n"


def test_a_service_that_is_away_is_2(service: StandIn, pictures: tuple[str, str], compare: Compare) -> None:
    service.server.shutdown()
    service.server.server_close()

    done = compare(service.url, "--reference", *pictures)

    assert done.returncode == NOT_COMPARED
    assert "cannot be reached" in done.stderr


@pytest.mark.parametrize("status", [401, 422, 500])
def test_a_refusal_is_2_with_the_sentence_of_the_service(
    service: StandIn, pictures: tuple[str, str], status: int, compare: Compare
) -> None:
    service.answers["/api/v1/comparisons"] = [Answer({"detail": "The sentence."}, status)]

    done = compare(service.url, "--reference", *pictures)

    assert done.returncode == NOT_COMPARED
    assert done.stderr == f"not compared: the service answered {status}: The sentence.\n"


@pytest.mark.parametrize("body", [b"<html>hello</html>", [], {"hello": 1}], ids=["html", "list", "other"])
def test_an_answer_that_is_not_ours_is_2(
    service: StandIn, pictures: tuple[str, str], body: Any, compare: Compare
) -> None:
    service.answers["/api/v1/comparisons"] = [Answer(body)]

    assert compare(service.url, "--reference", *pictures).returncode == NOT_COMPARED


def test_a_file_that_is_not_there_is_2_and_nothing_is_asked(service: StandIn, tmp_path: Path, compare: Compare) -> None:
    done = compare(service.url, "--testcase", "tc1", str(tmp_path / "none.png"))

    assert done.returncode == NOT_COMPARED
    assert "none.png cannot be read" in done.stderr
    assert service.asked == []


def test_wrong_arguments_are_2(service: StandIn, pictures: tuple[str, str], compare: Compare) -> None:
    assert compare(service.url, pictures[1]).returncode == NOT_COMPARED
    assert compare(service.url, "--testcase", "tc1", "--ignore", "1,2,3", pictures[1]).returncode == NOT_COMPARED
    assert compare(service.url, "--testcase", "tc1", "--background", "red", pictures[1]).returncode == NOT_COMPARED


def test_a_busy_service_is_asked_again(service: StandIn, pictures: tuple[str, str], compare: Compare) -> None:
    service.compares(ended("passed"))
    service.answers["/api/v1/comparisons"].insert(0, Answer({"detail": "busy"}, 503, {"Retry-After": "0"}))

    assert compare(service.url, "--reference", *pictures).returncode == PASSED
    assert [asked.method for asked in service.asked] == ["POST", "POST", "GET"]


def test_an_upload_that_is_sent_again_is_the_same_upload(
    service: StandIn, pictures: tuple[str, str], compare: Compare
) -> None:
    service.compares(ended("passed"))
    lost = [Answer(b"", headers={"Content-Length": "99"}), Answer({}, 502), Answer({}, 409, {"Retry-After": "0"})]
    service.answers["/api/v1/comparisons"][:0] = lost

    assert compare(service.url, "--reference", *pictures).returncode == PASSED
    assert compare(service.url, "--reference", *pictures).returncode == PASSED

    words = [asked.headers["Idempotency-Key"] for asked in service.asked if asked.method == "POST"]
    assert len(words) == 5 and len(set(words[:4])) == 1
    assert words[4] != words[0]


def test_it_waits_until_the_task_is_ready(service: StandIn, pictures: tuple[str, str], compare: Compare) -> None:
    service.compares(ended("passed"))
    running = {"task_id": "t1", "state": "PROGRESS", "ready": False, "result": None, "error": None}
    service.answers["/api/v1/tasks/t1"] = [Answer(running), Answer({}, 502), Answer(ended("passed"))]

    assert compare(service.url, "--reference", *pictures).returncode == PASSED
    assert [asked.path for asked in service.asked[1:]] == ["/api/v1/tasks/t1?wait=60"] * 3


def test_time_that_is_up_is_2(service: StandIn, pictures: tuple[str, str], compare: Compare) -> None:
    running = {"task_id": "t1", "state": "STARTED", "ready": False, "result": None, "error": None}
    service.compares(running)

    done = compare(service.url, "--timeout", "1", "--reference", *pictures)

    assert done.returncode == NOT_COMPARED
    assert "still STARTED" in done.stderr


def test_a_redirect_is_2_and_the_key_stays_here(service: StandIn, pictures: tuple[str, str], compare: Compare) -> None:
    elsewhere = StandIn()
    service.answers["/api/v1/comparisons"] = [Answer(b"", 302, {"Location": f"{elsewhere.url}/api/v1/comparisons"})]

    done = compare(service.url, "--reference", *pictures, key="secret")
    elsewhere.server.shutdown()
    elsewhere.server.server_close()

    assert done.returncode == NOT_COMPARED
    assert "set ETALON_URL" in done.stderr
    assert elsewhere.asked == []


def test_a_pair_is_uploaded_byte_by_byte_with_its_options(
    service: StandIn, pictures: tuple[str, str], compare: Compare
) -> None:
    service.compares(ended("passed"))
    choices = ["--match-level", "layout", "--fail-on", "major", "--ignore", "1,2,30,40", "--ignore", "5,6,7,8"]
    choices += ["--background", "#FFEE00"]

    compare(service.url, "--reference", *pictures, *choices, "--branch", "ветка", "--build", "7", key="the key")

    posted = service.asked[0]
    form = posted.form()
    assert posted.headers["X-API-Key"] == "the key"
    assert form["reference"] == Path(pictures[0]).read_bytes()
    assert form["actual"] == Path(pictures[1]).read_bytes()
    assert form["branch"].decode() == "ветка"
    assert form["build"] == b"7"
    assert json.loads(form["options"]) == {
        "match_level": "layout",
        "fail_on": "major",
        "ignore_regions": [
            {"x": 1, "y": 2, "width": 30, "height": 40},
            {"x": 5, "y": 6, "width": 7, "height": 8},
        ],
        "background": "#ffee00",
    }


def test_a_screenshot_is_uploaded_to_its_test_case(
    service: StandIn, pictures: tuple[str, str], compare: Compare
) -> None:
    service.compares(ended("failed", DEFECT), at="/api/v1/testcases/tc1/comparisons")

    done = compare(service.url, "--testcase", "tc1", pictures[1], "--language", "ru")

    assert done.returncode == FAILED
    assert service.asked[0].form() == {"screenshot": Path(pictures[1]).read_bytes()}
    assert service.asked[-1].headers["Accept-Language"] == "ru"
    assert "X-API-Key" not in service.asked[0].headers


def test_a_test_case_is_found_by_its_name(service: StandIn, pictures: tuple[str, str], compare: Compare) -> None:
    service.compares(ended("passed"), at="/api/v1/testcases/tc1/comparisons")
    service.answers["/api/v1/testcases"] = [Answer({"items": [{"testcase_id": "tc1"}], "next_cursor": None})]

    done = compare(service.url, "--name", "Log in & out", "--variant", "тёмная", pictures[1])

    assert done.returncode == PASSED
    asked = parse_qs(service.asked[0].path.partition("?")[2])
    assert asked == {"name": ["Log in & out"], "variant": ["тёмная"]}


@pytest.mark.parametrize("ids", [[], ["tc1", "tc2"]], ids=["none", "two"])
def test_a_name_that_is_not_of_one_test_case_is_2(
    service: StandIn, pictures: tuple[str, str], ids: list[str], compare: Compare
) -> None:
    service.answers["/api/v1/testcases"] = [Answer({"items": [{"testcase_id": id} for id in ids], "next_cursor": None})]

    assert compare(service.url, "--name", "Log in", pictures[1]).returncode == NOT_COMPARED
    assert [asked.method for asked in service.asked] == ["GET"]


def test_the_result_and_its_pictures_are_saved(
    service: StandIn, pictures: tuple[str, str], tmp_path: Path, compare: Compare
) -> None:
    service.compares(ended("failed", DEFECT))
    service.answers["/api/v1/artifacts/a1"] = [Answer(b"a picture", headers={"Content-Type": "image/png"})]
    saved, report = tmp_path / "out", tmp_path / "reports" / "one.json"

    done = compare(service.url, "--reference", *pictures, "--pictures", str(saved), "--json", str(report))

    assert done.returncode == FAILED
    assert (saved / "diff.png").read_bytes() == b"a picture"
    assert json.loads(report.read_text(encoding="utf-8"))["defects"] == [DEFECT]


def test_a_picture_that_does_not_come_leaves_the_verdict(
    service: StandIn, pictures: tuple[str, str], tmp_path: Path, compare: Compare
) -> None:
    service.compares(ended("passed"))

    done = compare(service.url, "--reference", *pictures, "--pictures", str(tmp_path / "out"))

    assert done.returncode == PASSED
    assert "no diff picture" in done.stderr


@pytest.mark.parametrize("against", ["--reference", "--name"], ids=["upload", "GET"])
def test_an_address_without_its_scheme_is_told_at_once(
    service: StandIn, pictures: tuple[str, str], compare: Compare, against: str
) -> None:
    done = compare(service.url.removeprefix("http://"), against, *pictures)

    assert done.returncode == NOT_COMPARED
    assert "must begin with http:// or https://" in done.stderr
    assert service.asked == []


def test_a_host_that_does_not_exist_is_told_at_once_on_a_get_too(pictures: tuple[str, str], compare: Compare) -> None:
    started = time.monotonic()

    done = compare("http://no-such-host.invalid", "--name", "Cart", pictures[1])

    assert done.returncode == NOT_COMPARED
    assert "cannot be reached" in done.stderr
    assert time.monotonic() - started < 8


def test_https_where_http_is_spoken_is_told_at_once(
    service: StandIn, pictures: tuple[str, str], compare: Compare
) -> None:
    done = compare(service.url.replace("http", "https"), "--name", "Cart", pictures[1])

    assert done.returncode == NOT_COMPARED
    assert "does not speak HTTPS" in done.stderr


def test_a_key_that_cannot_be_one_is_told_and_not_sent(
    service: StandIn, pictures: tuple[str, str], compare: Compare
) -> None:
    done = compare(service.url, "--name", "Cart", pictures[1], key="ключ")

    assert done.returncode == NOT_COMPARED
    assert "ETALON_API_KEY" in done.stderr
    assert service.asked == []


@pytest.mark.parametrize(
    "program", [[str(CLIENT)], ["-m", "etalon_client", "compare"]], ids=["one file", "etalon compare"]
)
def test_a_reader_that_closes_the_pipe_leaves_the_exit_status(
    service: StandIn, pictures: tuple[str, str], program: list[str]
) -> None:
    service.compares(ended("failed", *[DEFECT] * 5000))
    command = [sys.executable, *program, "--reference", *pictures]

    with subprocess.Popen(
        command, env=bare_environment(ETALON_URL=service.url), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        run.stdout.close()  # type: ignore[union-attr]
        errors = run.stderr.read()  # type: ignore[union-attr]

    assert (run.returncode, errors) == (FAILED, b"")
