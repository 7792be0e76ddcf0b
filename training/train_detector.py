"""`python -m training.train_detector`: trains the detector on rendered pages; run it again and it goes on.

YOLOv8's network and loss are ultralytics' own. The loop is ours for three reasons: ultralytics switches mixed precision off
on a CPU (bfloat16 is four times faster where the processor has it; others compute in float32), its loader cuts no native
crops around rare kinds, and a run that is killed here loses three minutes, not an epoch. The checkpoint is an ordinary
ultralytics .pt. Without one it starts from nothing; `training.resume_from_onnx` makes one of the shipped weights.
"""

import argparse
import os
import queue
import random
import signal
import sys
import threading
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ["YOLO_OFFLINE"] = "true"
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # Threads that wait leave the core to others.
os.environ.setdefault("YOLO_CONFIG_DIR", str(Path(__file__).resolve().parent / ".work"))

import numpy as np
import torch
from ultralytics.cfg import get_cfg
from ultralytics.nn.tasks import DetectionModel
from ultralytics.utils.torch_utils import ModelEMA

from training.crops import KINDS, SHAPES, Crop, crops

HERE = Path(__file__).resolve().parent
WORK = HERE / ".work"
SAVE_EVERY_SECONDS = 180.0
LOOK_AGAIN_SECONDS = 60.0  # for pages rendered meanwhile
TOP_RATE = 2e-3
LAST_RATE = 0.02  # of the top
WARM_UP_STEPS = 200
AVERAGE = 0.998  # how much of the averaged weights a step leaves
AVERAGE_WARM_UP_STEPS = 200
# Where a processor has no bfloat16, torch imitates it and takes longer than in float32.
HAS_BFLOAT16 = torch.ops.mkldnn._is_mkldnn_bf16_supported()
PICTURES = torch.bfloat16 if HAS_BFLOAT16 else torch.float32


@dataclass(slots=True)
class Run:
    """What a run has come to; all of it is in the checkpoint."""

    model: DetectionModel
    average: ModelEMA
    optimizer: torch.optim.Optimizer
    steps: int = 0
    passes: int = 0
    seconds: float = 0.0
    losses: list[float] = field(default_factory=list)


def main() -> int:
    asked = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    torch.manual_seed(asked.seed)
    torch.set_num_threads(asked.threads)
    run = resume(asked.checkpoint, asked.network) if asked.checkpoint.exists() else start(asked.network)
    pages = pages_in(asked.pages)
    if not pages:
        sys.exit(
            f"No pages in {', '.join(map(str, asked.pages))}. "
            f"Make some: python -m training.render --count 3000 --out {asked.pages[0]}"
        )
    print(
        f"{len(pages)} pages, {run.passes} passes so far, {asked.minutes - run.seconds / 60:.0f} minutes to go",
        flush=True,
    )
    try:
        train(run, asked)
    finally:  # stopped by hand, too
        save(run, asked.checkpoint)
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--pages",
        type=Path,
        nargs="+",
        default=[WORK / "pages" / "train"],
        help="folders of pages; what is rendered into them later is picked up, one named twice is drawn from twice as often",
    )
    parser.add_argument("--checkpoint", type=Path, default=WORK / "detector.pt")
    parser.add_argument(
        "--network", default=str(HERE / "yolov8-ui.yaml"), help="an ultralytics description of the network"
    )
    parser.add_argument(
        "--minutes",
        type=float,
        default=150,
        help="of work in all, over every resumption; the rate falls along a cosine",
    )
    parser.add_argument("--rate", type=float, default=TOP_RATE, help="the highest learning rate")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--freeze", type=int, default=0, help="how many of the first layers keep their weights: a pass takes less time"
    )
    parser.add_argument(
        "--keep-statistics",
        action="store_true",
        help="normalise by the running statistics: small batches, and few steps on from a finished network",
    )
    parser.add_argument("--steps", type=int, default=0, help="stop after this many (to measure speed)")
    return parser.parse_args()


def pages_in(folders: list[Path]) -> list[Path]:
    """The pages of the folders that have their truth."""
    return [page for folder in folders for page in sorted(folder.glob("*.png")) if page.with_suffix(".json").exists()]


def start(network: str) -> Run:
    model = DetectionModel(network, nc=len(KINDS), verbose=False)
    model.names = dict(enumerate(map(str, KINDS)))
    model.args = get_cfg(overrides={"box": 7.5, "cls": 0.5, "dfl": 1.5})
    model = model.to(memory_format=torch.channels_last)
    return Run(model, ModelEMA(model, decay=AVERAGE, tau=AVERAGE_WARM_UP_STEPS), optimizer_for(model))


def optimizer_for(model: torch.nn.Module) -> torch.optim.Optimizer:
    decayed = [weight for weight in model.parameters() if weight.ndim > 1 and weight.requires_grad]
    plain = [weight for weight in model.parameters() if weight.ndim <= 1 and weight.requires_grad]
    return torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}], lr=TOP_RATE
    )


def resume(path: Path, network: str) -> Run:
    run = start(network)
    kept: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=False)
    run.model.load_state_dict(kept["state"])
    run.average.ema.load_state_dict(kept["model"].float().state_dict())
    run.average.updates = kept["steps"]
    run.optimizer.load_state_dict(kept["optimizer_state"])
    run.steps, run.passes, run.seconds = kept["steps"], kept["passes"], kept["seconds"]
    return run


def save(run: Run, path: Path) -> None:
    """An ultralytics checkpoint (`YOLO(path)` reads it) that also holds what resuming needs."""
    model = deepcopy(run.average.ema).float()
    model.criterion = None
    kept = {
        "model": model, "ema": None, "updates": run.steps, "epoch": -1, "train_args": {"task": "detect", "imgsz": 640},
        "state": run.model.state_dict(), "optimizer_state": run.optimizer.state_dict(),
        "steps": run.steps, "passes": run.passes, "seconds": run.seconds,
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    torch.save(kept, unfinished)
    unfinished.replace(path)


def train(run: Run, asked: argparse.Namespace) -> None:
    run.model.train()
    freeze(run.model, asked.freeze)
    if asked.keep_statistics:
        keep_statistics(run.model)
    began, before, saved = time.monotonic(), run.seconds, time.monotonic()
    stream = batches(asked.pages, asked.batch, random.Random(asked.seed + run.steps))
    limit = asked.minutes * 60
    until = run.steps + asked.steps
    while run.seconds < limit and (not asked.steps or run.steps < until):
        set_rate(run, asked.rate, run.seconds / limit)
        run.losses.append(step(run, next(stream)))
        run.steps, run.passes = run.steps + 1, run.passes + asked.batch
        run.seconds = before + time.monotonic() - began
        if run.steps % 25 == 0:
            speed = (run.seconds - before) / max(1, len(run.losses)) / asked.batch
            print(
                f"{run.seconds / 60:6.1f} min  {run.passes:7} passes  loss {np.mean(run.losses[-200:]):.3f}  "
                f"{speed:.3f} s a pass",
                flush=True,
            )
        if time.monotonic() - saved > SAVE_EVERY_SECONDS:
            save(run, asked.checkpoint)
            saved = time.monotonic()


def freeze(model: DetectionModel, layers: int) -> None:
    """The first layers keep their weights and their running statistics."""
    for layer in model.model[:layers]:
        layer.eval().requires_grad_(False)


def keep_statistics(model: DetectionModel) -> None:
    for layer in model.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.eval()


def set_rate(run: Run, top: float, share: float) -> None:
    """A linear warm-up, then a cosine down over the minutes asked for."""
    cosine = LAST_RATE + (1 - LAST_RATE) * (1 + np.cos(np.pi * min(1.0, share))) / 2
    for group in run.optimizer.param_groups:
        group["lr"] = top * cosine * min(1.0, (run.steps + 1) / WARM_UP_STEPS)


def step(run: Run, batch: dict[str, torch.Tensor]) -> float:
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HAS_BFLOAT16):
        predicted = run.model(batch["img"])
    # The loss in float32: distances in bfloat16 are off by half a pixel.
    predicted = {
        name: [part.float() for part in value] if isinstance(value, list) else value.float()
        for name, value in predicted.items()
    }
    loss, _ = run.model.loss(batch, predicted)
    total = loss.sum() / batch["img"].shape[0]
    run.optimizer.zero_grad(set_to_none=True)
    total.backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 10.0)
    run.optimizer.step()
    run.average.update(run.model)
    return float(total.detach())


def batches(folders: list[Path], size: int, rng: random.Random) -> Iterator[dict[str, torch.Tensor]]:
    """Batches of one shape each, made ahead by a thread of their own."""
    ready: queue.Queue[dict[str, torch.Tensor]] = queue.Queue(maxsize=3)
    shelf = Shelf(folders)
    sources = [crops(shelf, shape, random.Random(rng.random())) for shape in sorted(set(SHAPES))]
    weights = [SHAPES.count(shape) for shape in sorted(set(SHAPES))]

    def fill() -> None:
        while True:
            [source] = rng.choices(sources, weights)
            ready.put(collate([next(source) for _ in range(size)]))

    threading.Thread(target=fill, daemon=True).start()
    while True:
        yield ready.get()


class Shelf:
    """The pages of some folders as a list that grows while pages are rendered into them."""

    def __init__(self, folders: list[Path]) -> None:
        self._folders, self._pages, self._read = folders, pages_in(folders), time.monotonic()

    def __len__(self) -> int:
        if time.monotonic() - self._read > LOOK_AGAIN_SECONDS:
            self._pages, self._read = pages_in(self._folders), time.monotonic()
        return len(self._pages)

    def __getitem__(self, place: int) -> Path:
        return self._pages[place]


def collate(parts: list[Crop]) -> dict[str, torch.Tensor]:
    """As ultralytics' loss wants it: boxes are centre and size, as shares of the picture."""
    height, width = parts[0].picture.shape[:2]
    pictures = torch.from_numpy(np.stack([part.picture[:, :, ::-1] for part in parts])).permute(0, 3, 1, 2)
    boxes = np.concatenate([part.boxes for part in parts])
    centres = np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], axis=1) / (
        width,
        height,
        width,
        height,
    )
    return {
        "img": pictures.to(PICTURES).div_(255).contiguous(memory_format=torch.channels_last),
        "cls": torch.from_numpy(np.concatenate([part.kinds for part in parts])).float().view(-1, 1),
        "bboxes": torch.from_numpy(centres.astype(np.float32)),
        "batch_idx": torch.from_numpy(
            np.concatenate([np.full(len(part.kinds), index) for index, part in enumerate(parts)])
        ).float(),
    }


if __name__ == "__main__":
    sys.exit(main())
