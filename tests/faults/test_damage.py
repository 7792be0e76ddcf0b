"""The bytes that are read are the bytes that were named."""

import asyncio
from pathlib import Path

import pytest

from config import Settings, settings
from harness.scripted_engine import BUTTON, OTHER, page
from store import tables
from store.artifacts import blob_store
from store.session import read
from tasks import drawing
from tasks.ask import TaskStatus, get_task
from tasks.requests import CompareWithTestCase, CreateTestCase
from tasks.submit import submit
from tests.tasks.asked import upload
from tests.tasks.conftest import database_url, scripted, sync_mode

__all__ = ["database_url", "scripted", "sync_mode"]

pytestmark = pytest.mark.usefixtures("sync_mode")

REFERENCE, ACTUAL = page(BUTTON, OTHER), page(BUTTON)


def file_of(data: bytes) -> Path:
    folder = blob_store().folder()
    assert folder
    (found,) = [path for path in folder.glob("??/*") if path.read_bytes() == data]
    return found


def made_testcase() -> str:
    return asyncio.run(submit(CreateTestCase("page", upload(REFERENCE)))).ids["testcase_id"]


def compared(testcase_id: str, actual: bytes = ACTUAL) -> TaskStatus:
    ticket = asyncio.run(submit(CompareWithTestCase(testcase_id, upload(actual))))
    return asyncio.run(get_task(ticket.task_id))


def verdict(status: TaskStatus) -> str | None:
    assert status.result
    with read() as session:
        return session.get_one(tables.Comparison, status.result["comparison_id"]).verdict


@pytest.mark.parametrize(
    "other", [ACTUAL, REFERENCE[: len(REFERENCE) // 2], b""], ids=["another picture", "half", "none"]
)
def test_a_damaged_picture_decides_nothing_and_the_same_upload_mends_it(store: Settings, other: bytes) -> None:
    testcase_id = made_testcase()
    file = file_of(REFERENCE)
    file.write_bytes(other)
    failed = compared(testcase_id)
    assert (failed.state, failed.error_type) == ("FAILURE", "BlobDamaged")
    with read() as session:
        reference = session.query(tables.Reference).one().artifact_id
    assert reference in str(failed.error_message)
    asyncio.run(submit(CreateTestCase("the same page again", upload(REFERENCE))))
    assert file.read_bytes() == REFERENCE
    assert verdict(compared(testcase_id)) == "failed"


def test_a_damaged_picture_is_not_shown(store: Settings) -> None:
    made_testcase()
    with read() as session:
        artifact_id = session.query(tables.Reference).one().artifact_id
    file_of(REFERENCE).write_bytes(REFERENCE[:100])
    with pytest.raises(drawing.BlobDamaged, match=artifact_id):
        asyncio.run(drawing.picture(artifact_id))


def test_a_damaged_drawing_is_drawn_again(store: Settings) -> None:
    status = compared(made_testcase())
    assert status.result
    with read() as session:
        made_of = {"comparison_id": status.result["comparison_id"], "kind": "diff"}
        artifact_id = session.query(tables.Artifact).filter_by(**made_of).one().id
    drawn = asyncio.run(drawing.picture(artifact_id))
    file_of(drawn.data).write_bytes(b"damaged")
    assert asyncio.run(drawing.picture(artifact_id)) == drawn
    file_of(drawn.data).unlink()
    assert asyncio.run(drawing.picture(artifact_id)) == drawn
    assert settings().data_dir.exists()
