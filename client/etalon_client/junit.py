"""The JUnit file: the service writes it; what only this side knows is added, namely saved pictures and unsent files."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path

from etalon_client.errors import NotCompared
from etalon_client.results import Unsent

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def amended(report: bytes, url: str, pictures: Mapping[str, Sequence[str]], unsent: Sequence[Unsent]) -> bytes:
    """The service's report with the paths of saved pictures at their shots, and an error for each unsent file.

    `url` is the service's address, for links; `pictures` has paths by test case name. Raises NotCompared if the report
    is not XML.
    """
    try:
        root = ET.fromstring(report)
    except ET.ParseError as error:
        raise NotCompared("the service's report.xml cannot be read: {reason}", reason=error) from None
    suite = root if root.tag == "testsuite" else next(root.iter("testsuite"))
    cases = {case.get("name", ""): case for case in suite.iter("testcase")}
    for name, paths in pictures.items():
        if name in cases:
            _attach(cases[name], paths)
    for one in unsent:
        _set_error(cases.get(one.name), suite, one)
    for element in root.iter():
        _count(element)
        _complete_links(element, url)
    return _bytes(root)


def with_one_error(suite_name: str, reason: str) -> bytes:
    """A report for a run that ended before there was a build: one test case, which is an error."""
    root = ET.Element("testsuites")
    suite = ET.SubElement(root, "testsuite", name=_xml(suite_name))
    _set_error(None, suite, Unsent("etalon", reason))
    for counted in root.iter():
        _count(counted)
    return _bytes(root)


def attachment_path(path: Path, environment: Mapping[str, str]) -> str:
    """The path as the pipeline wants it: Jenkins' plugin an absolute one, GitLab one from the project's folder."""
    absolute = path.resolve()
    if environment.get("JENKINS_URL"):
        return str(absolute)
    for start in (environment.get("CI_PROJECT_DIR"), environment.get("GITHUB_WORKSPACE"), str(Path.cwd())):
        if start and absolute.is_relative_to(Path(start).resolve()):
            return absolute.relative_to(Path(start).resolve()).as_posix()
    return absolute.as_posix()


def _attach(case: ET.Element, paths: Sequence[str]) -> None:
    out = case.find("system-out")
    if out is None:
        out = ET.SubElement(case, "system-out")
    lines = [out.text or "", *(f"[[ATTACHMENT|{_xml(path)}]]" for path in paths)]
    out.text = "\n".join(line for line in lines if line)


def _set_error(case: ET.Element | None, suite: ET.Element, one: Unsent) -> None:
    """The service knows of an unsent file only that it never came; here it is known why."""
    if case is None:
        case = ET.SubElement(suite, "testcase", name=_xml(one.name), classname=suite.get("name", ""), time="0")
    for known in [child for child in case if child.tag in ("failure", "error", "skipped")]:
        case.remove(known)
    ET.SubElement(case, "error", message=_xml(one.reason), type="NotCompared").text = _xml(one.reason)


def _count(element: ET.Element) -> None:
    if element.tag in ("testsuite", "testsuites"):
        cases = list(element.iter("testcase"))
        element.set("tests", str(len(cases)))
        element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
        element.set("errors", str(sum(case.find("error") is not None for case in cases)))


def _complete_links(element: ET.Element, url: str) -> None:
    """The service does not know its address as it is seen from here; its links to pages begin with a slash."""
    if element.text and "/ui/" in element.text:
        element.text = re.sub(r"^/ui/", f"{url}/ui/", element.text, flags=re.MULTILINE)
    if element.get("value", "").startswith("/ui/"):
        element.set("value", url + element.get("value", ""))


def _xml(text: str) -> str:
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
