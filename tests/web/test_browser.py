"""The pages in a real Chromium: by keyboard, by mouse, in the dark, in Russian, on a phone, offline; and what axe finds."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from harness.chromium import find_chromium
from store import comparisons, keys
from store.session import read, write
from tests.api.conftest import NewKey, Service, page
from tests.web.test_builds import Builds
from vision.image import encode_png

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is in the set `training`")
CHROMIUM = find_chromium()
pytestmark = [
    pytest.mark.card,
    pytest.mark.slow,
    pytest.mark.alone,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine"),
]
AXE = Path(__file__).parents[1] / "data" / "axe" / "axe-4.14.1.min.js"
FLAGS = [
    f"--{flag}"
    for flag in (
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]
NASTY = "<img src=x onerror=alert(1)>"


class Tab:
    """A page of the browser that notes what must not be: a refusal of the policy, an error, a request elsewhere, a dialog."""

    def __init__(self, context: Any, service: Service) -> None:
        self.page = context.new_page()
        self.service = service
        self.wrong: list[str] = []
        self.page.on("console", lambda said: said.type == "error" and self.wrong.append(said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.wrong.append(dialog.message), dialog.dismiss()))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.service.url, "data:")):
            self.wrong.append(f"a request to {request.url}")

    def open(self, path: str) -> Any:
        self.page.goto(f"{self.service.url}/ui{path}")
        return self.page

    def axe(self) -> list[str]:
        """What axe calls serious or critical."""
        # As a browser's own script it is not the page's: the policy would not let the page load it.
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {[node['html'][:120] for node in one['nodes']][:3]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: Any, service: Service) -> Iterator[Tab]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    made = Tab(context, service)
    yield made
    context.close()
    assert made.wrong == []


@pytest.fixture
def builds(service: Service) -> Builds:
    return Builds(service, f"Shop {uuid.uuid4().hex[:8]}")


def reviewed_and_changed(builds: Builds, number: int, kinds: int) -> str:
    """A build whose screenshots have all changed, in `kinds` ways; their first pictures are approved."""
    names = [f"Page {at:02}" for at in range(number)]
    first = builds.run({name: page() for name in names})
    builds.service.client.post(f"/api/v1/builds/{first}/approve", json={"filter": {}})
    return builds.run({name: changed(at % kinds) for at, name in enumerate(names)})


def changed(kind: int) -> bytes:
    """The page with its button gone; and something else of each kind's own, so that it is another change."""
    picture = cv2.imdecode(np.frombuffer(page(button=False), np.uint8), cv2.IMREAD_COLOR)
    picture[90:110, 10 + 22 * kind : 26 + 22 * kind] = (30, 30 * kind % 255, 200)
    return encode_png(picture)


# -- reviews ----------------------------------------------------------


def test_a_build_of_sixty_is_reviewed_by_keyboard_alone(tab: Tab, builds: Builds) -> None:
    build = reviewed_and_changed(builds, 60, 6)
    shown = tab.open(f"/builds/{build}")
    cards = shown.locator(".card").count()
    assert 1 <= cards <= 12
    for _ in range(cards):
        shown.keyboard.press("j")
        with shown.expect_navigation():
            shown.keyboard.press("a")
    assert builds.verdict(build) == "passed"
    with shown.expect_navigation():
        shown.keyboard.press("u")
    assert builds.verdict(build) == "failed"


def test_a_build_is_reviewed_by_mouse_alone(tab: Tab, builds: Builds) -> None:
    build = reviewed_and_changed(builds, 6, 2)
    shown = tab.open(f"/builds/{build}")
    with shown.expect_navigation():
        shown.locator(".card a[data-shot]").first.click()
    shown.wait_for_selector("etalon-view[data-ready]")
    shown.get_by_role("button", name=re.compile("Slider")).click()
    shown.get_by_role("button", name=re.compile("Approve")).click()
    shown.wait_for_selector(".review .is-approved")
    with shown.expect_navigation():
        shown.locator(".crumbs a").nth(1).click()
    every = shown.get_by_role("button", name=re.compile("Approve all"))
    every.click()  # asks
    assert builds.verdict(build) == "failed"
    with shown.expect_navigation():
        shown.get_by_role("button", name="Press again to do it").click()
    assert builds.verdict(build) == "passed"


def test_two_browsers_approve_and_the_second_is_told(chromium: Any, tab: Tab, builds: Builds) -> None:
    reviewed_and_changed(builds, 1, 1)
    ids = [
        builds.service.client.get(f"/api/v1/builds/{builds.run({'Page 00': changed(kind)})}").json()["shots"][0][
            "comparison_id"
        ]
        for kind in (2, 3)
    ]
    first = tab.open(f"/comparisons/{ids[0]}")
    second = Tab(tab.page.context, tab.service)
    other = second.open(f"/comparisons/{ids[1]}")
    first.keyboard.press("a")
    first.wait_for_selector(".review .is-approved")
    other.keyboard.press("a")
    other.wait_for_selector("#notice:not([hidden])")

    assert "has changed since" in other.locator("#notice").inner_text()
    with read() as session:
        assert comparisons.get(session, ids[1]).review == "unreviewed"


def test_a_session_that_ended_mid_review_says_so_and_loses_nothing(tab: Tab, new_key: NewKey, failed_id: str) -> None:
    key = new_key()["X-API-Key"]
    shown = tab.open(f"/comparisons/{failed_id}")
    shown.get_by_label("API key").fill(key)
    shown.get_by_role("button", name="Sign in").click()
    shown.wait_for_selector("etalon-view[data-ready]")
    with write() as session:
        for known in keys.list_all(session):
            if known.revoked_at is None:
                keys.revoke(session, known.name)
    shown.keyboard.press("a")
    shown.wait_for_selector("#notice:not([hidden])")

    assert "Your session has ended" in shown.locator("#notice").inner_text()
    assert shown.locator(".finding").count() == 1
    tab.wrong = [said for said in tab.wrong if "401" not in said]


def test_a_network_that_is_cut_says_so_and_loses_nothing(tab: Tab, failed_id: str) -> None:
    shown = tab.open(f"/comparisons/{failed_id}")
    shown.wait_for_selector("etalon-view[data-ready]")
    shown.context.set_offline(True)
    shown.keyboard.press("a")
    shown.wait_for_selector("#notice:not([hidden])")
    assert "cannot be reached" in shown.locator("#notice").inner_text()
    shown.keyboard.press("n")  # the viewer goes on
    assert shown.locator(".finding.is-picked").count() == 1
    shown.context.set_offline(False)
    shown.keyboard.press("a")
    shown.wait_for_selector(".review .is-approved")
    # Chromium and htmx note it in the console too.
    tab.wrong = [said for said in tab.wrong if "ERR_INTERNET_DISCONNECTED" not in said and "htmx:" not in said]


# -- the viewer ----------------------------------------------------------


def test_every_view_draws_something_and_every_key_works(tab: Tab, failed_id: str) -> None:
    shown = tab.open(f"/comparisons/{failed_id}")
    shown.wait_for_selector("etalon-view[data-ready]")
    shown.keyboard.press("n")
    assert shown.url.endswith("#d1")
    assert "is missing" in shown.locator(".view-line").inner_text()
    pictures = {}
    for key in "swobdghs":
        shown.keyboard.press(key)
        shown.wait_for_timeout(120)
        pictures[key] = shown.evaluate(
            "(() => { const c = [...document.querySelectorAll('.view-pane:not([hidden]) canvas')].pop();"
            " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let s = 0;"
            " for (let i = 0; i < d.length; i += 401) s += d[i]; return s; })()"
        )
    assert all(pictures.values())
    before = shown.evaluate("document.querySelector('etalon-view').zoom")
    shown.keyboard.press("+")
    shown.keyboard.press("+")
    assert shown.evaluate("document.querySelector('etalon-view').zoom") > before
    shown.keyboard.press("0")
    assert shown.evaluate("document.querySelector('etalon-view').zoom") == 1
    shown.keyboard.press("?")
    assert shown.locator("#help").is_visible()


def test_a_frame_names_its_sentence_and_a_click_goes_to_it(tab: Tab, failed_id: str) -> None:
    shown = tab.open(f"/comparisons/{failed_id}")
    shown.wait_for_selector("etalon-view[data-ready]")
    frame = shown.locator(".view-pane[data-side=left] .frame .edge").first
    box = frame.bounding_box()
    shown.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "is missing" in shown.locator(".view-line").inner_text()
    shown.mouse.down()
    shown.mouse.up()
    assert shown.locator(".finding.is-picked").get_attribute("id") == "d1"


def test_a_box_is_drawn_by_keys_previewed_and_ignored(tab: Tab, comparison_id: str) -> None:
    shown = tab.open(f"/comparisons/{comparison_id}")
    shown.wait_for_selector("etalon-view[data-ready]")
    shown.keyboard.press("n")
    shown.keyboard.press("i")
    shown.keyboard.press("Enter")
    shown.wait_for_selector("#ignore[open]")
    assert "1 finding would be ignored." in shown.locator("#ignore").inner_text()
    assert tab.axe() == []
    with shown.expect_navigation():
        shown.get_by_role("button", name="Ignore it in this comparison").click()
    assert shown.locator(".summary .is-passed").count() == 1


def test_only_the_strips_in_sight_of_a_long_page_are_loaded(tab: Tab, service: Service) -> None:
    long = np.full((20_000, 200, 3), 255, np.uint8)
    long[::500] = 120
    other = long.copy()
    other[150:190, 20:120] = 40
    ticket = service.post("/api/v1/comparisons", reference=encode_png(long), actual=encode_png(other))
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    shown = tab.open(f"/comparisons/{ticket.json()['comparison_id']}")
    shown.wait_for_selector("etalon-view[data-ready]")
    shown.wait_for_load_state("networkidle")

    strips = {int(found[1]) for url in asked if (found := re.search(r"strip=(\d+)", url))}
    assert strips <= {0, 1}
    shown.evaluate("document.querySelector('etalon-view').moveTo(0, 19000)")
    shown.wait_for_timeout(500)
    assert any("strip=9" in url for url in asked)


# -- new ----------------------------------------------------------


def test_one_dropped_picture_shows_its_elements_and_two_a_comparison(tab: Tab) -> None:
    shown = tab.open("/new")
    files = [{"name": "shop.png", "mimeType": "image/png", "buffer": page()}]
    shown.locator("#pictures").set_input_files(files)
    shown.wait_for_selector(".previews canvas")
    shown.get_by_role("button", name="Analyse").click()
    shown.wait_for_selector("etalon-view[data-ready]")
    assert "1 element" in shown.locator("h1").inner_text()
    shown.get_by_label(re.compile("button")).uncheck()
    assert shown.locator(".elements li:visible").count() == 0

    shown = tab.open("/new")
    files.append({"name": "shop.actual.png", "mimeType": "image/png", "buffer": page(button=False)})
    shown.locator("#pictures").set_input_files(files[::-1])
    shown.wait_for_selector(".previews li:nth-child(2)")
    assert "Reference: shop.png" in shown.locator(".previews").inner_text()
    shown.get_by_role("button", name="Analyse").click()
    shown.wait_for_selector(".finding")
    assert "is missing" in shown.locator(".finding").inner_text()


# -- how it looks and reads ----------------------------------------------------------


@pytest.fixture
def everywhere(builds: Builds, failed_id: str, testcase_id: str) -> list[str]:
    """One of each page, with names that try to be code."""
    build = builds.run({NASTY: page(), "b": page()}, branch=NASTY, expected=["b", "lost"])
    task = builds.service.post("/api/v1/analyses", screenshot=page()).json()["task_id"]
    return [
        "/",
        "/new",
        "/queue",
        "/login",
        "/comparisons",
        "/testcases",
        f"/projects/{builds.project}",
        f"/builds/{build}",
        f"/comparisons/{failed_id}",
        f"/testcases/{testcase_id}",
        f"/tasks/{task}",
        "/nothing",
    ]


@pytest.mark.parametrize(
    ("look", "language", "size"),
    [("light", "en-GB", (1280, 800)), ("dark", "ru-RU", (1280, 800)), ("light", "ru-RU", (390, 844))],
    ids=lambda value: "x".join(map(str, value)) if isinstance(value, tuple) else str(value),
)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_window(
    chromium: Any, service: Service, everywhere: list[str], look: str, language: str, size: tuple[int, int]
) -> None:
    context = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=look, locale=language, reduced_motion="reduce"
    )
    tab = Tab(context, service)
    found = {}
    for path in everywhere:
        shown = tab.open(path)
        shown.wait_for_load_state("networkidle")
        wide = shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        problems = tab.axe() + ([f"{wide} px too wide"] if wide > 0 else [])
        if problems:
            found[path] = problems
        assert shown.evaluate("document.documentElement.lang") == language[:2]
    context.close()

    assert found == {}
    assert [said for said in tab.wrong if "404" not in said] == []


def test_pages_read_without_script(chromium: Any, service: Service, everywhere: list[str]) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    shown = context.new_page()
    for path in everywhere:
        shown.goto(f"{service.url}/ui{path}")
        assert shown.locator("h1").count() == 1, path
    shown.goto(f"{service.url}/ui{everywhere[8]}")
    assert shown.locator("etalon-view img").count() == 2
    shown.get_by_role("button", name="Reject").click()
    assert "rejected" in shown.locator(".review").inner_text()
    context.close()


def test_the_scripts_are_small() -> None:
    import gzip

    static = Path(__file__).parents[2] / "web" / "static"
    compressed = sum(len(gzip.compress(path.read_bytes(), 6)) for path in static.rglob("*.js"))

    assert compressed <= 40 * 1024
    assert httpx  # the service is asked over HTTP alone
