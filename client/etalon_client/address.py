"""Where the service is, and in plain words why it cannot be reached there."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

import httpx

from etalon_client.errors import NotCompared, Refused, Unreached


def checked_address(url: str) -> str:
    """The address without a slash at its end. Raises NotCompared if it is not one of HTTP."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        complete = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        complete = False
    if not complete:
        raise NotCompared(
            "the address {url!r} must begin with http:// or https:// and name a host, as in https://etalon.example.com "
            "(ETALON_URL or --url)",
            url=url,
        )
    return url.rstrip("/")


def checked_key(key: str) -> str:
    """The API key without blanks around it. Raises NotCompared if no key can look like this."""
    key = key.strip()
    if not (key.isascii() and (key.isprintable() or not key)):
        raise NotCompared("ETALON_API_KEY holds characters that no key has; copy it again")
    return key


def unreached(url: str, error: httpx.TransportError) -> Unreached:
    """The error as a sentence that says what to change, if anything can be."""
    cause = _root(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreached(
            "{url} has a certificate that is not trusted here: {reason} (SSL_CERT_FILE can name its authority's file)",
            hopeless=True, url=url, reason=cause.verify_message,
        )  # fmt: skip
    if isinstance(cause, ssl.SSLError):
        return Unreached(
            "{url} does not speak HTTPS; does its address begin with http://? ({reason})",
            hopeless=True, url=url, reason=cause.reason or cause,
        )  # fmt: skip
    if isinstance(cause, socket.gaierror):
        return Unreached(
            "{url} cannot be reached: there is no such host ({reason})",
            hopeless=cause.errno != socket.EAI_AGAIN, url=url, reason=cause.strerror,
        )  # fmt: skip
    hopeless = isinstance(error, (httpx.UnsupportedProtocol, httpx.ProxyError))
    return Unreached("{url} cannot be reached: {reason}", hopeless=hopeless, url=url, reason=_reason(error, cause))


def refused(url: str, answer: httpx.Response) -> Refused:
    """An answer with an error status as a sentence: the service's own one, and what to change."""
    status = answer.status_code
    if 300 <= status < 400:
        return Refused(
            "the service answered {status}: it redirects to {place}; set ETALON_URL to that address",
            status, "", place=answer.headers.get("Location", "?"),
        )  # fmt: skip
    if (reason := _detail(answer)) is not None:
        return Refused("the service answered {status}: {reason}", status, reason)
    if status == 400 and b"HTTPS port" in answer.content:  # what nginx says to plain HTTP there
        return Refused("{url} speaks HTTPS; its address begins with https://", status, "", url=url)
    return Refused(
        "{url} answered {status} ({reason}), and not as Etalon does; is ETALON_URL its address?",
        status, answer.reason_phrase, url=url,
    )  # fmt: skip


def _detail(answer: httpx.Response) -> str | None:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return None


def _reason(error: httpx.TransportError, cause: BaseException) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__


def _root(error: BaseException) -> BaseException:
    """What the system said first; httpx wraps it twice."""
    while inner := error.__cause__ or error.__context__:
        error = inner
    return error
