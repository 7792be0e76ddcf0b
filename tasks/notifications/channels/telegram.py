"""Telegram: one message for each build or comparison, sent at most once."""

import logging
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from config import TelegramNotify, settings
from store import comparisons, telegram_chat
from store.session import read, write
from store.tables import Notification
from tasks.notifications import letter
from tasks.notifications.bot_api import Bot, ChatMoved
from tasks.notifications.channel import Channel, Event, Happened, Send
from tasks.notifications.exchange import Refused

log = logging.getLogger(__name__)

# What Telegram lets one chat have (core.telegram.org/bots/faq): a message a second, in a group twenty a minute.
_SECONDS_APART, _SECONDS_APART_IN_GROUPS = 1.0, 3.0
_MOVES_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Telegram(Channel):
    name: str = "telegram"
    task_name: str = "tasks.notifications.send_tg_notification"
    repeatable: bool = False
    attempts: int = 4

    def is_on(self) -> bool:
        return settings().telegram_enabled

    def wants(self, session: Session, event: Event) -> bool:
        """A comparison that could not be made is always reported, unless its build is."""
        notify = settings().telegram_notify
        passed_is_left_out = event.passed and notify is TelegramNotify.NOT_PASSED
        if event.comparison_id:
            is_of_build = comparisons.is_of_opened_build(session, event.comparison_id)
            return not passed_is_left_out and (not is_of_build or notify is TelegramNotify.EACH)
        return event.happened is Happened.BUILD_CONCLUDED and not passed_is_left_out

    def prepared(self, notification: Notification) -> Send:
        if notification.build_id:
            said = letter.of_build(notification.build_id)
        else:
            said = letter.of_comparison(str(notification.comparison_id))
        return lambda: _to_chat(said)

    def seconds_apart(self) -> float:
        """Between two messages to the settings' chat. (A group's id is negative, a channel's name begins with @.)"""
        return _SECONDS_APART_IN_GROUPS if settings().telegram_chat_id.startswith(("-", "@")) else _SECONDS_APART


def _to_chat(said: letter.Letter) -> None:
    current = settings()
    for _ in range(_MOVES_MOST):
        with read() as session:
            chat_id = telegram_chat.current_id(session, current.telegram_chat_id)
        bot = Bot(
            current.telegram_bot_token.get_secret_value(), chat_id, current.telegram_api_url, current.telegram_topic_id
        )
        try:
            return bot.send(said.caption, said.text, said.photos, said.buttons)
        except ChatMoved as moved:
            log.warning(
                "The Telegram group %s is now the supergroup %s: messages go there. Put that into TELEGRAM_CHAT_ID.",
                chat_id,
                moved.chat_id,
            )
            with write() as session:
                telegram_chat.moved(session, chat_id, moved.chat_id)
    raise Refused("The Telegram group moved again and again.")


CHANNELS: Final = (Telegram(),)
