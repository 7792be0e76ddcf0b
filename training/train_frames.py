"""`python -m training.train_frames --pages DIR ...`: trains the network that says what drawn frames are on rendered pages.

A page has some twenty frames, so they are cut out once (half a minute for 100 pages), and a pass over all of them takes less
than a minute of one core. `--go-on` starts from the checkpoint. The weights go to models/frames.onnx.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.frame_network import CLASSES, FrameNet, export
from vision.boxes import iou, share_inside
from vision.elements.frame_views import MAX_HEIGHT_PX, MIN_HEIGHT_PX, measures_of, views_of
from vision.elements.frames import find_frames
from vision.types import Box

ROOT = Path(__file__).resolve().parent.parent
CHECKPOINT = ROOT / "training" / ".work" / "frames.pt"
# A frame is what shares this much with it in the truth; what shares less than that but this much is nothing to learn from.
SAME_IOU, UNCLEAR_IOU = 0.75, 0.5
# So many frames of each class at most: most are none of the controls.
MOST_OF_A_CLASS = 12_000
BATCH = 128


@dataclass(frozen=True, slots=True)
class Frames:
    """n frames: `views` (n, height, width, 3), BGR, `measures` (n, several), `classes` as places in CLASSES."""

    views: NDArray[np.uint8]
    measures: NDArray[np.float32]
    classes: NDArray[np.int64]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, nargs="+", required=True, help="folders of rendered pages")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="folders of pages to measure on")
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--rate", type=float, default=2e-3, help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--go-on", action="store_true", help="from the checkpoint")
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT)
    parser.add_argument("--out", type=Path, default=ROOT / "models" / "frames.onnx")
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    network = FrameNet()
    if asked.go_on:
        network.load_state_dict(torch.load(asked.checkpoint, weights_only=True))
    frames = frames_of(asked.pages)
    if not len(frames.classes):
        sys.exit(f"No frames in {', '.join(map(str, asked.pages))}: render pages first (training.render).")
    train(network, frames, asked.epochs, asked.rate, np.random.default_rng(asked.seed))
    asked.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), asked.checkpoint)
    export(network, asked.out)
    if asked.held_out:
        print(accuracy(network, frames_of(asked.held_out)))
    return 0


def frames_of(folders: list[Path]) -> Frames:
    """The frames of all pages of some folders that have their truth."""
    pages = [
        frames_on(page)
        for folder in folders
        for page in sorted(folder.glob("*.png"))
        if page.with_suffix(".json").exists()
    ]
    kept = [page for page in pages if len(page.classes)]
    if not kept:
        return Frames(np.zeros((0, 1, 1, 3), np.uint8), np.zeros((0, 1), np.float32), np.zeros(0, np.int64))
    return Frames(
        np.concatenate([page.views for page in kept]),
        np.concatenate([page.measures for page in kept]),
        np.concatenate([page.classes for page in kept]),
    )


def frames_on(page: Path) -> Frames:
    picture = cv2.imread(str(page), cv2.IMREAD_COLOR)
    truth = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    frames = [frame for frame in find_frames(picture) if MIN_HEIGHT_PX <= frame.box.height <= MAX_HEIGHT_PX]
    measures = measures_of(frames, picture.shape[1])
    classes = [class_of(frame.box, truth) for frame in frames]
    clear = [at for at, one in enumerate(classes) if one is not None]
    views = [views_of(picture, frames[at].box) for at in clear]
    known = [one for one in classes if one is not None]
    return Frames(np.array(views, np.uint8), measures[clear], np.array(known, np.int64))


def class_of(frame: Box, truth: dict[str, list[dict[str, object]]]) -> int | None:
    """What a frame is; None if the truth does not say."""
    controls = [(Box(**one["box"]), str(one["kind"])) for one in truth["elements"] if one["kind"] in CLASSES]  # type: ignore[arg-type]
    shared, kind = max(((iou(box, frame), kind) for box, kind in controls), default=(0.0, ""))
    if shared >= SAME_IOU:
        return CLASSES.index(kind)
    ignored = (Box(**box) for box in truth.get("ignore", []))  # type: ignore[arg-type]
    if shared >= UNCLEAR_IOU or any(share_inside(frame, box) >= 0.5 for box in ignored):
        return None
    return 0


def train(network: FrameNet, frames: Frames, epochs: int, rate: float, rng: np.random.Generator) -> None:
    """AdamW along one cycle; rare classes weigh more, by the root of how rare they are."""
    chosen = _chosen(frames.classes, rng)
    counts = np.maximum(np.bincount(frames.classes[chosen], minlength=len(CLASSES)), 1)
    weights = torch.tensor(counts**-0.5 / (counts**0.5).sum() * counts.sum(), dtype=torch.float32)
    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=0.02)
    batches = -(-len(chosen) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * batches + 1)
    network.train()
    for epoch in range(epochs):
        losses = []
        for part in np.array_split(rng.permutation(chosen), batches):
            scores = network(disturbed(frames.views[part], rng), _shaken(frames.measures[part], rng))
            target = torch.from_numpy(frames.classes[part])
            loss = functional.cross_entropy(scores, target, weight=weights, label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        print(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.3f}", flush=True)


def disturbed(views: NDArray[np.uint8], rng: np.random.Generator) -> Tensor:
    """(n, 3, height, width), 0..1, in other colours, some dark for light."""
    order = rng.permuted(np.tile(np.arange(3), (len(views), 1)), axis=1)
    parts = np.take_along_axis(views, order[:, None, None, :], axis=3).astype(np.float32) / 255
    inverted = rng.random((len(views), 1, 1, 1)) < 0.25
    parts = np.where(inverted, 1 - parts, parts)
    gain, shift = rng.uniform(0.75, 1.25, (len(views), 1, 1, 1)), rng.uniform(-0.15, 0.15, (len(views), 1, 1, 3))
    lit = np.clip((parts - 0.5) * gain + 0.5 + shift, 0, 1).astype(np.float32)
    return torch.from_numpy(np.ascontiguousarray(lit.transpose(0, 3, 1, 2)))


def accuracy(network: FrameNet, frames: Frames) -> str:
    """One line: how many frames are told right, and of each class how many are found and how many of those said are right."""
    network.eval()
    with torch.no_grad():
        views = torch.from_numpy(frames.views).permute(0, 3, 1, 2).float() / 255
        said = network(views, torch.from_numpy(frames.measures)).argmax(1).numpy()
    parts = [f"{np.mean(said == frames.classes):.3f} right"]
    for place, name in enumerate(CLASSES[1:], 1):
        right = float(np.sum((said == place) & (frames.classes == place)))
        found, sure = right / max(1, np.sum(frames.classes == place)), right / max(1, np.sum(said == place))
        parts.append(f"{name}: recall {found:.2f}, precision {sure:.2f}")
    return "; ".join(parts)


def _chosen(classes: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.intp]:
    each = [rng.permutation(np.flatnonzero(classes == one))[:MOST_OF_A_CLASS] for one in range(len(CLASSES))]
    return np.concatenate(each)


def _shaken(measures: NDArray[np.float32], rng: np.random.Generator) -> Tensor:
    return torch.from_numpy(measures + rng.normal(0, 0.05, measures.shape).astype(np.float32))


if __name__ == "__main__":
    sys.exit(main())
