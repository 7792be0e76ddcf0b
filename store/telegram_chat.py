"""What is kept of the Telegram chat: its id today, and under which builds' messages a button was pressed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.session import insert_if_new
from store.tables import ButtonPress, MovedChat

_STEPS = 10  # a chat may move more than once; more steps than this are a circle


def current_id(session: Session, chat_id: str) -> str:
    """The chat's current id: a group that becomes a supergroup gets another one."""
    for _ in range(_STEPS):
        moved_to = session.scalar(select(MovedChat.moved_to).where(MovedChat.chat_id == chat_id))
        if moved_to is None or moved_to == chat_id:
            return chat_id
        chat_id = moved_to
    return chat_id


def moved(session: Session, chat_id: str, moved_to: str) -> None:
    """Stores the chat's new id."""
    insert_if_new(session, MovedChat, chat_id=chat_id, moved_to=moved_to)


def press_once(session: Session, build_id: str) -> bool:
    """Stores that a button under the build's message was pressed; False if one was pressed before."""
    return insert_if_new(session, ButtonPress, build_id=build_id)
