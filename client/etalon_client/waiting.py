"""Waits for a build: for its verdict, or where other jobs still send shots, for the shots of this one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from etalon_client import builds
from etalon_client.builds import Build, Shot
from etalon_client.errors import NotCompared
from etalon_client.output import Output
from etalon_client.service import Service
from etalon_client.tasks import seconds_to_wait

LOOK_SECONDS: Final = 5  # between two looks at how far a build is
LOG_SECONDS: Final = 30.0  # between two lines about it in a log

Keys = set[tuple[str, str]]  # name and variant


def for_verdict(service: Service, build: Build, output: Output) -> tuple[Build, list[Shot]]:
    """The concluded build and all its shots. Raises NotCompared if the time is up first."""
    build = builds.state(service, build)
    with output.progress(build["counts"]["shots"], "comparing") as step:
        watch = _Watch(output, step)
        while build["state"] != "concluded":
            watch.note(build)
            seconds = min(LOOK_SECONDS, seconds_to_wait(service))
            if not seconds:
                _pause(service, build, LOOK_SECONDS)
            build = builds.state(service, build, wait_seconds=seconds)
    return build, list(builds.shots(service, build))


def for_shots(service: Service, build: Build, mine: Keys, output: Output) -> tuple[Build, list[Shot]]:
    """The build as it is once all of these shots have ended, and these shots."""
    pause = 0.5
    while any(_key(shot) in mine for shot in builds.shots(service, build, section="running")):
        _pause(service, build, pause)
        pause = min(pause * 2, LOOK_SECONDS)
    shots = [shot for shot in builds.shots(service, build) if _key(shot) in mine]
    return builds.state(service, build), shots


def _pause(service: Service, build: Build, seconds: float) -> None:
    if service.seconds_left() <= 1:
        raise NotCompared("the build {name!r} has not ended, and the time is up (--timeout)", name=build["name"])
    time.sleep(min(seconds, service.seconds_left()))


def _key(shot: Shot) -> tuple[str, str]:
    return shot["name"], shot["variant"] or ""


class _Watch:
    """Moves the progress bar; in a log says now and then how far the build is."""

    def __init__(self, output: Output, step: Callable[[], None]) -> None:
        self.output, self.step = output, step
        self.ended = 0
        self.said_at = time.monotonic()

    def note(self, build: Build) -> None:
        counts = build["counts"]
        ended = counts["shots"] - counts["running"]
        for _ in range(ended - self.ended):
            self.step()
        self.ended = max(ended, self.ended)
        if not self.output.has_bar and time.monotonic() - self.said_at >= LOG_SECONDS:
            self.said_at = time.monotonic()
            self.output.tell("{ended} of {all} compared", ended=ended, all=counts["shots"])
