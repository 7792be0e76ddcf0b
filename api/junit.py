"""A build as JUnit XML, as GitLab and Jenkins show it: the build is the suite, each shot a test."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from api.report_facts import Told, ToldShot
from api.schemas import Build
from store.states import Section

# Characters that XML 1.0 cannot hold, even escaped. Texts read from pictures may have them.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FAILURES = {
    Section.FAILED: "The screenshot changed.",
    Section.NEW: "New: waits for approval.",
    Section.REJECTED: "Rejected.",
}


def junit(told: Told, public_url: str) -> bytes:
    """The report; `public_url` goes before links, where people reach the service."""
    build = told.build
    failures = build.counts.failed + build.counts.new + build.counts.rejected
    errors = build.counts.error + len(build.missing)
    seconds = f"{sum(shot.seconds for shot in told.shots):.3f}"
    numbers = {
        "tests": str(len(told.shots) + len(build.missing)),
        "failures": str(failures),
        "errors": str(errors),
        "time": seconds,
    }
    suites = Element("testsuites", {"name": "etalon", **numbers})
    more = {"skipped": str(build.counts.running), "timestamp": f"{build.created_at:%Y-%m-%dT%H:%M:%S}"}
    suite = SubElement(suites, "testsuite", {"name": _text(build.name), **numbers, **more})
    _properties(suite, build, public_url)
    for shot in told.shots:
        _testcase(suite, shot, build, public_url)
    for name in build.missing:
        case = SubElement(suite, "testcase", name=_text(name), classname=_text(build.project), time="0")
        why = "It was expected, and the build has no shot of that name."
        _say(case, "error", "missing", "The screenshot did not come.", [why])
    document: bytes = ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True)
    return document


def _properties(suite: Element, build: Build, public_url: str) -> None:
    properties = SubElement(suite, "properties")
    known = {
        "project": build.project,
        "verdict": build.verdict or "not concluded",
        "branch": build.branch,
        "commit": build.commit,
        "url": build.url,
        "page": public_url + build.page,
    }
    for name, value in known.items():
        if value:
            SubElement(properties, "property", name=name, value=_text(value))


def _testcase(suite: Element, told: ToldShot, build: Build, public_url: str) -> None:
    case = SubElement(
        suite, "testcase", name=_text(told.name), classname=_text(build.project), time=f"{told.seconds:.3f}"
    )
    section, page = told.shot.section, public_url + told.shot.page
    if section is Section.ERROR:
        _say(case, "error", "not_compared", told.shot.error or "It was not compared.", [page])
    elif section is Section.RUNNING:
        SubElement(case, "skipped", message="It is not compared yet.")
    elif section in _FAILURES:
        sentences = [finding.sentence for finding in told.findings]
        _say(case, "failure", section, (sentences or [_FAILURES[section]])[0], [*sentences, page])


def _say(case: Element, tag: str, kind: str, message: str, lines: Sequence[str]) -> None:
    said = SubElement(case, tag, type=kind, message=_text(message))
    said.text = _text("\n".join(lines))


def _text(text: str) -> str:
    return _NOT_XML.sub("", text)
