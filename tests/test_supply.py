"""What the service is made of: each package with its hashes, in a bill of materials; known weaknesses fail."""

import importlib.util
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from config import ROOT

DOCKERFILE = (ROOT / "ops" / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def supply() -> ModuleType:
    path = ROOT / "ops" / "requirements" / "supply.py"
    spec = importlib.util.spec_from_file_location("supply", path)
    assert spec and spec.loader
    module = sys.modules["supply"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def locked() -> dict[str, str]:
    lines = (ROOT / "ops" / "requirements" / "service.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", lines, re.MULTILINE))


@pytest.mark.slow
def test_the_bill_of_materials_has_every_package_with_its_hashes(supply: ModuleType, tmp_path: Path) -> None:
    try:
        supply.bom(tmp_path / "service.cdx.json")
    except supply.NotReached as reason:
        pytest.skip(f"the tool cannot be installed here: {reason}")
    made = json.loads((tmp_path / "service.cdx.json").read_text(encoding="utf-8"))
    assert made["bomFormat"] == "CycloneDX"
    assert {one["name"]: one["version"] for one in made["components"]} == locked()
    assert all(one["externalReferences"][0]["hashes"] for one in made["components"])


def test_a_known_weakness_fails_and_silence_is_no_all_clear(
    supply: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    weak = {"name": "a", "version": "1", "vulns": [{"id": "CVE-1"}, {"id": "CVE-2"}]}
    fine, silent = {"name": "b", "version": "1", "vulns": []}, {"name": "c", "skip_reason": "not found"}
    for packages, strict, status, said in (
        ([weak, fine], False, 1, "Known weakness: a 1: CVE-1, CVE-2."),
        ([fine], True, 0, "No known weakness in 1 packages."),
        ([fine, silent], False, 0, "said nothing about 1 of 2 packages."),
        ([fine, silent], True, 1, "said nothing about 1 of 2 packages."),
        ([], True, 1, "said nothing about 0 of 0 packages."),
    ):
        found = supply.Audit.read(json.dumps({"dependencies": packages}))
        assert supply._told(found, strict) == status
        assert said in capsys.readouterr().out


def test_the_image_installs_with_hashes_and_its_base_is_pinned() -> None:
    assert "--require-hashes" in DOCKERFILE
    assert re.search(r"^ARG BASE=python:3\.11-slim@sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${BASE}"] * 2
