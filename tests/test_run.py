"""The launcher: what it installs, what it refuses, and that its workers come back."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import run

ROOT = Path(run.__file__).parent


def launch(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "run.py", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_unknown_command_names_those_there_are() -> None:
    answer = launch("dome")

    assert answer.returncode == 2
    assert answer.stderr.startswith("There is no command 'dome'; there are demo, serve, worker, test, migrate, key, ")


def test_worker_count_must_be_a_number() -> None:
    answer = launch("worker", "--processes", "many")

    assert answer.returncode == 2
    assert "--processes takes a number from 1 to 64" in answer.stderr


def test_launcher_needs_only_the_standard_library() -> None:
    answer = subprocess.run([sys.executable, "-I", "-S", "run.py", "--help"], cwd=ROOT, capture_output=True, text=True)

    assert (answer.returncode, answer.stderr) == (0, "")
    assert "run.py demo" in answer.stdout


@pytest.mark.skipif(os.name == "nt", reason="an interpreter without venv is a Linux distribution's speciality")
def test_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    code = f"""
import importlib.util, run
from pathlib import Path
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "ensurepip" else find(name, *rest)
run.VENV = Path({str(tmp_path)!r}); run.PYTHON = run.VENV / "bin/python"
raise SystemExit(run.install(run.SERVICE))
"""
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert answer.returncode == 2
    assert "sudo apt install python3-venv" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_any_change_of_any_file_installs_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LOCKS", tmp_path)
    (tmp_path / "service.txt").write_text("a==1\n", encoding="utf-8")
    (tmp_path / "dev.txt").write_text("b==1\n", encoding="utf-8")
    before = run.fingerprint(("service.txt", "dev.txt"))
    (tmp_path / "dev.txt").write_text("b==2\n", encoding="utf-8")

    assert run.fingerprint(("service.txt", "dev.txt")) != before


@pytest.mark.skipif(os.name == "nt", reason="the child of this test ends itself with a POSIX signal")
def test_supervisor_starts_a_dead_worker_again(tmp_path: Path) -> None:
    code = f"""
import run, sys, threading
run.RESTART_AFTER_SECONDS = 0.1
log = {str(tmp_path / "starts")!r}
supervisor = run.Supervisor(1, [])
supervisor.commands = [[sys.executable, "-c", f"open({{log!r}}, 'a').write('x')"]]
threading.Timer(3, supervisor.stop).start()
raise SystemExit(supervisor.run())
"""
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert answer.returncode == 0, answer.stderr
    assert len((tmp_path / "starts").read_text(encoding="utf-8")) >= 3


@pytest.mark.parametrize(
    ("arguments", "codes", "wanted", "marks"),
    [
        ([], [0, 0], 0, ["not alone", "alone"]),
        ([], [1, 0], 1, ["not alone", "alone"]),
        ([], [0, 1], 1, ["not alone", "alone"]),
        (["tests/store"], [0, 5], 0, ["not alone", "alone"]),
        (["tests/nothing"], [5, 5], 5, ["not alone", "alone"]),
        ([], [2, 0], 2, ["not alone"]),
        (["--quick"], [0], 0, ["not slow"]),
        (["--service"], [0, 0], 0, ["not alone and not card", "alone and not card"]),
    ],
    ids=["all pass", "one of many fails", "one alone fails", "none alone", "none", "Ctrl+C", "quick", "service"],
)
def test_tests_run_in_two_rounds_and_both_must_pass(
    arguments: list[str], codes: list[int], wanted: int, marks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    left = iter(codes)

    def pytest_run(*words: str) -> int:
        asked.append(words[words.index("-m", 1) + 1])
        return next(left)

    monkeypatch.setattr(run, "install", lambda files: 0)
    monkeypatch.setattr(run, "run", pytest_run)

    assert run.test(arguments) == wanted
    assert asked == marks


def test_what_runs_alone_is_left_out_of_the_quick_round() -> None:
    marked = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    alone = {
        path: text for path, text in marked.items() if re.search(r"^(@|pytestmark|    pytest).*mark\.alone", text, re.M)
    }

    assert len(alone) > 10
    assert [str(path) for path, text in alone.items() if text.count("mark.alone") > text.count("mark.slow")] == []
