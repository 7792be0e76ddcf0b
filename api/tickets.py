"""What every submission passes and answers."""

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

Word = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern="^[!-~]+$",
        description="Any word of yours, a UUID say. Sent again with the same request, it gives the same ticket, and no "
        "second task is made.",
    ),
]


@dataclass(frozen=True, slots=True)
class Submitter:
    """Hands a request in, once for each word of its caller's."""

    caller: Caller
    word: Word = None

    async def submit(self, request: requests.Request) -> schemas.Ticket:
        return _ticket_of(await submit(request, self.caller.key_id, self.word))


Submission = Annotated[Submitter, Depends()]


async def _each_field_once(request: Request) -> None:
    """Of two fields with one name the last would win, in silence."""
    names = [name for name, _ in (await request.form()).multi_items()]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FieldSentTwice(f"{', '.join(ascii(name[:40]) for name in twice[:5])} came more than once.")


def submission(scope: Scope, *statuses: int, form: bool = True) -> dict[str, Any]:
    """How a route that submits is declared."""
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
