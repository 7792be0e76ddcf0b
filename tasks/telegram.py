"""The Bot API's part that Etalon needs: one message to one chat, within its limits, and what its answers mean.

The token is part of every URL, so no error of httpx leaves this file: what is raised here is written from scratch.
"""

import io
import math
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx

from tasks.bounded_http import Answer, NoAnswer, post

# core.telegram.org/bots/api: sendMessage, sendPhoto, sendDocument. Lengths are of the text after its entities are parsed.
TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
PHOTO_BYTES: Final = 10 * 1024 * 1024
PHOTO_SIDES_SUM: Final = 10_000
PHOTO_RATIO: Final = 20
DOCUMENT_BYTES: Final = 50 * 1024 * 1024

_RATE_LIMITED_SECONDS: Final = 5.0  # where a 429 does not say how long
_LONGEST_WAIT_SECONDS: Final = 3600.0  # whatever a 429 says


class TelegramRefused(Exception):
    """Telegram refused the message; the same one will be refused again."""


class TelegramUnavailable(Exception):
    """Telegram certainly did not take the message; it may later. `retry_after_seconds`: what it asked for, at most an hour."""

    def __init__(self, sentence: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = retry_after_seconds


class TelegramUncertain(Exception):
    """The message was sent and no answer came: it may have arrived, and sending it again may double it."""


@dataclass(frozen=True, slots=True)
class Photo:
    """A PNG and its size in pixels."""

    png: bytes
    width: int
    height: int

    @property
    def fits_photo(self) -> bool:
        long, short = max(self.width, self.height), min(self.width, self.height)
        return (
            len(self.png) <= PHOTO_BYTES and self.width + self.height <= PHOTO_SIDES_SUM and long <= short * PHOTO_RATIO
        )

    @property
    def fits_document(self) -> bool:
        return len(self.png) <= DOCUMENT_BYTES


@dataclass(frozen=True, slots=True)
class Text:
    """The same words twice: as Telegram's HTML, and plain."""

    html: str
    plain: str


@dataclass(frozen=True, slots=True)
class Bot:
    """Sends to one chat. `api_url` is https://api.telegram.org or one's own Bot API server."""

    token: str
    chat_id: str
    api_url: str
    answer_seconds: float = 45.0  # for the whole call

    def send(self, caption: Text, text: Text, photo: Photo | None) -> None:
        """`caption` goes with the picture where it can be sent, `text` alone where not.

        Raises TelegramRefused, TelegramUnavailable, TelegramUncertain.
        """
        if photo and photo.fits_photo:
            self._send("sendPhoto", "caption", caption, {"photo": ("diff.png", io.BytesIO(photo.png), "image/png")})
        elif photo and photo.fits_document:
            self._send(
                "sendDocument", "caption", caption, {"document": ("diff.png", io.BytesIO(photo.png), "image/png")}
            )
        else:
            self._send("sendMessage", "text", text, None)

    def _send(self, method: str, field: str, words: Text, files: dict[str, Any] | None) -> None:
        answer = self._call(method, {field: words.html, "parse_mode": "HTML"}, files)
        if answer.status == 400 and b"parse entities" in answer.body:
            # Whatever it dislikes about the mark-up: the words matter more. The refused call has delivered nothing.
            answer = self._call(method, {field: words.plain}, _again(files))
        self._judge(answer)

    def _call(self, method: str, fields: dict[str, str], files: dict[str, Any] | None) -> Answer:
        url = f"{self.api_url}/bot{quote(self.token, safe=':')}/{method}"
        try:
            return post(url, self.answer_seconds, data={"chat_id": self.chat_id, **fields}, files=files)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            httpx.WriteError,
            httpx.WriteTimeout,
        ) as error:
            raise TelegramUnavailable(f"Telegram could not be reached ({type(error).__name__}).") from None
        except (NoAnswer, httpx.HTTPError, OSError) as error:
            raise TelegramUncertain(f"Telegram did not answer ({type(error).__name__}).") from None
        except (httpx.InvalidURL, ValueError):
            raise TelegramRefused("TELEGRAM_API_URL and TELEGRAM_BOT_TOKEN do not make a URL.") from None

    def _judge(self, answer: Answer) -> None:
        body = answer.json()
        if answer.status == 200 and body.get("ok") is True:
            return
        if answer.status == 200:
            raise TelegramUncertain("What answered in Telegram's place was not the Bot API.")
        said = str(body.get("description", "")).replace(self.token, "***")[:200]
        sentence = f"Telegram answered {answer.status}{': ' + said if said else ''}."
        if answer.status == 429:
            raise TelegramUnavailable(sentence, _retry_after(body))
        if answer.status >= 500:
            raise TelegramUnavailable(sentence)
        raise TelegramRefused(sentence)


def utf16_length(text: str) -> int:
    """Telegram counts UTF-16 code units: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def _again(files: dict[str, Any] | None) -> dict[str, Any] | None:
    for _, stream, _ in (files or {}).values():
        stream.seek(0)
    return files


def _retry_after(body: dict[str, Any]) -> float:
    parameters = body.get("parameters")
    said = parameters.get("retry_after") if isinstance(parameters, dict) else None
    try:
        seconds = float(said) if isinstance(said, int | float) else math.nan
    except OverflowError:
        seconds = math.inf
    return _RATE_LIMITED_SECONDS if math.isnan(seconds) else min(max(seconds, 0.0), _LONGEST_WAIT_SECONDS)
