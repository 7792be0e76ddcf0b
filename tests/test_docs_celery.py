"""doc/celery.md names every term of the queue and no other, and each command of the cheat sheet exists."""

import ast
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import redis

from config import ROOT, Settings
from harness.redis_server import redis_server
from tasks.celery_app import app
from tasks.celery_terms import common_terms, sender_terms, worker_terms
from tests.test_docs import worker_options

PAPERS = ("doc/celery.md", "doc/celery.ru.md")
SHEETS = ("doc/celery-parameters.md", "doc/celery-parameters.ru.md")
PARTS = (common_terms, sender_terms, worker_terms)
NOT_TERMS = {
    "task_routes",
    "database_engine_options",
    "result_backend_transport_options",
}  # their values hold no settings


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def flat(terms: dict[str, Any]) -> dict[str, Any]:
    """The terms and those inside a dictionary of terms."""
    inner = [value for name, value in terms.items() if isinstance(value, dict) and name not in NOT_TERMS]
    return terms | {name: value for one in inner for name, value in one.items()}


def table(text: str) -> dict[str, str]:
    """Setting -> value, of a table whose first column is one name in backticks."""
    return dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", text, re.MULTILINE))


def sections(name: str) -> dict[str, dict[str, str]]:
    """The tables of the sections whose heading names one of the three functions."""
    parts = re.split(r"^## ", read(name), flags=re.MULTILINE)
    return {term[1]: table(part) for part in parts if (term := re.match(r".*?`(\w+_terms)`", part.partition("\n")[0]))}


def commands(name: str, program: str) -> list[str]:
    return sorted(set(re.findall(rf"`({program} [^`…]+)`", read(name))))


@pytest.fixture(params=[False, True], ids=["linux", "windows"])
def platform(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "IS_WINDOWS", request.param)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("terms", PARTS)
def test_every_term_stands_in_the_paper(paper: str, terms: Any, platform: None) -> None:
    shared = table(read(paper))  # a worker's transport options repeat the sender's

    assert set(terms()) - set(sections(paper)[terms.__name__]) == set()
    assert set(flat(terms())) - set(shared) == set()


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("terms", PARTS)
def test_every_term_in_the_paper_exists(paper: str, terms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "IS_WINDOWS", False)  # Windows has fewer

    assert set(sections(paper)[terms.__name__]) - set(flat(terms())) == set()


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("terms", PARTS)
def test_the_values_in_the_paper_are_the_terms(paper: str, terms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "IS_WINDOWS", False)
    written = {name: cell for name, cell in sections(paper)[terms.__name__].items() if re.fullmatch("`[^`]+`", cell)}

    assert written
    assert {name: ast.literal_eval(cell[1:-1]) for name, cell in written.items()} == {
        name: flat(terms())[name] for name in written
    }


@pytest.mark.parametrize("name", [*PAPERS, *SHEETS, "doc/windows.md", "doc/containers.md"])
def test_every_variable_named_exists(name: str) -> None:
    known = {setting.upper() for setting in Settings.model_fields} | {"POSTGRES_PASSWORD"}
    named = re.findall(r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`=]", read(name))

    assert set(named) - known == set()


@pytest.mark.parametrize("name", [*PAPERS, *SHEETS, "doc/windows.md", "doc/containers.md"])
def test_every_file_named_exists(name: str) -> None:
    files = re.findall(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|bat|md|yaml))`", read(name))

    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_celery_command_of_the_sheet_exists(sheet: str) -> None:
    from celery.bin.celery import celery
    from celery.worker.control import Panel

    lines = commands(sheet, "celery -A tasks.celery_app")
    assert len(lines) > 10
    for line in lines:
        word, *rest = line.split()[3:]
        assert word in celery.commands, line
        if word == "worker":
            worker_options(line)
        elif word == "inspect":
            assert rest[0] in Panel.meta and Panel.meta[rest[0]].type == "inspect", line
        else:
            assert rest == [], line


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_redis_command_of_the_sheet_is_one(sheet: str, tmp_path: Path) -> None:
    lines = commands(sheet, "redis-cli")
    assert "redis-cli LLEN celery" in lines
    with redis_server(tmp_path) as server:
        for line in lines:
            words = re.sub(r"^redis-cli (-n \d+ )?", "", line)
            try:
                server.client().execute_command(*shlex.split(words))
            except redis.ResponseError as error:
                raise AssertionError(f"{line}: {error}") from error


@pytest.mark.parametrize(("english", "russian"), [PAPERS, SHEETS])
def test_the_russian_paper_has_the_same_tables_and_commands(english: str, russian: str) -> None:
    assert [*map(list, sections(russian).values())] == [*map(list, sections(english).values())]
    for program in ("celery", "redis-cli", "docker", "python3? run.py"):
        assert commands(russian, program) == commands(english, program)
    assert read(russian).count("\n## ") == read(english).count("\n## ")
    assert read(russian).count("\n|") == read(english).count("\n|")
