"""Frames of rendered pages become examples, and the network learns from them what the service can run."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.vision.drawn import Page
from vision.types import Box

torch = pytest.importorskip("torch")

from training.looks import accuracy, disturbed, examples_of, train  # noqa: E402
from training.looks_network import LooksNet, export  # noqa: E402
from training.train_frames import CLASSES, TASK, frames_on  # noqa: E402
from vision.engines.looks import LooksNetwork  # noqa: E402


def pages(folder: Path, count: int) -> Path:
    """Pages with a dark button, an empty field and a card each; another field is one that the truth ignores."""
    for number in range(count):
        page = Page(800, 500)
        button = page.button(Box(40 + number, 40, 120, 36), "Save")
        field = page.input(Box(40 + number, 120, 300, 36), "")
        page.frame(Box(420, 40 + number, 300, 200))
        ignored = page.input(Box(420, 400, 300, 36), "")
        kinds = (("button", button), ("input", field))
        truth = {"elements": [{"kind": kind, "box": box_of(box)} for kind, box in kinds], "ignore": [box_of(ignored)]}
        cv2.imwrite(str(folder / f"{number}.png"), page.picture)
        (folder / f"{number}.json").write_text(json.dumps(truth), encoding="utf-8")
    return folder


def box_of(box: Box) -> dict[str, int]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


def test_frames_are_named_by_the_truth_and_left_out_where_it_is_silent(tmp_path: Path) -> None:
    frames = examples_of([pages(tmp_path, 2)], frames_on)
    assert sorted(CLASSES[one] for one in frames.classes) == ["button", "button", "input", "input", "other", "other"]
    assert frames.views.shape[0] == frames.measures.shape[0] == 6
    assert len(examples_of([tmp_path / "nothing"], frames_on).classes) == 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_what_is_learned_is_what_the_service_runs(tmp_path: Path) -> None:
    torch.manual_seed(0)
    frames, network = examples_of([pages(tmp_path, 12)], frames_on), LooksNet(TASK)
    train(network, frames, 40, 3e-3, np.random.default_rng(0))
    assert accuracy(network, frames).startswith("1.000 right")
    export(network, tmp_path / "frames.onnx")
    answers = LooksNetwork(tmp_path / "frames.onnx", 1).judge(frames.views, frames.measures)
    with torch.no_grad():
        views = torch.from_numpy(frames.views).permute(0, 3, 1, 2).float() / 255
        own = network(views, torch.from_numpy(frames.measures)).softmax(1).numpy()
    assert np.abs(answers - own).max() < 1e-4


def test_disturbed_views_keep_their_shapes_and_bounds(tmp_path: Path) -> None:
    views = examples_of([pages(tmp_path, 1)], frames_on).views
    seen = disturbed(views, np.random.default_rng(1))
    assert seen.shape == (len(views), 3, 32, 192)
    assert float(seen.min()) >= 0 and float(seen.max()) <= 1
