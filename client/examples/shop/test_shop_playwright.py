"""The shop's pages through Playwright."""

from typing import Any


def test_the_front_page_looks_as_it_should(page: Any, shop: str, etalon: Any) -> None:
    page.goto(f"{shop}/index.html")

    etalon.check(page, "Front page", ignore=[page.locator("#clock")])


def test_the_way_to_the_cart(page: Any, shop: str, etalon: Any) -> None:
    page.goto(f"{shop}/index.html")
    etalon.check(page.locator(".button"), "Add to cart", soft=True)

    page.get_by_text("Add to cart").click()

    etalon.check(page, "Cart", full_page=True)
