"""What the networks that judge by looks learn from, and how: cut out once, a pass over all of it takes less than a minute of one
core. `learn` is the command of `training.train_frames` and `training.train_glyphs`.
"""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.looks_network import LooksNet, Task, export

ROOT = Path(__file__).resolve().parent.parent
# At most this many things of each class by default (`--most`): most are of no interest.
MOST_OF_A_CLASS = 12_000
BATCH = 128


@dataclass(frozen=True, slots=True)
class Examples:
    """n things: `views` (n, height, width, 3), BGR, `measures` (n, several), `classes` as places in a task's classes."""

    views: NDArray[np.uint8]
    measures: NDArray[np.float32]
    classes: NDArray[np.int64]


ExamplesOn = Callable[[Path], Examples]
"""The examples on a page that lies beside its truth."""


def learn(name: str, task: Task, examples_on: ExamplesOn, description: str | None) -> int:
    """The command that trains models/NAME.onnx. `--go-on` starts from the checkpoint."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--pages", type=Path, nargs="+", required=True, help="folders of rendered pages")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="folders of pages to measure on")
    parser.add_argument("--epochs", type=int, default=7)
    parser.add_argument("--rate", type=float, default=2e-3, help="the highest learning rate")
    parser.add_argument("--most", type=int, default=MOST_OF_A_CLASS, help="things of each class")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--go-on", action="store_true", help="from the checkpoint")
    parser.add_argument("--checkpoint", type=Path, default=ROOT / "training" / ".work" / f"{name}.pt")
    parser.add_argument("--out", type=Path, default=ROOT / "models" / f"{name}.onnx")
    asked = parser.parse_args()
    torch.manual_seed(asked.seed)
    network = LooksNet(task)
    if asked.go_on:
        network.load_state_dict(torch.load(asked.checkpoint, weights_only=True))
    examples = examples_of(asked.pages, examples_on)
    if not len(examples.classes):
        sys.exit(f"Nothing to learn from in {', '.join(map(str, asked.pages))}: render pages first (training.render).")
    train(network, examples, asked.epochs, asked.rate, np.random.default_rng(asked.seed), asked.most)
    asked.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), asked.checkpoint)
    export(network, asked.out)
    if asked.held_out:
        print(accuracy(network, examples_of(asked.held_out, examples_on)))
    return 0


def examples_of(folders: list[Path], examples_on: ExamplesOn) -> Examples:
    """The examples on all pages of some folders that have their truth."""
    paths = [page for folder in folders for page in sorted(folder.glob("*.png")) if page.with_suffix(".json").exists()]
    kept = [page for page in map(examples_on, paths) if len(page.classes)]
    if not kept:
        return Examples(np.zeros((0, 1, 1, 3), np.uint8), np.zeros((0, 1), np.float32), np.zeros(0, np.int64))
    return Examples(
        np.concatenate([page.views for page in kept]),
        np.concatenate([page.measures for page in kept]),
        np.concatenate([page.classes for page in kept]),
    )


def train(
    network: LooksNet,
    examples: Examples,
    epochs: int,
    rate: float,
    rng: np.random.Generator,
    most: int = MOST_OF_A_CLASS,
) -> None:
    """AdamW along one cycle; rare classes weigh more, by the root of how rare they are."""
    count = len(network.task.classes)
    chosen = _chosen(examples.classes, count, most, rng)
    counts = np.maximum(np.bincount(examples.classes[chosen], minlength=count), 1)
    weights = torch.tensor(counts**-0.5 / (counts**0.5).sum() * counts.sum(), dtype=torch.float32)
    optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=0.02)
    batches = -(-len(chosen) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * batches + 1)
    network.train()
    for epoch in range(epochs):
        losses = []
        for part in np.array_split(rng.permutation(chosen), batches):
            scores = network(disturbed(examples.views[part], rng), _shaken(examples.measures[part], rng))
            target = torch.from_numpy(examples.classes[part])
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


def accuracy(network: LooksNet, examples: Examples) -> str:
    """One line: how many things are told right, and of each class how many are found and how many of those said are right."""
    network.eval()
    with torch.no_grad():
        views = torch.from_numpy(examples.views).permute(0, 3, 1, 2).float() / 255
        said = network(views, torch.from_numpy(examples.measures)).argmax(1).numpy()
    parts = [f"{np.mean(said == examples.classes):.3f} right"]
    for place, name in enumerate(network.task.classes[1:], 1):
        right = float(np.sum((said == place) & (examples.classes == place)))
        found, sure = right / max(1, np.sum(examples.classes == place)), right / max(1, np.sum(said == place))
        parts.append(f"{name}: recall {found:.2f}, precision {sure:.2f}")
    return "; ".join(parts)


def _chosen(classes: NDArray[np.int64], count: int, most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    each = [rng.permutation(np.flatnonzero(classes == one))[:most] for one in range(count)]
    return np.concatenate(each)


def _shaken(measures: NDArray[np.float32], rng: np.random.Generator) -> Tensor:
    return torch.from_numpy(measures + rng.normal(0, 0.05, measures.shape).astype(np.float32))
