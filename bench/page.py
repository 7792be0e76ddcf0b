"""What a person waits for in the browser: a build of 300 screenshots, and a comparison of two long pages.

  python -m bench.page [--shots 300] [--repeats 5] [--write]

Needs Playwright and Chromium. A service of its own runs in sync mode; half of the shots changed in three ways. Times are the
browser's own (Navigation Timing), each the median of `--repeats` fresh visits. "Usable" is when the viewer answers to keys and
shows every strip that is in sight, counted from the end of the page's HTML.
"""

import argparse
import gzip
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any, Final

import cv2
import httpx

from bench.checked import made
from bench.results import ROOT, circumstances, table, write
from harness.chromium import find_chromium
from harness.pages import LONG, page, with_a_word_gone
from harness.service import api
from vision.image import encode_png
from vision.types import Picture

_PATIENCE_SECONDS: Final = 60
HEAD: Final = ("what", "measured", "at most")
# Notes when the first picture has loaded, and when the viewer shows all that is in sight.
WATCH: Final = """
const first = ({ target }) => { if (target.tagName === 'IMG') window.firstPicture ??= performance.now(); };
document.addEventListener('load', first, true);
const look = () => {
  const viewer = document.querySelector('etalon-view[data-ready]');
  const strips = viewer && [viewer.actual, viewer.reference].flatMap((sheet) => (sheet ? sheet.strips.filter(Boolean) : []));
  if (strips?.length && strips.every((image) => image.complete && image.naturalWidth)) window.usable ??= performance.now();
  if (window.usable === undefined) requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""
TIMES: Final = """() => {
  const page = performance.getEntriesByType('navigation')[0];
  return {server: page.responseStart - page.requestStart, bytes: page.decodedBodySize, html: page.responseEnd,
          picture: window.firstPicture, usable: window.usable};
}"""


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    arguments = parser.parse_args(words)
    said = circumstances(sys.argv)
    with tempfile.TemporaryDirectory() as folder:
        environment = {"DATA_DIR": folder, "DATABASE_URL": "", "TASKS_FORCE_SYNC": "1", "TELEGRAM_BOT_TOKEN": ""}
        with api(Path(folder), module="main:app", **environment) as service:
            rows = measured(service.url, arguments.shots, arguments.repeats)
    text = table(HEAD, rows)
    print(text)
    if arguments.write:
        write("page", f"{said}\n\n{text}")


def measured(url: str, shots: int, repeats: int) -> list[tuple[str, str, str]]:
    from playwright.sync_api import sync_playwright

    with httpx.Client(base_url=f"{url}/api/v1", timeout=300) as client:
        build_id, comparison_id = _build(client, shots), _comparison(client)
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        of_build = [_visit(browser, f"{url}/ui/builds/{build_id}", "firstPicture") for _ in range(repeats)]
        of_comparison = [_visit(browser, f"{url}/ui/comparisons/{comparison_id}", "usable") for _ in range(repeats)]
        approved = _approve_all(browser, f"{url}/ui/builds/{build_id}")
        browser.close()

    def middle(visits: list[dict[str, float]], name: str) -> float:
        return median(visit[name] for visit in visits)

    usable = median(visit["usable"] - visit["html"] for visit in of_comparison)
    return [
        (f"page of a build of {shots} shots: server", f"{middle(of_build, 'server'):.0f} ms", "100 ms"),
        ("its bytes before pictures", f"{middle(of_build, 'bytes') / 1024:.0f} KB", "150 KB"),
        ("its first picture shown", f"{middle(of_build, 'picture'):.0f} ms", "1 s"),
        (f"comparison of {LONG.width} x {LONG.height}: viewer usable after the HTML", f"{usable:.0f} ms", "500 ms"),
        ("script shipped, compressed", f"{_script_bytes() / 1024:.0f} KB", "40 KB"),
        ("approve every change of the build", f"{approved:.1f} s", "3 s"),
    ]


def _build(client: httpx.Client, shots: int) -> str:
    """A second build, whose every other shot has changed; the first one was approved."""
    pages = made(shots)
    first = _run(client, "first", pages)
    client.post(f"/builds/{first}/approve", json={"filter": {}}).raise_for_status()
    return _run(client, "second", [_changed(one, at) if at % 2 else one for at, one in enumerate(pages)])


def _run(client: httpx.Client, name: str, pages: list[Picture]) -> str:
    asked = {"project": "bench", "name": name}
    build_id = str(client.post("/builds", json=asked).raise_for_status().json()["build_id"])

    def post(at: int) -> None:
        files = {"screenshot": encode_png(pages[at])}
        client.post(f"/builds/{build_id}/shots", data={"name": f"Page {at:03}"}, files=files).raise_for_status()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(post, range(len(pages))))
    client.post(f"/builds/{build_id}/finalize", json={}).raise_for_status()
    return build_id


def _changed(one: Picture, kind: int) -> Picture:
    """The header in one of three other colours."""
    after = one.copy()
    colour = ((120, 40, 40), (40, 120, 40), (40, 40, 120))[kind % 3]
    cv2.rectangle(after, (300, 8), (480, 48), colour, -1)
    return after


def _comparison(client: httpx.Client) -> str:
    before = page(LONG)
    files = {"reference": encode_png(before), "actual": encode_png(with_a_word_gone(before))}
    return str(client.post("/comparisons", files=files).raise_for_status().json()["comparison_id"])


def _visit(browser: Any, address: str, until: str) -> dict[str, float]:
    """In a context of its own: nothing is in its cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        tab = context.new_page()
        tab.add_init_script(WATCH)
        tab.goto(address)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        # The page's policy forbids what `wait_for_function` evaluates.
        while not tab.evaluate(f"window.{until} !== undefined"):
            assert time.monotonic() < deadline, f"{address}: no {until} within {_PATIENCE_SECONDS} s"
            time.sleep(0.05)
        times: dict[str, float] = tab.evaluate(TIMES)
        return times
    finally:
        context.close()


def _approve_all(browser: Any, address: str) -> float:
    """Seconds from the second press of "Approve all" until the answer is there."""
    tab = browser.new_page()
    tab.goto(address)
    tab.locator("form[data-asks] button[value=approved]").click()
    began = time.monotonic()
    with tab.expect_navigation(timeout=60_000):
        tab.locator("form[data-asks] button[value=approved]").click()
    seconds = time.monotonic() - began
    assert tab.locator(".said").count(), "nothing was approved"
    return seconds


def _script_bytes() -> int:
    scripts = (ROOT / "web" / "static").rglob("*.js")
    return sum(len(gzip.compress(path.read_bytes())) for path in scripts)


if __name__ == "__main__":
    main()
