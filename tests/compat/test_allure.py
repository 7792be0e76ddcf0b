"""Allure's own report over what the pytest plugin writes: the difference is shown with Allure's diff and overlay."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from harness.chromium import find_chromium
from harness.scripted_engine import BUTTON, OTHER, page
from harness.service import Api, api
from tests.client.conftest import bare_environment

pytestmark = pytest.mark.slow

ALLURE = "allure-commandline@2.46.1"
TEST = """
from pathlib import Path

def test_cart(etalon):
    etalon.check(Path("cart.png"), "Cart")
"""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Api]:
    settings = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "", "ARTIFACT_URL": "", "TASKS_FORCE_SYNC": "1"}
    with api(tmp_path, **settings, TELEGRAM_BOT_TOKEN="") as started:
        yield started


@pytest.fixture(scope="module")
def allure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Allure's command line, which needs Java."""
    npm = shutil.which("npm")
    if npm is None or not shutil.which("java"):
        pytest.skip("there is no Node.js or no Java")
    folder = tmp_path_factory.mktemp("allure")
    command = [npm, "install", "--silent", "--prefix", str(folder), ALLURE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        said = f"Allure cannot be installed: {done.stderr.strip()[-200:]}"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    return folder / "node_modules" / "allure-commandline" / "dist" / "bin" / "allure"


def test_allures_report_shows_the_difference(service: Api, allure: Path, tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    pytest.importorskip("allure_pytest", reason="allure-pytest is not installed")
    chromium = find_chromium() or pytest.skip("no Chromium is installed")
    check(service, tmp_path, page(BUTTON, OTHER), "first")
    build = httpx.get(f"{service.url}/api/v1/builds").json()["items"][0]["build_id"]
    httpx.post(f"{service.url}/api/v1/builds/{build}/approve", json={"filter": {}}).raise_for_status()
    check(service, tmp_path, page(BUTTON), "second", "--alluredir", "results")
    generate = [str(allure), "generate", "--single-file", "--clean", "-o", "report", "results"]
    subprocess.run(generate, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    with sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        assert shown(browser.new_page(), tmp_path / "report" / "index.html") == {"diff": [160], "overlay": [160, 160]}
        browser.close()


def check(service: Api, folder: Path, picture: bytes, build: str, *arguments: str) -> None:
    """A test run whose one test checks one picture. It fails: the shot is new, or has changed."""
    (folder / "cart.png").write_bytes(picture)
    (folder / "test_shop.py").write_text(TEST, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "allure_pytest.plugin"]
    command += ["-p", "etalon_client.pytest_plugin", "--etalon-build", build, *arguments]
    variables = bare_environment(ETALON_URL=service.url, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr


def shown(tab: Any, report: Path) -> dict[str, list[int]]:
    """How wide the pictures are that Allure shows in its two views; 0 is a picture that it cannot show."""
    tab.goto(report.as_uri())
    tab.get_by_text("Suites").first.click()
    for name in ("test_shop", "test_cart"):
        tab.get_by_text(name, exact=True).first.click()
    tab.locator(".attachment-row", has_text="Cart").click()
    tab.get_by_text("Show diff").click()
    found = {"diff": widths(tab)}
    tab.get_by_text("Show overlay").click()
    return found | {"overlay": widths(tab)}


def widths(tab: Any) -> list[int]:
    pictures = tab.locator("img[src^='data:image/']")
    pictures.first.wait_for()
    found: list[int] = pictures.evaluate_all("all => all.map((one) => one.naturalWidth)")
    return found
