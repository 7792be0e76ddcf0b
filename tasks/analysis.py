"""One picture's elements: of any screenshot, and of a test case's reference."""

from typing import Any

from sqlalchemy.orm import Session

from store import analyses, artifacts, testcases
from store.session import read, write
from tasks import lifecycle
from tasks.celery_app import app
from tasks.engines import engines
from tasks.lifecycle import OnStage, Record
from tasks.pictures import load_picture
from tasks.states import TaskFailed
from vision.analysis import analyze
from vision.image import pixel_digest
from vision.types import Analysis, Picture

STAGES = ("load", "detect", "read", "store")


@app.task(bind=True, throws=(TaskFailed,))  # type: ignore[misc]
def analyze_screenshot(self: Any, artifact_id: str) -> dict[str, str]:
    """Finds and stores the elements of a screenshot."""
    return lifecycle.perform(self, STAGES, lambda on_stage: _analyzed(artifact_id, on_stage))


@app.task(bind=True, throws=(TaskFailed,))  # type: ignore[misc]
def generate_test_from_screenshot(self: Any, reference_id: str) -> dict[str, str]:
    """Loads a test case's reference, finds, classifies and reads its elements, and stores them with it."""
    return lifecycle.perform(self, STAGES, lambda on_stage: _reference_analyzed(reference_id, on_stage))


def analysis_of(picture: Picture, on_stage: OnStage) -> tuple[str, Analysis]:
    """A picture's analysis, id and facts: the stored one where these eyes have seen these pixels, else made and stored now."""
    eyes = engines()
    digest = pixel_digest(picture)
    with read() as session:
        known = analyses.find(session, digest, eyes.detector.version, eyes.reader.version)
    if known:
        return known
    made = analyze(picture, eyes, on_stage)
    with write() as session:
        return analyses.record(session, digest, made, eyes.reader.version), made


def _analyzed(artifact_id: str, on_stage: OnStage) -> Record:
    on_stage("load")
    analysis_id, _ = analysis_of(load_picture(artifact_id), on_stage)
    on_stage("store")
    return lambda session: _result(session, artifact_id, analysis_id)


def _reference_analyzed(reference_id: str, on_stage: OnStage) -> Record:
    with read() as session:
        reference = testcases.reference(session, reference_id)
    work = _analyzed(reference.artifact_id, on_stage)

    def record(session: Session) -> dict[str, str]:
        result = work(session)
        analyses.attach(session, reference_id, result["analysis_id"])
        return {**result, "testcase_id": reference.testcase_id, "reference_id": reference_id}

    return record


def _result(session: Session, artifact_id: str, analysis_id: str) -> dict[str, str]:
    annotated = artifacts.declare(session, "annotated", analysis_id=analysis_id, source_id=artifact_id)
    return {"analysis_id": analysis_id, "artifact_id": artifact_id, "annotated_artifact_id": annotated.id}
