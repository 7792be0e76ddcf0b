"""One picture's elements: of any screenshot, and of a test case's reference."""

from typing import Any

from celery import shared_task
from sqlalchemy.orm import Session

from store import analyses, artifacts, testcases
from store.session import read
from store.states import ArtifactKind
from tasks import lifecycle
from tasks.celery_states import TaskFailed
from tasks.lifecycle import OnStage, Record
from tasks.stored_pictures import analysis_of, load_picture
from vision.image import pixel_digest

STAGES = ("load", "detect", "read", "store")


@shared_task(bind=True, throws=(TaskFailed,))  # type: ignore[untyped-decorator]
def analyze_screenshot(self: Any, artifact_id: str) -> dict[str, str]:
    """Finds and stores the elements of a screenshot."""
    return lifecycle.perform(self, STAGES, lambda on_stage: _analyzed(artifact_id, on_stage))


@shared_task(bind=True, throws=(TaskFailed,))  # type: ignore[untyped-decorator]
def generate_test_from_screenshot(self: Any, reference_id: str) -> dict[str, str]:
    """Loads a test case's reference, finds, classifies and reads its elements, and stores them with it."""
    return lifecycle.perform(self, STAGES, lambda on_stage: _reference_analyzed(reference_id, on_stage))


def _analyzed(artifact_id: str, on_stage: OnStage) -> Record:
    on_stage("load")
    picture = load_picture(artifact_id)
    analysis_id, _ = analysis_of(picture, pixel_digest(picture), on_stage)
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
    annotated = artifacts.declare(session, ArtifactKind.ANNOTATED, analysis_id=analysis_id, source_id=artifact_id)
    return {"analysis_id": analysis_id, "artifact_id": artifact_id, "annotated_artifact_id": annotated.id}
