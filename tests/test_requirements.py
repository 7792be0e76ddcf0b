"""The dependencies: pinned, explained, locked with hashes, and every list of them the same."""

import importlib.util
import re
import tomllib
from types import ModuleType

import pytest

import run
from config import ROOT, VERSION

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PYPROJECT["project"]["optional-dependencies"]
# What the client asked for by name; ultralytics under the name of its build for headless OpenCV.
CARD = {"fastapi", "uvicorn", "celery", "redis", "pydantic-settings", "ultralytics-opencv-headless"}
CARD |= {"opencv-python-headless", "scikit-image", "easyocr", "httpx", "pytest"}


def lock_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lock", ROOT / "ops" / "requirements" / "lock.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


LOCK = lock_script()


def name(pin: str) -> str:
    return re.split(r"[\[=; ]", pin.lower().replace("_", "-"))[0]


def locked(extra: str) -> dict[str, set[str]]:
    """Name -> versions, of one file of the lock."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / "ops" / "requirements" / f"{extra}.txt").read_text(encoding="utf-8").splitlines():
        if pin := re.match(r"([\w.-]+)(?:\[.*\])?==([\w.+-]+)", line):
            found.setdefault(name(pin[1]), set()).add(pin[2])
    return found


ALL_LOCKED = {extra: locked(extra) for extra in LOCK.EXTRAS}


def test_the_extras_are_the_files_of_the_lock() -> None:
    files = {path.stem for path in (ROOT / "ops" / "requirements").glob("*.txt")}

    assert set(EXTRAS) == {*LOCK.EXTRAS, "all"}
    assert files == set(LOCK.EXTRAS)
    assert EXTRAS["all"] == ["etalon[service,engines,dev,training,bench]"]


@pytest.mark.parametrize("extra", LOCK.EXTRAS)
def test_every_requirement_is_pinned_and_says_what_it_is_for(extra: str) -> None:
    assert [pin for pin in EXTRAS[extra] if "==" not in pin] == []
    assert [pin for pin, purpose in LOCK.purposes(extra) if purpose] == EXTRAS[extra]


@pytest.mark.parametrize("extra", LOCK.EXTRAS)
def test_every_requirement_is_locked_in_its_version(extra: str) -> None:
    known = {(package, version) for one in ALL_LOCKED.values() for package, found in one.items() for version in found}
    wanted = {(name(pin), pin.partition("==")[2].partition(";")[0]) for pin in EXTRAS[extra]}

    assert wanted - known == set()


@pytest.mark.parametrize("extra", LOCK.EXTRAS)
def test_every_locked_package_has_hashes(extra: str) -> None:
    blocks = LOCK._blocks((ROOT / "ops" / "requirements" / f"{extra}.txt").read_text(encoding="utf-8"))

    assert blocks
    assert [block for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", block)] == []


def test_requirements_txt_is_what_pyproject_says() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")

    assert text == LOCK.readable()
    assert CARD - {name(line) for line in text.splitlines()} == set()


def test_the_launcher_installs_files_of_the_lock() -> None:
    for files in (run.SERVICE, run.SERVICE_TESTS, run.ALL_TESTS):
        assert [file for file in files if not (run.LOCKS / file).exists()] == []


def test_service_installs_without_torch() -> None:
    heavy = {"torch", "torchvision", "ultralytics", "ultralytics-opencv-headless", "easyocr", "scikit-image"}

    assert set(ALL_LOCKED["service"]) & heavy == set()


def test_the_version_stands_in_one_place() -> None:
    assert PYPROJECT["project"]["dynamic"] == ["version"]
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "config.VERSION"}
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
