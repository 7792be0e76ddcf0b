"""Screenshots of a real Chromium through Playwright and Selenium: still, whole, and with locators as boxes."""

import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from etalon_client.capture import capture
from etalon_client.errors import NotCompared
from PIL import Image

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--force-device-scale-factor=2"]  # fmt: skip
PAGE = """<!doctype html><style>
body { margin: 0; height: 1500px } div { position: absolute; width: 50px; height: 20px; background: #08f }
@keyframes run { to { transform: translateX(300px) } }
</style>
<div id="clock" style="left: 30px; top: 40px">0</div>
<div id="low" style="left: 10px; top: 1400px"></div>
<div id="card" style="left: 100px; top: 100px; width: 200px; height: 100px">
<div id="inner" style="left: 20px; top: 30px"></div></div>
<div id="hidden" style="display: none"></div>
<div id="moving" style="top: 300px; animation: run 1s infinite">.</div>
"""
TICKING = "<script>setInterval(() => document.all.clock.textContent = performance.now(), 20)</script>"


@pytest.fixture(scope="module")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        pytest.skip("no Chromium is installed")
    return found


@pytest.fixture(scope="module")
def playwright_page(chromium: str) -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser.new_page(viewport={"width": 400, "height": 300}, device_scale_factor=2)
        browser.close()


@pytest.fixture(scope="module")
def selenium_driver(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromedriver = shutil.which("chromedriver")
    if not chromedriver:
        pytest.skip("no chromedriver is installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in [*FLAGS, "--window-size=400,300", f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))
    yield driver
    driver.quit()


class Browser:
    """One of the two, by the same few words."""

    def __init__(self, target: Any) -> None:
        self.target = target
        self.is_playwright = hasattr(target, "goto")

    def show(self, html: str, folder: Path) -> Any:
        (folder / "page.html").write_text(html, encoding="utf-8")
        (self.target.goto if self.is_playwright else self.target.get)((folder / "page.html").as_uri())
        return self.target

    def find(self, selector: str) -> Any:
        if self.is_playwright:
            return self.target.locator(selector)
        return self.target.find_element("css selector", selector)


@pytest.fixture(params=["playwright", "selenium"])
def browser(request: pytest.FixtureRequest) -> Browser:
    fixture = "playwright_page" if request.param == "playwright" else "selenium_driver"
    return Browser(request.getfixturevalue(fixture))


def size(picture: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(picture)) as opened:
        return opened.size


def is_blue(picture: bytes, box: dict[str, int]) -> bool:
    """Whether the box is exactly the element: blue inside at its corners."""
    with Image.open(BytesIO(picture)).convert("RGB") as opened:
        corners = [(box["x"] + 1, box["y"] + 1), (box["x"] + box["width"] - 2, box["y"] + box["height"] - 2)]
        return all(opened.getpixel(corner) == (0, 136, 255) for corner in corners)


def test_two_pictures_of_a_page_with_an_animation_are_equal(browser: Browser, tmp_path: Path) -> None:
    page = browser.show(PAGE, tmp_path)

    assert capture(page).picture == capture(page).picture


def test_a_locator_to_ignore_is_a_box_in_pixels_of_the_picture(browser: Browser, tmp_path: Path) -> None:
    page = browser.show(PAGE, tmp_path)

    taken = capture(page, ignore=[browser.find("#clock"), "#hidden", (1, 2, 3, 4)])

    assert list(taken.ignored) == [
        {"x": 1, "y": 2, "width": 3, "height": 4},
        {"x": 60, "y": 80, "width": 100, "height": 40},
    ]
    assert is_blue(taken.picture, taken.ignored[1])


def test_of_a_whole_page_boxes_count_from_its_top(browser: Browser, tmp_path: Path) -> None:
    page = browser.show(PAGE, tmp_path)
    (page.evaluate if browser.is_playwright else page.execute_script)("window.scrollTo(0, 200)")

    taken = capture(page, ignore=["#low"], full_page=True)

    assert size(taken.picture)[1] == 3000
    assert list(taken.ignored) == [{"x": 20, "y": 2800, "width": 100, "height": 40}]
    assert is_blue(taken.picture, taken.ignored[0])


def test_of_an_element_boxes_count_from_its_corner(browser: Browser, tmp_path: Path) -> None:
    browser.show(PAGE, tmp_path)

    taken = capture(browser.find("#card"), ignore=["#inner", "#clock"])

    assert size(taken.picture) == (400, 200)
    assert list(taken.ignored) == [{"x": 40, "y": 60, "width": 100, "height": 40}]


def test_what_is_ignored_may_move_and_is_in_the_picture(browser: Browser, tmp_path: Path) -> None:
    page = browser.show(PAGE + TICKING, tmp_path)

    taken = capture(page, ignore=["#clock"], settle_seconds=30)

    assert is_blue(taken.picture, taken.ignored[0])


def test_a_page_that_never_holds_still_is_not_compared(browser: Browser, tmp_path: Path) -> None:
    page = browser.show(PAGE + TICKING, tmp_path)

    with pytest.raises(NotCompared, match=r"'Cart' did not hold still: in .* s no two screenshots"):
        capture(page, settle_seconds=0.5, name="Cart")


def test_the_page_is_left_as_it_was(browser: Browser, tmp_path: Path) -> None:
    page = browser.show(PAGE, tmp_path)
    read = page.content if browser.is_playwright else lambda: page.page_source
    before = read()

    capture(page, ignore=["#clock"])

    assert read() == before


@pytest.mark.parametrize(
    ("target", "ignore", "says"),
    [
        (b"GIF89a", (), "neither PNG, JPEG nor WebP"),
        (42, (), "no picture can be taken of int"),
        (b"\x89PNG\r\n\x1a\n", ("#clock",), "a picture has no elements"),
    ],
)
def test_what_no_picture_can_be_taken_of_is_told(target: object, ignore: tuple[str, ...], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        capture(target, ignore)


def test_boxes_are_cut_at_the_edges_of_the_picture() -> None:
    written = BytesIO()
    Image.new("RGB", (100, 50)).save(written, "PNG")

    taken = capture(
        written.getvalue(), ignore=[(90, 40, 50, 50), (200, 0, 5, 5), {"x": -5, "y": 0.5, "width": 10, "height": 2}]
    )

    assert list(taken.ignored) == [
        {"x": 90, "y": 40, "width": 10, "height": 10},
        {"x": 0, "y": 0, "width": 5, "height": 3},
    ]
