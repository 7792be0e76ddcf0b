"""What stands on screens: words of both languages in every case, prices, dates, addresses, codes; the same for the same seed.

Words come from wordfreq (Apache-2.0; its lists CC BY-SA 4.0): common ones often, rare ones too, so that the reader learns
letters rather than a vocabulary.
"""

import random
from collections.abc import Callable
from functools import cache

from wordfreq import top_n_list

from training.reader.symbols import SYMBOLS

_KNOWN = frozenset(SYMBOLS)
_ENDINGS = ("", "", "", "", "", "", ":", ".", "…", "*", ",", "!", "?", " →", " ›", "...", " (3)", " *", " %", ";")
_BETWEEN = (*[" "] * 7, ", ", ": ", " — ", " - ", " / ", " · ", " | ", " & ", " + ", "-", " › ", " – ", ". ")
_CURRENCIES = ("$", "€", "£", "¥", " ₽", " руб.", " р.", " USD", " EUR", " ₴", "¢", " $", " €")
_MONTHS = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
    "янв",
    "фев",
    "мар",
    "авг",
    "сен",
    "окт",
    "ноя",
    "дек",
)
_UNITS = ("MB", "GB", "KB", "kg", "km", "ms", "МБ", "ГБ", "кг", "км", "шт.", "мин", "px", "°C", "м²", "ч", "h", "min")
_ZONES = ("com", "org", "net", "ru", "io", "example", "example.com", "dev", "co.uk", "рф")
_ALPHABETS = (
    SYMBOLS[:52],
    SYMBOLS[52:118],
    SYMBOLS[:52] + "0123456789",
    SYMBOLS[:118],
    SYMBOLS,
    "0123456789ABCDEF-",
    "lI1|iO0oCcСсВ8BЗ3",
)
_FILES = ("pdf", "png", "docx", "csv", "xlsx", "zip", "json", "txt", "js", "py", "mp4", "jpg")


def line(rng: random.Random) -> str:
    """One visual line: mostly words, sometimes what a lexicon does not hold."""
    while True:
        text = _kind(rng)(rng)
        text = " ".join("".join(letter for letter in text if letter in _KNOWN).split())
        if text and any(letter != " " for letter in text):
            return text[: rng.choice((30, 46, 60, 80))].strip()


def _kind(rng: random.Random) -> Callable[[random.Random], str]:
    kinds = (phrase, number, price, date, address, code, scramble, list_of_marks, secret)
    return rng.choices(kinds, weights=(66, 6, 6, 6, 5, 4, 5, 1.5, 0.5))[0]


def phrase(rng: random.Random) -> str:
    language = rng.choices(("en", "ru", "mixed"), weights=(43, 52, 5))[0]
    count = rng.choices((1, 2, 3, 4, 6, 9), weights=(30, 26, 18, 12, 9, 5))[0]
    words = [_word(rng, rng.choice(("en", "ru")) if language == "mixed" else language) for _ in range(count)]
    text = words[0]
    for word in words[1:]:
        text += (rng.choice(_BETWEEN) if rng.random() < 0.3 else " ") + word
    return _wrapped(rng, _cased(rng, text)) + rng.choice(_ENDINGS)


def _word(rng: random.Random, language: str) -> str:
    words = _lexicon(language)
    reach = rng.choice((300, 3000, 20_000, len(words)))
    word = words[rng.randrange(reach)]
    chance = rng.random()
    if chance < 0.06:
        return word.capitalize()
    if chance < 0.09:
        return word.upper()
    return word + str(rng.randrange(100)) if chance < 0.11 else word


@cache
def _lexicon(language: str) -> list[str]:
    return [word for word in top_n_list(language, 60_000) if set(word) <= _KNOWN]


def _cased(rng: random.Random, text: str) -> str:
    chance = rng.random()
    if chance < 0.5:
        return text[:1].upper() + text[1:]
    if chance < 0.64:
        return text.title()
    return text.upper() if chance < 0.78 else text


def _wrapped(rng: random.Random, text: str) -> str:
    if rng.random() > 0.06:
        return text
    first, last = rng.choice(("()", "[]", "«»", "“”", '""', "''", "„“", "‘’", "<>", "{}"))
    return first + text + last


def number(rng: random.Random) -> str:
    form = rng.randrange(8)
    value = rng.randrange(10 ** rng.randrange(1, 8))
    if form < 2:
        return str(value)
    if form == 2:
        return f"{value:,}".replace(",", rng.choice((",", " ", ".", " ")))
    if form == 3:
        share = f"{rng.choice(('', '+', '-', '−', '±'))}{rng.uniform(0, 200):.{rng.randrange(1, 3)}f}%"
        return share.replace(".", rng.choice(".,"))
    if form == 4:
        return f"{rng.randrange(1, 99)}/{rng.randrange(1, 99)}"
    if form == 5:
        return f"{rng.randrange(1, 999)} {rng.choice(_UNITS)}"
    if form == 6:
        return f"{rng.randrange(1, 50)}–{rng.randrange(50, 100)} {rng.choice(('of', 'из', '×'))} {value}"
    return f"{rng.choice(('№', '#', 'No. ', 'ID ', 'v', '×', '≈', '≤ ', '~', '+'))}{value}"


def price(rng: random.Random) -> str:
    whole = f"{rng.randrange(10 ** rng.randrange(1, 7)):,}".replace(",", rng.choice((",", " ", " ")))
    cents = rng.choice(("", "", f".{rng.randrange(100):02d}", f",{rng.randrange(100):02d}"))
    currency = rng.choice(_CURRENCIES)
    amount = whole + cents
    return currency.strip() + amount if currency[0] in "$€£¥" and rng.random() < 0.8 else amount + currency


def date(rng: random.Random) -> str:
    day, month, year = rng.randrange(1, 32), rng.randrange(1, 13), rng.randrange(1990, 2036)
    clock = f"{rng.randrange(24):02d}:{rng.randrange(60):02d}"
    forms = (
        f"{day:02d}.{month:02d}.{year}",
        f"{year}-{month:02d}-{day:02d}",
        f"{month}/{day}/{year}",
        f"{day} {rng.choice(_MONTHS)} {year}",
        f"{rng.choice(_MONTHS)} {day}, {year}",
        clock,
        f"{clock}:{rng.randrange(60):02d}",
        f"{day} {rng.choice(_MONTHS)}, {clock}",
        f"{clock} {rng.choice(('AM', 'PM', 'am', 'UTC', 'МСК'))}",
        "mm/dd/yyyy",
        "дд.мм.гггг",
    )
    return rng.choice(forms)


def address(rng: random.Random) -> str:
    first, second = (_word(rng, "en").lower().replace("'", "") for _ in range(2))
    zone = rng.choice(_ZONES)
    forms = (
        f"{first}.{second}@{first}.{zone}",
        f"{first}@{second}.{zone}",
        f"https://{first}.{zone}/{second}",
        f"www.{first}{second}.{zone}",
        f"/{first}/{second}?{rng.choice('abcdxyz')}={rng.randrange(99)}",
        f"{first}_{second}.{rng.choice(_FILES)}",
        f"+7 ({rng.randrange(900, 999)}) {rng.randrange(1000):03d}-{rng.randrange(100):02d}-{rng.randrange(100):02d}",
        f"+{rng.randrange(1, 99)} {rng.randrange(100, 999)} {rng.randrange(100, 999)} {rng.randrange(1000, 9999)}",
        f"@{first}{rng.randrange(100)}",
        f"#{first}",
    )
    return rng.choice(forms)


def code(rng: random.Random) -> str:
    first, second = (_word(rng, "en").lower().replace("'", "") for _ in range(2))
    forms = (
        f"{first}({second}, {rng.randrange(10)})",
        f'<{first} class="{second}">',
        f"{first}_{second} = {rng.randrange(100)};",
        f"{first}.{second}[{rng.randrange(10)}]",
        f"${{{first}}} {second} --{first}",
        f"if ({first} && !{second}) {{",
        f"\\{first}\\{second} `{first}` ^{rng.randrange(9)} ~{second}",
    )
    return rng.choice(forms)


def scramble(rng: random.Random) -> str:
    """No word at all: what only the shapes of the letters tell."""
    alphabet = rng.choice(_ALPHABETS)
    return " ".join("".join(rng.choices(alphabet, k=rng.randrange(1, 9))) for _ in range(rng.choice((1, 1, 2, 3))))


def list_of_marks(rng: random.Random) -> str:
    return rng.choice(SYMBOLS[118:]) + rng.choice(("", " ")) + phrase(rng)


def secret(rng: random.Random) -> str:
    return rng.choice("•*●") * rng.randrange(4, 14)
