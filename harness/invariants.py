"""What must hold after every fault, checked in rows, files and chat. Each breach is a sentence."""

import re
from collections import Counter
from collections.abc import Collection, Mapping

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from config import settings
from harness.telegram import StandIn
from store import tables
from store.blobs import blob_store
from store.session import is_sqlite, read
from store.tasks import FINAL
from tasks.comparison import DRAWN


def broken_rows(accepted: Collection[str], verdicts: Mapping[str, str], references: Collection[str] = ()) -> list[str]:
    """`accepted`: the tasks that clients got. `verdicts`: by task, of those that can be compared. `references`: tasks that made a
    test case, which are not looked at."""
    with read() as session:
        tasks = {row.id: row for row in session.scalars(select(tables.Task)) if row.id not in references}
        made = {row.task_id: row for row in session.scalars(select(tables.Comparison))}
        drawn = Counter(session.scalars(select(tables.Artifact.comparison_id)))
        damage = session.execute(text("PRAGMA integrity_check")).scalars().all() if _on_sqlite() else ["ok"]
        found = _broken_pictures(session)
    found += [f"{task_id}: accepted, and its row is gone" for task_id in set(accepted) - set(tasks)]
    found += [f"{task_id}: a row of a task that no client got" for task_id in set(tasks) - set(accepted)]
    found += [f"{task_id}: {row.state}, not ended" for task_id, row in tasks.items() if row.state not in FINAL]
    found += [f"{task_id}: ended and still claimed" for task_id, row in tasks.items() if row.claim_token]
    found += [f"{task_id}: {row.attempt} attempts" for task_id, row in tasks.items() if row.attempt > _most_attempts()]
    found += [f"{task_id}: no comparison" for task_id in set(tasks) - set(made)]
    for task_id, row in tasks.items():
        comparison, pictures = made.get(task_id), 0
        if comparison:
            pictures = drawn[comparison.id]
            if comparison.verdict != verdicts.get(task_id):
                found.append(f"{task_id}: {row.state} with {comparison.verdict}, not {verdicts.get(task_id)}")
        if (row.state == "SUCCESS") != (pictures == len(DRAWN)):
            found.append(f"{task_id}: {row.state} with {pictures} drawn pictures")
    return found + ([] if damage == ["ok"] else [f"the database is damaged: {damage}"])


def broken_messages(chat: StandIn) -> list[str]:
    """One message for each comparison outside of builds, and for each concluded build. If its call got no answer it may be
    missing, but it never comes twice. Four errors of Telegram's end a message, by design."""
    with read() as session:
        notes = session.scalars(select(tables.Notification)).all()
        alone = select(tables.Comparison.id).where(tables.Comparison.build_id.is_(None))
        comparisons = {f"comparison {one}" for one in session.scalars(alone)}
        concluded = select(tables.Build.id).where(tables.Build.concluded_at.is_not(None))
        builds = {f"build {one}" for one in session.scalars(concluded)}
    rows = {f"comparison {row.comparison_id}" if row.comparison_id else f"build {row.build_id}": row for row in notes}
    linked = (re.search(r"/(comparison|build)s/(\w+)", one.text) for one in chat.delivered)
    arrived = Counter(f"{found[1]} {found[2]}" for found in linked if found)
    found = [f"{one}: no notification" for one in (comparisons | builds) - set(rows)]
    found += [f"{one}: told {times} times" for one, times in arrived.items() if times > 1]
    found += [f"{one}: its message is {row.state}" for one, row in rows.items() if row.state in _UNSENT]
    failed = [one for one, row in rows.items() if row.state == "failed"]
    if _TRIES * len(failed) > chat.errors:
        found += [f"{one}: its message is failed, after {chat.errors} errors of Telegram's in all" for one in failed]
    for one, row in rows.items():
        wanted = 1 if row.state == "sent" else 0
        if arrived[one] != wanted and not (row.state == "unknown" and arrived[one] <= 1):
            found.append(f"{one}: its message is {row.state}, arrived {arrived[one]} times")
    return found


def broken_builds(runs: Mapping[str, tuple[str, int]]) -> list[str]:
    """`runs`: by build, its right verdict and how many shots it has."""
    found = []
    with read() as session:
        builds = {row.id: row for row in session.scalars(select(tables.Build))}
        counted = dict(session.execute(select(tables.Shot.build_id, func.count()).group_by(tables.Shot.build_id)).all())
    found += [f"build {one}: no client opened it" for one in set(builds) - set(runs)]
    for one, (verdict, shots) in runs.items():
        row = builds.get(one)
        stands = (row.verdict, counted.get(one, 0)) if row else ("gone", 0)
        if stands != (verdict, shots):
            found.append(f"build {one}: {stands[0]} with {stands[1]} shots, not {verdict} with {shots}")
    return found


_UNSENT = ("pending", "sending")
_TRIES = 4


def _broken_pictures(session: Session) -> list[str]:
    """Files, blobs and artifacts are the same set, and every artifact belongs to something."""
    blobs = set(session.scalars(select(tables.Blob.sha256)))
    artifacts = session.scalars(select(tables.Artifact)).all()
    shown = {digest for row in artifacts if (digest := row.sha256)}
    files = {stored.digest for stored in blob_store().stored()}
    used = set(session.scalars(select(tables.Comparison.reference_artifact_id)))
    used |= set(session.scalars(select(tables.Comparison.actual_artifact_id)))
    used |= set(session.scalars(select(tables.Reference.artifact_id)))
    comparisons = set(session.scalars(select(tables.Comparison.id)))
    found = [f"a file without a row: {name}" for name in files - blobs]
    found += [f"a row without a file: {name}" for name in blobs - files]
    found += [f"a blob that no artifact shows: {name}" for name in blobs - shown]
    loose = [row for row in artifacts if row.id not in used and row.comparison_id not in comparisons]
    return found + [f"an artifact of nothing: {row.kind} {row.id}" for row in loose if row.kind != "annotated"]


def _on_sqlite() -> bool:
    return is_sqlite(settings().database)


def _most_attempts() -> int:
    return settings().task_max_attempts
