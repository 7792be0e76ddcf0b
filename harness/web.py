"""A web server that records what is posted to it and gives scripted answers: for webhooks and commit states."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

from harness.serving import serving


@dataclass(frozen=True, slots=True)
class Post:
    path: str
    headers: Mapping[str, str]
    body: bytes

    def fields(self) -> dict[str, str]:
        """The body, JSON or a form."""
        if self.body.startswith(b"{"):
            found: dict[str, str] = json.loads(self.body)
            return found
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class Hooks:
    """`statuses`: what a path answers, call by call; after that 200."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    statuses: dict[str, list[int]] = field(default_factory=dict)

    def received(self, path: str) -> list[Post]:
        return [one for one in self.posts if one.path == path]


@contextmanager
def hooks() -> Iterator[Hooks]:
    listening = Hooks()

    class Handler(_Handler):
        here = listening

    with serving(Handler) as listening.url:
        yield listening


class _Handler(BaseHTTPRequestHandler):
    here: Hooks
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.here.posts.append(Post(self.path, self.headers, body))
        waiting = self.here.statuses.get(self.path)
        self.send_response(waiting.pop(0) if waiting else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        return
