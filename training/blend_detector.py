"""`python -m training.blend_detector --from A.pt --to B.pt --share 0.5`: weights between two states of one training.

A network that was trained on for a short while has learned what is new and lost some of what it knew. Weights on the line
between both states often keep the old and have most of the new. Both must be of one run: B went on from A.
"""

import argparse
import sys
from pathlib import Path

import torch

from training.train_detector import HERE, resume, save


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--from", dest="start", type=Path, required=True, help="the checkpoint that training went on from"
    )
    parser.add_argument("--to", dest="end", type=Path, required=True, help="the checkpoint that it came to")
    parser.add_argument("--share", type=float, required=True, help="how much of the second one, 0 to 1")
    parser.add_argument("--network", default=str(HERE / "yolov8-ui.yaml"), help="an ultralytics description of both")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    if not 0 <= asked.share <= 1:
        parser.error(f"--share is a number from 0 to 1, not {asked.share}.")
    first, second = resume(asked.start, asked.network), resume(asked.end, asked.network)
    blended = blend(first.average.ema.state_dict(), second.average.ema.state_dict(), asked.share)
    second.average.ema.load_state_dict(blended)
    second.model.load_state_dict(blended)
    save(second, asked.out)
    return 0


def blend(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor], share: float) -> dict[str, torch.Tensor]:
    """Number by number, `share` of the second; counters are the second's."""
    return {
        name: torch.lerp(first[name], weight, share) if weight.dtype.is_floating_point else weight.clone()
        for name, weight in second.items()
    }


if __name__ == "__main__":
    sys.exit(main())
