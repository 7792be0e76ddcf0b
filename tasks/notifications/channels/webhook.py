"""A signed webhook, as standardwebhooks.com has it: `webhook-id`, `webhook-timestamp`, `webhook-signature`.

The id stays the same however often a message is sent: so a receiver recognises duplicates. The signature is HMAC-SHA256 over
"id.timestamp.body" with WEBHOOK_SECRET, base64, after "v1,".
"""

import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from sqlalchemy.orm import Session

from config import settings
from store.tables import Notification
from tasks.bounded_http import Answer
from tasks.notifications import letter
from tasks.notifications.channel import Channel, Event, Happened, Send
from tasks.notifications.exchange import Refused, Unavailable, post

_TO = "The webhook"
_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook(Channel):
    name: str = "webhook"

    def is_on(self) -> bool:
        return bool(settings().webhook_url)

    def wants(self, session: Session, event: Event) -> bool:
        return event.happened is Happened.BUILD_CONCLUDED

    def prepared(self, notification: Notification) -> Send:
        payload = letter.payload_of_build(str(notification.build_id))
        return lambda: send(notification.id, payload)


def send(message_id: str, payload: Mapping[str, Any]) -> None:
    """Raises exchange.Refused, Unavailable, Uncertain."""
    body = json.dumps(payload, ensure_ascii=False).encode()
    timestamp = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Etalon",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
    }
    secret = settings().webhook_secret.get_secret_value()
    if secret:
        headers["webhook-signature"] = signature(secret, message_id, timestamp, body)
    _judge(post(_TO, settings().webhook_url, headers=headers, body=body))


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """`secret` is any text, or `whsec_` and base64."""
    key = b64decode(secret.removeprefix(_PREFIX)) if secret.startswith(_PREFIX) else secret.encode()
    signed = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, sha256).digest()
    return f"v1,{b64encode(signed).decode()}"


def _judge(answer: Answer) -> None:
    if 200 <= answer.status < 300:
        return
    sentence = f"{_TO} answered {answer.status}."
    if answer.status == 410:
        raise Refused(f"{sentence} It is gone: take WEBHOOK_URL out of the settings.")
    # Everything else may be mended on the other side: a wrong secret, a route that is not deployed yet, an overload.
    raise Unavailable(sentence, float(answer.retry_after) if answer.retry_after.isdigit() else None)


CHANNELS: Final = (Webhook(),)
