"""The build of a test run, and the checks of one test. `pytest_plugin` connects them to pytest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from etalon_client import builds
from etalon_client.builds import Build, Labels, title
from etalon_client.capture import capture
from etalon_client.errors import NotCompared
from etalon_client.language import told
from etalon_client.sentences import coverage_line, defect_lines, verdict_line
from etalon_client.service import Service
from etalon_client.tasks import options_field, wait_for


class VisualDifference(AssertionError):
    """A screenshot differs from its reference, or has none yet. The text says what changed, a defect a line."""


class Attach(Protocol):
    """Keeps a picture's comparison in a report: the shot's title, and its pictures by kind."""

    def __call__(self, shot: str, pictures: Mapping[str, bytes]) -> None: ...


@dataclass
class Run:
    """The build that every process of a test run sends its shots to. It is joined at the first check."""

    url: str
    key: str = field(repr=False)  # a traceback shows a fixture's fields, and a log keeps them
    labels: Labels
    language: str = "en"
    timeout_seconds: float = 600
    may_rename: bool = True
    expected: tuple[str, ...] = ()
    attach: Attach | None = None
    checked: int = 0
    _owners: dict[tuple[str, str], Checks] = field(default_factory=dict)
    _service: Service | None = None
    _build: Build | None = None
    _error: NotCompared | None = None

    @property
    def service(self) -> Service:
        """The service; its time limit starts anew."""
        if self._service is None:
            self._service = Service(self.url, self.key, self.language, self.timeout_seconds)
        self._service.limit(self.timeout_seconds)
        return self._service

    def build(self) -> Build:
        """Raises NotCompared; once it has, it does so at once for every other check."""
        if self._error:
            raise self._error
        if self._build is None:
            try:
                self._build = builds.join_open(self.service, self.labels, self.expected, None, self.may_rename)
            except NotCompared as error:
                self._error = error
                raise
        return self._build

    def claim(self, name: str, variant: str, checks: Checks) -> bool:
        """Gives the name to a test; True if the test ran before and its shot is replaced.

        Raises NotCompared if another test has the name, or this one has used it already.
        """
        owner = self._owners.get((name, variant))
        if owner is not None and (owner.test != checks.test or owner is checks):
            raise NotCompared(
                "{test} has checked {name!r} already; a name stands for one screenshot", test=owner.test, name=name
            )
        self._owners[name, variant] = checks
        return owner is not None


@dataclass(frozen=True)
class _Sent:
    shot: str
    ticket: Mapping[str, Any]


@dataclass(eq=False, repr=False)
class Checks:
    """The fixture `etalon`: the checks of one test."""

    run: Run | None  # None if checks are switched off
    test: str
    soft: bool = False
    _waiting: list[_Sent] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<the checks of {self.test}>"

    def check(
        self,
        target: Any,
        name: str,
        *,
        ignore: Iterable[Any] = (),
        variant: str = "",
        full_page: bool = False,
        match_level: str = "",
        fail_on: str = "",
        background: str = "",
        soft: bool | None = None,
        settle_seconds: float = 5.0,
    ) -> None:
        """Takes a screenshot and compares it with the reference of that name.

        `target` is a Playwright page or locator, a Selenium driver or element, or a picture as bytes or path. `ignore` has
        locators, elements, CSS selectors, and boxes (x, y, width, height) in pixels. A soft check lets the test go on
        and fails it at its end. Raises VisualDifference, or NotCompared where there is no verdict.
        """
        __tracebackhide__ = True
        if self.run is None:
            return
        taken = capture(target, ignore, full_page, settle_seconds, name)
        variant = variant or self.run.labels.variant
        options = {
            "match_level": match_level,
            "fail_on": fail_on,
            "ignore_regions": list(taken.ignored),
            "background": background,
        }
        retry = self.run.claim(name, variant, self)
        ticket = builds.send(
            self.run.service, self.run.build(), name, variant, taken.picture, options_field(options), retry
        )
        self.run.checked += 1
        sent = _Sent(title({"name": name, "variant": variant}), ticket)
        if self.soft if soft is None else soft:
            self._waiting.append(sent)
        elif failure := self._failure(self.run, sent):
            raise VisualDifference(failure)

    def soft_failures(self) -> list[str]:
        """What the soft checks so far have found, a text for each that did not pass. Waits for them."""
        waiting, self._waiting = self._waiting, []
        if self.run is None:
            return []
        return [failure for sent in waiting if (failure := self._soft_failure(self.run, sent))]

    def _soft_failure(self, run: Run, sent: _Sent) -> str:
        try:
            return self._failure(run, sent)
        except NotCompared as error:
            return f"{sent.shot}: " + told(run.language, "not compared: {reason}", reason=error.told(run.language))

    def _failure(self, run: Run, sent: _Sent) -> str:
        """Why the shot does not pass; empty if it does."""
        if sent.ticket.get("reference_id"):
            new = told(run.language, "new, there is no reference yet")
            accept = "to approve changes: etalon approve --build {name} NAME ... (or --all)"
            return f"{sent.shot}: {new}\n  {told(run.language, accept, name=repr(run.build()['name']))}"
        comparison = wait_for(run.service, sent.ticket)
        if comparison["verdict"] == "passed" or comparison["review"] == "approved":
            return ""
        if run.attach:
            run.attach(sent.shot, _pictures(run.service, comparison["artifacts"]))
        return "\n".join(_failure_lines(run, sent.shot, comparison))


def _failure_lines(run: Run, shot: str, comparison: Mapping[str, Any]) -> list[str]:
    page = comparison.get("page") or f"/api/v1/comparisons/{comparison['comparison_id']}"
    lines = [*defect_lines(run.language, comparison), coverage_line(run.language, comparison), run.service.url + page]
    return [f"{shot}: {verdict_line(run.language, comparison)}", *(f"  {line}" for line in lines if line)]


def _pictures(service: Service, urls: Mapping[str, str]) -> dict[str, bytes]:
    """Those that come: a report without a picture is better than another error on top of the difference."""
    pictures = {}
    for kind in ("reference", "actual", "diff"):
        try:
            pictures[kind] = service.fetch("GET", urls[kind]).content
        except (NotCompared, KeyError):
            continue
    return pictures
