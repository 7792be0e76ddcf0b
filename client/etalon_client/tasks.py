"""Background work of the service: an upload answers a ticket, then the client waits for the result."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from typing import Any, Final

from etalon_client.errors import NotCompared
from etalon_client.service import Service

LONGEST_WAIT_SECONDS: Final = 60  # the service holds an answer back no longer than this
NOTICE_SECONDS: Final = 5  # an answer must be here before the time is up
POLL_SECONDS: Final = 2.0

Files = Mapping[str, bytes]


def submit(
    service: Service, path: str, fields: Mapping[str, str], files: Files, method: str = "POST"
) -> dict[str, Any]:
    """Uploads pictures and gives the ticket. Sent again after a broken connection, it is still one upload."""
    parts = {name: (name, data, "application/octet-stream") for name, data in files.items()}
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    ticket: dict[str, Any] = service.ask(method, path, data=dict(fields), files=parts, headers=headers)
    return ticket


def wait_for(service: Service, ticket: Mapping[str, Any]) -> dict[str, Any]:
    """The task's result. Raises NotCompared if the task failed, or the time is up first."""
    while True:
        seconds = seconds_to_wait(service)
        task = service.ask("GET", ticket["status_url"], params={"wait": seconds})
        if task["ready"]:
            return _result(task)
        if not seconds:
            time.sleep(min(POLL_SECONDS, max(0.0, service.seconds_left())))
        if service.seconds_left() <= 0:
            raise NotCompared(
                "the task {id} is still {state}, and the time is up (--timeout)",
                id=task["task_id"],
                state=task["state"],
            )


def seconds_to_wait(service: Service) -> int:
    """How long the service may hold its next answer back."""
    return max(0, min(LONGEST_WAIT_SECONDS, int(service.seconds_left()) - NOTICE_SECONDS))


def options_field(options: Mapping[str, Any]) -> str:
    """The form field `options`: what was chosen, as JSON; empty if nothing was."""
    chosen = {name: value for name, value in options.items() if value}
    return json.dumps(chosen) if chosen else ""


def _result(task: Mapping[str, Any]) -> dict[str, Any]:
    if task["state"] == "SUCCESS" and task["result"]:
        result: dict[str, Any] = task["result"]
        return result
    ending = {"id": task["task_id"], "state": task["state"]}
    if reason := (task.get("error") or {}).get("message"):
        raise NotCompared("the task {id} ended as {state}: {reason}", **ending, reason=reason)
    raise NotCompared("the task {id} ended as {state}", **ending)
