"""Signed links to pictures: an expiring signature replaces the key, so that an <img> can load them.

HMAC-SHA256 over the artifact's id and the expiry, with a secret that the service's processes share.
"""

import hmac
import time
from hashlib import sha256
from urllib.parse import urlencode

from config import settings
from store import secrets
from store.errors import LinkExpired, LinkForged

_NAME = "artifact-links"
_STEPS = 24  # a link stays the same for a part of its lifetime, so that browsers can cache the picture


def signed(artifact_id: str, at: float | None = None) -> str:
    """The link's query, `expires=...&signature=...`, valid for LINK_SECONDS and at most a twenty-fourth more."""
    lifetime = settings().link_seconds
    step = max(1, lifetime // _STEPS)
    begun = int(time.time() if at is None else at) // step * step
    expires = begun + step + lifetime
    return urlencode({"expires": expires, "signature": _signature(artifact_id, expires)})


def verify(artifact_id: str, expires: int, signature: str, at: float | None = None) -> None:
    """Raises LinkForged, LinkExpired."""
    if not hmac.compare_digest(_signature(artifact_id, expires).encode(), signature.encode()):
        raise LinkForged
    if (time.time() if at is None else at) >= expires:
        raise LinkExpired


def _signature(artifact_id: str, expires: int) -> str:
    return hmac.new(_secret(), f"{artifact_id}:{expires}".encode(), sha256).hexdigest()


def _secret() -> bytes:
    """LINK_SECRET, or the secret in the database."""
    chosen = settings().link_secret.get_secret_value()
    return chosen.encode() if chosen else secrets.shared(_NAME)
