"""Settings: their defaults, what follows from them, and the sentence for a wrong one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import config


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(config.Settings.model_config, "env_file", None)
    config.settings.cache_clear()
    yield
    config.settings.cache_clear()


@pytest.mark.parametrize("url", ["sentinel://a:26379;sentinel://b:26379", "redis+cluster://a:7000", "rediscluster://a"])
@pytest.mark.parametrize("name", ["CELERY_BROKER_URL", "CELERY_RESULT_BACKEND"])
def test_sentinel_and_cluster_are_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(
        config.SettingsRefused, match=f"Setting {name}: must name one Redis: Sentinel and Cluster are not"
    ):
        config.settings()


def test_without_any_setting_nothing_but_this_machine_is_needed() -> None:
    settings = config.settings()

    assert settings.tasks_force_sync
    assert settings.database.startswith("sqlite:///")
    assert settings.result_backend == f"db+{settings.database}"
    assert settings.artifacts.startswith("file://")
    assert not settings.telegram_enabled


def test_empty_urls_are_the_redis_pair_in_async_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "TASKS_FORCE_SYNC": "0",
        "REDIS_HOST": "queue",
        "REDIS_PORT": "6380",
        "REDIS_PASSWORD": "a/b",
    }.items():
        monkeypatch.setenv(name, value)
    settings = config.settings()

    assert settings.broker == "redis://:a%2Fb@queue:6380/0"
    assert settings.result_backend == "redis://:a%2Fb@queue:6380/1"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TASKS_FALLBACK_TO_SYNC", "2", ": must be true or false (or 1 or 0) (it is '2')."),
        ("SYNC_SLOTS", "0", ": must be a whole number from 1 to 64 (it is '0')."),
        ("SYNC_SLOTS", "65", ": must be a whole number from 1 to 64 (it is '65')."),
        ("REDIS_PORT", "seventy", ": must be a whole number from 1 to 65535 (it is 'seventy')."),
        ("UPKEEP_PERIOD_SECONDS", "nan", ": must be a number from 0.1 to 300 (it is 'nan')."),
        ("OCR_ENGINE", "tesseract", ": must be 'etalon', 'rapidocr', 'easyocr' or 'none' (it is 'tesseract')."),
        ("DATABASE_URL", "mysql://localhost/etalon", "sqlite:/// or postgresql://"),
        ("ARTIFACT_URL", "ftp://somewhere", "file:// or s3://"),
        ("TELEGRAM_NOTIFY", "some", "'not_passed'"),
        ("PUBLIC_URL", "etalon.example", "http:// or https://"),
        ("TELEGRAM_BOT_TOKEN", "1:secret", "TELEGRAM_CHAT_ID"),
    ],
)
def test_wrong_value_stops_the_start_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(config.SettingsRefused) as refused:
        config.settings()

    assert name in str(refused.value)
    assert words in str(refused.value)


def test_refusal_shows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://etalon:hunter2@localhost/etalon")

    with pytest.raises(config.SettingsRefused) as refused:
        config.settings()

    assert "hunter2" not in str(refused.value)


def test_postgresql_goes_through_psycopg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://etalon@localhost/etalon")

    assert config.settings().database == "postgresql+psycopg://etalon@localhost/etalon"


def test_a_byte_order_mark_hides_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows editors write one in front of the first setting."""
    (tmp_path / ".env").write_text("SYNC_SLOTS=7\n", encoding="utf-8-sig")
    monkeypatch.setitem(config.Settings.model_config, "env_file", tmp_path / ".env")

    assert config.settings().sync_slots == 7


def test_an_env_file_in_utf_16_is_refused_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("SYNC_SLOTS=7\n", encoding="utf-16")
    monkeypatch.setitem(config.Settings.model_config, "env_file", tmp_path / ".env")

    with pytest.raises(config.SettingsRefused, match="not UTF-8"):
        config.settings()
