"""Telegram groups that became supergroups and got another id: messages follow them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.session import insert_if_new
from store.tables import MovedChat

_STEPS = 10  # a chain is as long as a group moved often; a circle would have no end


def present(session: Session, chat_id: str) -> str:
    """The chat's current id."""
    for _ in range(_STEPS):
        moved_to = session.scalar(select(MovedChat.moved_to).where(MovedChat.chat_id == chat_id))
        if moved_to is None or moved_to == chat_id:
            return chat_id
        chat_id = moved_to
    return chat_id


def moved(session: Session, chat_id: str, moved_to: str) -> None:
    """Stores the chat's new id."""
    insert_if_new(session, MovedChat, chat_id=chat_id, moved_to=moved_to)
