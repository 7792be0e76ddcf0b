"""Etalon's own Celery application with a scripted engine: `celery -A harness.worker_app worker`.

Environment: SLOW_SECONDS, how long each picture takes; CALLS_FILE, a file that gets the process id for each picture;
FAKE_WINDOWS, the loop and the pool that Celery uses on Windows; VISIBILITY_SECONDS, when Redis redelivers a message;
STUCK_SECONDS, how long a page of `STUCK_WIDTH` blocks; LETTER_SECONDS, how long a message takes to draw; LOAD_SECONDS, how long
a pool process takes to load its engines.
"""

import os
import signal
import time
from pathlib import Path

from celery import signals

from harness.scripted_engine import POISON_WIDTH, STUCK_WIDTH, ScriptedEngine
from tasks import celery_terms, engines, pool_start
from tasks.celery_app import app, configure
from tasks.notifications import letter
from vision.types import Detection, Picture

if "VISIBILITY_SECONDS" in os.environ:
    celery_terms._visibility_timeout = lambda: int(os.environ["VISIBILITY_SECONDS"])
    configure()

if os.environ.get("FAKE_WINDOWS"):
    app.IS_WINDOWS = True
    configure()

# A spawned pool process imports what is named here, and so uses the scripted engine as well.
app.conf.imports = (*app.conf.imports, "harness.worker_app")


def _note_call() -> None:
    with Path(os.environ["CALLS_FILE"]).open("a", encoding="utf-8") as calls:
        calls.write(f"{os.getpid()}\n")


class _PoisonableEngine(ScriptedEngine):
    def detect(self, picture: Picture) -> list[Detection]:
        if picture.shape[1] == POISON_WIDTH:
            os.kill(os.getpid(), signal.SIGKILL)
        if picture.shape[1] == STUCK_WIDTH:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # as native code ignores Celery's soft limit
            time.sleep(float(os.environ.get("STUCK_SECONDS", "15")))
        return super().detect(picture)


engines.use(
    _PoisonableEngine(
        slow_seconds=float(os.environ.get("SLOW_SECONDS", "0")),
        before_call=_note_call if "CALLS_FILE" in os.environ else lambda: None,
    ).engines
)


def _slow_letter(comparison_id: str) -> letter.Letter:
    time.sleep(float(os.environ["LETTER_SECONDS"]))
    return _letter_of_comparison(comparison_id)


_letter_of_comparison = letter.of_comparison
if "LETTER_SECONDS" in os.environ:
    letter.of_comparison = _slow_letter


def _slow_announcement() -> None:
    time.sleep(float(os.environ["LOAD_SECONDS"]))
    _announce()


_announce = pool_start.announce
if "LOAD_SECONDS" in os.environ:
    pool_start.announce = _slow_announcement


@signals.worker_ready.connect
def _say_names(**_: object) -> None:
    own = sorted(name for name in app.tasks if name.startswith("tasks."))
    print(f"registered: {' '.join(own)}", flush=True)
