"""One message for each comparison that has ended, over real HTTP to a Bot API that misbehaves."""

import asyncio
import html
import logging
import re
import traceback
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from sqlalchemy import select

import store.tasks
from harness.scripted_engine import page
from harness.telegram import CHAT, TOKEN, Answer, StandIn, rate_limited
from harness.waiting import free_port, wait_until
from store import keys, links, tables, testcases
from store.session import read, write
from store.tables import now
from tasks import upkeep
from tasks.ask import get_task
from tasks.notifications import bot_api
from tasks.notifications.bot_api import Bot, Photo, Text
from tasks.notifications.delivery import send_tg_notification
from tasks.notifications.exchange import Unavailable, Uncertain
from tasks.requests import CompareWithTestCase, CreateTestCase, Labels, Upload
from tasks.submit import Ticket, submit
from tests.tasks.asked import CHANGED, comparison, pair, upload
from tests.tasks.conftest import apply_settings
from vision.image import ImageInfo, encode_png
from vision.types import Box


def the_row() -> tables.Notification:
    with read() as session:
        return session.scalars(select(tables.Notification)).one()


def the_rows() -> list[tables.Notification]:
    with read() as session:
        return list(session.scalars(select(tables.Notification)))


def settled(*states: str) -> tables.Notification:
    wait_until(lambda: the_row().state in states, 10, lambda: f"still {the_row().state}: {the_row().error}")
    return the_row()


def compared() -> Ticket:
    return asyncio.run(submit(pair()))


def due_now() -> None:
    """The wait that was written down is over."""
    with write() as session:
        session.scalars(select(tables.Notification)).one().next_attempt_at = now()


def test_a_failed_comparison_is_told_with_its_defects_its_picture_and_its_link(chat: StandIn) -> None:
    made = asyncio.run(submit(CreateTestCase("Start <b>&amp; page", upload(CHANGED[0]))))
    ticket = asyncio.run(submit(CompareWithTestCase(made.ids["testcase_id"], upload(CHANGED[1]))))
    assert settled("sent").sent_at
    (message,) = chat.delivered
    assert message.method == "sendPhoto"
    assert message.picture and message.picture.startswith(b"\x89PNG")
    assert "failed" in message.parsed and "Start <b>&amp; page" in message.parsed and "• " in message.parsed
    assert f"https://etalon.example/ui/comparisons/{ticket.ids['comparison_id']}" in message.text


def test_where_keys_are_in_use_the_picture_has_a_link_of_its_own(chat: StandIn) -> None:
    with write() as session:
        keys.make(session, "ci")
    compared()
    settled("sent")
    [link] = re.findall(r"https://etalon\.example/api/v1/artifacts/[^\"<]+", html.unescape(chat.delivered[0].text))
    asked = urlsplit(link)
    query = parse_qs(asked.query)
    links.verify(asked.path.rpartition("/")[2], int(query["expires"][0]), query["signature"][0])


def test_a_passed_one_is_told_without_a_picture_and_not_at_all_where_only_others_are_wanted(
    chat: StandIn, sync_mode: pytest.MonkeyPatch
) -> None:
    asyncio.run(submit(pair(page(), page())))
    settled("sent")
    assert [message.method for message in chat.delivered] == ["sendMessage"]
    sync_mode.setenv("TELEGRAM_NOTIFY", "not_passed")
    apply_settings()
    asyncio.run(submit(pair(page(), page())))
    with read() as session:
        assert len(session.scalars(select(tables.Notification)).all()) == 1


def test_a_comparison_that_could_not_be_made_is_told_too(chat: StandIn) -> None:
    broken = page()[:-60] + bytes(60)
    wrong = Upload(broken, ImageInfo("png", "image/png", 160, 120))
    request = pair()
    ticket = asyncio.run(submit(type(request)(request.reference, wrong)))
    assert ticket.state == "FAILURE"
    settled("sent")
    assert "not compared" in chat.delivered[0].parsed


def test_a_comparison_whose_processes_were_lost_is_ended_and_told(chat: StandIn, sync_mode: pytest.MonkeyPatch) -> None:
    sync_mode.setenv("TELEGRAM_NOTIFY", "not_passed")
    apply_settings()
    ticket = asyncio.run(submit(pair(page(), page())))
    with write() as session:
        task = store.tasks.get(session, ticket.task_id)
        task.state, task.attempt, task.claim_token, task.lease_until = "PROGRESS", 3, "gone", now()
    done = upkeep.run_once()
    assert done and done.ended == 1
    wait_until(lambda: upkeep.run_once() and the_row().state == "sent", 10, "it was not told")
    status = asyncio.run(get_task(ticket.task_id))
    assert (status.state, status.error_type, chat.calls) == ("FAILURE", "WorkerLost", 1)


def test_what_runs_twice_is_told_once(chat: StandIn) -> None:
    compared()
    row = settled("sent")
    send_tg_notification.apply(args=(row.id,))
    upkeep.run_once()
    assert chat.calls == 1


def test_being_told_to_wait_is_obeyed(chat: StandIn) -> None:
    chat.script = [rate_limited(7), rate_limited(2)]
    compared()
    wait_until(lambda: the_row().attempt == 1 and the_row().claim_token is None, 10, "no first attempt")
    wait = the_row().next_attempt_at - now()
    assert 6 < wait.total_seconds() <= 7
    due_now()
    send_tg_notification.apply(args=(the_row().id,))
    assert (the_row().next_attempt_at - now()).total_seconds() > 4, "the floor of five seconds was not kept"
    due_now()
    with upkeep.running():
        settled("sent")
    assert (chat.calls, len(chat.delivered)) == (3, 1)


def test_messages_to_a_group_are_three_seconds_apart(chat: StandIn) -> None:
    for _ in range(2):
        compared()
    wait_until(lambda: [row.state for row in the_rows()] == ["sent", "sent"], 15, "the second was not told")
    with read() as session:
        first, second = session.scalars(select(tables.Notification).order_by(tables.Notification.next_attempt_at))
    assert (second.next_attempt_at - first.next_attempt_at).total_seconds() >= 3
    assert second.sent_at and second.sent_at > second.next_attempt_at


def test_an_error_of_telegrams_is_tried_three_times_more_then_given_up(chat: StandIn) -> None:
    chat.script = [Answer(502, b"<html>bad gateway")] * 9
    assert compared().state == "SUCCESS"
    for attempt in (1, 2, 3):
        wait_until(lambda: the_row().attempt == attempt and the_row().claim_token is None, 10, the_row)  # noqa: B023
        assert (the_row().state, (the_row().next_attempt_at - now()).total_seconds() > 4) == ("pending", True)
        due_now()
        send_tg_notification.apply(args=(the_row().id,))
    assert (settled("failed").attempt, chat.calls) == (4, 4)
    assert "502" in (the_row().error or "")


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_final(chat: StandIn, status: int) -> None:
    chat.script = [Answer(status, {"ok": False, "description": "Forbidden: bot was kicked"})]
    compared()
    settled("failed")
    assert chat.calls == 1


def test_an_answer_that_never_came_is_unknown_and_not_sent_again(chat: StandIn) -> None:
    chat.script = [Answer(deliver=True, silent_seconds=0.2)]
    compared()
    settled("unknown")
    upkeep.run_once()
    assert (chat.calls, len(chat.delivered)) == (1, 1)


def test_markup_it_dislikes_is_sent_again_as_plain_words(chat: StandIn) -> None:
    chat.script = [Answer(400, {"ok": False, "description": "Bad Request: can't parse entities: oops"})]
    compared()
    settled("sent")
    assert chat.calls == 2 and "<" not in chat.delivered[0].text


def test_telegram_being_away_neither_fails_nor_delays_a_comparison(
    chat: StandIn, sync_mode: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sync_mode.setenv("TELEGRAM_API_URL", f"http://127.0.0.1:{free_port()}")
    apply_settings()
    with caplog.at_level(logging.DEBUG):
        ticket = compared()
        wait_until(lambda: the_row().attempt == 1 and the_row().claim_token is None, 10, "no attempt")
    assert ticket.state == "SUCCESS" and comparison(ticket.ids["comparison_id"]).verdict == "failed"
    said = " ".join([caplog.text, the_row().error or ""])
    assert TOKEN not in said and TOKEN.split(":")[1] not in said


@pytest.mark.parametrize("status", [401, 404, 500])
def test_the_token_is_in_no_error_no_log_and_no_row_whatever_goes_wrong(
    chat: StandIn, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    chat.script = [Answer(status, {"ok": False, "description": f"no bot{TOKEN} here"})]
    with caplog.at_level(logging.DEBUG):
        ticket = compared()
        wait_until(lambda: the_row().error, 10, "no attempt")
    with read() as session:
        rows = [repr(session.execute(select(table)).all()) for table in tables.Table.metadata.tables.values()]
    secret = TOKEN.partition(":")[2]
    assert secret not in caplog.text + "".join(rows) + repr(asyncio.run(get_task(ticket.task_id)))


def test_the_token_is_in_no_traceback(chat: StandIn) -> None:
    with pytest.raises(Unavailable) as away:
        Bot(TOKEN, CHAT, f"http://127.0.0.1:{free_port()}").send(Text("a", "a"), Text("a", "a"))
    assert TOKEN not in "".join(traceback.format_exception(away.value))


def test_pictures_go_the_way_their_size_allows(chat: StandIn) -> None:
    words = Text("caption", "caption"), Text("text", "text")
    bot = Bot(TOKEN, CHAT, chat.url)
    rng = np.random.default_rng(7)
    noise = encode_png(rng.integers(0, 255, (2000, 2000, 3), np.uint8))
    tall = encode_png(np.zeros((9000, 400, 3), np.uint8))
    large = encode_png(np.zeros((6000, 4100, 3), np.uint8))
    bot.send(*words, [Photo(noise, 2000, 2000)])
    bot.send(*words, [Photo(tall, 400, 9000)])
    bot.send(*words, [Photo(large, 4100, 6000)])
    bot.send(*words, [Photo(bytes(bot_api.DOCUMENT_BYTES + 1), 100, 100)])
    bot.send(*words, [Photo(page(), 160, 120)])
    assert len(noise) > bot_api.PHOTO_BYTES
    sent = [message.method for message in chat.delivered]
    assert sent == ["sendDocument", "sendDocument", "sendDocument", "sendMessage", "sendPhoto"]


def test_many_defects_and_a_long_name_stay_within_a_caption(chat: StandIn) -> None:
    places = [(row, column) for row in range(5) for column in range(5)]
    many = [Box(10 + 80 * column, 10 + 80 * row, 16 + 3 * column, 16 + 3 * row) for row, column in places]
    moved = [box.shifted(4 + 3 * column, 4 + 3 * row) for box, (row, column) in zip(many, places, strict=True)]
    before, after = (page(*boxes, width=420, height=420) for boxes in (many, moved))
    made = asyncio.run(submit(CreateTestCase("🙂<&" * 160, upload(before))))
    labels = Labels(branch="🙂" * 200, build="🙂" * 200)
    asyncio.run(submit(CompareWithTestCase(made.ids["testcase_id"], upload(after), labels=labels)))
    settled("sent")
    (message,) = chat.delivered
    assert "more" in message.parsed and message.method == "sendPhoto"


@pytest.mark.parametrize("name", ['<a href="https://evil.example">x</a>', "<b>&amp;", "&lt;script&gt;", "a_b*c`d["])
def test_a_name_is_said_as_it_is_and_is_no_markup(chat: StandIn, name: str) -> None:
    made = asyncio.run(submit(CreateTestCase(name, upload(CHANGED[0]))))
    asyncio.run(submit(CompareWithTestCase(made.ids["testcase_id"], upload(CHANGED[1]))))
    settled("sent")
    assert name in chat.delivered[0].parsed
    assert chat.calls == 1  # not sent again as plain words


def test_what_is_not_the_bot_api_is_not_taken_for_it(chat: StandIn) -> None:
    chat.script = [Answer(200, b"<html>a captive portal</html>")]
    with pytest.raises(Uncertain):
        Bot(TOKEN, CHAT, chat.url).send(Text("a", "a"), Text("a", "a"))


def test_a_deleted_test_case_does_not_keep_its_message_back(chat: StandIn) -> None:
    made = asyncio.run(submit(CreateTestCase("gone", upload(CHANGED[0]))))
    chat.script = [rate_limited(1)]
    asyncio.run(submit(CompareWithTestCase(made.ids["testcase_id"], upload(CHANGED[1]))))
    wait_until(lambda: the_row().attempt == 1 and the_row().claim_token is None, 10, "no attempt")
    with write() as session:
        testcases.delete(session, made.ids["testcase_id"])
    due_now()
    send_tg_notification.apply(args=(the_row().id,))
    assert settled("sent")
