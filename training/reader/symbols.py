"""What the reader can write. The place of a symbol here, plus one, is its class; class 0 is the CTC blank."""

from typing import Final

_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CYRILLIC: Final = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_MARKS: Final = " 0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_TYPOGRAPHY: Final = "–—…«»“”„‘’•·№§©®™°×÷±−≈≤≥½²³µ←→↑↓‹›✓✗✕★☆▲▼►€£¥₽₴¢"
_ACCENTED: Final = "ÄÖÜÉÇÅØÆÑäöüßéèêëàâáãåæçñóôòõøúûùíîï"

SYMBOLS: Final = _LATIN + _CYRILLIC + _MARKS + _TYPOGRAPHY + _ACCENTED

# Written one way only: they look the same, so a network could only guess.
_ONE_WAY: Final = (("...", "…"), ("−", "-"), ("‘", "'"), ("’", "'"))


def one_way(text: str) -> str:
    """The text as the reader is taught to write it."""
    for other, written in _ONE_WAY:
        text = text.replace(other, written)
    return text
