"""`python -m training.widen_detector`: gives a trained detector more channels without unlearning anything.

Net2WiderNet (Chen, Goodfellow, Shlens 2016, arXiv 1511.05641): every channel is copied, and each weight that read one channel
reads its two copies in random shares that add up to the old weight. The wide network answers just as the narrow one did,
but its copies receive different gradients and part from the first step on.
"""

import argparse
import sys
from pathlib import Path

import torch

from training.train_detector import HERE, WORK, resume, save, start


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--checkpoint", type=Path, default=WORK / "narrow.pt", help="what training.train_detector saved"
    )
    parser.add_argument("--network", default=str(HERE / "yolov8-ui-narrow.yaml"), help="its description")
    parser.add_argument("--wider", default=str(HERE / "yolov8-ui.yaml"), help="the wider network's description")
    parser.add_argument("--out", type=Path, default=WORK / "detector.pt")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    if asked.out.exists():
        sys.exit(f"{asked.out} exists and may be hours of work; move it away first.")
    narrow = resume(asked.checkpoint, asked.network)
    wide = start(asked.wider)
    widened = widen(narrow.average.ema.state_dict(), wide.model.state_dict(), torch.Generator().manual_seed(asked.seed))
    wide.model.load_state_dict(widened)
    wide.average.ema.load_state_dict(widened)
    wide.passes = narrow.passes
    save(wide, asked.out)
    return 0


def widen(
    narrow: dict[str, torch.Tensor], wide: dict[str, torch.Tensor], dice: torch.Generator
) -> dict[str, torch.Tensor]:
    """`narrow`'s weights in the shapes of `wide`; both come from one description at widths of a whole ratio."""
    return {name: widened(weight, wide[name].shape, dice) for name, weight in narrow.items()}


def widened(weight: torch.Tensor, shape: torch.Size, dice: torch.Generator) -> torch.Tensor:
    """Copies stand side by side (a a b b), so that splitting and joining channels keeps copies together."""
    if weight.ndim == 0:
        return weight.clone()
    result = weight.repeat_interleave(shape[0] // weight.shape[0], dim=0)
    if weight.ndim < 2 or shape[1] == weight.shape[1]:
        return result.clone()
    copies = shape[1] // weight.shape[1]
    rows, columns = result.shape[:2]
    shares = 1 / copies + 0.25 * torch.randn((rows, columns, copies), generator=dice)
    shares += (1 - shares.sum(dim=2, keepdim=True)) / copies
    shares = shares.reshape(rows, columns * copies, *[1] * (weight.ndim - 2))
    return result.repeat_interleave(copies, dim=1) * shares.to(weight.dtype)


if __name__ == "__main__":
    sys.exit(main())
