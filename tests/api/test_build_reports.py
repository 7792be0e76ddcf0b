"""A build as one file: JUnit, HTML, JSON."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from tasks import report_pictures
from tests.api.conftest import Service, page
from tests.api.test_builds import V1, approved, finalized, opened, run, shoot


@pytest.fixture
def project(request: pytest.FixtureRequest) -> str:
    return str(request.node.name)


@pytest.fixture
def mixed(service: Service, project: str) -> str:
    """A build with one shot of each kind: passed, failed, new, not compared, missing."""
    approved(service, run(service, project, "1", {"same": page(), "shop/cart & <b>": page(161)}))
    build = opened(service, project, "2 & <i>", expected=["same", "gone"], branch="main", url="https://ci.example/1")
    torn = page()[:-40] + b"\0" * 28 + page()[-12:]
    for name, picture in (("same", page()), ("shop/cart & <b>", page(161, button=False)), ("torn", torn)):
        shoot(service, build, name, picture)
    shoot(service, build, "same", page(170), variant="wide")
    finalized(service, build)
    return f"{V1}/builds/{build['build_id']}"


def test_junit_tells_each_shot_as_a_test(service: Service, mixed: str) -> None:
    answer = service.client.get(f"{mixed}/report.xml")
    assert answer.headers["content-type"] == "application/xml"
    suites = ElementTree.fromstring(answer.content)
    [suite] = suites
    assert (
        suite.attrib.items()
        >= {"name": "2 & <i>", "tests": "5", "failures": "2", "errors": "2", "skipped": "0"}.items()
    )
    cases = {case.attrib["name"]: case for case in suite.iter("testcase")}
    assert list(cases) == ["shop/cart & <b>", "torn", "same [wide]", "same", "gone"]
    told = {name: [(said.tag, said.attrib["type"]) for said in case] for name, case in cases.items()}
    assert told == {
        "same": [],
        "shop/cart & <b>": [("failure", "failed")],
        "torn": [("error", "not_compared")],
        "same [wide]": [("failure", "new")],
        "gone": [("error", "missing")],
    }
    failure = cases["shop/cart & <b>"][0]
    assert failure.attrib["message"] == "Button 'Buy' is missing" and "/ui/comparisons/" in str(failure.text)
    assert {one.attrib["name"]: one.attrib["value"] for one in suite.iter("property")}["branch"] == "main"


def test_json_has_every_shot_with_its_sentences(service: Service, mixed: str) -> None:
    report = service.client.get(f"{mixed}/report.json").json()
    assert report["build"]["verdict"] == "error" and report["build"]["missing"] == ["gone"]
    assert {shot["name"]: shot["sentences"] for shot in report["shots"]}["shop/cart & <b>"] == [
        "Button 'Buy' is missing"
    ]
    assert report["groups"] == [{"sentence": "Button 'Buy' is missing", "count": 1, "shots": ["shop/cart & <b>"]}]


class Read(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def test_page_stands_alone_and_shows_numbered_frames(service: Service, mixed: str) -> None:
    answer = service.client.get(f"{mixed}/report.html")
    found = Read(answer.text)
    tags = [tag for tag, _ in found.tags]
    assert not {"script", "link", "iframe", "object", "b"} & set(tags[: tags.index("body")])
    assert all(not name.startswith("on") for _, attributes in found.tags for name in attributes)
    sources = [str(attributes["src"]) for tag, attributes in found.tags if tag == "img"]
    assert len(sources) == 3, "two of the changed shot, one of the new one; the torn one cannot be shown"
    assert all(source.startswith("data:image/webp;base64,") for source in sources)
    assert not re.search(r"url\(|@import", answer.text)
    links = [str(attributes["href"]) for tag, attributes in found.tags if tag == "a"]
    assert set(links) == {"https://ci.example/1"}
    assert tags.count("rect") == 2, "a frame and its number, over the reference only: the button is missing"
    assert "shop/cart & <b>" in " ".join(found.words)
    assert "script" not in answer.headers["content-security-policy"]


def test_page_is_russian_where_that_is_asked_for(service: Service, mixed: str) -> None:
    text = service.client.get(f"{mixed}/report.html", headers={"Accept-Language": "ru"}).text
    assert "Кнопка «Buy» исчезла" in text and "Что изменилось" in text and 'lang="ru"' in text


def test_where_there_is_no_room_small_copies_stand_in_their_place(
    service: Service, mixed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = len(service.client.get(f"{mixed}/report.html").content)
    monkeypatch.setattr(report_pictures.Pictures, "_encoded", _no_lossless)
    text = service.client.get(f"{mixed}/report.html").text
    assert "Small copies: whole pictures would make this file too large." in text and "<rect" not in text
    assert whole < report_pictures.MOST_BYTES


def _no_lossless(self: report_pictures.Pictures, artifact_id: str, lossless: bool) -> report_pictures.Embedded | None:
    return None if lossless else report_pictures.Embedded("data:image/webp;base64,AAAA", 10, 10)


def test_report_of_a_build_that_runs_says_so(service: Service, project: str) -> None:
    build = opened(service, project)
    shoot(service, build, "home", page())
    assert "not concluded" in service.client.get(f"{V1}/builds/{build['build_id']}/report.html").text
