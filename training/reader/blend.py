"""`python -m training.reader.blend --share 0.65`: weights between the reader it began with and what training came to.

Between both it reads the new lines nearly as well as the new one and the old ones better (models/reader.md). Writes
`blended.pt`, which `training.reader.export --checkpoint` takes.
"""

import argparse
from pathlib import Path

import torch

from training.blend_detector import blend
from training.reader.sheets import FOLDER

EASYOCR = Path(__file__).resolve().parents[2] / "models" / "easyocr" / "etalon_reader.pth"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--weights", type=Path, default=EASYOCR, help="what `training.reader.train --weights` began with"
    )
    parser.add_argument("--checkpoint", type=Path, default=FOLDER / "last.pt")
    parser.add_argument("--share", type=float, required=True, help="how much of the checkpoint, 0 to 1")
    parser.add_argument("--out", type=Path, default=FOLDER / "blended.pt")
    asked = parser.parse_args()
    if not 0 <= asked.share <= 1:
        parser.error(f"--share is a number from 0 to 1, not {asked.share}.")
    kept = torch.load(asked.weights, map_location="cpu", weights_only=True)
    first = {name.removeprefix("module.network."): weight for name, weight in kept.items()}
    second = torch.load(asked.checkpoint, map_location="cpu", weights_only=True)["mean"]
    torch.save({"mean": blend(first, second, asked.share)}, asked.out)


if __name__ == "__main__":
    main()
