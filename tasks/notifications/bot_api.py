"""The Bot API's part that Etalon needs: one message to one chat, within its limits, and what its answers mean.

The token is part of every URL: errors are written from scratch.
"""

import io
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from tasks.bounded_http import Answer
from tasks.notifications.exchange import CALL_SECONDS, Refused, Unavailable, Uncertain, post

# core.telegram.org/bots/api: sendMessage, sendPhoto, sendDocument. Lengths are of the text after its entities are parsed.
TEXT_LIMIT: Final = 4096
CAPTION_LIMIT: Final = 1024
PHOTO_BYTES: Final = 10 * 1024 * 1024
PHOTO_SIDES_SUM: Final = 10_000
PHOTO_RATIO: Final = 20
DOCUMENT_BYTES: Final = 50 * 1024 * 1024

ALBUM_PHOTOS: Final = 10
_RATE_LIMITED_SECONDS: Final = 5.0  # where a 429 does not say how long
_TO: Final = "Telegram"


class ChatMoved(Exception):
    """The group became a supergroup: messages go to `chat_id` from now on. The refused one has arrived nowhere."""

    def __init__(self, chat_id: str) -> None:
        super().__init__(str(ChatMoved.__doc__))
        self.chat_id = chat_id


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
class Button:
    """Under a message: what it says, and at most 64 bytes that come back when it is pressed."""

    words: str
    data: str


@dataclass(frozen=True, slots=True)
class Bot:
    """Sends to one chat, and there to one topic where `topic_id` names it. `api_url` is https://api.telegram.org or one's own Bot
    API server."""

    token: str
    chat_id: str
    api_url: str
    topic_id: str = ""
    answer_seconds: float = CALL_SECONDS  # for a whole call

    def send(self, caption: Text, text: Text, photos: Sequence[Photo] = (), buttons: Sequence[Button] = ()) -> None:
        """`caption` goes with the pictures where they can be sent, `text` alone where not: what Telegram refuses as a photo
        goes as a file, and what it refuses as a file is left out. An album has no `buttons`: give one picture with them.

        Raises ChatMoved, exchange.Refused, Unavailable, Uncertain.
        """
        for method, field, words, files, more in self._ways(caption, text, photos):
            under = {} if "media" in more else _keyboard(buttons)
            try:
                return self._send(method, field, words, files, more | under)
            except _PictureRefused:
                continue
        return None

    def ask(self, method: str, fields: Mapping[str, str], seconds: float = CALL_SECONDS) -> Any:
        """Any other call of the Bot API: its result. Raises exchange.Refused, Unavailable, Uncertain, ChatMoved."""
        url = f"{self.api_url}/bot{quote(self.token, safe=':')}/{method}"
        answer = post(_TO, url, form=fields, seconds=seconds)
        self._judge(answer, has_picture=False)
        return answer.json().get("result")

    def _ways(self, caption: Text, text: Text, photos: Sequence[Photo]) -> Iterator["_Way"]:
        """The best first, the one that needs no picture last."""
        if photos and all(photo.fits_photo for photo in photos):
            yield _pictures("photo", caption, photos[:ALBUM_PHOTOS])
        if photos and all(photo.fits_document for photo in photos):
            yield _pictures("document", caption, photos[:ALBUM_PHOTOS])
        yield "sendMessage", "text", text, {}, {}

    def _send(self, method: str, field: str, words: Text, files: "_Files", more: dict[str, str]) -> None:
        answer = self._call(method, _worded(field, words.html, "HTML", more), files)
        if answer.status == 400 and "parse entities" in answer.json().get("description", ""):
            # Whatever it dislikes about the mark-up: the words matter more. The refused call has delivered nothing.
            answer = self._call(method, _worded(field, words.plain, "", more), files)
        self._judge(answer, has_picture=bool(files))

    def _call(self, method: str, fields: dict[str, str], files: "_Files") -> Answer:
        url = f"{self.api_url}/bot{quote(self.token, safe=':')}/{method}"
        form = {"chat_id": self.chat_id, **({"message_thread_id": self.topic_id} if self.topic_id else {}), **fields}
        parts = {name: (f"{name}.png", io.BytesIO(png), "image/png") for name, png in files.items()}
        return post(_TO, url, form=form, files=parts or None, seconds=self.answer_seconds)

    def _judge(self, answer: Answer, has_picture: bool) -> None:
        body = answer.json()
        if answer.status == 200 and body.get("ok") is True:
            return
        if answer.status == 200:
            raise Uncertain("What answered in Telegram's place was not the Bot API.")
        said = str(body.get("description", "")).replace(self.token, "***")[:200]
        sentence = f"Telegram answered {answer.status}{': ' + said if said else ''}."
        parameters = body.get("parameters")
        known = parameters if isinstance(parameters, dict) else {}
        if isinstance(known.get("migrate_to_chat_id"), int):
            raise ChatMoved(str(known["migrate_to_chat_id"]))
        if answer.status == 429:
            raise Unavailable(sentence, _retry_after(known))
        if answer.status >= 500:
            raise Unavailable(sentence)
        if has_picture and answer.status in (400, 413) and not _RECIPIENT.search(said):
            raise _PictureRefused(sentence)
        raise Refused(sentence)


# Words of a refusal that is about the recipient, not about the picture.
_RECIPIENT = re.compile(r"\b(?:chat|bot|group|user)\b", re.IGNORECASE)


class _PictureRefused(Exception):
    """It may be the picture that Telegram dislikes."""


_Files = dict[str, bytes]
_Way = tuple[str, str, Text, _Files, dict[str, str]]


def _pictures(kind: str, caption: Text, photos: Sequence[Photo]) -> _Way:
    if len(photos) == 1:
        return f"send{kind.capitalize()}", "caption", caption, {kind: photos[0].png}, {}
    files = {f"picture{number}": photo.png for number, photo in enumerate(photos, 1)}
    album = [{"type": kind, "media": f"attach://{name}"} for name in files]
    return "sendMediaGroup", "caption", caption, files, {"media": json.dumps(album)}


def _keyboard(buttons: Sequence[Button]) -> dict[str, str]:
    if not buttons:
        return {}
    row = [{"text": button.words, "callback_data": button.data} for button in buttons]
    return {"reply_markup": json.dumps({"inline_keyboard": [row]}, ensure_ascii=False)}


def _worded(field: str, words: str, parse_mode: str, more: dict[str, str]) -> dict[str, str]:
    mode = {"parse_mode": parse_mode} if parse_mode else {}
    if "media" not in more:
        return {field: words, **mode, **more}
    # The words of an album are those of one of its pictures: for photos the first, under files the last.
    album = json.loads(more["media"])
    album[0 if album[0]["type"] == "photo" else -1] |= {field: words, **mode}
    return {"media": json.dumps(album, ensure_ascii=False)}


def utf16_length(text: str) -> int:
    """Telegram counts UTF-16 code units: an emoji is two."""
    return len(text.encode("utf-16-le")) // 2


def _retry_after(parameters: Mapping[str, Any]) -> float:
    said = parameters.get("retry_after")
    if not isinstance(said, int | float) or said != said:  # what is not equal to itself is no number
        return _RATE_LIMITED_SECONDS
    return float(min(said, sys.maxsize))
