"""What a worker has done when it says that it is ready."""

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import StartWorker

pytestmark = [pytest.mark.slow, pytest.mark.alone]


def test_a_prefork_worker_takes_tasks_only_when_its_pool_has_loaded_its_engines(
    start_worker: StartWorker, tmp_path: Path
) -> None:
    said = start_worker("--concurrency=2", TMPDIR=str(tmp_path)).said()
    assert said.index("2 pool processes are ready.") < said.index(" ready.\n")


def test_a_killed_worker_leaves_no_folder_for_ever(start_worker: StartWorker, tmp_path: Path) -> None:
    """One that is ready leaves none; what one leaves that is killed before, the next one deletes."""
    abandoned, another_starts = tmp_path / "etalon-pool-1", tmp_path / "etalon-pool-2"
    abandoned.mkdir()
    another_starts.mkdir()
    os.utime(abandoned, (0, 0))
    start_worker(TMPDIR=str(tmp_path)).kill()
    assert list(tmp_path.glob("etalon-pool-*")) == [another_starts]


@pytest.mark.parametrize("pool", [(), ("--pool=solo",)], ids=["prefork", "solo"])
def test_a_worker_stands_back_behind_the_api(start_worker: StartWorker, pool: tuple[str, ...]) -> None:
    worker = start_worker(*pool)
    assert worker.process
    children = Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children").read_text("utf-8").split()
    for pid in (worker.process.pid, *map(int, children)):
        assert os.getpriority(os.PRIO_PROCESS, pid) >= 5
