"""Builds: opened, joined, finalized, and concluded once.

A build is concluded in the transaction that makes it so: the one that ends its last task, or that finalizes it. Both lock the
build's row before they look at its tasks, so of two that race the later one sees what the earlier did. On PostgreSQL the lock is
FOR NO KEY UPDATE: inserting a shot's row, whose foreign key needs the build's, does not wait for it.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from store import clock, metrics, shots
from store.errors import BuildDiffers, BuildFinalized, BuildNotFound, TooManyExpected, UnknownShard
from store.paging import Page, page
from store.session import insert_if_new
from store.states import OPEN, BuildState, BuildVerdict, Section
from store.tables import Build, Project, Shot, Task, new_id
from store.visibility import Projects, within

MAX_EXPECTED: Final = 10_000


def open_build(
    session: Session,
    project: Project,
    name: str,
    *,
    branch: str | None = None,
    commit: str | None = None,
    url: str | None = None,
    expected: Sequence[str] | None = None,
    shards: int | None = None,
) -> tuple[Build, bool]:
    """The build of that name, and whether it was made just now. Joining one fills in what it lacks and adds expected names.
    Raises BuildDiffers, TooManyExpected."""
    build, made = _get_or_insert(session, project.id, name)
    build.opened_at = build.opened_at or clock.now(session)
    for field, value in {"branch": branch, "commit": commit, "url": url, "shards": shards}.items():
        _agree(build, field, value)
    _expect(build, expected)
    session.flush()
    return build, made


def of_label(session: Session, project_id: str, name: str, branch: str | None, commit: str | None) -> Build:
    """The build that a comparison's label names, created if it does not exist. A build made by labels alone opens again."""
    build, _ = _get_or_insert(session, project_id, name)
    if build.opened_at is None:
        build.concluded_at, build.verdict, build.counts, build.missing = None, None, None, None
        build.branch, build.commit = build.branch or branch, build.commit or commit
        session.flush()
    return build


def get(session: Session, build_id: str) -> Build:
    """Raises BuildNotFound."""
    build = session.get(Build, build_id, populate_existing=True)
    if build is None:
        raise BuildNotFound(build_id)
    return build


def lock(session: Session, build_id: str) -> Build:
    """Locks the build: until this transaction ends no other concludes, finalizes or reviews it. Raises BuildNotFound."""
    build = session.get(Build, build_id, with_for_update={"key_share": True}, populate_existing=True)
    if build is None:
        raise BuildNotFound(build_id)
    return build


def one_more_agent(session: Session, build_id: str) -> None:
    """For clients that start and stop a build without saying how many they are: each start is one shard more, and a build that
    was finalized is open again."""
    build = lock(session, build_id)
    build.shards = (build.shards or 0) + 1
    build.finalized_at = build.concluded_at = build.verdict = build.counts = build.missing = None
    session.flush()


def next_agent(session: Session, build_id: str) -> int:
    """The shard that such a client finalizes when it stops."""
    build = lock(session, build_id)
    return min(len(build.shards_done) + 1, build.shards or 1)


def number_of(session: Session, build: Build) -> int:
    """Counted from 1 in its project."""
    before = (Build.project_id == build.project_id) & (Build.created_at <= build.created_at)
    return session.scalar(select(func.count()).select_from(Build).where(before)) or 1


def lock_open(session: Session, build_id: str) -> Build:
    """The build, kept from being finalized while a shot is added; others may add theirs. Raises BuildNotFound, BuildFinalized."""
    build = session.get(Build, build_id, with_for_update={"read": True}, populate_existing=True)
    if build is None:
        raise BuildNotFound(build_id)
    check_open(build)
    return build


def check_open(build: Build) -> None:
    """Raises BuildFinalized."""
    ended = build.finalized_at or (build.concluded_at if build.opened_at else None)
    if ended is not None:
        raise BuildFinalized(build.name, ended)


def list_page(
    session: Session,
    cursor: str | None = None,
    limit: int = 50,
    *,
    project: str | None = None,
    branch: str | None = None,
    name: str | None = None,
    commit: str | None = None,
    verdict: str | None = None,
    state: str | None = None,
    projects: Projects = None,
) -> Page[Build]:
    """Builds of these projects, newest first. Raises BadCursor."""
    rows = select(Build).where(within(projects, Build.project_id))
    if project is not None:
        rows = rows.join(Project, Project.id == Build.project_id).where(Project.name == project)
    equal = {"branch": branch, "name": name, "commit": commit, "verdict": verdict}
    rows = rows.where(*(getattr(Build, key) == value for key, value in equal.items() if value is not None))
    if state is not None:
        rows = rows.where(_in_state(state))
    return page(session, rows, Build, cursor, limit)


def finalize(session: Session, build_id: str, shard: int | None = None, expected: Sequence[str] | None = None) -> bool:
    """No more shots come: from that shard, or without one from all. True if that concludes the build. Again is the same as
    once. Raises BuildNotFound, UnknownShard, TooManyExpected."""
    build = lock(session, build_id)
    if shard is not None and not 1 <= shard <= (build.shards or 1):
        has = f"it has {build.shards}, counted from 1" if build.shards else "it was opened without `shards`"
        raise UnknownShard(shard, build.name, has)
    if build.finalized_at or build.concluded_at:
        return False
    build.opened_at = build.opened_at or clock.now(session)
    _expect(build, expected)
    if shard is not None:
        build.shards_done = sorted({*build.shards_done, shard})
    if shard is None or len(build.shards_done) == (build.shards or 1):
        build.finalized_at = clock.now(session)
    session.flush()
    return _conclude_if_done(session, build)


def task_ended(session: Session, task_id: str) -> Build | None:
    """Call it in the transaction that ends the task. Returns the build that this concludes, if any."""
    build_id = session.scalar(select(Shot.build_id).where(Shot.task_id == task_id))
    if build_id is None:
        return None
    build = lock(session, build_id)
    return build if _conclude_if_done(session, build) else None


def conclude_left(session: Session, idle_since: datetime) -> list[Build]:
    """Concludes builds that are finalized and done but were missed, and builds without activity since then."""
    done = Build.finalized_at.is_not(None)
    idle = Build.finalized_at.is_(None) & (Build.created_at < idle_since) & ~_alive(idle_since)
    which = Build.concluded_at.is_(None) & (done | idle) & ~_works()
    concluded = []
    for build_id in session.scalars(select(Build.id).where(which).order_by(Build.id).limit(100)).all():
        build = lock(session, build_id)
        if build.concluded_at is None and not session.scalar(select(_works()).where(Build.id == build_id)):
            _conclude(session, build)
            concluded.append(build)
    return concluded


def reviewed(session: Session, build_ids: Collection[str]) -> list[Build]:
    """Updates counts and verdicts of concluded builds after a review. Returns the builds whose verdict changed."""
    changed = []
    for build_id in sorted(build_ids):
        build = lock(session, build_id)
        if build.concluded_at is not None:
            before = build.verdict
            _decide(session, build)
            changed += [build] if build.verdict != before else []
    return changed


def counts(session: Session, builds: Collection[Build]) -> dict[str, dict[str, int]]:
    """The number of shots in each section of each build, with `shots` and `missing`; stored once it is concluded."""
    running = [build.id for build in builds if build.counts is None]
    counted = shots.counts(session, running) if running else {}
    found = {}
    for build in builds:
        known = build.counts or _counted(counted[build.id], len(shots.missing(session, build)))
        found[build.id] = {name: int(known.get(name, 0)) for name in ("shots", *Section, "missing")}
    return found


def missing(session: Session, build: Build) -> list[str]:
    """Expected names without a shot; for a concluded build, as of its conclusion."""
    return shots.missing(session, build) if build.missing is None else list(build.missing)


def state_of(build: Build) -> BuildState:
    if build.concluded_at:
        return BuildState.CONCLUDED
    return BuildState.FINALIZED if build.finalized_at else BuildState.OPEN


def verdict_of(counted: Mapping[str, int], cut_short: bool) -> BuildVerdict:
    """The first rule that applies, in the order of doc/builds.md. `cut_short`: it was opened and not finalized."""
    if counted.get(Section.ERROR):
        return BuildVerdict.ERROR
    if counted.get("missing") or not counted.get("shots") or cut_short:
        return BuildVerdict.INCOMPLETE
    if counted.get(Section.NEW):
        return BuildVerdict.NEW
    return BuildVerdict.FAILED if counted.get(Section.FAILED) or counted.get(Section.REJECTED) else BuildVerdict.PASSED


def concluded_among(session: Session, build_ids: Sequence[str]) -> set[str]:
    """Those of the ids whose build is concluded, or was never there."""
    still = select(Build.id).where(Build.id.in_(build_ids), Build.concluded_at.is_(None))
    return set(build_ids) - set(session.scalars(still))


def _get_or_insert(session: Session, project_id: str, name: str) -> tuple[Build, bool]:
    made = insert_if_new(session, Build, id=new_id(), project_id=project_id, name=name, shards_done=[])
    of_name = select(Build).where(Build.project_id == project_id, Build.name == name)
    return session.scalars(of_name.with_for_update(key_share=True)).one(), made


def _agree(build: Build, field: str, value: Any) -> None:
    known = getattr(build, field)
    if known is None or value is None:
        setattr(build, field, known if value is None else value)
    elif known != value and field in ("branch", "shards"):
        raise BuildDiffers(build.name, field, known, value)


def _expect(build: Build, names: Sequence[str] | None) -> None:
    if names is None:
        return
    known = build.expected or []
    wanted = list(dict.fromkeys([*known, *names]))
    if len(wanted) > MAX_EXPECTED:
        raise TooManyExpected(build.name, len(wanted), MAX_EXPECTED)
    build.expected = wanted


def _conclude_if_done(session: Session, build: Build) -> bool:
    if build.concluded_at or not build.finalized_at:
        return False
    # A statement of its own, after the lock: it sees every task that ended before the lock was ours.
    if session.scalar(select(_works()).where(Build.id == build.id)):
        return False
    _conclude(session, build)
    return True


def _conclude(session: Session, build: Build) -> None:
    build.concluded_at = clock.now(session)
    build.missing = shots.missing(session, build)
    _decide(session, build)
    metrics.count(session, "builds_concluded", verdict=str(build.verdict))


def _decide(session: Session, build: Build) -> None:
    build.counts = _counted(shots.counts(session, [build.id])[build.id], len(build.missing or ()))
    build.verdict = verdict_of(build.counts, cut_short=build.opened_at is not None and build.finalized_at is None)
    session.flush()


def _counted(sections: Counter[str], missing_names: int) -> dict[str, int]:
    return {"shots": sections.total(), "missing": missing_names, **sections}


def _works() -> ColumnElement[bool]:
    """A task of the build has not ended."""
    tasks = select(Task.id).join(Shot, Shot.task_id == Task.id).where(Shot.build_id == Build.id, Task.state.in_(OPEN))
    return exists(tasks.correlate(Build))


def _alive(since: datetime) -> ColumnElement[bool]:
    """A shot came or was done since."""
    lately = or_(Shot.created_at >= since, Task.finished_at >= since)
    rows = select(Shot.id).join(Task, Task.id == Shot.task_id).where(Shot.build_id == Build.id, lately)
    return exists(rows.correlate(Build))


def _in_state(state: str) -> ColumnElement[bool]:
    if state == BuildState.CONCLUDED:
        return Build.concluded_at.is_not(None)
    finalized = Build.finalized_at.is_not(None) if state == BuildState.FINALIZED else Build.finalized_at.is_(None)
    return Build.concluded_at.is_(None) & finalized


def idle_moment(session: Session, minutes: float) -> datetime:
    """Builds without activity since then count as abandoned."""
    return clock.now(session) - timedelta(minutes=minutes)
