"""The invariants of the fault tests and the soak notice whatever breaks them: a whole service, then one thing wrong with it."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from config import Settings
from harness.invariants import broken_builds, broken_messages, broken_rows
from harness.telegram import Received, StandIn
from store import artifacts, builds, notifications, projects, tables, tasks
from store.artifacts import blob_store
from store.session import write
from store.tables import now
from tasks.comparison import DRAWN
from tests.store import made
from tests.tasks.conftest import database_url

__all__ = ["database_url"]


@pytest.fixture
def comparison(store: Settings) -> tables.Comparison:
    """One that was compared, drawn and told."""
    with write() as session:
        row = made.a_compared(session)
        for kind in DRAWN:
            artifacts.declare(session, kind, comparison_id=row.id)
        notifications.ensure(session, "telegram", now(), 0, comparison_id=row.id)
        (message,) = notifications.of_comparison(session, row.id)
        notifications.claim(session, message.id, "sender", 60, now())
        notifications.mark_sending(session, message.id, "sender", 60, now())
        notifications.mark_sent(session, message.id, "sender", now())
    return row


def told(comparison: tables.Comparison, times: int = 1) -> StandIn:
    text = f"❌ failed https://etalon.example/api/v1/comparisons/{comparison.id}"
    return StandIn(delivered=[Received("sendMessage", text, text, None, 0.0)] * times)


def test_a_whole_service_breaks_nothing(comparison: tables.Comparison) -> None:
    assert broken_rows([comparison.task_id], {comparison.task_id: "failed"}) == []
    assert broken_messages(told(comparison)) == []


def _lose_the_row(session: Session, row: tables.Comparison) -> None:
    session.execute(delete(tables.Comparison))
    session.execute(delete(tables.Task))


def _leave_it_waiting(session: Session, row: tables.Comparison) -> None:
    session.execute(update(tables.Task).values(state="PENDING"))


def _leave_it_claimed(session: Session, row: tables.Comparison) -> None:
    session.execute(update(tables.Task).values(claim_token="another"))


def _try_it_for_ever(session: Session, row: tables.Comparison) -> None:
    session.execute(update(tables.Task).values(attempt=4))


def _make_a_row_without_a_client(session: Session, row: tables.Comparison) -> None:
    tasks.add(session, task_id=tables.new_id(), name="t", subject_id="s", mode="sync")


def _change_the_verdict(session: Session, row: tables.Comparison) -> None:
    session.execute(update(tables.Comparison).values(verdict="passed"))


def _lose_a_drawn_picture(session: Session, row: tables.Comparison) -> None:
    session.execute(delete(tables.Artifact).where(tables.Artifact.kind == "diff"))


def _lose_a_file(session: Session, row: tables.Comparison) -> None:
    blob_store().delete(next(iter(blob_store().stored())).digest)


def _leave_a_file(session: Session, row: tables.Comparison) -> None:
    blob_store().put(b"without a row")


def _leave_a_picture(session: Session, row: tables.Comparison) -> None:
    made.a_picture(session, b"of nothing")


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (_lose_the_row, "its row is gone"),
        (_leave_it_waiting, "PENDING, not ended"),
        (_leave_it_claimed, "ended and still claimed"),
        (_try_it_for_ever, "4 attempts"),
        (_make_a_row_without_a_client, "a row of a task that no client got"),
        (_change_the_verdict, "SUCCESS with passed, not failed"),
        (_lose_a_drawn_picture, f"SUCCESS with {len(DRAWN) - 1} drawn pictures"),
        (_lose_a_file, "a row without a file"),
        (_leave_a_file, "a file without a row"),
        (_leave_a_picture, "an artifact of nothing"),
    ],
)
def test_a_row_or_a_file_that_is_wrong_is_named(
    comparison: tables.Comparison, break_it: Callable[[Session, tables.Comparison], None], said: str
) -> None:
    with write() as session:
        break_it(session, comparison)
    assert any(said in one for one in broken_rows([comparison.task_id], {comparison.task_id: "failed"}))


@pytest.mark.parametrize(
    ("state", "times", "said"),
    [
        ("sent", 0, "arrived 0 times"),
        ("sent", 2, "told 2 times"),
        ("pending", 0, "its message is pending"),
        ("sending", 0, "its message is sending"),
        ("failed", 0, "its message is failed"),
        ("failed", 1, "arrived 1 times"),
        ("unknown", 2, "told 2 times"),
        (None, 0, "no notification"),
    ],
)
def test_a_message_that_is_wrong_is_named(
    comparison: tables.Comparison, state: str | None, times: int, said: str
) -> None:
    with write() as session:
        if state:
            session.execute(update(tables.Notification).values(state=state))
        else:
            session.execute(delete(tables.Notification))
    assert any(said in one for one in broken_messages(told(comparison, times)))


@pytest.mark.parametrize("times", [0, 1])
def test_an_unknown_message_may_have_arrived_or_not(comparison: tables.Comparison, times: int) -> None:
    with write() as session:
        session.execute(update(tables.Notification).values(state="unknown"))
    assert broken_messages(told(comparison, times)) == []


def test_a_message_that_telegram_refused_four_times_may_have_failed(comparison: tables.Comparison) -> None:
    with write() as session:
        session.execute(update(tables.Notification).values(state="failed"))
    chat = told(comparison, 0)
    chat.errors = 3
    assert broken_messages(chat)
    chat.errors = 4
    assert broken_messages(chat) == []


@pytest.mark.usefixtures("store")
def test_a_build_that_is_wrong_is_named() -> None:
    with write() as session:
        build, _ = builds.open_build(session, projects.get_or_create(session, "web"), "1")
    assert broken_builds({}) == [f"build {build.id}: no client opened it"]
    assert broken_builds({build.id: ("passed", 0)}) == [f"build {build.id}: None with 0 shots, not passed with 0"]
    with write() as session:
        session.execute(update(tables.Build).values(verdict="passed"))
    assert broken_builds({build.id: ("passed", 0)}) == []
    assert broken_builds({build.id: ("passed", 2)}) == [f"build {build.id}: passed with 0 shots, not passed with 2"]
    assert broken_builds({build.id: ("passed", 0), "x": ("failed", 1)}) == [
        "build x: gone with 0 shots, not failed with 1"
    ]
