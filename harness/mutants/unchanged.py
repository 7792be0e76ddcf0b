"""The whole service."""

from typing import Any

from harness.worker_app import app
from tasks.notifications import delivery

# The soak waits for the messages of killed senders; with the usual two minutes that would be most of its time.
delivery._SENDING_SECONDS = 40.0
app.conf.imports = (*app.conf.imports, __name__)


def __getattr__(name: str) -> Any:
    """The API, imported only for uvicorn."""
    if name == "api":
        from harness.api_app import app as api

        return api
    raise AttributeError(name)
