"""Files about a build: JUnit, HTML, JSON, saved pictures, and the summary on GitHub's page of a run."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Final

from etalon_client import builds, junit
from etalon_client.builds import Shot, title
from etalon_client.errors import NotCompared
from etalon_client.files import write_bytes
from etalon_client.language import told
from etalon_client.output import Output, printable
from etalon_client.results import Result, total_line
from etalon_client.saved import save_pictures
from etalon_client.service import Service

_SUMMARY_ROWS: Final = 300  # GitHub shows at most 1 MiB of a step's summary
_GREEN: Final = ("passed", "approved")


def write_reports(service: Service, result: Result, asked: Namespace, output: Output) -> None:
    """Writes the requested reports. A file that cannot be written is only reported: the verdict is already known."""
    pictures: dict[str, list[Path]] = {}
    if asked.pictures:
        pictures = save_pictures(service, result, asked.pictures, asked.jobs, output)
    if asked.junit:
        _write(asked.junit, lambda: _junit(service, result, pictures), output)
    if asked.html:
        _write(asked.html, lambda: builds.report(service, result.build, "html"), output)
    if asked.json:
        _write(asked.json, lambda: _json(service, result), output)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _append(Path(summary), summary_text(service, result, output.language), output)


def write_failure(asked: Namespace, reason: str, output: Output) -> None:
    """A JUnit file for a run that ended before there was a result, so that the pipeline shows why."""
    if getattr(asked, "junit", None):
        _write(asked.junit, lambda: junit.with_one_error(f"etalon {asked.command}", reason), output)


def summary_text(service: Service, result: Result, language: str) -> str:
    """Markdown: the total, and a row for each shot that needs a person."""
    rows = [_row(service, shot, language) for shot in reversed(result.in_order()) if shot["section"] not in _GREEN]
    rows += [_cells(one.name, told(language, "not compared"), one.reason) for one in result.unsent]
    page = service.url + result.build["page"]
    lines = [f"### Etalon: [{_cell(total_line(language, result))}]({page})", ""]
    if rows:
        head = [told(language, word) for word in ("Screenshot", "Verdict", "What changed")]
        lines += [_cells(*head), "|---|---|---|", *rows[:_SUMMARY_ROWS]]
    if len(rows) > _SUMMARY_ROWS:
        lines += ["", told(language, "  and {number} more", number=len(rows) - _SUMMARY_ROWS).strip()]
    return "\n".join(lines) + "\n\n"


def _junit(service: Service, result: Result, pictures: dict[str, list[Path]]) -> bytes:
    paths = {
        name: [junit.attachment_path(path, os.environ) for path in saved] for name, saved in pictures.items() if saved
    }
    return junit.amended(builds.report(service, result.build, "xml"), service.url, paths, result.unsent)


def _json(service: Service, result: Result) -> bytes:
    report = json.loads(builds.report(service, result.build, "json"))
    report["not_sent"] = [{"name": one.name, "reason": one.reason} for one in result.unsent]
    return json.dumps(report, ensure_ascii=False, indent=2).encode("utf-8", errors="replace")


def _row(service: Service, shot: Shot, language: str) -> str:
    words = {"error": "not compared", "new": "new"}
    verdict = told(language, words.get(shot["section"]) or str(shot["section"]))
    said = shot["error"] or shot["sentence"] or ""
    return f"| [{_cell(title(shot))}]({service.url}{shot['page']}) | {verdict} | {_cell(said)} |"


def _cells(*texts: str) -> str:
    return "| " + " | ".join(_cell(text) for text in texts) + " |"


def _cell(text: str) -> str:
    """Text as text: no link, no HTML and no new column can come out of a page's own words."""
    escaped = "".join("\\" + letter if letter in "\\`*_[]|~" else letter for letter in printable(text))
    return escaped.replace("&", "&amp;").replace("<", "&lt;")


def _write(path: Path, make: Callable[[], bytes], output: Output) -> None:
    try:
        write_bytes(path, make())
    except NotCompared as error:
        output.warn(NotCompared("no report {path}: {reason}", path=path, reason=error.told(output.language)))


def _append(path: Path, text: str, output: Output) -> None:
    try:
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        output.warn(NotCompared("no report {path}: {reason}", path=path, reason=error.strerror))
