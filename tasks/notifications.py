"""One message for each comparison that has ended: written down with its result, sent after that, never in its way."""

import html
import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.exceptions import Ignore
from sqlalchemy.orm import Session

import store.tasks
from config import TelegramNotify, settings
from store import artifacts, clock, comparisons, keys, links, notifications, tables
from store.session import read, write
from store.tables import new_id
from tasks import drawing, lifecycle, task_runner
from tasks.telegram import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Bot,
    Photo,
    TelegramRefused,
    TelegramUnavailable,
    TelegramUncertain,
    Text,
    utf16_length,
)
from vision.messages import defect_message
from vision.types import Defect, Severity, Verdict

log = logging.getLogger(__name__)

CHANNEL = "telegram"
_LEASE_SECONDS = 120.0  # drawing a large diff, then one call: connect 5 s, write 30 s, read 20 s
_RATE_LIMITED_MOST = 20  # being told to wait is no failure, but it ends some time
_NAME_LENGTH = 200
_LONGEST_COUNTDOWN_SECONDS = 60  # what waits longer is left to upkeep
# What Telegram lets one chat have (core.telegram.org/bots/faq): a message a second, in a group twenty a minute.
_SECONDS_APART, _SECONDS_APART_IN_GROUPS = 1.0, 3.0
_CLOCKS_APART_SECONDS = 0.2  # so that the row is due when the message comes


def ensure_for_verdict(session: Session, comparison_id: str, verdict: Verdict) -> None:
    """Notes that the comparison's verdict is to be told, where the settings want that."""
    if settings().telegram_notify is TelegramNotify.ALL or verdict is not Verdict.PASSED:
        _ensure(session, comparison_id)


def ensure_for_failure(session: Session, comparison_id: str) -> None:
    """Notes that the comparison could not be made: that is told always."""
    _ensure(session, comparison_id)


def send_soon(comparison_id: str) -> None:
    """Has the comparison's message sent, if there is one, by another thread: nobody waits for Telegram."""
    if settings().telegram_enabled:
        _sender.add(comparison_id)


def seconds_apart() -> float:
    """Between two messages to the settings' chat. (A group's id is negative, a channel's name begins with @.)"""
    return _SECONDS_APART_IN_GROUPS if settings().telegram_chat_id.startswith(("-", "@")) else _SECONDS_APART


def start(notification_id: str) -> None:
    """Hands one notification to a worker, or sends it here where there is none."""
    if not settings().tasks_force_sync:
        try:
            return task_runner.publish(send_tg_notification, new_id(), (notification_id,), {})
        except task_runner.NotPublished:
            log.info("The queue is away; notification %s is sent from here.", notification_id)
    send_tg_notification.apply(args=(notification_id,))
    return None


# The row says when the next attempt is due, and the claim that it is one: a retry's message only makes it prompt. That
# message waits unacknowledged in its worker, which needs tasks/redis_fix.py to outlive a drop of Redis and is never given
# out again by the loop that Celery uses on Windows; upkeep sends what is due whether or not the message survives.
@shared_task(bind=True, max_retries=3, default_retry_delay=5)  # type: ignore[untyped-decorator]
def send_tg_notification(self: Any, notification_id: str) -> None:
    """Sends one comparison's message to Telegram, at most once."""
    token = new_id()
    with write() as session:
        if not notifications.claim(session, notification_id, token, _LEASE_SECONDS, clock.now(session)):
            raise Ignore
        row = notifications.get(session, notification_id)
        comparison_id, attempt = row.comparison_id, row.attempt
    letter = _compose(str(comparison_id))
    with write() as session:
        if not notifications.mark_sending(session, notification_id, token):
            raise Ignore
    outcome = _send(letter, attempt, self.max_retries, self.default_retry_delay)
    _settle(notification_id, token, outcome)
    if _worth_a_message(self.request, outcome):
        exc = TelegramUnavailable(outcome.error)
        raise self.retry(exc=exc, countdown=max(5, outcome.wait_seconds + _CLOCKS_APART_SECONDS))


def _worth_a_message(request: Any, outcome: "_Outcome") -> bool:
    """Eagerly run, a retry would be run at once, whatever its countdown; a long one would hold the worker's only place."""
    return outcome.state == "pending" and not request.is_eager and outcome.wait_seconds <= _LONGEST_COUNTDOWN_SECONDS


@dataclass(frozen=True, slots=True)
class _Letter:
    caption: Text
    text: Text
    photo: Photo | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    state: str
    error: str = ""
    wait_seconds: float = 0
    told_to_wait: bool = False


def _ensure(session: Session, comparison_id: str) -> None:
    if settings().telegram_enabled:
        notifications.ensure(session, comparison_id, CHANNEL, clock.now(session), seconds_apart())


def _send(letter: _Letter, attempt: int, max_retries: int, floor_seconds: float) -> _Outcome:
    current = settings()
    bot = Bot(current.telegram_bot_token.get_secret_value(), current.telegram_chat_id, current.telegram_api_url)
    try:
        bot.send(letter.caption, letter.text, letter.photo)
    except TelegramRefused as error:
        return _Outcome("failed", str(error))
    except TelegramUncertain as error:
        return _Outcome("unknown", str(error))
    except TelegramUnavailable as error:
        most = max_retries if error.retry_after_seconds is None else _RATE_LIMITED_MOST
        if attempt > most:
            return _Outcome("failed", str(error))
        wait = floor_seconds * 2 ** (attempt - 1) if error.retry_after_seconds is None else error.retry_after_seconds
        return _Outcome("pending", str(error), max(floor_seconds, wait), error.retry_after_seconds is not None)
    return _Outcome("sent")


def _settle(notification_id: str, token: str, outcome: _Outcome) -> None:
    if outcome.error:
        log.warning("Notification %s: %s", notification_id, outcome.error)
    # A message that was sent, and whose row could not say so, would read `unknown` for ever.
    lifecycle.insist(lambda: _note(notification_id, token, outcome))


def _note(notification_id: str, token: str, outcome: _Outcome) -> None:
    with write() as session:
        match outcome.state:
            case "sent":
                notifications.mark_sent(session, notification_id, token, clock.now(session))
            case "failed":
                notifications.mark_failed(session, notification_id, token, outcome.error)
            case "unknown":
                notifications.mark_unknown(session, notification_id, token, outcome.error)
            case _:
                again = clock.now(session) + timedelta(seconds=outcome.wait_seconds)
                notifications.postpone(session, notification_id, token, again, outcome.error)
                if outcome.told_to_wait:
                    notifications.hold_back(session, CHANNEL, again)


def _compose(comparison_id: str) -> _Letter:
    with read() as session:
        row = comparisons.get(session, comparison_id)
        case = session.get(tables.TestCase, row.testcase_id) if row.testcase_id else None
        task = store.tasks.get(session, row.task_id)
        found = comparisons.defects(session, comparison_id) if row.verdict else ()
        unexplained = len(comparisons.unexplained(row)) if row.verdict else 0
        drawn = artifacts.drawn_from(session, comparison_id)
        keyed = keys.is_closed(session)
    diff, beside = drawn.get("diff"), drawn.get("side_by_side")
    words = _WORDS[settings().telegram_language]
    name = _short(f"{case.name} ({case.variant})" if case and case.variant else case.name if case else words["pair"])
    head = [_Line(words[row.verdict or "not_compared"], bold=True), _Line(name)]
    labels = [
        f"{words[key]}: {_short(value)}" for key, value in (("branch", row.branch), ("build", row.build)) if value
    ]
    head += [_Line(", ".join(labels))] if labels else []
    if row.verdict is None:
        head.append(_Line(_short(task.error_message or "", 600)))
    if unexplained:
        head.append(_Line(words["unexplained"].format(unexplained)))
    public = settings().public_url
    tail = [_Line(words["open"], link=f"{public}/api/v1/comparisons/{comparison_id}")] if public else []
    if public and keyed and beside and row.verdict == Verdict.FAILED:  # whoever reads the chat has no key
        signed = f"{public}/api/v1/artifacts/{beside.id}?{links.signed(beside.id)}"
        tail.append(_Line(words["picture"], link=signed))
    body = [_Line(f"• {_sentence(defect)}") for defect in _worth_a_line(found)]
    photo = _photo(diff.id) if diff and row.verdict == Verdict.FAILED else None
    return _Letter(
        caption=_fit(head, body, tail, CAPTION_LIMIT, words["more"]),
        text=_fit(head, body, tail, TEXT_LIMIT, words["more"]),
        photo=photo,
    )


_WORDS = {
    "en": {
        "passed": "✅ passed",
        "failed": "❌ failed",
        "not_compared": "⚠️ not compared",
        "pair": "A pair without a test case",
        "branch": "branch",
        "build": "build",
        "unexplained": "Unexplained changes: {}",
        "more": "… and {} more",
        "open": "Open the comparison",
        "picture": "Open the picture",
    },
    "ru": {
        "passed": "✅ пройдено",
        "failed": "❌ не пройдено",
        "not_compared": "⚠️ не сравнено",
        "pair": "Пара без тест-кейса",
        "branch": "ветка",
        "build": "сборка",
        "unexplained": "Необъяснённых изменений: {}",
        "more": "… и ещё {}",
        "open": "Открыть сравнение",
        "picture": "Открыть картинку",
    },
}
_SEVERITIES = [Severity.CRITICAL, Severity.MAJOR, Severity.MINOR]


def _worth_a_line(found: Sequence[Defect]) -> list[Defect]:
    """Causes, the worst first; what follows from another is not told."""
    return sorted((defect for defect in found if not defect.cause_id), key=lambda one: _SEVERITIES.index(one.severity))


def _sentence(defect: Defect) -> str:
    sentence = defect_message(
        defect.type,
        defect.kind,
        defect.text,
        defect.reference_box,
        defect.actual_box,
        defect.detail,
        settings().telegram_language,
    )
    return _short(sentence, 300)


def _photo(artifact_id: str) -> Photo | None:
    try:
        drawn = drawing.draw(artifact_id)
        return Photo(drawn.data, drawn.width, drawn.height)
    except Exception:
        log.exception("The diff picture %s could not be drawn; the message goes without it.", artifact_id)
        return None


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    bold: bool = False
    link: str = ""

    @property
    def html(self) -> str:
        escaped = html.escape(self.text, quote=False)
        if self.link:
            return f'<a href="{html.escape(self.link)}">{escaped}</a>'
        return f"<b>{escaped}</b>" if self.bold else escaped

    @property
    def plain(self) -> str:
        return f"{self.text}: {self.link}" if self.link else self.text


def _fit(head: list[_Line], body: list[_Line], tail: list[_Line], limit: int, more: str) -> Text:
    """As many of the body's lines as fit; cut between lines, so never inside an entity."""
    kept = list(body)
    while True:
        left_out = len(body) - len(kept)
        lines = [*head, *kept, *([_Line(more.format(left_out))] if left_out else []), *tail]
        if utf16_length("\n".join(line.plain for line in lines)) <= limit or not kept:
            return Text("\n".join(line.html for line in lines), "\n".join(line.plain for line in lines))
        kept.pop()


def _short(text: str, length: int = _NAME_LENGTH) -> str:
    """One line of at most so many UTF-16 units, in which Telegram counts."""
    line = " ".join(text.split())
    if utf16_length(line) <= length:
        return line
    return line.encode("utf-16-le")[: 2 * (length - 1)].decode("utf-16-le", "ignore") + "…"  # no half of a pair


@dataclass(slots=True)
class _Sender:
    """A thread that starts notifications, so that neither a result nor an answer waits for one."""

    _waiting: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def add(self, comparison_id: str) -> None:
        self._waiting.put(comparison_id)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            comparison_id = self._waiting.get()
            try:
                with read() as session:
                    at = clock.now(session)
                    rows = notifications.of_comparison(session, comparison_id)
                for row in (row for row in rows if row.state == "pending"):
                    wait = (row.next_attempt_at - at).total_seconds()
                    if wait < _LONGEST_COUNTDOWN_SECONDS:  # what comes later is left to upkeep
                        time.sleep(max(0.0, wait))
                        start(row.id)
            except Exception:
                log.exception("The notification of comparison %s was not sent; upkeep will try again.", comparison_id)
                time.sleep(1)


_sender = _Sender()
