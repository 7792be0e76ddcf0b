"""A start that cannot work says why in a sentence; a log never tells a secret."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from config import ROOT


def start(folder: Path, **environment: str) -> str:
    """What `uvicorn main:app` prints before it gives up."""
    command = [sys.executable, "-m", "uvicorn", "main:app", "--host", "127.0.0.1", "--port", "0"]
    values = {**os.environ, "DATA_DIR": str(folder), "TASKS_FORCE_SYNC": "1", **environment}
    done = subprocess.run(command, cwd=ROOT, env=values, capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert done.returncode not in (0, None)
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_wrong_setting_is_named(tmp_path: Path) -> None:
    assert "Setting REDIS_PORT" in start(tmp_path, REDIS_PORT="seventy")


def test_missing_weights_are_named(tmp_path: Path) -> None:
    assert "nowhere.onnx" in start(tmp_path, DETECTOR_WEIGHTS=str(tmp_path / "nowhere.onnx"))


def test_a_database_of_a_newer_etalon_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "etalon.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.close()
    assert "9999" in start(tmp_path)
