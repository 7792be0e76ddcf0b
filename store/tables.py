"""The tables. ("Model" means weights here.) Times are UTC; ids of what clients see are random, never counted up.

Rows point at each other this way: an artifact is a picture read through a random id, its bytes lie in a blob keyed by their
SHA-256; a test case has references (immutable rows, history is kept); a comparison points at the reference row it used; a
task is one unit of background work, and its row is both the truth about it and the outbox of the queue.
"""

from datetime import datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any

from sqlalchemy import (
    JSON,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from store.clock import UtcDateTime, database_now
from store.clock import machine_now as now
from store.states import BuildVerdict, Decision, Dispatch, NotificationState, ReferenceState, ReviewState, TaskState
from vision.types import Verdict

__all__ = ["now"]

ID_LENGTH = 36


def new_id() -> str:
    """A random id of 128 bits: it can be given to clients, and not be guessed."""
    return token_hex(16)


def _one_of(values: type[StrEnum], length: int) -> Enum:
    """A column of text that holds the enumeration's values."""
    return Enum(values, native_enum=False, length=length, values_callable=lambda all_: [one.value for one in all_])


class Table(DeclarativeBase):
    # Named constraints, or SQLite cannot alter them later (alembic, "The Importance of Naming Constraints").
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        TaskState: _one_of(TaskState, 10),
        Dispatch: _one_of(Dispatch, 10),
        NotificationState: _one_of(NotificationState, 10),
        ReferenceState: _one_of(ReferenceState, 10),
        ReviewState: _one_of(ReviewState, 12),
        Decision: _one_of(Decision, 10),
        BuildVerdict: _one_of(BuildVerdict, 12),
        Verdict: _one_of(Verdict, 10),
    }


class Project(Table):
    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=database_now())


class Blob(Table):
    """Bytes in the artifact store, counted once however many artifacts show them."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=database_now())


class Artifact(Table):
    """A picture: `kind` is screenshot, annotated, diff, heatmap or side_by_side. `sha256` is null until it is first drawn."""

    __tablename__ = "artifacts"
    # A drawn picture is declared once, however often its task runs (nulls are distinct, so screenshots are not bound by this).
    __table_args__ = (UniqueConstraint("comparison_id", "kind"), UniqueConstraint("source_id", "analysis_id", "kind"))

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"), index=True)
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int | None]
    height: Mapped[int | None]
    # What a drawn picture is drawn from: a comparison, or an analysis and the screenshot it was made of.
    # (No foreign key to comparisons: they point here too, and SQLite cannot create a circle.)
    comparison_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    analysis_id: Mapped[str | None] = mapped_column(ForeignKey("analyses.id", ondelete="CASCADE"), index=True)
    source_id: Mapped[str | None] = mapped_column(ForeignKey("artifacts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(default=database_now())


class Analysis(Table):
    """The elements of one picture as found by one version of detector and reader."""

    __tablename__ = "analyses"
    __table_args__ = (UniqueConstraint("pixel_digest", "detector_version", "reader_version"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    pixel_digest: Mapped[str] = mapped_column(String(64))
    detector_version: Mapped[str] = mapped_column(String(100))
    reader_version: Mapped[str] = mapped_column(String(100))
    ocr_engine: Mapped[str] = mapped_column(String(100))  # the reader's name, as people are told it
    width: Mapped[int]
    height: Mapped[int]
    timings_ms: Mapped[dict[str, Any]]
    limits: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=database_now())
    # Noted by who begins to work with it: the cleanup leaves alone what was used within a day and is not pointed at yet.
    used_at: Mapped[datetime] = mapped_column(default=database_now(), index=True)


class Element(Table):
    __tablename__ = "elements"

    analysis_id: Mapped[str] = mapped_column(ForeignKey("analyses.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    element_id: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    x: Mapped[int]
    y: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float]
    text_confidence: Mapped[float | None]


class TestCase(Table):
    """A name and its references. `options` are the comparison options used where a shot says nothing."""

    __test__ = False  # pytest would collect it by its name
    __tablename__ = "testcases"
    __mapper_args__ = {
        "eager_defaults": True
    }  # `updated_at` is the database's to say, and read after the session is closed
    __table_args__ = (UniqueConstraint("project_id", "name", "variant"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(String(500))
    variant: Mapped[str] = mapped_column(String(200), default="")
    options: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=database_now())
    updated_at: Mapped[datetime] = mapped_column(default=database_now(), onupdate=database_now())


class Reference(Table):
    """A picture that was, is, or may become right for a test case. Its picture never changes; `analysis_id` comes when it is
    analysed, `superseded_at` when another takes its place. `state`: `active`; `pending` until the first is approved
    picture of a new name; `rejected`. One active reference per branch is not superseded: the current one."""

    __tablename__ = "references"
    __table_args__ = (Index("ix_references_current", "testcase_id", "branch", "superseded_at"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    testcase_id: Mapped[str] = mapped_column(ForeignKey("testcases.id", ondelete="CASCADE"))
    branch: Mapped[str] = mapped_column(String(200), default="")
    artifact_id: Mapped[str] = mapped_column(ForeignKey("artifacts.id"), index=True)
    analysis_id: Mapped[str | None] = mapped_column(ForeignKey("analyses.id"), index=True)
    state: Mapped[ReferenceState] = mapped_column(default=ReferenceState.ACTIVE)
    approved_by: Mapped[str | None] = mapped_column(String(200))
    approved_at: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=database_now())


class Task(Table):
    """A unit of background work. `state` is Celery's own word; the row is the truth and the outbox."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_open", "state", "run_after"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    subject_id: Mapped[str] = mapped_column(String(ID_LENGTH), index=True)  # the only argument its message carries
    # Null only for an analysis that was made before tasks had projects.
    project_id: Mapped[str | None] = mapped_column(ForeignKey("projects.id"), index=True)
    testcase_id: Mapped[str | None] = mapped_column(ForeignKey("testcases.id", ondelete="SET NULL"), index=True)
    state: Mapped[TaskState] = mapped_column(default=TaskState.PENDING)
    mode: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str | None] = mapped_column(String(20))
    percent: Mapped[int | None]
    result: Mapped[dict[str, Any] | None]  # ids only; what they point at is read on request
    error_type: Mapped[str | None] = mapped_column(String(100))
    error_message: Mapped[str | None] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(default=0)
    claim_token: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    lease_until: Mapped[datetime | None]
    run_after: Mapped[datetime] = mapped_column(default=database_now())
    # Has its message left? `not_sent`, `sent`, or `unknown` after a time-out (it may still run: the claim decides).
    dispatch: Mapped[Dispatch] = mapped_column(default=Dispatch.NOT_SENT)
    dispatched_at: Mapped[datetime | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=database_now(), index=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Build(Table):
    """One run of a pipeline over many screenshots, with one verdict.

    `opened_at` is null where only a comparison's label named it; `finalized_at` is when all shards had said that no more comes.
    `verdict`, `counts` and `missing` stand from `concluded_at` on; approvals change them."""

    __tablename__ = "builds"
    __table_args__ = (UniqueConstraint("project_id", "name"), Index("ix_builds_page", "created_at", "id"))

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"))
    name: Mapped[str] = mapped_column(String(200))
    branch: Mapped[str | None] = mapped_column(String(200))
    commit: Mapped[str | None] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(String(2000))
    expected: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    shards: Mapped[int | None]
    shards_done: Mapped[list[Any]] = mapped_column(default=list)
    verdict: Mapped[BuildVerdict | None]
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    missing: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime] = mapped_column(default=database_now())
    opened_at: Mapped[datetime | None]
    finalized_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None] = mapped_column(index=True)


class Shot(Table):
    """One screenshot of a build: compared (`comparison_id`), or kept as the pending reference of a new name (`reference_id`)."""

    __tablename__ = "shots"
    __table_args__ = (UniqueConstraint("build_id", "name", "variant"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    build_id: Mapped[str] = mapped_column(ForeignKey("builds.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(500))
    variant: Mapped[str] = mapped_column(String(200), default="")
    testcase_id: Mapped[str | None] = mapped_column(ForeignKey("testcases.id", ondelete="SET NULL"), index=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    comparison_id: Mapped[str | None] = mapped_column(ForeignKey("comparisons.id", ondelete="CASCADE"), index=True)
    reference_id: Mapped[str | None] = mapped_column(ForeignKey("references.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=database_now())


class Comparison(Table):
    """What was asked, what was found, what was decided (`verdict`, `rule`) and what a person said of it (`review`)."""

    __tablename__ = "comparisons"
    __table_args__ = (Index("ix_comparisons_page", "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"), unique=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    testcase_id: Mapped[str | None] = mapped_column(ForeignKey("testcases.id", ondelete="SET NULL"), index=True)
    reference_id: Mapped[str | None] = mapped_column(ForeignKey("references.id", ondelete="SET NULL"), index=True)
    reference_artifact_id: Mapped[str] = mapped_column(ForeignKey("artifacts.id"), index=True)
    actual_artifact_id: Mapped[str] = mapped_column(ForeignKey("artifacts.id"), index=True)
    reference_analysis_id: Mapped[str | None] = mapped_column(ForeignKey("analyses.id"), index=True)
    actual_analysis_id: Mapped[str | None] = mapped_column(ForeignKey("analyses.id"), index=True)
    branch: Mapped[str | None] = mapped_column(String(200))
    variant: Mapped[str | None] = mapped_column(String(200))
    build: Mapped[str | None] = mapped_column(String(200))
    build_id: Mapped[str | None] = mapped_column(ForeignKey("builds.id", ondelete="SET NULL"), index=True)
    commit: Mapped[str | None] = mapped_column(String(200))
    options: Mapped[dict[str, Any]]
    verdict: Mapped[Verdict | None] = mapped_column(index=True)
    rule: Mapped[str | None] = mapped_column(String(40))
    review: Mapped[ReviewState] = mapped_column(default=ReviewState.UNREVIEWED)
    reviewed_by: Mapped[str | None] = mapped_column(String(200))
    reviewed_at: Mapped[datetime | None]
    reference_size: Mapped[dict[str, Any] | None]
    actual_size: Mapped[dict[str, Any] | None]
    ssim: Mapped[float | None]
    changed_ratio: Mapped[float | None]
    unexplained_ratio: Mapped[float | None]
    # What a list shows of the defects: how many count, the worst, and the position of the one whose sentence stands for all.
    defect_count: Mapped[int | None]
    worst_severity: Mapped[str | None] = mapped_column(String(10))
    headline: Mapped[int | None]
    signature: Mapped[str | None] = mapped_column(
        String(64), index=True
    )  # the same change in another shot has the same one
    alignment: Mapped[dict[str, Any] | None]
    unexplained: Mapped[list[Any] | None]
    noise: Mapped[list[Any] | None]
    coverage: Mapped[dict[str, Any] | None]
    versions: Mapped[dict[str, Any] | None]
    timings_ms: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=database_now())
    finished_at: Mapped[datetime | None]


class Defect(Table):
    """One entry of a comparison's list; `ignored_reason` is set where it does not count."""

    __tablename__ = "defects"

    comparison_id: Mapped[str] = mapped_column(ForeignKey("comparisons.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    defect_id: Mapped[str] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(20), index=True)
    severity: Mapped[str] = mapped_column(String(10))
    cause_id: Mapped[str | None] = mapped_column(String(20))
    element_kind: Mapped[str | None] = mapped_column(String(20))
    element_text: Mapped[str] = mapped_column(Text, default="")
    reference_box: Mapped[dict[str, Any] | None]
    actual_box: Mapped[dict[str, Any] | None]
    detail: Mapped[dict[str, Any]]
    ignored_reason: Mapped[str | None] = mapped_column(String(20))


class Review(Table):
    """What a person said at once about one shot or many; it can be undone once."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_page", "created_at", "id"),)

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id"), index=True)
    build_id: Mapped[str | None] = mapped_column(ForeignKey("builds.id", ondelete="SET NULL"), index=True)
    what: Mapped[Decision]
    by: Mapped[str | None] = mapped_column(String(200))
    comment: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=database_now())
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(200))


class ReviewItem(Table):
    """One comparison or pending reference of a review: what was said of it before, and which references changed."""

    __tablename__ = "review_items"

    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    comparison_id: Mapped[str | None] = mapped_column(ForeignKey("comparisons.id", ondelete="CASCADE"), index=True)
    reference_id: Mapped[str | None] = mapped_column(ForeignKey("references.id", ondelete="CASCADE"), index=True)
    before: Mapped[str] = mapped_column(String(12))
    made_id: Mapped[str | None] = mapped_column(ForeignKey("references.id", ondelete="SET NULL"), index=True)
    replaced_id: Mapped[str | None] = mapped_column(ForeignKey("references.id", ondelete="SET NULL"), index=True)


class Notification(Table):
    """One message about one build, or about one comparison that belongs to none, on one channel.
    `state`: pending, sending, sent, unknown or failed.

    It is `sending` only while the call itself is under way: a sender that dies before its call is followed by another, one that
    dies during it is not (the message may have arrived: `unknown`)."""

    __tablename__ = "notifications"
    __table_args__ = (UniqueConstraint("comparison_id", "channel"), UniqueConstraint("build_id", "channel"))

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    comparison_id: Mapped[str | None] = mapped_column(ForeignKey("comparisons.id", ondelete="CASCADE"))
    build_id: Mapped[str | None] = mapped_column(ForeignKey("builds.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[NotificationState] = mapped_column(default=NotificationState.PENDING, index=True)
    attempt: Mapped[int] = mapped_column(default=0)
    claim_token: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    lease_until: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime] = mapped_column(default=database_now())
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=database_now())
    sent_at: Mapped[datetime | None]


class MovedChat(Table):
    """A Telegram group that became a supergroup: messages to its old id go to the new one."""

    __tablename__ = "moved_chats"

    chat_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    moved_to: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=database_now())


class ButtonPress(Table):
    """A button was pressed under a build's message in the Telegram chat: a second press does nothing."""

    __tablename__ = "button_presses"

    build_id: Mapped[str] = mapped_column(ForeignKey("builds.id", ondelete="CASCADE"), primary_key=True)
    pressed_at: Mapped[datetime] = mapped_column(default=database_now())


class ApiKey(Table):
    """A key's hash; the key itself is shown once, when it is made. `scopes`: words with spaces between; `projects`: names,
    null for every one (names, so that a key can be made before its project has its first picture)."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(100))
    projects: Mapped[list[Any] | None]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=database_now())
    revoked_at: Mapped[datetime | None]


class Secret(Table):
    """Random bytes that the processes of one service share, made by the first that needs them."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=database_now())


class IdempotencyKey(Table):
    """A client's word for one submission, and the task it has made: sent again, it makes no second one."""

    __tablename__ = "idempotency_keys"

    caller: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)  # the API key's id; empty without one
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_sha256: Mapped[str] = mapped_column(String(64))
    # Deferred: the key is inserted first, its task later in the same transaction.
    task_id: Mapped[str] = mapped_column(
        ForeignKey("tasks.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"), index=True
    )
    ids: Mapped[dict[str, Any]]  # what else the ticket names
    created_at: Mapped[datetime] = mapped_column(default=database_now(), index=True)


class Lease(Table):
    """What one process at a time does: the upkeep, listening to the Telegram chat."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(ID_LENGTH))
    until: Mapped[datetime]


class Worker(Table):
    """A worker process. It is live until `live_until`, and renews that every few seconds (`store/workers.py`)."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    # The mark of the artifact store that it reads; null if it cannot use it. With another store than the API's every task fails.
    artifact_store: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    clock_offset_seconds: Mapped[float]  # how far its machine's clock is ahead of the database's
    live_until: Mapped[datetime]


class PeriodicJob(Table):
    """A job that one process does once in a while, such as the daily cleanup."""

    __tablename__ = "periodic_jobs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    due_at: Mapped[datetime]


class RateSlot(Table):
    """When the next message may go to a channel that limits messages per minute."""

    __tablename__ = "rate_slots"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    free_at: Mapped[datetime]


class Count(Table):
    """A counter that only grows, for /metrics (`store/metrics.py`). `labels` is JSON with sorted names."""

    __tablename__ = "counts"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    labels: Mapped[str] = mapped_column(String(300), primary_key=True)
    value: Mapped[float]
