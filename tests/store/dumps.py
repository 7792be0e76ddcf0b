"""Writes the database of this version, with a few rows, to tests/data/schema: do it for each version that is released.

    python -m tests.store.dumps 0.1.0

tests/store/test_upgrades.py brings every one of them up to date and reads its rows.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from harness import databases
from store import analyses, artifacts, keys, notifications, reviews, schema, session, tables, testcases
from tests.store import made

FOLDER = Path(__file__).parents[1] / "data" / "schema"


def main() -> None:
    version = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "ARTIFACT_URL": ""}
        file = Path(folder) / "etalon.db"
        fill(f"sqlite:///{file.as_posix()}")
        with closing(sqlite3.connect(file)) as connection:
            write(f"{version}.sqlite.sql", "\n".join(connection.iterdump()))
        with databases.postgresql() as server:
            url = f"{server}/postgres"
            fill(url.replace("postgresql://", "postgresql+psycopg://"))
            tools = databases._binaries()
            assert tools
            command = [tools / "pg_dump", "--inserts", "--no-owner", "--no-privileges", url]
            dump = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
            # psql's own commands are no SQL.
            write(f"{version}.postgresql.sql", "\n".join(line for line in dump.splitlines() if line[:1] != "\\"))


def fill(url: str) -> None:
    """A test case with a superseded and an approved reference, a comparison without one, an analysis, a key, a message."""
    from config import settings

    os.environ["DATABASE_URL"] = url
    settings.cache_clear()
    artifacts.blob_store.cache_clear()
    schema.upgrade(url)
    with session.write() as writing:
        case, first = made.a_referenced_testcase(writing)
        compared = made.a_compared(writing, first, branch="main", build="17")
        assert compared.actual_analysis_id
        analyses.attach(writing, first.id, compared.actual_analysis_id)
        artifacts.declare(writing, "diff", comparison_id=compared.id)
        notifications.ensure(writing, "telegram", tables.now(), comparison_id=compared.id)
        reviews.approve(writing, compared.id, "ci")
        assert testcases.current_reference(writing, case.id)
    with session.write() as writing:
        made.a_comparison(writing)
        single = made.a_picture(writing, b"single")
        seen = analyses.record(writing, "s" * 64, made.an_analysis())
        artifacts.declare(writing, "annotated", analysis_id=seen, source_id=single.id)
        made.a_task(writing, state="RETRY").subject_id = single.id
        keys.make(writing, "ci")
    session.dispose()


def write(name: str, text: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text(text.rstrip() + "\n", encoding="utf-8", newline="\n")
    print(FOLDER / name)


if __name__ == "__main__":
    main()
