"""The operator's commands: `python3 run.py migrate`, `key`, `workers`, `cleanup`, `check`, `backup` and `restore`."""

import argparse
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from config import settings
from store import backup, integrity, keys, retention, schema, tables, workers
from store.errors import StoreError
from store.keys import Scope
from store.session import read, write


def main(words: list[str] | None = None) -> int:
    arguments = command_line().parse_args(words)
    try:
        return int(arguments.act(arguments) or 0)
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database's schema up to date").set_defaults(act=migrate)
    add_key_commands(commands.add_parser("key", help="API keys: until one is made, the service is open to everyone"))
    workers = commands.add_parser("workers", help="list workers seen lately; exit status 1 if none")
    workers.add_argument("--here", action="store_true", help="only those of this machine, or of this container")
    workers.set_defaults(act=list_workers)
    _add_upkeep(commands)
    return parser


def _add_upkeep(commands: Any) -> None:
    clean = commands.add_parser("cleanup", help="delete expired data (RETENTION_DAYS) and files without a row")
    clean.add_argument("--dry-run", action="store_true", help="say what would go, and delete nothing")
    clean.set_defaults(act=clean_up)
    commands.add_parser(
        "check", help="check that every picture is there and undamaged; exit status 1 if not"
    ).set_defaults(act=check)
    for name, act, says in (
        ("backup", make_backup, "copy the database and the pictures into an empty folder (SQLite)"),
        ("restore", restore_backup, "restore such a copy to the places in the settings (SQLite)"),
    ):
        command = commands.add_parser(name, help=says)
        command.add_argument("folder", type=Path)
        command.set_defaults(act=act)


def add_key_commands(key: argparse.ArgumentParser) -> None:
    actions = key.add_subparsers(dest="action", required=True)
    make = actions.add_parser("make", help="make a key and show it, this once")
    make.set_defaults(act=make_key)
    make.add_argument(
        "--scope", action="append", choices=[scope.value for scope in Scope], metavar="SCOPE",
        help="what it may do: read, upload (and read), approve (and read), admin (everything); may be given more than "
        "once; admin where it is not",
    )  # fmt: skip
    make.add_argument(
        "--project", action="append", default=[], metavar="NAME",
        help="the only project it sees; may be given more than once; every project where it is not",
    )  # fmt: skip
    make.add_argument("--days", type=days, help="how long it is good; for ever where it is not given")
    revoke = actions.add_parser("revoke", help="end a key")
    revoke.set_defaults(act=revoke_key)
    for parser_of_name in (make, revoke):
        parser_of_name.add_argument("name", type=one_line, help="who or what uses it, for instance: ci")
    actions.add_parser("list", help="every key ever made: its name, what it may do, its end").set_defaults(
        act=list_keys
    )
    opening = actions.add_parser("open", help="delete every revoked key: the service is open to everyone again")
    opening.set_defaults(act=open_service)


def days(text: str) -> timedelta:
    number = int(text)
    if not 1 <= number <= 36_500:
        raise ValueError(text)
    return timedelta(days=number)


def one_line(text: str) -> str:
    if not text.strip() or not text.isprintable() or len(text) > 200:
        raise ValueError(text)
    return text


def migrate(_: argparse.Namespace) -> None:
    schema.upgrade(settings().database)
    print("The database's schema is up to date.")


def make_key(arguments: argparse.Namespace) -> None:
    schema.prepare(settings().database)
    scopes = [Scope(word) for word in arguments.scope or ["admin"]]
    with write() as session:
        expires_at = tables.now() + arguments.days if arguments.days else None
        key = keys.make(session, arguments.name, scopes, arguments.project, expires_at)
    print(key)
    where = f"in the project {' and '.join(arguments.project)}" if arguments.project else "in every project"
    print(f"It may {', '.join(scopes)} {where}.", file=sys.stderr)
    print("Keep it: it cannot be shown again. Clients send it as the header X-API-Key.", file=sys.stderr)


def revoke_key(arguments: argparse.Namespace) -> None:
    schema.prepare(settings().database)
    with write() as session:
        keys.revoke(session, arguments.name)
        last = not keys.any_active(session)
    print(f"The key {arguments.name!r} is revoked.")
    if last:
        print(
            "It was the last one: the service stays closed until another is made. "
            "`python3 run.py key open` opens the service to everyone.",
            file=sys.stderr,
        )


def list_keys(_: argparse.Namespace) -> None:
    schema.prepare(settings().database)
    with read() as session:
        for key in keys.list_all(session):
            projects = "every project" if key.projects is None else ", ".join(key.projects)
            print(f"{key.name}\tmade {key.created_at:%Y-%m-%d %H:%M}\t{key.scopes}\t{projects}\t{ending(key)}")


def ending(key: tables.ApiKey) -> str:
    if key.revoked_at:
        return f"revoked {key.revoked_at:%Y-%m-%d %H:%M}"
    if key.expires_at is None:
        return "active"
    return f"{'active until' if key.expires_at > tables.now() else 'expired'} {key.expires_at:%Y-%m-%d %H:%M}"


def open_service(_: argparse.Namespace) -> None:
    schema.prepare(settings().database)
    with write() as session:
        keys.forget_all(session)
    print("No key is left: the service is open to everyone who reaches it.")


def list_workers(arguments: argparse.Namespace) -> int:
    schema.check(settings().database)
    with read() as session:
        names = workers.names(session, socket.gethostname() if arguments.here else None)
    print("\n".join(names) or "No worker was seen lately.")
    return int(not names)


def clean_up(arguments: argparse.Namespace) -> None:
    schema.prepare(settings().database)
    limits = retention.Limits.of(settings())
    report = retention.foresee(limits) if arguments.dry_run else retention.cleanup(limits)
    print(f"Kept: {_limit(limits.days, 'days')}, {_limit(limits.per_testcase, 'comparisons of each test case')}.")
    print(f"{'To be deleted' if arguments.dry_run else 'Deleted'}: {report}")


def _limit(number: int, what: str) -> str:
    return f"{number} {what}" if number else f"any number of {what}"


def check(_: argparse.Namespace) -> int:
    schema.prepare(settings().database)
    found = 0
    for problem in integrity.problems():
        print(problem)
        found += 1
    print(f"{found} problems." if found else "Every picture is there and undamaged.")
    return 1 if found else 0


def make_backup(arguments: argparse.Namespace) -> None:
    copied = backup.backup(arguments.folder)
    print(f"The database and {copied.pictures} pictures ({copied.size_bytes} bytes) are in {arguments.folder}.")


def restore_backup(arguments: argparse.Namespace) -> None:
    copied = backup.restore(arguments.folder)
    print(f"The database and {copied.pictures} pictures ({copied.size_bytes} bytes) are restored.")


if __name__ == "__main__":
    sys.exit(main())
