"""A build as one HTML file that works without script and without network."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.deps import Language
from api.report_facts import Told, ToldShot
from store.states import Section
from tasks.report_pictures import Embedded, Pictures, one_at_a_time
from vision.words import VERDICTS, count

_HERE: Final = Path(__file__).resolve().parent / "templates"
# Sections whose shots are shown one by one.
_OPEN: Final = (Section.FAILED, Section.ERROR, Section.NEW, Section.REJECTED, Section.RUNNING)


@dataclass(frozen=True, slots=True)
class Card:
    """A shot with its pictures: whole ones side by side, or small copies where these would take too much room."""

    told: ToldShot
    reference: Embedded | None
    actual: Embedded | None
    is_whole: bool


def report_page(told: Told, language: Language, public_url: str) -> str:
    """The page. It blocks for seconds: pictures are encoded."""
    with one_at_a_time:
        cards = _cards(told)
    closed = [shot for shot in told.shots if shot.shot.section not in _OPEN]
    return (
        _environment()
        .get_template("report.html")
        .render(
            told=told,
            build=told.build,
            cards=cards,
            closed=closed,
            words=_WORDS[language],
            language=language,
            verdict=_verdict(told, language),
            public_url=public_url,
            counted=lambda number: count(language, number, *_SHOTS[language]),
        )
    )


def _verdict(told: Told, language: Language) -> str:
    verdict = told.build.verdict
    return VERDICTS[verdict][language] if verdict else _WORDS[language]["running"]


def _cards(told: Told) -> list[Card]:
    """The first shot of each group gets its pictures first: it stands for the others."""
    shown = [shot for shot in told.shots if shot.shot.section in _OPEN]
    heads = {group.names[0] for group in told.groups}
    pictures = Pictures()
    made = {shot.name: _card(shot, pictures) for shot in sorted(shown, key=lambda shot: shot.name not in heads)}
    return [made[shot.name] for shot in shown]


def _card(told: ToldShot, pictures: Pictures) -> Card:
    ids = told.pictures
    whole = {kind: pictures.whole(artifact_id) for kind, artifact_id in ids.items()}
    if all(whole.values()):
        return Card(told, whole.get("reference"), whole.get("actual"), is_whole=True)
    small = {kind: pictures.small(artifact_id) for kind, artifact_id in ids.items()}
    return Card(told, small.get("reference"), small.get("actual"), is_whole=False)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


_SHOTS: Final[dict[Language, tuple[str, str, str]]] = {
    "en": ("screenshot", "screenshots", "screenshots"),
    "ru": ("снимок", "снимка", "снимков"),
}
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "title": "Visual report",
        "running": "not concluded",
        "project": "Project",
        "branch": "Branch",
        "commit": "Commit",
        "pipeline": "Pipeline",
        "page": "In Etalon",
        "started": "Started",
        "failed": "failed",
        "error": "error",
        "new": "new",
        "rejected": "rejected",
        "approved": "approved",
        "passed": "passed",
        "missing": "missing",
        "running_shots": "running",
        "changes": "What changed",
        "missing_title": "Screenshots that did not come",
        "look": "To look at",
        "fine": "Passed and approved",
        "reference": "Reference",
        "actual": "Actual",
        "no_picture": "The picture is not in this file.",
        "small": "Small copies: whole pictures would make this file too large.",
        "open": "Open in Etalon",
        "nothing": "Nothing waits to be looked at.",
        "new_says": "New: there is no reference yet.",
        "zoom": "Full size",
    },
    "ru": {
        "title": "Отчёт о внешнем виде",
        "running": "ещё не завершено",
        "project": "Проект",
        "branch": "Ветка",
        "commit": "Коммит",
        "pipeline": "Конвейер",
        "page": "В Etalon",
        "started": "Начало",
        "failed": "не пройдено",
        "error": "ошибка",
        "new": "новые",
        "rejected": "отклонено",
        "approved": "принято",
        "passed": "пройдено",
        "missing": "не прислано",
        "running_shots": "выполняется",
        "changes": "Что изменилось",
        "missing_title": "Снимки, которых не прислали",
        "look": "Требуют внимания",
        "fine": "Пройдено и принято",
        "reference": "Эталон",
        "actual": "Сейчас",
        "no_picture": "Картинки нет в этом файле.",
        "small": "Уменьшенные копии: с полными картинками файл был бы слишком большим.",
        "open": "Открыть в Etalon",
        "nothing": "Смотреть нечего.",
        "new_says": "Новый снимок: эталона ещё нет.",
        "zoom": "Полный размер",
    },
}
