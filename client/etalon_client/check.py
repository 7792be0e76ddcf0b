"""`etalon check`: a folder of screenshots becomes a build with one verdict."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from etalon_client import builds, waiting
from etalon_client.builds import Build, Labels, title
from etalon_client.compare import options
from etalon_client.output import Output
from etalon_client.reports import write_reports
from etalon_client.results import Result, Unsent, say_result, status_of
from etalon_client.screenshots import Picture, find_pictures, read_names
from etalon_client.service import Service
from etalon_client.tasks import options_field
from etalon_client.uploads import send_all

LONGEST_NAME: Final = 500  # of a shot; the service refuses to expect a longer one


def check(service: Service, asked: Namespace, labels: Labels, output: Output) -> int:
    """Sends every picture, finalizes the build, waits for its verdict, says it and writes the reports."""
    started = time.monotonic()
    pictures = find_pictures(asked.folders)
    build = _joined(service, asked, labels, output)
    chosen = options_field(options(asked))
    unsent = send_all(
        pictures,
        lambda picture: builds.send(
            service, build, picture.name, labels.variant, picture.read(), chosen, retry=asked.retry
        ),
        asked.jobs,
        output,
    )
    unsent = [Unsent(title({"name": one.name, "variant": labels.variant}), one.reason) for one in unsent]
    if asked.finalize:
        build = builds.finalize(service, build, _names(unsent), asked.shard and asked.shard[0])
    result = _result(service, build, asked, pictures, unsent, labels, output)
    say_result(service, result, output, time.monotonic() - started)
    write_reports(service, result, asked, output)
    return status_of(result)


def _joined(service: Service, asked: Namespace, labels: Labels, output: Output) -> Build:
    expected = read_names(asked.expected) if asked.expected else []
    shards = asked.shard and asked.shard[1]
    build = builds.join_open(service, labels, expected, shards, may_rename=not asked.build)
    if build["name"] != labels.build:
        output.tell("the build {name} has ended already; this run is {again}", name=labels.build, again=build["name"])
    return build


def _names(unsent: Sequence[Unsent]) -> list[str]:
    """Names to expect although their pictures cannot be sent, so that the build is incomplete."""
    return sorted({one.name for one in unsent if one.name.isprintable() and len(one.name) <= LONGEST_NAME})


def _result(
    service: Service,
    build: Build,
    asked: Namespace,
    pictures: Sequence[Picture],
    unsent: list[Unsent],
    labels: Labels,
    output: Output,
) -> Result:
    if asked.finalize and not asked.shard:
        return Result(*waiting.for_verdict(service, build, output), unsent)
    mine = {(picture.name, labels.variant) for picture in pictures}
    return Result(*waiting.for_shots(service, build, mine, output), unsent)
