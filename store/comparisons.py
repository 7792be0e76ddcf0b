"""Comparisons: options, findings and verdicts. Reviews are in `store/reviews.py`. History is kept: an
approval changes what later comparisons are compared with, never an earlier one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from store import analyses, artifacts, clock, metrics, tables
from store.artifacts import Removed
from store.errors import AlreadyApproved, ComparisonNotFound, NotCompared
from store.paging import Page, page
from store.states import ReviewState
from store.visibility import Projects, within
from vision.types import (
    Alignment,
    AlignmentKind,
    Band,
    Box,
    CompareOptions,
    Comparison,
    Coverage,
    Decision,
    Defect,
    DefectType,
    IgnoredDefect,
    Kind,
    KindCoverage,
    MatchLevel,
    Noise,
    NoiseReason,
    Severity,
    Size,
    Unexplained,
    Verdict,
)

_WORST_FIRST = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows of a comparison beside its own row. `headline` is the defect whose sentence stands for all of
    them; `drawn`: ids of its declared pictures by kind."""

    state: str
    project: str
    testcase_name: str | None
    headline: Defect | None
    drawn: Mapping[str, str]


def create(
    session: Session,
    *,
    task_id: str,
    project_id: str,
    reference_artifact_id: str,
    actual_artifact_id: str,
    options: CompareOptions,
    testcase_id: str | None = None,
    reference_id: str | None = None,
    branch: str | None = None,
    variant: str | None = None,
    build: str | None = None,
    commit: str | None = None,
) -> tables.Comparison:
    """Inserts a comparison that is still to be made. Its task's row must exist."""
    made = tables.Comparison(
        id=tables.new_id(),
        task_id=task_id,
        project_id=project_id,
        testcase_id=testcase_id,
        reference_id=reference_id,
        reference_artifact_id=reference_artifact_id,
        actual_artifact_id=actual_artifact_id,
        branch=branch,
        variant=variant,
        build=build,
        commit=commit,
        options=options_json(options),
        review=ReviewState.UNREVIEWED,
    )
    session.add(made)
    session.flush()
    return made


def get(session: Session, comparison_id: str) -> tables.Comparison:
    """Raises ComparisonNotFound."""
    row = session.get(tables.Comparison, comparison_id)
    if row is None:
        raise ComparisonNotFound(comparison_id)
    return row


def label(session: Session, comparison_id: str, build: tables.Build) -> None:
    """It is a shot of that build."""
    row = get(session, comparison_id)
    row.build, row.build_id = build.name, build.id
    session.flush()


def is_of_opened_build(session: Session, comparison_id: str) -> bool:
    """Whether its build reports it: a build opened by a client, not one made by labels alone."""
    of_build = select(tables.Build.id).join(tables.Comparison, tables.Comparison.build_id == tables.Build.id)
    return (
        session.scalar(of_build.where(tables.Comparison.id == comparison_id, tables.Build.opened_at.is_not(None)))
        is not None
    )


def list_page(
    session: Session,
    cursor: str | None = None,
    limit: int = 50,
    *,
    project: str | None = None,
    testcase_id: str | None = None,
    verdict: str | None = None,
    review: str | None = None,
    branch: str | None = None,
    variant: str | None = None,
    build: str | None = None,
    build_id: str | None = None,
    projects: Projects = None,
) -> Page[tables.Comparison]:
    """Comparisons of these projects, newest first; `project` is the name of one more filter. Raises BadCursor."""
    rows = select(tables.Comparison).where(within(projects, tables.Comparison.project_id))
    if project is not None:
        rows = rows.join(tables.Project, tables.Project.id == tables.Comparison.project_id)
        rows = rows.where(tables.Project.name == project)
    equal = {
        "testcase_id": testcase_id,
        "verdict": verdict,
        "review": review,
        "branch": branch,
        "variant": variant,
        "build": build,
        "build_id": build_id,
    }
    rows = rows.filter_by(**{name: value for name, value in equal.items() if value is not None})
    return page(session, rows, tables.Comparison, cursor, limit)


def listed(session: Session, rows: Sequence[tables.Comparison]) -> dict[str, Listed]:
    """What a list shows of each row, with one query for each kind of fact."""
    states = _by_id(session, tables.Task.id, tables.Task.state, {row.task_id for row in rows})
    names = _by_id(session, tables.Project.id, tables.Project.name, {row.project_id for row in rows})
    cases = _by_id(session, tables.TestCase.id, tables.TestCase.name, {row.testcase_id for row in rows})
    first = _headlines(session, [row.id for row in rows])
    drawn = artifacts.drawn_from_each(session, [row.id for row in rows])
    return {
        row.id: Listed(
            states[row.task_id],
            names[row.project_id],
            cases.get(row.testcase_id),
            first.get(row.id),
            drawn.get(row.id, {}),
        )
        for row in rows
    }


def headline(row: tables.Defect | None) -> Defect | None:
    """The stored defect as vision's fact."""
    return defect_of(row) if row else None


def options(row: tables.Comparison) -> CompareOptions:
    """What was asked."""
    asked = row.options
    return CompareOptions(
        match_level=MatchLevel(asked["match_level"]),
        ignore_regions=tuple(Box(**box) for box in asked["ignore_regions"]),
        fail_on=Severity(asked["fail_on"]),
        background=asked.get("background"),
    )


def record(
    session: Session,
    comparison_id: str,
    comparison: Comparison,
    decision: Decision,
    versions: dict[str, Any],
    reference_analysis_id: str,
    actual_analysis_id: str,
    signature: str | None = None,
    background: str = "#ffffff",
) -> tables.Comparison:
    """Stores what was found and decided, in place of an earlier run's result: run twice, it leaves the same rows.
    `signature` is that of the change, None if nothing changed; `background` is what transparent pictures were laid on. Raises
    ComparisonNotFound."""
    row = get(session, comparison_id)
    row.options = {**row.options, "background": background}
    row.signature = signature
    _sum_up(row, comparison.defects)
    row.verdict, row.rule = decision.verdict, decision.rule
    row.reference_analysis_id, row.actual_analysis_id = reference_analysis_id, actual_analysis_id
    row.reference_size, row.actual_size = asdict(comparison.reference_size), asdict(comparison.actual_size)
    row.ssim = comparison.ssim
    row.changed_ratio, row.unexplained_ratio = comparison.changed_ratio, comparison.unexplained_ratio
    row.alignment = _json(comparison.alignment)
    row.unexplained = [_json(one) for one in comparison.unexplained]
    row.noise = [_json(one) for one in comparison.noise]
    row.coverage = _json(comparison.coverage)
    row.versions, row.timings_ms = versions, dict(comparison.timings_ms)
    row.finished_at = row.finished_at or clock.now(session)
    session.flush()
    metrics.compared(session, decision.verdict.value, comparison.timings_ms)
    _replace_defects(session, comparison_id, comparison.defects, comparison.ignored)
    return row


def defects(session: Session, comparison_id: str) -> tuple[Defect, ...]:
    """The defects that count, in stored order."""
    return tuple(defect_of(row) for row in _defect_rows(session, comparison_id) if row.ignored_reason is None)


def causes(session: Session, comparison_ids: Collection[str]) -> dict[str, list[Defect]]:
    """The defects of each that count and follow from no other, the worst first."""
    rank = {severity.value: place for place, severity in enumerate(_WORST_FIRST)}
    rows = select(tables.Defect).where(
        tables.Defect.comparison_id.in_(comparison_ids),
        tables.Defect.ignored_reason.is_(None),
        tables.Defect.cause_id.is_(None),
    )
    found: dict[str, list[Defect]] = {}
    for row in sorted(session.scalars(rows), key=lambda one: (rank[one.severity], one.position)):
        found.setdefault(row.comparison_id, []).append(defect_of(row))
    return found


def ignored(session: Session, comparison_id: str) -> tuple[IgnoredDefect, ...]:
    """The defects that do not count, and why."""
    rows = _defect_rows(session, comparison_id)
    return tuple(IgnoredDefect(defect_of(row), row.ignored_reason) for row in rows if row.ignored_reason is not None)


def found(session: Session, comparison_id: str) -> Comparison:
    """Everything that was found, as `record` got it. Raises ComparisonNotFound, NotCompared."""
    row = get(session, comparison_id)
    if row.verdict is None or row.actual_analysis_id is None:
        raise NotCompared(comparison_id)
    assert row.reference_size and row.actual_size and row.alignment and row.coverage
    assert row.changed_ratio is not None and row.unexplained_ratio is not None
    return Comparison(
        reference_size=Size(**row.reference_size),
        actual_size=Size(**row.actual_size),
        match_level=options(row).match_level,
        alignment=_alignment(row.alignment),
        ssim=row.ssim,
        changed_ratio=row.changed_ratio,
        unexplained_ratio=row.unexplained_ratio,
        defects=defects(session, comparison_id),
        unexplained=unexplained(row),
        noise=noise(row),
        ignored=ignored(session, comparison_id),
        coverage=_coverage(row.coverage),
        actual_analysis=analyses.load(session, row.actual_analysis_id),
        timings_ms=dict(row.timings_ms or {}),
    )


def unexplained(row: tables.Comparison) -> tuple[Unexplained, ...]:
    """Changed pixels that nothing explains; none before it is compared."""
    return tuple(map(_area, row.unexplained or ()))


def unexplained_of(session: Session, comparison_ids: Collection[str]) -> dict[str, tuple[Unexplained, ...]]:
    """The same for many comparisons, in one query; those without any are left out."""
    rows = select(tables.Comparison.id, tables.Comparison.unexplained).where(tables.Comparison.id.in_(comparison_ids))
    return {row_id: tuple(map(_area, areas)) for row_id, areas in session.execute(rows) if areas}


def noise(row: tables.Comparison) -> tuple[Noise, ...]:
    """Differences that no person would see; empty before the comparison."""
    return tuple(Noise(NoiseReason(one["reason"]), Box(**one["box"]), one["area_px"]) for one in row.noise or ())


def unused_regions(row: tables.Comparison, left_out: Sequence[IgnoredDefect]) -> tuple[Box, ...]:
    """Ignore regions that no defect fell into, of the requested ones; none before it is compared."""
    inside = [box for one in left_out if one.reason == "ignore_region" for box in _boxes(one.defect)]
    asked = options(row).ignore_regions if row.verdict else ()
    return tuple(region for region in asked if not any(_overlap(region, box) for box in inside))


def lock_unapproved(session: Session, comparison_id: str) -> tables.Comparison:
    """The row, its transaction's own until that ends. Raises ComparisonNotFound, NotCompared, AlreadyApproved."""
    row = session.get(tables.Comparison, comparison_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise ComparisonNotFound(comparison_id)
    if row.verdict is None:
        raise NotCompared(comparison_id)
    if row.review == ReviewState.APPROVED:
        raise AlreadyApproved(comparison_id)
    return row


def pass_within(session: Session, comparison_id: str, ratio: float) -> None:
    """Passes a failed comparison whose share of changed pixels, 0..1, is within a client's tolerance. Not after a review."""
    row = session.get(tables.Comparison, comparison_id, with_for_update=True, populate_existing=True)
    if (
        row
        and row.verdict == Verdict.FAILED
        and row.review == ReviewState.UNREVIEWED
        and (row.changed_ratio or 0.0) <= ratio
    ):
        row.verdict, row.rule = Verdict.PASSED, "tolerance"
        session.flush()


def judge_again(
    session: Session,
    row: tables.Comparison,
    asked: CompareOptions,
    decision: Decision,
    defects: Sequence[Defect],
    ignored: Sequence[IgnoredDefect],
    unexplained: Sequence[Unexplained],
) -> None:
    """Stores the verdict of the same findings under other options."""
    row.options = options_json(asked)
    row.verdict, row.rule = decision.verdict, decision.rule
    row.unexplained = [_json(one) for one in unexplained]
    row.signature = row.signature if defects or unexplained else None
    _sum_up(row, defects)
    session.flush()
    _replace_defects(session, row.id, defects, ignored)
    kinds = list(artifacts.drawn_from(session, row.id))
    artifacts.remove_drawn(session, [row.id])  # they show what counted before
    for kind in kinds:
        artifacts.declare(session, kind, comparison_id=row.id)


def remove(session: Session, comparison_id: str) -> None:
    """Deletes a comparison whose task could not be sent, with pictures that nothing else uses. Raises ComparisonNotFound."""
    get(session, comparison_id)
    remove_all(session, [comparison_id])


def remove_all(session: Session, comparison_ids: Collection[str]) -> Removed:
    """Deletes comparisons, their defects, messages and drawn pictures, and screenshots that nothing else uses."""
    which = tables.Comparison.id.in_(comparison_ids)
    shown = select(tables.Comparison.reference_artifact_id, tables.Comparison.actual_artifact_id).where(which)
    pictures = {picture for pair in session.execute(shown.with_for_update()) for picture in pair}
    session.execute(delete(tables.Comparison).where(which))
    return artifacts.remove_drawn(session, comparison_ids) + artifacts.remove_unused(session, pictures)


def options_json(asked: CompareOptions) -> dict[str, Any]:
    return {
        "match_level": asked.match_level.value,
        "ignore_regions": [asdict(box) for box in asked.ignore_regions],
        "fail_on": asked.fail_on.value,
        "background": asked.background,
    }


def _sum_up(row: tables.Comparison, found: Sequence[Defect]) -> None:
    """What lists show of the defects that count."""
    row.defect_count, row.headline = len(found), _first(found)
    row.worst_severity = found[row.headline].severity.value if row.headline is not None else None


def _first(found: Sequence[Defect]) -> int | None:
    """The position of the defect that stands for all: the worst, a cause before what follows from it."""
    places = range(len(found))
    rank = lambda place: (_WORST_FIRST.index(found[place].severity), found[place].cause_id is not None, place)  # noqa: E731
    return min(places, key=rank, default=None)


def _by_id(session: Session, key: Any, value: Any, ids: Collection[str | None]) -> dict[Any, Any]:
    known = [one for one in ids if one]
    return {row[0]: row[1] for row in session.execute(select(key, value).where(key.in_(known)))} if known else {}


def _headlines(session: Session, comparison_ids: Sequence[str]) -> dict[str, Defect]:
    first = (tables.Defect.comparison_id == tables.Comparison.id) & (
        tables.Defect.position == tables.Comparison.headline
    )
    rows = select(tables.Defect).join(tables.Comparison, first).where(tables.Comparison.id.in_(comparison_ids))
    return {row.comparison_id: defect_of(row) for row in session.scalars(rows)}


def _boxes(defect: Defect) -> list[Box]:
    return [box for box in (defect.reference_box, defect.actual_box) if box]


def _overlap(first: Box, second: Box) -> bool:
    across = first.x < second.right and second.x < first.right
    return across and first.y < second.bottom and second.y < first.bottom


def _replace_defects(
    session: Session, comparison_id: str, defects: Sequence[Defect], ignored: Sequence[IgnoredDefect]
) -> None:
    session.execute(delete(tables.Defect).where(tables.Defect.comparison_id == comparison_id))
    everything: list[tuple[Defect, str | None]] = [(defect, None) for defect in defects]
    everything += [(one.defect, one.reason) for one in ignored]
    rows = [
        {"comparison_id": comparison_id, "position": position, "ignored_reason": reason, **_defect_columns(defect)}
        for position, (defect, reason) in enumerate(everything)
    ]
    if rows:
        session.execute(insert(tables.Defect), rows)


def _defect_columns(defect: Defect) -> dict[str, Any]:
    return {
        "defect_id": defect.id,
        "type": defect.type.value,
        "severity": defect.severity.value,
        "cause_id": defect.cause_id,
        "element_kind": defect.kind.value if defect.kind else None,
        "element_text": _clean(defect.text),
        "reference_box": asdict(defect.reference_box) if defect.reference_box else None,
        "actual_box": asdict(defect.actual_box) if defect.actual_box else None,
        "detail": _clean(defect.detail),
    }


def _defect_rows(session: Session, comparison_id: str) -> list[tables.Defect]:
    rows = select(tables.Defect).where(tables.Defect.comparison_id == comparison_id)
    return list(session.scalars(rows.order_by(tables.Defect.position)))


def defect_of(row: tables.Defect) -> Defect:
    return Defect(
        id=row.defect_id,
        type=DefectType(row.type),
        severity=Severity(row.severity),
        reference_box=_box(row.reference_box),
        actual_box=_box(row.actual_box),
        kind=Kind(row.element_kind) if row.element_kind else None,
        text=row.element_text,
        cause_id=row.cause_id,
        detail=dict(row.detail),
    )


def _alignment(kept: dict[str, Any]) -> Alignment:
    return Alignment(
        kind=AlignmentKind(kept["kind"]),
        bands=tuple(Band(Box(**band["reference_box"]), band["dx"], band["dy"]) for band in kept["bands"]),
        dx=kept["dx"],
        dy=kept["dy"],
        scale=kept["scale"],
        removed=tuple(Box(**box) for box in kept["removed"]),
        inserted=tuple(Box(**box) for box in kept["inserted"]),
    )


def _coverage(kept: dict[str, Any]) -> Coverage:
    return Coverage(
        reference_elements=kept["reference_elements"],
        actual_elements=kept["actual_elements"],
        matched=kept["matched"],
        element_coverage=kept["element_coverage"],
        area_coverage=kept["area_coverage"],
        by_kind={Kind(kind): KindCoverage(**counts) for kind, counts in kept["by_kind"].items()},
        text_lines=dict(kept["text_lines"]),
        matched_reference_ids=tuple(kept["matched_reference_ids"]),
    )


def _area(kept: dict[str, Any]) -> Unexplained:
    return Unexplained(_box(kept["reference_box"]), _box(kept["actual_box"]), kept["area_px"])


def _box(kept: dict[str, Any] | None) -> Box | None:
    return Box(**kept) if kept else None


def _json(fact: Any) -> dict[str, Any]:
    kept: dict[str, Any] = _clean(asdict(fact))
    return kept


def _clean(value: Any) -> Any:
    """Without NUL characters, which PostgreSQL does not store; enumerations as text."""
    if isinstance(value, str):
        return str(value).replace("\0", "")
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value
