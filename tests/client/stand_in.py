"""A small service for the client's tests: it keeps builds in memory and compares pictures byte by byte."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PNG = b"\x89PNG\r\n\x1a\n"
BROKEN = PNG + b"broken"  # a picture whose comparison fails
ORDER = ("failed", "error", "new", "running", "rejected", "approved", "passed")


def picture(content: str) -> bytes:
    return PNG + content.encode()


class Refusal(Exception):
    def __init__(self, status: int, detail: str, retry_after: str = "") -> None:
        self.status, self.detail, self.retry_after = status, detail, retry_after


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: Message
    body: bytes

    def form(self) -> dict[str, bytes]:
        """The body's fields, read by another multipart reader than the one that wrote them."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = message_from_bytes(head + self.body).get_payload()
        return {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True) for part in parts
        }

    def json(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body or b"{}")
        return read


@dataclass
class Build:
    build_id: str
    name: str
    project: str
    labels: dict[str, Any]
    expected: set[str]
    shards: int | None
    shards_done: set[int] = field(default_factory=set)
    finalized: bool = False
    shots: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Nothing: a client that hangs up in the middle is what some tests are about."""


class StandIn:
    """`references` are the pictures of test cases by name and variant; `seconds` is what a comparison takes."""

    def __init__(self, key: str = "") -> None:
        self.asked: list[Asked] = []
        self.references: dict[tuple[str, str], bytes] = {}
        self.builds: list[Build] = []
        self.pictures: dict[str, bytes] = {}
        self.key = key
        self.seconds = 0.0
        self.interfere: Callable[[Asked], None] = lambda _: None
        self._lock = threading.RLock()
        self.server = _Server(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def paths(self, method: str) -> list[str]:
        return [asked.path for asked in self.asked if asked.method == method]

    def _handler(stand_in) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                address = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(address.query).items()}
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, unquote(address.path), query, self.headers, body)
                stand_in.asked.append(asked)
                retry_after = ""
                try:
                    status, answer = stand_in.answer(asked)
                except ConnectionError:
                    self.close_connection = True
                    return
                except Refusal as refusal:
                    status, answer, retry_after = refusal.status, {"detail": refusal.detail}, refusal.retry_after
                data = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                with suppress(ConnectionError):  # the client is gone
                    self.send(status, answer, data, retry_after)

            def send(self, status: int, answer: Any, data: bytes, retry_after: str) -> None:
                self.send_response(status)
                if retry_after:
                    self.send_header("Retry-After", retry_after)
                self.send_header("Content-Length", str(len(data)))
                self.send_header("Content-Type", "image/png" if isinstance(answer, bytes) else "application/json")
                self.end_headers()
                self.wfile.write(data)

            do_POST = do_PUT = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        return Handler

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.interfere(asked)
        if self.key and asked.headers.get("X-API-Key") != self.key:
            raise Refusal(401, "This needs a valid API key in the header X-API-Key.")
        parts = asked.path.removeprefix("/api/v1/").split("/")
        with self._lock:
            match asked.method, parts:
                case "POST", ["builds"]:
                    return self._join(asked.json())
                case "GET", ["builds"]:
                    return 200, {"items": self._list(asked.query), "next_cursor": None}
                case "GET", ["builds", build_id]:
                    return 200, self._page(self._find(build_id), asked.query)
                case "POST", ["builds", build_id, "shots"]:
                    return 202, self._shot(self._find(build_id), asked.form())
                case "POST", ["builds", build_id, "finalize"]:
                    return 202, self._finalize(self._find(build_id), asked.json())
                case "GET", ["builds", build_id, "groups"]:
                    return 200, {"items": self._groups(self._find(build_id))}
                case "POST", ["builds", build_id, "approve"]:
                    return 200, self._approve(self._find(build_id), asked.json())
                case "GET", ["builds", build_id, "report.xml"]:
                    return 200, self._junit(self._find(build_id))
                case "GET", ["builds", build_id, "report.html"]:
                    return 200, b"<!doctype html><title>Build</title>"
                case "GET", ["builds", build_id, "report.json"]:
                    return 200, self._page(self._find(build_id), {"limit": "200"})
                case "POST", ["comparisons"]:
                    return 202, self._pair(asked.form())
                case "GET", ["comparisons", comparison_id]:
                    return 200, self.comparison(comparison_id)
                case "GET", ["tasks", task_id]:
                    return 200, self._task(task_id)
                case "GET", ["artifacts", artifact_id]:
                    return 200, self.pictures[artifact_id]
                case "POST", ["testcases"]:
                    return 202, self._testcase(asked.form())
                case "GET", ["testcases"]:
                    named = [key for key in self.references if key[0] == asked.query["name"]]
                    return 200, {
                        "items": [
                            {"testcase_id": f"{name.encode().hex()}~{variant}", "variant": variant}
                            for name, variant in named
                        ]
                    }
                case "PUT", ["testcases", testcase_id, "reference"]:
                    name, _, variant = testcase_id.partition("~")
                    self.references[bytes.fromhex(name).decode(), variant] = asked.form()["screenshot"]
                    return 202, {"task_id": "t", "status_url": "/api/v1/tasks/t"}
        raise Refusal(404, f"There is no {asked.path}.")

    def _join(self, fields: dict[str, Any]) -> tuple[int, Any]:
        project = fields.get("project", "default")
        for build in self.builds:
            if (build.project, build.name) == (project, fields["name"]):
                build.expected |= set(fields.get("expected", ()))
                return 200, self.build(build)
        labels = {label: fields.get(label) for label in ("branch", "commit", "url")}
        expected = set(fields.get("expected", ()))
        self.builds.append(
            Build(f"b{len(self.builds)}", fields["name"], project, labels, expected, fields.get("shards"))
        )
        return 201, self.build(self.builds[-1])

    def _list(self, query: dict[str, str]) -> list[dict[str, Any]]:
        chosen = [
            build
            for build in reversed(self.builds)
            if query.get("name") in (None, build.name) and query.get("project") in (None, build.project)
        ]
        return [self.build(build) for build in chosen]

    def _find(self, build_id: str) -> Build:
        for build in self.builds:
            if build.build_id == build_id:
                return build
        raise Refusal(404, f"There is no build {build_id}.")

    def _shot(self, build: Build, form: dict[str, bytes]) -> dict[str, Any]:
        name, variant = form["name"].decode(), form.get("variant", b"").decode()
        if build.finalized:
            raise Refusal(409, f"The build {build.name} is finalized; start a new one.")
        if (name, variant) in build.shots and form.get("retry") != b"true":
            raise Refusal(409, f"The build has a shot {name} already; send retry=true to replace it.")
        if len(name) > 500:
            raise Refusal(422, "`name`: String should have at most 500 characters")
        return self._take(build, name, variant, self.references.get((name, variant)), form["screenshot"])

    def _take(self, build: Build, name: str, variant: str, reference: bytes | None, actual: bytes) -> dict[str, Any]:
        number = f"{build.build_id}-{len(self.pictures)}"
        self.pictures[f"{number}-actual"] = actual
        verdict = "new" if reference is None else "passed" if reference == actual else "failed"
        build.shots[name, variant] = {
            "shot_id": f"s{number}", "name": name, "variant": variant, "verdict": verdict, "review": "unreviewed",
            "ready_at": time.monotonic() + self.seconds, "broken": actual == BROKEN,
            "testcase_id": f"{name}~{variant}", "comparison_id": None if reference is None else f"c{number}",
            "page": f"/ui/comparisons/c{number}", "defect_count": int(verdict == "failed"),
            "worst_severity": "major" if verdict == "failed" else None,
            "sentence": f"Now reads {actual[len(PNG) :].decode(errors='replace')!r}" if verdict == "failed" else None,
            "signature": actual.hex()[-8:] if verdict == "failed" else None,
            "artifacts": {"actual": f"/api/v1/artifacts/{number}-actual"},
        }  # fmt: skip
        if verdict == "failed":
            self.pictures[f"{number}-diff"] = PNG + b"diff"
            build.shots[name, variant]["artifacts"]["diff"] = f"/api/v1/artifacts/{number}-diff"
        made = {"reference_id": f"r{number}"} if reference is None else {"comparison_id": f"c{number}"}
        return {"task_id": f"t{number}", "status_url": f"/api/v1/tasks/t{number}", "state": "PENDING", **made}

    def _pair(self, form: dict[str, bytes]) -> dict[str, Any]:
        [build] = [one for one in self.builds if one.name == form["build"].decode()]
        name = form["name"].decode()
        ticket = self._take(build, name, "", form["reference"], form["actual"])
        build.shots[name, ""]["testcase_id"] = None
        return ticket

    def _finalize(self, build: Build, fields: dict[str, Any]) -> dict[str, Any]:
        build.expected |= set(fields.get("expected", ()))
        if shard := fields.get("shard"):
            build.shards_done.add(shard)
        build.finalized = build.finalized or not shard or len(build.shards_done) == build.shards
        return self.build(build)

    def _approve(self, build: Build, fields: dict[str, Any]) -> dict[str, Any]:
        chosen = fields["filter"]
        shots = [
            shot
            for shot in build.shots.values()
            if section(shot) in ("new", "failed")
            and ("ids" not in chosen or shot["shot_id"] in chosen["ids"])
            and chosen.get("signature") in (None, shot["signature"])
            and chosen.get("verdict") in (None, shot["verdict"])
        ]
        for shot in shots:
            shot["review"] = "approved"
            self.references[shot["name"], shot["variant"]] = self.pictures[shot["artifacts"]["actual"].split("/")[-1]]
        return {"approved": [told(shot) for shot in shots], "refused": [], "build": self.build(build)}

    def _testcase(self, form: dict[str, bytes]) -> dict[str, Any]:
        key = form["name"].decode(), form.get("variant", b"").decode()
        if key in self.references:
            raise Refusal(409, f"There is a test case {key[0]!r} already.")
        self.references[key] = form["screenshot"]
        return {"task_id": "t", "status_url": "/api/v1/tasks/t"}

    def _groups(self, build: Build) -> list[dict[str, Any]]:
        failed = [shot for shot in build.shots.values() if section(shot) == "failed"]
        counted = Counter(shot["signature"] for shot in failed)
        sentences = {shot["signature"]: shot["sentence"] for shot in failed}
        return [{"signature": one, "sentence": sentences[one], "count": times} for one, times in counted.most_common()]

    def _page(self, build: Build, query: dict[str, str]) -> dict[str, Any]:
        if query.get("wait"):
            self._wait(build, float(query["wait"]))
        shots = sorted(
            (told(shot) for shot in build.shots.values()), key=lambda shot: (ORDER.index(shot["section"]), shot["name"])
        )
        shots = [shot for shot in shots if query.get("section") in (None, shot["section"])]
        start, limit = int(query.get("cursor", 0)), int(query.get("limit", 50))
        more = str(start + limit) if start + limit < len(shots) else None
        return {**self.build(build), "shots": shots[start : start + limit], "next_cursor": more}

    def _wait(self, build: Build, seconds: float) -> None:
        until = time.monotonic() + seconds
        while self.build(build)["state"] != "concluded" and time.monotonic() < until:
            self._lock.release()
            time.sleep(0.02)
            self._lock.acquire()

    def build(self, build: Build) -> dict[str, Any]:
        counts = Counter(section(shot) for shot in build.shots.values())
        missing = sorted(build.expected - {name for name, _ in build.shots})
        concluded = build.finalized and not counts["running"]
        return {
            "build_id": build.build_id, "name": build.name, "project": build.project, **build.labels,
            "state": "concluded" if concluded else "finalized" if build.finalized else "open",
            "verdict": _verdict(counts, missing) if concluded else None,
            "counts": {"shots": len(build.shots), "missing": len(missing), **{name: counts[name] for name in ORDER}},
            "expected": len(build.expected) or None, "missing": missing,
            "shards": build.shards, "shards_done": sorted(build.shards_done), "page": f"/ui/builds/{build.build_id}",
        }  # fmt: skip

    def _junit(self, build: Build) -> bytes:
        cases = "".join(f'<testcase name="{name}"/>' for name, _ in build.shots)
        absent = "".join(f'<testcase name="{name}"><error/></testcase>' for name in self.build(build)["missing"])
        return f'<testsuites><testsuite name="{build.name}">{cases}{absent}</testsuite></testsuites>'.encode()

    def comparison(self, comparison_id: str) -> dict[str, Any]:
        [shot] = [
            shot for build in self.builds for shot in build.shots.values() if shot["comparison_id"] == comparison_id
        ]
        defect = {"id": "d1", "severity": "major", "message": shot["sentence"], "cause_id": None}
        return {
            "comparison_id": comparison_id, "verdict": shot["verdict"], "artifacts": shot["artifacts"], "unexplained": [],
            "defects": [defect] * shot["defect_count"], "review": shot["review"],
        }  # fmt: skip

    def _task(self, task_id: str) -> dict[str, Any]:
        task = {"task_id": task_id, "state": "SUCCESS", "ready": True, "error": None, "result": {"testcase_id": "x"}}
        for shot in (shot for build in self.builds for shot in build.shots.values()):
            if f"t{shot['shot_id'][1:]}" == task_id:
                if shot["broken"]:
                    error = {"type": "UnreadableImage", "message": "The picture ends early."}
                    return {**task, "state": "FAILURE", "result": None, "error": error}
                if time.monotonic() < shot["ready_at"]:
                    return {**task, "state": "STARTED", "ready": False, "result": None}
                return {**task, "result": self.comparison(shot["comparison_id"]) if shot["comparison_id"] else {"x": 1}}
        return task


def section(shot: dict[str, Any]) -> str:
    if time.monotonic() < shot["ready_at"]:
        return "running"
    if shot["broken"]:
        return "error"
    return "approved" if shot["review"] == "approved" else str(shot["verdict"])


def told(shot: dict[str, Any]) -> dict[str, Any]:
    error = "The picture ends early." if shot["broken"] else None
    return {**shot, "section": section(shot), "error": error}


def _verdict(counts: Counter[str], missing: list[str]) -> str:
    if counts["error"]:
        return "error"
    if missing or not counts.total():
        return "incomplete"
    return "new" if counts["new"] else "failed" if counts["failed"] else "passed"
