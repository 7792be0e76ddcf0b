"""Renders templates: the visitor's language, links, and the headers that keep a page closed to scripts."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from store import links
from store.comparisons import headline
from vision.types import Box, Defect
from vision.words import LANGUAGES, NOISE, SEVERITIES, TYPES, VERDICTS, Words
from web import words
from web.describe import sentence
from web.visitor import COOKIE, Visitor, session_seconds, set_cookie

HERE: Final = Path(__file__).resolve().parent
STATIC: Final = HERE / "static"


def render(request: Request, visitor: Visitor, template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """A page, or a part of one (a template whose name begins with an underscore)."""
    text = _environment().get_template(template).render(**_frame(request, visitor), **values)
    answer = HTMLResponse(text, status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Accept-Language, Cookie"
    if visitor.fresh:
        set_cookie(answer, request, COOKIE, visitor.seal, session_seconds())
    return answer


def go(request: Request, path: str) -> Response:
    """Redirects to another page: `path` begins after /ui."""
    url = base(request) + path
    if asked_by_script(request):
        return Response(headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)


def asked_by_script(request: Request) -> bool:
    """Whether htmx asks for a part of a page, not the browser for the page."""
    return request.headers.get("hx-request") == "true"


def base(request: Request) -> str:
    """The pages' address: the service's prefix and /ui."""
    return str(request.scope.get("root_path", ""))


def picture(request: Request, visitor: Visitor, artifact_id: str, **part: str | int) -> str:
    """A picture's URL, or a part's (`w`, `crop`): signed where keys are in use, so that an <img> can load it."""
    query = urlencode(part, safe=",")
    signed = links.signed(artifact_id) if visitor.closed else ""
    asked = "&".join(one for one in (query, signed) if one)
    url = f"{base(request).removesuffix('/ui')}/api/v1/artifacts/{artifact_id}"
    return f"{url}?{asked}" if asked else url


def _frame(request: Request, visitor: Visitor) -> dict[str, Any]:
    where = base(request)

    def pictured(artifact_id: str, **part: str | int) -> str:
        return picture(request, visitor, artifact_id, **part)

    return {
        "visitor": visitor,
        "language": visitor.language,
        "languages": LANGUAGES,
        "base": where,
        "docs": f"{where.removesuffix('/ui')}/docs",
        "here": str(request.url.path).removeprefix(where) + (f"?{request.url.query}" if request.url.query else ""),
        "picture": pictured,
    }


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"t": _word, "n": _counted, "static": _static, "sentence": _sentence}
    made.globals |= {"defect_of": headline, "reason": _reason}
    made.globals |= {"around": _around, "query": query, "new_word": lambda: token_urlsafe(16)}
    made.globals |= {"TYPES": TYPES, "VERDICTS": VERDICTS, "SEVERITIES": SEVERITIES, "NOISE": NOISE}
    made.filters |= {"named": _named, "moment": _moment}
    return made


@pass_context
def _word(context: Context, key: str, **values: object) -> str:
    """The page's word in the visitor's language; `values` fill its braces."""
    return words.say(context["language"], key, **values)


@pass_context
def _counted(context: Context, key: str, number: int) -> str:
    return words.counted(context["language"], key, number)


@pass_context
def _named(context: Context, key: str, names: dict[Any, Words]) -> str:
    """A name of vision/words.py; the key itself where a newer Etalon has stored one that this one does not know."""
    found = names.get(key)
    return found[context["language"]] if found else str(key).replace("_", " ")


@pass_context
def _reason(context: Context, name: str) -> str:
    return words.of_refusal(context["language"], name)


@pass_context
def _sentence(context: Context, defect: Defect) -> str:
    return sentence(defect, context["language"])


def _around(box: Box) -> str:
    """The part of the page to show on a card: the box with what is around it, as wide as 16 to 9."""
    width = max(box.width + 120, 360, (box.height + 60) * 16 // 9)
    width = min(width, 1600)
    height = width * 9 // 16
    left, top = box.x + box.width // 2 - width // 2, box.y + min(box.height, height) // 2 - height // 2
    return f"{max(left, 0)},{max(top, 0)},{width},{height}"


def query(chosen: dict[str, str], **more: str) -> str:
    """A list's filters as a query, without those that are not set."""
    return urlencode({name: value for name, value in (chosen | more).items() if value})


@pass_context
def _static(context: Context, name: str) -> str:
    """A file's URL, which changes with its content: browsers may keep it for ever."""
    return f"{context['base']}/static/{name}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def _moment(when: Any) -> Markup:
    """A <time>: UTC in the page, turned into the reader's own time by a script."""
    if when is None:
        return Markup("")
    shown = when.strftime("%Y-%m-%d %H:%M")
    return Markup('<time datetime="{}">{} UTC</time>').format(when.isoformat(), shown)
