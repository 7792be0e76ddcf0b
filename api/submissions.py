"""What all submissions share: the key for repetitions, and the ticket."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request, status

from api import schemas
from api.access import needs
from api.deps import Caller, problems
from api.errors import FieldSentTwice
from store.keys import Scope
from tasks import requests
from tasks.submit import Ticket, submit

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        description="Any text of yours, for example a UUID. A repetition with the same key gets the same ticket, and no "
        "second task is made.",
    ),
]


@dataclass(frozen=True, slots=True)
class Submitter:
    """Submits a request, once for each Idempotency-Key of its caller."""

    caller: Caller
    idempotency_key: IdempotencyKey = None

    async def submit(self, request: requests.Request) -> schemas.Ticket:
        return _ticket_of(await submit(request, self.caller.key_id, self.idempotency_key))


Submission = Annotated[Submitter, Depends()]


async def _each_field_once(request: Request) -> None:
    """Refuses a repeated field: silently, the last one would win."""
    names = [name for name, _ in (await request.form()).multi_items()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FieldSentTwice(f"{', '.join(ascii(name[:40]) for name in twice[:5])} came more than once.")


def submission(scope: Scope, *statuses: int, form: bool = True) -> dict[str, Any]:
    """The decorator of a route that submits."""
    of_forms = (400, 408, 413, 415) if form else ()
    return {
        "status_code": status.HTTP_202_ACCEPTED,
        "response_model_exclude_none": True,
        "dependencies": [needs(scope), *([Depends(_each_field_once)] if form else [])],
        "responses": problems(409, *of_forms, *statuses),
    }


def _ticket_of(ticket: Ticket) -> schemas.Ticket:
    return schemas.Ticket(
        task_id=ticket.task_id,
        state=ticket.state,
        mode=ticket.mode.value,
        status_url=f"/api/v1/tasks/{ticket.task_id}",
        testcase_id=ticket.ids.get("testcase_id"),
        reference_id=ticket.ids.get("reference_id"),
        comparison_id=ticket.ids.get("comparison_id"),
        build_id=ticket.ids.get("build_id"),
        shot_id=ticket.ids.get("shot_id"),
    )
