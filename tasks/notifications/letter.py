"""Writes the message about a comparison or a build, in the language of the settings."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

import store.tasks
from config import settings
from store import artifacts, builds, comparisons, keys, links, projects, shots, tables
from store.session import read
from store.states import ArtifactKind, Section
from tasks import drawing
from tasks.notifications import buttons, crops
from tasks.notifications.bot_api import ALBUM_PHOTOS, CAPTION_LIMIT, TEXT_LIMIT, Button, Photo, Text
from tasks.notifications.words import WORDS, Line, fit, short
from vision.messages import defect_message
from vision.types import Defect, Severity, Verdict

log = logging.getLogger(__name__)

_SENTENCES: Final = 5  # of a build: the worst changes
_NAMES: Final = 5  # of screenshots that did not come
_SENTENCE_LENGTH: Final = 300
_SEVERITIES: Final = [Severity.CRITICAL, Severity.MAJOR, Severity.MINOR]


@dataclass(frozen=True, slots=True)
class Letter:
    """`caption` goes with the photos, `text` alone."""

    caption: Text
    text: Text
    photos: Sequence[Photo] = ()
    buttons: Sequence[Button] = ()


def of_comparison(comparison_id: str) -> Letter:
    """Its verdict, a line for each cause, and its diff picture if it failed. Raises ComparisonNotFound."""
    with read() as session:
        row = comparisons.get(session, comparison_id)
        task = store.tasks.get(session, row.task_id)
        found = comparisons.defects(session, comparison_id) if row.verdict else ()
        drawn = artifacts.drawn_from(session, comparison_id)
        head = _comparison_head(session, row, task)
        keyed = keys.is_closed(session)
    words, public = WORDS[settings().telegram_language], settings().public_url
    tail = [Line(str(words["open"]), link=f"{public}/ui/comparisons/{comparison_id}")] if public else []
    beside = drawn.get(ArtifactKind.SIDE_BY_SIDE)
    if public and keyed and beside and row.verdict == Verdict.FAILED:  # readers of the chat have no key
        signed = f"{public}/api/v1/artifacts/{beside.id}?{links.signed(beside.id)}"
        tail.append(Line(str(words["picture"]), link=signed))
    body = [Line(f"• {sentence(defect)}") for defect in _worth_a_line(found)]
    diff = drawn.get(ArtifactKind.DIFF)
    return _letter(head, body, tail, _photo(diff.id) if diff and row.verdict == Verdict.FAILED else [])


def of_build(build_id: str) -> Letter:
    """Its verdict, the number of shots in each state, the five worst changes, up to ten pictures. Raises BuildNotFound."""
    with read() as session:
        build = builds.get(session, build_id)
        head = _build_head(session, build)
        worst = sorted(shots.groups(session, build_id), key=_rank)
        waiting = sum(builds.counts(session, [build])[build_id][name] for name in shots.WAITING)
        body = [Line(f"{number}. {_change(group)}") for number, group in enumerate(worst[:_SENTENCES], 1)]
        body += [Line(_not_compared(row)) for row in shots.matching(session, build_id, sections=["error"])[:_NAMES]]
    words, public = WORDS[settings().telegram_language], settings().public_url
    tail = [Line(str(words["open_build"]), link=f"{public}/ui/builds/{build_id}")] if public else []
    tail += [Line(str(words["pipeline"]), link=build.url)] if build.url else []
    failed = [group for group in worst if group.sections.get(Section.FAILED)]
    photos = crops.of_groups(failed[:ALBUM_PHOTOS])
    told = _letter(head, body, tail, photos)
    if not settings().telegram_listen or not waiting:
        return told
    return replace(told, photos=crops.joined(photos), buttons=buttons.of_build(build_id, settings().telegram_language))


def payload_of_build(build_id: str) -> dict[str, Any]:
    """The same for programs. Raises BuildNotFound."""
    with read() as session:
        build = builds.get(session, build_id)
        worst = sorted(shots.groups(session, build_id), key=_rank)
        data = {
            "build_id": build.id,
            "project": projects.name_of(session, build.project_id),
            "name": build.name,
            "branch": build.branch,
            "commit": build.commit,
            "url": build.url,
            "verdict": build.verdict,
            "counts": builds.counts(session, [build])[build.id],
            "missing": builds.missing(session, build),
            "concluded_at": build.concluded_at.isoformat() if build.concluded_at else None,
            "page": f"{settings().public_url}/ui/builds/{build.id}",
            "changes": [{"sentence": _worst(group), "shots": len(group.rows)} for group in worst[:_SENTENCES]],
        }
        at = build.concluded_at or build.created_at
    return {"type": "build.concluded", "timestamp": at.isoformat(), "data": data}


def counts_line(counts: Mapping[str, int]) -> str:
    """`3 failed, 1 new, 40 passed`: states with shots, the worst first."""
    said = WORDS[settings().telegram_language]["counts"]
    assert isinstance(said, dict)
    return ", ".join(text.format(counts[name]) for name, text in said.items() if counts.get(name))


def running_line() -> str:
    """The line for a build that is not concluded."""
    return str(WORDS[settings().telegram_language]["running"])


def sentence(defect: Defect) -> str:
    """The defect in words, in one line."""
    said = defect_message(
        defect.type,
        defect.kind,
        defect.text,
        defect.reference_box,
        defect.actual_box,
        defect.detail,
        settings().telegram_language,
    )
    return short(said, _SENTENCE_LENGTH)


def _letter(head: list[Line], body: list[Line], tail: list[Line], photos: Sequence[Photo]) -> Letter:
    more = str(WORDS[settings().telegram_language]["more"])
    return Letter(fit(head, body, tail, CAPTION_LIMIT, more), fit(head, body, tail, TEXT_LIMIT, more), photos)


def _comparison_head(session: Session, row: tables.Comparison, task: tables.Task) -> list[Line]:
    words = WORDS[settings().telegram_language]
    case = session.get(tables.TestCase, row.testcase_id) if row.testcase_id else None
    name = short(
        f"{case.name} ({case.variant})" if case and case.variant else case.name if case else str(words["pair"])
    )
    head = [Line(str(words[row.verdict or "not_compared"]), bold=True), Line(name)]
    head += _labels({"branch": row.branch, "build": row.build})
    if row.verdict is None:
        head.append(Line(short(task.error_message or "", 600)))
    if unexplained := len(comparisons.unexplained(row)) if row.verdict else 0:
        head.append(Line(str(words["unexplained"]).format(unexplained)))
    return head


def _build_head(session: Session, build: tables.Build) -> list[Line]:
    words = WORDS[settings().telegram_language]
    project = projects.name_of(session, build.project_id)
    head = [
        Line(str(words[build.verdict or "not_compared"]), bold=True),
        Line(short(f"{project}: {build.name}")),
        *_labels({"branch": build.branch, "commit": build.commit}),
        Line(counts_line(builds.counts(session, [build])[build.id])),
    ]
    missing = builds.missing(session, build)
    if missing:
        named = ", ".join([*(short(name, 60) for name in missing[:_NAMES]), *(["…"] if len(missing) > _NAMES else [])])
        head.append(Line(str(words["missing"]).format(named)))
    return [line for line in head if line.text]


def _labels(labels: Mapping[str, str | None]) -> list[Line]:
    words = WORDS[settings().telegram_language]
    told = [f"{words[key]}: {short(value)}" for key, value in labels.items() if value]
    return [Line(", ".join(told))] if told else []


def _rank(group: shots.Group) -> tuple[int, int]:
    worst = _SEVERITIES.index(group.headline.severity) if group.headline else len(_SEVERITIES)
    return worst, -len(group.rows)


def _change(group: shots.Group) -> str:
    name = short(shots.label(group.rows[0].Shot.name, group.rows[0].Shot.variant), 60)
    where = (
        name if len(group.rows) == 1 else str(WORDS[settings().telegram_language]["in_shots"]).format(len(group.rows))
    )
    return f"{short(_worst(group), 120)} ({where})"


def _worst(group: shots.Group) -> str:
    if group.headline:
        return sentence(group.headline)
    return str(WORDS[settings().telegram_language]["unexplained_change"])


def _not_compared(row: Any) -> str:
    name = short(shots.label(row.Shot.name, row.Shot.variant), 60)
    return f"⚠️ {name}: {short(row.Task.error_message or row.Task.state, 120)}"


def _worth_a_line(found: Sequence[Defect]) -> list[Defect]:
    """Causes, the worst first; what follows from another is not told."""
    return sorted((defect for defect in found if not defect.cause_id), key=lambda one: _SEVERITIES.index(one.severity))


def _photo(artifact_id: str) -> list[Photo]:
    try:
        drawn = drawing.draw(artifact_id, settings().telegram_language)
        return [Photo(drawn.data, drawn.width, drawn.height)]
    except Exception:
        log.exception("The diff picture %s could not be drawn; the message goes without it.", artifact_id)
        return []
