"""Etalon's own Celery application with scripted eyes: `celery -A tests.e2e.worker_app worker`.

SLOW_SECONDS is how long a look takes, LOOKS a file that gets a line for each, FAKE_WINDOWS the loop and the pool of
Windows, VISIBILITY_SECONDS when Redis hands a message out again.
"""

import os
import signal
import time
from pathlib import Path

from celery import signals

from tasks import celery_terms, engines
from tasks.celery_app import app, configure
from tests.tasks.eyes import POISON_WIDTH, STUCK_WIDTH, Eyes
from vision.types import Detection, Picture

if "VISIBILITY_SECONDS" in os.environ:
    celery_terms._visibility_timeout = lambda: int(os.environ["VISIBILITY_SECONDS"])
    configure()

if os.environ.get("FAKE_WINDOWS"):
    app.IS_WINDOWS = True
    configure()

# A spawned pool process imports what is named here, and so gets these eyes as well.
app.conf.imports = (*app.conf.imports, "tests.e2e.worker_app")


def _note() -> None:
    with Path(os.environ["LOOKS"]).open("a", encoding="utf-8") as looks:
        looks.write(f"{os.getpid()}\n")


class _Eyes(Eyes):
    def detect(self, picture: Picture) -> list[Detection]:
        if picture.shape[1] == POISON_WIDTH:
            os.kill(os.getpid(), signal.SIGKILL)
        if picture.shape[1] == STUCK_WIDTH:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # Celery's soft limit, as native code takes it
            time.sleep(float(os.environ.get("STUCK_SECONDS", "15")))
        return super().detect(picture)


engines.use(
    _Eyes(
        slow_seconds=float(os.environ.get("SLOW_SECONDS", "0")),
        before_look=_note if "LOOKS" in os.environ else lambda: None,
    ).engines
)


@signals.worker_ready.connect
def _say_names(**_: object) -> None:
    own = sorted(name for name in app.tasks if name.startswith("tasks."))
    print(f"registered: {' '.join(own)}", flush=True)
