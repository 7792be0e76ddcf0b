"""A defect as one plain sentence, in English or Russian. Made of its type, element and `detail` whenever it is read."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from vision.types import Box, DefectType, Kind

Language = Literal["en", "ru"]

# Longer texts are cut in the middle of a sentence; the whole text stays in `detail`.
MAX_QUOTE: Final = 80

_ENGLISH: Final = {
    Kind.BUTTON: "Button",
    Kind.INPUT: "Field",
    Kind.SELECT: "Drop-down",
    Kind.CHECKBOX: "Checkbox",
    Kind.RADIO: "Radio button",
    Kind.SWITCH: "Switch",
    Kind.IMAGE: "Image",
    Kind.ICON: "Icon",
    Kind.LABEL: "Label",
}

# Nominative, genitive, gender: verbs agree with it.
_RUSSIAN: Final = {
    Kind.BUTTON: ("Кнопка", "кнопки", "f"),
    Kind.INPUT: ("Поле", "поля", "n"),
    Kind.SELECT: ("Выпадающий список", "выпадающего списка", "m"),
    Kind.CHECKBOX: ("Флажок", "флажка", "m"),
    Kind.RADIO: ("Переключатель", "переключателя", "m"),
    Kind.SWITCH: ("Тумблер", "тумблера", "m"),
    Kind.IMAGE: ("Изображение", "изображения", "n"),
    Kind.ICON: ("Значок", "значка", "m"),
    Kind.LABEL: ("Надпись", "надписи", "f"),
}
_RUSSIAN_PART: Final = ("Часть страницы", "части страницы", "f")


def defect_message(
    type: DefectType | str,
    kind: Kind | str | None,
    text: str,
    reference_box: Box | None,
    actual_box: Box | None,
    detail: Mapping[str, Any],
    language: Language = "en",
) -> str:
    """One sentence without a full stop. `text` is what is written in the element; boxes serve where it has no name."""
    about = DefectType(type), Kind(kind) if kind else None, text
    place = actual_box or reference_box
    return (_in_russian if language == "ru" else _in_english)(*about, place, detail)


def _in_english(type_: DefectType, kind: Kind | None, text: str, place: Box | None, detail: Mapping[str, Any]) -> str:
    subject = _named_english(kind, text, place, detail)
    match type_:
        case DefectType.MISSING:
            return f"{subject} is missing"
        case DefectType.ADDED:
            return f"{subject} was added"
        case DefectType.MOVED:
            return f"{subject} moved {_way_english(detail)}{_because_english(detail)}"
        case DefectType.RESIZED:
            return f"{subject} is {_size_english(detail)}"
        case DefectType.TEXT_CHANGED:
            return _text_english(kind, place, detail)
        case DefectType.STYLE_CHANGED:
            return f"{subject} {_style_english(kind, detail)}"
        case DefectType.IMAGE_CHANGED:
            return f"{subject} {'was replaced by another icon' if kind is Kind.ICON else 'shows another picture'}"
        case DefectType.LAYOUT_SHIFT:
            count = len(detail.get("elements", ()))
            if detail.get("order") == "reordered":
                return f"A list or table ({_counted_english(count)}){_where_english(detail)} is in another order"
            if detail.get("order") == "respaced":
                because = _because_english(detail)
                entries = "The entries of a row or table" if detail["dx"] else "Entries one above the other"
                return f"{entries} ({_counted_english(count)}) are spaced differently{because}"
            return f"A block of the page ({_counted_english(count)}) moved {_way_english(detail)}{_because_english(detail)}"


def _named_english(kind: Kind | None, text: str, place: Box | None, detail: Mapping[str, Any]) -> str:
    if detail.get("part") in ("scrollbar", "line", "bar"):
        return "A scroll bar" if detail["part"] == "scrollbar" else f"A {detail['part']}{_where_english(detail)}"
    if kind is not None:
        noun = _ENGLISH[kind]
        return f"{noun} '{_cut(text)}'" if text else f"{noun}{_where_english(detail) or _at(place, 'at')}"
    parts = len(detail.get("parts", ()))
    if detail.get("covered"):
        return f"What stands under it ({_counted_english(parts)})"
    if parts:
        return f"A block of the page ({_counted_english(parts)}){_where_english(detail)}"
    if detail.get("where") == "page":
        return "The page"
    if detail.get("area"):
        return f"An area of the page{_where_english(detail)}"
    if text:
        return f"A part of the page with '{_cut(text)}'"
    where = _where_english(detail)
    return f"A part of the page{where}{_in_brackets(place) if where else _at(place, 'at')}"


def _where_english(detail: Mapping[str, Any]) -> str:
    where = detail.get("where")
    if not where or where == "page":
        return ""
    return (
        " in the middle"
        if where == "middle"
        else f" on the {where}"
        if where in ("left", "right")
        else f" at the {where}"
    )


def _counted_english(count: int) -> str:
    return f"{count} element" if count == 1 else f"{count} elements"


def _at(place: Box | None, word: str) -> str:
    return f" {word} {place.x}, {place.y}" if place else ""


def _in_brackets(place: Box | None) -> str:
    return f" ({place.x}, {place.y})" if place else ""


def _cut(text: str) -> str:
    return text if len(text) <= MAX_QUOTE else text[: MAX_QUOTE - 1] + "…"


def _excerpts(detail: Mapping[str, Any]) -> tuple[str, str]:
    """The old and new text of a line or paragraph; of a long one only from a few words before the first change."""
    before, after = detail.get("before", ""), detail.get("after", "")
    changed = detail.get("span", {}).get("before", (0, 0))[0]
    start = before.rfind(" ", 0, max(0, changed - MAX_QUOTE // 4)) + 1 if changed > MAX_QUOTE // 2 else 0
    is_long = max(len(before), len(after)) > MAX_QUOTE
    lead = "…" if is_long and start else ""
    return _excerpt(before, start if lead else 0, lead), _excerpt(after, start if lead else 0, lead)


def _excerpt(text: str, start: int, lead: str) -> str:
    return _cut(lead + text[start:]) if text else ""


def _way_english(detail: Mapping[str, Any]) -> str:
    down, right = detail.get("dy", 0), detail.get("dx", 0)
    ways = [f"{abs(down)} px {'down' if down > 0 else 'up'}"] if down else []
    ways += [f"{abs(right)} px to the {'right' if right > 0 else 'left'}"] if right else []
    return " and ".join(ways) or "0 px"


def _because_english(detail: Mapping[str, Any]) -> str:
    because = {"added": " because something was added", "missing": " because something was removed"}
    return because.get(detail.get("cause_type", ""), "")


def _size_english(detail: Mapping[str, Any]) -> str:
    wider, taller = detail.get("dw", 0), detail.get("dh", 0)
    ways = [f"{abs(wider)} px {'wider' if wider > 0 else 'narrower'}"] if wider else []
    ways += [f"{abs(taller)} px {'taller' if taller > 0 else 'shorter'}"] if taller else []
    return " and ".join(ways) or "of another size"


def _size_russian(detail: Mapping[str, Any]) -> str:
    steps = (("ширина", detail.get("dw", 0)), ("высота", detail.get("dh", 0)))
    told = ", ".join(f"{name} {'+' if step > 0 else '−'}{abs(step)} px" for name, step in steps if step)
    return f": {told}" if told else ""


def _text_english(kind: Kind | None, place: Box | None, detail: Mapping[str, Any]) -> str:
    noun = _ENGLISH[kind] if kind else "Text"
    before, after = _excerpts(detail)
    if before and after and before != after:
        return f"{noun} '{before}' now reads '{after}'"
    if after and after != before:
        return f"{noun}{_at(place, 'at')} now reads '{after}'"
    named = f"{noun} '{before}'" if before else f"{noun}{_at(place, 'at')}"
    return f"{named} has another text"


def _style_english(kind: Kind | None, detail: Mapping[str, Any]) -> str:
    before, after = detail.get("before"), detail.get("after")
    aspect, things = detail.get("aspect"), len(detail.get("elements", ()))
    if aspect == "font":
        return "is in another font" + (f" ({_counted_english(things)})" if things else "")
    if aspect == "state":
        return "changed its state"
    if aspect == "outline":
        return "changed its border"
    colours = f": {before} became {after}" if before and after and before != after else ""
    if kind in (Kind.CHECKBOX, Kind.RADIO, Kind.SWITCH):
        return f"changed its state or look{colours}"
    if detail.get("blur_px"):
        return f"is {'blurred' if detail['blur_px'] > 0 else 'no longer blurred'} and changed its colours{colours}"
    of_things = f" ({_counted_english(things)})" if things else ""
    return f"changed its {'colour' if colours and aspect == 'colour' else 'look'}{colours}{of_things}"


def _in_russian(type_: DefectType, kind: Kind | None, text: str, place: Box | None, detail: Mapping[str, Any]) -> str:
    subject, gender = _named_russian(kind, text, place, detail)
    match type_:
        case DefectType.MISSING:
            return f"{subject} {_agreed('исчез', 'исчезла', 'исчезло', gender)}"
        case DefectType.ADDED:
            return f"{subject} {_agreed('появился', 'появилась', 'появилось', gender)}"
        case DefectType.MOVED:
            return f"{subject} {_shifted(gender)} {_way_russian(detail)}{_because_russian(detail)}"
        case DefectType.RESIZED:
            verb = _agreed("изменил", "изменила", "изменило", gender)
            return f"{subject} {verb} размер{_size_russian(detail)}"
        case DefectType.TEXT_CHANGED:
            return _text_russian(kind, place, detail)
        case DefectType.STYLE_CHANGED:
            return f"{subject} {_style_russian(kind, gender, detail)}"
        case DefectType.IMAGE_CHANGED:
            other = _agreed("другим", "другой", "другим", gender)
            return f"{subject} {_agreed('заменён', 'заменена', 'заменено', gender)} {other}"
        case DefectType.LAYOUT_SHIFT:
            counted = _counted_russian(len(detail.get("elements", ())))
            if detail.get("order") == "reordered":
                return f"Список или таблица ({counted}){_where_russian(detail)}: другой порядок"
            if detail.get("order") == "respaced":
                is_row = bool(detail["dx"])
                where = "В строке или таблице" if is_row else "На странице"
                what = "столбцами" if is_row else "элементами по вертикали"
                return f"{where} ({counted}) изменились расстояния между {what}{_because_russian(detail)}"
            return f"Блок страницы ({counted}) сместился {_way_russian(detail)}{_because_russian(detail)}"


def _named_russian(kind: Kind | None, text: str, place: Box | None, detail: Mapping[str, Any]) -> tuple[str, str]:
    if detail.get("part") == "scrollbar":
        return "Полоса прокрутки", "f"
    if detail.get("part") in ("line", "bar"):
        noun = "Линия" if detail["part"] == "line" else "Шкала"
        return f"{noun}{_where_russian(detail)}", "f"
    if kind is not None:
        noun, _, gender = _RUSSIAN[kind]
        return (
            f"{noun} «{_cut(text)}»" if text else f"{noun}{_where_russian(detail) or _at(place, 'в точке')}"
        ), gender
    parts = len(detail.get("parts", ()))
    if detail.get("covered"):
        return f"То, что стоит под ним ({_counted_russian(parts)}),", "n"
    if parts:
        return f"Блок страницы ({_counted_russian(parts)}){_where_russian(detail)}", "m"
    if detail.get("where") == "page":
        return "Страница", "f"
    if detail.get("area"):
        return f"Область страницы{_where_russian(detail)}", "f"
    if text:
        return f"{_RUSSIAN_PART[0]} с текстом «{_cut(text)}»", _RUSSIAN_PART[2]
    where = _where_russian(detail)
    return f"{_RUSSIAN_PART[0]}{where}{_in_brackets(place) if where else _at(place, 'в точке')}", _RUSSIAN_PART[2]


_WHERE_RUSSIAN: Final = {
    "top left": "вверху слева", "top": "вверху", "top right": "вверху справа",
    "left": "слева", "middle": "в середине", "right": "справа",
    "bottom left": "внизу слева", "bottom": "внизу", "bottom right": "внизу справа",
}  # fmt: skip


def _where_russian(detail: Mapping[str, Any]) -> str:
    where = _WHERE_RUSSIAN.get(detail.get("where", ""))
    return f" {where}" if where else ""


def _agreed(masculine: str, feminine: str, neuter: str, gender: str) -> str:
    return {"m": masculine, "f": feminine, "n": neuter}[gender]


def _shifted(gender: str) -> str:
    return _agreed("сместился", "сместилась", "сместилось", gender)


def _counted_russian(count: int) -> str:
    if count % 10 == 1 and count % 100 != 11:
        return f"{count} элемент"
    few = count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14)
    return f"{count} {'элемента' if few else 'элементов'}"


def _way_russian(detail: Mapping[str, Any]) -> str:
    down, right = detail.get("dy", 0), detail.get("dx", 0)
    ways = [f"на {abs(down)} px {'вниз' if down > 0 else 'вверх'}"] if down else []
    ways += [f"на {abs(right)} px {'вправо' if right > 0 else 'влево'}"] if right else []
    return " и ".join(ways) or "на 0 px"


def _because_russian(detail: Mapping[str, Any]) -> str:
    because = {
        "added": " из-за добавленного содержимого",
        "missing": " из-за удалённого содержимого",
    }
    return because.get(detail.get("cause_type", ""), "")


def _text_russian(kind: Kind | None, place: Box | None, detail: Mapping[str, Any]) -> str:
    genitive = _RUSSIAN[kind][1] if kind else "части страницы"
    before, after = _excerpts(detail)
    if before and after and before != after:
        return f"Текст {genitive} изменился: было «{before}», стало «{after}»"
    if after and after != before:
        return f"Текст {genitive}{_at(place, 'в точке')} изменился: стало «{after}»"
    return f"Текст {genitive}{f' «{before}»' if before else _at(place, 'в точке')} изменился"


def _style_russian(kind: Kind | None, gender: str, detail: Mapping[str, Any]) -> str:
    before, after = detail.get("before"), detail.get("after")
    changed = bool(before and after and before != after)
    aspect, things = detail.get("aspect"), len(detail.get("elements", ()))
    if aspect == "font":
        counted = f" ({_counted_russian(things)})" if things else ""
        return f"{_agreed('набран', 'набрана', 'набрано', gender)} другим шрифтом{counted}"
    if aspect == "outline":
        return f"{_agreed('изменил', 'изменила', 'изменило', gender)} рамку"
    if aspect == "state":
        return f"{_agreed('изменил', 'изменила', 'изменило', gender)} состояние"
    verb = _agreed("изменил", "изменила", "изменило", gender)
    if kind in (Kind.CHECKBOX, Kind.RADIO, Kind.SWITCH):
        return f"{verb} состояние или вид" + (f": был цвет {before}, стал {after}" if changed else "")
    if detail.get("blur_px"):
        verb += " резкость и"
    if changed and detail.get("aspect") == "colour":
        return f"{verb} цвет: был {before}, стал {after}"
    return f"{verb} вид" + (f": был цвет {before}, стал {after}" if changed else "")
