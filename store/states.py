"""The closed sets of values that rows hold: states, verdicts and kinds."""

from enum import StrEnum
from typing import Final


class TaskState(StrEnum):
    """How a task stands, in Celery's words."""

    PENDING = "PENDING"
    STARTED = "STARTED"
    PROGRESS = "PROGRESS"
    RETRY = "RETRY"
    SUCCESS = "SUCCESS"
    FAILURE = "FAILURE"
    REVOKED = "REVOKED"


FINAL: Final = (TaskState.SUCCESS, TaskState.FAILURE, TaskState.REVOKED)
OPEN: Final = (TaskState.PENDING, TaskState.RETRY, TaskState.STARTED, TaskState.PROGRESS)
WAITING: Final = (TaskState.PENDING, TaskState.RETRY)


class Dispatch(StrEnum):
    """Whether a task's message has left. `unknown` follows a time-out: it may have left, and the claim decides."""

    NOT_SENT = "not_sent"
    SENT = "sent"
    UNKNOWN = "unknown"


class NotificationState(StrEnum):
    """`sending` lasts as long as the call; `unknown`: the sender stopped during it, and the message may have arrived."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"


class ReferenceState(StrEnum):
    """`pending`: the first picture of a new name, until a person approves or rejects it."""

    ACTIVE = "active"
    PENDING = "pending"
    REJECTED = "rejected"


class ReviewState(StrEnum):
    """What a person said of a comparison."""

    UNREVIEWED = "unreviewed"
    APPROVED = "approved"
    REJECTED = "rejected"


class Decision(StrEnum):
    """What a review says of a comparison or a pending reference."""

    APPROVED = "approved"
    REJECTED = "rejected"


class ShotVerdict(StrEnum):
    """`new`: the shot had no reference to be compared with."""

    FAILED = "failed"
    NEW = "new"
    PASSED = "passed"


class BuildState(StrEnum):
    """`finalized`: no more shots will come. `concluded`: every task has ended, and the verdict stands."""

    OPEN = "open"
    FINALIZED = "finalized"
    CONCLUDED = "concluded"


class BuildVerdict(StrEnum):
    """The first that holds, as doc/builds.md has it."""

    ERROR = "error"
    INCOMPLETE = "incomplete"
    NEW = "new"
    FAILED = "failed"
    PASSED = "passed"


class Section(StrEnum):
    """How a shot of a build stands. What a person looks at first comes first."""

    FAILED = "failed"
    ERROR = "error"
    NEW = "new"
    RUNNING = "running"
    REJECTED = "rejected"
    APPROVED = "approved"
    PASSED = "passed"


class ArtifactKind(StrEnum):
    """What a stored picture is: an uploaded screenshot, or what is drawn from one or two. In a row a drawn picture with Russian
    words has the kind's name with `_ru` at its end."""

    SCREENSHOT = "screenshot"
    ANNOTATED = "annotated"
    DIFF = "diff"
    HEATMAP = "heatmap"
    SIDE_BY_SIDE = "side_by_side"
    CROPS = "crops"
