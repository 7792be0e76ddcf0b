"""Rows and facts for tests, with sensible defaults."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from store import analyses, artifacts, comparisons, projects, tables, tasks, testcases
from vision.types import (
    Alignment,
    Analysis,
    Band,
    Box,
    CompareOptions,
    Comparison,
    Coverage,
    Decision,
    Defect,
    DefectType,
    Element,
    IgnoredDefect,
    Kind,
    KindCoverage,
    MatchLevel,
    Noise,
    Severity,
    Size,
    Unexplained,
    Verdict,
)

OPTIONS = CompareOptions(MatchLevel.CONTENT, (Box(1, 2, 3, 4),), Severity.MAJOR)
FAILED = Decision(Verdict.FAILED, "severity")


def a_task(session: Session, testcase_id: str | None = None, state: str = "PENDING") -> tables.Task:
    task = tasks.add(session, task_id=tables.new_id(), name="t", subject_id="s", mode="sync", testcase_id=testcase_id)
    task.state = state
    session.flush()
    return task


def a_picture(session: Session, data: bytes = b"picture") -> tables.Artifact:
    return artifacts.save(session, data, "screenshot", "image/png", 40, 30)


def a_testcase(session: Session, name: str = "start page", variant: str = "") -> tables.TestCase:
    return testcases.create(session, projects.get_or_create(session), name, variant)


def a_referenced_testcase(session: Session, data: bytes = b"reference") -> tuple[tables.TestCase, tables.Reference]:
    testcase = a_testcase(session)
    return testcase, testcases.set_reference(session, testcase.id, a_picture(session, data).id)


def a_comparison(
    session: Session, reference: tables.Reference | None = None, actual: bytes = b"actual", **more: str
) -> tables.Comparison:
    testcase_id = reference.testcase_id if reference else None
    return comparisons.create(
        session,
        task_id=a_task(session, testcase_id, "SUCCESS").id,
        project_id=projects.get_or_create(session).id,
        testcase_id=testcase_id,
        reference_id=reference.id if reference else None,
        reference_artifact_id=reference.artifact_id if reference else a_picture(session, b"reference").id,
        actual_artifact_id=a_picture(session, actual).id,
        options=OPTIONS,
        **more,
    )


def a_compared(
    session: Session, reference: tables.Reference | None = None, actual: bytes = b"actual", **more: str
) -> tables.Comparison:
    row = a_comparison(session, reference, actual, **more)
    return recorded(session, row.id, findings())


def recorded(session: Session, comparison_id: str, found: Comparison) -> tables.Comparison:
    reference_analysis_id = analyses.record(session, "r" * 64, an_analysis())
    actual_analysis_id = analyses.record(session, "a" * 64, found.actual_analysis)
    versions = {"detector": "d1", "reader": "r1"}
    return comparisons.record(
        session, comparison_id, found, FAILED, versions, reference_analysis_id, actual_analysis_id
    )


def an_analysis(texts: Sequence[str] = ("Sign in", "Войти")) -> Analysis:
    elements = [
        Element(f"e{place}", Kind.BUTTON, Box(place, 2, 30, 10), text, 0.9, 0.75) for place, text in enumerate(texts, 1)
    ]
    return Analysis(Size(40, 30), tuple(elements), "d1", "rapidocr", {"detect": 12.5}, ("Two lines were left out.",))


def findings(matched: tuple[str, ...] = ("e1",)) -> Comparison:
    """One of everything a comparison can hold."""
    shift = Defect("d1", DefectType.LAYOUT_SHIFT, Severity.MINOR, Box(0, 0, 9, 9), Box(0, 5, 9, 9), detail={"dy": 5})
    gone = Defect("d2", DefectType.MISSING, Severity.CRITICAL, Box(1, 1, 2, 2), None, Kind.BUTTON, "OK", "d1")
    hidden = Defect("d3", DefectType.ADDED, Severity.MAJOR, None, Box(5, 5, 5, 5), Kind.LABEL, "Новое")
    return Comparison(
        reference_size=Size(40, 30),
        actual_size=Size(40, 35),
        match_level=OPTIONS.match_level,
        alignment=Alignment(
            "shifted_rows",
            (Band(Box(0, 0, 40, 10), 0, 0), Band(Box(0, 10, 40, 20), 0, 5)),
            0,
            0,
            1.0,
            (),
            (Box(0, 10, 40, 5),),
        ),
        ssim=0.75,
        changed_ratio=0.125,
        unexplained_ratio=0.0625,
        defects=(shift, gone),
        unexplained=(Unexplained(None, Box(3, 3, 3, 3), 9),),
        noise=(Noise("antialiasing", Box(7, 7, 1, 1), 1),),
        ignored=(IgnoredDefect(hidden, "ignore_region"),),
        coverage=Coverage(2, 1, 1, 0.5, 0.9, {Kind.BUTTON: KindCoverage(2, 1, 1)}, {"reference": 3}, matched),
        actual_analysis=an_analysis(("Sign in",)),
        timings_ms={"align": 3.5},
    )
