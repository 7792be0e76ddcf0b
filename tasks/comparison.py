"""Two pictures become a stored, judged comparison."""

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from celery import shared_task
from sqlalchemy.orm import Session

from store import analyses, artifacts, comparisons, projects, tables, testcases
from store.session import read
from store.states import ArtifactKind
from tasks import lifecycle, logs
from tasks.celery_states import TaskFailed
from tasks.engines import engines, versions
from tasks.lifecycle import OnStage, Record
from tasks.notifications import outbox
from tasks.stored_pictures import analysis_of, digest_of, limits, load_bytes
from vision.difference.comparison import compare, identical
from vision.difference.defects import decide
from vision.elements.analysis import Engines
from vision.image import WHITE, decode_on_one_background, pixel_digest
from vision.scanlines import same_scanlines
from vision.signature import change_signature
from vision.types import Analysis, Comparison, MatchLevel

STAGES = ("load", "detect", "read", "align", "similarity", "analyze", "match", "classify", "store")
DRAWN = (ArtifactKind.DIFF, ArtifactKind.HEATMAP, ArtifactKind.SIDE_BY_SIDE, ArtifactKind.CROPS)


@shared_task(bind=True, throws=(TaskFailed,))  # type: ignore[untyped-decorator]
def compare_reference_with_actual(self: Any, comparison_id: str) -> dict[str, str]:
    """Aligns the two pictures, measures their similarity, finds and classifies what changed, decides, stores."""
    with logs.about(comparison_id=comparison_id):
        return lifecycle.perform(
            self,
            STAGES,
            lambda on_stage: _compared(comparison_id, on_stage),
            failed=lambda session: outbox.comparison_failed(session, comparison_id),
        )


def _compared(comparison_id: str, on_stage: OnStage) -> Record:
    on_stage("load")
    with read() as session:
        row = comparisons.get(session, comparison_id)
        logs.also(project=projects.name_of(session, row.project_id))
    loaded = engines()
    began = time.perf_counter()
    seen = _look(row, loaded, on_stage)
    total_ms = round((time.perf_counter() - began) * 1000, 1)
    found = replace(seen.comparison, timings_ms={**seen.comparison.timings_ms, "total": total_ms})
    decision = decide(found.defects, found.unexplained, comparisons.options(row))
    on_stage("store")

    def record(session: Session) -> dict[str, str]:
        actual_analysis_id = (
            analyses.record(session, seen.actual_digest, found.actual_analysis, loaded.reader.version)
            if seen.actual_digest
            else seen.reference_analysis_id
        )
        comparisons.record(
            session,
            comparison_id,
            found,
            decision,
            versions(loaded),
            seen.reference_analysis_id,
            actual_analysis_id,
            seen.signature,
            seen.background,
        )
        if seen.background == WHITE:
            _note_reference(session, row, seen.reference_analysis_id)
        for kind in DRAWN:
            artifacts.declare(session, kind, comparison_id=comparison_id)
        outbox.comparison_judged(session, comparison_id, decision.verdict)
        return {"comparison_id": comparison_id}

    return record


@dataclass(frozen=True, slots=True)
class _Seen:
    """`actual_digest`: of its pixels, None if they are the reference's. `signature`: of the change, None if there is
    none. `background`: what transparent pictures were laid on."""

    reference_analysis_id: str
    comparison: Comparison
    actual_digest: str | None = None
    signature: str | None = None
    background: str = WHITE


def _look(row: tables.Comparison, loaded: Engines, on_stage: OnStage) -> _Seen:
    options = comparisons.options(row)
    same_bytes = digest_of(row.reference_artifact_id) == digest_of(row.actual_artifact_id)
    known = _stored_analysis(row, loaded)
    if known and same_bytes:
        return _Seen(known[0], identical(known[1], options))
    files = load_bytes(row.reference_artifact_id), load_bytes(row.actual_artifact_id)
    if known and same_scanlines(*files):
        return _Seen(known[0], identical(known[1], options))
    exactly = options.match_level is MatchLevel.EXACT
    reference, actual, background = decode_on_one_background(*files, limits(), options.background, exactly)
    known = known if background == WHITE else None  # stored analyses are of pictures on white
    analysis_id, analysis = known or analysis_of(reference, pixel_digest(reference), on_stage)
    if np.array_equal(reference, actual):
        return _Seen(analysis_id, identical(analysis, options), background=background)
    found = compare(reference, actual, analysis, loaded, options, on_stage)
    signature = change_signature(found.defects, found.unexplained, reference, actual)
    return _Seen(analysis_id, found, pixel_digest(actual), signature, background)


def _stored_analysis(row: tables.Comparison, loaded: Engines) -> tuple[str, Analysis] | None:
    """The analysis its reference has, if the current engines made it: then the same file need not be decoded."""
    if row.reference_id is None:
        return None
    with read() as session:
        analysis_id = testcases.reference(session, row.reference_id).analysis_id
        kept = session.get(tables.Analysis, analysis_id) if analysis_id else None
        if kept is None or (kept.detector_version, kept.reader_version) != (
            loaded.detector.version,
            loaded.reader.version,
        ):
            return None
        return kept.id, analyses.load(session, kept.id)


def _note_reference(session: Session, row: tables.Comparison, analysis_id: str) -> None:
    """Stores the reference's analysis if it has none of the current engines."""
    if row.reference_id and session.get(tables.Reference, row.reference_id):
        analyses.attach(session, row.reference_id, analysis_id)
