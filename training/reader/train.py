"""Trains the reader on the sheets; stops and goes on at will.

`python -m training.reader.train --passes 600000` reads `training/.work/reader/*.npz` (see `sheets`), keeps `last.pt` there
every few minutes and goes on from it. The learning rate follows the clock of passes, not of seconds: an interruption changes
nothing. bfloat16 where the processor has matrix units for it, float32 elsewhere.
"""

import argparse
import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.reader.network import Network
from training.reader.sheets import FOLDER, PAD, load_shard
from training.reader.symbols import SYMBOLS, one_way
from vision.engines.ctc import as_input

CLASSES: Final = len(SYMBOLS) + 1
PEAK_RATE: Final = 2e-3
WARM_UP: Final = 0.03
WEIGHT_DECAY: Final = 0.02
# One step sees about as many columns whatever the length of its lines.
STEP_COLUMNS: Final = 8192
STEP_LINES: Final = 64
WIDEST: Final = 1024
MEAN_DECAY: Final = 0.998
EXTENT_WEIGHT: Final = 4.0
SAVE_EVERY_SECONDS: Final = 120
VALIDATION_BELOW: Final = 100

_CLASS: Final = {symbol: place for place, symbol in enumerate(SYMBOLS, 1)}


@dataclass(frozen=True, slots=True)
class Batch:
    pictures: Tensor
    targets: Tensor
    lengths: Tensor
    extents: Tensor
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """`above` and `below` are the shares of the picture's height that lie outside the content area (less than 0: cut off)."""

    picture: NDArray[np.uint8]
    text: str
    above: float
    below: float

    @property
    def width(self) -> int:
        return self.picture.shape[1]


@dataclass(slots=True)
class State:
    network: Network
    mean: Network
    optimiser: torch.optim.Optimizer
    seen: int = 0


def train(asked: argparse.Namespace) -> None:
    """Goes on from `last.pt`; without one from `asked.weights`, without these from nothing."""
    folder, passes = asked.folder, asked.passes
    torch.set_num_threads(asked.threads)
    state = _resumed(folder / "last.pt")
    if asked.weights and not state.seen:
        _load_weights(state, asked.weights)
    rng = random.Random(asked.seed + state.seen)
    lossy = nn.CTCLoss(zero_infinity=True)
    saved = started = time.monotonic()
    first, losses = state.seen, []
    for batch in _batches(folder, rng):
        _set_rate(state.optimiser, asked.rate, state.seen / passes)
        losses.append(_step(state, lossy, batch))
        state.seen += len(batch.texts)
        done = state.seen >= passes
        if time.monotonic() - saved > SAVE_EVERY_SECONDS or done:
            saved = time.monotonic()
            _save(state, folder / "last.pt")
            rate = (state.seen - first) / (saved - started)
            wrong = evaluate(state.mean, folder, lines=400)
            print(f"{state.seen} passes, {rate:.0f} lines/s, loss {np.mean(losses):.3f}, wrong {wrong}", flush=True)
            losses = []
        if done:
            return


def _resumed(path: Path) -> State:
    network, mean = Network(CLASSES), Network(CLASSES)
    optimiser = torch.optim.AdamW(network.parameters(), lr=PEAK_RATE, weight_decay=WEIGHT_DECAY, betas=(0.9, 0.98))
    seen = 0
    mean.load_state_dict(network.state_dict())
    if path.exists():
        kept = torch.load(path, weights_only=True)
        network.load_state_dict(kept["network"])
        mean.load_state_dict(kept["mean"])
        optimiser.load_state_dict(kept["optimiser"])
        seen = kept["seen"]
    network.to(memory_format=torch.channels_last)
    return State(network, mean, optimiser, seen)


def _load_weights(state: State, path: Path) -> None:
    """The shipped weights, as EasyOCR's file holds them: their names begin with "module.network."."""
    kept = torch.load(path, map_location="cpu", weights_only=True)
    weights = {name.removeprefix("module.network."): value for name, value in kept.items()}
    state.network.load_state_dict(weights)
    state.mean.load_state_dict(weights)


def _save(state: State, path: Path) -> None:
    kept = {
        "network": state.network.state_dict(),
        "mean": state.mean.state_dict(),
        "optimiser": state.optimiser.state_dict(),
        "seen": state.seen,
    }
    partial = path.with_suffix(".part")
    torch.save(kept, partial)
    partial.replace(path)


def _set_rate(optimiser: torch.optim.Optimizer, peak: float, done: float) -> None:
    rate = done / WARM_UP if done < WARM_UP else 0.5 * (1 + np.cos(np.pi * min((done - WARM_UP) / (1 - WARM_UP), 1)))
    for group in optimiser.param_groups:
        group["lr"] = peak * max(float(rate), 0.005)


def _step(state: State, lossy: nn.CTCLoss, batch: Batch) -> float:
    state.network.train()
    pictures = batch.pictures.to(memory_format=torch.channels_last)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=_has_matrix_units()):
        scores, extents = state.network(pictures)
    steps = torch.full((len(batch.texts),), scores.shape[1], dtype=torch.long)
    loss = lossy(scores.transpose(0, 1).float(), batch.targets, steps, batch.lengths)
    loss = loss + EXTENT_WEIGHT * nn.functional.l1_loss(extents, batch.extents)
    state.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(state.network.parameters(), 5.0)
    state.optimiser.step()
    _follow(state)
    return float(loss.detach())


def _has_matrix_units() -> bool:
    return bool(torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported())


@torch.no_grad()
def _follow(state: State) -> None:
    """The mean of the last weights reads better than any of them."""
    decay = min(MEAN_DECAY, (1 + state.seen / 640) / (10 + state.seen / 640))
    for kept, new in zip(state.mean.state_dict().values(), state.network.state_dict().values(), strict=True):
        if kept.dtype.is_floating_point:
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


def _batches(folder: Path, rng: random.Random) -> Iterator[Batch]:
    """Endless: two shards at a time, cut anew, sorted into batches of like width."""
    while True:
        shards = [path for path in _shards(folder) if int(path.stem) >= VALIDATION_BELOW]
        rng.shuffle(shards)
        for pair in zip(shards[::2], shards[1::2], strict=False):
            held = [line for path in pair for line in load_shard(path)]
            lines = [_worn(rng, cut_line(rng, ink, text)) for ink, text in held]
            batches = list(grouped([line for line in lines if _fits(line)]))
            rng.shuffle(batches)
            yield from (as_batch(batch) for batch in batches)


def _shards(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("[0-9]*.npz")) if ".part" not in path.name]


def cut_line(rng: random.Random, ink: NDArray[np.uint8], text: str) -> Line:
    """The content area give or take: what a line finder gets wrong, the reader must bear."""
    height = ink.shape[0] - 2 * PAD
    reach = min(PAD, max(1, round(0.16 * height)))
    top, bottom = (rng.randint(PAD - reach, PAD + max(1, round(0.1 * height))) for _ in range(2))
    left, right = (rng.randint(0, PAD + 1) for _ in range(2))
    cut = ink[top : ink.shape[0] - bottom, left : ink.shape[1] - right]
    return Line(as_input(cut), one_way(text), (PAD - top) / cut.shape[0], (PAD - bottom) / cut.shape[0])


def _worn(rng: random.Random, line: Line) -> Line:
    """Fainter, fatter or thinner, blurred, wider or narrower, noisy: a little, sometimes."""
    picture = line.picture
    if rng.random() < 0.3:
        width = max(8, round(picture.shape[1] * rng.uniform(0.88, 1.15)))
        picture = cv2.resize(picture, (width, picture.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    if rng.random() < 0.4:
        curve = (np.linspace(0, 1, 256) ** rng.uniform(0.6, 1.6) * 255 * rng.uniform(0.6, 1.0)).astype(np.uint8)
        picture = cv2.LUT(picture, curve).astype(np.uint8)
    if rng.random() < 0.1:
        picture = cv2.GaussianBlur(picture, (3, 3), rng.uniform(0.4, 1.0)).astype(np.uint8)
    if rng.random() < 0.05:
        noise = np.random.default_rng(rng.randrange(2**32)).normal(0, rng.uniform(2, 12), picture.shape)
        picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    return replace(line, picture=picture)


def _fits(line: Line) -> bool:
    """CTC needs a step for each letter and one more between two equal ones."""
    twins = sum(first == second for first, second in itertools.pairwise(line.text))
    return line.width <= WIDEST and line.width // 4 >= len(line.text) + twins


def grouped(lines: list[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    for line in sorted(lines, key=lambda one: one.width):
        if batch and (len(batch) >= STEP_LINES or (len(batch) + 1) * line.width > STEP_COLUMNS):
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch


def as_batch(lines: list[Line]) -> Batch:
    width = -(-max(line.width for line in lines) // 4) * 4
    pictures = np.zeros((len(lines), 1, lines[0].picture.shape[0], width), np.float32)
    for place, line in enumerate(lines):
        pictures[place, 0, :, : line.width] = line.picture / np.float32(255)
    texts = [line.text for line in lines]
    targets = torch.tensor([_CLASS[letter] for text in texts for letter in text])
    extents = torch.tensor([(line.above, line.below) for line in lines])
    return Batch(torch.from_numpy(pictures), targets, torch.tensor([len(text) for text in texts]), extents, texts)


@torch.no_grad()
def evaluate(network: nn.Module, folder: Path, lines: int) -> str:
    """Characters wrong on the validation shards, Latin and Cyrillic, and how far off the content area is: all shares."""
    network.eval()
    found: dict[str, list[int]] = {"latin": [0, 0], "cyrillic": [0, 0]}
    rng = random.Random(0)
    held = [
        cut_line(rng, *one) for path in _shards(folder) if int(path.stem) < VALIDATION_BELOW for one in load_shard(path)
    ]
    fitting = [line for line in held if _fits(line)]
    rng.shuffle(fitting)
    off: list[float] = []
    for batch in (as_batch(group) for group in grouped(fitting[:lines])):
        scores, extents = network(batch.pictures)
        off += (extents - batch.extents).abs().sum(dim=1).tolist()
        for text, classes in zip(batch.texts, scores.argmax(dim=2).tolist(), strict=True):
            script = "cyrillic" if any("а" <= letter.lower() <= "ё" for letter in text) else "latin"
            found[script][0] += edits(text, spelled(classes))
            found[script][1] += len(text)
    shares = [f"{script} {wrong / max(total, 1):.4f}" for script, (wrong, total) in found.items()]
    return ", ".join([*shares, f"extent {np.mean(off):.4f}"])


def spelled(classes: list[int]) -> str:
    """CTC's greedy reading: repeats are one letter, blanks none."""
    kept = [one for one, before in zip(classes, [0, *classes], strict=False) if one and one != before]
    return "".join(SYMBOLS[one - 1] for one in kept).strip()


def edits(first: str, second: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(second) + 1))
    for place, letter in enumerate(first, 1):
        before, row[0] = row[0], place
        for at, other in enumerate(second, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != other))
    return row[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passes", type=int, default=600_000)
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="the highest learning rate")
    parser.add_argument("--weights", type=Path, help="go on from these, e.g. models/easyocr/etalon_reader.pth")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args()
    train(asked)


if __name__ == "__main__":
    main()
