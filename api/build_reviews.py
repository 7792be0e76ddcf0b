"""Many shots of a build at once: the same change read as one, approved or rejected together."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from api import schemas
from api.access import needs
from api.deps import BuildId, Caller, Reader, View, problems
from api.summaries import build_of, refused_of, sentence_of, shots_of
from api.uploads import Said, Strict
from store import builds, shots
from store.keys import Scope
from store.session import read, write
from store.states import Decision, ShotVerdict
from tasks.builds import review

router = APIRouter(tags=["builds"])

_SHOTS_IN_GROUP = 500
_UNEXPLAINED = {"en": "Changed pixels that nothing explains", "ru": "Необъяснённые изменения"}
_NOT_COMPARED = "It could not be compared: there is nothing to approve or reject. Take the screenshot again."


class ShotFilter(Strict):
    """Which shots: all keys must match; without keys, every shot that waits for a decision."""

    ids: Annotated[list[Annotated[str, StringConstraints(max_length=36)]], Field(max_length=10_000)] | None = Field(
        None, description="Of shots, comparisons or pending references."
    )
    signature: Annotated[str, StringConstraints(max_length=64)] | None = None
    verdict: ShotVerdict | None = None
    query: Annotated[str, StringConstraints(max_length=500)] | None = Field(None, description="A part of the name.")


class ReviewOfShots(Said):
    filter: ShotFilter


@router.get("/builds/{id}/groups", dependencies=[needs(Scope.READ)], responses=problems(404))
def get_groups(id: BuildId, view: Reader) -> schemas.Groups:
    """Each change once, with its sentence and the shots that show it, the most frequent first."""
    with read() as session:
        builds.get(session, id)
        found = shots.groups(session, id)
        return schemas.Groups(items=[_group(session, group, view) for group in found])


@router.post("/builds/{id}/approve", dependencies=[needs(Scope.APPROVE)], responses=problems(400, 404, 408, 413))
def approve_shots(id: BuildId, asked: ReviewOfShots, caller: Caller, view: Reader) -> schemas.Approved:
    """These shots are right: each becomes the reference of its name on the build's branch.

    What could not be approved is in `refused`, with the reason; the rest is approved.
    """
    review_id, done, refused, build = _review(id, Decision.APPROVED, asked, caller.name, view)
    return schemas.Approved(review_id=review_id, approved=done, refused=refused, build=build)


@router.post("/builds/{id}/reject", dependencies=[needs(Scope.APPROVE)], responses=problems(400, 404, 408, 413))
def reject_shots(id: BuildId, asked: ReviewOfShots, caller: Caller, view: Reader) -> schemas.Rejected:
    """These shots are wrong: no reference changes, and a build with a rejected shot does not pass."""
    review_id, done, refused, build = _review(id, Decision.REJECTED, asked, caller.name, view)
    return schemas.Rejected(review_id=review_id, rejected=done, refused=refused, build=build)


def _group(session: Session, group: shots.Group, view: View) -> schemas.Group:
    return schemas.Group(
        signature=group.signature,
        sentence=sentence_of(group.headline, view.language) if group.headline else _UNEXPLAINED[view.language],
        changes=[sentence_of(cause, view.language) for cause in group.causes],
        type=group.headline.type if group.headline else None,
        worst_severity=group.headline.severity if group.headline else None,
        count=len(group.rows),
        sections=group.sections,
        shots=shots_of(session, group.rows[:_SHOTS_IN_GROUP], view),
    )


def _review(
    build_id: str, decision: Decision, asked: ReviewOfShots, by: str | None, view: View
) -> tuple[str | None, list[schemas.Shot], list[schemas.Refused], schemas.Build]:
    with write() as session:
        builds.get(session, build_id)
        rows = _wanted(session, build_id, asked.filter)
        compared = [row.Shot.comparison_id for row in rows if row.Shot.comparison_id]
        pending = [row.Shot.reference_id for row in rows if row.Shot.reference_id and row.section != "error"]
        said = review(session, decision, compared, pending, by, asked.comment, build_id)
    reasons = {row_id: str(why) for row_id, why in said.refused}
    with read() as session:
        done = set(said.done)
        rows = shots.matching(session, build_id, ids=[row.Shot.id for row in rows])
        approved = [row for row in rows if _subject(row) in done]
        refused = [
            refused_of(row, reasons.get(_subject(row), _NOT_COMPARED)) for row in rows if _subject(row) not in done
        ]
        build = build_of(session, builds.get(session, build_id))
        return said.review_id, shots_of(session, approved, view), refused, build


def _wanted(session: Session, build_id: str, asked: ShotFilter) -> Sequence[Any]:
    """The requested ids; without ids, only shots that wait for a decision, since "all of them" excludes shots that passed."""
    waiting = [asked.verdict] if asked.verdict else [] if asked.ids is not None else shots.WAITING
    return shots.matching(
        session,
        build_id,
        ids=asked.ids,
        sections=waiting,
        query=asked.query or "",
        signature=asked.signature,
    )


def _subject(row: Any) -> str:
    return str(row.Shot.comparison_id or row.Shot.reference_id)
