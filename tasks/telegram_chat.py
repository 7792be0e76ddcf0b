"""What people do in the Telegram chat: press a button under a build's message, ask /status and /last.

By long polling, so the service needs no public address; off unless TELEGRAM_LISTEN is on. One process at a time listens.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from config import settings
from store import builds, keys, leases, projects, shots, telegram_chat, visibility, workers
from store import tasks as task_rows
from store.errors import NotFound
from store.keys import Scope
from store.session import read, write
from store.tables import new_id
from store.visibility import Projects
from tasks.builds import review
from tasks.notifications import buttons
from tasks.notifications.bot_api import Bot
from tasks.notifications.exchange import Refused, Unavailable, Uncertain
from tasks.notifications.letter import counts_line
from tasks.notifications.words import WORDS, short

log = logging.getLogger(__name__)

_LEASE: Final = "telegram updates"
_HOLDER: Final = new_id()
_POLL_SECONDS: Final = 15  # Telegram holds its answer back for so long while nothing happens
_LEASE_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 5.0  # after an error, and between two looks for the lease


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A Telegram user whom the settings name, and what the key that goes with them allows."""

    name: str
    projects: Projects


@contextmanager
def listening() -> Iterator[None]:
    """A thread that answers the chat, around the API's lifespan; nothing if the settings do not want it."""
    if not (settings().telegram_enabled and settings().telegram_listen):
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_listen, args=(stop,), name="telegram chat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=2)  # it may be in the middle of a long poll; it holds nothing that would be lost


def answer_once(offset: int) -> int:
    """Waits for the next update, answers it, and gives the number of the one to ask for then.
    Raises Refused, Unavailable, Uncertain."""
    asked = {"offset": str(offset), "limit": "1", "timeout": str(_POLL_SECONDS)}
    found = _bot().ask("getUpdates", asked | {"allowed_updates": '["message", "callback_query"]'}, _POLL_SECONDS + 15)
    for update in found if isinstance(found, list) else []:
        offset = int(update["update_id"]) + 1
        try:
            _answer(update)
        except (Refused, Unavailable, Uncertain) as error:
            log.warning("The answer in the Telegram chat was not sent: %s", error)
        except Exception:
            log.exception("An update of the Telegram chat could not be answered.")
    return offset


def _listen(stop: threading.Event) -> None:
    offset = 0
    while not stop.is_set():
        try:
            if not _is_ours():
                stop.wait(_PAUSE_SECONDS)
                continue
            offset = answer_once(offset)
        except (Refused, Unavailable, Uncertain) as error:
            log.warning("The Telegram chat cannot be listened to: %s", error)
            stop.wait(_PAUSE_SECONDS)
        except Exception as error:  # the database may be away for a while: nothing may end this thread
            log.warning("The Telegram chat cannot be listened to (%s).", type(error).__name__)
            stop.wait(_PAUSE_SECONDS)


def _is_ours() -> bool:
    with write() as session:
        return leases.acquire(session, _LEASE, _HOLDER, _LEASE_SECONDS)


def _answer(update: dict[str, Any]) -> None:
    if pressed := update.get("callback_query"):
        _answer_press(pressed)
        return
    message = update.get("message") or {}
    command = str(message.get("text", "")).split("@")[0].split(" ")[0]
    if command in ("/status", "/last") and _is_our_chat(message):
        _bot().ask("sendMessage", {"chat_id": _chat_id(), "text": status() if command == "/status" else last()})


def _answer_press(pressed: dict[str, Any]) -> None:
    message = pressed.get("message") or {}
    said, done = press(int(pressed["from"]["id"]), str(pressed.get("data", "")))
    _bot().ask("answerCallbackQuery", {"callback_query_id": str(pressed["id"]), "text": short(said, 190)})
    if done and message:
        where = {"chat_id": _chat_id(), "message_id": str(message["message_id"])}
        _bot().ask("editMessageReplyMarkup", where | {"reply_markup": '{"inline_keyboard": []}'})
        _bot().ask("sendMessage", {"chat_id": _chat_id(), "text": said})


def press(user_id: int, data: str) -> tuple[str, bool]:
    """What the presser is told, and whether the button has done its work."""
    words = WORDS[settings().telegram_language]
    pressed = buttons.read(data)
    if pressed is None:
        return str(words["no_button"]), False
    decision, build_id = pressed
    reviewer = _reviewer(user_id)
    if reviewer is None:
        return str(words["not_you"]), False
    try:
        with write() as session:
            visibility.build(session, build_id, reviewer.projects)
            if not telegram_chat.press_once(session, build_id):
                return str(words["pressed"]), False
            rows = shots.matching(session, build_id, sections=shots.WAITING)
            compared = [row.Shot.comparison_id for row in rows if row.Shot.comparison_id]
            pending = [row.Shot.reference_id for row in rows if row.Shot.reference_id]
            said = review(session, decision, compared, pending, reviewer.name, "Telegram", build_id)
            name = builds.get(session, build_id).name
    except NotFound:
        return str(words["not_you"]), False
    told = str(words["said_" + decision]).format(name=short(name, 80), who=reviewer.name, count=len(said.done))
    return told + (" " + str(words["refused"]).format(len(said.refused)) if said.refused else ""), True


def status() -> str:
    """What waits and who works, in one sentence."""
    words = WORDS[settings().telegram_language]
    with read() as session:
        depth, _ = task_rows.waiting(session)
        running = len(task_rows.running(session))
        seen = len(workers.names(session))
    mode = str(words["here"]) if settings().tasks_force_sync else str(words["workers"]).format(seen)
    return str(words["status"]).format(waiting=depth, running=running, workers=mode)


def last() -> str:
    """The latest build."""
    words = WORDS[settings().telegram_language]
    with read() as session:
        found = builds.list_page(session, None, 1).items
        if not found:
            return str(words["no_build"])
        build = found[0]
        counts = counts_line(builds.counts(session, [build])[build.id])
        project = projects.name_of(session, build.project_id)
    verdict = str(words[build.verdict]) if build.verdict else str(words["running"])
    page = f"{settings().public_url}/ui/builds/{build.id}" if settings().public_url else ""
    return "\n".join(line for line in (verdict, short(f"{project}: {build.name}"), counts, page) if line)


def _reviewer(user_id: int) -> Reviewer | None:
    """Whom TELEGRAM_REVIEWERS names, with the scopes of their key; without a key only while the service is open."""
    key_name = settings().reviewers.get(user_id)
    if key_name is None:
        return None
    with read() as session:
        if not key_name:
            return None if keys.is_closed(session) else Reviewer(f"Telegram {user_id}", None)
        grant = keys.find_by_name(session, key_name)
    if grant is None or Scope.APPROVE not in grant.scopes:
        return None
    return Reviewer(grant.name, grant.projects)


def _is_our_chat(message: dict[str, Any]) -> bool:
    return str((message.get("chat") or {}).get("id", "")) == _chat_id()


def _chat_id() -> str:
    with read() as session:
        return telegram_chat.current_id(session, settings().telegram_chat_id)


def _bot() -> Bot:
    current = settings()
    return Bot(current.telegram_bot_token.get_secret_value(), current.telegram_chat_id, current.telegram_api_url)
