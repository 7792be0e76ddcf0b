"""How fast a large build is listed, grouped and approved, over HTTP.

  python -m bench.builds [--shots 2000] [--failed 300] [--comparisons 5000] [--repeats 15] [--write]

An SQLite file of its own is filled with one build of `--shots`, of which `--failed` show the same change, and as many other
comparisons as make up `--comparisons`. Timed is the whole answer of a service in a process of its own, over one connection, and
the processor's time that this process took for it, which other work on the machine hardly changes.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import httpx
import psutil
from sqlalchemy import insert

from bench.results import circumstances, table, write
from harness.service import api

REACH = {"first page of the build": 100, "approve the group": 2000}
# Pages of /ui: a person waits for them.
PAGES = {
    "page: the build": "/builds/{build_id}",
    "page: its passed screenshots": "/builds/{build_id}?section=passed",
    "page: the project": "/projects/default",
    "page: comparisons": "/comparisons",
}
REACH |= dict.fromkeys(PAGES, 100)


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shots", type=int, default=2000)
    parser.add_argument("--failed", type=int, default=300)
    parser.add_argument("--comparisons", type=int, default=5000)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "DATA_DIR": folder,
            "DATABASE_URL": "",
            "ARTIFACT_URL": "",
            "TASKS_FORCE_SYNC": "1",
            "TELEGRAM_BOT_TOKEN": "",
        }
        os.environ |= environment
        build_id = filled(arguments.shots, arguments.failed, arguments.comparisons)
        with api(Path(folder), **environment) as service, httpx.Client(base_url=service.url, timeout=60) as client:
            assert service.process
            rows = measured(client, psutil.Process(service.process.pid), build_id, arguments.repeats)
    text = table(("what", "ms, median", "ms of processor", "KB", "at most, ms"), rows)
    print(text)
    if arguments.write:
        write("builds", f"{circumstances(sys.argv)}\n\n{text}")


def measured(
    client: httpx.Client, service: psutil.Process, build_id: str, repeats: int
) -> list[tuple[str, str, str, str, str]]:
    build = f"/api/v1/builds/{build_id}"
    [group] = client.get(f"{build}/groups").raise_for_status().json()["items"]
    asked = {
        "first page of the build": lambda: client.get(build),
        "a page of its failed shots": lambda: client.get(build, params={"section": "failed", "limit": 200}),
        "list of builds": lambda: client.get("/api/v1/builds"),
        "groups": lambda: client.get(f"{build}/groups"),
        "list of 50 comparisons": lambda: client.get("/api/v1/comparisons"),
        "list of 200 comparisons": lambda: client.get("/api/v1/comparisons", params={"limit": 200}),
        "report.xml": lambda: client.get(f"{build}/report.xml"),
    }
    asked |= _pages(client, build_id)
    rows = [_row(what, *_timed(ask, service, repeats)) for what, ask in asked.items()]

    def approve() -> httpx.Response:
        answer = client.post(f"{build}/approve", json={"filter": {"signature": group["signature"]}})
        assert len(answer.json()["approved"]) == group["count"], answer.text[:500]
        return answer

    return [*rows, _row("approve the group", *_timed(approve, service, 1))]


def _pages(client: httpx.Client, build_id: str) -> dict[str, Callable[[], httpx.Response]]:
    return {what: partial(client.get, f"/ui{path.format(build_id=build_id)}") for what, path in PAGES.items()}


def _timed(ask: Callable[[], httpx.Response], service: psutil.Process, repeats: int) -> tuple[float, float, int]:
    """(median milliseconds, milliseconds of processor for each, bytes)."""
    took, size = [], 0
    before = _processor_seconds(service)
    for _ in range(repeats):
        began = time.perf_counter()
        size = len(ask().raise_for_status().content)
        took.append((time.perf_counter() - began) * 1000)
    return median(took), (_processor_seconds(service) - before) * 1000 / repeats, size


def _processor_seconds(service: psutil.Process) -> float:
    times = service.cpu_times()
    return float(times.user + times.system)


def _row(what: str, took: float, processor: float, size: int) -> tuple[str, str, str, str, str]:
    return what, f"{took:.0f}", f"{processor:.0f}", f"{size / 1024:.0f}", str(REACH.get(what, ""))


def filled(shots: int, failed: int, comparisons: int) -> str:
    from config import settings
    from store import builds, projects, schema, session

    settings.cache_clear()
    schema.upgrade(settings().database)
    with session.write() as writing:
        project_id = projects.get_or_create(writing).id
        build, _ = builds.open_build(writing, projects.get_or_create(writing), "bench")
        _fill(writing, project_id, build.id, shots, failed)
        _fill(writing, project_id, None, comparisons - shots, 0)
        builds.finalize(writing, build.id)
        build_id = build.id
    session.dispose()
    return build_id


def _fill(writing: object, project_id: str, build_id: str | None, count: int, failed: int) -> None:
    from sqlalchemy.orm import Session

    from store import tables

    assert isinstance(writing, Session)
    ids = [tables.new_id() for _ in range(count)]
    digests = [f"{id_}{id_}" for id_ in ids]
    name = "tasks.comparison.compare_reference_with_actual"
    box = {"x": 20, "y": 20, "width": 90, "height": 30}

    def put(into: type[tables.Table], rows: list[dict[str, object]]) -> None:
        if rows:
            writing.execute(insert(into), rows)

    put(tables.Blob, [{"sha256": one, "size_bytes": 9} for one in digests])
    picture = {"kind": "screenshot", "media_type": "image/png", "width": 1280, "height": 720}
    put(tables.Artifact, [{"id": i, "sha256": digest, **picture} for i, digest in zip(ids, digests, strict=True)])
    put(tables.Task, [{"id": i, "subject_id": i, "name": name, "mode": "async", "state": "SUCCESS"} for i in ids])
    put(
        tables.TestCase,
        [{"id": i, "project_id": project_id, "name": f"pages/{i[:2]}/{i}", "variant": ""} for i in ids],
    )
    put(tables.Reference, [{"id": i, "testcase_id": i, "branch": "", "artifact_id": i} for i in ids])
    put(
        tables.Comparison,
        [
            {
                "id": i,
                "task_id": i,
                "project_id": project_id,
                "testcase_id": i,
                "reference_id": i,
                "reference_artifact_id": i,
                "actual_artifact_id": ids[place - 1],
                "options": {"match_level": "strict", "ignore_regions": [], "fail_on": "minor"},
                "verdict": "failed" if place < failed else "passed",
                "build_id": build_id,
                "defect_count": int(place < failed),
                "worst_severity": "major" if place < failed else None,
                "headline": 0 if place < failed else None,
                "signature": "f" * 64 if place < failed else None,
                "noise": [{"reason": "antialiasing", "box": box, "area_px": 3}] * 50,
            }
            for place, i in enumerate(ids)
        ],
    )
    kinds = ("diff", "heatmap", "side_by_side", "crops")
    put(
        tables.Artifact,
        [{"id": tables.new_id(), "kind": k, "media_type": "image/png", "comparison_id": i} for i in ids for k in kinds],
    )
    put(
        tables.Defect,
        [
            {
                "comparison_id": i,
                "position": 0,
                "defect_id": "d1",
                "type": "missing",
                "severity": "major",
                "element_kind": "button",
                "element_text": "Sign in",
                "reference_box": box,
                "detail": {},
            }
            for i in ids[:failed]
        ],
    )
    if build_id:
        shown = {"build_id": build_id, "variant": ""}
        put(
            tables.Shot,
            [{"id": i, "name": f"pages/{i}", "testcase_id": i, "task_id": i, "comparison_id": i, **shown} for i in ids],
        )


if __name__ == "__main__":
    main()
