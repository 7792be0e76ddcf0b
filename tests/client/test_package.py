"""The package as pip sees it: what its pyproject names exists, and its code is Python 3.9's."""

import ast
import importlib
import re
import tomllib
from pathlib import Path

import etalon_client

CLIENT = Path(__file__).resolve().parents[2] / "client"
PROJECT = tomllib.loads((CLIENT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_code_is_that_of_python_3_9() -> None:
    for path in sorted((CLIENT / "etalon_client").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))

        later = [node for node in ast.walk(tree) if isinstance(node, ast.Match)]
        postponed = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
        assert not later, path
        assert postponed or path.name in ("__init__.py", "__main__.py"), f"{path}: `str | None` needs it in 3.9"


def test_the_command_and_the_plugin_are_there() -> None:
    targets = [*PROJECT["scripts"].values(), *PROJECT["entry-points"]["pytest11"].values()]

    for target in targets:
        module, _, name = target.partition(":")
        assert not name or callable(getattr(importlib.import_module(module), name))


def test_the_package_and_its_code_have_one_version() -> None:
    assert PROJECT["version"] == etalon_client.__version__


def test_it_needs_few_packages_and_has_its_own_licence() -> None:
    assert [re.match(r"[\w-]+", needed)[0] for needed in PROJECT["dependencies"]] == ["httpx", "rich"]  # type: ignore[index]
    assert PROJECT["license"] == "MIT"
    assert (CLIENT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")
