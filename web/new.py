"""Analyses one uploaded picture, or compares two."""

import re
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

import store.tasks
from store import idempotency, overview
from store.projects import DEFAULT
from store.session import read
from store.submissions import Labels, Upload
from tasks.requests import AnalyzeScreenshot, ComparePair
from tasks.stored_pictures import limits
from tasks.submit import submit
from vision.image import ImageTooLarge, UnreadableImage, inspect
from vision.types import CompareOptions, MatchLevel
from web import pages
from web.errors import WrongUpload
from web.visitor import Reader, Uploader, Visitor
from web.words import say
from web.work import progress_words

router = APIRouter()

_BEFORE: Final = re.compile(r"(?i)(^|[^a-z])(reference|ref|baseline|base|expected|before|old|golden)([^a-z]|$)")
_AFTER: Final = re.compile(r"(?i)(^|[^a-z])(actual|current|received|after|new|test)([^a-z]|$)")
_MAX_LABEL: Final = 200

Word = Annotated[str, Form(pattern="^[A-Za-z0-9_-]{8,64}$")]


@router.get("/new")
def show_form(request: Request, visitor: Reader) -> Response:
    with read() as session:
        names = [line.name for line in overview.project_lines(session, visitor.projects)]
    return pages.render(request, visitor, "new.html", projects=names, levels=list(MatchLevel))


@router.post("/new")
async def take_pictures(
    request: Request,
    visitor: Uploader,
    word: Word,
    pictures: Annotated[list[UploadFile] | None, File()] = None,
    project: Annotated[str, Form(max_length=_MAX_LABEL)] = "",
    match_level: Annotated[MatchLevel, Form()] = MatchLevel.STRICT,
    swapped: Annotated[bool, Form()] = False,
) -> Response:
    """One picture becomes an analysis, two a comparison. The same form sent twice makes one task."""
    sent = [one for one in pictures or () if one.filename]
    if not 1 <= len(sent) <= 2:
        raise WrongUpload(say(visitor.language, "one_or_two", number=len(sent)))
    uploads = [await taken(one, visitor) for one in in_order(sent, swapped)]
    labels = Labels(project=project_of(visitor, project.strip()))
    asked: Any = AnalyzeScreenshot(uploads[0], labels)
    if len(uploads) == 2:
        asked = ComparePair(uploads[0], uploads[1], CompareOptions(match_level), labels)
    ticket = await submit(asked, visitor.key_id, word)
    return pages.go(request, f"/tasks/{ticket.task_id}")


@router.get("/new/progress")
def show_progress(
    request: Request, visitor: Reader, word: Annotated[str, Query(pattern="^[A-Za-z0-9_-]{8,64}$")]
) -> Response:
    """The progress of the form with that token, for services that answer only when its task has ended."""
    with read() as session:
        task_id = idempotency.task_of(session, visitor.key_id, word)
        task = store.tasks.get(session, task_id) if task_id else None
        place = store.tasks.place(session, task) if task else 0
    values = progress_words(task.state, task.stage, task.percent, place) if task else {"key": "uploading"}
    return pages.render(request, visitor, "_progress_line.html", **{"values": {}, "percent": 0} | values)


def in_order(sent: list[UploadFile], swapped: bool) -> list[UploadFile]:
    """Reference first: as their names say, else as they were chosen; `swapped` turns that round."""
    if len(sent) == 2:
        first, second = (one.filename or "" for one in sent)
        if (_AFTER.search(first) and not _BEFORE.search(first)) or (
            _BEFORE.search(second) and not _AFTER.search(second)
        ):
            sent = sent[::-1]
    return sent[::-1] if swapped else sent


async def taken(upload: UploadFile, visitor: Visitor) -> Upload:
    """The picture's bytes and what its header says. Raises WrongUpload, which names the file."""
    name = (upload.filename or "")[:80]
    allowed = limits()
    try:
        if (upload.size or 0) > allowed.max_bytes:
            raise ImageTooLarge(f"It has {upload.size} bytes; {allowed.max_bytes} are allowed.")
        data = await upload.read()
        return Upload(data, await to_thread.run_sync(inspect, data, allowed))
    except UnreadableImage as error:
        raise WrongUpload(say(visitor.language, "picture_refused", name=name, why=str(error))) from None


def project_of(visitor: Visitor, asked: str) -> str:
    """The project to file something under; where none is named, the key's only one. Raises WrongUpload."""
    if asked and not asked.isprintable():
        raise WrongUpload(say(visitor.language, "wrong_field", fields="project"))
    if visitor.projects is None or asked in visitor.projects:
        return asked or DEFAULT
    if not asked and len(visitor.projects) == 1:
        return next(iter(visitor.projects))
    allowed = ", ".join(sorted(visitor.projects))
    raise WrongUpload(say(visitor.language, "not_your_project", projects=allowed))
