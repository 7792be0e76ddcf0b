"""Questions to a running service, over HTTP."""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx


class NoResult(Exception):
    """The service refused the pictures, or its task failed or took too long."""


def client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url.rstrip("/"), timeout=300)


def compare(http: httpx.Client, reference: Path, actual: Path, options: Mapping[str, Any], limit_seconds: float) -> Any:
    """The comparison's JSON. Raises NoResult."""
    files = {"reference": _file(reference), "actual": _file(actual)}
    answer = http.post("/api/v1/comparisons", files=files, data={"options": json.dumps(options)})
    return _result(http, answer, limit_seconds)


def analyze(http: httpx.Client, screenshot: Path, limit_seconds: float) -> Any:
    """The analysis' JSON. Raises NoResult."""
    answer = http.post("/api/v1/analyses", files={"screenshot": _file(screenshot)})
    return _result(http, answer, limit_seconds)


def _file(path: Path) -> tuple[str, bytes]:
    return path.name, path.read_bytes()


def _result(http: httpx.Client, ticket: httpx.Response, limit_seconds: float) -> Any:
    if ticket.status_code != httpx.codes.ACCEPTED:
        raise NoResult(f"refused with {ticket.status_code}: {ticket.text[:200]}")
    deadline = time.monotonic() + limit_seconds
    while time.monotonic() < deadline:
        answer = http.get(f"/api/v1/tasks/{ticket.json()['task_id']}", params={"wait": 60})
        task = answer.raise_for_status().json()
        if task["ready"]:
            if task["state"] != "SUCCESS":
                raise NoResult(f"{task['state']}: {task['error']}")
            return task["result"]
    raise NoResult(f"not ready after {limit_seconds:g} s")
