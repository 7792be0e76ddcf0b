"""What `run.py check` finds, and that a copy made by `run.py backup` is a service again."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from config import Settings
from harness import databases
from store import artifacts, backup, comparisons, integrity, session, tables
from store.blobs import LocalFolder
from store.session import is_sqlite
from tests.store import made
from tests.store.commands import command, read_settings_again


def put_back_in_time(folder: Path) -> None:
    for path in folder.glob("??/*"):
        os.utime(path, (path.stat().st_mtime - 7200,) * 2)


def digest_of(data: bytes) -> str:
    with session.write() as writing:
        return str(made.a_picture(writing, data).sha256)


def test_whole_store_has_no_problem(store: Settings) -> None:
    digest_of(b"one")
    put_back_in_time(store.data_dir / "artifacts")
    assert list(integrity.problems()) == []


def test_lost_and_damaged_and_rowless_files_are_named(store: Settings) -> None:
    lost, damaged, cut = digest_of(b"lost"), digest_of(b"damaged"), digest_of(b"cut short")
    folder = store.data_dir / "artifacts"
    (folder / lost[:2] / lost).unlink()
    (folder / damaged[:2] / damaged).write_bytes(b"damagEd")
    (folder / cut[:2] / cut).write_bytes(b"cut")
    rowless = artifacts.blob_store().put(b"rowless")
    assert {(one.kind, one.subject) for one in integrity.problems()} == {
        ("missing", lost),
        ("damaged", damaged),
        ("damaged", cut),
    }
    put_back_in_time(folder)
    found = {one.subject: str(one) for one in integrity.problems()}
    assert found[rowless] == f"The file {rowless} has no row: `python3 run.py cleanup` deletes it."
    with session.read() as reading:
        shown = reading.scalars(select(tables.Artifact.id).where(tables.Artifact.sha256 == lost)).one()
    assert found[lost] == f"The picture {lost} has a row and no file. (it is the artifact {shown})"


@pytest.fixture
def sqlite_store(store: Settings) -> Settings:
    if not is_sqlite(store.database):
        pytest.skip("run.py backup copies SQLite only")
    return store


def test_restored_backup_is_whole_and_readable(sqlite_store: Settings, tmp_path: Path) -> None:
    with session.write() as writing:
        compared = made.a_compared(writing)
    copied = backup.backup(tmp_path / "copy")
    assert copied.pictures == 2
    home = {"DATA_DIR": str(tmp_path / "elsewhere"), "DATABASE_URL": "", "ARTIFACT_URL": ""}
    restored = command("restore", str(tmp_path / "copy"), **home)
    assert restored.returncode == 0, restored.stderr
    checked = command("check", **home)
    assert (checked.returncode, checked.stdout) == (0, "Every picture is there and undamaged.\n")
    with pytest.MonkeyPatch.context() as environment:
        for name, value in home.items():
            environment.setenv(name, value)
        read_settings_again()
        with session.read() as reading:
            assert comparisons.found(reading, compared.id).defects
            picture = artifacts.load(reading, compared.actual_artifact_id)
        assert artifacts.blob_store().read(str(picture.sha256)) == b"actual"
    read_settings_again()


def test_picture_deleted_while_the_backup_runs_is_not_in_it(sqlite_store: Settings, tmp_path: Path) -> None:
    """The copy of the database is taken anew: it must not name what was deleted after the first."""
    with session.write() as writing:
        going, staying = made.a_picture(writing, b"going"), made.a_picture(writing, b"staying")

    class Deleting(LocalFolder):
        """Deletes a picture, row and file, at the first request for one."""

        def read(self, digest: str) -> bytes:
            with session.write() as writing:
                artifacts.remove_unused(writing, [going.id])
            return super().read(digest)

    source = Deleting(sqlite_store.data_dir / "artifacts")
    assert backup.backup(tmp_path / "copy", source).pictures == 1
    assert [one.digest for one in LocalFolder(tmp_path / "copy" / "artifacts").stored()] == [staying.sha256]


def test_backup_and_restore_overwrite_nothing(sqlite_store: Settings, tmp_path: Path) -> None:
    digest_of(b"kept")
    backup.backup(tmp_path / "copy")
    with pytest.raises(backup.BackupRefused, match="is not empty"):
        backup.backup(tmp_path / "copy")
    with pytest.raises(backup.BackupRefused, match="There is a database at"):
        backup.restore(tmp_path / "copy")
    with pytest.raises(backup.BackupRefused, match="holds no backup"):
        backup.restore(tmp_path / "nothing")


def test_damaged_picture_is_not_backed_up_as_if_it_were_whole(sqlite_store: Settings, tmp_path: Path) -> None:
    digest = digest_of(b"damaged")
    (sqlite_store.data_dir / "artifacts" / digest[:2] / digest).write_bytes(b"other")
    with pytest.raises(backup.BackupRefused, match=f"{digest} is damaged"):
        backup.backup(tmp_path / "copy")


def test_postgresql_comes_back_from_pg_dump(store: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The commands of doc/operations.md."""
    if is_sqlite(store.database):
        pytest.skip("pg_dump is PostgreSQL's")
    with session.write() as writing:
        compared = made.a_compared(writing)
    with pytest.raises(backup.BackupRefused, match="use pg_dump and pg_restore"):
        backup.backup(tmp_path / "copy")
    tools = databases._binaries()
    assert tools
    dump = tmp_path / "etalon.dump"
    url = store.database.replace("+psycopg", "")
    subprocess.run([tools / "pg_dump", "--format=custom", f"--file={dump}", url], check=True)
    with databases.empty_database("postgresql", tmp_path, request) as other:
        restored = other.replace("+psycopg", "")
        subprocess.run(
            [
                tools / "pg_restore",
                "--clean",
                "--if-exists",
                "--no-owner",
                "--exit-on-error",
                f"--dbname={restored}",
                dump,
            ],
            check=True,
        )
        answer = command("check", DATABASE_URL=other)
        assert answer.returncode == 0, answer.stdout + answer.stderr
        with session.Session(session.engine(other)) as reading:
            assert comparisons.found(reading, compared.id).defects
        session.dispose()


def test_cleanup_says_what_would_go_and_then_deletes_it(store: Settings) -> None:
    with session.write() as writing:
        row = made.a_compared(writing)
        row.created_at = row.created_at.replace(year=2020)
    would = command("cleanup", "--dry-run", RETENTION_DAYS="30")
    assert (
        "To be deleted: 1 comparisons, 1 tasks, 0 builds, 0 reviews, 0 references, 0 analyses, 2 pictures, 2 files"
        in would.stdout
    )
    assert command("check").returncode == 0
    assert "Kept: 30 days" in would.stdout
    assert "Deleted: 1 comparisons" in command("cleanup", RETENTION_DAYS="30").stdout
    assert "Deleted: 0 comparisons" in command("cleanup", RETENTION_DAYS="30").stdout


def test_check_that_finds_something_exits_1(store: Settings) -> None:
    digest = digest_of(b"lost")
    (store.data_dir / "artifacts" / digest[:2] / digest).unlink()
    answer = command("check")
    assert answer.returncode == 1
    assert answer.stdout.startswith(f"The picture {digest} has a row and no file.")
    assert answer.stdout.endswith("1 problems.\n")
