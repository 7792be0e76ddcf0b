"""The bench of /metrics and the cleanup runs on a small database."""

from collections.abc import Iterator

import pytest

from bench import operations
from config import settings
from store import artifacts, session


@pytest.fixture
def own_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The bench sets them; here they are put back."""
    for name in ("DATA_DIR", "DATABASE_URL", "ARTIFACT_URL"):
        monkeypatch.setenv(name, "")
    artifacts.blob_store.cache_clear()
    session.dispose()
    yield
    session.dispose()
    settings.cache_clear()
    artifacts.blob_store.cache_clear()


def test_operations_times_a_scrape_and_a_cleanup(own_settings: None, capsys: pytest.CaptureFixture[str]) -> None:
    operations.main(["--comparisons", "60", "--delete", "5", "--repeats", "1"])
    rows = [line.split("|")[2].strip() for line in capsys.readouterr().out.splitlines() if line.startswith("| 60")]
    assert rows == ["facts of one scrape", "cleanup --dry-run", "cleanup of 5"]
