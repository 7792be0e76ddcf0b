"""The cost of /metrics and of the cleanup with many rows.

  python -m bench.operations [--comparisons 20000] [--repeats 5] [--write]

An SQLite file of its own is filled with comparisons, two pictures each, a tenth of them unfinished. Measured: one
scrape, what `run.py cleanup --dry-run` reads, and a cleanup that deletes `--delete` of them with their files.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median

from sqlalchemy import insert, update

from bench.results import circumstances, table, write


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comparisons", type=int, default=20_000)
    parser.add_argument("--delete", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DATABASE_URL": "", "ARTIFACT_URL": ""}
        rows = measured(arguments.comparisons, arguments.delete, arguments.repeats)
    text = table(("comparisons", "what", "ms"), rows)
    print(text)
    if arguments.write:
        write("operations", f"{circumstances(sys.argv)}\n\n{text}")


def measured(comparisons: int, deleted: int, repeats: int) -> list[tuple[str, str, str]]:
    from config import settings
    from store import metrics, retention, schema, session, tables

    settings.cache_clear()
    schema.upgrade(settings().database)
    fill(comparisons, deleted)

    def scrape() -> None:
        with session.read() as reading:
            metrics.facts(reading)

    def clean() -> None:
        assert retention.cleanup(retention.Limits(days=30)).comparisons == deleted

    with session.write() as writing:
        writing.execute(update(tables.Analysis).values(used_at=tables.now()))
    times = [
        ("facts of one scrape", took(scrape, repeats)),
        ("cleanup --dry-run", took(lambda: retention.foresee(retention.Limits(days=30)), repeats)),
        (f"cleanup of {deleted}", took(clean, 1)),
    ]
    session.dispose()
    return [(f"{comparisons:,}", what, f"{milliseconds:.0f}") for what, milliseconds in times]


def fill(comparisons: int, old: int) -> None:
    from store import artifacts, projects, session, tables

    at = tables.now()
    ids = [tables.new_id() for _ in range(comparisons)]
    states = ["PENDING" if place % 10 == 9 and place >= old else "SUCCESS" for place in range(comparisons)]
    with session.write() as writing:
        project_id = projects.get_or_create(writing).id
        digests = [artifacts.blob_store().put(f"{id_} {half}".encode()) for id_ in ids[:old] for half in "ab"]
        digests += [f"{place:064x}" for place in range(2 * (comparisons - old))]
        writing.execute(insert(tables.Blob), [{"sha256": digest, "size_bytes": 100_000} for digest in digests])
        picture = {"kind": "screenshot", "media_type": "image/png", "width": 1280, "height": 720}
        pictures = [{"id": tables.new_id(), "sha256": digest, **picture} for digest in digests]
        writing.execute(insert(tables.Artifact), pictures)
        task = {"name": "tasks.comparison.compare_reference_with_actual", "mode": "async", "project_id": project_id}
        writing.execute(
            insert(tables.Task),
            [{"id": id_, "subject_id": id_, "state": state, **task} for id_, state in zip(ids, states, strict=True)],
        )
        wide = {"noise": [{"reason": "antialiasing", "box": {"x": n, "y": n}, "area_px": n} for n in range(50)]}
        rows = [
            {
                "id": id_,
                "task_id": id_,
                "project_id": project_id,
                "reference_artifact_id": pictures[2 * place]["id"],
                "actual_artifact_id": pictures[2 * place + 1]["id"],
                "options": {"match_level": "strict", "ignore_regions": [], "fail_on": "minor"},
                "verdict": "passed" if states[place] == "SUCCESS" else None,
                "created_at": at - timedelta(days=40 if place < old else 1, seconds=place),
                **wide,
            }
            for place, id_ in enumerate(ids)
        ]
        writing.execute(insert(tables.Comparison), rows)


def took(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


if __name__ == "__main__":
    main()
