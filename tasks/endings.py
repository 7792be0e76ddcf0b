"""How a task can end other than well: the errors that stop it, and the sentence that its row then says."""

from celery.exceptions import SoftTimeLimitExceeded

from config import settings
from store.errors import DATABASE_AWAY, ArtifactStoreUnavailable, StoreError
from vision.image import UnreadableImage

LOST = (*DATABASE_AWAY, ArtifactStoreUnavailable, OSError, MemoryError)  # it may be back later
_SENTENCES = (UnreadableImage, StoreError)  # errors whose text is written for people


class Revoked(Exception):
    """The task was revoked."""


class Outdated(Exception):
    """The database's schema is no longer this process's."""


class TimeLimitExceeded(Exception):
    """The task took longer than TASK_TIME_LIMIT_SECONDS."""


def explain(error: Exception) -> tuple[str, str]:
    """A word for programs and a sentence for people; what was not foreseen stays in the log."""
    if isinstance(error, ArtifactStoreUnavailable):
        return "StorageUnavailable", "The artifact store could not be used."  # its own sentence names paths
    if isinstance(error, _SENTENCES):
        return type(error).__name__, str(error)
    if isinstance(error, SoftTimeLimitExceeded | TimeLimitExceeded):
        return "TimeLimitExceeded", f"The task took longer than {settings().task_time_limit_seconds} s."
    if isinstance(error, DATABASE_AWAY):
        return "DatabaseUnavailable", "The database could not be used."
    if isinstance(error, OSError):
        return "StorageUnavailable", f"The disk could not be used: {error.strerror or type(error).__name__}."
    if isinstance(error, MemoryError):
        return "OutOfMemory", "There was not enough memory for this picture."
    return (
        "InternalError",
        f"Something went wrong on our side ({type(error).__name__}); the service's log has the details.",
    )
