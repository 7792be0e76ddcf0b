"""The service's answers, field by field, as /docs shows them. Requests are in uploads.py."""

from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from store.states import (
    BuildState,
    BuildVerdict,
    Decision,
    ReferenceState,
    ReviewState,
    Section,
    ShotVerdict,
    TaskState,
)
from tasks.task_runner import Mode
from vision.types import DefectType, Kind, MatchLevel, NoiseReason, Severity, Verdict

T = TypeVar("T")


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)


class Problem(Out):
    """An error (RFC 9457, `application/problem+json`)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:etalon:problem:wrong-input",
                "title": "Wrong input",
                "status": 422,
                "detail": "actual: This field is required.",
                "instance": "/api/v1/comparisons#28c5a3d8ddb94295bfd1f523a05c3668",
                "errors": [{"field": "actual", "message": "This field is required."}],
            }
        }
    )

    type: str
    title: str
    status: int
    detail: str
    """A sentence that says what is wrong and what can be done."""
    instance: str
    """The requested path and the request's id, which is in the log too."""
    errors: list[dict[str, str]] | None = None
    """For wrong input, options or pictures: each `field` and its `message`."""


class Box(Out):
    """Whole pixels of its own screenshot, origin top left."""

    x: int
    y: int
    width: int
    height: int


class Size(Out):
    width: int
    height: int


class Element(Out):
    id: str
    kind: Kind
    box: Box
    text: str
    """What is written in it; empty if the kind has no text."""
    confidence: float
    """0..1"""
    text_confidence: float | None = None
    """0..1: the probability of the letter that the reader is least sure of; null where there is no text or it does not say."""


class Analysis(Out):
    """The elements of one picture, in reading order."""

    analysis_id: str
    size: Size
    elements: list[Element]
    ocr_engine: str
    detector: str
    timings_ms: dict[str, float]
    limits: list[str] = []
    """Sentences on what was left out of a picture that shows more than an interface does."""
    artifacts: dict[str, str]
    """`screenshot` and `annotated`: URLs of pictures."""
    testcase_id: str | None = None
    reference_id: str | None = None


class DefectElement(Out):
    kind: Kind
    text: str


class Defect(Out):
    id: str
    type: DefectType
    severity: Severity
    message: str
    """One sentence, in the language of `Accept-Language` (English or Russian)."""
    cause_id: str | None
    """The id of the defect that this one follows from."""
    element: DefectElement | None
    reference_box: Box | None
    actual_box: Box | None
    detail: dict[str, Any]


class IgnoredDefect(Defect):
    reason: str
    """Why it does not count: `ignore_region` or `match_level`."""


class UnexplainedArea(Out):
    reference_box: Box | None
    actual_box: Box | None
    area_px: int


class NoiseArea(Out):
    reason: NoiseReason
    box: Box
    area_px: int


class KindCoverage(Out):
    reference_elements: int
    actual_elements: int
    matched: int


class Coverage(Out):
    """How much of the reference was compared; both ratios are 0..1."""

    model_config = ConfigDict(extra="allow")

    reference_elements: int
    actual_elements: int
    matched: int
    element_coverage: float
    area_coverage: float
    by_kind: dict[str, KindCoverage]


class ComparisonSummary(Out):
    """A comparison in a list."""

    comparison_id: str
    task_id: str
    state: TaskState
    testcase_id: str | None
    created_at: datetime
    verdict: Verdict | None
    """Null until it is decided, and for good where the task failed: only `passed` is green."""
    review: ReviewState
    reviewed_by: str | None
    reviewed_at: datetime | None
    project: str
    branch: str | None
    variant: str | None
    build: str | None
    commit: str | None
    build_id: str | None
    testcase_name: str | None
    match_level: MatchLevel
    changed_ratio: float | None
    """0..1: share of the actual's pixels inside defects or `unexplained`."""
    defect_count: int | None
    worst_severity: Severity | None
    sentence: str | None
    """The worst defect in words."""
    signature: str | None
    """The same change in another shot has the same one."""
    artifacts: dict[str, str]
    """URLs of pictures: `reference`, `actual`, and pictures drawn at the first request."""
    page: str
    """Where people look at it."""


class Comparison(ComparisonSummary):
    """Everything that was found between a reference and an actual, and the verdict."""

    rule: str | None
    """The rule that decided the verdict."""
    options: dict[str, Any]
    reference_id: str | None
    """The test case's reference that was used."""
    reference_size: Size | None
    actual_size: Size | None
    ssim: float | None
    unexplained_ratio: float | None
    alignment: dict[str, Any] | None
    defects: list[Defect]
    unexplained: list[UnexplainedArea]
    noise: list[NoiseArea]
    ignored: list[IgnoredDefect]
    coverage: Coverage | None
    versions: dict[str, Any]
    timings_ms: dict[str, float]
    finished_at: datetime | None
    unused_ignore_regions: list[Box]
    """Regions of `options.ignore_regions` that no difference fell into this time."""
    reviews: list["Review"]
    """What people said of it, the newest first."""


class Review(Out):
    """One decision of a person about one shot or many."""

    review_id: str
    what: Decision
    by: str | None
    at: datetime
    comment: str
    undone_at: datetime | None
    undone_by: str | None
    build_id: str | None
    count: int
    """How many shots it was about."""
    names: list[str]
    """Of the first 20 of them."""


class Reference(Out):
    """A picture that is right for a test case, or waits for approval (`state` pending)."""

    reference_id: str
    branch: str
    artifact: str
    """The picture's URL."""
    state: ReferenceState
    approved_by: str | None
    approved_at: datetime | None
    created_at: datetime
    analysis: Analysis | None = None
    """Null until its first analysis has ended."""


class TestCaseSummary(Out):
    __test__ = False  # pytest would collect it by its name

    testcase_id: str
    project: str
    name: str
    variant: str
    created_at: datetime
    updated_at: datetime


class TestCase(TestCaseSummary):
    """A name and its reference: the branch's own, else the main line's; `elements` are the reference's."""

    options: dict[str, Any]
    """What its comparisons are made with where a shot says nothing."""
    reference: Reference | None
    elements: list[Element]


class ElementCoverage(Out):
    id: str
    kind: Kind
    box: Box
    text: str
    covered: bool
    """Whether a comparison has found it in an actual."""


class TestCaseCoverage(Out):
    """Which elements of the current reference comparisons have covered, and which they never have."""

    __test__ = False  # pytest would collect it by its name

    testcase_id: str
    reference_id: str | None
    comparisons: int
    element_coverage: float
    """0..1"""
    covered: list[Element]
    never_covered: list[Element]


class Ticket(Out):
    """The answer to a submission: where to ask for the result. The other ids name what it created or uses."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "task_id": "9feb56114ec1e5b3e092b22c9bbda2d2",
                "state": "SUCCESS",
                "mode": "sync",
                "status_url": "/api/v1/tasks/9feb56114ec1e5b3e092b22c9bbda2d2",
                "comparison_id": "24356b79b0f7e387405ecbfc3399d545",
            }
        }
    )

    task_id: str
    state: TaskState
    """Celery's word. In `sync` and `fallback` mode the task has ended when this comes."""
    mode: Mode
    status_url: str
    testcase_id: str | None = None
    reference_id: str | None = None
    comparison_id: str | None = None
    build_id: str | None = None
    shot_id: str | None = None


class Progress(Out):
    stage: str
    percent: int | None


class TaskError(Out):
    type: str
    message: str


class Task(Out):
    """A piece of background work."""

    task_id: str
    name: str
    state: TaskState
    ready: bool
    mode: Mode
    progress: Progress | None
    result: Analysis | Comparison | None
    error: TaskError | None
    created_at: datetime
    finished_at: datetime | None


class RunningTask(Out):
    task_id: str
    name: str
    stage: str | None
    percent: int | None
    started_at: datetime | None


class Queue(Out):
    """What waits, which workers are live, what runs."""

    mode: Mode
    depth: int
    """Tasks that wait to be run."""
    oldest_waiting_seconds: float
    workers: list[str]
    """Worker processes seen lately; none in sync mode."""
    running: list[RunningTask]


class Part(Out):
    ok: bool
    detail: str


class Health(Out):
    ok: bool
    parts: dict[str, Part]


class Page(Out, Generic[T]):
    """One page of a list, newest first; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None


class Shot(Out):
    """One screenshot of a build."""

    shot_id: str
    build_id: str
    name: str
    variant: str
    section: Section
    """How it stands."""
    state: TaskState
    """Celery's word for its task."""
    verdict: ShotVerdict | None
    review: ReviewState
    reviewed_by: str | None
    reviewed_at: datetime | None
    task_id: str
    testcase_id: str | None
    comparison_id: str | None
    """Null for a shot that has nothing to be compared with."""
    reference_id: str | None
    """The pending reference that a new shot waits as."""
    defect_count: int
    worst_severity: Severity | None
    sentence: str | None
    """The worst defect in words."""
    signature: str | None
    """The same change in another shot has the same one."""
    error: str | None
    """Why it was not compared."""
    created_at: datetime
    page: str
    """Where people look at it."""
    artifacts: dict[str, str]
    """URLs of pictures."""


class BuildCounts(Out):
    """Shots by section; `missing` are expected names that have not come and are not among the `shots`."""

    shots: int
    running: int
    failed: int
    new: int
    error: int
    approved: int
    rejected: int
    passed: int
    missing: int


class Build(Out):
    """One run of a pipeline over many screenshots."""

    build_id: str
    project: str
    name: str
    branch: str | None
    commit: str | None
    url: str | None
    state: BuildState
    verdict: BuildVerdict | None
    """Null until it is concluded; only `passed` is green. Approvals change it after that."""
    counts: BuildCounts
    expected: int | None
    """How many names were announced."""
    missing: list[str]
    """Those of them that have not come."""
    shards: int | None
    shards_done: list[int]
    created_at: datetime
    finalized_at: datetime | None
    concluded_at: datetime | None
    page: str
    """Where people look at it."""


class BuildWithShots(Build):
    """A build and a page of its shots, those that need a look first."""

    shots: list[Shot]
    next_cursor: str | None


class Group(Out):
    """The same change in one shot or many."""

    signature: str
    sentence: str
    """The worst defect in words."""
    changes: list[str]
    """Every cause in words."""
    type: DefectType | None
    """Of the worst defect; null where changed pixels were not explained."""
    worst_severity: Severity | None
    count: int
    sections: dict[str, int]
    shots: list[Shot]
    """At most 500."""


class Groups(Out):
    items: list[Group]


class Refused(Out):
    """A shot that could not be reviewed, and why."""

    shot_id: str | None
    name: str
    variant: str
    comparison_id: str | None
    reference_id: str | None
    reason: str


class Approved(Out):
    """What was approved, and what could not be."""

    review_id: str | None
    """For `POST /reviews/{id}/undo`; null where nothing was changed."""
    approved: list[Shot]
    refused: list[Refused]
    build: Build


class Rejected(Out):
    review_id: str | None
    rejected: list[Shot]
    refused: list[Refused]
    build: Build


class NotUndone(Out):
    name: str
    reason: str


class Undone(Out):
    undone: list[str]
    """Names of the shots that are as they were before."""
    refused: list[NotUndone]
    build: Build | None


class ReportShot(Shot):
    sentences: list[str]
    """Everything that changed, in words."""


class ReportGroup(Out):
    sentence: str
    count: int
    shots: list[str]
    """`name [variant]`"""


class Report(Out):
    """A build with all its shots."""

    build: Build
    groups: list[ReportGroup]
    shots: list[ReportShot]
