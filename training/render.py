"""`python -m training.render --count N --seed S --out DIR`: renders a set of pages with their truth.

Deterministic by seed, several processes, resumable: what is there is not made again.
"""

import argparse
import json
import multiprocessing
import random
import sys
from itertools import groupby
from pathlib import Path

from training.browser import SMOOTHING, open_browser
from training.pages import Page, make_dense_page, make_desktop_page, make_page

BLOCK = 40  # Pages whose fonts are smoothed alike, by one Chromium: it grows, and a fresh one costs half a second.


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0, help="of the first page; each page has the next")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--held-out", action="store_true", help="in the style systems kept for validation")
    parser.add_argument("--theirs", action="store_true", help="in frameworks' style sheets (python -m training.fetch)")
    parser.add_argument("--desktop", action="store_true", help="screens of desktop programs")
    parser.add_argument("--dense", action="store_true", help="screens of working web applications")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    seeds = [
        seed for seed in range(asked.seed, asked.seed + asked.count) if not (asked.out / f"{seed:07}.json").exists()
    ]
    blocks = (list(block) for _, block in groupby(seeds, key=lambda seed: seed // BLOCK))
    work = [(block, asked) for block in blocks]
    done = asked.count - len(seeds)
    with multiprocessing.get_context("spawn").Pool(asked.processes) as pool:
        for made in pool.imap_unordered(render_some, work):
            done += made
            print(f"{done} of {asked.count} pages", file=sys.stderr, flush=True)
    return 0


def render_some(work: tuple[list[int], argparse.Namespace]) -> int:
    seeds, asked = work
    folder = asked.out
    with open_browser(smoothing_of(seeds[0], asked.desktop)) as browser:
        for seed in seeds:
            page = page_of(seed, asked)
            browser.show(page)
            truth = browser.truth()
            (folder / f"{seed:07}.png").write_bytes(browser.photograph())
            facts = truth | {"family": page.family, "ratio": page.ratio}
            (folder / f"{seed:07}.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return len(seeds)


def page_of(seed: int, asked: argparse.Namespace) -> Page:
    if asked.desktop:
        return make_desktop_page(seed, asked.held_out)
    if asked.dense:
        return make_dense_page(seed, asked.held_out, asked.theirs)
    return make_page(seed, asked.held_out, theirs=asked.theirs)


def smoothing_of(seed: int, is_desktop: bool = False) -> str:
    """Grey mostly on the web; fitted to pixels, with or without colours at their edges, on a desktop."""
    rng = random.Random(f"smoothing/{seed // BLOCK}")
    if is_desktop:
        return rng.choice(("hinted", "hinted", "cleartype", "cleartype", "bitmap", "grey", "subpixel", "unhinted"))
    return rng.choice(("grey", "grey", "grey", *SMOOTHING))


if __name__ == "__main__":
    sys.exit(main())
