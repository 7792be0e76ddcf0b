"""`etalon compare`: one screenshot against a picture, or against the reference of a test case."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from etalon_client.builds import Labels
from etalon_client.errors import NotCompared
from etalon_client.files import write_bytes, write_text
from etalon_client.language import told
from etalon_client.output import Output
from etalon_client.screenshots import read
from etalon_client.sentences import coverage_line, defect_lines, verdict_line
from etalon_client.service import Service, labelled
from etalon_client.statuses import FAILED, PASSED
from etalon_client.tasks import options_field, submit, wait_for


def compare(service: Service, asked: Namespace, _: Labels, output: Output) -> int:
    """Files the comparison only under what the caller named: the pipeline's build belongs to `etalon check`."""
    comparison = wait_for(service, _submitted(service, asked))
    if asked.json:
        write_text(asked.json, json.dumps(comparison, ensure_ascii=False, indent=2))
    say_comparison(service, comparison, output)
    if asked.pictures:
        save_pictures(service, comparison, asked.pictures, output)
    if comparison.get("verdict") is None:
        raise NotCompared("the comparison {id} has no verdict", id=comparison.get("comparison_id"))
    return PASSED if comparison["verdict"] == "passed" else FAILED


def say_comparison(service: Service, comparison: Mapping[str, Any], output: Output) -> None:
    output.say(verdict_line(output.language, comparison))
    for line in [*defect_lines(output.language, comparison), coverage_line(output.language, comparison)]:
        if line:
            output.say("  " + line)
    output.say(f"  {service.url}/api/v1/comparisons/{comparison['comparison_id']}")
    if diff := comparison["artifacts"].get("diff"):
        output.say(f"  {service.url}{diff}")


def save_pictures(service: Service, comparison: Mapping[str, Any], folder: Path, output: Output) -> None:
    """Saves the comparison's pictures. A missing picture is only reported: the verdict is already known."""
    for kind, url in comparison["artifacts"].items():
        try:
            answer = service.fetch("GET", url)
        except NotCompared as error:
            reason = error.told(output.language)
            output.warn(NotCompared("no {kind} picture: {reason}", kind=kind, reason=reason))
            continue
        suffix = answer.headers.get("Content-Type", "image/png").partition(";")[0].replace("image/", "")
        path = folder / f"{kind}.{suffix}"
        write_bytes(path, answer.content)
        output.say(f"  {path}")


def labels(asked: Namespace) -> dict[str, str]:
    """The fields that file what is sent under a project, a branch and so on."""
    return labelled({name: getattr(asked, name, "") for name in ("project", "branch", "variant", "build", "commit")})


def options(asked: Namespace) -> dict[str, Any]:
    return {
        "match_level": asked.match_level,
        "fail_on": asked.fail_on,
        "ignore_regions": asked.ignore,
        "background": asked.background,
    }


def _submitted(service: Service, asked: Namespace) -> dict[str, Any]:
    fields = labelled({**labels(asked), "options": options_field(options(asked))})
    if asked.reference:
        pictures = {"reference": read(asked.reference), "actual": read(asked.actual)}
        return submit(service, "/api/v1/comparisons", fields, pictures)
    screenshot = read(asked.actual)
    testcase_id = asked.testcase or _testcase(service, asked)
    return submit(service, f"/api/v1/testcases/{quote(testcase_id)}/comparisons", fields, {"screenshot": screenshot})


def _testcase(service: Service, asked: Namespace) -> str:
    wanted = labelled({name: getattr(asked, name) for name in ("name", "project", "variant")})
    found = service.ask("GET", "/api/v1/testcases", params=wanted)["items"]
    labels_told = ", ".join(f"{told(asked.language, label)} {value!r}" for label, value in wanted.items())
    if not found:
        raise NotCompared("no test case has {labels}", labels=labels_told)
    if len(found) > 1:
        raise NotCompared(
            "more than one test case has {labels}; choose one with --project, --variant or --testcase",
            labels=labels_told,
        )
    return str(found[0]["testcase_id"])
