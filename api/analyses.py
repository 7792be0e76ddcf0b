"""Analyses of single screenshots."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session

from api import schemas
from api.deps import View
from api.submissions import Submission, submission
from api.uploads import ScreenshotForm, checked
from store import analyses
from store.keys import Scope
from tasks.requests import AnalyzeScreenshot

router = APIRouter(tags=["analyses"])


@router.post("/analyses", **submission(Scope.UPLOAD))
async def create_analysis(
    form: Annotated[ScreenshotForm, Form(media_type="multipart/form-data")], door: Submission
) -> schemas.Ticket:
    """Find the elements of a screenshot and read their text.

    The ticket's `status_url` gives the task; its `result` is the analysis, with a picture of what was found.
    """
    labels = form.labels(door.caller.project(form.project))
    screenshot = await checked(form.screenshot, "screenshot")
    return await door.submit(AnalyzeScreenshot(screenshot, labels))


def analysis_of(session: Session, ids: Mapping[str, str], view: View) -> schemas.Analysis:
    """The analysis named by a task's ids (analysis_id, artifact_id, annotated_artifact_id)."""
    facts = analyses.load(session, ids["analysis_id"])
    pictures = {"screenshot": ids.get("artifact_id"), "annotated": ids.get("annotated_artifact_id")}
    return schemas.Analysis(
        analysis_id=ids["analysis_id"],
        testcase_id=ids.get("testcase_id"),
        reference_id=ids.get("reference_id"),
        size=schemas.Size.model_validate(facts.size),
        elements=[schemas.Element.model_validate(element) for element in facts.elements],
        ocr_engine=facts.ocr_engine,
        detector=facts.detector,
        timings_ms=facts.timings_ms,
        limits=list(facts.limits),
        artifacts={name: view.picture(found) for name, found in pictures.items() if found},
    )
