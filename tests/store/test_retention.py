"""What goes with time, and what never does."""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from config import Settings
from store import (
    analyses,
    artifacts,
    builds,
    comparisons,
    projects,
    retention,
    reviews,
    session,
    shots,
    tables,
    testcases,
)
from store.blobs import BlobStore
from store.retention import Limits, Report
from tests.store import made

LONG_AGO = timedelta(days=40)


@pytest.fixture
def bucket_store(store: Settings, bucket: BlobStore, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pictures of `store`, in a bucket."""
    from config import settings

    monkeypatch.setenv("ARTIFACT_URL", "s3://pictures/of/retention")
    monkeypatch.setenv("S3_ENDPOINT_URL", s3_server)
    settings.cache_clear()
    artifacts.blob_store.cache_clear()
    yield
    for one in artifacts.blob_store().stored():
        artifacts.blob_store().delete(one.digest)
    settings.cache_clear()
    artifacts.blob_store.cache_clear()


def age(*rows: tables.Table, by: timedelta = LONG_AGO) -> None:
    """Makes rows, and the analyses, as old as that."""
    with session.write() as writing:
        for row in rows:
            table = type(row)
            writing.execute(update(table).where(table.id == row.id).values(created_at=row.created_at - by))
        writing.execute(update(tables.Analysis).values(used_at=tables.now() - by))


def count(table: type[tables.Table]) -> int:
    with session.read() as reading:
        return reading.scalar(select(func.count()).select_from(table)) or 0


def files() -> int:
    return len(list(artifacts.blob_store().stored()))


def everything() -> tuple[tables.Comparison, tables.Comparison, tables.Reference]:
    """An old comparison of a superseded reference, a young one of the current reference, an old single analysis."""
    with session.write() as writing:
        case, first = made.a_referenced_testcase(writing)
        old = made.a_compared(writing, first, actual=b"old actual")
        artifacts.fill(writing, artifacts.declare(writing, "diff", comparison_id=old.id).id, b"diff", 4, 3)
        second = testcases.set_reference(writing, case.id, made.a_picture(writing, b"second").id)
        young = made.a_compared(writing, second, actual=b"young actual")
        single = made.a_picture(writing, b"single")
        seen = analyses.record(writing, "s" * 64, made.an_analysis())
        artifacts.declare(writing, "annotated", analysis_id=seen, source_id=single.id)
        task = made.a_task(writing, state="SUCCESS")
        task.subject_id = single.id
        superseded = update(tables.Reference).where(tables.Reference.id == first.id)
        writing.execute(superseded.values(superseded_at=tables.now() - LONG_AGO))
    age(old, task)
    return old, young, second


EXPECTED = Report(comparisons=1, tasks=2, references=1, analyses=1, pictures=5, files=4, leftovers=0, size_bytes=29)


def check_age_limit() -> None:
    _, young, current = everything()
    limits = Limits(days=30)
    foreseen = retention.foresee(limits)
    assert count(tables.Comparison) == 2, "nothing is deleted by looking"
    done = retention.cleanup(limits)
    assert done == foreseen == EXPECTED
    assert retention.cleanup(limits) == Report()
    with session.read() as reading:
        assert comparisons.found(reading, young.id).defects
        assert testcases.reference(reading, current.id).superseded_at is None
        kept = set(reading.scalars(select(tables.Blob.sha256)))
    assert kept == {one.digest for one in artifacts.blob_store().stored()}
    assert len(kept) == 2


def test_what_is_older_than_the_limit_goes_with_its_files_and_the_rest_stays(store: Settings) -> None:
    check_age_limit()


def test_pictures_in_a_bucket_go_as_well(bucket_store: None) -> None:
    check_age_limit()


def test_without_limits_nothing_goes(store: Settings) -> None:
    everything()
    assert retention.cleanup(Limits()) == Report() == retention.foresee(Limits())
    assert count(tables.Comparison) == 2


def test_unfinished_task_keeps_its_comparison_and_its_pictures_however_old(store: Settings) -> None:
    with session.write() as writing:
        row = made.a_comparison(writing)
        writing.execute(update(tables.Task).values(state="RETRY"))
        analysed = made.a_picture(writing, b"analysed")
        task = made.a_task(writing, state="STARTED")
        task.subject_id = analysed.id
    age(row, task)
    assert retention.cleanup(Limits(1, 1)) == Report()
    assert files() == 3


def test_current_reference_stays_however_old_and_unused(store: Settings) -> None:
    with session.write() as writing:
        _, reference = made.a_referenced_testcase(writing)
        compared = made.a_compared(writing, reference)
    age(reference, compared)
    assert retention.cleanup(Limits(days=30)).comparisons == 1
    assert (count(tables.Reference), files()) == (1, 1)


def test_picture_that_became_the_reference_stays_when_its_comparison_goes(store: Settings) -> None:
    with session.write() as writing:
        _, reference = made.a_referenced_testcase(writing)
        compared = made.a_compared(writing, reference)
        reviews.approve(writing, compared.id)
    age(compared)
    retention.cleanup(Limits(days=30))
    with session.read() as reading:
        current = testcases.current_reference(reading, str(compared.testcase_id))
        assert current is not None
        kept = artifacts.load(reading, current.artifact_id)
        assert current.analysis_id is not None
        analyses.load(reading, current.analysis_id)
    assert artifacts.blob_store().read(str(kept.sha256)) == b"actual"


def counted(limit: int, *verdicts: str, by: timedelta = LONG_AGO) -> list[str]:
    """Comparisons of one test case, the newest last; the verdicts of those that are left under the limit."""
    with session.write() as writing:
        _, reference = made.a_referenced_testcase(writing)
        rows = [made.a_compared(writing, reference, actual=str(place).encode()) for place in range(len(verdicts))]
        for row, verdict in zip(rows, verdicts, strict=True):
            row.verdict = verdict
    age(*rows, by=by)
    foreseen = retention.foresee(Limits(per_testcase=limit))
    assert retention.cleanup(Limits(per_testcase=limit)) == foreseen
    with session.read() as reading:
        return list(reading.scalars(select(tables.Comparison.verdict).order_by(tables.Comparison.created_at)))


def test_of_each_test_case_the_newest_stay(store: Settings) -> None:
    assert counted(2, "passed", "passed", "passed", "failed", "passed") == ["failed", "passed"]


def test_count_spares_what_failed_and_may_still_be_approved(store: Settings) -> None:
    assert counted(1, "failed", "passed", "passed") == ["failed", "passed"]


def test_count_spares_what_is_not_a_day_old(store: Settings) -> None:
    assert counted(1, "passed", "passed", by=timedelta(hours=23)) == ["passed", "passed"]


def test_analysis_that_a_task_is_about_to_use_is_not_deleted(store: Settings) -> None:
    with session.write() as writing:
        analyses.record(writing, "p" * 64, made.an_analysis(), "r1")
    age()
    with session.write() as writing:
        assert analyses.find(writing, "p" * 64, "d1", "r1")
    assert retention.cleanup(Limits(days=1)).analyses == 0
    age()
    assert retention.cleanup(Limits(days=1)).analyses == 1


def test_file_without_a_row_goes_when_it_is_an_hour_old(store: Settings) -> None:
    digest = artifacts.blob_store().put(b"of a process that was killed")
    with session.write() as writing:
        made.a_picture(writing, b"known")
    assert retention.cleanup(Limits()).leftovers == 0
    path = store.data_dir / "artifacts" / digest[:2] / digest
    for known in (store.data_dir / "artifacts").glob("??/*"):
        os.utime(known, (known.stat().st_mtime - 3700,) * 2)
    assert retention.foresee(Limits()) == Report(leftovers=1, size_bytes=path.stat().st_size)
    assert retention.cleanup(Limits()) == Report(leftovers=1, size_bytes=28)
    assert not path.exists()
    assert files() == 1


def test_more_than_one_batch_goes_in_one_cleanup(store: Settings) -> None:
    with session.write() as writing:
        rows = [made.a_comparison(writing, actual=str(place).encode()) for place in range(2 * retention._AT_ONCE + 1)]
        writing.execute(update(tables.Comparison).values(created_at=tables.now() - LONG_AGO))
    assert retention.cleanup(Limits(days=30)).comparisons == len(rows)
    assert (count(tables.Task), count(tables.Artifact), files()) == (0, 0, 0)


def test_old_builds_reviews_and_pending_references_go_and_young_ones_stay(store: Settings) -> None:
    with session.write() as writing:
        case = made.a_testcase(writing)
        for number, name in enumerate(("old", "young")):
            build, _ = builds.open_build(writing, projects.get_or_create(writing), name)
            pending = testcases.add_pending(writing, case.id, made.a_picture(writing, bytes([number])).id)
            task = made.a_task(writing, case.id, "SUCCESS")
            shots.add(writing, build, "home", "", task_id=task.id, testcase_id=case.id, reference_id=pending.id)
            assert builds.finalize(writing, build.id)
            said = reviews.say(writing, "rejected", [], [pending.id], build_id=build.id)
            if name == "old":
                gone = (build, pending, writing.get_one(tables.Review, said.review_id))
    age(*gone)
    foreseen = retention.foresee(Limits(days=30))
    done = retention.cleanup(Limits(days=30))
    assert (foreseen.builds, foreseen.reviews, foreseen.references) == (1, 1, 1)
    assert done == foreseen
    assert [count(table) for table in (tables.Build, tables.Shot, tables.Review, tables.Reference)] == [1, 1, 1, 1]
