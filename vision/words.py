"""The names of things that Etalon finds, in English and Russian: the same in pages, pictures and messages."""

from typing import Final, Literal

from vision.types import DefectType, Kind, Severity

Language = Literal["en", "ru"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ru")

Words = dict[Language, str]

TYPES: Final[dict[DefectType, Words]] = {
    DefectType.MISSING: {"en": "missing", "ru": "исчезло"},
    DefectType.ADDED: {"en": "added", "ru": "появилось"},
    DefectType.MOVED: {"en": "moved", "ru": "сместилось"},
    DefectType.RESIZED: {"en": "resized", "ru": "другой размер"},
    DefectType.TEXT_CHANGED: {"en": "other text", "ru": "другой текст"},
    DefectType.STYLE_CHANGED: {"en": "other look", "ru": "другой вид"},
    DefectType.IMAGE_CHANGED: {"en": "other picture", "ru": "другая картинка"},
    DefectType.LAYOUT_SHIFT: {"en": "pushed", "ru": "сдвинуто"},
}
KINDS: Final[dict[Kind, Words]] = {
    Kind.BUTTON: {"en": "button", "ru": "кнопка"},
    Kind.INPUT: {"en": "field", "ru": "поле"},
    Kind.SELECT: {"en": "drop-down", "ru": "выпадающий список"},
    Kind.CHECKBOX: {"en": "checkbox", "ru": "флажок"},
    Kind.RADIO: {"en": "radio button", "ru": "переключатель"},
    Kind.SWITCH: {"en": "switch", "ru": "тумблер"},
    Kind.IMAGE: {"en": "image", "ru": "изображение"},
    Kind.ICON: {"en": "icon", "ru": "значок"},
    Kind.LABEL: {"en": "label", "ru": "надпись"},
}
SEVERITIES: Final[dict[Severity, Words]] = {
    Severity.CRITICAL: {"en": "critical", "ru": "критичный"},
    Severity.MAJOR: {"en": "major", "ru": "серьёзный"},
    Severity.MINOR: {"en": "minor", "ru": "незначительный"},
}
NOISE: Final[dict[str, Words]] = {
    "faint": {"en": "too faint to see", "ru": "слишком слабое, чтобы заметить"},
    "antialiasing": {"en": "smoothed edges", "ru": "сглаживание краёв"},
    "font_rendering": {"en": "letters drawn another way", "ru": "иная отрисовка букв"},
    "lcd_text": {"en": "colour fringes of letters", "ru": "цветная кайма букв"},
    "compression": {"en": "traces of compression", "ru": "следы сжатия"},
    "resampling": {"en": "traces of scaling", "ru": "следы масштабирования"},
    "offset": {"en": "the whole picture a pixel or two off", "ru": "вся картинка смещена на пиксель-другой"},
    "jitter": {"en": "a line a pixel off", "ru": "строка смещена на пиксель"},
    "caret": {"en": "a text cursor", "ru": "текстовый курсор"},
}
VERDICTS: Final[dict[str, Words]] = {
    "passed": {"en": "passed", "ru": "пройдено"},
    "failed": {"en": "failed", "ru": "не пройдено"},
    "error": {"en": "error", "ru": "ошибка"},
    "incomplete": {"en": "incomplete", "ru": "не полностью"},
    "new": {"en": "new", "ru": "новое"},
    "missing": {"en": "missing", "ru": "не прислано"},
    "not_compared": {"en": "not compared", "ru": "не сравнено"},
}
NO_DIFFERENCES: Final[Words] = {"en": "no differences", "ru": "отличий нет"}
NOT_COUNTED: Final[Words] = {"en": "noise, not counted", "ru": "шум, не считается"}
LEFT_RIGHT: Final[Words] = {"en": "left: reference, right: actual", "ru": "слева эталон, справа сейчас"}
MORE: Final[Words] = {"en": "… and {} more", "ru": "… и ещё {}"}
PAIR: Final[Words] = {"en": "Two pictures", "ru": "Две картинки"}
UNEXPLAINED: Final[Words] = {"en": "unexplained", "ru": "не объяснено"}


def count(language: Language, number: int, one: str, few: str, many: str) -> str:
    """The number with its noun: `one`, `few` (Russian, 2 to 4) or `many`."""
    if language == "en":
        return f"{number} {one if number == 1 else many}"
    if number % 10 == 1 and number % 100 != 11:
        return f"{number} {one}"
    return f"{number} {few if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else many}"
