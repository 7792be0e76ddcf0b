"""A Bot API on a local port: real HTTP, Telegram's limits, and scripted misbehaviour.

Written from core.telegram.org/bots/api: it counts lengths in UTF-16 units after parsing the entities, and refuses
other text than Telegram's HTML with "can't parse entities".
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message as Headers
from html.parser import HTMLParser
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

import cv2
import numpy as np

from harness.serving import serving

TOKEN = "123456789:AAstand-in_token_that_must_never_leak_12"
CHAT = "-100200300"  # a group
PERSON = "100200300"


@dataclass(frozen=True, slots=True)
class Received:
    method: str
    text: str
    parsed: str
    picture: bytes | None
    at: float
    pictures: int = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """A scripted answer. `deliver`: takes the message anyway; `slow_seconds`: answers later; `silent_seconds`: says
    nothing for that long, then hangs up."""

    status: int = 200
    body: Any = None
    deliver: bool = False
    slow_seconds: float = 0.0
    silent_seconds: float = 0.0


@dataclass
class StandIn:
    """`script` is used up call by call, after that it behaves; `delivered` is what arrived in the chat, `silences` how
    often it gave no answer, `errors` how often a 5xx. `moved_to`: the group is a supergroup of that id now; `topics`: what
    each message was for. `updates` are what people did, given out one by one; `keyboards` the buttons that came, `answers`
    what pressers heard, `emptied` whose buttons were taken away."""

    url: str = ""
    script: list[Answer] = field(default_factory=list)
    delivered: list[Received] = field(default_factory=list)
    calls: int = 0
    silences: int = 0
    errors: int = 0
    moved_to: str = ""
    topics: list[str] = field(default_factory=list)
    called_at: list[float] = field(default_factory=list)
    keyboards: list[Any] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)


@contextmanager
def telegram() -> Iterator[StandIn]:
    stand_in = StandIn()

    class Handler(_Handler):
        here = stand_in

    with serving(Handler) as stand_in.url:
        yield stand_in


def rate_limited(seconds: int) -> Answer:
    return Answer(429, {"ok": False, "description": "Too Many Requests", "parameters": {"retry_after": seconds}})


class _Handler(BaseHTTPRequestHandler):
    here: StandIn
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.here.calls += 1
        self.here.called_at.append(time.monotonic())
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = _fields(self.headers, body)
        scripted = self.here.script.pop(0) if self.here.script else None
        if scripted is None:
            return self._say(*self._receive(fields))
        status, body = self._receive(fields) if scripted.deliver else (scripted.status, scripted.body)
        self.here.errors += status >= HTTPStatus.INTERNAL_SERVER_ERROR
        time.sleep(scripted.slow_seconds)
        if scripted.silent_seconds:
            self.here.silences += 1
            time.sleep(scripted.silent_seconds)
            self.close_connection = True
            return None
        return self._say(status, body)

    def _receive(self, fields: dict[str, bytes]) -> tuple[int, Any]:
        token, _, method = self.path.removeprefix("/bot").partition("/")
        if token != TOKEN:
            return 401, _refusal(401, "Unauthorized")
        if method in ("getUpdates", "answerCallbackQuery"):
            return 200, {"ok": True, "result": self._of_people(method, fields)}
        chat = fields.get("chat_id", b"").decode()
        if self.here.moved_to and chat == CHAT:
            said = _refusal(400, "Bad Request: group chat was upgraded to a supergroup chat")
            return 400, said | {"parameters": {"migrate_to_chat_id": int(self.here.moved_to)}}
        if chat not in (CHAT, PERSON, self.here.moved_to):
            return 400, _refusal(400, "Bad Request: chat not found")
        self.here.topics.append(fields.get("message_thread_id", b"").decode())
        if method == "editMessageReplyMarkup":
            self.here.emptied.append(fields["message_id"].decode())
            return 200, {"ok": True, "result": True}
        if "reply_markup" in fields:
            self.here.keyboards.append(json.loads(fields["reply_markup"])["inline_keyboard"])
        if method == "sendMediaGroup":
            return self._receive_album(fields)
        text = fields.get("text", fields.get("caption", b"")).decode()
        parsed = _parsed(text) if fields.get("parse_mode") == b"HTML" else text
        if parsed is None:
            return 400, _refusal(400, "Bad Request: can't parse entities: unsupported start tag")
        picture = fields.get("photo", fields.get("document"))
        refused = _broken_limit(method, parsed, picture)
        if refused:
            return 400, _refusal(400, f"Bad Request: {refused}")
        self.here.delivered.append(Received(method, text, parsed, picture, time.monotonic()))
        return 200, {"ok": True, "result": {"message_id": len(self.here.delivered)}}

    def _of_people(self, method: str, fields: dict[str, bytes]) -> Any:
        if method == "answerCallbackQuery":
            self.here.answers.append(fields["text"].decode())
            return True
        self.here.updates = [one for one in self.here.updates if one["update_id"] >= int(fields["offset"])]
        return self.here.updates[: int(fields["limit"])]

    def _receive_album(self, fields: dict[str, bytes]) -> tuple[int, Any]:
        album = json.loads(fields["media"])
        if not 2 <= len(album) <= 10:
            return 400, _refusal(400, "Bad Request: wrong number of media")
        pictures = [fields[one["media"].removeprefix("attach://")] for one in album]
        worded = [one for one in album if one.get("caption")]
        text = worded[0]["caption"] if len(worded) == 1 else ""
        parsed = _parsed(text) if worded and worded[0].get("parse_mode") == "HTML" else text
        if parsed is None:
            return 400, _refusal(400, "Bad Request: can't parse entities: unsupported start tag")
        kind = {"photo": "sendPhoto", "document": "sendDocument"}[album[0]["type"]]
        refused = next(filter(None, (_broken_limit(kind, parsed, picture) for picture in pictures)), "")
        if refused:
            return 400, _refusal(400, f"Bad Request: {refused}")
        self.here.delivered.append(
            Received("sendMediaGroup", text, parsed, pictures[0], time.monotonic(), len(pictures))
        )
        return 200, {"ok": True, "result": [{"message_id": len(self.here.delivered)}]}

    def _say(self, status: int, body: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        return


def _refusal(status: int, description: str) -> Any:
    return {"ok": False, "error_code": status, "description": description}


def _broken_limit(method: str, parsed: str, picture: bytes | None) -> str:
    most = 4096 if method == "sendMessage" else 1024
    if not parsed and method == "sendMessage":
        return "message text is empty"
    if len(parsed.encode("utf-16-le")) // 2 > most:
        return "message is too long" if method == "sendMessage" else "message caption is too long"
    if method == "sendMessage":
        return "" if picture is None else "there must be no picture"
    if picture is None:
        return "there is no picture in the request"
    if len(picture) > (10 if method == "sendPhoto" else 50) * 1024 * 1024:
        return "file is too big"
    return _broken_photo(picture) if method == "sendPhoto" else ""


def _broken_photo(picture: bytes) -> str:
    decoded = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    if decoded is None:
        return "IMAGE_PROCESS_FAILED"
    height, width = decoded.shape[:2]
    return "PHOTO_INVALID_DIMENSIONS" if width + height > 10_000 or max(width, height) > 20 * min(width, height) else ""


def _fields(headers: Headers, body: bytes) -> dict[str, bytes]:
    kind = headers["Content-Type"]
    if kind.startswith("application/x-www-form-urlencoded"):
        return {name: values[0].encode() for name, values in parse_qs(body.decode()).items()}
    boundary = b"--" + kind.partition("boundary=")[2].encode()
    found = {}
    for part in body.split(boundary)[1:-1]:
        head, _, data = part[2:-2].partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]+)"', head)
        assert name
        found[name[1].decode()] = data
    return found


class _Entities(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.wrong = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.wrong |= tag not in ("b", "i", "a", "code", "pre", "u", "s")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.wrong |= not self.open or self.open.pop() != tag

    def handle_data(self, data: str) -> None:
        self.text += data


def _parsed(text: str) -> str | None:
    """The text without its entities; None if it is not Telegram's HTML."""
    parser = _Entities()
    parser.feed(text)
    parser.close()
    return None if parser.wrong or parser.open else parser.text
