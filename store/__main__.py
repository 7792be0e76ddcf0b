"""`python3 run.py migrate` and `python3 run.py key ...`: what an operator does to the database by hand."""

import argparse
import sys

from config import settings
from store import keys, schema
from store.errors import StoreError
from store.session import read, write


def main() -> int:
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help="bring the database's schema up to date").set_defaults(act=migrate)
    key = commands.add_parser("key", help="API keys: while there is none, the service is open to everybody")
    actions = key.add_subparsers(dest="action", required=True)
    make = actions.add_parser("make", help="make a key and show it, this once")
    make.set_defaults(act=make_key)
    revoke = actions.add_parser("revoke", help="end a key")
    revoke.set_defaults(act=revoke_key)
    for parser_of_name in (make, revoke):
        parser_of_name.add_argument("name", help="who or what uses it, for instance: ci")
    actions.add_parser("list", help="every key ever made, by name").set_defaults(act=list_keys)
    arguments = parser.parse_args()
    try:
        arguments.act(arguments)
    except StoreError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def migrate(_: argparse.Namespace) -> None:
    schema.upgrade(settings().database)
    print("The database's schema is up to date.")


def make_key(arguments: argparse.Namespace) -> None:
    schema.prepare(settings().database)
    with write() as session:
        key = keys.make(session, arguments.name)
    print(key)
    print("Keep it: it cannot be shown again. Clients send it as the header X-API-Key.", file=sys.stderr)


def revoke_key(arguments: argparse.Namespace) -> None:
    schema.prepare(settings().database)
    with write() as session:
        keys.revoke(session, arguments.name)
        still_closed = keys.any_active(session)
    print(f"The key {arguments.name!r} is revoked.")
    if not still_closed:
        print("It was the last one: the service is open to everybody until another is made.", file=sys.stderr)


def list_keys(_: argparse.Namespace) -> None:
    schema.prepare(settings().database)
    with read() as session:
        for key in keys.list_all(session):
            ended = f"revoked {key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else "active"
            print(f"{key.name}\tmade {key.created_at:%Y-%m-%d %H:%M}\t{ended}")


if __name__ == "__main__":
    sys.exit(main())
