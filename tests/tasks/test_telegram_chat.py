"""The Telegram chat's other direction: who may press what, once, and what the chat is told."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from harness.scripted_engine import page
from harness.telegram import CHAT, TOKEN, StandIn, telegram
from harness.waiting import wait_until
from store import builds, keys, projects, shots
from store.keys import Scope
from store.session import read, write
from tasks import telegram_chat, upkeep
from tasks.builds import finalize, review
from tasks.requests import AddShot, Labels
from tasks.submit import submit
from tests.tasks.asked import upload
from tests.tasks.conftest import apply_settings
from vision.types import Box

REVIEWER, STRANGER = 77, 88


@pytest.fixture
def bot(sync_mode: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with telegram() as stand_in:
        for name, value in {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_CHAT_ID": CHAT,
            "TELEGRAM_API_URL": stand_in.url,
            "TELEGRAM_LISTEN": "1",
            "TELEGRAM_REVIEWERS": f"{REVIEWER}=qa",
        }.items():
            sync_mode.setenv(name, value)
        apply_settings()
        yield stand_in


@pytest.fixture
def keyboard(bot: StandIn) -> list[Any]:
    """The buttons under the message of a build whose one screenshot is new."""
    run("first", "a", "b")
    told(bot)
    return list(bot.keyboards[0][0])


def test_a_builds_message_has_buttons_and_one_picture_at_most(bot: StandIn, keyboard: list[Any]) -> None:
    assert [button["text"] for button in keyboard] == ["Approve all", "Reject all"]
    assert all(len(button["callback_data"].encode()) <= 64 for button in keyboard)
    assert bot.delivered[0].method == "sendMessage"


def test_a_reviewers_press_approves_all_that_waits_once(bot: StandIn, keyboard: list[Any]) -> None:
    key("qa", Scope.APPROVE)
    for number in (1, 2):
        press(bot, number, REVIEWER, keyboard[0]["callback_data"])

    assert verdict("first") == "passed"
    assert bot.answers == ["first: 2 approved by qa.", "This was decided already."]
    assert bot.emptied == ["5"]
    assert bot.delivered[-1].text == "first: 2 approved by qa."


def test_the_other_button_of_a_message_is_spent_with_the_first(bot: StandIn, keyboard: list[Any]) -> None:
    key("qa", Scope.APPROVE)
    press(bot, 1, REVIEWER, keyboard[0]["callback_data"])
    press(bot, 2, REVIEWER, keyboard[1]["callback_data"])

    assert bot.answers[1] == "This was decided already."


@pytest.mark.parametrize(
    ("user", "scope", "of_projects"),
    [(STRANGER, Scope.APPROVE, []), (REVIEWER, Scope.READ, []), (REVIEWER, Scope.APPROVE, ["elsewhere"])],
)
def test_no_other_user_decides(
    bot: StandIn, keyboard: list[Any], user: int, scope: Scope, of_projects: list[str]
) -> None:
    key("qa", scope, of_projects)
    press(bot, 1, user, keyboard[0]["callback_data"])

    assert verdict("first") == "new"
    assert bot.answers[0].startswith("You may not do this: ")
    press(bot, 2, REVIEWER, keyboard[0]["callback_data"])  # it is not spent by those who may not


@pytest.mark.parametrize(
    "forge", [lambda data: data[:-1] + "x", lambda data: "r" + data[1:], lambda data: "", lambda d: "a::"]
)
def test_a_forged_button_does_nothing(bot: StandIn, keyboard: list[Any], forge: Any) -> None:
    key("qa", Scope.APPROVE)
    press(bot, 1, REVIEWER, forge(keyboard[0]["callback_data"]))

    assert bot.answers == ["This button is not valid."]
    assert verdict("first") == "new"


def test_a_revoked_key_ends_what_its_user_may(bot: StandIn, keyboard: list[Any]) -> None:
    key("qa", Scope.APPROVE)
    with write() as session:
        keys.revoke(session, "qa")
    press(bot, 1, REVIEWER, keyboard[0]["callback_data"])

    assert verdict("first") == "new"


def test_the_chat_is_told_how_things_are_and_other_chats_are_not(bot: StandIn, keyboard: list[Any]) -> None:
    before = len(bot.delivered)
    for number, (where, text) in enumerate(
        [(CHAT, "/status@etalon_bot"), (CHAT, "/last"), ("4711", "/last"), (CHAT, "hello")], 1
    ):
        bot.updates.append({"update_id": number, "message": {"chat": {"id": int(where)}, "text": text}})
        assert telegram_chat.answer_once(number) == number + 1

    said = [message.text for message in bot.delivered[before:]]
    assert said[0] == "0 wait, 0 run; tasks run in the service itself."
    assert "first" in said[1]
    assert len(said) == 2


def test_an_update_that_cannot_be_read_is_passed_over(bot: StandIn) -> None:
    bot.updates.append({"update_id": 9, "callback_query": {"id": "1"}})

    assert telegram_chat.answer_once(0) == 10


def test_without_the_setting_a_message_has_no_buttons(bot: StandIn, sync_mode: pytest.MonkeyPatch) -> None:
    sync_mode.setenv("TELEGRAM_LISTEN", "0")
    apply_settings()
    run("first", "a")
    told(bot)

    assert bot.delivered
    assert bot.keyboards == []


def run(name: str, *names: str, pictures: list[bytes] | None = None) -> None:
    with write() as session:
        build, _ = builds.open_build(session, projects.get_or_create(session, "shop"), name)
    shown = pictures or [page(Box(20, 20, 80, 30))] * len(names)
    for shot, picture in zip(names, shown, strict=True):
        asyncio.run(submit(AddShot(build.id, shot, upload(picture), labels=Labels("shop"))))
    with write() as session:
        finalize(session, build.id)


def told(bot: StandIn, count: int = 1) -> None:
    wait_until(lambda: upkeep.run_once() is not None and len(bot.delivered) >= count, 20, bot)


def press(bot: StandIn, number: int, user: int, data: str) -> None:
    message = {"message_id": 5, "chat": {"id": int(CHAT)}}
    query = {"id": str(number), "from": {"id": user}, "data": data, "message": message}
    bot.updates.append({"update_id": number, "callback_query": query})
    assert telegram_chat.answer_once(number) == number + 1


def key(name: str, scope: Scope, of_projects: list[str] | None = None) -> None:
    with write() as session:
        keys.make(session, name, [scope], of_projects or [])


def verdict(name: str) -> str | None:
    with read() as session:
        [build] = builds.list_page(session, name=name).items
        assert shots.counts(session, [build.id])
        return build.verdict


def test_the_pictures_of_two_changes_are_one_with_buttons_under_it(bot: StandIn) -> None:
    plain, other = Box(20, 20, 80, 30), Box(20, 70, 60, 24)
    run("first", "a", "b", pictures=[page(plain), page(other)])
    told(bot)
    with write() as session:
        [build] = builds.list_page(session).items
        rows = shots.matching(session, build.id)
        review(session, "approved", [], [row.Shot.reference_id for row in rows], build_id=build.id)
    run("second", "a", "b", pictures=[page(plain, ink=(10, 10, 125)), page(plain, other)])
    told(bot, 2)

    assert bot.delivered[1].method == "sendPhoto"
    assert len(bot.keyboards) == 2
