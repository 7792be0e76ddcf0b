"""Reviews: approves or rejects comparisons and pending references, many at once; records who and when; undoes on request.

Rows are locked in one order everywhere: test cases, comparisons, references, builds. So two who approve at once wait for each
other, and the second is told that the reference has changed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from store import builds, clock, shots
from store.errors import (
    AlreadyApproved,
    AlreadyRejected,
    AlreadyUndone,
    ComparisonNotFound,
    Conflict,
    NotCompared,
    NoTestCase,
    ReferenceSuperseded,
    ReplacedSince,
    ReviewedSince,
    ReviewNotFound,
)
from store.paging import Page, page
from store.states import Decision, ReferenceState, ReviewState
from store.tables import Artifact, Build, Comparison, Reference, Review, ReviewItem, TestCase, new_id
from store.visibility import Projects, within

_AT_ONCE = 500  # ids in one statement


@dataclass(frozen=True, slots=True)
class Said:
    """What became of a review: ids of comparisons and pending references that it holds for, and why it does not hold for others.
    `changed`: concluded builds whose verdict is another one now."""

    review_id: str | None
    done: tuple[str, ...]
    refused: tuple[tuple[str, Conflict], ...] = ()
    changed: tuple[Build, ...] = ()


def approve(session: Session, comparison_id: str, by: str | None = None, comment: str = "") -> Comparison:
    """The actual becomes its test case's reference on its own branch. Again is the same as once.
    Raises ComparisonNotFound, NoTestCase, NotCompared, ReferenceSuperseded."""
    say_of_one(session, Decision.APPROVED, comparison_id, by, comment)
    return session.get_one(Comparison, comparison_id)


def reject(session: Session, comparison_id: str, by: str | None = None, comment: str = "") -> Comparison:
    """Notes that the actual is wrong. Raises ComparisonNotFound, NotCompared, AlreadyApproved."""
    say_of_one(session, Decision.REJECTED, comparison_id, by, comment)
    return session.get_one(Comparison, comparison_id)


def say_of_one(
    session: Session, decision: Decision, comparison_id: str, by: str | None = None, comment: str = ""
) -> Said:
    """The same, and returns what follows from it. Raises the same errors."""
    if session.get(Comparison, comparison_id) is None:
        raise ComparisonNotFound(comparison_id)
    said = say(session, decision, [comparison_id], by=by, comment=comment)
    for _, refusal in said.refused:
        raise refusal
    if comparison_id not in said.done:  # a cleanup deleted it a moment ago
        raise ComparisonNotFound(comparison_id)
    return said


def say(
    session: Session,
    decision: Decision,
    comparison_ids: Collection[str],
    reference_ids: Collection[str] = (),
    by: str | None = None,
    comment: str = "",
    build_id: str | None = None,
) -> Said:
    """Approves or rejects comparisons and pending references, as far as that can be done, in this transaction."""
    work = _Work(session, by, clock.now(session))
    work.load(comparison_ids, reference_ids)
    for row in work.comparisons:
        work.try_(row.id, lambda row=row: work.approve(row) if decision == Decision.APPROVED else work.reject(row))
    for pending in work.pending:
        work.try_(
            pending.id, lambda row=pending: work.accept(row) if decision == Decision.APPROVED else work.refuse(row)
        )
    review_id = work.write(decision, comment, build_id)
    return Said(review_id, tuple(work.done), tuple(work.refused), tuple(work.refresh_builds()))


def undo(session: Session, review_id: str, by: str | None = None) -> Said:
    """Takes back what a review said, except where there is a later review.
    Raises ReviewNotFound, AlreadyUndone."""
    review = session.get(Review, review_id, with_for_update=True, populate_existing=True)
    if review is None:
        raise ReviewNotFound(review_id)
    if review.undone_at is not None:
        raise AlreadyUndone(review_id)
    items = session.scalars(select(ReviewItem).filter_by(review_id=review_id).order_by(ReviewItem.position)).all()
    work = _Work(session, by, clock.now(session))
    work.load(
        [one.comparison_id for one in items if one.comparison_id],
        [one.reference_id for one in items if one.reference_id],
    )
    for item in items:
        work.try_(item.comparison_id or item.reference_id or "", lambda item=item: work.take_back(item, review.what))
    if work.done:
        review.undone_at, review.undone_by = work.moment, by
    session.flush()
    return Said(review_id, tuple(work.done), tuple(work.refused), tuple(work.refresh_builds()))


def get(session: Session, review_id: str) -> Review:
    """Raises ReviewNotFound."""
    review = session.get(Review, review_id)
    if review is None:
        raise ReviewNotFound(review_id)
    return review


def list_page(
    session: Session,
    cursor: str | None = None,
    limit: int = 50,
    *,
    build_id: str | None = None,
    comparison_id: str | None = None,
    testcase_id: str | None = None,
    projects: Projects = None,
) -> Page[Review]:
    """Reviews of these projects, newest first. Raises BadCursor."""
    rows = select(Review).where(within(projects, Review.project_id))
    if build_id is not None:
        rows = rows.where(Review.build_id == build_id)
    if comparison_id is not None:
        rows = rows.where(_has(ReviewItem.comparison_id == comparison_id))
    if testcase_id is not None:
        of_comparison = ReviewItem.comparison_id.in_(select(Comparison.id).where(Comparison.testcase_id == testcase_id))
        of_pending = ReviewItem.reference_id.in_(select(Reference.id).where(Reference.testcase_id == testcase_id))
        rows = rows.where(_has(of_comparison | of_pending))
    return page(session, rows, Review, cursor, limit)


def names(session: Session, review_ids: Collection[str]) -> dict[str, list[str]]:
    """What each review was about: `name [variant]` of the test cases, in the review's order."""
    items = select(ReviewItem).where(ReviewItem.review_id.in_(review_ids)).order_by(ReviewItem.position)
    rows = session.scalars(items).all()
    of = names_of(session, [row.comparison_id or row.reference_id or "" for row in rows])
    found: dict[str, list[str]] = {review_id: [] for review_id in review_ids}
    for row in rows:
        found[row.review_id].append(of[row.comparison_id or row.reference_id or ""])
    return found


def names_of(session: Session, ids: Collection[str]) -> dict[str, str]:
    """`name [variant]` of the test case of each comparison or pending reference."""
    found = dict.fromkeys(ids, "a pair without a test case")
    for table in (Comparison, Reference):
        rows = select(table.id, TestCase.name, TestCase.variant).join(TestCase, TestCase.id == table.testcase_id)
        for some in _some(sorted(found)):
            for row_id, name, variant in session.execute(rows.where(table.id.in_(some))):
                found[row_id] = shots.label(name, variant)
    return found


def _has(condition: Any) -> Any:
    return Review.id.in_(select(ReviewItem.review_id).where(condition))


@dataclass(slots=True)
class _Work:
    """One review while it is made: locks, the references as they change, what is to be written."""

    session: Session
    by: str | None
    moment: datetime
    comparisons: Sequence[Comparison] = ()
    pending: Sequence[Reference] = ()
    done: list[str] = field(default_factory=list)
    refused: list[tuple[str, Conflict]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    made: list[dict[str, Any]] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)
    current: dict[tuple[str, str], Reference | dict[str, Any]] = field(default_factory=dict)
    blobs: dict[str, str | None] = field(default_factory=dict)

    def load(self, comparison_ids: Collection[str], reference_ids: Collection[str]) -> None:
        cases = set(self._column(Comparison.testcase_id, Comparison.id, comparison_ids))
        cases |= set(self._column(Reference.testcase_id, Reference.id, reference_ids))
        known = sorted(one for one in cases if one)
        for some in _some(known):
            self.session.execute(
                select(TestCase.id).where(TestCase.id.in_(some)).order_by(TestCase.id).with_for_update()
            )
        self.comparisons = self._locked(Comparison, comparison_ids)
        self.pending = self._locked(Reference, reference_ids)
        for some in _some(known):
            active = (Reference.state == ReferenceState.ACTIVE) & Reference.superseded_at.is_(None)
            for row in self.session.scalars(select(Reference).where(Reference.testcase_id.in_(some), active)):
                self.current[(row.testcase_id, row.branch)] = row
        pictures = {row.actual_artifact_id for row in self.comparisons} | {row.artifact_id for row in self.pending}
        pictures |= {_picture(row) for row in self.current.values()}
        for some in _some(sorted(pictures)):
            rows = select(Artifact.id, Artifact.sha256).where(Artifact.id.in_(some))
            self.blobs |= {row.id: row.sha256 for row in self.session.execute(rows)}

    def try_(self, row_id: str, step: Any) -> None:
        try:
            step()
            self.done.append(row_id)
        except Conflict as refusal:
            self.refused.append((row_id, refusal))

    def approve(self, row: Comparison) -> None:
        if row.testcase_id is None:
            raise NoTestCase(row.id)
        if row.verdict is None:
            raise NotCompared(row.id)
        if row.review == ReviewState.APPROVED:
            return
        branch = row.branch or ""
        own = self.current.get((row.testcase_id, branch))
        used = own or self.current.get((row.testcase_id, ""))
        if used is None or (_id(used) != row.reference_id and not self._same(used, row.actual_artifact_id)):
            raise ReferenceSuperseded(row.id)
        made = None
        if _id(used) == row.reference_id:
            made = self._make(row.testcase_id, branch, row.actual_artifact_id, row.actual_analysis_id)
            self._replace(own)
        self._note(row.review, comparison_id=row.id, made_id=made, replaced_id=_id(own) if made and own else None)
        self._mark(row, ReviewState.APPROVED)

    def reject(self, row: Comparison) -> None:
        if row.verdict is None:
            raise NotCompared(row.id)
        if row.review == ReviewState.APPROVED:
            raise AlreadyApproved(row.id)
        if row.review != ReviewState.REJECTED:
            self._note(row.review, comparison_id=row.id)
            self._mark(row, ReviewState.REJECTED)

    def accept(self, row: Reference) -> None:
        """A pending reference becomes the current one, unless another picture has."""
        if row.state == ReferenceState.ACTIVE:
            return
        if row.state == ReferenceState.REJECTED:
            raise AlreadyRejected(row.id)
        current = self.current.get((row.testcase_id, row.branch))
        if row.superseded_at or (current and not self._same(current, row.artifact_id)):
            raise ReferenceSuperseded(row.id)
        row.state, row.approved_by, row.approved_at = ReferenceState.ACTIVE, self.by, self.moment
        if current:
            row.superseded_at = self.moment  # the same picture is current already
        else:
            self.current[(row.testcase_id, row.branch)] = row
        self._note(ReviewState.UNREVIEWED, reference_id=row.id)

    def refuse(self, row: Reference) -> None:
        if row.state == ReferenceState.ACTIVE:
            raise AlreadyApproved(row.id)
        if row.state != ReferenceState.REJECTED:
            row.state, row.approved_by, row.approved_at = ReferenceState.REJECTED, self.by, self.moment
            self._note(ReviewState.UNREVIEWED, reference_id=row.id)

    def take_back(self, item: ReviewItem, decision: Decision) -> None:
        if item.reference_id:
            self._take_back_pending(item, decision)
            return
        row = next(one for one in self.comparisons if one.id == item.comparison_id)
        if row.review != ReviewState(decision):
            raise ReviewedSince(row.id)
        if item.made_id:
            self._take_back_made(row, item)
        row.review = ReviewState(item.before)
        if item.before == ReviewState.UNREVIEWED:
            row.reviewed_by = row.reviewed_at = None

    def write(self, decision: Decision, comment: str, build_id: str | None) -> str | None:
        """Everything in a few statements, however many shots there are."""
        self.session.flush()
        if self.superseded:
            for some in _some(self.superseded):
                gone = update(Reference).where(Reference.id.in_(some)).values(superseded_at=self.moment)
                self.session.execute(gone.execution_options(synchronize_session=False))
        if self.made:
            self.session.execute(insert(Reference), self.made)
        if not self.items:
            return None
        project_id = self._project()
        review = Review(
            id=new_id(),
            project_id=project_id,
            build_id=build_id,
            what=decision,
            by=self.by,
            comment=comment,
            created_at=self.moment,
        )
        self.session.add(review)
        self.session.flush()
        rows = [{"review_id": review.id, "position": place, **item} for place, item in enumerate(self.items)]
        self.session.execute(insert(ReviewItem), rows)
        return review.id

    def refresh_builds(self) -> list[Build]:
        done = set(self.done)
        return builds.reviewed(self.session, shots.builds_of(self.session, done, done))

    def _take_back_made(self, row: Comparison, item: ReviewItem) -> None:
        made = self.current.get((row.testcase_id or "", row.branch or ""))
        if made is None or _id(made) != item.made_id:
            raise ReplacedSince(row.id)
        assert isinstance(made, Reference)
        made.superseded_at = self.moment
        before = self.session.get(Reference, item.replaced_id) if item.replaced_id else None
        if before is not None:
            before.superseded_at = None

    def _take_back_pending(self, item: ReviewItem, decision: Decision) -> None:
        row = next(one for one in self.pending if one.id == item.reference_id)
        if row.state != (ReferenceState.ACTIVE if decision == Decision.APPROVED else ReferenceState.REJECTED):
            raise ReviewedSince(row.id)
        current = self.current.get((row.testcase_id, row.branch))
        if (
            decision == Decision.APPROVED
            and row.superseded_at
            and not (current and self._same(current, row.artifact_id))
        ):
            raise ReplacedSince(row.id)
        row.state, row.approved_by, row.approved_at, row.superseded_at = ReferenceState.PENDING, None, None, None

    def _make(self, testcase_id: str, branch: str, artifact_id: str, analysis_id: str | None) -> str:
        made = {
            "id": new_id(),
            "testcase_id": testcase_id,
            "branch": branch,
            "artifact_id": artifact_id,
            "analysis_id": analysis_id,
            "state": ReferenceState.ACTIVE,
            "approved_by": self.by,
            "approved_at": self.moment,
            "superseded_at": None,
            "created_at": self.moment,
        }
        self.made.append(made)
        self.current[(testcase_id, branch)] = made
        return str(made["id"])

    def _replace(self, own: "Reference | dict[str, Any] | None") -> None:
        if own is not None:
            self.superseded.append(_id(own))

    def _note(self, before: str, **ids: str | None) -> None:
        empty = {"comparison_id": None, "reference_id": None, "made_id": None, "replaced_id": None}
        self.items.append({**empty, "before": str(before), **ids})

    def _mark(self, row: Comparison, review: ReviewState) -> None:
        row.review, row.reviewed_by, row.reviewed_at = review, self.by, self.moment

    def _same(self, current: "Reference | dict[str, Any]", artifact_id: str) -> bool:
        return self.blobs.get(_picture(current)) == self.blobs.get(artifact_id) is not None

    def _project(self) -> str:
        if self.comparisons:
            return self.comparisons[0].project_id
        return self.session.get_one(TestCase, self.pending[0].testcase_id).project_id

    def _column(self, column: Any, key: Any, ids: Collection[str]) -> list[Any]:
        found: list[Any] = []
        for some in _some(sorted(ids)):
            found += self.session.scalars(select(column).where(key.in_(some)))
        return found

    def _locked(self, table: Any, ids: Collection[str]) -> Sequence[Any]:
        found: list[Any] = []
        for some in _some(sorted(ids)):
            rows = select(table).where(table.id.in_(some)).order_by(table.id)
            found += self.session.scalars(rows.with_for_update().execution_options(populate_existing=True))
        return found


def _some(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _id(row: "Reference | dict[str, Any]") -> str:
    return row.id if isinstance(row, Reference) else str(row["id"])


def _picture(row: "Reference | dict[str, Any]") -> str:
    return row.artifact_id if isinstance(row, Reference) else str(row["artifact_id"])
