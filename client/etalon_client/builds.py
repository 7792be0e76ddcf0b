"""Builds over HTTP: one run of a pipeline over many screenshots, with one verdict. Answers are the service's own JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from etalon_client.errors import NotCompared, Refused
from etalon_client.service import Service, labelled
from etalon_client.tasks import submit

Build = dict[str, Any]
Shot = dict[str, Any]

_PAGE: Final = 200  # the most shots in one answer
_RERUNS: Final = 20


@dataclass(frozen=True)
class Labels:
    """What a build and its shots are filed under. An empty branch is the main line; empty fields are not sent."""

    build: str
    project: str = ""
    branch: str = ""
    variant: str = ""
    commit: str = ""
    url: str = ""


def join(service: Service, labels: Labels, expected: Sequence[str] = (), shards: int | None = None) -> Build:
    """The build of that name in that project; created if it does not exist, so that parallel jobs share it."""
    fields: dict[str, Any] = {"name": labels.build}
    fields.update(labelled({name: getattr(labels, name) for name in ("project", "branch", "commit", "url")}))
    if expected:
        fields["expected"] = list(expected)
    if shards:
        fields["shards"] = shards
    build: Build = service.ask("POST", "/api/v1/builds", json=fields)
    return build


def join_open(service: Service, labels: Labels, expected: Sequence[str], shards: int | None, may_rename: bool) -> Build:
    """As `join`, for sending shots. A pipeline that runs its jobs again keeps its id: where the build of that name has
    ended and `may_rename` is true, the build is called NAME.2, NAME.3 and so on. Raises NotCompared otherwise."""
    for rerun in range(1, _RERUNS):
        name = labels.build if rerun == 1 else f"{labels.build}.{rerun}"
        build = join(service, Labels(**{**vars(labels), "build": name}), expected, shards)
        if build["state"] == "open":
            return build
        if not may_rename:
            break
    raise NotCompared(
        "the build {name!r} is finalized and takes no more shots; give this run another name (--build)",
        name=labels.build,
    )


def find(service: Service, labels: Labels) -> Build:
    """The build of that name, or with that id; without a name the newest one. Raises NotCompared if there is none."""
    wanted = labelled({"name": labels.build, "project": labels.project})
    if not labels.build:
        wanted.update(labelled({"branch": labels.branch}))
    found = service.ask("GET", "/api/v1/builds", params={**wanted, "limit": 2})["items"]
    if labels.build and len(found) > 1:
        raise NotCompared("more than one project has a build {name!r}; choose one with --project", name=labels.build)
    if found:
        build: Build = found[0]
        return build
    if not labels.build:
        raise NotCompared("there is no build yet")
    return _by_id(service, labels.build)


def send(
    service: Service, build: Build, name: str, variant: str, picture: bytes, options: str = "", retry: bool = False
) -> dict[str, Any]:
    """Uploads one shot and gives its ticket. Where `retry` is true, it replaces a shot of the same name and variant."""
    fields = labelled({"name": name, "variant": variant, "options": options, "retry": "true" if retry else ""})
    return submit(service, f"/api/v1/builds/{build['build_id']}/shots", fields, {"screenshot": picture})


def finalize(service: Service, build: Build, expected: Sequence[str] = (), shard: int | None = None) -> Build:
    """Says that this shard, or without one that everything, was sent."""
    fields: dict[str, Any] = {"expected": list(expected)} if expected else {}
    if shard:
        fields["shard"] = shard
    finalized: Build = service.ask("POST", f"/api/v1/builds/{build['build_id']}/finalize", json=fields)
    return finalized


def state(service: Service, build: Build, wait_seconds: int = 0) -> Build:
    """The build as it is now, or within `wait_seconds` when it is concluded."""
    params = {"wait": wait_seconds, "limit": 1}
    found: Build = service.ask("GET", f"/api/v1/builds/{build['build_id']}", params=params)
    return found


def shots(service: Service, build: Build, **filters: str) -> Iterator[Shot]:
    """Every shot of the build, worst first, page by page. Filters are the route's: `section`, `q`, `signature`."""
    params: dict[str, Any] = {"limit": _PAGE, **filters}
    while True:
        page = service.ask("GET", f"/api/v1/builds/{build['build_id']}", params=params)
        yield from page["shots"]
        if not page["next_cursor"]:
            return
        params["cursor"] = page["next_cursor"]


def groups(service: Service, build: Build) -> list[dict[str, Any]]:
    """The same change in several shots, once; biggest first."""
    found: list[dict[str, Any]] = service.ask("GET", f"/api/v1/builds/{build['build_id']}/groups")["items"]
    return found


def approve(service: Service, build: Build, chosen: Mapping[str, Any], comment: str = "") -> dict[str, Any]:
    """Approves what the filter chooses; gives what was approved, and what was refused and why."""
    fields = {"filter": dict(chosen), **labelled({"comment": comment})}
    answer: dict[str, Any] = service.ask("POST", f"/api/v1/builds/{build['build_id']}/approve", json=fields)
    return answer


def report(service: Service, build: Build, kind: str) -> bytes:
    """The build's report as a file of the kind `html`, `xml` or `json`."""
    return service.fetch("GET", f"/api/v1/builds/{build['build_id']}/report.{kind}").content


def title(shot: Mapping[str, Any]) -> str:
    """`name [variant]`: what tells a shot from every other one of its build."""
    return f"{shot['name']} [{shot['variant']}]" if shot.get("variant") else str(shot["name"])


def _by_id(service: Service, build_id: str) -> Build:
    try:
        build: Build = service.ask("GET", f"/api/v1/builds/{quote(build_id, safe='')}", params={"limit": 1})
    except Refused as error:
        if error.status in (404, 422):
            raise NotCompared("there is no build {name!r}", name=build_id) from None
        raise
    return build
