"""`python -m store` in this process: a process of its own takes a second to import what it needs."""

import io
from contextlib import redirect_stderr, redirect_stdout
from subprocess import CompletedProcess

import pytest

from config import settings
from store import artifacts, session
from store.__main__ import main


def command(*arguments: str, **environment: str) -> CompletedProcess[str]:
    """What the command prints, and its exit status. It begins with no connection, and with the settings of its environment."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as variables, redirect_stdout(out), redirect_stderr(err):
        for name, value in environment.items():
            variables.setenv(name, value)
        read_settings_again()
        try:
            status = main(list(arguments))
        except SystemExit as ended:  # argparse
            status = int(str(ended.code))
    read_settings_again()
    return CompletedProcess(arguments, status, out.getvalue(), err.getvalue())


def read_settings_again() -> None:
    session.dispose()
    settings.cache_clear()
    artifacts.blob_store.cache_clear()
