"""`python -m training.reader.measure`: characters that a reader gets wrong on one-line pictures, given their boxes.

Made for hinted digits, addresses, amounts, dates and paths at 11 to 13 px in faces that are never trained on:
`python -m training.reader.sheets --setting test --lines 3000 --seed 90 --folder training/.work/reader_test`.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime

from training.reader.sheets import FOLDER, load_shard
from training.reader.symbols import one_way
from training.reader.train import Line, as_batch, cut_line, edits, grouped, spelled
from vision.engines.ctc import WEIGHTS, resolved


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER.with_name("reader_test"))
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--lines", type=int, default=2000)
    parser.add_argument("--show", type=int, default=0, help="how many misread lines to show")
    asked = parser.parse_args()
    rng = random.Random(0)
    shards = sorted(asked.folder.glob("[0-9]*.npz"))
    if not shards:
        sys.exit(f"No sheets in {asked.folder}: render some with python -m training.reader.sheets --setting test")
    lines = [cut_line(rng, *one) for path in shards for one in load_shard(path)][: asked.lines]
    pairs = list(read(asked.weights, lines))
    report(pairs)
    for wanted, found in [pair for pair in pairs if pair[0] != pair[1]][: asked.show]:
        print(f"{wanted!r} read as {found!r}")
    return 0


def read(weights: Path, lines: list[Line]) -> Iterator[tuple[str, str]]:
    """What stands in each line, and what the reader says."""
    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    for batch in (as_batch(group) for group in grouped(lines)):
        [scores] = session.run(["scores"], {"picture": batch.pictures.numpy()})
        for text, classes in zip(batch.texts, np.argmax(scores, axis=2).tolist(), strict=True):
            yield text, one_way(resolved(spelled(classes)).strip())


def report(pairs: list[tuple[str, str]]) -> None:
    wrong, characters = Counter[str](), Counter[str]()
    for wanted, found in pairs:
        kind = "left empty" if not wanted else "with letters" if any(map(str.isalpha, wanted)) else "digits and signs"
        characters[kind] += max(1, len(wanted))
        wrong[kind] += min(edits(wanted, found), max(1, len(wanted)))
    for kind, count in sorted(characters.items()):
        print(f"{kind}: {wrong[kind]} of {count} wrong, {wrong[kind] / count:.2%}")
    print(f"all {len(pairs)} lines: {sum(wrong.values()) / sum(characters.values()):.2%} wrong")


if __name__ == "__main__":
    sys.exit(main())
