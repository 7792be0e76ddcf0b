"""Where the machine's own Chromium is."""

import shutil
from typing import Final

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """The path of the browser; None if none of the usual names is installed."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)
