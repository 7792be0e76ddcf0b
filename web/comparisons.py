"""One comparison: its findings beside the two pictures, and its review."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response
from sqlalchemy.orm import Session

import store.tasks
from store import artifacts, comparisons, overview, reviews, shots, tables, visibility
from store.session import read, write
from store.states import FINAL, Decision
from tasks.builds import review_one
from tasks.judging import ignore_region, preview
from vision.difference.alignment import traced
from vision.types import Box
from web import describe, pages, scene, words, work
from web.visitor import Approver, Reader, Uploader, Visitor, look_now, see

router = APIRouter()

Id = Annotated[str, Path(pattern="^[A-Za-z0-9-]{1,36}$")]
Pixels = Annotated[int, Query(ge=0, le=65_535)]
Side = Annotated[int, Query(ge=1, le=65_535)]
PixelsSent = Annotated[int, Form(ge=0, le=65_535)]
SideSent = Annotated[int, Form(ge=1, le=65_535)]


@router.get("/comparisons/{id}")
def show_comparison(request: Request, visitor: Reader, id: Id) -> Response:
    look_now(visibility.comparison, id, visitor)
    with read() as session:
        row = comparisons.get(session, id)
        shot = overview.shots(session, [row])[0]
        task = store.tasks.get(session, row.task_id)
        place = store.tasks.place(session, task)
        shown = _shown(session, request, visitor, row) if row.verdict else None
        around = shots.neighbours(session, row.build_id, id) if row.build_id else (None, None)
        last = _last_review(session, id)
    if shown:
        return pages.render(request, visitor, "comparison.html", shot=shot, row=row, last=last, around=around, **shown)
    if task.state in FINAL:
        return pages.render(request, visitor, "not_compared.html", shot=shot, row=row, task=task)
    values = {"values": {}, **work.progress_words(task.state, task.stage, task.percent, place)}
    return pages.render(request, visitor, "task.html", task=task, **values)


@router.post("/comparisons/{id}/approve")
def approve(request: Request, visitor: Approver, id: Id) -> Response:
    look_now(visibility.comparison, id, visitor)
    with write() as session:
        review_one(session, Decision.APPROVED, id, visitor.name)
    return _reviewed(request, visitor, id)


@router.post("/comparisons/{id}/reject")
def reject(request: Request, visitor: Approver, id: Id) -> Response:
    look_now(visibility.comparison, id, visitor)
    with write() as session:
        review_one(session, Decision.REJECTED, id, visitor.name)
    return _reviewed(request, visitor, id)


@router.get("/comparisons/{id}/ignore")
def show_ignoring(
    request: Request, visitor: Reader, id: Id, x: Pixels, y: Pixels, width: Side, height: Side, of: str = "reference"
) -> Response:
    """What the verdict would be if this box were ignored."""
    look_now(visibility.comparison, id, visitor)
    box = _of_reference(id, Box(x, y, width, height), of)
    with read() as session:
        row = comparisons.get(session, id)
    template = "_ignore.html" if pages.asked_by_script(request) else "ignore.html"
    return pages.render(request, visitor, template, row=row, box=box, judged=preview(id, box))


@router.post("/comparisons/{id}/ignore")
def ignore(
    request: Request,
    visitor: Approver,
    id: Id,
    x: PixelsSent,
    y: PixelsSent,
    width: SideSent,
    height: SideSent,
    where: Annotated[Literal["here", "testcase"], Form()] = "here",
) -> Response:
    """Ignores the box in this comparison, or in every later one of its test case too."""
    look_now(visibility.comparison, id, visitor)
    box = Box(x, y, width, height)
    ignore_region(id, box, for_testcase=where == "testcase")
    return pages.go(request, f"/comparisons/{id}")


@router.post("/comparisons/{id}/testcase")
async def make_testcase(
    request: Request, visitor: Uploader, id: Id, name: work.Name, variant: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """The reference of a pair becomes a test case's."""
    await see(visibility.comparison, id, visitor)
    with read() as session:
        row = comparisons.get(session, id)
        project = overview.project_name(session, row.project_id)
    upload = work.stored_upload(row.reference_artifact_id)
    return await work.created(request, visitor, name, variant, upload, project)


def _shown(session: Session, request: Request, visitor: Visitor, row: tables.Comparison) -> dict[str, Any]:
    found = comparisons.found(session, row.id)
    pictures = scene.pair(
        request,
        visitor,
        artifacts.load(session, row.reference_artifact_id),
        artifacts.load(session, row.actual_artifact_id),
    )
    drawn = artifacts.drawn_from(session, row.id)
    return {
        "found": found,
        "sentences": describe.sentences(found.defects, visitor.language),
        "unexplained": describe.unexplained_sentences(found.unexplained),
        "ignored": describe.ignored_sentences(found.ignored, visitor.language),
        "noise": describe.noise_reasons(found.noise),
        "severities": describe.severities(found.defects),
        "scene": describe.scene(found, visitor.language, pictures, words.viewer(visitor.language)),
        "drawn": {kind: one.id for kind, one in drawn.items()},
    }


def _reviewed(request: Request, visitor: Visitor, comparison_id: str) -> Response:
    if not pages.asked_by_script(request):
        return pages.go(request, f"/comparisons/{comparison_id}")
    with read() as session:
        row = comparisons.get(session, comparison_id)
        last = _last_review(session, comparison_id)
    return pages.render(request, visitor, "_review.html", row=row, last=last)


def _last_review(session: Session, comparison_id: str) -> dict[str, Any] | None:
    """The review that can be taken back, and how many it was about."""
    found = reviews.list_page(session, None, 1, comparison_id=comparison_id).items
    if not found or found[0].undone_at is not None:
        return None
    return {"id": found[0].id, "count": len(reviews.names(session, [found[0].id])[found[0].id])}


def _of_reference(comparison_id: str, box: Box, of: str) -> Box:
    """The box in the reference's pixels: it may have been drawn over the actual."""
    if of != "actual":
        return box
    with read() as session:
        alignment = comparisons.found(session, comparison_id).alignment
    scale = alignment.scale
    if scale != 1.0:
        box = Box(*(max(round(number / scale), low) for number, low in zip(_numbers(box), (0, 0, 1, 1), strict=True)))
    laid = traced(box, alignment)
    return Box(max(laid.x, 0), max(laid.y, 0), laid.width, laid.height)


def _numbers(box: Box) -> tuple[int, int, int, int]:
    return box.x, box.y, box.width, box.height
