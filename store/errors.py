"""The store's errors: a class each, whose docstring is the message. Only `api/errors.py` knows their HTTP status."""

from typing import Final

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

# What the driver raises while the database cannot be used. PostgreSQL says InternalError where a transaction can only read: its
# server has become a replica.
DATABASE_AWAY: Final = (OperationalError, InterfaceError, InternalError)


class StoreError(Exception):
    """The store refused."""

    def __str__(self) -> str:
        return str(self.__class__.__doc__).format(*self.args)


class NotFound(StoreError):
    """There is no such thing."""


class ArtifactNotFound(NotFound):
    """There is no artifact {0}."""


class BlobMissing(NotFound):
    """The picture {0} is no longer in the artifact store."""


class BlobDamaged(StoreError):
    """The picture {0} is damaged in the artifact store: upload the same file again to repair it."""


class TestCaseNotFound(NotFound):
    """There is no test case {0}."""

    __test__ = False  # pytest would collect it by its name


class ReferenceNotFound(NotFound):
    """There is no reference {0}."""


class AnalysisNotFound(NotFound):
    """There is no analysis {0}."""


class ComparisonNotFound(NotFound):
    """There is no comparison {0}."""


class BuildNotFound(NotFound):
    """There is no build {0}."""


class ReviewNotFound(NotFound):
    """There is no review {0}."""


class TaskNotFound(NotFound):
    """There is no task {0}."""


class NotificationNotFound(NotFound):
    """There is no notification {0}."""


class KeyNotFound(NotFound):
    """There is no API key named {0!r} that could be revoked."""


class Conflict(StoreError):
    """The store is in another state."""


class DuplicateTestCase(Conflict):
    """A test case named {0!r} {1} is already in the project {2!r}."""

    def __init__(self, name: str, variant: str, project: str) -> None:
        super().__init__(name, f"with the variant {variant!r}" if variant else "without a variant", project)


class TestCaseBusy(Conflict):
    """A task of the test case {0} has not finished: wait for the task {1}, or revoke it."""

    __test__ = False


class NoTestCase(Conflict):
    """The comparison {0} has no test case whose reference its picture could become."""


class NotCompared(Conflict):
    """The comparison {0} has no verdict yet, so there is nothing to approve or reject."""


class ReferenceSuperseded(Conflict):
    """The test case's reference has changed since the comparison {0} was made: compare again, then approve that."""


class AlreadyApproved(Conflict):
    """The comparison {0} was approved and its picture became the reference: it can no longer be rejected."""


class AlreadyRejected(Conflict):
    """The pending reference {0} was rejected: undo that, or take the screenshot again."""


class AlreadyUndone(Conflict):
    """The review {0} was undone already."""


class ReviewedSince(Conflict):
    """{0} was reviewed again since: undo that review first."""


class ReplacedSince(Conflict):
    """The reference that the approval of {0} made was replaced since: it can no longer be undone."""


class NothingToPromote(Conflict):
    """The test case {0} has no reference of its own on the branch {1!r}: there is nothing to promote to the main line."""


class BuildFinalized(Conflict):
    """The build {0!r} was finalized at {1:%Y-%m-%d %H:%M} UTC and takes no more screenshots: start a build of another name."""


class BuildDiffers(Conflict):
    """The build {0!r} already exists with {1} {2}, not {3}: jobs that join a build must agree."""


class DuplicateShot(Conflict):
    """The build {0!r} has a shot named {1!r} {2} already: give each its own name or variant, or send retry=true to replace it."""

    def __init__(self, build: str, name: str, variant: str) -> None:
        super().__init__(build, name, f"with the variant {variant!r}" if variant else "without a variant")


class UnknownShard(StoreError):
    """There is no shard {0} in the build {1!r}: {2}."""


class TooManyExpected(StoreError):
    """The build {0!r} would expect {1} names; at most {2} are allowed."""


class DuplicateKeyName(Conflict):
    """There is already an API key named {0!r}, active or revoked: choose another name."""


class KeysInUse(Conflict):
    """The API key {0!r} is active: revoke every key before you open the service to everyone."""


class IdempotencyKeyReused(StoreError):
    """The Idempotency-Key {0!r} was sent before with another request: a new request needs a new one."""


class StillSubmitting(Conflict):
    """The first request with the Idempotency-Key {0!r} is still being processed. Send it again in a second."""

    retry_after_seconds = 1


class Forbidden(StoreError):
    """That is not allowed."""


class LinkForged(Forbidden):
    """This link's signature is not valid: get the comparison again for new links."""


class LinkExpired(Forbidden):
    """This link has expired: get the comparison again for new links."""


class BadCursor(StoreError):
    """The cursor {0!r} did not come from this list."""


class ArtifactStoreUnavailable(StoreError):
    """The artifact store could not be used: {0}."""


class DatabaseUnavailable(StoreError):
    """The database cannot be reached: {0}"""


class SchemaMismatch(StoreError):
    """{0}"""
