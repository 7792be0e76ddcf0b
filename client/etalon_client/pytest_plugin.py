"""The pytest plugin: the fixture `etalon`, and one build for the whole test run, also over several processes (xdist)."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Generator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from etalon_client import builds, waiting
from etalon_client.builds import Labels
from etalon_client.checks import Checks, Run
from etalon_client.errors import NotCompared
from etalon_client.output import Output
from etalon_client.pipeline import by_hand, pipeline
from etalon_client.results import Result, total_line
from etalon_client.screenshots import read_names

_LABELS: Final = ("build", "project", "branch", "variant", "commit")
_DEFAULT_URL: Final = "http://localhost:8000"

_PLUGIN: Final = pytest.StashKey["Plugin"]()
_CHECKS: Final = pytest.StashKey[Checks]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("etalon", "screenshots compared by Etalon")
    group.addoption("--etalon-url", help="where the service is (ETALON_URL, http://localhost:8000)")
    for label in _LABELS:
        group.addoption(f"--etalon-{label}", help=f"the {label} of the shots (ETALON_{label.upper()})")
    group.addoption("--etalon-expected", metavar="FILE", help="names of shots; without one the build is incomplete")
    group.addoption("--etalon-soft", action="store_true", help="a difference fails the test at its end")
    group.addoption("--etalon-off", action="store_true", help="take no screenshot and compare nothing")
    group.addoption(
        "--etalon-no-finalize", action="store_true", help="more shots come; `etalon finalize` ends the build"
    )
    group.addoption("--etalon-language", choices=("en", "ru"), default="en", help="of the sentences")
    group.addoption("--etalon-timeout", type=float, default=600, metavar="SECONDS", help="for one check (600)")


def pytest_configure(config: pytest.Config) -> None:
    try:
        plugin = Plugin(config)
    except NotCompared as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[_PLUGIN] = plugin
    config.pluginmanager.register(plugin, "etalon-run")


@pytest.fixture
def etalon(request: pytest.FixtureRequest) -> Checks:
    """Compares screenshots with their references: `etalon.check(page, "Cart")`."""
    plugin = request.config.stash[_PLUGIN]
    checks = Checks(plugin.run, request.node.nodeid, soft=request.config.getoption("--etalon-soft"))
    request.node.stash[_CHECKS] = checks
    return checks


class Plugin:
    """One for each process. With xdist the first process names the build and finalizes it; the others send shots."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.workerinput: dict[str, Any] | None = getattr(config, "workerinput", None)
        self.checked_by_workers = 0
        self.summary: list[str] = []
        self.run = None if config.getoption("--etalon-off") else self._run()

    def _run(self) -> Run:
        given = {label: self.config.getoption(f"--etalon-{label}") or _variable(label) for label in _LABELS}
        started = pipeline(os.environ)
        known = {"build": started.build or by_hand(), "branch": started.branch, "commit": started.commit}
        chosen = {label: given[label] or known.get(label, "") for label in _LABELS}
        labels = Labels(**chosen | {"branch": started.branch_named(chosen["branch"])}, url=started.url)
        if self.workerinput:
            labels = replace(labels, build=self.workerinput["etalon_build"])
        expected = self.config.getoption("--etalon-expected")
        return Run(
            url=self.config.getoption("--etalon-url") or _variable("url") or _DEFAULT_URL,
            key=_variable("api_key"),
            labels=labels,
            language=self.config.getoption("--etalon-language"),
            timeout_seconds=self.config.getoption("--etalon-timeout"),
            may_rename=not given["build"],
            expected=tuple(read_names(Path(expected))) if expected else (),
            attach=_attach_to_allure if self._allure_writes() else None,
        )

    def _allure_writes(self) -> bool:
        return bool(self.config.getoption("allure_report_dir", default=None))

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """xdist starts a process: it sends its shots into this build."""
        if self.run:
            node.workerinput["etalon_build"] = self.run.labels.build

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.checked_by_workers += getattr(node, "workeroutput", {}).get("etalon_checked", 0)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """A test that went through fails at its end where a soft check did."""
        try:
            result = yield
        except BaseException:
            for failure in self._soft_failures(item):
                item.add_report_section("call", "etalon", failure)
            raise
        if failures := self._soft_failures(item):
            pytest.fail("\n\n".join(failures), pytrace=False)  # the lines of this file would say nothing
        return result

    def _soft_failures(self, item: pytest.Item) -> list[str]:
        checks = item.stash.get(_CHECKS, None)
        return checks.soft_failures() if checks else []

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.run is None:
            self.summary = ["off: no screenshot was compared (--etalon-off)"]
        elif self.workerinput is not None:
            self.config.workeroutput["etalon_checked"] = self.run.checked  # type: ignore[attr-defined]
        elif (self.run.checked + self.checked_by_workers) and not self.config.getoption("--etalon-no-finalize"):
            self._finalize(self.run, session)

    def _finalize(self, run: Run, session: pytest.Session) -> None:
        """A build that does not pass is never a green test run, whatever its tests have said."""
        try:
            build = builds.finalize(run.service, run.build())
            result = Result(*waiting.for_verdict(run.service, build, Output(run.language)))
            self.summary = [total_line(run.language, result), run.service.url + result.build["page"]]
            green = result.build["verdict"] == "passed"
        except NotCompared as error:
            self.summary = [f"not compared: {error.told(run.language)}"]
            green = False
        if not green and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.summary and self.workerinput is None:
            terminalreporter.section("etalon")
            for line in self.summary:
                terminalreporter.line(line)


def _variable(name: str) -> str:
    return os.environ.get(f"ETALON_{name.upper()}", "")


def _attach_to_allure(shot: str, pictures: Mapping[str, bytes]) -> None:
    """Allure shows this type with a slider and an overlay of its own."""
    import allure

    kinds = {"expected": "reference", "actual": "actual", "diff": "diff"}
    urls = {name: _data_url(pictures[kind]) for name, kind in kinds.items() if kind in pictures}
    allure.attach(
        json.dumps(urls), name=shot, attachment_type="application/vnd.allure.image.diff", extension="imagediff"
    )


def _data_url(picture: bytes) -> str:
    kind = "png" if picture.startswith(b"\x89PNG") else "webp" if picture[:4] == b"RIFF" else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"
