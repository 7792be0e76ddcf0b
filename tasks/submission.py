"""From a request to its rows: what is inserted before a task starts, and how it is taken back when it cannot start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

import store.tasks
from store import artifacts, comparisons, projects, tables, testcases
from store.artifacts import blob_store
from store.errors import ReferenceNotFound
from store.session import insert_if_new, write
from tasks.analysis import analyze_screenshot, generate_test_from_screenshot
from tasks.comparison import compare_reference_with_actual
from tasks.requests import (
    AnalyzeReference,
    AnalyzeScreenshot,
    ComparePair,
    CompareWithTestCase,
    CreateTestCase,
    Labels,
    ReplaceReference,
    Request,
    Upload,
)


@dataclass(frozen=True, slots=True)
class Planned:
    """A task whose rows are there: what it works on, what the client is told, how to take it back."""

    task: Any
    subject_id: str
    ids: Mapping[str, str]
    project_id: str
    take_back: Callable[[Session], object]


def keep_pictures(request: Request) -> None:
    """Puts the request's bytes where they stay, before a transaction is open: it may take a while."""
    for upload in _uploads(request):
        blob_store().put(upload.data)


def forget_pictures(request: Request) -> None:
    """Deletes the request's bytes again where nothing shows them: its rows could not be inserted."""
    uploads = sorted(_uploads(request), key=lambda upload: upload.data)  # rows are locked in one order
    digests = [sha256(upload.data).hexdigest() for upload in uploads]
    with write() as session:
        for digest in digests:
            insert_if_new(session, tables.Blob, sha256=digest, size_bytes=0)
        artifacts.drop_unreferenced(session, digests)


def insert(session: Session, request: Request, task_id: str, mode: str) -> Planned:
    """Inserts the rows of a request. Raises store errors."""
    match request:
        case AnalyzeScreenshot():
            return _analyze_screenshot(session, request, task_id, mode)
        case ComparePair():
            return _compare_pair(session, request, task_id, mode)
        case CreateTestCase():
            return _create_testcase(session, request, task_id, mode)
        case ReplaceReference():
            return _replace_reference(session, request, task_id, mode)
        case AnalyzeReference():
            return _analyze_reference(session, request, task_id, mode)
        case CompareWithTestCase():
            return _compare_with_testcase(session, request, task_id, mode)


def reference_for(session: Session, testcase_id: str, branch: str | None) -> tables.Reference:
    """The reference a screenshot of that branch is compared with: the branch's own, else the one without a branch.

    Raises TestCaseNotFound, ReferenceNotFound.
    """
    testcases.get(session, testcase_id)
    found = testcases.current_reference(session, testcase_id, branch or "")
    found = found or testcases.current_reference(session, testcase_id, "")
    if found is None:
        raise ReferenceNotFound(f"of the test case {testcase_id}")
    return found


def _uploads(request: Request) -> list[Upload]:
    values = (getattr(request, name, None) for name in ("reference", "actual", "screenshot"))
    return [value for value in values if isinstance(value, Upload)]


def _analyze_screenshot(session: Session, request: AnalyzeScreenshot, task_id: str, mode: str) -> Planned:
    project = projects.get_or_create(session, request.labels.project)
    picture = _save(session, request.screenshot)
    _add(session, task_id, analyze_screenshot, picture.id, mode, project.id)
    return Planned(
        analyze_screenshot,
        picture.id,
        {"artifact_id": picture.id},
        project.id,
        lambda late: artifacts.remove_unused(late, [picture.id]),
    )


def _compare_pair(session: Session, request: ComparePair, task_id: str, mode: str) -> Planned:
    project = projects.get_or_create(session, request.labels.project)
    task = _add(session, task_id, compare_reference_with_actual, "", mode, project.id)
    reference, actual = _save_both(session, request.reference, request.actual)
    made = comparisons.create(
        session,
        task_id=task_id,
        project_id=project.id,
        reference_artifact_id=reference.id,
        actual_artifact_id=actual.id,
        options=request.options,
        **_labels(request.labels),
    )
    task.subject_id = made.id
    return Planned(
        compare_reference_with_actual,
        made.id,
        {"comparison_id": made.id},
        project.id,
        lambda late: comparisons.remove(late, made.id),
    )


def _create_testcase(session: Session, request: CreateTestCase, task_id: str, mode: str) -> Planned:
    project = projects.get_or_create(session, request.labels.project)
    case = testcases.create(session, project, request.name, request.labels.variant or "")
    reference = testcases.set_reference(
        session, case.id, _save(session, request.screenshot).id, request.labels.branch or ""
    )
    return _generate(session, task_id, mode, reference, case, lambda late: testcases.delete(late, case.id))


def _replace_reference(session: Session, request: ReplaceReference, task_id: str, mode: str) -> Planned:
    case = testcases.get(session, request.testcase_id)
    picture = _save(session, request.screenshot)
    reference = testcases.set_reference(session, request.testcase_id, picture.id, request.labels.branch or "")
    return _generate(
        session, task_id, mode, reference, case, lambda late: testcases.withdraw_reference(late, reference.id)
    )


def _analyze_reference(session: Session, request: AnalyzeReference, task_id: str, mode: str) -> Planned:
    case = testcases.get(session, request.testcase_id)
    reference = reference_for(session, case.id, request.branch)
    return _generate(session, task_id, mode, reference, case, lambda late: None)


def _compare_with_testcase(session: Session, request: CompareWithTestCase, task_id: str, mode: str) -> Planned:
    case = testcases.get(session, request.testcase_id)
    reference = reference_for(session, case.id, request.labels.branch)
    task = _add(session, task_id, compare_reference_with_actual, "", mode, case.project_id, case.id)
    made = comparisons.create(
        session,
        task_id=task_id,
        project_id=case.project_id,
        reference_artifact_id=reference.artifact_id,
        actual_artifact_id=_save(session, request.screenshot).id,
        options=request.options,
        testcase_id=case.id,
        reference_id=reference.id,
        **{**_labels(request.labels), "variant": request.labels.variant or case.variant or None},
    )
    task.subject_id = made.id
    return Planned(
        compare_reference_with_actual,
        made.id,
        {"comparison_id": made.id, "testcase_id": case.id, "reference_id": reference.id},
        case.project_id,
        lambda late: comparisons.remove(late, made.id),
    )


def _generate(
    session: Session,
    task_id: str,
    mode: str,
    reference: tables.Reference,
    case: tables.TestCase,
    take_back: Callable[[Session], object],
) -> Planned:
    _add(session, task_id, generate_test_from_screenshot, reference.id, mode, case.project_id, case.id)
    ids = {"testcase_id": case.id, "reference_id": reference.id}
    return Planned(generate_test_from_screenshot, reference.id, ids, case.project_id, take_back)


def _add(
    session: Session,
    task_id: str,
    task: Any,
    subject_id: str,
    mode: str,
    project_id: str,
    testcase_id: str | None = None,
) -> tables.Task:
    return store.tasks.add(
        session,
        task_id=task_id,
        name=task.name,
        subject_id=subject_id,
        mode=mode,
        testcase_id=testcase_id,
        project_id=project_id,
    )


def _save(session: Session, upload: Upload) -> tables.Artifact:
    info = upload.info
    return artifacts.save(session, upload.data, "screenshot", info.media_type, info.width, info.height)


def _save_both(session: Session, first: Upload, second: Upload) -> tuple[tables.Artifact, tables.Artifact]:
    """In the order of their bytes: two clients that post the same new pair the other way round would lock each other out."""
    if first.data <= second.data:
        return _save(session, first), _save(session, second)
    saved = _save(session, second)
    return _save(session, first), saved


def _labels(labels: Labels) -> dict[str, str | None]:
    return {"branch": labels.branch, "variant": labels.variant, "build": labels.build, "commit": labels.commit}
