"""`python -m training.everyday --out DIR`: pairs of everyday changes, one or more of each kind, with their truth.

`--each N` pairs a kind, `--only CATEGORY ...` some kinds, `--seed N` other pages. `--swapped` gives every pair the other way
round, `--small` small pictures. tests/data/pairs/everyday is `--small --seed 5` and, for some kinds, `--small --swapped
--seed 6 --suffix=-back`. Needs Chromium.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from training.browser import Browser, open_browser
from training.everyday.kinds import KINDS, EverydayKind
from training.everyday.making import Pair, make_pair, turned, write
from training.everyday.pixels import NotHere

TRIES = 14


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--swapped", action="store_true")
    parser.add_argument("--suffix", default="", help="what the pairs' names end with")
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    made: Counter[str] = Counter()
    kinds = [one for one in KINDS if not asked.only or one.category in asked.only or one.name in asked.only]
    with open_browser() as browser:
        for kind, pair in pairs(browser, kinds, asked):
            made[kind.name] += 1
            number = "" if asked.each == 1 else f"-{made[kind.name]}"
            write(asked.out, f"{kind.name}{asked.suffix}{number}", turned(pair) if asked.swapped else pair)
    print(sum(made.values()), "pairs:", dict(made))
    return 0


def pairs(
    browser: Browser, kinds: list[EverydayKind], asked: argparse.Namespace
) -> Iterator[tuple[EverydayKind, Pair]]:
    """Pairs of every kind; a kind that no page of `TRIES` would give is named and left out."""
    for at, kind in enumerate(kinds):
        for number in range(asked.each):
            pair = tried(browser, kind, asked.seed * 100_000 + at * 100 + number * TRIES, asked.small)
            if pair is not None:
                yield kind, pair


def tried(browser: Browser, kind: EverydayKind, seed: int, is_small: bool) -> Pair | None:
    reasons: Counter[str] = Counter()
    for attempt in range(TRIES):
        try:
            return make_pair(browser, kind, seed + attempt, is_small)
        except NotHere as error:
            reasons[str(error)] += 1
    print("none:", kind.name, dict(reasons), file=sys.stderr)
    return None


if __name__ == "__main__":
    sys.exit(main())
