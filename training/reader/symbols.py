"""What the reader can write. The place of a symbol here, plus one, is its class; class 0 is the CTC blank."""

from typing import Final

_LATIN: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CYRILLIC: Final = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_MARKS: Final = " 0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_TYPOGRAPHY: Final = "–—…«»“”„‘’•·№§©®™°×÷±−≈≤≥½²³µ←→↑↓‹›✓✗✕★☆▲▼►€£¥₽₴¢"
_ACCENTED: Final = "ÄÖÜÉÇÅØÆÑäöüßéèêëàâáãåæçñóôòõøúûùíîï"

SYMBOLS: Final = _LATIN + _CYRILLIC + _MARKS + _TYPOGRAPHY + _ACCENTED
