"""Changes to a comparison's task, test case and reference while it is in each of its stages, on both databases."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from harness.scripted_engine import BUTTON, OTHER, page
from store import comparisons, tables, testcases
from store.errors import TestCaseBusy
from store.session import read, write
from tasks import lifecycle
from tasks.ask import TaskStatus, cancel, get_task
from tasks.comparison import STAGES
from tasks.requests import CompareWithTestCase, CreateTestCase, ReplaceReference
from tasks.submit import submit
from tests.conftest import database_url
from tests.tasks.asked import upload
from tests.tasks.conftest import scripted, sync_mode

__all__ = ["database_url", "scripted", "sync_mode"]

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.usefixtures("sync_mode")]

During = Callable[[str, Callable[[str], None]], TaskStatus]


@pytest.fixture
def testcase_id() -> str:
    return asyncio.run(submit(CreateTestCase("page", upload(page(BUTTON, OTHER))))).ids["testcase_id"]


@pytest.fixture
def stages(monkeypatch: pytest.MonkeyPatch, testcase_id: str) -> list[str]:
    """Those that a comparison with a test case's reference passes; the reference itself was looked at before."""
    passed: list[str] = []
    reach = lifecycle._Run.reach
    with monkeypatch.context() as watched:
        watched.setattr(lifecycle._Run, "reach", lambda run, stage: (passed.append(stage), reach(run, stage))[1])
        asyncio.run(submit(CompareWithTestCase(testcase_id, upload(page(BUTTON, shade=199)))))
    assert len(passed) > 5 and set(passed) <= set(STAGES)
    return list(dict.fromkeys(passed))


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch, testcase_id: str) -> Iterator[During]:
    """Compares a new screenshot with the test case, and does something (given the task's id) when a stage has begun."""
    shades = iter(range(200, 250))
    reach = lifecycle._Run.reach

    def compare(stage: str, act: Callable[[str], None]) -> TaskStatus:
        done: list[str] = []

        def reached(run: lifecycle._Run, name: str) -> None:
            reach(run, name)
            if name == stage and not done:
                done.append(run._id)
                act(run._id)

        monkeypatch.setattr(lifecycle._Run, "reach", reached)
        asked = CompareWithTestCase(testcase_id, upload(page(BUTTON, shade=next(shades))))
        ticket = asyncio.run(submit(asked))
        assert done == [ticket.task_id], f"the stage {stage} was never reached"
        return asyncio.run(get_task(ticket.task_id))

    yield compare


def verdict(status: TaskStatus) -> str | None:
    with read() as session:
        return comparisons.get(session, status.subject_id).verdict


def test_a_task_that_is_revoked_in_any_stage_stops_and_decides_nothing(during: During, stages: list[str]) -> None:
    for stage in stages:
        status = during(stage, lambda task_id: asyncio.run(cancel(task_id)) and None)
        if stage == stages[-1]:  # nothing is left to be stopped
            assert (status.state, verdict(status)) == ("SUCCESS", "failed")
        else:
            assert (stage, status.state, verdict(status)) == (stage, "REVOKED", None)


def test_a_test_case_cannot_be_deleted_under_a_comparison_in_any_stage(
    during: During, stages: list[str], testcase_id: str
) -> None:
    def delete(_task_id: str) -> None:
        with pytest.raises(TestCaseBusy), write() as session:
            testcases.delete(session, testcase_id)

    for stage in stages:
        status = during(stage, delete)
        assert (stage, status.state, verdict(status)) == (stage, "SUCCESS", "failed")


def test_a_comparison_keeps_the_reference_it_began_with_in_any_stage(
    during: During, stages: list[str], testcase_id: str
) -> None:
    def current() -> str:
        with read() as session:
            return testcases.reference_for(session, testcase_id, "").id

    for number, stage in enumerate(stages):
        before = current()
        other = ReplaceReference(testcase_id, upload(page(BUTTON, OTHER, shade=150 + number)))
        status = during(stage, lambda _task_id, other=other: asyncio.run(submit(other)) and None)  # type: ignore[misc]
        assert (stage, status.state) == (stage, "SUCCESS")
        with read() as session:
            assert session.get_one(tables.Comparison, status.subject_id).reference_id == before != current()
