"""`bench.rules` changes the number it says, nothing else, and leaves the comparison as it was."""

import ast
import importlib
import sys

import pytest

from bench import rules
from bench.rules import Number, all_numbers, comparing, finder_of, loaded_anew, named_number, scaled
from harness import golden
from vision.difference import comparison


def first(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


@pytest.mark.parametrize("text", ["NEAR_PX = 4", "NEAR: int = 4", "SIZES = (480, 96)", "HEIGHTS = range(8, 49)"])
def test_a_named_number_is_found(text: str) -> None:
    assert named_number(first(text)) is not None


@pytest.mark.parametrize("text", ["near = 4", "KINDS = frozenset({A, B})", 'NAME = "four"', "IS_FAST = True", "f(4)"])
def test_what_is_no_named_number_is_left_alone(text: str) -> None:
    assert named_number(first(text)) is None


def test_a_whole_number_stays_whole_and_always_changes() -> None:
    assert [scaled(1, factor) for factor in rules.FACTORS] == [0, 2]
    assert [scaled(16, factor) for factor in rules.FACTORS] == [12, 20]
    assert scaled(0.5, 1.25) == 0.625


def test_every_number_of_the_comparison_is_listed_with_its_line() -> None:
    numbers = all_numbers()
    assert len(numbers) > 20
    assert len({str(number) for number in numbers}) == len(numbers)
    lines = (rules.ROOT / f"{numbers[0].module.replace('.', '/')}.py").read_text(encoding="utf-8").splitlines()
    assert lines[numbers[0].line - 1].startswith(numbers[0].name)


def test_a_changed_number_is_loaded_inside_and_the_usual_one_stays_outside() -> None:
    number = next(one for one in all_numbers() if isinstance(value_of(one), int | float))
    usual = value_of(number)
    with loaded_anew(finder_of(number, 1.25)):
        assert value_of(number) == scaled(usual, 1.25)
    assert value_of(number) == usual
    assert comparing() is not comparison.compare
    assert sys.modules[comparison.__name__] is comparison


def test_a_comparison_that_breaks_off_is_an_answer_too() -> None:
    name = next(name for name in golden.names() if name.endswith("resized"))
    answers = rules.Bench([name])
    with_nothing = lambda *_: 1 / 0  # noqa: E731
    assert answers.said(comparing(), name) == answers.usual[name]
    assert answers.said(with_nothing, name) == "ZeroDivisionError"


def value_of(number: Number) -> object:
    return vars(importlib.import_module(number.module))[number.name]
