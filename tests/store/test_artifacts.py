import hashlib
import multiprocessing
import os
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from config import Settings
from store import analyses, artifacts, session, tables
from store.blobs import LEFTOVER_AGE_SECONDS, REPLACE_TRIES, BlobStore, LocalFolder, open_blob_store
from store.errors import ArtifactNotFound, ArtifactStoreUnavailable, BlobMissing
from tests.store import made


def test_bytes_come_back_by_their_sha256(home: BlobStore) -> None:
    data = bytes(range(256)) * 5000
    digest = home.put(data)
    assert digest == hashlib.sha256(data).hexdigest() == home.put(data)
    assert home.exists(digest)
    assert home.read(digest) == data


@pytest.mark.parametrize("refusals", [2, 99])
def test_a_target_that_another_process_holds_open_is_tried_again(
    folder: BlobStore, monkeypatch: pytest.MonkeyPatch, refusals: int
) -> None:
    """As Windows refuses to replace a file that is being read."""
    replace, left = Path.replace, [refusals]

    def refuse(self: Path, target: Path) -> Path:
        left[0] -= 1
        if left[0] >= 0:
            raise PermissionError(13, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    if refusals < REPLACE_TRIES:
        assert folder.read(folder.put(b"held open")) == b"held open"
    else:
        with pytest.raises(ArtifactStoreUnavailable):
            folder.put(b"held open")
        assert list(folder.stored()) == []


def test_ids_cannot_be_guessed_from_one_another() -> None:
    ids = [tables.new_id() for _ in range(500)]
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
    assert len({one[:8] for one in ids}) == len({one[-8:] for one in ids}) == len(ids)


def test_what_was_deleted_is_missing_and_may_be_deleted_again(home: BlobStore) -> None:
    digest = home.put(b"short-lived")
    home.delete(digest)
    home.delete(digest)
    assert not home.exists(digest)
    with pytest.raises(BlobMissing, match=digest):
        home.read(digest)


def test_bucket_that_is_away_is_told_in_a_sentence(aws: None) -> None:
    away = open_blob_store("s3://pictures", "http://127.0.0.1:1")
    with pytest.raises(ArtifactStoreUnavailable, match=r"could not be used: .*127\.0\.0\.1:1"):
        away.put(b"x")


def test_bucket_that_does_not_exist_is_told_in_a_sentence(s3_server: str, aws: None) -> None:
    wrong = open_blob_store("s3://no-such-bucket", s3_server)
    with pytest.raises(ArtifactStoreUnavailable, match="bucket does not exist"):
        wrong.put(b"x")


def test_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ArtifactStoreUnavailable, match="The artifact store could not be used"):
        LocalFolder(tmp_path / "file" / "below").put(b"x")


def test_leftovers_of_a_dead_process_go_at_the_next_start_and_fresh_ones_stay(tmp_path: Path) -> None:
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    for name, age in (("old", 2 * LEFTOVER_AGE_SECONDS), ("fresh", 0)):
        (incoming / name).write_bytes(b"half")
        os.utime(incoming / name, (time.time() - age,) * 2)
    LocalFolder(tmp_path)
    assert [part.name for part in incoming.iterdir()] == ["fresh"]


def test_everything_stored_is_listed_and_nothing_else(home: BlobStore) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    wanted = {home.put(bytes([number]) * (number + 1)): number + 1 for number in range(3)}
    home.mark()
    found = {one.digest: one for one in home.stored()}
    assert {digest: one.size_bytes for digest, one in found.items() if digest in wanted} == wanted
    assert all(one.modified_at > before and len(digest) == 64 for digest, one in found.items())


def test_store_keeps_its_mark_and_another_store_has_another(home: BlobStore, tmp_path: Path) -> None:
    assert home.mark() == home.mark() != LocalFolder(tmp_path / "other").mark()


def test_probe_of_writing_leaves_nothing(home: BlobStore) -> None:
    before = sorted(one.digest for one in home.stored())
    home.check_writable()
    assert sorted(one.digest for one in home.stored()) == before


def test_folder_without_room_for_a_file_is_not_writable(tmp_path: Path) -> None:
    (tmp_path / "incoming").write_bytes(b"")
    with pytest.raises(ArtifactStoreUnavailable):
        LocalFolder(tmp_path).check_writable()


def put_on_a_full_disk(root: Path, data: bytes, dies: bool) -> None:
    """In a process of its own, which may write half of the file: then it is killed there, or told that no more fits."""
    import resource
    import signal

    resource.setrlimit(resource.RLIMIT_FSIZE, (len(data) // 2,) * 2)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if dies else signal.SIG_IGN)
    with pytest.raises(ArtifactStoreUnavailable, match="could not be used"):
        LocalFolder(root).put(data)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of a file that a process writes")
@pytest.mark.parametrize("dies", [True, False])
def test_half_written_artifact_is_never_visible(tmp_path: Path, dies: bool) -> None:
    data = bytes(1_000_000)
    writer = multiprocessing.get_context("spawn").Process(target=put_on_a_full_disk, args=(tmp_path, data, dies))
    writer.start()
    writer.join()
    assert (writer.exitcode == 0) == (not dies)
    home = LocalFolder(tmp_path)
    assert not home.exists(hashlib.sha256(data).hexdigest())
    assert len(list((tmp_path / "incoming").iterdir())) == dies, "what a dead process left lies where no process reads"
    assert home.read(home.put(data)) == data


def files_of(settings: Settings) -> set[str]:
    return {path.name for path in (settings.data_dir / "artifacts").glob("??/*")}


def blobs_of(reading: Session) -> set[str]:
    return set(reading.scalars(select(tables.Blob.sha256)))


def test_same_picture_twice_is_two_artifacts_and_one_file(store: Settings) -> None:
    with session.write() as writing:
        one, two = made.a_picture(writing), made.a_picture(writing)
    assert one.id != two.id
    assert one.sha256 == two.sha256
    assert files_of(store) == {one.sha256}
    with session.read() as reading:
        assert artifacts.blob_store().read(str(artifacts.load(reading, one.id).sha256)) == b"picture"
        assert reading.scalars(select(tables.Blob.size_bytes)).one() == len(b"picture")


def test_id_that_was_never_given_is_not_found(store: Settings) -> None:
    with session.read() as reading, pytest.raises(ArtifactNotFound, match="There is no artifact nothing"):
        artifacts.load(reading, "nothing")


def test_file_goes_with_the_last_artifact_that_shows_it(store: Settings) -> None:
    with session.write() as writing:
        one, two = made.a_picture(writing), made.a_picture(writing)
    with session.write() as writing:
        artifacts.remove_unused(writing, [one.id])
    assert files_of(store) == {one.sha256}
    with session.write() as writing:
        artifacts.remove_unused(writing, [two.id])
        assert files_of(store) == {one.sha256}, "before the commit nothing is lost"
    assert files_of(store) == set()
    with session.read() as reading:
        assert blobs_of(reading) == set()


def test_transaction_that_fails_deletes_no_file(store: Settings) -> None:
    with session.write() as writing:
        one = made.a_picture(writing)
    with pytest.raises(RuntimeError), session.write() as writing:
        artifacts.remove_unused(writing, [one.id])
        raise RuntimeError
    assert files_of(store) == {one.sha256}


def test_only_unreferenced_blobs_are_dropped(store: Settings) -> None:
    with session.write() as writing:
        kept = made.a_picture(writing, b"kept")
        gone = made.a_picture(writing, b"gone")
        writing.delete(gone)
        writing.flush()
        artifacts.drop_unreferenced(writing, [str(kept.sha256), str(gone.sha256), "never there"])
    assert files_of(store) == {kept.sha256}


def test_picture_that_a_reference_or_a_comparison_shows_is_not_removed(store: Settings) -> None:
    with session.write() as writing:
        _, reference = made.a_referenced_testcase(writing)
        comparison = made.a_comparison(writing, reference)
        artifacts.remove_unused(writing, [reference.artifact_id, comparison.actual_artifact_id])
    assert len(files_of(store)) == 2


def test_declared_picture_is_one_row_and_gets_its_bytes_once(store: Settings) -> None:
    with session.write() as writing:
        comparison_id = made.a_comparison(writing).id
        declared = artifacts.declare(writing, "diff", comparison_id=comparison_id)
        again = artifacts.declare(writing, "diff", comparison_id=comparison_id)
        artifacts.declare(writing, "heatmap", comparison_id=comparison_id)
    assert (declared.id, declared.sha256) == (again.id, None)
    with session.write() as writing:
        first = artifacts.fill(writing, declared.id, b"drawn", 10, 20)
    with session.write() as writing:
        second = artifacts.fill(writing, declared.id, b"drawn a second time", 10, 20)
    assert first.sha256 == second.sha256 == hashlib.sha256(b"drawn").hexdigest()
    assert (second.width, second.height) == (10, 20)
    assert hashlib.sha256(b"drawn a second time").hexdigest() not in files_of(store)
    with session.read() as reading:
        assert set(artifacts.drawn_from(reading, comparison_id)) == {"diff", "heatmap"}


def test_annotated_picture_goes_with_its_screenshot(store: Settings) -> None:
    with session.write() as writing:
        shot = made.a_picture(writing)
        analysis_id = analyses.record(writing, "p" * 64, made.an_analysis())
        drawn = artifacts.declare(writing, "annotated", analysis_id=analysis_id, source_id=shot.id)
        artifacts.fill(writing, drawn.id, b"annotated", 1, 1)
    with session.write() as writing:
        artifacts.remove_unused(writing, [shot.id])
    assert files_of(store) == set()
    with session.read() as reading:
        assert reading.scalar(select(func.count()).select_from(tables.Artifact)) == 0


def test_file_stays_until_the_whole_transaction_is_committed(store: Settings) -> None:
    with session.write() as writing:
        one = made.a_picture(writing)
    with session.write() as writing:
        artifacts.remove_unused(writing, [one.id])
        with writing.begin_nested():
            made.a_testcase(writing)
        assert files_of(store) == {one.sha256}
    assert files_of(store) == set()


def test_picture_saved_again_right_after_its_deletion_was_committed_keeps_its_file(store: Settings) -> None:
    def save_again(_done: Session) -> None:
        with session.write() as other:
            made.a_picture(other)

    with session.write() as writing:
        one = made.a_picture(writing)
    with session.write() as writing:
        event.listen(writing, "after_commit", save_again, once=True)
        artifacts.remove_unused(writing, [one.id])
    assert files_of(store) == {one.sha256}


def test_picture_deleted_between_another_saver_s_file_and_row_is_written_again(store: Settings) -> None:
    with session.write() as writing:
        one = made.a_picture(writing)
    session.dispose()
    to_delete = [one.id]

    def delete_meanwhile(*_: object) -> None:
        if to_delete:
            artifact_id = to_delete.pop()
            with session.write() as other:
                artifacts.remove_unused(other, [artifact_id])
            assert files_of(store) == set()

    # A saver has put its file, and asks for a connection to insert its row.
    event.listen(session.engine(store.database), "checkout", delete_meanwhile)
    with session.write() as writing:
        made.a_picture(writing)
    assert files_of(store) == {one.sha256}


def test_a_picture_saved_while_another_process_deletes_it_keeps_its_file(store: Settings) -> None:
    failures: list[BaseException] = []

    def save_and_delete() -> None:
        try:
            for _ in range(40):
                with session.write() as writing:
                    picture = made.a_picture(writing)
                with session.read() as reading:
                    assert artifacts.blob_store().read(str(artifacts.load(reading, picture.id).sha256)) == b"picture"
                with session.write() as writing:
                    artifacts.remove_unused(writing, [picture.id])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=save_and_delete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert files_of(store) == set()
