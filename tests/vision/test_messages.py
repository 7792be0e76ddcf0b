"""Defects as sentences, grammatical in both languages."""

import re
from typing import Any

import pytest

from vision.messages import defect_message
from vision.types import Box, DefectType, Kind

BOX = Box(10, 20, 30, 40)

ENGLISH: list[tuple[str, DefectType, Kind | None, str, dict[str, Any]]] = [
    ("Button 'Sign in' moved 12 px down", DefectType.MOVED, Kind.BUTTON, "Sign in", {"dx": 0, "dy": 12}),
    ("Icon at 10, 20 moved 3 px up and 4 px to the left", DefectType.MOVED, Kind.ICON, "", {"dx": -4, "dy": -3}),
    (
        "Label 'Total: $10' now reads 'Total: $12'",
        DefectType.TEXT_CHANGED,
        Kind.LABEL,
        "Total: $10",
        {"before": "Total: $10", "after": "Total: $12"},
    ),
    ("Field at 10, 20 has another text", DefectType.TEXT_CHANGED, Kind.INPUT, "", {"before": "", "after": ""}),
    ("Label 'Total' has another text", DefectType.TEXT_CHANGED, Kind.LABEL, "", {"before": "Total", "after": ""}),
    ("Label at 10, 20 now reads 'Total'", DefectType.TEXT_CHANGED, Kind.LABEL, "", {"before": "", "after": "Total"}),
    ("A part of the page at 10, 20 is missing", DefectType.MISSING, None, "", {}),
    ("A part of the page with 'We ship on Monday' was added", DefectType.ADDED, None, "We ship on Monday", {}),
    ("A part of the page at the top right (10, 20) is missing", DefectType.MISSING, None, "", {"where": "top right"}),
    ("A scroll bar was added", DefectType.ADDED, None, "", {"part": "scrollbar"}),
    ("Icon at 10, 20 was replaced by another icon", DefectType.IMAGE_CHANGED, Kind.ICON, "", {}),
    (
        "Button 'Save' changed its colour: #0d6efd became #dc3545",
        DefectType.STYLE_CHANGED,
        Kind.BUTTON,
        "Save",
        {"before": "#0d6efd", "after": "#dc3545", "aspect": "colour"},
    ),
    ("Label 'Save' changed its look", DefectType.STYLE_CHANGED, Kind.LABEL, "Save", {"aspect": "shape"}),
    ("Image at 10, 20 is missing", DefectType.MISSING, Kind.IMAGE, "", {}),
    ("A block of the page (2 elements) was added", DefectType.ADDED, None, "", {"parts": [{}, {}]}),
    (
        "Drop-down at 10, 20 is 8 px wider and 2 px shorter",
        DefectType.RESIZED,
        Kind.SELECT,
        "",
        {"dw": 8, "dh": -2},
    ),
    (
        "A block of the page (14 elements) moved 60 px down because something was added",
        DefectType.LAYOUT_SHIFT,
        None,
        "",
        {"dx": 0, "dy": 60, "elements": ["e1"] * 14, "cause_type": "added"},
    ),
]

RUSSIAN: list[tuple[str, DefectType, Kind | None, str, dict[str, Any]]] = [
    ("Кнопка «Войти» сместилась на 12 px вниз", DefectType.MOVED, Kind.BUTTON, "Войти", {"dx": 0, "dy": 12}),
    ("Поле «Почта» сместилось на 5 px вверх", DefectType.MOVED, Kind.INPUT, "Почта", {"dx": 0, "dy": -5}),
    ("Значок в точке 10, 20 исчез", DefectType.MISSING, Kind.ICON, "", {}),
    ("Надпись «Итого» исчезла", DefectType.MISSING, Kind.LABEL, "Итого", {}),
    ("Изображение в точке 10, 20 появилось", DefectType.ADDED, Kind.IMAGE, "", {}),
    (
        "Текст кнопки изменился: было «Далее», стало «Назад»",
        DefectType.TEXT_CHANGED,
        Kind.BUTTON,
        "",
        {"before": "Далее", "after": "Назад"},
    ),
    ("Часть страницы с текстом «Отгрузка в среду» появилась", DefectType.ADDED, None, "Отгрузка в среду", {}),
    ("Часть страницы вверху справа (10, 20) исчезла", DefectType.MISSING, None, "", {"where": "top right"}),
    ("Полоса прокрутки исчезла", DefectType.MISSING, None, "", {"part": "scrollbar"}),
    ("Изображение в точке 10, 20 заменено другим", DefectType.IMAGE_CHANGED, Kind.IMAGE, "", {}),
    ("Поле «Почта» изменило размер: ширина +8 px", DefectType.RESIZED, Kind.INPUT, "Почта", {"dw": 8, "dh": 0}),
    (
        "Надпись «Итого» изменила цвет: был #111111, стал #d1242f",
        DefectType.STYLE_CHANGED,
        Kind.LABEL,
        "Итого",
        {"before": "#111111", "after": "#d1242f", "aspect": "colour"},
    ),
    ("Флажок в точке 10, 20 изменил состояние или вид", DefectType.STYLE_CHANGED, Kind.CHECKBOX, "", {}),
    (
        "Блок страницы (3 элемента) сместился на 60 px вниз из-за добавленного содержимого",
        DefectType.LAYOUT_SHIFT,
        None,
        "",
        {"dx": 0, "dy": 60, "elements": ["e1"] * 3, "cause_type": "added"},
    ),
]


@pytest.mark.parametrize(("sentence", "type_", "kind", "text", "detail"), ENGLISH)
def test_a_defect_reads_like_this_in_english(
    sentence: str, type_: DefectType, kind: Kind | None, text: str, detail: dict[str, Any]
) -> None:
    assert defect_message(type_, kind, text, BOX, BOX, detail) == sentence


@pytest.mark.parametrize(("sentence", "type_", "kind", "text", "detail"), RUSSIAN)
def test_a_defect_reads_like_this_in_russian(
    sentence: str, type_: DefectType, kind: Kind | None, text: str, detail: dict[str, Any]
) -> None:
    assert defect_message(type_, kind, text, BOX, BOX, detail, "ru") == sentence


@pytest.mark.parametrize(
    ("count", "counted"),
    [(1, "1 элемент)"), (2, "2 элемента)"), (5, "5 элементов)"), (11, "11 элементов)"), (21, "21 элемент)")],
)
def test_russian_counts_agree_with_their_number(count: int, counted: str) -> None:
    detail = {"dx": 0, "dy": 4, "elements": ["e"] * count}

    assert counted in defect_message(DefectType.LAYOUT_SHIFT, None, "", BOX, BOX, detail, "ru")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("kind", [None, *Kind])
@pytest.mark.parametrize("type_", list(DefectType))
def test_every_defect_has_a_sentence_even_with_nothing_known(
    type_: DefectType, kind: Kind | None, language: Any
) -> None:
    sentence = defect_message(type_.value, kind.value if kind else None, "", None, None, {}, language)

    assert sentence and sentence[0].isupper() and "None" not in sentence
    assert bool(re.search("[а-я]", sentence)) is (language == "ru")


def test_a_very_long_text_is_cut() -> None:
    assert len(defect_message(DefectType.MISSING, Kind.LABEL, "word " * 100, BOX, None, {})) < 120
