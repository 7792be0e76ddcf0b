"""What a worker process does beside its tasks: refuses to start with broken parts, loads its engines, does the upkeep."""

from contextlib import ExitStack

from config import settings
from store import schema
from store.errors import StoreError
from tasks import states, upkeep
from tasks.engines import engines
from vision.elements.detector import DetectorUnavailable
from vision.elements.text_lines import ReaderUnavailable

_running = ExitStack()


class WorkerRefused(SystemExit):
    """The worker cannot start; the sentence says what to do. (A SystemExit, because Celery's signals swallow other errors.)"""


def check_parts() -> None:
    """Raises WorkerRefused where the schema or the engines cannot be used."""
    try:
        schema.prepare(settings().database)
        load_engines()
    except StoreError as error:
        raise WorkerRefused(str(error)) from None


def load_engines() -> None:
    schema.own_revision()
    try:
        engines()
    except (DetectorUnavailable, ReaderUnavailable) as error:
        raise WorkerRefused(str(error)) from None


def start_upkeep(name: str) -> None:
    _running.enter_context(upkeep.running(name))


def stop_upkeep() -> None:
    _running.close()
    states.flush(1)
