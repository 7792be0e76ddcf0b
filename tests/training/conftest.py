"""One browser for the tests of a module."""

from collections.abc import Iterator

import pytest

playwright = pytest.importorskip("playwright", reason="rendering pages needs ops/requirements/training.txt")

from training.browser import Browser, NoBrowser, open_browser  # noqa: E402


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with open_browser() as opened:
            yield opened
    except NoBrowser as fault:
        pytest.skip(str(fault))
