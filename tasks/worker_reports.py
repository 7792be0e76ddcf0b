"""A worker reports that it is live, which artifact store it reads and how wrong its machine's clock is."""

import logging

from store import clock, workers
from store.artifacts import blob_store
from store.errors import ArtifactStoreUnavailable
from store.session import write
from store.tables import new_id

log = logging.getLogger(__name__)

WORKER_ID = new_id()  # of this process


def report(name: str, seconds: float) -> None:
    """The worker counts as live for `seconds`. /health/ready compares its artifact store with the API's."""
    artifact_store = _artifact_store()
    with write() as session:
        offset_seconds = clock.offset(session).total_seconds()
        _warn_of_clock(offset_seconds)
        workers.report(
            session,
            WORKER_ID,
            name,
            artifact_store=artifact_store,
            clock_offset_seconds=offset_seconds,
            seconds=seconds,
        )


def withdraw() -> None:
    """The worker ends: it is no longer live."""
    with write() as session:
        workers.remove(session, WORKER_ID)


def _warn_of_clock(offset_seconds: float) -> None:
    """Once, until it is right again."""
    global _clock_is_wrong
    wrong = abs(offset_seconds) > clock.TOLERATED_SECONDS
    if wrong and not _clock_is_wrong:
        log.warning(
            "This machine's clock is %+.1f s off the database's. Etalon goes by the database's.", offset_seconds
        )
    _clock_is_wrong = wrong


_clock_is_wrong = False


def _artifact_store() -> str | None:
    try:
        return blob_store().mark()
    except ArtifactStoreUnavailable as error:
        log.warning("%s", error)
        return None
