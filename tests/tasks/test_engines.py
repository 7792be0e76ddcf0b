"""The engines of a process keep to the threads they were given, however many cores the machine has."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT
from harness.scripted_engine import BUTTON, OTHER, page

_LOOK_AND_COUNT = """
import sys
from pathlib import Path
import cv2
from tasks.engines import engines
from vision.elements.analysis import analyze
from vision.image import ImageLimits, decode

def threads():
    return int(Path("/proc/self/status").read_text().split("Threads:")[1].split()[0])

picture = decode(Path(sys.argv[1]).read_bytes(), ImageLimits(2**20, 2**20))
before = threads()
analyze(picture, engines())
print(cv2.getNumThreads(), threads() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a process's threads are counted in /proc")
@pytest.mark.parametrize("threads", [1, 3])
def test_a_process_looks_with_as_many_threads_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    screenshot = tmp_path / "page.png"
    screenshot.write_bytes(page(BUTTON, OTHER))
    monkeypatch.setenv("VISION_THREADS", str(threads))

    done = subprocess.run(
        [sys.executable, "-c", _LOOK_AND_COUNT, str(screenshot)], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    of_opencv, started = map(int, done.stdout.split())
    assert of_opencv == threads
    # The detector, the networks of frames and of signs, the reader and OpenCV, beside the thread that asks.
    assert started <= 5 * (threads - 1)
