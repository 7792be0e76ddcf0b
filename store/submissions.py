"""The rows of a submission: one function for each kind, all of it in the caller's transaction.

Each answers a `Stored`: what the task works on, which ids the client is told, and how the rows are taken back where the task
cannot be started after all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256

from sqlalchemy.orm import Session

import store.tasks
from store import artifacts, builds, comparisons, projects, shots, tables, testcases
from store.artifacts import blob_store
from store.session import insert_if_new, write
from store.states import ArtifactKind
from vision.image import ImageInfo
from vision.types import CompareOptions


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture as it came, and what its header says (`vision.image.inspect` has accepted it)."""

    data: bytes
    info: ImageInfo


@dataclass(frozen=True, slots=True)
class Labels:
    """Where a screenshot comes from, as the client names it."""

    project: str = "default"
    branch: str | None = None
    variant: str | None = None
    build: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """The task that a submission inserts."""

    id: str
    name: str
    mode: str


@dataclass(frozen=True, slots=True)
class Stored:
    """`subject_id`: the row the task works on. `take_back` deletes what the submission inserted, except the task."""

    subject_id: str
    ids: Mapping[str, str]
    project_id: str
    take_back: Callable[[Session], object]


def keep_pictures(uploads: Sequence[Upload]) -> None:
    """Writes the pictures' bytes to the artifact store, before a transaction is open: it may take a while."""
    for upload in uploads:
        blob_store().put(upload.data)


def forget_pictures(uploads: Sequence[Upload]) -> None:
    """Deletes the bytes again where no artifact shows them: the rows could not be inserted."""
    digests = sorted(sha256(upload.data).hexdigest() for upload in uploads)  # rows are locked in one order
    with write() as session:
        for digest in digests:
            insert_if_new(session, tables.Blob, sha256=digest, size_bytes=0)
        artifacts.drop_unreferenced(session, digests)


def add_screenshot(session: Session, task: NewTask, screenshot: Upload, labels: Labels) -> Stored:
    """A screenshot to be analysed."""
    project = projects.get_or_create(session, labels.project)
    picture = _save(session, screenshot)
    _add_task(session, task, picture.id, project.id)
    take_back = partial(artifacts.remove_unused, artifact_ids=[picture.id])
    return Stored(picture.id, {"artifact_id": picture.id}, project.id, take_back)


def add_pair(
    session: Session,
    task: NewTask,
    reference: Upload,
    actual: Upload,
    options: CompareOptions,
    labels: Labels,
    name: str = "",
) -> Stored:
    """Two pictures to be compared. `name` is what a build of that label calls them. Raises BuildFinalized, DuplicateShot."""
    project = projects.get_or_create(session, labels.project)
    row = _add_task(session, task, "", project.id)
    first, second = _save_both(session, reference, actual)
    made = comparisons.create(
        session,
        task_id=task.id,
        project_id=project.id,
        reference_artifact_id=first.id,
        actual_artifact_id=second.id,
        options=options,
        **_columns(labels),
    )
    row.subject_id = made.id
    return _compared(made, _join_label(session, made, name or f"pair {made.id[:8]}"))


def add_testcase(session: Session, task: NewTask, name: str, screenshot: Upload, labels: Labels) -> Stored:
    """A test case with its first reference, to be analysed. Raises DuplicateTestCase."""
    project = projects.get_or_create(session, labels.project)
    case = testcases.create(session, project, name, labels.variant or "")
    picture = _save(session, screenshot)
    reference = testcases.set_reference(session, case.id, picture.id, labels.branch or "")
    return _generated(session, task, reference, case, partial(testcases.delete, testcase_id=case.id))


def add_reference(session: Session, task: NewTask, testcase_id: str, screenshot: Upload, labels: Labels) -> Stored:
    """A reference in the place of a test case's present one, to be analysed. Raises TestCaseNotFound."""
    case = testcases.get(session, testcase_id)
    picture = _save(session, screenshot)
    reference = testcases.set_reference(session, testcase_id, picture.id, labels.branch or "")
    take_back = partial(testcases.withdraw_reference, reference_id=reference.id)
    return _generated(session, task, reference, case, take_back)


def add_reference_analysis(session: Session, task: NewTask, testcase_id: str, branch: str) -> Stored:
    """The present reference, to be analysed again. Raises TestCaseNotFound, ReferenceNotFound."""
    case = testcases.get(session, testcase_id)
    reference = testcases.reference_for(session, case.id, branch)
    return _generated(session, task, reference, case, lambda late: None)


def add_comparison(
    session: Session, task: NewTask, testcase_id: str, screenshot: Upload, options: CompareOptions, labels: Labels
) -> Stored:
    """A screenshot to be compared with a test case's reference.
    Raises TestCaseNotFound, ReferenceNotFound, BuildFinalized, DuplicateShot."""
    case = testcases.get(session, testcase_id)
    reference = testcases.reference_for(session, case.id, labels.branch)
    row = _add_task(session, task, "", case.project_id, case.id)
    made = comparisons.create(
        session,
        task_id=task.id,
        project_id=case.project_id,
        reference_artifact_id=reference.artifact_id,
        actual_artifact_id=_save(session, screenshot).id,
        options=options,
        testcase_id=case.id,
        reference_id=reference.id,
        **{**_columns(labels), "variant": labels.variant or case.variant or None},
    )
    row.subject_id = made.id
    joined = _join_label(session, made, case.name)
    return _compared(made, {"testcase_id": case.id, "reference_id": reference.id, **joined})


def add_shot(
    session: Session,
    comparing: NewTask,
    analysing: NewTask,
    build_id: str,
    name: str,
    screenshot: Upload,
    options: CompareOptions,
    labels: Labels,
    retry: bool,
) -> Stored:
    """A build's screenshot: compared with the reference of its name, or kept as the pending reference of a new one.
    Raises BuildNotFound, BuildFinalized, DuplicateShot."""
    build = builds.get(session, build_id)
    builds.check_open(build)
    case, made = testcases.get_or_create(session, build.project_id, name, labels.variant or "")
    reference = testcases.usable_reference(session, case.id, build.branch)
    labels = replace(labels, branch=build.branch, commit=build.commit, build=build.name, variant=case.variant or None)
    if reference:
        stored = add_comparison(session, comparing, case.id, screenshot, options, replace(labels, build=None))
        shown = {"comparison_id": stored.subject_id}
        comparisons.label(session, stored.subject_id, build)
    else:
        stored = _add_pending(session, analysing, case, screenshot, build.branch or "")
        shown = {"reference_id": stored.subject_id}
    build = builds.lock_open(session, build_id)
    shot, before = shots.add(
        session, build, name, case.variant, task_id=comparing.id, testcase_id=case.id, **shown, replace=retry
    )
    ids = {**shown, "testcase_id": case.id, "build_id": build.id, "shot_id": shot.id}
    take_back = partial(_take_shot_back, stored, shot.id, before, case.id if made else None)
    return Stored(stored.subject_id, ids, build.project_id, take_back)


def _take_shot_back(
    stored: Stored, shot_id: str, before: dict[str, str | None] | None, testcase_id: str | None, session: Session
) -> None:
    shots.put_back(session, shot_id, before)
    stored.take_back(session)
    if testcase_id:
        testcases.remove_unused(session, testcase_id)


def _add_pending(session: Session, task: NewTask, case: tables.TestCase, screenshot: Upload, branch: str) -> Stored:
    pending = testcases.add_pending(session, case.id, _save(session, screenshot).id, branch)
    take_back = partial(testcases.remove_pending, reference_id=pending.id)
    return _generated(session, task, pending, case, take_back)


def _join_label(session: Session, made: tables.Comparison, name: str) -> dict[str, str]:
    """A comparison whose label names a build is a shot of it. Raises BuildFinalized, DuplicateShot."""
    if not made.build:
        return {}
    build = builds.of_label(session, made.project_id, made.build, made.branch, made.commit)
    builds.check_open(build)
    comparisons.label(session, made.id, build)
    shots.add(
        session,
        build,
        name,
        made.variant or "",
        task_id=made.task_id,
        testcase_id=made.testcase_id,
        comparison_id=made.id,
        replace=build.opened_at is None,
    )
    return {"build_id": build.id}


def _compared(made: tables.Comparison, ids: Mapping[str, str]) -> Stored:
    take_back = partial(comparisons.remove, comparison_id=made.id)
    return Stored(made.id, {"comparison_id": made.id, **ids}, made.project_id, take_back)


def _generated(
    session: Session,
    task: NewTask,
    reference: tables.Reference,
    case: tables.TestCase,
    take_back: Callable[[Session], object],
) -> Stored:
    _add_task(session, task, reference.id, case.project_id, case.id)
    return Stored(reference.id, {"testcase_id": case.id, "reference_id": reference.id}, case.project_id, take_back)


def _add_task(
    session: Session, task: NewTask, subject_id: str, project_id: str, testcase_id: str | None = None
) -> tables.Task:
    return store.tasks.add(
        session,
        task_id=task.id,
        name=task.name,
        subject_id=subject_id,
        mode=task.mode,
        testcase_id=testcase_id,
        project_id=project_id,
    )


def _save(session: Session, upload: Upload) -> tables.Artifact:
    info = upload.info
    return artifacts.save(session, upload.data, ArtifactKind.SCREENSHOT, info.media_type, info.width, info.height)


def _save_both(session: Session, first: Upload, second: Upload) -> tuple[tables.Artifact, tables.Artifact]:
    """In the order of their bytes: two clients that post the same new pair the other way round would lock each other out."""
    if first.data <= second.data:
        return _save(session, first), _save(session, second)
    saved = _save(session, second)
    return _save(session, first), saved


def _columns(labels: Labels) -> dict[str, str | None]:
    columns = asdict(labels)
    del columns["project"]
    return columns
