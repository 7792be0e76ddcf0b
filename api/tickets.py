"""What every submission answers."""

from api import schemas
from tasks.status import Ticket


def ticket_of(ticket: Ticket) -> schemas.Ticket:
    return schemas.Ticket(
        task_id=ticket.task_id,
        state=ticket.state,
        mode=ticket.mode.value,
        status_url=f"/api/v1/tasks/{ticket.task_id}",
        **ticket.ids,
    )
