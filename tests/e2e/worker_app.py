"""Etalon's own Celery application with scripted eyes: `celery -A tests.e2e.worker_app worker`.

SLOW_SECONDS is how long a look takes, LOOKS a file that gets a line for each, FAKE_WINDOWS the loop Celery uses on Windows.
"""

import os
from pathlib import Path

from celery import signals

from tasks import engines
from tasks.celery_app import app
from tests.tasks.eyes import Eyes

# A spawned pool process imports what is named here, and so gets these eyes as well.
app.conf.imports = (*app.conf.imports, "tests.e2e.worker_app")

if os.environ.get("FAKE_WINDOWS"):
    app.IS_WINDOWS = True


def _note() -> None:
    with Path(os.environ["LOOKS"]).open("a", encoding="utf-8") as looks:
        looks.write(f"{os.getpid()}\n")


engines.use(
    Eyes(
        slow_seconds=float(os.environ.get("SLOW_SECONDS", "0")),
        before_look=_note if "LOOKS" in os.environ else lambda: None,
    ).engines
)


@signals.worker_ready.connect
def _say_names(**_: object) -> None:
    own = sorted(name for name in app.tasks if name.startswith("tasks."))
    print(f"registered: {' '.join(own)}", flush=True)
