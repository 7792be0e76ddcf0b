"""The shop's cart through Selenium."""

from typing import Any


def test_the_cart_looks_as_it_should(driver: Any, shop: str, etalon: Any) -> None:
    driver.get(f"{shop}/cart.html")

    etalon.check(driver, "Cart in Selenium")
    etalon.check(driver.find_element("css selector", "table"), "Cart's table")
