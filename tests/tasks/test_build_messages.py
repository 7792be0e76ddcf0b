"""A build is told once, on every channel that is on: Telegram, a signed webhook, the commit's state."""

import asyncio
import hmac
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256

import pytest
from sqlalchemy import select

from harness.scripted_engine import page
from harness.telegram import CHAT, TOKEN, Answer, StandIn
from harness.waiting import wait_until
from harness.web import Hooks, hooks
from store import builds, clock, notifications, projects, shots, tables, telegram_chat
from store.session import read, write
from tasks import upkeep
from tasks.builds import finalize, opened, review
from tasks.notifications.bot_api import Bot, Photo, Text
from tasks.notifications.channels import webhook
from tasks.notifications.exchange import Uncertain
from tasks.requests import AddShot, Labels
from tasks.submit import submit
from tests.tasks.asked import upload
from tests.tasks.conftest import apply_settings
from vision.types import Box

BUTTONS = [Box(20, 20, 80, 30), Box(20, 70, 60, 24)]
SECRET = "whsec_" + b64encode(b"0123456789abcdef").decode()


@pytest.fixture
def web(sync_mode: pytest.MonkeyPatch) -> Iterator[Hooks]:
    with hooks() as listening:
        for name, value in {
            "WEBHOOK_URL": f"{listening.url}/hook",
            "WEBHOOK_SECRET": SECRET,
            "REPOSITORIES": "web=gitlab:group/web site,shop=github:owner/shop",
            "GITLAB_URL": listening.url,
            "GITLAB_TOKEN": "gitlab-token",
            "GITHUB_URL": listening.url,
            "GITHUB_TOKEN": "github-token",
            "PUBLIC_URL": "https://etalon.example",
        }.items():
            sync_mode.setenv(name, value)
        apply_settings()
        yield listening


def a_build(name: str, pages: dict[str, bytes], project: str = "web", commit: str = "c0ffee") -> str:
    with write() as session:
        build, made = builds.open_build(session, projects.get_or_create(session, project), name, commit=commit)
        assert made
        opened(session, build)
    for shot, picture in pages.items():
        asyncio.run(submit(AddShot(build.id, shot, upload(picture), labels=Labels())))
    with write() as session:
        finalize(session, build.id)
    return build.id


def approve(build_id: str) -> None:
    with write() as session:
        rows = shots.matching(session, build_id, sections=shots.WAITING)
        compared = [row.Shot.comparison_id for row in rows if row.Shot.comparison_id]
        pending = [row.Shot.reference_id for row in rows if row.Shot.reference_id]
        review(session, "approved", compared, pending, build_id=build_id)


def rows() -> list[tables.Notification]:
    with read() as session:
        return list(session.scalars(select(tables.Notification).order_by(tables.Notification.created_at)))


def sent(count: int) -> None:
    wait_until(
        lambda: [row.state for row in rows()].count("sent") == count, 20, lambda: [(r.state, r.error) for r in rows()]
    )


PAGES = {f"page {number}": page(*BUTTONS, shade=250 - number) for number in range(4)}
CHANGED = {
    "page 0": page(BUTTONS[0], shade=250),
    "page 1": page(BUTTONS[0], shade=249),
    "page 2": page(*BUTTONS, shade=248, ink=(10, 10, 125)),
    "page 3": page(*BUTTONS, shade=247),
}


def test_build_is_told_once_with_counts_worst_sentences_crops_and_its_page(chat: StandIn) -> None:
    first_id = a_build("1", PAGES)
    sent(1)
    approve(first_id)
    build_id = a_build("2 <b>", CHANGED)
    sent(2)
    first, second = chat.delivered
    assert "🆕 new" in first.parsed and "4 new" in first.parsed
    assert second.method == "sendMediaGroup" and second.pictures == 2, "a picture for each change, not for each shot"
    for words in ("❌ failed", "web: 2 <b>", "commit: c0ffee", "3 failed, 1 passed", "1. ", "2. ", "in 2 screenshots"):
        assert words in second.parsed, second.parsed
    assert f"https://etalon.example/ui/builds/{build_id}" in second.text
    approve(build_id)
    upkeep.run_once()
    assert len(rows()) == len(chat.delivered) == 2, "approvals are not told"


def test_each_tells_the_comparisons_too_and_not_passed_leaves_out_what_passed(
    chat: StandIn, sync_mode: pytest.MonkeyPatch
) -> None:
    first_id = a_build("1", {"page": PAGES["page 0"]})
    sent(1)
    approve(first_id)
    sync_mode.setenv("TELEGRAM_NOTIFY", "not_passed")
    apply_settings()
    a_build("2", {"page": PAGES["page 0"]})
    sync_mode.setenv("TELEGRAM_NOTIFY", "each")
    apply_settings()
    a_build("3", {"page": CHANGED["page 0"]})
    sent(3)
    assert sorted(bool(row.build_id) for row in rows()) == [False, True, True]


def test_group_that_became_a_supergroup_is_followed_and_topics_are_named(
    chat: StandIn, sync_mode: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sync_mode.setenv("TELEGRAM_TOPIC_ID", "42")
    apply_settings()
    chat.moved_to = "-1001234"
    a_build("1", {"page": PAGES["page 0"]})
    sent(1)
    assert "is now the supergroup -1001234" in caplog.text
    calls = chat.calls
    a_build("2", {"page": PAGES["page 0"]})
    sent(2)
    assert chat.calls == calls + 1, "the second went to the new id at once"
    assert chat.topics == ["42", "42"]
    with read() as session:
        assert telegram_chat.current_id(session, CHAT) == "-1001234"


def test_photo_that_is_refused_goes_as_a_document_and_then_as_text(chat: StandIn) -> None:
    bot, words = Bot(TOKEN, CHAT, chat.url), (Text("caption", "caption"), Text("text", "text"))
    refusal = Answer(400, {"ok": False, "description": "Bad Request: IMAGE_PROCESS_FAILED"})
    photo = Photo(page(), 160, 120)
    for refusals, photos, method in (
        (1, [photo], "sendDocument"),
        (2, [photo], "sendMessage"),
        (1, [photo, photo], "sendMediaGroup"),
        (2, [photo, photo], "sendMessage"),
    ):
        chat.script = [refusal] * refusals
        bot.send(*words, photos)
        assert chat.delivered[-1].method == method
    assert len(chat.delivered) == 4


def test_answer_without_end_is_cut_off(chat: StandIn) -> None:
    chat.script = [Answer(200, b"x" * 5_000_000)]
    with pytest.raises(Uncertain):
        Bot(TOKEN, CHAT, chat.url).send(Text("a", "a"), Text("a", "a"))


def test_webhook_is_signed_and_sent_again_under_the_same_id(web: Hooks) -> None:
    web.statuses["/hook"] = [500]
    build_id = a_build("1", {"page": PAGES["page 0"]}, project="other")
    wait_until(lambda: rows() and rows()[0].attempt == 1 and rows()[0].claim_token is None, 10, "no first attempt")
    with write() as session:
        session.scalars(select(tables.Notification)).one().next_attempt_at = clock.now(session)
    wait_until(lambda: upkeep.run_once() and rows()[0].state == "sent", 10, "it was not sent again")
    first, second = web.received("/hook")
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == rows()[0].id
    told = json.loads(second.body)
    assert (told["type"], told["data"]["build_id"], told["data"]["verdict"]) == ("build.concluded", build_id, "new")
    assert told["data"]["counts"]["new"] == 1
    signed = f"{second.headers['webhook-id']}.{second.headers['webhook-timestamp']}.".encode() + second.body
    expected = b64encode(hmac.new(b"0123456789abcdef", signed, sha256).digest()).decode()
    assert second.headers["webhook-signature"] == f"v1,{expected}"
    assert webhook.signature("plain", "a", "1", b"{}").startswith("v1,")


def test_webhook_whose_sender_died_is_sent_again_and_a_telegram_message_is_not(web: Hooks) -> None:
    a_build("1", {"page": PAGES["page 0"]}, project="other")
    sent(1)
    with write() as session:
        for channel in ("webhook", "telegram"):
            row = notifications.ensure(session, channel, clock.now(session), build_id=rows()[0].build_id)
            row.state, row.claim_token, row.lease_until = "sending", "gone", clock.now(session)
    with write() as session:
        notifications.end_lost(session, clock.now(session), ["webhook"])
    assert {row.channel: row.state for row in rows()} == {"webhook": "pending", "telegram": "unknown"}


@pytest.mark.parametrize(
    ("project", "path", "token", "states"),
    [
        (
            "web",
            "/api/v4/projects/group%2Fweb%20site/statuses/c0ffee",
            ("PRIVATE-TOKEN", "gitlab-token"),
            ["running", "failed", "success"],
        ),
        (
            "shop",
            "/repos/owner/shop/statuses/c0ffee",
            ("Authorization", "Bearer github-token"),
            ["pending", "failure", "success"],
        ),
    ],
)
def test_commit_shows_that_the_build_runs_its_verdict_and_what_approvals_make_of_it(
    web: Hooks, project: str, path: str, token: tuple[str, str], states: list[str]
) -> None:
    with write() as session:
        build, _ = builds.open_build(session, projects.get_or_create(session, project), "1", commit="c0ffee")
        opened(session, build)
    wait_until(lambda: len(web.received(path)) == 1, 10, "no channel shows that it runs")
    asyncio.run(submit(AddShot(build.id, "page", upload(PAGES["page 0"]), labels=Labels())))
    with write() as session:
        finalize(session, build.id)
    wait_until(lambda: len(web.received(path)) == 2, 10, "its verdict is not shown")
    approve(build.id)
    wait_until(lambda: len(web.received(path)) == 3, 10, "the approval is not shown")
    told = [one.fields() for one in web.received(path)]
    assert [one["state"] for one in told] == states
    assert told[1]["target_url"] == f"https://etalon.example/ui/builds/{build.id}" and told[1]["description"] == "1 new"
    assert all(one.headers[token[0]] == token[1] for one in web.received(path))


def test_build_that_only_labels_made_is_told_comparison_by_comparison(chat: StandIn) -> None:
    from tests.tasks.asked import pair

    request = pair()
    asyncio.run(submit(type(request)(request.reference, request.actual, labels=Labels(build="7"))))
    sent(1)
    assert rows()[0].comparison_id and not rows()[0].build_id


def test_twenty_shards_that_finalize_at_once_conclude_once(chat: StandIn) -> None:
    with write() as session:
        build, _ = builds.open_build(session, projects.get_or_create(session, "web"), "1", shards=20)
    asyncio.run(submit(AddShot(build.id, "page", upload(PAGES["page 0"]), labels=Labels())))

    def shard(number: int) -> None:
        with write() as session:
            finalize(session, build.id, number)

    threads = [threading.Thread(target=shard, args=(number,)) for number in range(1, 21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent(1)
    with read() as session:
        assert builds.get(session, build.id).verdict == "new"
    assert len(rows()) == 1
