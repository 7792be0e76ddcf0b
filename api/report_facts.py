"""A build's facts for its reports: every shot with its sentences and the places they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from api import schemas
from api.deps import Language, View
from api.summaries import build_of, sentence_of, shots_of
from store import builds, comparisons, shots
from store.states import Section
from vision.types import Box, Defect, Unexplained
from vision.words import UNEXPLAINED


@dataclass(frozen=True, slots=True)
class Finding:
    """One numbered thing that changed, in words, and where: boxes of the reference and of the actual."""

    number: int
    type: str
    sentence: str
    reference_box: Box | None
    actual_box: Box | None


@dataclass(frozen=True, slots=True)
class ToldShot:
    """A shot, what changed in it, how long its task took, and the ids of its pictures by kind."""

    shot: schemas.Shot
    findings: Sequence[Finding]
    seconds: float
    pictures: dict[str, str]

    @property
    def name(self) -> str:
        """Unique in its build: `name [variant]`."""
        return shots.label(self.shot.name, self.shot.variant)


@dataclass(frozen=True, slots=True)
class Group:
    """The same change in many shots."""

    sentence: str
    names: Sequence[str]


@dataclass(frozen=True, slots=True)
class Told:
    build: schemas.Build
    shots: Sequence[ToldShot]
    groups: Sequence[Group]


def told(session: Session, build_id: str, view: View) -> Told:
    """Everything that the reports contain. Raises BuildNotFound."""
    build = build_of(session, builds.get(session, build_id))
    rows = shots.matching(session, build_id)
    shown = shots_of(session, rows, view)
    causes = comparisons.causes(
        session, [row.Comparison.id for row in rows if row.Comparison and row.Comparison.verdict]
    )
    areas = comparisons.unexplained_of(session, [row.Comparison.id for row in rows if row.section == Section.FAILED])
    return Told(
        build,
        [
            _shot(
                row,
                shot,
                causes.get(shot.comparison_id or "", ()),
                areas.get(shot.comparison_id or "", ()),
                view.language,
            )
            for row, shot in zip(rows, shown, strict=True)
        ],
        [_group(group, view.language) for group in shots.groups(session, build_id)],
    )


def _shot(
    row: Any, shot: schemas.Shot, causes: Sequence[Defect], areas: Sequence[Unexplained], language: Language
) -> ToldShot:
    task = row.Task
    seconds = (task.finished_at - task.started_at).total_seconds() if task.finished_at and task.started_at else 0.0
    return ToldShot(shot, _findings(causes, areas, language), max(0.0, seconds), _pictures(row))


def _findings(causes: Sequence[Defect], areas: Sequence[Unexplained], language: Language) -> list[Finding]:
    found = [
        Finding(number, one.type.value, sentence_of(one, language), one.reference_box, one.actual_box)
        for number, one in enumerate(causes, 1)
    ]
    for number, area in enumerate(areas, len(found) + 1):
        where = area.actual_box or area.reference_box
        said = f"{UNEXPLAINED[language]}: {area.area_px} px" + (f", {where.x}, {where.y}" if where else "")
        found.append(Finding(number, "unexplained", said, area.reference_box, area.actual_box))
    return found


def _pictures(row: Any) -> dict[str, str]:
    if row.Comparison:
        return {"reference": row.Comparison.reference_artifact_id, "actual": row.Comparison.actual_artifact_id}
    return {"actual": row.Reference.artifact_id} if row.Reference else {}


def _group(group: shots.Group, language: Language) -> Group:
    sentence = sentence_of(group.headline, language) if group.headline else UNEXPLAINED[language]
    return Group(sentence, [shots.label(row.Shot.name, row.Shot.variant) for row in group.rows])
