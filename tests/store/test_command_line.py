"""What an operator does by hand: `run.py migrate` and `run.py key`."""

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.commands import command

ROOT = Path(__file__).resolve().parents[2]


def store(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return command(*arguments, DATABASE_URL=url(folder))


def url(folder: Path) -> str:
    return f"sqlite:///{(folder / 'etalon.db').as_posix()}"


def test_it_is_a_command_of_python(tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": url(tmp_path)}
    made, refused = (
        subprocess.run(
            [sys.executable, "-m", "store", "key", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        for words in (("make", "ci"), ("revoke", "unknown"))
    )

    assert (made.returncode, made.stdout[:7]) == (0, "etalon_")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "unknown" in refused.stderr


def test_key_is_shown_once_and_listed_until_it_is_revoked(tmp_path: Path) -> None:
    made = store(tmp_path, "key", "make", "ci")

    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("etalon_")
    listed = store(tmp_path, "key", "list").stdout
    assert "ci\tmade " in listed
    assert listed.endswith("\tadmin\tevery project\tactive\n")
    assert made.stdout.strip() not in listed
    assert "stays closed" in store(tmp_path, "key", "revoke", "ci").stderr
    assert "\trevoked " in store(tmp_path, "key", "list").stdout


def test_a_key_is_made_with_what_it_may_do_and_the_list_says_it(tmp_path: Path) -> None:
    wanted = ("--scope", "upload", "--scope", "approve", "--project", "web", "--project", "shop", "--days", "30")

    made = store(tmp_path, "key", "make", "ci", *wanted)

    assert made.returncode == 0, made.stderr
    assert "upload, approve in the project web and shop" in made.stderr
    assert "\tapprove upload\tshop, web\tactive until 20" in store(tmp_path, "key", "list").stdout


@pytest.mark.parametrize(
    "wrong", [("ci", "--scope", "all"), ("ci", "--days", "0"), ("ci", "--days", "inf"), ("",), ("a\nb",)]
)
def test_a_key_that_cannot_be_meant_is_refused(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    answer = store(tmp_path, "key", "make", *wrong)

    assert answer.returncode == 2
    assert "Traceback" not in answer.stderr


def test_the_service_is_opened_again_only_when_every_key_is_revoked(tmp_path: Path) -> None:
    store(tmp_path, "key", "make", "ci")

    assert "'ci' is active" in store(tmp_path, "key", "open").stderr
    store(tmp_path, "key", "revoke", "ci")
    assert "open to everyone" in store(tmp_path, "key", "open").stdout
    assert store(tmp_path, "key", "list").stdout == ""


def test_second_key_of_a_name_and_an_unknown_one_are_refused_in_a_sentence(tmp_path: Path) -> None:
    store(tmp_path, "key", "make", "ci")

    for arguments in (("make", "ci"), ("revoke", "unknown")):
        answer = store(tmp_path, "key", *arguments)
        assert answer.returncode == 1
        assert arguments[1] in answer.stderr
        assert "Traceback" not in answer.stderr


def test_workers_are_those_that_reported_lately(tmp_path: Path) -> None:
    assert "run.py migrate" in store(tmp_path, "workers").stderr
    store(tmp_path, "migrate")
    none = store(tmp_path, "workers")
    assert (none.returncode, none.stdout) == (1, "No worker was seen lately.\n")
    with sqlite3.connect(tmp_path / "etalon.db") as database:
        for number, (worker, until) in enumerate(
            ((f"etalon-1@{socket.gethostname()}", "2999"), ("etalon-1@elsewhere", "2999"), ("gone@here", "2001"))
        ):
            database.execute(
                "INSERT INTO workers (id, name, clock_offset_seconds, live_until) VALUES (?, ?, 0, ?)",
                (str(number), worker, f"{until}-01-01 00:00:00.000000"),
            )
    database.close()

    everywhere, here = store(tmp_path, "workers"), store(tmp_path, "workers", "--here")

    assert (everywhere.returncode, len(everywhere.stdout.splitlines())) == (0, 2)
    assert "gone" not in everywhere.stdout
    assert (here.returncode, here.stdout) == (0, f"etalon-1@{socket.gethostname()}\n")


def test_migrate_makes_the_tables_and_can_be_run_again(tmp_path: Path) -> None:
    for _ in range(2):
        answer = store(tmp_path, "migrate")
        assert (answer.returncode, answer.stdout) == (0, "The database's schema is up to date.\n")
