"""Processes whose clock is wrong, with libfaketime."""

import shutil
import subprocess
from pathlib import Path


def can_be_wrong() -> bool:
    """Whether faketime is installed."""
    return shutil.which("faketime") is not None


def faked() -> dict[str, str]:
    """The environment of a process whose clock can be set, but for how."""
    command = ["faketime", "-m", "-f", "+0", "printenv", "LD_PRELOAD"]
    library = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    sleeps = str(Path(__file__).parent / "skewed")  # its sitecustomize.py
    return {"LD_PRELOAD": library, "PYTHONPATH": sleeps, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def wrong_by(seconds: float) -> dict[str, str]:
    """The environment of a process whose clock is wrong."""
    return {**faked(), "FAKETIME": f"{seconds:+g}"}


def set_by(file: Path) -> dict[str, str]:
    """The environment of a process whose clock is wrong by what `file` says, from the moment that it is written."""
    return {**faked(), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_CACHE_DURATION": "1"}
