"""Sync mode: the work is done in this process, off the event loop, without Redis anywhere."""

import asyncio
import threading
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from celery.result import AsyncResult
from sqlalchemy import func, select

import store.tasks
from config import Settings
from harness.scripted_engine import BUTTON, OTHER, ScriptedEngine, page
from harness.waiting import wait_until
from store import analyses, tables, testcases
from store.errors import ArtifactStoreUnavailable, DuplicateTestCase, TaskNotFound
from store.session import read, write
from store.tables import now
from tasks import celery_states, drawing, lifecycle, upkeep
from tasks.ask import cancel, get_task, queue_status, wait_for
from tasks.celery_app import app
from tasks.requests import AnalyzeScreenshot, ComparePair, CompareWithTestCase, CreateTestCase, ReplaceReference, Upload
from tasks.submit import submit
from tasks.task_runner import Mode, Overloaded
from tests.tasks.asked import CHANGED, comparison, files, pair, upload
from tests.tasks.conftest import apply_settings
from vision.image import ImageInfo
from vision.types import CompareOptions


def rows(table: type[tables.Table]) -> int:
    with read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


async def engine_called(scripted: ScriptedEngine, times: int = 1) -> None:
    await asyncio.to_thread(wait_until, lambda: scripted.calls >= times, 10, "the engine was not called")


def test_a_pair_becomes_a_stored_judged_comparison(sync_mode: object) -> None:
    ticket = asyncio.run(submit(pair()))
    assert (ticket.state, ticket.mode) == ("SUCCESS", Mode.SYNC)
    row = comparison(ticket.ids["comparison_id"])
    assert (row.verdict, row.rule) == ("failed", "severity")
    status = asyncio.run(get_task(ticket.task_id))
    assert status.ready and status.percent == 100
    assert status.result == {"comparison_id": row.id}
    assert rows(tables.Defect) >= 1


def on_nothing(colour: tuple[int, int, int, int]) -> bytes:
    picture = np.zeros((120, 160, 4), np.uint8)
    picture[40:70, 30:90] = colour
    return cv2.imencode(".png", picture)[1].tobytes()


def test_white_on_nothing_that_went_is_seen_and_the_background_stated(sync_mode: object) -> None:
    signs = on_nothing((255, 255, 255, 255)), on_nothing((0, 0, 0, 0))

    seen = asyncio.run(submit(pair(*signs)))
    on_white = ComparePair(*(upload(sign) for sign in signs), CompareOptions(background="#ffffff"))
    unseen = asyncio.run(submit(on_white))

    shown, hidden = comparison(seen.ids["comparison_id"]), comparison(unseen.ids["comparison_id"])
    assert (shown.verdict, shown.options["background"]) == ("failed", "#000000")
    assert (hidden.verdict, hidden.options["background"]) == ("passed", "#ffffff")


def test_celerys_own_result_says_what_the_row_says(sync_mode: object) -> None:
    ticket = asyncio.run(submit(pair()))
    celery_states.flush(5)
    result = AsyncResult(ticket.task_id, app=app)
    assert (result.state, result.result) == ("SUCCESS", dict(ticket.ids))


def test_a_result_backend_that_cannot_be_opened_neither_fails_nor_delays_a_task(
    sync_mode: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sync_mode.setenv("CELERY_RESULT_BACKEND", f"db+sqlite:///{(tmp_path / 'no such folder' / 'x.db').as_posix()}")
    apply_settings()
    began = time.perf_counter()
    ticket = asyncio.run(submit(pair()))
    assert (ticket.state, time.perf_counter() - began < 3) == ("SUCCESS", True)


def test_the_same_file_twice_passes_and_later_nothing_is_looked_at(sync_mode: object, scripted: ScriptedEngine) -> None:
    made = asyncio.run(submit(CreateTestCase("start", upload(page()))))
    assert made.state == "SUCCESS" and scripted.calls == 1
    ticket = asyncio.run(submit(CompareWithTestCase(made.ids["testcase_id"], upload(page()))))
    row = comparison(ticket.ids["comparison_id"])
    assert (row.verdict, scripted.calls) == ("passed", 1)
    assert row.coverage is not None and row.coverage["matched"] == row.coverage["reference_elements"] == 1


def test_a_reference_analysed_by_older_engines_is_analysed_again(sync_mode: object, scripted: ScriptedEngine) -> None:
    made = asyncio.run(submit(CreateTestCase("start", upload(page()))))
    scripted.version = "scripted-2"
    ticket = asyncio.run(submit(CompareWithTestCase(made.ids["testcase_id"], upload(page()))))
    row = comparison(ticket.ids["comparison_id"])
    with read() as session:
        reference = testcases.reference(session, made.ids["reference_id"])
        assert reference.analysis_id == row.reference_analysis_id is not None
        assert analyses.load(session, reference.analysis_id).detector == "scripted-2"


def test_what_only_decoding_finds_is_a_failure_with_a_sentence_and_no_retry(sync_mode: object) -> None:
    broken = bytearray(page())
    at = broken.index(b"IDAT") + 6
    broken[at : at + 20] = bytes(20)
    claims_to_be_whole = ImageInfo("png", "image/png", 160, 120)
    ticket = asyncio.run(submit(AnalyzeScreenshot(Upload(bytes(broken), claims_to_be_whole))))
    status = asyncio.run(get_task(ticket.task_id))
    assert (ticket.state, status.error_type) == ("FAILURE", "TruncatedImage")
    assert status.error_message and status.error_message.endswith(".")
    with read() as session:
        assert store.tasks.get(session, ticket.task_id).attempt == 1


def test_a_disk_that_is_away_for_a_moment_is_tried_again(sync_mode: object, scripted: ScriptedEngine) -> None:
    failures = [ArtifactStoreUnavailable("no space"), None]

    def fail_once() -> None:
        failure = failures.pop(0) if failures else None
        if failure:
            raise failure

    scripted.before_call = fail_once
    ticket = asyncio.run(submit(AnalyzeScreenshot(upload(page()))))
    assert ticket.state == "SUCCESS"
    with read() as session:
        assert store.tasks.get(session, ticket.task_id).attempt == 2


def test_a_disk_that_stays_away_ends_the_task_in_a_sentence(
    sync_mode: object, scripted: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ArtifactStoreUnavailable("/secret/folder: no space")

    monkeypatch.setattr(lifecycle, "RETRY_SECONDS", 0.1)
    scripted.before_call = fail
    ticket = asyncio.run(submit(AnalyzeScreenshot(upload(page()))))
    with read() as session:
        task = store.tasks.get(session, ticket.task_id)
    assert (task.state, task.attempt, task.error_type) == ("FAILURE", 3, "StorageUnavailable")
    assert "secret" not in str(task.error_message)


def test_more_than_the_slots_is_refused_and_leaves_nothing(
    sync_mode: pytest.MonkeyPatch, store: Settings, scripted: ScriptedEngine
) -> None:
    go_on = threading.Event()
    scripted.before_call = lambda: go_on.wait(20) and None

    async def scenario() -> None:
        running = [asyncio.create_task(submit(AnalyzeScreenshot(upload(page(shade=200 + i))))) for i in range(2)]
        await engine_called(scripted, 2)
        before = files(store)
        with pytest.raises(Overloaded):
            await submit(AnalyzeScreenshot(upload(page(shade=240))))
        assert files(store) == before
        assert (await queue_status()).running
        go_on.set()
        assert [ticket.state for ticket in await asyncio.gather(*running)] == ["SUCCESS", "SUCCESS"]

    asyncio.run(scenario())
    assert rows(tables.Task) == 2


def test_a_running_task_stops_at_its_next_stage(sync_mode: object, scripted: ScriptedEngine) -> None:
    go_on = threading.Event()
    scripted.before_call = lambda: go_on.wait(20) and None

    async def scenario() -> None:
        running = asyncio.create_task(submit(pair()))
        await engine_called(scripted)
        task_id = (await queue_status()).running[0].task_id
        assert not (await cancel(task_id)).ready
        go_on.set()
        assert (await running).state == "REVOKED"
        with pytest.raises(store.tasks.TaskFinished):
            await cancel(task_id)

    asyncio.run(scenario())
    assert scripted.calls == 1


def test_a_duplicate_name_leaves_no_row_and_no_file(sync_mode: object, store: Settings) -> None:
    asyncio.run(submit(CreateTestCase("start", upload(page()))))
    before = files(store), rows(tables.Task), rows(tables.Artifact), rows(tables.Blob)
    with pytest.raises(DuplicateTestCase):
        asyncio.run(submit(CreateTestCase("start", upload(page(shade=200)))))
    assert (files(store), rows(tables.Task), rows(tables.Artifact), rows(tables.Blob)) == before


def test_an_id_that_was_never_issued_is_not_pending(sync_mode: object) -> None:
    with pytest.raises(TaskNotFound):
        asyncio.run(wait_for("0" * 32, 1))


def test_those_who_wait_hear_of_the_end_and_cost_nothing_meanwhile(sync_mode: object, scripted: ScriptedEngine) -> None:
    scripted.slow_seconds = 1.5

    async def scenario() -> None:
        running = asyncio.create_task(submit(AnalyzeScreenshot(upload(page()))))
        await engine_called(scripted)
        task_id = (await queue_status()).running[0].task_id
        began = time.monotonic()
        waiting = [asyncio.create_task(wait_for(task_id, 30)) for _ in range(100)]
        assert not (await wait_for(task_id, 0.1)).ready
        assert all(status.state == "SUCCESS" for status in await asyncio.gather(*waiting))
        assert time.monotonic() - began < 5
        await running

    asyncio.run(scenario())


def test_upkeep_runs_what_a_killed_process_left_behind(sync_mode: object, scripted: ScriptedEngine) -> None:
    ticket = asyncio.run(submit(pair()))
    with write() as session:
        task = store.tasks.get(session, ticket.task_id)
        task.state, task.claim_token, task.lease_until, task.finished_at = "STARTED", "gone", now(), None
    with upkeep.running():
        assert asyncio.run(wait_for(ticket.task_id, 10)).state == "SUCCESS"
    with read() as session:
        assert store.tasks.get(session, ticket.task_id).attempt == 2
        assert session.scalar(select(func.count()).select_from(tables.Comparison)) == 1


def test_pictures_are_drawn_once_when_first_asked_for(sync_mode: object, store: Settings) -> None:
    ticket = asyncio.run(submit(pair()))
    before = files(store)
    with read() as session:
        drawn = {row.kind: row.id for row in session.scalars(select(tables.Artifact)) if row.comparison_id}

    async def ask() -> list[drawing.DrawnPicture]:
        return await asyncio.gather(*(drawing.picture(artifact_id) for artifact_id in [*drawn.values()] * 2))

    pictures = asyncio.run(ask())
    assert set(drawn) == {"diff", "heatmap", "side_by_side", "crops"}
    assert len(files(store)) == len(before) + len({picture.sha256 for picture in pictures})
    assert all(picture.data.startswith(b"\x89PNG") for picture in pictures)
    assert ticket.state == "SUCCESS"


def test_a_replaced_reference_is_what_later_screenshots_are_compared_with(sync_mode: object) -> None:
    made = asyncio.run(submit(CreateTestCase("start", upload(CHANGED[0]))))
    asyncio.run(submit(ReplaceReference(made.ids["testcase_id"], upload(page(OTHER)))))
    ticket = asyncio.run(submit(CompareWithTestCase(made.ids["testcase_id"], upload(page(OTHER)))))
    assert comparison(ticket.ids["comparison_id"]).verdict == "passed"
    assert BUTTON != OTHER


def test_a_time_limit_ends_a_task_at_its_next_stage(sync_mode: pytest.MonkeyPatch, scripted: ScriptedEngine) -> None:
    sync_mode.setenv("TASK_TIME_LIMIT_SECONDS", "1")
    apply_settings()
    scripted.slow_seconds = 1.2
    ticket = asyncio.run(submit(pair()))
    status = asyncio.run(get_task(ticket.task_id))
    assert (status.state, status.error_type) == ("FAILURE", "TimeLimitExceeded")
