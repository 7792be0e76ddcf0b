"""Words of another length: the thing they are written in is one change, and what stands beside it only follows."""

import pytest

from tests.vision.real_engines import seen, told
from tests.vision.scenes import LIGHT, Part, Scene
from vision.types import Box, Comparison, DefectType

WORDS = {"Pay": 66, "Check out": 110, "Send the order": 150}
PALE = (233, 237, 242)


def row(first: str, *others: str, ground: tuple[int, int, int] = LIGHT["main"], x: int = 40) -> Scene:
    """Buttons side by side, the first as wide as its words."""
    ink = (255, 255, 255) if ground == LIGHT["main"] else LIGHT["ink"]
    heading = Part("text", Box(40, 30, 200, 24), "Your order", ink=LIGHT["ink"], size=20)
    buttons = [Part("button", Box(x, 100, WORDS[first], 36), first, ground, ink)]
    for words in others:
        buttons.append(Part("button", Box(buttons[-1].box.right + 12, 100, 90, 36), words, PALE, LIGHT["ink"]))
    below = Part("text", Box(40, 180, 300, 18), "Free returns for thirty days", ink=LIGHT["ink"])
    return Scene(560, 260, LIGHT["page"], (heading, *buttons, below))


@pytest.mark.parametrize("before, after", [("Check out", "Pay"), ("Pay", "Check out"), ("Pay", "Send the order")])
@pytest.mark.parametrize("others", [(), ("Cancel",), ("Save draft", "Cancel")])
def test_button_with_other_words_is_one_change_and_its_neighbours_follow(
    before: str, after: str, others: tuple[str, ...]
) -> None:
    found = seen(row(before, *others).picture(), row(after, *others).picture())

    _is_one_change(found, before, after, len(others))


def test_pale_button_with_other_words_is_one_change() -> None:
    found = seen(row("Check out", "Cancel", ground=PALE).picture(), row("Pay", "Cancel", ground=PALE).picture())

    _is_one_change(found, "Check out", "Pay", 1)


def test_neighbours_follow_on_a_page_that_a_banner_pushed() -> None:
    before, after = row("Check out", "Cancel"), row("Pay", "Cancel")
    banner = Part("panel", Box(0, 0, 560, 44), ground=(250, 220, 120))
    words = Part("text", Box(24, 13, 200, 18), "The depot is closed", ink=(60, 40, 10))
    pushed = Scene(560, 304, LIGHT["page"], (banner, words, *(part.shifted(0, 44) for part in after.parts)))
    found = seen(before.picture(), pushed.picture())

    [text] = [d for d in found.defects if d.type is DefectType.TEXT_CHANGED]
    assert [d.text for d in found.defects if d.cause_id == text.id] == ["Cancel"], told(found)


def test_button_that_ends_at_the_right_is_one_change() -> None:
    before, after = (row(words, x=500 - WORDS[words]) for words in ("Check out", "Pay"))

    _is_one_change(seen(before.picture(), after.picture()), "Check out", "Pay", 0)


def test_number_that_grew_to_the_left_is_one_change_of_its_words() -> None:
    def page(price: str, x: int) -> Scene:
        line = Part("text", Box(40, 100, 120, 18), "Green tea", ink=LIGHT["ink"])
        return Scene(560, 220, LIGHT["page"], (line, Part("text", Box(x, 100, 70, 18), price, ink=LIGHT["ink"])))

    found = seen(page("450 kg", 450).picture(), page("1 450 kg", 437).picture())

    assert [(d.type, d.detail["after"]) for d in found.defects] == [(DefectType.TEXT_CHANGED, "1 450 kg")], told(found)


def _is_one_change(found: Comparison, before: str, after: str, followers: int) -> None:
    [cause] = [d for d in found.defects if d.cause_id is None]
    assert (cause.type, cause.detail["before"], cause.detail["after"]) == (DefectType.TEXT_CHANGED, before, after), (
        told(found)
    )
    rest = [d for d in found.defects if d is not cause]
    assert {d.type for d in rest} <= {DefectType.MOVED} and len(rest) == followers, told(found)
    assert not found.unexplained, told(found)
