"""The sample project with a real Chromium against the real service: new, approved, green, and red after a change."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.service import Api
from tests.client.conftest import Done, Etalon, bare_environment

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "client" / "examples" / "shop"
SHOTS = {"Front page", "Add to cart", "Cart", "Cart in Selenium", "Cart's table"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium is installed"),
    pytest.mark.skipif(not shutil.which("chromedriver"), reason="no chromedriver is installed"),
]


@pytest.fixture
def real_service(tmp_path: Path) -> Iterator[Api]:
    """The service in sync mode with its own engines, a database and a folder of its own."""
    environment = {
        "DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "", "ARTIFACT_URL": "", "TASKS_FORCE_SYNC": "1",
        "TELEGRAM_BOT_TOKEN": "", "TELEGRAM_CHAT_ID": "",
    }  # fmt: skip
    started = Api(tmp_path / "api.log", environment=environment, module="main:app")
    started.start()
    yield started
    started.kill()


def run_shop(service: Api, build: str, site: Path, *arguments: str) -> Done:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "etalon_client.pytest_plugin"]
    variables = bare_environment(
        ETALON_URL=service.url, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", SHOP_SITE=str(site), PYTHONDONTWRITEBYTECODE="1"
    )
    return subprocess.run(
        [*command, "--etalon-build", build, *arguments], cwd=EXAMPLE, env=variables, capture_output=True,
        encoding="utf-8", timeout=300,
    )  # fmt: skip


def test_the_sample_project_from_its_first_run_to_a_change(
    real_service: Api, etalon_here: Etalon, tmp_path: Path
) -> None:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    site = Path(shutil.copytree(EXAMPLE / "site", tmp_path / "site"))

    first = run_shop(real_service, "first", site, "--etalon-soft")
    assert first.returncode == 1, first.stdout + first.stderr
    assert "Cart: new, there is no reference yet" in first.stdout

    approved = etalon_here("approve", "--build", "first", "--all", ETALON_URL=real_service.url)
    assert approved.returncode == 0, approved.stderr
    assert set(re.findall(r"^(.+): approved$", approved.stdout, re.MULTILINE)) == SHOTS

    green = run_shop(real_service, "second", site)
    assert green.returncode == 0, green.stdout + green.stderr
    assert "passed: 5 shots: 5 passed" in green.stdout

    cart = site / "cart.html"
    cart.write_text(cart.read_text(encoding="utf-8").replace("Check out", "Pay for all"), encoding="utf-8")
    red = run_shop(real_service, "third", site, "--etalon-soft")
    assert red.returncode == 1
    assert "'Check out' now reads 'Pay for all'" in red.stdout
    assert "failed: 5 shots: 3 passed, 2 failed" in red.stdout
