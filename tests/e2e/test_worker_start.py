"""What a worker has done when it says that it is ready."""

import os
from pathlib import Path

import pytest

from tests.e2e.conftest import StartWorker

pytestmark = pytest.mark.slow


def test_a_prefork_worker_takes_tasks_only_when_its_pool_has_loaded_its_engines(
    start_worker: StartWorker, tmp_path: Path
) -> None:
    worker = start_worker("--concurrency=2", TMPDIR=str(tmp_path))
    ready = [path.name for path in tmp_path.glob("etalon-pool-*/*")]
    assert len(ready) == 2
    assert all("spawn_main" in Path(f"/proc/{pid}/cmdline").read_text("utf-8") for pid in ready)
    assert worker.stop() == 0
    assert list(tmp_path.glob("etalon-pool-*")) == []


@pytest.mark.parametrize("pool", [(), ("--pool=solo",)], ids=["prefork", "solo"])
def test_a_worker_stands_back_behind_the_api(start_worker: StartWorker, pool: tuple[str, ...]) -> None:
    worker = start_worker(*pool)
    assert worker.process
    children = Path(f"/proc/{worker.process.pid}/task/{worker.process.pid}/children").read_text("utf-8").split()
    for pid in (worker.process.pid, *map(int, children)):
        assert os.getpriority(os.PRIO_PROCESS, pid) >= 5
