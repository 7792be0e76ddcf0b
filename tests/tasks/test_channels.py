"""A notification channel is one module: it names itself, and its messages are stored and sent like all others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.session import read
from store.tables import Notification
from tasks.celery_app import app
from tasks.notifications import channels
from tests.tasks.test_build_messages import PAGES, a_build, sent

PAGER = """
from dataclasses import dataclass

from tasks.notifications.channel import Channel, Happened

SENT = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Pager(Channel):
    name: str = "pager"

    def is_on(self):
        return True

    def wants(self, session, event):
        return event.happened is Happened.BUILD_CONCLUDED

    def prepared(self, notification):
        return lambda: SENT.append(notification.build_id)


CHANNELS = (Pager(),)
"""


@pytest.fixture
def pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "pager.py").write_text(PAGER, encoding="utf-8")
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])
    channels.every.cache_clear()
    yield
    channels.every.cache_clear()


def test_a_new_module_is_a_channel_without_another_line(pager: None, sync_mode: pytest.MonkeyPatch) -> None:
    build_id = a_build("1", {"page 0": PAGES["page 0"]})

    sent(1)

    from tasks.notifications.channels.pager import SENT  # type: ignore[import-not-found]

    assert build_id == SENT[0]
    with read() as session:
        assert [row.channel for row in session.query(Notification)] == ["pager"]


def test_every_channel_has_a_name_of_its_own_and_a_task_that_exists() -> None:
    found = channels.every()

    assert len({channel.name for channel in found}) == len(found) >= 4
    assert {channel.task_name for channel in found} <= set(app.tasks)
    assert {"webhook", "gitlab", "github"} <= set(channels.repeatable())
    assert "telegram" not in channels.repeatable()


def test_a_channel_of_a_newer_version_is_unknown() -> None:
    assert channels.is_known("telegram")
    assert not channels.is_known("pager")
