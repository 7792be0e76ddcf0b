#!/usr/bin/env python3
"""Etalon's launcher: makes .venv, installs what the command needs, and runs it. Needs only Python 3.11 or newer.

python3 run.py demo                          compares two pairs of pages that come with Etalon
python3 run.py serve [--host H] [--port P]   the service
python3 run.py worker [--processes N]        Celery workers, restarted when they die
python3 run.py explain ID                    which step of a comparison found what; or: explain REFERENCE ACTUAL
python3 run.py migrate                       upgrades the database's schema
python3 run.py key make|list|revoke|open     API keys; see --help
python3 run.py workers [--here]              lists live workers; exit status 1 if there are none
python3 run.py cleanup [--dry-run]           deletes expired data (RETENTION_DAYS)
python3 run.py check                         checks that every stored picture is there and undamaged
python3 run.py backup FOLDER                 copies the database and the pictures (SQLite)
python3 run.py restore FOLDER                restores such a copy
python3 run.py test [--quick] [--service] [ARG ...]   all tests; --quick: without the slow ones; --service: without torch
"""

import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "ops" / "requirements"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
BY_HAND = ("migrate", "key", "workers", "cleanup", "check", "backup", "restore")
# Files of ops/requirements/: locked versions with their hashes.
SERVICE = ("service.txt",)
SERVICE_TESTS = ("service.txt", "dev.txt")
ALL_TESTS = ("service.txt", "dev.txt", "engines.txt", "training.txt")
RESTART_AFTER_SECONDS = 2.0
# One process more than cores, since many tests wait; a file at a time, in their order: then no heavy file begins last.
# Tests that kill processes or measure times run after these, one by one.
ALL_CORES = ("-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile", "--no-loadscope-reorder")
QUICK_ROUND = (("not slow", ALL_CORES),)
TEST_ROUNDS = (("not alone", ALL_CORES), ("alone", ()))
INTERRUPTED, NO_TESTS = 2, 5  # exit statuses of pytest
STOP_WITHIN_SECONDS = 330.0  # a worker finishes its task first (TASK_TIME_LIMIT_SECONDS, 300 by default)


def main(arguments: list[str]) -> int:
    commands = {"demo": demo, "serve": serve, "worker": worker, "test": test}
    commands |= {name: by_hand(name) for name in BY_HAND} | {"explain": explain}
    if sys.version_info < (3, 11):
        return refuse(f"Etalon needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__)
        return 0 if arguments else 2
    if arguments[0] not in commands:
        return refuse(f"There is no command {arguments[0]!r}; there are {', '.join(commands)}.")
    os.chdir(ROOT)
    return commands[arguments[0]](arguments[1:])


def demo(arguments: list[str]) -> int:
    return install(SERVICE) or run("-m", "doc.demo", *arguments)


def serve(arguments: list[str]) -> int:
    """Takes uvicorn's options. Waiting clients (`?wait=60`) delay a stop by at most 10 s."""
    return install(SERVICE) or run("-m", "uvicorn", "main:app", "--timeout-graceful-shutdown", "10", *arguments)


def explain(arguments: list[str]) -> int:
    return install(SERVICE) or run("-m", "tasks.explain", *arguments)


def by_hand(name: str) -> Callable[[list[str]], int]:
    """A command of `store/__main__.py`."""
    return lambda arguments: install(SERVICE) or run("-m", "store", name, *arguments)


def test(arguments: list[str]) -> int:
    """Runs all tests; --quick leaves out the slow ones, --service those that need torch. Other arguments go to pytest."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # tests start hundreds of processes: each would compile Etalon anew
    chosen = [option for option in ("--quick", "--service") if option in arguments]
    rest = [argument for argument in arguments if argument not in chosen]
    if failed := install(SERVICE_TESTS if "--service" in chosen else ALL_TESTS):
        return failed
    rounds = QUICK_ROUND if "--quick" in chosen else TEST_ROUNDS
    card = " and not card" if "--service" in chosen else ""
    codes = []
    for marks, options in rounds:
        codes.append(run("-m", "pytest", "-m", marks + card, *options, *rest))
        if codes[-1] == INTERRUPTED:
            break
    wrong = [code for code in codes if code not in (0, NO_TESTS)]
    return wrong[0] if wrong else min(codes)


def worker(arguments: list[str]) -> int:
    """Starts N worker processes and restarts each that dies: a worker may exit when it loses Redis."""
    processes = 1
    if arguments[:1] == ["--processes"]:
        if len(arguments) < 2 or not arguments[1].isdigit() or not 1 <= int(arguments[1]) <= 64:
            return refuse("--processes takes a number from 1 to 64.")
        processes, arguments = int(arguments[1]), arguments[2:]
    return install(SERVICE) or Supervisor(processes, arguments).run()


class Supervisor:
    def __init__(self, processes: int, arguments: list[str]) -> None:
        self.commands = [worker_command(number, arguments) for number in range(1, processes + 1)]
        self.children: dict[int, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def run(self) -> int:
        for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self.stop)
        while not self.stopping:
            self.start_what_is_down()
            time.sleep(0.2)
        return self.wait()

    def start_what_is_down(self) -> None:
        for number, command in enumerate(self.commands):
            child = self.children.get(number)
            if child is not None and child.poll() is None:
                continue
            if child is not None:
                print(f"worker {number + 1} ended with {child.returncode}; starting it again", flush=True)
                time.sleep(RESTART_AFTER_SECONDS)
            if not self.stopping:
                self.children[number] = subprocess.Popen(command)

    def stop(self, *_: object) -> None:
        if not self.stopping and os.name != "nt":
            for child in self.children.values():
                child.send_signal(signal.SIGTERM)  # on Windows the console itself sends Ctrl+C to the workers
        self.stopping = True

    def wait(self) -> int:
        deadline = time.monotonic() + STOP_WITHIN_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
        return 0


def worker_command(number: int, arguments: list[str]) -> list[str]:
    return [
        str(PYTHON),
        "-m",
        "celery",
        "-A",
        "tasks.celery_app",
        "worker",
        "-l",
        "info",
        "-n",
        f"etalon-{number}@%h",
        *arguments,
    ]


def install(requirement_files: tuple[str, ...]) -> int:
    """Makes .venv and installs the files' packages, unless that is done already. Returns 0, or an exit status."""
    stamp = VENV / f"installed-{fingerprint(requirement_files)}"
    if stamp.exists() and PYTHON.exists():
        return 0
    for module, package in (("venv", "python3-venv"), ("ensurepip", "python3-venv")):
        if importlib.util.find_spec(module) is None:
            return refuse(
                f"This Python ({sys.executable}) has no {module}. On Debian or Ubuntu: sudo apt install {package}; "
                "elsewhere install Python 3.11 or newer from python.org, which has it."
            )
    print(f"Installing {' and '.join(requirement_files)} into {VENV.name} (once) ...", flush=True)
    if not PYTHON.exists() and subprocess.call([sys.executable, "-m", "venv", str(VENV)]):
        return refuse("Making .venv failed; the lines above say why.")
    wanted = [part for file in requirement_files for part in ("-r", str(LOCKS / file))]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pip += ["--require-hashes", "--no-deps", *wanted]  # the locks name every package
    if subprocess.call(pip):
        return refuse("Installing failed; the lines above say why. It can simply be started again.")
    stamp.touch()
    return 0


def fingerprint(requirement_files: tuple[str, ...]) -> str:
    """Of the files and of this Python's version: a change of either installs again."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for file in requirement_files:
        digest.update((LOCKS / file).read_bytes())
    return digest.hexdigest()[:16]


def run(*arguments: str) -> int:
    """Runs a command in .venv. Ctrl+C reaches it too, so this waits until it ends."""
    child = subprocess.Popen([str(PYTHON), *arguments])
    if os.name != "nt":
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue


def refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
