"""Empty databases for tests: an SQLite file, or a database of a PostgreSQL that the suite starts for itself."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from harness.waiting import free_port
from store import schema

if TYPE_CHECKING:
    from pytest import FixtureRequest

KINDS = ("sqlite", "postgresql")
_COPY = sql.SQL("CREATE DATABASE {} TEMPLATE {}")


@contextmanager
def empty_database(kind: str, folder: Path, request: "FixtureRequest") -> Iterator[str]:
    """The URL of a new, empty database; on PostgreSQL it has the newest schema where the test uses the fixture `store`."""
    if kind == "sqlite":
        yield f"sqlite:///{(folder / 'etalon.db').as_posix()}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    name = f"etalon_{token_hex(6)}"
    template = _postgresql_template(server) if "store" in request.fixturenames else "template1"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(_COPY.format(sql.Identifier(name), sql.Identifier(template)))
        yield f"{server}/{name}".replace("postgresql://", "postgresql+psycopg://")
        # Eight megabytes each; FORCE, because a test of a dying process leaves its connection behind.
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def upgrade(url: str) -> None:
    """Gives an empty SQLite database the newest schema: it copies one that was upgraded before, which is faster."""
    if url.startswith("sqlite:"):
        Path(url.removeprefix("sqlite:///")).write_bytes(_sqlite_template())


@cache
def _sqlite_template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="etalon-template-") as folder:
        file = Path(folder) / "etalon.db"
        schema.upgrade(f"sqlite:///{file.as_posix()}")
        return file.read_bytes()


@cache
def _postgresql_template(server: str) -> str:
    name = f"etalon_{token_hex(6)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    schema.upgrade(f"{server}/{name}".replace("postgresql://", "postgresql+psycopg://"))
    return name


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL on a free port, its data in a folder that goes with it; gives `postgresql://user@host:port`."""
    binaries = _binaries()
    if binaries is None:
        refusal = "no PostgreSQL is installed (initdb is neither in PATH nor under /usr/lib/postgresql)"
        from pytest import fail, skip

        fail(refusal) if os.environ.get("CI") else skip(refusal)
    home = Path(tempfile.mkdtemp(prefix="etalon-postgresql-"))
    try:
        _run_as_owner(
            home, [binaries / "initdb", "-D", home / "data", "-U", "etalon", "-A", "trust", "-E", "UTF8", "-N"]
        )
        port = _start(binaries, home)
        try:
            yield f"postgresql://etalon@127.0.0.1:{port}"
        finally:
            _run_as_owner(home, [binaries / "pg_ctl", "-D", home / "data", "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def stopped(server: str) -> Iterator[None]:
    """The PostgreSQL of that URL is away while the block runs, as if its machine had lost power."""
    with psycopg.connect(f"{server}/postgres") as connection:
        data = Path(str(connection.execute("SHOW data_directory").fetchone()[0]))  # type: ignore[index]
    binaries, port = _binaries(), int(server.rpartition(":")[2])
    assert binaries
    _run_as_owner(data.parent, [binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    try:
        yield
    finally:
        _run_as_owner(data.parent, _start_command(binaries, data.parent, port))


def _binaries() -> Path | None:
    """initdb's folder. (A distribution puts only the clients into PATH.)"""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = shutil.which("initdb")
    if installed:
        return installed[-1].parent
    return Path(found).parent if found else None


def _start(binaries: Path, home: Path) -> int:
    """The port is free when it is chosen; another process may take it before the server does, hence the second and third try."""
    for attempt in range(3):
        port = free_port()
        try:
            _run_as_owner(home, _start_command(binaries, home, port))
            return port
        except subprocess.CalledProcessError:
            if attempt == 2:
                raise
    raise AssertionError


def _start_command(binaries: Path, home: Path, port: int) -> list[str | Path]:
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    return [binaries / "pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-o", options, "start"]


def _run_as_owner(home: Path, command: list[str | Path]) -> None:
    """PostgreSQL refuses to run as root: then its own user runs it."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        shutil.chown(home, "postgres")
        command = ["runuser", "-u", "postgres", "--", *command]
    # Not a pipe: the server inherits it, and reading it would wait for the server's end.
    subprocess.run(command, check=True, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
