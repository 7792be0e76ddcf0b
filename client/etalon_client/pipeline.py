"""Build, branch, commit and link from the pipeline's own variables."""

from __future__ import annotations

import getpass
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

MAIN_LINES: Final = ("main", "master")  # where a pipeline does not say which branch is the main line


@dataclass(frozen=True)
class Pipeline:
    """One run of a pipeline. An empty branch is the main line."""

    build: str
    branch: str = ""
    commit: str = ""
    url: str = ""
    main: str = field(default="", compare=False)  # the name of its main line, where the pipeline says it

    def branch_named(self, name: str) -> str:
        """A branch that was given by hand: the main line's own name means the main line."""
        return _unless_main(name, self.main)


def pipeline(environment: Mapping[str, str]) -> Pipeline:
    """The run that these variables describe: GitLab's, GitHub's or Jenkins'; without any, all fields are empty."""
    if environment.get("GITLAB_CI"):
        return _gitlab(environment)
    if environment.get("GITHUB_ACTIONS"):
        return _github(environment)
    if environment.get("JENKINS_URL"):
        return _jenkins(environment)
    return Pipeline("")


def by_hand() -> str:
    """The name of a build that no pipeline started: who, and when."""
    try:
        who = getpass.getuser()
    except (OSError, KeyError, ImportError):
        who = "by-hand"
    return f"{who}-{time.strftime('%Y-%m-%d-%H-%M-%S')}"


def _gitlab(variables: Mapping[str, str]) -> Pipeline:
    branch = variables.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME") or variables.get("CI_COMMIT_BRANCH", "")
    main = variables.get("CI_DEFAULT_BRANCH", "")
    return Pipeline(
        build=variables.get("CI_PIPELINE_ID", ""),
        branch=_unless_main(branch, main),
        commit=variables.get("CI_COMMIT_SHA", ""),
        url=variables.get("CI_PIPELINE_URL", ""),
        main=main,
    )


def _github(variables: Mapping[str, str]) -> Pipeline:
    event = _event(variables.get("GITHUB_EVENT_PATH", ""))
    pull_request = event.get("pull_request") or {}
    run, attempt = variables.get("GITHUB_RUN_ID", ""), variables.get("GITHUB_RUN_ATTEMPT", "1")
    repository = f"{variables.get('GITHUB_SERVER_URL', '')}/{variables.get('GITHUB_REPOSITORY', '')}"
    is_branch = variables.get("GITHUB_REF_TYPE", "branch") == "branch"
    branch = variables.get("GITHUB_HEAD_REF") or (variables.get("GITHUB_REF_NAME", "") if is_branch else "")
    main = (event.get("repository") or {}).get("default_branch", "")
    return Pipeline(
        build=run if attempt in ("", "1") else f"{run}.{attempt}",  # running all again is another build
        branch=_unless_main(branch, main),
        # A pull request is built on a temporary merge commit; its author knows the head.
        commit=(pull_request.get("head") or {}).get("sha") or variables.get("GITHUB_SHA", ""),
        url=f"{repository}/actions/runs/{run}" if run else "",
        main=main,
    )


def _jenkins(variables: Mapping[str, str]) -> Pipeline:
    branch = variables.get("CHANGE_BRANCH") or variables.get("BRANCH_NAME") or variables.get("GIT_BRANCH", "")
    branch = branch[len("origin/") :] if branch.startswith("origin/") else branch
    main = branch if variables.get("BRANCH_IS_PRIMARY") == "true" else ""
    return Pipeline(
        build=variables.get("BUILD_TAG") or variables.get("BUILD_NUMBER", ""),
        branch=_unless_main(branch, main),
        commit=variables.get("GIT_COMMIT", ""),
        url=variables.get("BUILD_URL", ""),
        main=main,
    )


def _unless_main(branch: str, main: str) -> str:
    return "" if branch == main or (not main and branch in MAIN_LINES) else branch


def _event(path: str) -> dict[str, Any]:
    try:
        event = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}
