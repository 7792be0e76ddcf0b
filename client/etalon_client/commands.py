"""`etalon finalize`, `status` and `approve`: commands on a build after its shots were sent."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from etalon_client import builds, waiting
from etalon_client.builds import Build, Labels, Shot, title
from etalon_client.errors import NotCompared
from etalon_client.language import count, told
from etalon_client.output import Output
from etalon_client.reports import write_reports
from etalon_client.results import Result, say_result, status_of
from etalon_client.screenshots import read_names
from etalon_client.service import Service
from etalon_client.statuses import NOT_COMPARED, PASSED


def finalize(service: Service, asked: Namespace, labels: Labels, output: Output) -> int:
    """Says that every shot was sent; waits for the verdict and tells it, unless other shards still send."""
    started = time.monotonic()
    expected = read_names(asked.expected) if asked.expected else []
    shard, shards = asked.shard or (None, None)
    build = builds.join(service, labels, shards=shards) if shards else builds.find(service, labels)
    build = builds.finalize(service, build, expected, shard)
    if build["state"] == "open":
        return _told(service, asked, output, build, list(builds.shots(service, build)))
    concluded, shots = waiting.for_verdict(service, build, output)
    return _told(service, asked, output, concluded, shots, time.monotonic() - started)


def status(service: Service, asked: Namespace, labels: Labels, output: Output) -> int:
    """Tells how a build stands; with `--wait` as soon as it is concluded. Not concluded is not compared."""
    build = builds.find(service, labels)
    if asked.wait:
        concluded, shots = waiting.for_verdict(service, build, output)
        return _told(service, asked, output, concluded, shots)
    told_status = _told(service, asked, output, build, list(builds.shots(service, build)))
    return NOT_COMPARED if build["verdict"] is None else told_status


def approve(service: Service, asked: Namespace, labels: Labels, output: Output) -> int:
    """Makes actuals the references. Exit status 2 if something that was chosen could not be approved."""
    build = builds.find(service, labels)
    answer = builds.approve(service, build, _filter(service, build, asked, labels), asked.comment)
    for shot in sorted(answer["approved"], key=title):
        output.say(f"{title(shot)}: {told(output.language, 'approved')}")
    for refused in answer["refused"]:
        output.say(f"{title(refused)}: {told(output.language, 'not approved: {reason}', reason=refused['reason'])}")
    build = answer["build"]
    shots = count(output.language, len(answer["approved"]), "shot")
    verdict = told(output.language, build["verdict"] or "not concluded yet")
    output.say("")
    output.tell(
        "approved: {shots}; the build {name} is now: {verdict}", shots=shots, name=build["name"], verdict=verdict
    )
    return NOT_COMPARED if answer["refused"] else PASSED


def _told(
    service: Service,
    asked: Namespace,
    output: Output,
    build: Build,
    shots: Sequence[Shot],
    seconds: float | None = None,
) -> int:
    result = Result(build, shots)
    say_result(service, result, output, seconds)
    write_reports(service, result, asked, output)
    return status_of(result)


def _filter(service: Service, build: Build, asked: Namespace, labels: Labels) -> dict[str, Any]:
    """What to approve, as the service takes it. Raises NotCompared if nothing is chosen, or a name is not there."""
    chosen = {key: getattr(asked, key) for key in ("verdict", "query") if getattr(asked, key)}
    if asked.signature:
        chosen["signature"] = _signature(service, build, asked.signature)
    if asked.names:
        chosen["ids"] = _ids(service, build, asked.names, labels.variant)
    if not chosen and not asked.all:
        raise NotCompared("choose what to approve: names of shots, --signature, --verdict, --query, or --all")
    return chosen


def _ids(service: Service, build: Build, names: Sequence[str], variant: str) -> list[str]:
    shots = [shot for shot in builds.shots(service, build) if not variant or shot["variant"] == variant]
    known = {name: [shot["shot_id"] for shot in shots if name in (shot["name"], title(shot))] for name in names}
    if unknown := [name for name in names if not known[name]]:
        raise NotCompared(
            "the build {build!r} has no shot {names}", build=build["name"], names=", ".join(map(repr, unknown[:5]))
        )
    return [shot_id for name in names for shot_id in known[name]]


def _signature(service: Service, build: Build, begins: str) -> str:
    """The whole signature of which these letters are the beginning."""
    found = [group["signature"] for group in builds.groups(service, build) if group["signature"].startswith(begins)]
    if len(found) != 1:
        raise NotCompared(
            "{number} changes of the build {build!r} have a signature that begins with {begins}",
            number=len(found), build=build["name"], begins=begins,
        )  # fmt: skip
    return str(found[0])
