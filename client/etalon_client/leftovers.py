"""Where other tools for visual testing leave their pictures: pairs that differed, and baselines.

A tool is a line in a table. Patterns are matched against a picture's path from the requested folder, with
slashes; what the groups catch, joined, is the shot's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from etalon_client.screenshots import walk

_END: Final = r"\.(?:png|jpe?g|webp)$"
_BACKSTOP_RUN: Final = re.compile(r"^((?:.*/)?)bitmaps_test/([^/]+)/")


@dataclass(frozen=True)
class Pair:
    """What a tool left behind of one screenshot. `in_one` says that `actual` is three pictures side by side."""

    name: str
    tool: str
    reference: Path
    actual: Path
    in_one: bool = False


@dataclass(frozen=True)
class Baseline:
    """A reference that another tool keeps. The variant holds its browser and system, where its name says them."""

    name: str
    tool: str
    path: Path
    variant: str = ""


@dataclass(frozen=True)
class _PairRule:
    tool: str
    actual: re.Pattern[str]
    reference: str  # a template of the actual's groups, without the ending
    in_one: bool = False


@dataclass(frozen=True)
class _BaselineRule:
    tool: str
    path: re.Pattern[str]


def _pair(tool: str, actual: str, reference: str, in_one: bool = False) -> _PairRule:
    return _PairRule(tool, re.compile(actual + _END), reference, in_one)


def _baseline(tool: str, path: str) -> _BaselineRule:
    return _BaselineRule(tool, re.compile(r"(?!.*[-.](?:actual|diff)\.)" + path + _END))


# The first rule that finds both pictures has the pair, so that received pictures come before three in one.
_PAIRS: Final = (
    _pair("Playwright", r"^(.*)-actual", r"\1-expected"),
    _pair("BackstopJS", r"^((?:.*/)?)bitmaps_test/[^/]+/(?!failed_diff_)(.*)", r"\1bitmaps_reference/\2"),
    _pair("reg-suit", r"^((?:.*/)?)actual/(.*)", r"\1expected/\2"),
    _pair("Loki", r"^((?:.*/)?\.loki/)current/(.*)", r"\1reference/\2"),
    _pair("Lost Pixel", r"^((?:.*/)?\.lostpixel/)current/(.*)", r"\1baseline/\2"),
    _pair("Cypress (cypress-visual-regression)", r"^((?:.*/)?)actual/(.*)", r"\1base/\2"),
    _pair("Cypress (cypress-plugin-visual-regression-diff)", r"^(.*)\.actual", r"\1"),
    _pair("WebdriverIO", r"^((?:.*/)?)actual/(.*)", r"\1baseline/\2"),
    _pair("jest-image-snapshot", r"^((?:.*/)?)__received_output__/(.*)-received", r"\1\2"),
    _pair("jest-image-snapshot", r"^((?:.*/)?)__diff_output__/(.*)-diff", r"\1\2", in_one=True),
    _pair("Cypress (cypress-image-snapshot)", r"^((?:.*/)?)__diff_output__/(.*)\.diff", r"\1\2.snap", in_one=True),
    _pair("pytest (playwright-visual-snapshot)", r"^((?:.*/)?)actual_([^/]*)", r"\1expected_\2"),
    _pair("pytest (playwright-visual)", r"^((?:.*/)?)Actual_([^/]*)", r"\1Expected_\2"),
    _pair("pytest (pytest-mpl)", r"^((?:.*/)?)result", r"\1baseline"),
    _pair("pytest (pytest-regressions)", r"^(.*)\.obtained", r"\1"),
    _pair("matplotlib", r"^((?:.*/)?result_images/.*)", r"\1-expected"),
)

_BASELINES: Final = (
    _baseline("Playwright", r"^(.*\.[cm]?[jt]sx?)-snapshots(/.*?)(?:-(?P<variant>[^-/]+-(?:linux|darwin|win32)))?"),
    _baseline("BackstopJS", r"^((?:.*/)?)bitmaps_reference/(.*)"),
    _baseline("reg-suit", r"^((?:.*/)?)expected/(.*)"),
    _baseline("Loki", r"^((?:.*/)?)\.loki/reference/(.*)"),
    _baseline("Lost Pixel", r"^((?:.*/)?)\.lostpixel/baseline/(.*)"),
    _baseline("jest-image-snapshot", r"^((?:.*/)?)__image_snapshots__/(?!__)(.*?)(?:-snap)?"),
    _baseline("Cypress (cypress-visual-regression)", r"^((?:.*/)?)snapshots/base/(.*)"),
    _baseline("Cypress (cypress-image-snapshot)", r"^((?:.*/)?)(?<!__diff_output__/)([^/]*)\.snap"),
    _baseline("pytest (playwright-visual-snapshot)", r"^((?:.*/)?)__snapshots__/(.*)"),
    _baseline("WebdriverIO", r"^((?:.*/)?)baseline/(.*)"),
)

TOOLS: Final = tuple(sorted({rule.tool for rule in _PAIRS}))


def find_pairs(folder: Path) -> list[Pair]:
    """The pairs of reference and actual below the folder, by name. Of BackstopJS' runs the newest one counts."""
    pictures = {path.relative_to(folder).as_posix(): path for path in walk(folder, hidden=True)}
    pairs: dict[str, Pair] = {}
    for pair in _pairs(_without_old_runs(pictures)):
        name = pair.name if pair.name not in pairs else f"{pair.name} ({pair.tool})"
        pairs[name] = replace(pair, name=name)
    return [pairs[name] for name in sorted(pairs)]


def find_baselines(folder: Path) -> list[Baseline]:
    """The references that other tools keep below the folder, by name."""
    found = []
    for path in walk(folder, hidden=True):
        inside = path.relative_to(folder).as_posix()
        for rule in _BASELINES:
            if match := rule.path.match(inside):
                found.append(Baseline(_joined(match), rule.tool, path, match.groupdict().get("variant") or ""))
                break
    return sorted(found, key=lambda one: (one.name, one.variant))


def _pairs(pictures: dict[str, Path]) -> Iterator[Pair]:
    taken: set[str] = set()
    for rule in _PAIRS:
        for actual in sorted(set(pictures) - taken):
            match = rule.actual.match(actual)
            reference = match.expand(rule.reference) + Path(actual).suffix if match else actual
            if match and reference in pictures and reference not in taken | {actual}:
                taken |= {actual, reference}
                yield Pair(_joined(match), rule.tool, pictures[reference], pictures[actual], rule.in_one)


def _without_old_runs(pictures: dict[str, Path]) -> dict[str, Path]:
    """BackstopJS names the folder of a run after its time."""
    runs = {path: match.groups() for path in pictures if (match := _BACKSTOP_RUN.match(path))}
    newest: dict[str, str] = {}
    for home, run in runs.values():
        newest[home] = max(run, newest.get(home, ""))
    return {path: file for path, file in pictures.items() if path not in runs or newest[runs[path][0]] == runs[path][1]}


def _joined(match: re.Match[str]) -> str:
    """What the numbered groups caught; a variant is a named group, not one of them."""
    named = set(match.re.groupindex.values())
    return "".join(text or "" for group, text in enumerate(match.groups(), 1) if group not in named).strip("/")
