"""Signing in with an API key, and out."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

from store import keys
from store.session import read
from web import pages
from web.errors import WrongKey
from web.home import inside
from web.visitor import COOKIE, Anyone, check_word, opened, session_seconds, set_cookie
from web.words import say

router = APIRouter()

Next = Annotated[str, Query(alias="next", max_length=1000)]


@router.get("/login")
def show_login(request: Request, visitor: Anyone, after: Next = "/") -> Response:
    if visitor.signed_in and not visitor.closed:
        return pages.go(request, inside(after))
    return pages.render(request, visitor, "login.html", after=inside(after), trouble="")


@router.post("/login")
def sign_in(
    request: Request,
    visitor: Anyone,
    key: Annotated[str, Form(max_length=500)] = "",
    after: Annotated[str, Form(alias="next", max_length=1000)] = "/",
    csrf: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    check_word(visitor, csrf)
    with read() as session:
        grant = keys.find(session, key.strip())
    if grant is None:
        trouble = say(visitor.language, WrongKey.word)
        return pages.render(request, visitor, "login.html", WrongKey.status, after=inside(after), trouble=trouble)
    answer = pages.go(request, inside(after))
    set_cookie(answer, request, COOKIE, opened(grant.key_id), session_seconds())
    return answer


@router.post("/logout")
def sign_out(request: Request, visitor: Anyone, csrf: Annotated[str, Form(max_length=200)] = "") -> Response:
    check_word(visitor, csrf)
    answer = pages.go(request, "/login" if visitor.closed else "/")
    set_cookie(answer, request, COOKIE, opened(""), session_seconds())
    return answer
