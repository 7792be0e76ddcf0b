"""A build as one file: for a CI's test tab, for programs, for people."""

from typing import Any

from fastapi import APIRouter, Response

from api import schemas
from api.access import needs
from api.deps import BuildId, Reader, View, problems
from api.junit import junit
from api.report_facts import Told, told
from api.report_page import report_page
from config import settings
from store.keys import Scope
from store.session import read

router = APIRouter(tags=["builds"])


@router.get("/builds/{id}/report.json", dependencies=[needs(Scope.READ)], responses=problems(404))
def get_report_json(id: BuildId, view: Reader) -> schemas.Report:
    """The build with all its shots and their sentences, for programs."""
    facts = _told(id, view)
    return schemas.Report(
        build=facts.build,
        groups=[
            schemas.ReportGroup(sentence=one.sentence, count=len(one.names), shots=list(one.names))
            for one in facts.groups
        ],
        shots=[
            schemas.ReportShot(**dict(one.shot), sentences=[said.sentence for said in one.findings])
            for one in facts.shots
        ],
    )


@router.get(
    "/builds/{id}/report.xml",
    dependencies=[needs(Scope.READ)],
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}, "description": "JUnit XML."}, **problems(404)},
)
def get_report_junit(id: BuildId, view: Reader) -> Response:
    """JUnit XML: the build is the suite, each shot a test with its sentences. GitLab and Jenkins show it with the tests.

    `failure` is a changed, new or rejected shot, `error` one that was not compared or did not come.
    """
    return _file(junit(_told(id, view), settings().public_url), "application/xml", id, "xml")


@router.get(
    "/builds/{id}/report.html",
    dependencies=[needs(Scope.READ)],
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "One HTML file."}, **problems(404)},
)
def get_report_page(id: BuildId, view: Reader) -> Response:
    """One HTML file that needs neither script nor network: the verdict, what changed, the pictures side by side.

    At most 20 MB: where whole pictures would take more, small copies stand in their place.
    """
    page = report_page(_told(id, view), view.language, settings().public_url)
    return _file(page.encode(), "text/html; charset=utf-8", id, "html")


def _told(build_id: str, view: View) -> Told:
    with read() as session:
        return told(session, build_id, view)


def _file(data: bytes, media_type: str, build_id: str, ending: str) -> Response:
    headers: dict[str, Any] = {
        "Content-Disposition": f'inline; filename="etalon-{build_id}.{ending}"',
        "Content-Security-Policy": "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox allow-popups",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    return Response(data, media_type=media_type, headers=headers)
