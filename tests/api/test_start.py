"""A start that cannot work says why in a sentence; a log never tells a secret."""

import logging
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from api.logs import WithoutSecrets
from config import ROOT, Settings


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


@pytest.mark.parametrize("secret", ["123456:AAbbCCddEEffGGhhIIjj", "pa$$word", "s3cret"])
def test_a_log_line_tells_no_secret(secret: str) -> None:
    wanted = Settings(
        telegram_bot_token="123456:AAbbCCddEEffGGhhIIjj",
        telegram_chat_id="1",
        redis_password="pa$$word",
        database_url="postgresql://etalon:s3cret@localhost/etalon",
    )
    formatter = WithoutSecrets(logging.Formatter("%(message)s"), wanted)
    try:
        raise ConnectionError(f"https://api.telegram.org/bot{secret}/sendMessage")
    except ConnectionError:
        record = logging.LogRecord("x", logging.ERROR, "x", 1, "at %s", (secret,), sys.exc_info())
    assert secret not in formatter.format(record)
    assert "***" in formatter.format(record)
