"""Comparisons of two pictures, and their review."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from sqlalchemy.orm import Session

from api import schemas
from api.access import needs
from api.deps import Caller, ComparisonId, Cursor, Filter, Language, Limit, Reader, View, problems
from api.submissions import Submission, submission
from api.summaries import comparison_summary, reviews_of, sentence_of
from api.uploads import Comment, PairForm, checked, compare_options, size
from store import comparisons, reviews
from store.keys import Scope
from store.session import read, write
from store.states import Decision, ReviewState
from tasks.builds import review_one
from tasks.requests import ComparePair
from vision.types import Box, Defect, IgnoredDefect, Verdict

router = APIRouter(tags=["comparisons"])


@router.post("/comparisons", **submission(Scope.UPLOAD))
async def create_comparison(
    form: Annotated[PairForm, Form(media_type="multipart/form-data")], door: Submission
) -> schemas.Ticket:
    """Compare two pictures without a test case.

    The ticket's `status_url` gives the task; its `result` is the comparison: a verdict, every defect in a sentence,
    and pictures that show them.
    """
    labels = form.labels(door.caller.project(form.project))
    reference = await checked(form.reference, "reference")
    actual = await checked(form.actual, "actual")
    options = compare_options(form.options, size(reference))
    return await door.submit(ComparePair(reference, actual, options, labels, form.name))


@router.get("/comparisons", dependencies=[needs(Scope.READ)], responses=problems())
def list_comparisons(
    caller: Caller,
    project: Filter = None,
    testcase_id: Filter = None,
    verdict: Annotated[Verdict | None, Query()] = None,
    review: Annotated[ReviewState | None, Query()] = None,
    branch: Filter = None,
    variant: Filter = None,
    build: Filter = None,
    build_id: Filter = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    *,
    view: Reader,
) -> schemas.Page[schemas.ComparisonSummary]:
    """The stored comparisons, newest first. Filters combine."""
    with read() as session:
        page = comparisons.list_page(
            session,
            cursor,
            limit,
            project=project,
            testcase_id=testcase_id,
            verdict=verdict,
            review=review,
            branch=branch,
            variant=variant,
            build=build,
            build_id=build_id,
            projects=caller.projects,
        )
        known = comparisons.listed(session, page.items)
        items = [schemas.ComparisonSummary(**comparison_summary(row, known[row.id], view)) for row in page.items]
    return schemas.Page(items=items, next_cursor=page.next_cursor)


@router.get("/comparisons/{id}", dependencies=[needs(Scope.READ)], responses=problems(404))
def get_comparison(id: ComparisonId, view: Reader) -> schemas.Comparison:
    """A stored comparison. Its sentences are in the language of `Accept-Language`: English or Russian."""
    with read() as session:
        return comparison_of(session, id, view)


@router.post(
    "/comparisons/{id}/approve", dependencies=[needs(Scope.APPROVE)], responses=problems(400, 404, 408, 409, 413)
)
def approve_comparison(id: ComparisonId, view: Reader, caller: Caller, said: Comment = None) -> schemas.Comparison:
    """The actual is right: it becomes the test case's reference on the comparison's branch.

    Refused if there is no test case, or if its reference has changed since: then compare again.
    """
    with write() as session:
        review_one(session, Decision.APPROVED, id, caller.name, said.comment if said else "")
    return get_comparison(id, view)


@router.post(
    "/comparisons/{id}/reject", dependencies=[needs(Scope.APPROVE)], responses=problems(400, 404, 408, 409, 413)
)
def reject_comparison(id: ComparisonId, view: Reader, caller: Caller, said: Comment = None) -> schemas.Comparison:
    """The actual is wrong: the reference stays, and the comparison is marked as rejected."""
    with write() as session:
        review_one(session, Decision.REJECTED, id, caller.name, said.comment if said else "")
    return get_comparison(id, view)


def comparison_of(session: Session, comparison_id: str, view: View) -> schemas.Comparison:
    """The stored comparison in the API's form. Raises ComparisonNotFound."""
    row = comparisons.get(session, comparison_id)
    known = comparisons.listed(session, [row])[row.id]
    ignored = comparisons.ignored(session, comparison_id)
    return schemas.Comparison(
        **comparison_summary(row, known, view),
        rule=row.rule,
        options=row.options,
        reference_id=row.reference_id,
        reference_size=row.reference_size,
        actual_size=row.actual_size,
        ssim=row.ssim,
        unexplained_ratio=row.unexplained_ratio,
        alignment=row.alignment,
        defects=[_defect(found, view.language) for found in comparisons.defects(session, comparison_id)],
        unexplained=row.unexplained or [],
        noise=row.noise or [],
        ignored=[_ignored(found, view.language) for found in ignored],
        coverage=row.coverage,
        versions=row.versions or {},
        timings_ms=row.timings_ms or {},
        finished_at=row.finished_at,
        unused_ignore_regions=[schemas.Box.model_validate(box) for box in comparisons.unused_regions(row, ignored)],
        reviews=reviews_of(session, reviews.list_page(session, limit=200, comparison_id=comparison_id).items),
    )


def _ignored(found: IgnoredDefect, language: Language) -> schemas.IgnoredDefect:
    return schemas.IgnoredDefect(**_defect(found.defect, language).model_dump(), reason=found.reason)


def _defect(found: Defect, language: Language) -> schemas.Defect:
    return schemas.Defect(
        id=found.id,
        type=found.type,
        severity=found.severity,
        message=sentence_of(found, language),
        cause_id=found.cause_id,
        element=schemas.DefectElement(kind=found.kind, text=found.text) if found.kind else None,
        reference_box=_box(found.reference_box),
        actual_box=_box(found.actual_box),
        detail=found.detail,
    )


def _box(box: Box | None) -> schemas.Box | None:
    return schemas.Box.model_validate(box) if box else None
