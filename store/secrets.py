"""Random bytes that the processes of one service share: what signs links and sessions."""

from functools import cache
from secrets import token_hex

from config import settings
from store.session import insert_if_new, write
from store.tables import Secret


def shared(name: str) -> bytes:
    """The secret of that name; the first process that asks makes it."""
    return _kept(settings().database, name)


@cache
def _kept(database: str, name: str) -> bytes:
    with write() as session:
        insert_if_new(session, Secret, name=name, value=token_hex(32))
        return session.get_one(Secret, name).value.encode()
