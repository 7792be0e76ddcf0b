#!/usr/bin/env python3
"""Compares a screenshot in Etalon and exits 0 passed, 1 failed, 2 not compared. Python 3.11 or newer, nothing else.

  etalon_compare.py --reference REFERENCE ACTUAL    two pictures with each other
  etalon_compare.py --name NAME ACTUAL              a screenshot with the reference of the test case of that name
  etalon_compare.py --testcase ID ACTUAL            the same, by the test case's id

ETALON_URL is where the service is (http://localhost:8000 where it is not set), ETALON_API_KEY a key where it wants one.
Whatever keeps the two from being compared is 2: a service that is away, a refused key, a picture that cannot be read, time.
"""

import argparse
import json
import os
import socket
import ssl
import sys
import time
import uuid
from email.message import Message
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

PASSED, FAILED, NOT_COMPARED = 0, 1, 2
LONGEST_WAIT_SECONDS = 60  # the service holds an answer back no longer than this
RETRY_SECONDS = 2.0
FIRST_CONTACT_SECONDS = 10.0  # a service that restarts is back by then; a wrong address is given up
ABSENCE_SECONDS = 120.0  # what a service that has answered before may be away


RUSSIAN = {
    "passed": "пройдено",
    "failed": "не пройдено",
    "critical": "критический",
    "major": "серьёзный",
    "minor": "незначительный",
    " (follows from {cause})": " (следствие {cause})",
    "{areas} that no defect explains": "не объяснено дефектами: {areas}",
    "{matched} of {all} elements matched, {share:.0%} of the area compared": (
        "сопоставлено элементов: {matched} из {all}, сравнено {share:.0%} площади"
    ),
    "no {kind} picture: {reason}": "картинки {kind} нет: {reason}",
    "not compared: {reason}": "не сравнено: {reason}",
    "interrupted": "прервано",
    "the comparison {id} has no verdict": "у сравнения {id} нет вердикта",
    # Of a test case that is looked for: «нет тест-кейса с названием …».
    "name": "названием",
    "project": "проектом",
    "variant": "вариантом",
    "no test case has {labels}": "нет тест-кейса с {labels}",
    "more than one test case has {labels}; choose one with --project, --variant or --testcase": (
        "тест-кейсов с {labels} больше одного; уточните через --project, --variant или --testcase"
    ),
    "the file {path} cannot be read: {reason}": "файл {path} не читается: {reason}",
    "the task {id} is still {state}, and the time is up (--timeout)": (
        "задача {id} всё ещё в состоянии {state}, а время вышло (--timeout)"
    ),
    "the task {id} ended as {state}": "задача {id} закончилась состоянием {state}",
    "the task {id} ended as {state}: {reason}": "задача {id} закончилась состоянием {state}: {reason}",
    "{url} did not answer in JSON; is ETALON_URL the address of Etalon?": (
        "{url} отвечает не в JSON; это точно адрес Etalon в ETALON_URL?"
    ),
    "{url} has not answered, and the time is up (--timeout)": "{url} не отвечает, а время вышло (--timeout)",
    "{url} cannot be reached: {reason}": "{url} недоступен: {reason}",
    "{url} cannot be reached: there is no such host ({reason})": "{url} недоступен: такого хоста нет ({reason})",
    "{url} has a certificate that is not trusted here: {reason} (SSL_CERT_FILE can name its authority's file)": (
        "сертификату {url} здесь не доверяют: {reason} (SSL_CERT_FILE может назвать файл его центра)"
    ),
    "{url} does not speak HTTPS; does its address begin with http://? ({reason})": (
        "{url} не говорит по HTTPS; не начинается ли его адрес с http://? ({reason})"
    ),
    "the address {url!r} must begin with http:// or https:// and name a host, as in https://etalon.example.com "
    "(ETALON_URL)": (
        "адрес {url!r} должен начинаться с http:// или https:// и называть хост, например https://etalon.example.com "
        "(ETALON_URL)"
    ),
    "ETALON_API_KEY holds characters that no key has; copy it again": (
        "в ETALON_API_KEY есть знаки, которых в ключах не бывает; скопируйте его ещё раз"
    ),
    "{reason}; trying again": "{reason}; пробуем ещё раз",
    "the service answered {status}: {reason}": "сервис ответил {status}: {reason}",
    "the service answered {status}: it redirects to {place}; set ETALON_URL to that address": (
        "сервис ответил {status}: он перенаправляет на {place}; укажите в ETALON_URL его настоящий адрес"
    ),
}
RUSSIAN_NOUNS = {
    "defect": ("дефект", "дефекта", "дефектов"),
    "changed area": ("изменённая область", "изменённые области", "изменённых областей"),
}


class NotCompared(Exception):
    """What kept the two from being compared: a sentence in English, and what to fill it with."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence, self.values = sentence, values

    def told(self, language: str) -> str:
        return told(language, self.sentence, **self.values)


def main(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):  # a Windows console may not know every letter of a page's text
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    language = "en"
    try:
        asked = parse(arguments)
        language = asked.language
        return run(asked)
    except NotCompared as error:
        reason = error.told(language)
    except KeyboardInterrupt:
        reason = told(language, "interrupted")
    except Exception as error:  # Python's own exit status for a crash is 1, and that means "failed" here
        reason = f"{type(error).__name__}: {error}"
    print(told(language, "not compared: {reason}", reason=reason), file=sys.stderr)
    return NOT_COMPARED


def say(line: str) -> None:
    """A line on standard output. A reader that closes the pipe (`| head`) changes nothing else: the rest is not said."""
    try:
        print(line, flush=True)
    except OSError:  # BrokenPipeError, on Windows EINVAL
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, usage=argparse.SUPPRESS
    )
    parser.add_argument("actual", type=Path, metavar="ACTUAL", help="the screenshot as it is now: PNG, JPEG or WebP")
    against = parser.add_mutually_exclusive_group(required=True)
    against.add_argument("--reference", type=Path, help="a picture to compare with")
    against.add_argument(
        "--name", help="a test case to compare with; --project and --variant choose between test cases of one name"
    )
    against.add_argument("--testcase", metavar="ID", help="a test case to compare with")
    parser.add_argument("--match-level", choices=("exact", "strict", "content", "layout"))
    parser.add_argument("--fail-on", choices=("minor", "major", "critical"), help="the least severity that fails")
    parser.add_argument(
        "--ignore", action="append", default=[], type=region, metavar="X,Y,WIDTH,HEIGHT",
        help="a box of the reference that does not count, in pixels (may be given more than once)",
    )  # fmt: skip
    parser.add_argument(
        "--background", type=colour, metavar="RRGGBB", help="the colour behind transparent pictures, such as ffffff"
    )
    for label in ("project", "branch", "variant", "build", "commit"):
        parser.add_argument(f"--{label}", help=f"the {label} to file the comparison under")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="where to save the pictures of the result")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to save the whole comparison")
    parser.add_argument(
        "--language", choices=("en", "ru"), default="en", help="language of the output of the comparison"
    )
    parser.add_argument(
        "--timeout", type=float, default=600, metavar="SECONDS", help="limit for the whole command (600)"
    )
    return parser.parse_args(arguments)


def region(text: str) -> dict[str, int]:
    numbers = [int(part) for part in text.split(",")]
    if len(numbers) != 4:
        raise ValueError(text)
    return dict(zip(("x", "y", "width", "height"), numbers, strict=True))


def colour(text: str) -> str:
    """`RRGGBB`, or `#RRGGBB`, which a shell takes for a comment unless it is quoted."""
    digits = text.removeprefix("#")
    if len(digits) != 6 or not set(digits.lower()) <= set("0123456789abcdef"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a colour like ffffff")
    return f"#{digits.lower()}"


def run(asked: argparse.Namespace) -> int:
    service = Service(os.environ.get("ETALON_URL") or "http://localhost:8000", asked.language, asked.timeout)
    comparison = wait_for(service, submit(service, asked))
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(comparison, ensure_ascii=False, indent=2), encoding="utf-8")
    print_report(service, comparison)
    if asked.pictures:
        save_pictures(service, comparison, asked.pictures)
    if comparison.get("verdict") is None:
        raise NotCompared("the comparison {id} has no verdict", id=comparison.get("comparison_id"))
    return PASSED if comparison["verdict"] == "passed" else FAILED


def submit(service: "Service", asked: argparse.Namespace) -> dict[str, Any]:
    """Uploads the pictures and gives the task's ticket. In the service's sync mode this takes as long as the task."""
    options = {
        "match_level": asked.match_level,
        "fail_on": asked.fail_on,
        "ignore_regions": asked.ignore,
        "background": asked.background,
    }
    chosen = {name: value for name, value in options.items() if value}
    fields = {label: getattr(asked, label) for label in ("project", "branch", "variant", "build", "commit")}
    fields["options"] = json.dumps(chosen) if chosen else None
    if asked.reference:
        path, files = "/api/v1/comparisons", {"reference": asked.reference, "actual": asked.actual}
    else:
        testcase_id = asked.testcase or find_testcase(service, asked)
        path, files = f"/api/v1/testcases/{quote(testcase_id)}/comparisons", {"screenshot": asked.actual}
    body, content_type = multipart({name: value for name, value in fields.items() if value}, files)
    # Sent again after a connection that broke, it is the same comparison, not a second one.
    headers = {"Content-Type": content_type, "Idempotency-Key": uuid.uuid4().hex}
    ticket: dict[str, Any] = service.ask("POST", path, body, headers)
    return ticket


def find_testcase(service: "Service", asked: argparse.Namespace) -> str:
    labels = {"name": asked.name, "project": asked.project, "variant": asked.variant}
    wanted = {label: value for label, value in labels.items() if value}
    found = service.ask("GET", f"/api/v1/testcases?{urlencode(wanted)}")["items"]
    labels_told = ", ".join(f"{told(asked.language, label)} {value!r}" for label, value in wanted.items())
    if not found:
        raise NotCompared("no test case has {labels}", labels=labels_told)
    if len(found) > 1:
        raise NotCompared(
            "more than one test case has {labels}; choose one with --project, --variant or --testcase",
            labels=labels_told,
        )
    return str(found[0]["testcase_id"])


def multipart(fields: dict[str, str], files: dict[str, Path]) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = []
    for name, value in fields.items():
        parts.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode())
    for name, path in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + read(path))
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or error
        raise NotCompared("the file {path} cannot be read: {reason}", path=path, reason=reason) from None


def wait_for(service: "Service", ticket: dict[str, Any]) -> dict[str, Any]:
    """The comparison, once its task has ended well."""
    while True:
        seconds = max(0, min(LONGEST_WAIT_SECONDS, int(service.seconds_left()) - 5))
        task = service.ask("GET", f"{ticket['status_url']}?wait={seconds}")
        if task["ready"]:
            break
        if seconds == 0:
            time.sleep(RETRY_SECONDS)
        if service.seconds_left() <= 0:
            still = "the task {id} is still {state}, and the time is up (--timeout)"
            raise NotCompared(still, id=ticket["task_id"], state=task["state"])
    if task["state"] != "SUCCESS" or not task["result"]:
        ending = {"id": task["task_id"], "state": task["state"]}
        if reason := (task.get("error") or {}).get("message"):
            raise NotCompared("the task {id} ended as {state}: {reason}", **ending, reason=reason)
        raise NotCompared("the task {id} ended as {state}", **ending)
    comparison: dict[str, Any] = task["result"]
    return comparison


def print_report(service: "Service", comparison: dict[str, Any]) -> None:
    language, defects = service.language, comparison["defects"]
    say(f"{told(language, str(comparison['verdict']))}: {count(language, len(defects), 'defect')}")
    width = max(len(told(language, severity)) for severity in ("critical", "major", "minor")) + 1
    for number, defect in enumerate(defects, 1):
        because = told(language, " (follows from {cause})", cause=defect["cause_id"]) if defect["cause_id"] else ""
        say(f"  {number:>2}. {told(language, defect['severity']):<{width}}{defect['message']}{because}")
    if areas := len(comparison["unexplained"]):
        say("  " + told(language, "{areas} that no defect explains", areas=count(language, areas, "changed area")))
    if coverage := comparison.get("coverage"):
        matched, all_of_them, share = (coverage[key] for key in ("matched", "reference_elements", "area_coverage"))
        line = "{matched} of {all} elements matched, {share:.0%} of the area compared"
        say("  " + told(language, line, matched=matched, all=all_of_them, share=share))
    say(f"  {service.url}/api/v1/comparisons/{comparison['comparison_id']}")
    if diff := comparison["artifacts"].get("diff"):
        say(f"  {service.url}{diff}")


def told(language: str, sentence: str, **values: object) -> str:
    return (RUSSIAN.get(sentence, sentence) if language == "ru" else sentence).format(**values)


def count(language: str, number: int, noun: str) -> str:
    if language != "ru":
        return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"
    one, few, many = RUSSIAN_NOUNS[noun]
    teen = number % 100 in range(11, 15)
    form = many if teen else one if number % 10 == 1 else few if number % 10 in (2, 3, 4) else many
    return f"{number or 'нет'} {form}"


def save_pictures(service: "Service", comparison: dict[str, Any], folder: Path) -> None:
    """The verdict stands already: a picture that does not come is only said."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, url in comparison["artifacts"].items():
        try:
            data, headers = service.fetch("GET", url)
        except NotCompared as error:
            reason = error.told(service.language)
            print(
                "  " + told(service.language, "no {kind} picture: {reason}", kind=kind, reason=reason), file=sys.stderr
            )
            continue
        suffix = headers.get_content_type().removeprefix("image/")
        path = folder / f"{kind}.{suffix}"
        path.write_bytes(data)
        say(f"  {path}")


class Service:
    """Etalon at one address. Nothing takes longer than `timeout` seconds, all calls together."""

    def __init__(self, url: str, language: str, timeout: float) -> None:
        self.url = checked_address(url)
        self.language = language
        self._deadline = time.monotonic() + timeout
        self._headers = {"Accept-Language": language, "User-Agent": "etalon-compare"}
        if key := os.environ.get("ETALON_API_KEY", "").strip():
            self._headers["X-API-Key"] = checked_key(key)
        self._was_reached = False
        self._away_since: float | None = None
        self._opener: OpenerDirector = build_opener(NoRedirects)

    def seconds_left(self) -> float:
        return self._deadline - time.monotonic()

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Any:
        data, _ = self.fetch(method, path, body, headers)
        try:
            return json.loads(data)
        except ValueError:
            strange = "{url} did not answer in JSON; is ETALON_URL the address of Etalon?"
            raise NotCompared(strange, url=self.url) from None

    def fetch(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[bytes, Message]:
        """Asks again while the service is busy or away; an upload is told by its Idempotency-Key."""
        while True:
            if (left := self.seconds_left()) <= 0:
                raise NotCompared("{url} has not answered, and the time is up (--timeout)", url=self.url)
            request = Request(self.url + path, body, self._headers | (headers or {}), method=method)
            try:
                with self._opener.open(request, timeout=left) as answer:
                    self._was_reached, self._away_since = True, None
                    return answer.read(), answer.headers
            except HTTPError as error:
                with error:
                    self._was_reached, self._away_since = True, None
                    pause = self._pause(error)
            except (URLError, OSError, HTTPException) as error:
                pause = self._pause_while_away(unreached(self.url, error))
            time.sleep(max(0.0, min(pause, self.seconds_left())))

    def _pause_while_away(self, found: tuple[NotCompared, bool]) -> float:
        """Says at once that the service is away. Raises NotCompared if waiting is no use, or has been none."""
        error, hopeless = found
        now = time.monotonic()
        first = self._away_since is None
        self._away_since = now if self._away_since is None else self._away_since
        patience = ABSENCE_SECONDS if self._was_reached else FIRST_CONTACT_SECONDS
        if hopeless or now - self._away_since >= patience or self.seconds_left() <= RETRY_SECONDS:
            raise error
        if first:
            print(told(self.language, "{reason}; trying again", reason=error.told(self.language)), file=sys.stderr)
        return RETRY_SECONDS

    def _pause(self, error: HTTPError) -> float:
        """How long to wait before asking again. Raises NotCompared if asking again is no use."""
        asked = error.headers.get("Retry-After", "")
        first_still_under_way = error.code == 409 and asked
        if error.code not in (502, 503, 504) and not first_still_under_way:
            raise refusal(error)
        return float(asked) if asked.isdigit() else RETRY_SECONDS


class NoRedirects(HTTPRedirectHandler):
    """A redirect would turn the upload into a GET and carry the key to another host: it is reported instead."""

    def redirect_request(self, *_: Any) -> None:
        return None


def checked_address(url: str) -> str:
    """The address without a slash at its end. Raises NotCompared if it is not one of HTTP."""
    try:
        parts = urlsplit(url.strip())
        complete = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        complete = False
    if not complete:
        raise NotCompared(
            "the address {url!r} must begin with http:// or https:// and name a host, as in https://etalon.example.com "
            "(ETALON_URL)",
            url=url,
        )
    return url.strip().rstrip("/")


def checked_key(key: str) -> str:
    if not (key.isascii() and key.isprintable()):
        raise NotCompared("ETALON_API_KEY holds characters that no key has; copy it again")
    return key


def unreached(url: str, error: Exception) -> tuple[NotCompared, bool]:
    """Why the service was not reached, and whether asking again is no use."""
    cause = getattr(error, "reason", error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        untrusted = (
            "{url} has a certificate that is not trusted here: {reason} (SSL_CERT_FILE can name its authority's file)"
        )
        return NotCompared(untrusted, url=url, reason=cause.verify_message), True
    if isinstance(cause, ssl.SSLError):
        plain = "{url} does not speak HTTPS; does its address begin with http://? ({reason})"
        return NotCompared(plain, url=url, reason=cause.reason or cause), True
    if isinstance(cause, socket.gaierror):
        nowhere = "{url} cannot be reached: there is no such host ({reason})"
        return NotCompared(nowhere, url=url, reason=cause.strerror), cause.errno != socket.EAI_AGAIN
    reason = getattr(cause, "strerror", None) or cause
    return NotCompared("{url} cannot be reached: {reason}", url=url, reason=reason), False


def refusal(error: HTTPError) -> NotCompared:
    if 300 <= error.code < 400:
        redirect = "the service answered {status}: it redirects to {place}; set ETALON_URL to that address"
        return NotCompared(redirect, status=error.code, place=error.headers.get("Location"))
    try:
        reason = json.loads(error.read())["detail"]
    except (ValueError, KeyError, TypeError):
        reason = error.reason
    return NotCompared("the service answered {status}: {reason}", status=error.code, reason=reason)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
