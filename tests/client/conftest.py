"""Starts the command against the stand-in."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from etalon_client.main import main

from tests.client.stand_in import StandIn, picture

ROOT = Path(__file__).resolve().parents[2]
OF_PIPELINES = ("CI", "GITLAB", "GITHUB", "JENKINS", "ETALON", "BUILD", "BRANCH", "CHANGE", "GIT_")

Done = subprocess.CompletedProcess[str]


class Etalon(Protocol):
    def __call__(self, *arguments: str | Path, **environment: str) -> Done: ...


def bare_environment(**added: str) -> dict[str, str]:
    """This process' environment without what a pipeline or a proxy puts there, and with the client on the path."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(OF_PIPELINES) and "proxy" not in name.lower() and name != "PYTEST_ADDOPTS"
    }
    return kept | {"PYTHONPATH": str(ROOT / "client"), "PYTHONUTF8": "1"} | added


@pytest.fixture
def service() -> Iterator[StandIn]:
    stand_in = StandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture
def etalon_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Etalon:
    """The command in this process, which is ten times as fast as a process of its own. It has only these variables."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path, **environment: str) -> Done:
        with monkeypatch.context() as patch:
            patch.setattr(os, "environ", bare_environment(**environment))
            try:
                status = main([str(argument) for argument in arguments])
            except SystemExit as ended:  # argparse
                status = int(str(ended.code))
        said = capsys.readouterr()
        return Done(arguments, status, said.out, said.err)

    return run


@pytest.fixture
def etalon(service: StandIn, etalon_here: Etalon) -> Etalon:
    """The command in this process, against the stand-in."""
    return lambda *arguments, **environment: etalon_here(*arguments, **{"ETALON_URL": service.url, **environment})


@pytest.fixture
def etalon_process(service: StandIn, tmp_path: Path) -> Etalon:
    """The command as a pipeline starts it."""

    def run(*arguments: str | Path, **environment: str) -> Done:
        command = [sys.executable, "-m", "etalon_client", *map(str, arguments)]
        variables = bare_environment(**{"ETALON_URL": service.url, **environment})
        return subprocess.run(
            command, env=variables, capture_output=True, encoding="utf-8", errors="replace", timeout=60, cwd=tmp_path
        )

    return run


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """A folder with two screenshots, one of them in a folder."""
    return folder(tmp_path / "shots", {"home": "Welcome", "shop/cart": "2 items"})


def folder(path: Path, contents: dict[str, str]) -> Path:
    for name, content in contents.items():
        file = path / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture(content))
    return path


def known(service: StandIn, **contents: str) -> None:
    service.references |= {(name.replace("__", "/"), ""): picture(content) for name, content in contents.items()}
