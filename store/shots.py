"""The screenshots of a build: how each of them stands, in one query for a page however long the build is."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, defer

from store import comparisons
from store.errors import BadCursor, DuplicateShot
from store.states import OPEN, ReferenceState, ReviewState, Section, TaskState
from store.tables import Artifact, Build, Comparison, Defect, Reference, Shot, Task, new_id
from vision.types import CompareOptions, Verdict
from vision.types import Defect as Facts

WAITING: Final = (Section.FAILED, Section.NEW)  # sections that a person has to decide about
# What a list of shots does not show, and what takes the longest to read: documents of what was found.
_LARGE: Final = (
    Comparison.alignment,
    Comparison.unexplained,
    Comparison.noise,
    Comparison.coverage,
    Comparison.versions,
    Comparison.timings_ms,
)
_SEVERITIES: Final = ("critical", "major", "minor")


@dataclass(frozen=True, slots=True)
class ShotPage:
    items: Sequence[Row[Any]]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Group:
    """Shots that show the same change: its worst defect, and every defect that has no cause, as the first of them has them."""

    signature: str
    headline: Facts | None
    causes: Sequence[Facts]
    sections: Mapping[str, int]
    rows: Sequence[Row[Any]]


def add(
    session: Session,
    build: Build,
    name: str,
    variant: str,
    *,
    task_id: str,
    testcase_id: str | None,
    comparison_id: str | None = None,
    reference_id: str | None = None,
    replace: bool = False,
) -> tuple[Shot, dict[str, Any] | None]:
    """The build's shot of that name; the build is locked. With `replace` the shot of that name becomes this one, and what it was
    is given too. Raises DuplicateShot."""
    values = {"task_id": task_id, "comparison_id": comparison_id, "reference_id": reference_id}
    named = select(Shot).where(Shot.build_id == build.id, Shot.name == name, Shot.variant == variant)
    shot = session.scalars(named.with_for_update()).one_or_none()
    if shot is None:
        shot = Shot(id=new_id(), build_id=build.id, name=name, variant=variant, testcase_id=testcase_id, **values)
        session.add(shot)
        session.flush()
        return shot, None
    if not replace:
        raise DuplicateShot(build.name, name, variant)
    before = {key: getattr(shot, key) for key in values}
    for key, value in values.items():
        setattr(shot, key, value)
    session.flush()
    return shot, before


def put_back(session: Session, shot_id: str, before: Mapping[str, Any] | None) -> None:
    """Takes back what `add` did: the shot goes, or is again what it was before it was replaced."""
    shot = session.get(Shot, shot_id)
    if shot is not None and before is None:
        session.delete(shot)
    elif shot is not None and before is not None:
        for key, value in before.items():
            setattr(shot, key, value)
    session.flush()


def section() -> ColumnElement[str]:
    """How a shot stands, as a Section. For a statement that joins its task, comparison and pending reference."""
    return case(
        (Task.state.in_(OPEN), _said(Section.RUNNING)),
        (Comparison.review != ReviewState.UNREVIEWED, Comparison.review),
        (Comparison.verdict.is_not(None), Comparison.verdict),
        (Task.state != TaskState.SUCCESS, _said(Section.ERROR)),
        (Reference.state == ReferenceState.ACTIVE, _said(Section.APPROVED)),
        (Reference.state == ReferenceState.REJECTED, _said(Section.REJECTED)),
        (Reference.state == ReferenceState.PENDING, _said(Section.NEW)),
        else_=_said(Section.ERROR),
    )


def page(
    session: Session,
    build_id: str,
    cursor: str | None = None,
    limit: int = 50,
    *,
    sections: Collection[str] = (),
    query: str = "",
    signature: str | None = None,
) -> ShotPage:
    """Shots with all that a list shows: the worst sections first, in each the worst severity, then by name. Raises BadCursor."""
    place = _place()
    # The order is found with narrow rows: sorting whole ones would copy what was found in every comparison of the build.
    order = _joined(Shot.id, place.label("place")).where(Shot.build_id == build_id)
    order = order.where(*_filters(sections, query, signature))
    if cursor is not None:
        order = order.where(tuple_(place, Shot.name, Shot.variant) > tuple_(*map(literal, _read(cursor))))
    first = order.order_by(place, Shot.name, Shot.variant).limit(limit + 1).subquery()
    rows = _rows(build_id).add_columns(first.c.place).join(first, first.c.id == Shot.id)
    found = session.execute(rows.order_by(first.c.place, Shot.name, Shot.variant)).all()
    return ShotPage(found[:limit], _cursor(found[limit - 1]) if len(found) > limit else None)


def matching(
    session: Session,
    build_id: str,
    *,
    ids: Collection[str] | None = None,
    sections: Collection[str] = (),
    query: str = "",
    signature: str | None = None,
) -> Sequence[Row[Any]]:
    """Every shot of the build that fits. `ids` are those of shots, comparisons or pending references."""
    rows = _rows(build_id).where(*_filters(sections, query, signature))
    if ids is not None:
        rows = rows.where(or_(Shot.id.in_(ids), Shot.comparison_id.in_(ids), Shot.reference_id.in_(ids)))
    return session.execute(rows.order_by(_place(), Shot.name, Shot.variant)).all()


def named(session: Session, build_id: str, name: str, variant: str) -> Sequence[Row[Any]]:
    """The shot of that name and variant, if there is one."""
    return session.execute(_rows(build_id).where(Shot.name == name, Shot.variant == variant)).all()


def task_of_same(
    session: Session,
    build_id: str,
    name: str,
    variant: str,
    sha256: str,
    reference_id: str | None,
    options: CompareOptions,
) -> str | None:
    """The task of the shot of that name, if it has the very same picture, reference and options: nothing is to be done again
    then."""
    for row in named(session, build_id, name, variant):
        kept = (
            row.Comparison.actual_artifact_id
            if row.Comparison
            else row.Reference.artifact_id
            if row.Reference
            else None
        )
        picture = session.get(Artifact, kept) if kept else None
        if picture is None or picture.sha256 != sha256 or row.section == Section.ERROR:
            return None
        if row.Comparison is None:
            return row.Shot.task_id if reference_id is None else None
        same = row.Comparison.reference_id == reference_id and _is_asked_again(row.Comparison, options)
        return row.Shot.task_id if same else None
    return None


def groups(session: Session, build_id: str, sections: Collection[str] = ()) -> list[Group]:
    """Compared shots (of these sections) by the signature of their change, the largest group first."""
    by_signature: dict[str, list[Row[Any]]] = {}
    compared = _rows(build_id).where(Comparison.signature.is_not(None), *_filters(sections, "", None))
    for row in session.execute(compared.order_by(Shot.name, Shot.variant)):
        by_signature.setdefault(row.Comparison.signature, []).append(row)
    causes = comparisons.causes(session, [rows[0].Comparison.id for rows in by_signature.values()])
    found = [
        Group(
            signature,
            comparisons.headline(rows[0].Defect),
            causes.get(rows[0].Comparison.id, ()),
            Counter(row.section for row in rows),
            rows,
        )
        for signature, rows in by_signature.items()
    ]
    return sorted(found, key=lambda group: (-len(group.rows), group.signature))


def neighbours(session: Session, build_id: str, comparison_id: str) -> tuple[str | None, str | None]:
    """The comparisons before and after this one in its build: failed ones first, then the others, and by severity and name. What
    people say of them does not change that order, so that a reviewer who pages through a build misses none."""
    failed = case((Comparison.verdict == Verdict.FAILED, 0), else_=1)
    severity = case(*((Comparison.worst_severity == name, at) for at, name in enumerate(_SEVERITIES)), else_=9)
    rows = select(Comparison.id).join(Shot, Shot.comparison_id == Comparison.id).where(Shot.build_id == build_id)
    ids = list(session.scalars(rows.order_by(failed, severity, Shot.name, Shot.variant)))
    if comparison_id not in ids:
        return None, None
    at = ids.index(comparison_id)
    return ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None


def counts(session: Session, build_ids: Collection[str]) -> dict[str, Counter[str]]:
    """For each build how many of its shots are in which section."""
    which = section().label("section")
    rows = _joined(Shot.build_id, which, func.count()).where(Shot.build_id.in_(build_ids))
    found: dict[str, Counter[str]] = {build_id: Counter() for build_id in build_ids}
    for build_id, name, number in session.execute(rows.group_by(Shot.build_id, which)):
        found[build_id][name] = number
    return found


def missing(session: Session, build: Build) -> list[str]:
    """The expected names that have not come: `name` in any variant, or `name [variant]` in that one."""
    if not build.expected:
        return []
    there: set[str] = set()
    for name, variant in session.execute(select(Shot.name, Shot.variant).where(Shot.build_id == build.id)):
        there |= {name, label(name, variant)}
    return [name for name in build.expected if name not in there]


def label(name: str, variant: str) -> str:
    """What a person is told: `name [variant]`."""
    return f"{name} [{variant}]" if variant else name


def builds_of(session: Session, comparison_ids: Collection[str], reference_ids: Collection[str]) -> list[str]:
    """The builds that show these comparisons or pending references, in one order."""
    which = or_(Shot.comparison_id.in_(comparison_ids), Shot.reference_id.in_(reference_ids))
    return list(session.scalars(select(Shot.build_id).where(which).distinct().order_by(Shot.build_id)))


def _is_asked_again(kept: Comparison, options: CompareOptions) -> bool:
    """Whether a comparison was asked with these options. A finished one names the background that was chosen where none was."""
    stored = comparisons.options(kept)
    return options in (stored, replace(stored, background=None))


def _rows(build_id: str) -> Select[Any]:
    """A row for each shot: Shot, Task, Comparison and Reference (or None), its headline's Defect (or None), its section."""
    rows = _joined(Shot, Task, Comparison, Reference, Defect, section().label("section"))
    first = and_(Defect.comparison_id == Comparison.id, Defect.position == Comparison.headline)
    return rows.outerjoin(Defect, first).where(Shot.build_id == build_id).options(*(defer(column) for column in _LARGE))


def _said(section: Section) -> ColumnElement[str]:
    return literal(section.value)


def _joined(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Shot)
        .join(Task, Task.id == Shot.task_id)
        .outerjoin(Comparison, Comparison.id == Shot.comparison_id)
        .outerjoin(Reference, Reference.id == Shot.reference_id)
    )


def _filters(sections: Collection[str], query: str, signature: str | None) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = [section().in_([str(one) for one in sections])] if sections else []
    if query:
        which.append(Shot.name.icontains(query, autoescape=True))
    if signature is not None:
        which.append(Comparison.signature == signature)
    return which


def _place() -> ColumnElement[int]:
    """Where a shot's section and severity stand among all."""
    sections = case(*((section() == name, 10 * place) for place, name in enumerate(Section)), else_=99)
    worst = case(
        *((Comparison.worst_severity == name, place) for place, name in enumerate(_SEVERITIES)), else_=len(_SEVERITIES)
    )
    return sections + worst


def _cursor(row: Row[Any]) -> str:
    place = [row.place, row.Shot.name, row.Shot.variant]
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, str, str]:
    try:
        place, name, variant = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not (isinstance(place, int) and isinstance(name, str) and isinstance(variant, str)):
            raise ValueError
    except (ValueError, TypeError):
        raise BadCursor(cursor) from None
    return place, name, variant
