"""The whole Etalon."""

from typing import Any

from tasks import notifications
from tests.e2e.worker_app import app

# The soak waits for what a killed sender held; two minutes would be most of its time.
notifications._LEASE_SECONDS = 40.0
app.conf.imports = (*app.conf.imports, __name__)


def __getattr__(name: str) -> Any:
    """The API, for uvicorn; a worker never asks for it."""
    if name == "api":
        from tests.e2e.api_app import app as api

        return api
    raise AttributeError(name)
