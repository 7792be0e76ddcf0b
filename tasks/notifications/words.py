"""The words of messages in English and Russian, and fitting lines into a message's limits."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tasks.notifications.bot_api import Text, utf16_length

_NAME_LENGTH: Final = 200

WORDS: Final = {
    "en": {
        "passed": "✅ passed",
        "failed": "❌ failed",
        "new": "🆕 new",
        "error": "⚠️ error",
        "incomplete": "⚠️ incomplete",
        "not_compared": "⚠️ not compared",
        "pair": "A pair without a test case",
        "branch": "branch",
        "build": "build",
        "commit": "commit",
        "unexplained": "Unexplained changes: {}",
        "unexplained_change": "Changed pixels that nothing explains",
        "more": "… and {} more",
        "open": "Open the comparison",
        "open_build": "Open the build",
        "pipeline": "Open the pipeline",
        "picture": "Open the picture",
        "missing": "Missing: {}",
        "in_shots": "in {} screenshots",
        "counts": {
            "failed": "{} failed",
            "error": "{} not compared",
            "new": "{} new",
            "missing": "{} missing",
            "rejected": "{} rejected",
            "approved": "{} approved",
            "passed": "{} passed",
        },
        "running": "Screenshots are compared.",
        "approve": "Approve all",
        "reject": "Reject all",
        "no_button": "This button is not valid.",
        "not_you": "You may not do this: you are not in TELEGRAM_REVIEWERS, or your key lacks the scope approve.",
        "pressed": "This was decided already.",
        "said_approved": "{name}: {count} approved by {who}.",
        "said_rejected": "{name}: {count} rejected by {who}.",
        "refused": "{} could not be reviewed; see the build's page.",
        "status": "{waiting} wait, {running} run; {workers}.",
        "workers": "{} workers",
        "here": "tasks run in the service itself",
        "no_build": "There is no build yet.",
    },
    "ru": {
        "passed": "✅ пройдено",
        "failed": "❌ не пройдено",
        "new": "🆕 новое",
        "error": "⚠️ ошибка",
        "incomplete": "⚠️ не полностью",
        "not_compared": "⚠️ не сравнено",
        "pair": "Пара без тест-кейса",
        "branch": "ветка",
        "build": "сборка",
        "commit": "коммит",
        "unexplained": "Необъяснённых изменений: {}",
        "unexplained_change": "Необъяснённые изменения",
        "more": "… и ещё {}",
        "open": "Открыть сравнение",
        "open_build": "Открыть сборку",
        "pipeline": "Открыть конвейер",
        "picture": "Открыть картинку",
        "missing": "Не прислано: {}",
        "in_shots": "снимков: {}",
        "counts": {
            "failed": "не пройдено: {}",
            "error": "не сравнено: {}",
            "new": "новых: {}",
            "missing": "не прислано: {}",
            "rejected": "отклонено: {}",
            "approved": "принято: {}",
            "passed": "пройдено: {}",
        },
        "running": "Снимки сравниваются.",
        "approve": "Принять все",
        "reject": "Отклонить все",
        "no_button": "Кнопка недействительна.",
        "not_you": "Вам это нельзя: вас нет в TELEGRAM_REVIEWERS, или у вашего ключа нет права approve.",
        "pressed": "Это уже решено.",
        "said_approved": "{name}: принято {count}, решение: {who}.",
        "said_rejected": "{name}: отклонено {count}, решение: {who}.",
        "refused": "Не получилось: {}; почему, сказано на странице.",
        "status": "Ждут: {waiting}, выполняются: {running}; {workers}.",
        "workers": "воркеров: {}",
        "here": "задачи выполняет сам сервис",
        "no_build": "Сборок ещё нет.",
    },
}


@dataclass(frozen=True, slots=True)
class Line:
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


def fit(head: Sequence[Line], body: Sequence[Line], tail: Sequence[Line], limit: int, more: str) -> Text:
    """As many of the body's lines as fit; cut between lines, so never inside an entity."""
    kept = list(body)
    while True:
        left_out = len(body) - len(kept)
        lines = [*head, *kept, *([Line(more.format(left_out))] if left_out else []), *tail]
        if utf16_length("\n".join(line.plain for line in lines)) <= limit or not kept:
            return Text("\n".join(line.html for line in lines), "\n".join(line.plain for line in lines))
        kept.pop()


def short(text: str, length: int = _NAME_LENGTH) -> str:
    """One line, cut to a number of UTF-16 units, which is how Telegram measures length."""
    line = " ".join(text.split())
    if utf16_length(line) <= length:
        return line
    return line.encode("utf-16-le")[: 2 * (length - 1)].decode("utf-16-le", "ignore") + "…"  # no half of a pair
