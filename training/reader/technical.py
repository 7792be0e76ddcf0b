# ruff: noqa: E501 - lists and drawings are easier to read in whole pieces.
"""Lines that a lexicon does not hold and testers look at: digits, network addresses, paths, amounts, versions, mixed scripts.

And lines of other scripts, which the reader must leave unread.
"""

import random
from collections.abc import Callable
from functools import cache

from wordfreq import top_n_list

Kind = Callable[[random.Random], str]

_PARTS = ("src", "var", "log", "home", "Users", "lib", "data", "etc", "app", "Program Files", "Документы", "bin", "api", "v1", "tmp", "config", "tests", "Рабочий стол", "node_modules", "1C")  # fmt: skip
_NAMES = ("main", "index", "report", "setup", "отчёт", "test_views", "utils", "backup", "readme", "log", "__init__", "image", "счёт", "settings", "data_1")  # fmt: skip
_ENDINGS = ("py", "txt", "xml", "log", "json", "ini", "dll", "exe", "xlsx", "md", "cfg", "1cd", "js", "csv")
_LATIN = ("USB", "Wi-Fi", "SQL", "PDF", "Excel", "HTTP", "SMS", "IP", "ID", "API", "Windows", "Email", "XML", "Java", "CPU", "HDMI", "LED", "VIP", "GPS", "PIN")  # fmt: skip
_RUSSIAN = ("кабель", "сеть", "запрос", "файл", "адрес", "код", "отчёт", "сервер", "порт", "карта", "хлопок", "шт", "клиент", "версия", "ключ", "строка", "модуль", "мм", "от", "для")  # fmt: skip
_UNITS = (
    "m",
    "h",
    "s",
    "ms",
    "k",
    "M",
    "MB",
    "GB",
    "B",
    "%",
    "x",
    "px",
    "м",
    "ч",
    "с",
    "кг",
    "шт",
    "руб",
    "р.",
    "d",
    "W",
    "°",
)
_KEYS = (
    "id",
    "key",
    "name",
    "value",
    "user",
    "path",
    "count",
    "index",
    "row",
    "args",
    "self",
    "max",
    "min",
    "поле",
    "имя",
)
_FOREIGN = ("ar", "he", "zh", "ja", "ko", "el", "fa", "hi")
_EMOJI = "😀🚀🔥✅❌⭐🎉💡🔒📌🐍🦊🏠🔔👍📊🧪🌍📁📄⚙🗑"


def technical(rng: random.Random) -> str:
    kinds: tuple[tuple[Kind, float], ...] = (
        (network, 14), (path, 12), (amount, 22), (digits, 16), (version, 10), (stamp, 8), (mixed, 12), (bracketed, 12), (token, 5), (pair, 7),
    )  # fmt: skip
    [made] = rng.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
    return made(rng)


def measured(rng: random.Random) -> str:
    """Digits, addresses, amounts and dates: what the one-line test is made of."""
    return rng.choice((network, amount, digits, stamp))(rng)


def network(rng: random.Random) -> str:
    ones = rng.random() < 0.4
    parts = [rng.choice((1, 10, 11, 110, 111, 112, 117, 171, 211)) if ones else rng.randrange(256) for _ in range(4)]
    address = ".".join(map(str, parts))
    mac = rng.choice(":-").join(f"{rng.randrange(256):02X}" for _ in range(6))
    return rng.choice((address, address, f"{address}:{rng.randrange(80, 65000)}", f"{address}/{rng.randrange(8, 33)}", f"http://{address}/", f"{rng.choice(_KEYS)}@{address}", mac, f"fe80::{rng.randrange(65536):x}:{rng.randrange(65536):x}", f"localhost:{rng.randrange(80, 9999)}"))  # fmt: skip


def path(rng: random.Random) -> str:
    steps = rng.choices(_PARTS, k=rng.randrange(1, 5))
    file = f"{rng.choice(_NAMES)}{rng.choice(('', '', '_', '-', '.'))}{rng.choice(('', rng.randrange(100)))}.{rng.choice(_ENDINGS)}"
    return rng.choice((f"{rng.choice('CDE')}:\\" + "\\".join([*steps, file]), "/" + "/".join([*steps, file]), "/".join([*steps, file]), "~/" + "/".join(steps), "\\\\" + "\\".join(steps), file, "./" + file, f"https://{rng.choice(_KEYS)}.example.com/" + "/".join(steps[:2])))  # fmt: skip


def amount(rng: random.Random) -> str:
    value = rng.randrange(10 ** rng.randrange(1, 8))
    grouped = f"{value:,}".replace(",", rng.choice((" ", " ", ",", ".", "'", "")))
    cents = rng.choice(
        ("", ",00", ".00", f",{rng.randrange(100):02}", f".{rng.randrange(100):02}", f".{rng.randrange(10)}")
    )
    mark = rng.choice(("", "", "", "$", "€", "£", "₽"))
    sign = rng.choice(("", "", "", "-", "+", "~", "≈"))
    return rng.choice((f"{sign}{grouped}{cents}", f"{mark}{grouped}{cents}", f"{grouped}{cents} {mark or '₽'}", f"{value % 1000}{rng.choice(_UNITS)}", f"{value % 1000} {rng.choice(_UNITS)}", f"{rng.randrange(101)}%", f"{rng.randrange(101)} %", f"100% {rng.choice(_RUSSIAN)}"))  # fmt: skip


def digits(rng: random.Random) -> str:
    few = "".join(rng.choices(rng.choice(("0123456789", "0123456789", "117", "1470", "3865", "1")), k=rng.choice((1, 1, 1, 2, 2, 3, 4, 6, 9, 12))))  # fmt: skip
    return rng.choice((*[few] * 10, f"({few})", f"[{few}]", f"#{few}", f"№ {few}", f"{few}.", f"{few}/{rng.randrange(1, 99)}", f"{rng.randrange(100)} из {few}", f"{rng.randrange(100)}-{few}"))  # fmt: skip


def version(rng: random.Random) -> str:
    numbers = ".".join(
        str(rng.choice((rng.randrange(10), rng.randrange(30), 1, 11))) for _ in range(rng.randrange(2, 5))
    )
    return rng.choice((numbers, f"v{numbers}", f"{numbers}-rc{rng.randrange(1, 5)}", f"{rng.choice(_KEYS)}-{numbers}", f"Python {numbers}", f"версия {numbers}", f"({numbers})"))  # fmt: skip


def stamp(rng: random.Random) -> str:
    day, month, year = rng.randrange(1, 29), rng.randrange(1, 13), rng.randrange(1999, 2031)
    clock = f"{rng.randrange(24):02}:{rng.randrange(60):02}:{rng.randrange(60):02}"
    return rng.choice((f"{year}-{month:02}-{day:02} {clock}", f"{day:02}.{month:02}.{year} {clock}", f"{year}-{month:02}-{day:02}T{clock}Z", f"{day:02}.{month:02}.{year % 100:02}", f"[{clock}]", clock, clock[:5], f"{month}/{day}/{year}", f"{clock}.{rng.randrange(1000):03}", f"{year}/{month:02}/{day:02}"))  # fmt: skip


def mixed(rng: random.Random) -> str:
    first, second = rng.choice(_LATIN), rng.choice(_RUSSIAN)
    return rng.choice((f"{first}-{second}", f"{second} {first}", f"{first} {second}", f"{second.capitalize()} ({first})", f"{second} {first} {rng.randrange(1, 99)}", f"{first}/{second}", f"{rng.randrange(1, 200)}% {second}", f"№{rng.randrange(99)} {first}", f"{second.capitalize()} {first}-{rng.randrange(20)}"))  # fmt: skip


def bracketed(rng: random.Random) -> str:
    key, other = rng.choice(_KEYS), rng.choice(_KEYS)
    return rng.choice((f"[{key}]", f"({key})", f"{{{key}}}", f"<{key}>", f"{key}[{rng.randrange(20)}]", f"{key}_{other}", f"__{key}__", f"#{key}_{rng.randrange(99)}", f"{key}({other})", f"{key}: [{rng.randrange(9)}, {rng.randrange(99)}]", f"${key}", f"{{{{ {key} }}}}", f"<{key}/>", f"-{key[0]} --{other}", f"{key} = {rng.randrange(99)}", f"({rng.randrange(99)})", f"[{rng.choice('xX +-')}]", f"{key}_{rng.randrange(99)}_{other}"))  # fmt: skip


def token(rng: random.Random) -> str:
    return "-".join("".join(rng.choices("0123456789abcdef", k=size)) for size in rng.choice(((8,), (7,), (8, 4, 4, 4, 12), (12,), (4, 4))))  # fmt: skip


def pair(rng: random.Random) -> str:
    """A name and what it is worth, as property lists and logs have it."""
    return f"{rng.choice(_KEYS + _RUSSIAN)}{rng.choice((': ', '=', ' = ', ' – '))}{rng.choice((digits, amount, network, version))(rng)}"  # fmt: skip


def foreign(rng: random.Random) -> str:
    """A line in a script that the reader does not know, or of emoji."""
    if rng.random() < 0.2:
        return "".join(rng.choices(_EMOJI, k=rng.randrange(1, 5)))
    language = rng.choice(_FOREIGN)
    words = [rng.choice(_words(language)) for _ in range(rng.choice((1, 1, 2, 3, 5)))]
    return ("" if language in ("zh", "ja") else " ").join(words)


@cache
def _words(language: str) -> list[str]:
    """Words of the script alone: no Latin letters, no digits, none of a single letter where letters resemble ours."""
    found = top_n_list(language, 4000)
    least = 1 if language in ("zh", "ja", "ko") else 3
    return [word for word in found if len(word) >= least and all(ord(letter) > 0x36F for letter in word)]
