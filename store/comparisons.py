"""Comparisons: what was asked, found, decided, and what a person said of it. History is kept: an approval changes what later
comparisons are compared with, never an earlier one."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from store import analyses, artifacts, clock, metrics, tables, testcases
from store.artifacts import Removed
from store.errors import (
    AlreadyApproved,
    ComparisonNotFound,
    NotCompared,
    NoTestCase,
    ReferenceSuperseded,
)
from store.paging import Page, page
from store.visibility import Projects, within
from vision.types import (
    Alignment,
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
    Severity,
    Size,
    Unexplained,
)


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
    """A comparison that is still to be made. Its task's row must be there already."""
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
        options=_options_json(options),
        review="unreviewed",
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
    }
    rows = rows.filter_by(**{name: value for name, value in equal.items() if value is not None})
    return page(session, rows, tables.Comparison, cursor, limit)


def options(row: tables.Comparison) -> CompareOptions:
    """What was asked."""
    asked = row.options
    return CompareOptions(
        match_level=MatchLevel(asked["match_level"]),
        ignore_regions=tuple(Box(**box) for box in asked["ignore_regions"]),
        fail_on=Severity(asked["fail_on"]),
    )


def record(
    session: Session,
    comparison_id: str,
    comparison: Comparison,
    decision: Decision,
    versions: dict[str, Any],
    reference_analysis_id: str,
    actual_analysis_id: str,
) -> tables.Comparison:
    """Keeps what was found and decided, in place of what an earlier run found: twice leaves the same rows.
    Raises ComparisonNotFound."""
    row = get(session, comparison_id)
    row.verdict, row.rule = decision.verdict.value, decision.rule
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
    """The defects that count, in the order they were found in."""
    return tuple(defect_of(row) for row in _defect_rows(session, comparison_id) if row.ignored_reason is None)


def ignored(session: Session, comparison_id: str) -> tuple[IgnoredDefect, ...]:
    """The defects that do not count, and why."""
    rows = _defect_rows(session, comparison_id)
    return tuple(IgnoredDefect(defect_of(row), row.ignored_reason) for row in rows if row.ignored_reason is not None)


def found(session: Session, comparison_id: str) -> Comparison:
    """All that was found, as `record` was given it. Raises ComparisonNotFound, NotCompared."""
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
    return tuple(
        Unexplained(_box(one["reference_box"]), _box(one["actual_box"]), one["area_px"])
        for one in row.unexplained or ()
    )


def noise(row: tables.Comparison) -> tuple[Noise, ...]:
    """Differences a person would not see; none before it is compared."""
    return tuple(Noise(one["reason"], Box(**one["box"]), one["area_px"]) for one in row.noise or ())


def approve(session: Session, comparison_id: str, by: str | None = None) -> tables.Comparison:
    """The actual becomes its test case's reference, on the branch of the reference it was compared with. Again is the same as
    once. Raises ComparisonNotFound, NoTestCase, NotCompared, ReferenceSuperseded."""
    testcase_id = get(session, comparison_id).testcase_id
    if testcase_id is None:
        raise NoTestCase(comparison_id)
    testcases.lock(session, testcase_id)
    row = _reviewable(session, comparison_id)
    if row.review == "approved":
        return row
    used = session.get(tables.Reference, row.reference_id, populate_existing=True) if row.reference_id else None
    if used is None or used.superseded_at is not None:
        raise ReferenceSuperseded(comparison_id)
    _review(session, row, "approved", by)
    testcases.set_reference(
        session,
        testcase_id,
        row.actual_artifact_id,
        used.branch,
        approved_by=by,
        analysis_id=row.actual_analysis_id,
        approved_at=row.reviewed_at,
    )
    return row


def reject(session: Session, comparison_id: str, by: str | None = None) -> tables.Comparison:
    """Notes that the actual is wrong. Raises ComparisonNotFound, NotCompared, AlreadyApproved."""
    row = _reviewable(session, comparison_id)
    if row.review == "approved":
        raise AlreadyApproved(comparison_id)
    if row.review != "rejected":
        _review(session, row, "rejected", by)
    return row


def lock_unapproved(session: Session, comparison_id: str) -> tables.Comparison:
    """The row, its transaction's own until that ends. Raises ComparisonNotFound, NotCompared, AlreadyApproved."""
    row = _reviewable(session, comparison_id)
    if row.review == "approved":
        raise AlreadyApproved(comparison_id)
    return row


def judge_again(
    session: Session,
    row: tables.Comparison,
    asked: CompareOptions,
    decision: Decision,
    defects: Sequence[Defect],
    ignored: Sequence[IgnoredDefect],
    unexplained: Sequence[Unexplained],
) -> None:
    """Keeps what the same findings come to under other options."""
    row.options = _options_json(asked)
    row.verdict, row.rule = decision.verdict.value, decision.rule
    row.unexplained = [_json(one) for one in unexplained]
    session.flush()
    _replace_defects(session, row.id, defects, ignored)


def remove(session: Session, comparison_id: str) -> None:
    """Takes back a comparison whose task could not be sent, with the pictures nothing else shows. Raises ComparisonNotFound."""
    get(session, comparison_id)
    remove_all(session, [comparison_id])


def remove_all(session: Session, comparison_ids: Collection[str]) -> Removed:
    """Deletes comparisons, their defects, messages and drawn pictures, and the screenshots nothing else shows."""
    which = tables.Comparison.id.in_(comparison_ids)
    shown = select(tables.Comparison.reference_artifact_id, tables.Comparison.actual_artifact_id).where(which)
    pictures = {picture for pair in session.execute(shown.with_for_update()) for picture in pair}
    session.execute(delete(tables.Comparison).where(which))
    return artifacts.remove_drawn(session, comparison_ids) + artifacts.remove_unused(session, pictures)


def _options_json(asked: CompareOptions) -> dict[str, Any]:
    return {
        "match_level": asked.match_level.value,
        "ignore_regions": [asdict(box) for box in asked.ignore_regions],
        "fail_on": asked.fail_on.value,
    }


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
        kind=kept["kind"],
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


def _box(kept: dict[str, Any] | None) -> Box | None:
    return Box(**kept) if kept else None


def _json(fact: Any) -> dict[str, Any]:
    kept: dict[str, Any] = _clean(asdict(fact))
    return kept


def _clean(value: Any) -> Any:
    """Without NUL characters, which PostgreSQL keeps neither in text nor in JSON; enumerations as their words."""
    if isinstance(value, str):
        return str(value).replace("\0", "")
    if isinstance(value, dict):
        return {_clean(key): _clean(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


def _reviewable(session: Session, comparison_id: str) -> tables.Comparison:
    row = session.get(tables.Comparison, comparison_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise ComparisonNotFound(comparison_id)
    if row.verdict is None:
        raise NotCompared(comparison_id)
    return row


def _review(session: Session, row: tables.Comparison, review: str, by: str | None) -> None:
    row.review, row.reviewed_by, row.reviewed_at = review, by, clock.now(session)
    session.flush()
