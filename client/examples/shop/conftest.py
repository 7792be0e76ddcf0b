"""A Chromium for both libraries. With the plugin pytest-playwright you need none of the first: it brings a `page`."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SITE = Path(os.environ.get("SHOP_SITE") or Path(__file__).parent / "site")
FLAGS = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]


@pytest.fixture(scope="session")
def chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    return found


@pytest.fixture(scope="session")
def shop() -> str:
    """The address of the site."""
    return SITE.resolve().as_uri()


@pytest.fixture
def page(chromium: str) -> Iterator[Any]:
    """Playwright's page."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_page(viewport={"width": 800, "height": 500})
        browser.close()


@pytest.fixture
def driver(chromium: str, tmp_path: Path) -> Iterator[Any]:
    """Selenium's driver."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromedriver = shutil.which("chromedriver")
    if not chromedriver:
        pytest.skip("no chromedriver is installed (apt-get install chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in [*FLAGS, "--headless", "--window-size=800,600", f"--user-data-dir={tmp_path}"]:
        options.add_argument(flag)
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    yield started
    started.quit()
