"""The pages of `bench.worst`: pairs of HTML pages, and pairs of pictures that are drawn without a browser."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

import cv2
import numpy as np

from vision.types import Picture

ROWS: Final = 219
ICONS: Final = 2200
DOT_STEP_PX: Final = 16
WORDS: Final = (
    "acorn", "basin", "cedar", "delta", "ember", "fjord", "gravel", "hazel", "inlet", "jasmine", "kiln",
    "ledger", "marble", "nutmeg", "opal", "pebble", "quince", "ridge", "saffron", "thicket", "umber", "vale",
    "willow", "yarrow", "zephyr", "anchor", "bramble", "canyon", "drizzle", "elder", "fossil", "glacier",
)  # fmt: skip
SIGNS: Final = (
    '<path d="M3 3h14v14H3z"/>', '<circle cx="10" cy="10" r="7"/>', '<path d="M10 2l8 16H2z"/>',
    '<path d="M8 2h4v6h6v4h-6v6H8v-6H2V8h6z"/>', '<path d="M3 4l7 12 7-12z"/>', '<path d="M2 6h16v3H2zM2 12h16v3H2z"/>',
)  # fmt: skip
Row = tuple[str, str, str, str]


def rows() -> list[Row]:
    drawn = Random(7)
    states, names = ("open", "paid", "late", "sent"), [word.title() for word in WORDS[:9]]
    return [
        (f"Order {n}", drawn.choice(states), drawn.choice(names), f"{drawn.randint(10, 999)}.{drawn.randint(10, 99)} €")
        for n in range(1, ROWS + 1)
    ]


def table_page(held: Sequence[Row]) -> str:
    style = (
        "body{font:16px sans-serif;margin:20px}table{border-collapse:collapse;width:1200px}"
        "td{border-bottom:1px solid #ddd;padding:7px 12px}tr:nth-child(even){background:#f5f6fa}"
        "b{background:#e3edff;border-radius:9px;padding:2px 8px;font-weight:400}"
    )
    lines = "".join(f"<tr><td>{a}<td><b>{b}</b><td>{c}<td>{d}" for a, b, c, d in held)
    return f"<style>{style}</style><h1>Orders</h1><table>{lines}</table>"


def text_page(style: str = "") -> str:
    drawn = Random(1)
    parts = (" ".join(drawn.choice(WORDS) for _ in range(drawn.randint(40, 110))) for _ in range(70))
    text = "".join(f"<p>{part.capitalize()}.</p>" for part in parts)
    return f"<style>body{{font:15px sans-serif;margin:30px 60px;width:900px;{style}}}</style><h1>Report</h1>{text}"


def icon_page(without: int = -1, colour: str = "#333") -> str:
    drawn = Random(2)
    kinds = [drawn.choice(SIGNS) for _ in range(ICONS)]
    signs = "".join(f'<svg width="20" height="20">{sign}</svg>' for at, sign in enumerate(kinds) if at != without)
    style = f"body{{margin:20px}}div{{display:flex;flex-wrap:wrap;gap:12px}}svg{{fill:{colour}}}"
    return f"<style>{style}</style><div>{signs}</div>"


def _with_words(held: Sequence[Row]) -> list[Row]:
    return [(a, b, c, f"{d} net") for a, b, c, d in held]


def _one_gone(held: Sequence[Row]) -> list[Row]:
    return [*held[:59], *held[60:]]


SHOWN: Final[dict[str, Callable[[], tuple[str, str]]]] = {
    "one row gone": lambda: (table_page(rows()), table_page(_one_gone(rows()))),
    "one row more": lambda: (table_page(_one_gone(rows())), table_page(rows())),
    "a word more in each row": lambda: (table_page(rows()), table_page(_with_words(rows()))),
    "table reversed": lambda: (table_page(rows()), table_page(rows()[::-1])),
    "table sorted": lambda: (table_page(rows()), table_page(sorted(rows(), key=lambda row: row[2:]))),
    "another font": lambda: (text_page(), text_page("font-family:serif")),
    "all text recoloured": lambda: (text_page(), text_page("color:#2a5")),
    "one icon gone": lambda: (icon_page(), icon_page(without=300)),
    "all icons recoloured": lambda: (icon_page(), icon_page(colour="#0a6")),
}


# -- drawn without a browser ------------------------------------------------------------------------------------------


def dots(width: int = 3200, height: int = 2500) -> tuple[Picture, Picture]:
    """Two of three dots become red."""
    before = np.full((height, width, 3), 255, np.uint8)
    after = before.copy()
    half = DOT_STEP_PX // 2
    for y in range(half, height, DOT_STEP_PX):
        for x in range(half, width, DOT_STEP_PX):
            stays = (x // DOT_STEP_PX + y // DOT_STEP_PX) % 3 == 0
            cv2.circle(before, (x, y), 4, (0, 0, 0), -1, cv2.LINE_AA)
            cv2.circle(after, (x, y), 4, (0, 0, 0) if stays else (0, 0, 200), -1, cv2.LINE_AA)
    return before, after


def specks() -> tuple[Picture, Picture]:
    """Dots, and over them 3,000 squares in any colour."""
    before, _ = dots()
    after, drawn = before.copy(), np.random.default_rng(3)
    height, width = before.shape[:2]
    for y, x in zip(drawn.integers(0, height - 12, 3000), drawn.integers(0, width - 12, 3000), strict=True):
        after[y : y + 10, x : x + 10] = drawn.integers(0, 256, 3)
    return before, after


def noise(width: int, height: int) -> tuple[Picture, Picture]:
    drawn = np.random.default_rng(4)
    before, after = (drawn.integers(0, 256, (height, width, 3), np.uint8) for _ in range(2))
    return before, after


DRAWN: Final[dict[str, Callable[[], tuple[Picture, Picture]]]] = {
    "8 MP of dots": dots,
    "8 MP of dots and specks": specks,
    "8 MP of noise": lambda: noise(3200, 2500),
    "50 MP of noise": lambda: noise(8000, 6250),
}
