"""`etalon explain` and `etalon import`: what other tools leave behind is found, compared, taken over, and never changed."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from etalon_client.leftovers import find_baselines, find_pairs
from PIL import Image

from tests.client.conftest import Etalon
from tests.client.stand_in import PNG, StandIn, picture

PASSED, FAILED, NOT_COMPARED = 0, 1, 2

# Tool, its reference, its actual, what lies beside them, the name of the pair.
PAIRS = [
    ("Playwright", "test-results/shop-Cart-chromium/cart-expected.png", "test-results/shop-Cart-chromium/cart-actual.png",
     ["test-results/shop-Cart-chromium/cart-diff.png"], "test-results/shop-Cart-chromium/cart"),
    ("BackstopJS", "backstop_data/bitmaps_reference/shop_Cart_0_document_0_phone.png",
     "backstop_data/bitmaps_test/20260102-101010/shop_Cart_0_document_0_phone.png",
     ["backstop_data/bitmaps_test/20260101-101010/shop_Cart_0_document_0_phone.png",
      "backstop_data/bitmaps_test/20260102-101010/failed_diff_shop_Cart_0_document_0_phone.png"],
     "backstop_data/shop_Cart_0_document_0_phone"),
    ("reg-suit", ".reg/expected/shop/cart.png", ".reg/actual/shop/cart.png", [".reg/diff/shop/cart.png"], ".reg/shop/cart"),
    ("Loki", ".loki/reference/chrome_cart.png", ".loki/current/chrome_cart.png", [".loki/difference/chrome_cart.png"],
     ".loki/chrome_cart"),
    ("Lost Pixel", ".lostpixel/baseline/cart.png", ".lostpixel/current/cart.png", [".lostpixel/difference/cart.png"],
     ".lostpixel/cart"),
    ("Cypress (cypress-visual-regression)", "cypress/snapshots/base/shop.cy.js/cart-base.png",
     "cypress/snapshots/actual/shop.cy.js/cart-base.png", ["cypress/snapshots/diff/shop.cy.js/cart-base.png"],
     "cypress/snapshots/shop.cy.js/cart-base"),
    ("Cypress (cypress-plugin-visual-regression-diff)", "cypress/__image_snapshots__/cart #0.png",
     "cypress/__image_snapshots__/cart #0.actual.png", ["cypress/__image_snapshots__/cart #0.diff.png"],
     "cypress/__image_snapshots__/cart #0"),
    ("WebdriverIO", "visual/baseline/desktop_chrome/cart.png", "visual/actual/desktop_chrome/cart.png",
     ["visual/diff/desktop_chrome/cart.png"], "visual/desktop_chrome/cart"),
    ("jest-image-snapshot", "src/__image_snapshots__/cart-1-snap.png",
     "src/__image_snapshots__/__received_output__/cart-1-snap-received.png",
     ["src/__image_snapshots__/__diff_output__/cart-1-snap-diff.png"], "src/__image_snapshots__/cart-1-snap"),
    ("pytest (playwright-visual-snapshot)", "snapshot_failures/test_shop/test_cart/expected_cart.png",
     "snapshot_failures/test_shop/test_cart/actual_cart.png", ["snapshot_failures/test_shop/test_cart/diff_cart.png"],
     "snapshot_failures/test_shop/test_cart/cart"),
    ("pytest (playwright-visual)", "failures/test_cart/Expected_cart.png", "failures/test_cart/Actual_cart.png",
     ["failures/test_cart/Diff_cart.png"], "failures/test_cart/cart"),
    ("pytest (pytest-mpl)", "results/test_plot/baseline.png", "results/test_plot/result.png",
     ["results/test_plot/result-failed-diff.png"], "results/test_plot"),
    ("pytest (pytest-regressions)", "tests/test_shop/cart.png", "tests/test_shop/cart.obtained.png", [],
     "tests/test_shop/cart"),
    ("matplotlib", "result_images/test_axes/cart-expected.png", "result_images/test_axes/cart.png",
     ["result_images/test_axes/cart-failed-diff.png"], "result_images/test_axes/cart"),
]  # fmt: skip

BASELINES = [
    ("Playwright", "tests/shop.spec.ts-snapshots/cart-chromium-linux.png", "tests/shop.spec.ts/cart", "chromium-linux"),
    ("Playwright", "tests/shop.spec.ts-snapshots/cart.png", "tests/shop.spec.ts/cart", ""),
    ("BackstopJS", "backstop_data/bitmaps_reference/a_0_b.png", "backstop_data/a_0_b", ""),
    ("reg-suit", ".reg/expected/shop/cart.png", ".reg/shop/cart", ""),
    ("Loki", ".loki/reference/cart.png", "cart", ""),
    ("Lost Pixel", ".lostpixel/baseline/cart.png", "cart", ""),
    ("jest-image-snapshot", "src/__image_snapshots__/cart-1-snap.png", "src/cart-1", ""),
    ("Cypress (cypress-visual-regression)", "cypress/snapshots/base/shop.cy.js/cart-base.png",
     "cypress/shop.cy.js/cart-base", ""),
    ("Cypress (cypress-image-snapshot)", "cypress/snapshots/shop.cy.js/cart.snap.png", "cypress/snapshots/shop.cy.js/cart", ""),
    ("WebdriverIO", "visual/baseline/chrome/cart.png", "visual/chrome/cart", ""),
]  # fmt: skip


def write(root: Path, inside: str, data: bytes = PNG) -> Path:
    path = root / inside
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("tool", "reference", "actual", "beside", "name"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_the_pair_of_a_tool_is_found(
    tmp_path: Path, tool: str, reference: str, actual: str, beside: list[str], name: str
) -> None:
    paths = [write(tmp_path, path) for path in (reference, actual, *beside)]

    [pair] = find_pairs(tmp_path)

    assert (pair.tool, pair.name, pair.reference, pair.actual) == (tool, name, paths[0], paths[1])


def test_all_tools_in_one_project_are_found_side_by_side(tmp_path: Path) -> None:
    for _, reference, actual, beside, _ in PAIRS:
        for path in (reference, actual, *beside):
            write(tmp_path, path)

    assert sorted(pair.tool for pair in find_pairs(tmp_path)) == sorted(pair[0] for pair in PAIRS)


@pytest.mark.parametrize(("tool", "path", "name", "variant"), BASELINES, ids=[one[1] for one in BASELINES])
def test_the_baseline_of_a_tool_is_found(tmp_path: Path, tool: str, path: str, name: str, variant: str) -> None:
    write(tmp_path, path)
    for _, _, actual, beside, _ in PAIRS:
        if "matplotlib" not in actual and "result_images" not in actual:
            for other in (actual, *beside):
                write(tmp_path, other)

    [baseline] = find_baselines(tmp_path)

    assert (baseline.tool, baseline.name, baseline.variant) == (tool, name, variant)


def test_folders_of_packages_are_not_looked_into(tmp_path: Path) -> None:
    write(tmp_path, "node_modules/x/.reg/expected/a.png")
    write(tmp_path, "node_modules/x/.reg/actual/a.png")

    assert find_pairs(tmp_path) == []


def test_explain_says_every_defect_and_changes_nothing(etalon: Etalon, service: StandIn, tmp_path: Path) -> None:
    project = tmp_path / "project"
    for _, reference, actual, beside, _ in PAIRS[:3]:
        write(project, reference, picture("old"))
        write(project, actual, picture("new"))
        for path in beside:
            write(project, path)
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in project.rglob("*") if path.is_file()}

    done = etalon("explain", project)

    assert done.returncode == FAILED, done.stderr
    assert done.stdout.splitlines()[:3] == ["BackstopJS: 1 found", "Playwright: 1 found", "reg-suit: 1 found"]
    assert ".reg/shop/cart: failed: 1 defect\n   1. major    Now reads 'new'\n" in done.stdout
    assert "approve" not in done.stdout
    assert {
        path: (path.stat().st_mtime_ns, path.read_bytes()) for path in project.rglob("*") if path.is_file()
    } == before


def test_explain_writes_reports(etalon: Etalon, tmp_path: Path) -> None:
    write(tmp_path, "p/.reg/expected/cart.png")
    write(tmp_path, "p/.reg/actual/cart.png")

    done = etalon("explain", tmp_path / "p", "--json", tmp_path / "r.json")

    assert done.returncode == PASSED
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["verdict"] == "passed"


def test_explain_of_nothing_names_the_tools_that_it_knows(etalon: Etalon, service: StandIn, tmp_path: Path) -> None:
    done = etalon("explain", tmp_path)

    assert done.returncode == NOT_COMPARED
    assert "BackstopJS, Cypress" in done.stderr and "Playwright" in done.stderr
    assert service.asked == []


@pytest.mark.parametrize("beside", [True, False], ids=["beside each other", "below each other"])
def test_the_actual_is_cut_out_of_three_pictures_in_one(
    etalon: Etalon, service: StandIn, tmp_path: Path, beside: bool
) -> None:
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    in_one = Image.new("RGB", (120, 30) if beside else (40, 90))
    for place, colour in enumerate(colours):
        in_one.paste(colour, (place * 40, 0, place * 40 + 40, 30) if beside else (0, place * 30, 40, place * 30 + 30))
    single = BytesIO()
    Image.new("RGB", (40, 30), colours[0]).save(single, "PNG")
    write(tmp_path, "p/__image_snapshots__/cart-1-snap.png", single.getvalue())
    in_one.save(write(tmp_path, "p/__image_snapshots__/__diff_output__/cart-1-snap-diff.png"), "PNG")

    etalon("explain", tmp_path / "p")

    [sent] = [asked.form() for asked in service.asked if asked.path == "/api/v1/comparisons"]
    with Image.open(BytesIO(sent["actual"])) as actual:
        assert (actual.size, actual.getcolors()) == ((40, 30), [(1200, colours[2])])


def test_a_damaged_picture_is_told_and_the_others_are_compared(
    etalon: Etalon, service: StandIn, tmp_path: Path
) -> None:
    write(tmp_path, "p/.reg/expected/good.png")
    write(tmp_path, "p/.reg/actual/good.png")
    write(tmp_path, "p/.reg/expected/bad.png", b"")
    write(tmp_path, "p/.reg/actual/bad.png")

    done = etalon("explain", tmp_path / "p")

    assert done.returncode == NOT_COMPARED
    assert ".reg/good: passed" in done.stdout
    assert ".reg/bad: not compared: the file" in done.stdout


def test_import_makes_references_that_check_then_finds(etalon: Etalon, service: StandIn, shots: Path) -> None:
    done = etalon("import", shots, "--project", "shop")

    assert done.returncode == PASSED, done.stderr
    assert sorted(done.stdout.splitlines()) == ["", "home: imported", "imported: 2 shots", "shop/cart: imported"]
    assert etalon("check", shots, "--build", "7").returncode == PASSED


def test_import_leaves_what_exists_unless_it_may_replace(etalon: Etalon, service: StandIn, shots: Path) -> None:
    service.references["home", ""] = picture("old")

    kept = etalon("import", shots)
    assert kept.returncode == NOT_COMPARED
    assert "home: not imported: the service answered 409" in kept.stdout
    assert service.references["home", ""] == picture("old")

    assert etalon("import", shots, "--replace").returncode == PASSED
    assert service.references["home", ""] == picture("Welcome")


def test_import_takes_browser_and_system_of_playwright_as_the_variant(
    etalon: Etalon, service: StandIn, tmp_path: Path
) -> None:
    for browser in ("chromium", "webkit"):
        write(tmp_path, f"p/shop.spec.ts-snapshots/cart-{browser}-linux.png", picture(browser))

    assert etalon("import", tmp_path / "p").returncode == PASSED
    assert set(service.references) == {("shop.spec.ts/cart", "chromium-linux"), ("shop.spec.ts/cart", "webkit-linux")}


def test_a_dry_run_imports_nothing(etalon: Etalon, service: StandIn, shots: Path) -> None:
    done = etalon("import", shots, "--dry-run")

    assert done.stdout.splitlines()[0] == f"home: {shots / 'home.png'}"
    assert service.asked == []
