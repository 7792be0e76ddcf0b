"""The pytest plugin in test runs of its own, against the stand-in; screenshots are files, so no browser is needed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest

from tests.client.conftest import Done, bare_environment, known
from tests.client.stand_in import BROKEN, StandIn

GREEN, RED, USAGE = 0, 1, 4


class Pytest(Protocol):
    def __call__(self, code: str, *arguments: str, plugins: tuple[str, ...] = (), **environment: str) -> Done: ...


@pytest.fixture
def run_pytest(service: StandIn, tmp_path: Path) -> Pytest:
    """Runs these tests in a process of its own; only the client's plugin and those that are named are loaded."""

    def run(code: str, *arguments: str, plugins: tuple[str, ...] = (), **environment: str) -> Done:
        (tmp_path / "test_shop.py").write_text(f"from tests.client.stand_in import picture\n\n{code}", encoding="utf-8")
        loaded = [part for name in ("etalon_client.pytest_plugin", *plugins) for part in ("-p", name)]
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), *loaded]
        root = Path(__file__).resolve().parents[2]
        variables = bare_environment(
            ETALON_URL=service.url, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTHONPATH=f"{root / 'client'}:{root}",
            **environment,
        )  # fmt: skip
        return subprocess.run(
            [*command, *arguments], env=variables, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=120
        )

    return run


CART = """
def test_cart(etalon):
    etalon.check(picture("2 items"), "Cart")
"""


def test_a_shot_like_its_reference_passes_and_the_build_is_concluded(service: StandIn, run_pytest: Pytest) -> None:
    known(service, Cart="2 items")

    done = run_pytest(CART, "--etalon-build", "7", "--etalon-project", "shop")

    assert done.returncode == GREEN, done.stdout
    assert f"passed: 1 shot: 1 passed\n{service.url}/ui/builds/b0" in done.stdout
    assert (service.builds[0].name, service.builds[0].project, service.builds[0].finalized) == ("7", "shop", True)


def test_a_difference_fails_the_test_with_its_sentences(service: StandIn, run_pytest: Pytest) -> None:
    known(service, Cart="3 items")

    done = run_pytest(CART)

    assert done.returncode == RED
    assert "VisualDifference: Cart: failed: 1 defect" in done.stdout
    assert "     1. major    Now reads '2 items'" in done.stdout
    assert "etalon_client/checks.py" not in done.stdout, "the traceback ends in the user's test"


def test_no_traceback_shows_the_key(service: StandIn, run_pytest: Pytest) -> None:
    service.key = "the-secret"
    known(service, Cart="3 items")

    done = run_pytest(CART, "-l", "--showlocals", "--tb=long", ETALON_API_KEY="the-secret")

    assert "Cart: failed: 1 defect" in done.stdout
    assert "the-secret" not in done.stdout + done.stderr


def test_a_new_shot_fails_and_says_how_to_accept_it(run_pytest: Pytest) -> None:
    done = run_pytest(CART, "--etalon-build", "7")

    assert done.returncode == RED
    assert "Cart: new, there is no reference yet" in done.stdout
    assert "etalon approve --build '7'" in done.stdout


def test_a_shot_that_was_not_compared_fails(run_pytest: Pytest, service: StandIn) -> None:
    known(service, Cart="2 items")

    done = run_pytest(f"def test_cart(etalon):\n    etalon.check({BROKEN!r}, 'Cart')\n")

    assert done.returncode == RED
    assert "The picture ends early." in done.stdout


def test_a_soft_check_lets_the_test_go_on_and_fails_it_at_its_end(service: StandIn, run_pytest: Pytest) -> None:
    known(service, Cart="3 items", Home="old", Login="same")
    code = """
def test_shop(etalon):
    etalon.check(picture("2 items"), "Cart", soft=True)
    etalon.check(picture("same"), "Login", soft=True)
    etalon.check(picture("new"), "Home", soft=True)
    print("went on")
"""
    done = run_pytest(code, "-rA")

    assert done.returncode == RED
    assert "1 failed" in done.stdout and "1 error" not in done.stdout
    assert "went on" in done.stdout
    assert "Cart: failed: 1 defect" in done.stdout and "Home: failed: 1 defect" in done.stdout
    assert "pytest_plugin.py" not in done.stdout


def test_what_soft_checks_found_is_said_beside_a_failure_of_the_test(service: StandIn, run_pytest: Pytest) -> None:
    known(service, Cart="3 items")

    done = run_pytest(CART + "    assert 1 == 2\n", "--etalon-soft")

    assert "assert 1 == 2" in done.stdout
    assert "Cart: failed: 1 defect" in done.stdout


def test_two_tests_cannot_check_the_same_name(service: StandIn, run_pytest: Pytest) -> None:
    known(service, Cart="2 items")

    done = run_pytest(CART + CART.replace("test_cart", "test_again"))

    assert done.returncode == RED
    assert "test_shop.py::test_cart has checked 'Cart' already" in done.stdout


def test_a_test_that_runs_again_replaces_its_own_shot(service: StandIn, run_pytest: Pytest, tmp_path: Path) -> None:
    known(service, Cart="2 items")
    (tmp_path / "conftest.py").write_text(
        """
def pytest_runtest_protocol(item, nextitem):
    from _pytest.runner import runtestprotocol
    runtestprotocol(item, nextitem=nextitem, log=False)
    item._initrequest()
    runtestprotocol(item, nextitem=nextitem)
    return True
""",
        encoding="utf-8",
    )

    done = run_pytest(CART)

    assert done.returncode == GREEN, done.stdout
    sent = [asked.form().get("retry") for asked in service.asked if asked.path.endswith("/shots")]
    assert sent == [None, b"true"]


def test_processes_of_xdist_share_a_build_that_is_finalized_once(service: StandIn, run_pytest: Pytest) -> None:
    known(service, **{f"page{number}": "x" for number in range(6)})
    code = """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_page(etalon, number):
    etalon.check(picture("x"), f"page{number}")
"""
    done = run_pytest(code, "-n", "2", plugins=("xdist",))

    assert done.returncode == GREEN, done.stdout
    assert "passed: 6 shots: 6 passed" in done.stdout
    assert len(service.builds) == 1
    assert len([path for path in service.paths("POST") if path.endswith("/finalize")]) == 1


def test_tests_without_a_check_make_no_build(service: StandIn, run_pytest: Pytest) -> None:
    assert run_pytest("def test_nothing():\n    pass\n").returncode == GREEN
    assert service.asked == []


def test_an_expected_shot_that_no_test_took_is_not_green(service: StandIn, run_pytest: Pytest, tmp_path: Path) -> None:
    known(service, Cart="2 items")
    (tmp_path / "names.txt").write_text("Cart\nLogin\n", encoding="utf-8")

    done = run_pytest(CART, "--etalon-expected", "names.txt")

    assert done.returncode == RED
    assert "incomplete: 1 shot: 1 passed, 1 missing" in done.stdout


def test_a_list_of_names_that_is_not_there_is_a_usage_error(run_pytest: Pytest) -> None:
    done = run_pytest(CART, "--etalon-expected", "none.txt")

    assert done.returncode == USAGE
    assert "none.txt cannot be read" in done.stderr


def test_no_finalize_leaves_the_build_open(service: StandIn, run_pytest: Pytest) -> None:
    known(service, Cart="2 items")

    assert run_pytest(CART, "--etalon-no-finalize").returncode == GREEN
    assert not service.builds[0].finalized


def test_off_compares_nothing_and_says_so(service: StandIn, run_pytest: Pytest) -> None:
    done = run_pytest(CART, "--etalon-off")

    assert done.returncode == GREEN
    assert "off: no screenshot was compared" in done.stdout
    assert service.asked == []


def test_a_wrong_address_is_told_once_for_every_test(run_pytest: Pytest) -> None:
    done = run_pytest(CART + CART.replace("test_cart", "test_2").replace("Cart", "Two"), "--etalon-url", "localhost:1")

    assert done.returncode == RED
    assert done.stdout.count("must begin with http:// or https://") >= 2


def test_allure_gets_one_picture_comparison(service: StandIn, run_pytest: Pytest, tmp_path: Path) -> None:
    pytest.importorskip("allure_pytest", reason="allure-pytest is not installed")
    known(service, Cart="3 items")

    run_pytest(CART, "--alluredir", "allure", plugins=("allure_pytest.plugin",))

    [result] = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "allure").glob("*-result.json")]
    [attachment] = [one for one in result["attachments"] if one["type"] == "application/vnd.allure.image.diff"]
    shown = json.loads((tmp_path / "allure" / attachment["source"]).read_text("utf-8"))
    assert attachment["name"] == "Cart"
    assert set(shown) == {"actual", "diff"}
    assert shown["actual"].startswith("data:image/png;base64,")
