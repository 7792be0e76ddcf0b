"""What a build costs beside the same comparisons one by one: `etalon check` and single requests, on the same workers.

  python -m bench.checked [--shots 300] [--changed 40] [--workers 2] [--rounds 1] [--write]

Starts everything itself on free ports in a temporary folder. Each shot is a page of its own under one header; the
changed ones share three causes: the header in another colour, its button gone, a banner that pushed the page down.
Both ways get the same pictures but for one invisible pixel, so that no analysis is known before. Processor time is
compared, which other work on the machine hardly changes.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import cv2
import httpx
import numpy as np

from bench import cost
from bench.results import ROOT, circumstances, table, write
from bench.screens import decoded, references, with_own_pixel
from bench.stack import Stack, service
from vision.image import encode_png
from vision.types import Picture

HEADER_PX: Final = 56
SHOWN_PX: Final = (600, 800)
CLIENTS: Final = 4  # as `etalon check --jobs`
HEAD: Final = ("shots", "way", "s from start to verdict", "worker CPU s", "API CPU s", "client CPU s", "beside single")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: wall time, then processor time of the workers, the API and the client."""

    seconds: float
    workers: float
    api: float
    client: float


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, default=300)
    parser.add_argument("--changed", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    arguments = parser.parse_args(words)
    said = circumstances(sys.argv)
    pages = made(arguments.shots)
    changed = [
        one
        for one in range(arguments.shots)
        if one * arguments.changed // arguments.shots != (one + 1) * arguments.changed // arguments.shots
    ]
    with service(arguments.workers) as stack, tempfile.TemporaryDirectory() as folder:
        bench = Bench(stack, Path(folder), pages, changed)
        bench.approve_all()
        rounds = [(bench.single(2 * number + 1), bench.check(2 * number + 2)) for number in range(arguments.rounds)]
        groups = bench.groups
    text = table(HEAD, [row for single, build in rounds for row in rows(arguments.shots, single, build)])
    text += f"\n\nThe last build told {len(changed)} changed shots as {groups} groups."
    print(text)
    if arguments.write:
        write("checked", f"{said}\n\n{text}")


def rows(shots: int, single: Spent, build: Spent) -> list[list[str]]:
    share = f"{build.workers / single.workers:.2f}, client {build.client / build.workers:.0%} of the workers"
    return [
        [str(shots), way, f"{one.seconds:.0f}", f"{one.workers:.1f}", f"{one.api:.1f}", f"{one.client:.1f}", beside]
        for way, one, beside in (("single comparisons", single, ""), ("etalon check", build, share))
    ]


class Bench:
    def __init__(self, stack: Stack, folder: Path, pages: list[Picture], changed: list[int]) -> None:
        self._stack, self._folder, self._pages, self._changed = stack, folder, pages, changed
        self.groups = 0

    def approve_all(self) -> None:
        """The first run: every shot is new, and becomes a reference."""
        self._put(self._pages, 0)
        assert self._etalon("check", str(self._folder / "0"), "--build", "first") == 1
        assert self._etalon("approve", "--all", "--build", "first") == 0

    def check(self, number: int) -> Spent:
        self._put(self._after(), number)
        before, began = self._used(), time.monotonic()
        report = self._folder / f"{number}.json"
        words = ("check", str(self._folder / str(number)), "--build", f"build-{number}", "--json", str(report))
        assert self._etalon(*words) == (1 if self._changed else 0)
        seconds = time.monotonic() - began
        build = json.loads(report.read_text(encoding="utf-8"))["build"]
        assert build["counts"]["failed"] == len(self._changed), build["counts"]
        with httpx.Client(base_url=f"{self._stack.url}/api/v1") as client:
            self.groups = len(client.get(f"/builds/{build['build_id']}/groups").raise_for_status().json()["items"])
        return self._spent(before, seconds)

    def single(self, number: int) -> Spent:
        self._put(self._after(), number)
        with httpx.Client(base_url=f"{self._stack.url}/api/v1", timeout=300) as client:
            cases = self._cases(client)
            before, began = self._used(), time.monotonic()
            with ThreadPoolExecutor(CLIENTS) as pool:
                verdicts = list(pool.map(lambda path: _verdict(client, cases[path.stem], path), self._files(number)))
            seconds = time.monotonic() - began
        assert verdicts.count("failed") == len(self._changed), verdicts
        return self._spent(before, seconds)

    def _cases(self, client: httpx.Client) -> dict[str, str]:
        found, cursor = [], ""
        while cursor is not None:
            parameters = {"project": "bench", "limit": "200"} | ({"cursor": cursor} if cursor else {})
            page = client.get("/testcases", params=parameters).raise_for_status().json()
            found += page["items"]
            cursor = page["next_cursor"]
        return {case["name"]: case["testcase_id"] for case in found}

    def _files(self, number: int) -> list[Path]:
        return sorted((self._folder / str(number)).iterdir())

    def _put(self, pages: list[Picture], number: int) -> None:
        folder = self._folder / str(number)
        folder.mkdir()
        for index, page in enumerate(pages):
            (folder / f"shot-{index:03}.png").write_bytes(encode_png(with_own_pixel(page, number)))

    def _after(self) -> list[Picture]:
        causes = cycle((_header_in_another_colour, _without_the_button, _pushed_by_a_banner))
        after = list(self._pages)
        for index in self._changed:
            after[index] = next(causes)(after[index])
        return after

    def _etalon(self, *words: str) -> int:
        command = [sys.executable, "-m", "etalon_client", *words, "--project", "bench", "--url", self._stack.url]
        return subprocess.run(
            [*command, "--timeout", "7200"], cwd=ROOT / "client", stdout=subprocess.DEVNULL, check=False
        ).returncode

    def _used(self) -> tuple[float, float, float]:
        used, own = cost.used(self._stack), resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.worker_cpu_seconds, used.api_cpu_seconds, own.ru_utime + own.ru_stime

    def _spent(self, before: tuple[float, float, float], seconds: float) -> Spent:
        return Spent(seconds, *(now - then for now, then in zip(self._used(), before, strict=True)))


def made(shots: int) -> list[Picture]:
    """Pages of our own, each with its number in a corner, all under the same header."""
    return [
        _with_header(_numbered(_of_one_size(decoded(path)), number))
        for number, path in enumerate(islice(cycle(references()), shots))
    ]


def _of_one_size(page: Picture) -> Picture:
    """As one window shows it: the shots of one run have one size."""
    shown = np.full((*SHOWN_PX, 3), page[0, 0], np.uint8)
    height, width = min(page.shape[0], SHOWN_PX[0]), min(page.shape[1], SHOWN_PX[1])
    shown[:height, :width] = page[:height, :width]
    return shown


def _numbered(page: Picture, number: int) -> Picture:
    place = (page.shape[1] - 70, page.shape[0] - 12)
    return _written(page.copy(), f"no. {number}", place, 0.45, (90, 90, 90))


def _with_header(page: Picture, colour: tuple[int, int, int] = (70, 50, 40), button: bool = True) -> Picture:
    header = np.full((HEADER_PX, page.shape[1], 3), colour, np.uint8)
    _written(header, "Northwind orders", (16, 34), 0.7, (255, 255, 255))
    if button:
        header[12:44, -130:-20] = (60, 160, 240)
        _written(header, "Sign out", (page.shape[1] - 112, 34), 0.55, (255, 255, 255))
    return np.vstack([header, page])


def _written(on: Picture, text: str, at: tuple[int, int], size: float, colour: tuple[int, int, int]) -> Picture:
    cv2.putText(on, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)
    return on


def _verdict(client: httpx.Client, case: str, path: Path) -> str:
    files = {"screenshot": (path.name, path.read_bytes())}
    task = client.post(f"/testcases/{case}/comparisons", files=files).raise_for_status().json()["task_id"]
    while True:
        answer = client.get(f"/tasks/{task}", params={"wait": 30}).raise_for_status().json()
        if answer["ready"]:
            return str(answer["result"]["verdict"])


def _header_in_another_colour(page: Picture) -> Picture:
    return _with_header(page[HEADER_PX:], colour=(120, 40, 90))


def _without_the_button(page: Picture) -> Picture:
    return _with_header(page[HEADER_PX:], button=False)


def _pushed_by_a_banner(page: Picture) -> Picture:
    banner = np.full((32, page.shape[1], 3), (150, 230, 255), np.uint8)
    _written(banner, "Maintenance on Sunday", (16, 22), 0.55, (0, 0, 0))
    return np.vstack([page[:HEADER_PX], banner, page[HEADER_PX:]])


if __name__ == "__main__":
    main()
