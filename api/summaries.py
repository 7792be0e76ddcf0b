"""Rows as lists show them: comparisons, builds, shots, reviews. Each function takes what one query for a whole page has found."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from api import schemas
from api.deps import Language, View
from store import artifacts, builds, comparisons, projects, reviews, shots, tables
from store.comparisons import Listed
from store.states import ReferenceState, ReviewState, Section, ShotVerdict
from vision.messages import defect_message
from vision.types import Defect

_NAMES_SHOWN = 20


def sentence_of(found: Defect, language: Language) -> str:
    """The defect in words."""
    return defect_message(
        found.type, found.kind, found.text, found.reference_box, found.actual_box, found.detail, language
    )


def comparison_summary(row: tables.Comparison, known: Listed, view: View) -> dict[str, Any]:
    """The fields of a `ComparisonSummary`."""
    return {
        "comparison_id": row.id,
        "task_id": row.task_id,
        "state": known.state,
        "testcase_id": row.testcase_id,
        "testcase_name": known.testcase_name,
        "created_at": row.created_at,
        "verdict": row.verdict,
        "review": row.review,
        "reviewed_by": row.reviewed_by,
        "reviewed_at": row.reviewed_at,
        "project": known.project,
        "branch": row.branch,
        "variant": row.variant,
        "build": row.build,
        "build_id": row.build_id,
        "commit": row.commit,
        "match_level": row.options["match_level"],
        "changed_ratio": row.changed_ratio,
        "defect_count": row.defect_count,
        "worst_severity": row.worst_severity,
        "sentence": sentence_of(known.headline, view.language) if known.headline else None,
        "signature": row.signature,
        "artifacts": _pictures(row, known.drawn, view),
        "page": f"/ui/comparisons/{row.id}",
    }


def builds_of(session: Session, rows: Collection[tables.Build]) -> list[schemas.Build]:
    """Builds with their counts, fetched in one query."""
    counted = builds.counts(session, rows)
    names = {row.project_id: projects.name_of(session, row.project_id) for row in rows}
    return [
        schemas.Build(
            build_id=row.id,
            project=names[row.project_id],
            name=row.name,
            branch=row.branch,
            commit=row.commit,
            url=row.url,
            state=builds.state_of(row),
            verdict=row.verdict,
            counts=schemas.BuildCounts(**counted[row.id]),
            expected=None if row.expected is None else len(row.expected),
            missing=builds.missing(session, row),
            shards=row.shards,
            shards_done=row.shards_done,
            created_at=row.created_at,
            finalized_at=row.finalized_at,
            concluded_at=row.concluded_at,
            page=f"/ui/builds/{row.id}",
        )
        for row in rows
    ]


def build_of(session: Session, row: tables.Build) -> schemas.Build:
    [shown] = builds_of(session, [row])
    return shown


def shots_of(session: Session, rows: Collection[Any], view: View) -> list[schemas.Shot]:
    """Rows of `store.shots.page` or `matching`."""
    drawn = artifacts.drawn_from_each(session, [row.Comparison.id for row in rows if row.Comparison])
    return [_shot(row, drawn, view) for row in rows]


def refused_of(row: Any, reason: str) -> schemas.Refused:
    """A row of `store.shots.matching`, and why it could not be done."""
    return schemas.Refused(
        shot_id=row.Shot.id,
        name=row.Shot.name,
        variant=row.Shot.variant,
        comparison_id=row.Shot.comparison_id,
        reference_id=row.Shot.reference_id,
        reason=reason,
    )


def reviews_of(session: Session, rows: Collection[tables.Review]) -> list[schemas.Review]:
    """Reviews with the names of what they were about."""
    names = reviews.names(session, [row.id for row in rows])
    return [
        schemas.Review(
            review_id=row.id,
            what=row.what,
            by=row.by,
            at=row.created_at,
            comment=row.comment,
            undone_at=row.undone_at,
            undone_by=row.undone_by,
            build_id=row.build_id,
            count=len(names[row.id]),
            names=names[row.id][:_NAMES_SHOWN],
        )
        for row in rows
    ]


def _shot(row: Any, drawn: Mapping[str, Mapping[str, str]], view: View) -> schemas.Shot:
    shot, comparison, pending = row.Shot, row.Comparison, row.Reference
    headline = comparisons.headline(row.Defect)
    return schemas.Shot(
        shot_id=shot.id,
        build_id=shot.build_id,
        name=shot.name,
        variant=shot.variant,
        section=row.section,
        state=row.Task.state,
        verdict=_verdict(row),
        review=_review(row),
        reviewed_by=comparison.reviewed_by if comparison else pending.approved_by if pending else None,
        reviewed_at=comparison.reviewed_at if comparison else pending.approved_at if pending else None,
        task_id=shot.task_id,
        testcase_id=shot.testcase_id,
        comparison_id=shot.comparison_id,
        reference_id=shot.reference_id,
        defect_count=(comparison.defect_count or 0) if comparison else 0,
        worst_severity=comparison.worst_severity if comparison else None,
        sentence=sentence_of(headline, view.language) if headline else None,
        signature=comparison.signature if comparison else None,
        error=_error(row),
        created_at=shot.created_at,
        page=f"/ui/comparisons/{comparison.id}" if comparison else f"/ui/testcases/{shot.testcase_id}",
        artifacts=_shot_pictures(row, drawn, view),
    )


def _verdict(row: Any) -> ShotVerdict | None:
    if row.Comparison:
        return ShotVerdict(row.Comparison.verdict) if row.Comparison.verdict else None
    return ShotVerdict.NEW if row.section == Section.NEW else None


def _review(row: Any) -> ReviewState:
    if row.Comparison:
        return ReviewState(row.Comparison.review)
    said = {ReferenceState.ACTIVE: ReviewState.APPROVED, ReferenceState.REJECTED: ReviewState.REJECTED}
    return said.get(row.Reference.state, ReviewState.UNREVIEWED) if row.Reference else ReviewState.UNREVIEWED


def _error(row: Any) -> str | None:
    """A sentence of shots.label(row)'s task, where it did not end well."""
    if row.section != Section.ERROR:
        return None
    return row.Task.error_message or f"Its task was {row.Task.state.lower()}."


def _shot_pictures(row: Any, drawn: Mapping[str, Mapping[str, str]], view: View) -> dict[str, str]:
    if row.Comparison:
        return _pictures(row.Comparison, drawn.get(row.Comparison.id, {}), view)
    return {"actual": view.picture(row.Reference.artifact_id)} if row.Reference else {}


def _pictures(row: tables.Comparison, drawn: Mapping[str, str], view: View) -> dict[str, str]:
    ids = {"reference": row.reference_artifact_id, "actual": row.actual_artifact_id}
    uploaded = {name: view.picture(found) for name, found in ids.items()}
    return uploaded | {kind: view.drawn(found) for kind, found in drawn.items()}


def name_of(row: Any) -> str:
    """`name [variant]` of a row of `store.shots.matching`."""
    return shots.label(row.Shot.name, row.Shot.variant)
