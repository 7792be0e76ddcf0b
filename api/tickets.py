"""What every submission answers."""

from typing import Any, Final

from fastapi import status

from api import schemas
from tasks.status import Ticket

SUBMITTED: Final[dict[str, Any]] = {"status_code": status.HTTP_202_ACCEPTED, "response_model_exclude_none": True}


def ticket_of(ticket: Ticket) -> schemas.Ticket:
    return schemas.Ticket(
        task_id=ticket.task_id,
        state=ticket.state,
        mode=ticket.mode.value,
        status_url=f"/api/v1/tasks/{ticket.task_id}",
        testcase_id=ticket.ids.get("testcase_id"),
        reference_id=ticket.ids.get("reference_id"),
        comparison_id=ticket.ids.get("comparison_id"),
    )
