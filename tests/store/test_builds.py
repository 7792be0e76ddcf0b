"""Builds are concluded once, by whichever task ends last; builds left open are concluded too."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from config import Settings
from store import builds, clock, comparisons, projects, reviews, session, shots, tables, testcases
from store import tasks as store_tasks
from store.errors import BuildFinalized, UnknownShard
from tests.store import made
from tests.store.at_once import at_once


def a_build(name: str = "1", **more: int) -> str:
    with session.write() as writing:
        return builds.open_build(writing, projects.get_or_create(writing), name, **more)[0].id


def a_shot(writing: Session, build_id: str, name: str, state: str = "SUCCESS") -> tables.Task:
    """A pending reference's shot, with its task in that state."""
    case, _ = testcases.get_or_create(writing, projects.get_or_create(writing).id, name)
    pending = testcases.add_pending(writing, case.id, made.a_picture(writing, name.encode()).id)
    task = made.a_task(writing, case.id, state)
    build = builds.lock_open(writing, build_id)
    shots.add(writing, build, name, "", task_id=task.id, testcase_id=case.id, reference_id=pending.id)
    return task


def test_of_many_ends_at_once_exactly_one_concludes(store: Settings) -> None:
    """The last tasks of a build end while its shards finalize: exactly one concludes."""
    build_id = a_build(shards=4)
    with session.write() as writing:
        tasks = [a_shot(writing, build_id, f"shot {number}", "STARTED").id for number in range(8)]
    concluded: list[str] = []

    def end(task_id: str) -> Callable[[], None]:
        def step() -> None:
            with session.write() as writing:
                writing.execute(update(tables.Task).where(tables.Task.id == task_id).values(state="SUCCESS"))
                if builds.task_ended(writing, task_id):
                    concluded.append(task_id)

        return step

    def shard(number: int) -> Callable[[], None]:
        def step() -> None:
            with session.write() as writing:
                if builds.finalize(writing, build_id, number):
                    concluded.append(f"shard {number}")

        return step

    assert at_once(*(end(task_id) for task_id in tasks), *(shard(number) for number in range(1, 5))) == []

    assert len(concluded) == 1, concluded
    with session.read() as reading:
        build = builds.get(reading, build_id)
        assert (build.verdict, build.counts) == ("new", {"shots": 8, "missing": 0, "new": 8})
        assert builds.conclude_left(reading, clock.now(reading)) == []


def test_shots_that_come_while_a_build_is_finalized_are_in_or_refused(store: Settings) -> None:
    build_id = a_build()
    with session.write() as writing:
        a_shot(writing, build_id, "first")
    outcomes: list[str] = []

    def shot(number: int) -> Callable[[], None]:
        def step() -> None:
            try:
                with session.write() as writing:
                    a_shot(writing, build_id, f"late {number}")
                outcomes.append("in")
            except BuildFinalized:
                outcomes.append("refused")

        return step

    def finalize() -> None:
        with session.write() as writing:
            builds.finalize(writing, build_id)

    assert at_once(*(shot(number) for number in range(4)), finalize, *(shot(number) for number in range(4, 8))) == []

    with session.read() as reading:
        counts = builds.get(reading, build_id).counts
        assert counts and counts["shots"] == 1 + outcomes.count("in"), (counts, outcomes)


def test_what_is_left_open_is_concluded_as_incomplete_and_what_lives_is_left_alone(store: Settings) -> None:
    left, alive, working = a_build("left"), a_build("alive"), a_build("working")
    with session.write() as writing:
        a_shot(writing, left, "a")
        a_shot(writing, alive, "b")
        a_shot(writing, working, "c", "STARTED")
        old = clock.now(writing) - timedelta(hours=2)
        writing.execute(update(tables.Build).values(created_at=old))
        writing.execute(update(tables.Shot).where(tables.Shot.build_id != alive).values(created_at=old))
        idle_since = builds.idle_moment(writing, 60)
        assert [build.id for build in builds.conclude_left(writing, idle_since)] == [left]
        assert builds.get(writing, left).verdict == "incomplete"


def test_a_missed_conclusion_is_made_later(store: Settings) -> None:
    """A process of an older version ended the last task: it knows nothing of builds."""
    build_id = a_build()
    with session.write() as writing:
        task = a_shot(writing, build_id, "a", "STARTED")
        assert not builds.finalize(writing, build_id)
        task.state = "SUCCESS"
    with session.write() as writing:
        assert [one.id for one in builds.conclude_left(writing, builds.idle_moment(writing, 60))] == [build_id]


def test_label_opens_its_build_again_and_an_opened_one_refuses(store: Settings) -> None:
    with session.write() as writing:
        project = projects.get_or_create(writing)
        build = builds.of_label(writing, project.id, "nightly", "main", None)
        row = made.a_compared(writing)
        shots.add(writing, build, "home", "", task_id=row.task_id, testcase_id=None, comparison_id=row.id)
        writing.execute(update(tables.Build).values(created_at=clock.now(writing) - timedelta(hours=2)))
        writing.execute(update(tables.Shot).values(created_at=clock.now(writing) - timedelta(hours=2)))
        [concluded] = builds.conclude_left(writing, builds.idle_moment(writing, 60))
        assert concluded.verdict == "failed", "it needs no finalize"
        again = builds.of_label(writing, project.id, "nightly", "main", None)
        assert (again.id, again.verdict, builds.state_of(again)) == (build.id, None, "open")
        builds.finalize(writing, build.id)
        with pytest.raises(BuildFinalized):
            builds.check_open(builds.of_label(writing, project.id, "nightly", "main", None))


def test_expected_names_count_in_any_variant_or_in_the_one_they_name(store: Settings) -> None:
    build_id = a_build()
    with session.write() as writing:
        row = made.a_compared(writing)
        build = builds.lock_open(writing, build_id)
        shots.add(writing, build, "home", "mobile", task_id=row.task_id, testcase_id=None, comparison_id=row.id)
        builds.finalize(writing, build_id, expected=["home", "home [mobile]", "home [wide]", "terms"])
        assert builds.missing(writing, builds.get(writing, build_id)) == ["home [wide]", "terms"]


def test_shard_that_the_build_does_not_have_is_named(store: Settings) -> None:
    build_id = a_build()
    with session.write() as writing, pytest.raises(UnknownShard, match="opened without `shards`"):
        builds.finalize(writing, build_id, 2)


def test_verdict_is_the_first_that_holds() -> None:
    everything = {"error": 1, "missing": 1, "shots": 9, "new": 1, "failed": 1, "passed": 5}
    for gone, verdict in (
        ("", "error"),
        ("error", "incomplete"),
        ("missing", "new"),
        ("new", "failed"),
        ("failed", "passed"),
    ):
        everything.pop(gone, None)
        assert builds.verdict_of(everything, cut_short=False) == verdict
    assert builds.verdict_of(everything, cut_short=True) == "incomplete"
    assert builds.verdict_of({"shots": 0}, cut_short=False) == "incomplete"
    assert builds.verdict_of({"shots": 1, "rejected": 1}, cut_short=False) == "failed"


def test_revoked_task_makes_an_error(store: Settings) -> None:
    build_id = a_build()
    with session.write() as writing:
        task = a_shot(writing, build_id, "a", "PENDING")
        builds.finalize(writing, build_id)
        assert store_tasks.request_cancel(writing, task.id).state == "REVOKED"
        concluded = builds.task_ended(writing, task.id)
        assert concluded and concluded.verdict == "error"


def test_page_of_shots_is_one_statement_however_long_the_build_is(store: Settings) -> None:
    build_id = a_build()
    with session.write() as writing:
        for number in range(30):
            a_shot(writing, build_id, f"shot {number:02}")
    statements: list[str] = []
    with session.read() as reading:
        event.listen(reading.get_bind(), "before_cursor_execute", lambda *said: statements.append(said[2]))
        found = shots.page(reading, build_id, limit=20)
        rest = shots.page(reading, build_id, found.next_cursor, limit=20)
    assert [row.Shot.name for row in (*found.items, *rest.items)] == [f"shot {number:02}" for number in range(30)]
    assert len([one for one in statements if one.startswith("SELECT")]) == 2
    assert rest.next_cursor is None


def test_approved_comparison_changes_the_verdict_of_its_build(store: Settings) -> None:
    build_id = a_build()
    with session.write() as writing:
        case, reference = made.a_referenced_testcase(writing)
        row = made.a_compared(writing, reference)
        build = builds.lock_open(writing, build_id)
        comparisons.label(writing, row.id, build)
        shots.add(writing, build, case.name, "", task_id=row.task_id, testcase_id=case.id, comparison_id=row.id)
        assert builds.finalize(writing, build_id)
        assert builds.get(writing, build_id).verdict == "failed"
        said = reviews.say(writing, "approved", [row.id], build_id=build_id)
        assert [one.id for one in said.changed] == [build_id]
        assert builds.get(writing, build_id).verdict == "passed"
