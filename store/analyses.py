"""Analyses, one for each picture, detector version and reader version: equal pictures are analysed once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from store import clock, metrics, tables
from store.errors import AnalysisNotFound, ReferenceNotFound
from store.session import insert_if_new
from vision.types import Analysis, Box, Element, Kind, Size

_NOTED_EVERY = timedelta(hours=1)


def find(
    session: Session, pixel_digest: str, detector_version: str, reader_version: str
) -> tuple[str, Analysis] | None:
    """The id and the facts of a stored analysis, if there is one. It records the use, so it needs a session that
    writes: an analysis that nothing refers to is deleted after a day without use (`store/retention.py`)."""
    row = _row(session, pixel_digest, detector_version, reader_version)
    if row is None or not _noted_use(session, row):
        return None
    return row.id, _facts(session, row)


def record(session: Session, pixel_digest: str, analysis: Analysis, reader_version: str | None = None) -> str:
    """Stores an analysis and returns its id, or the id of the one already stored for these pixels and versions.

    `reader_version`: what `find` will be called with, by default `analysis.ocr_engine`.
    """
    key = (pixel_digest, analysis.detector, reader_version or analysis.ocr_engine)
    analysis_id = tables.new_id()
    while not insert_if_new(session, tables.Analysis, id=analysis_id, **_columns(key, analysis)):
        row = _row(session, *key)
        if row is not None and _noted_use(session, row):
            return row.id
    metrics.stages_took(session, analysis.timings_ms)
    rows = [_element(analysis_id, position, element) for position, element in enumerate(analysis.elements)]
    if rows:
        session.execute(insert(tables.Element), rows)
    return analysis_id


def load(session: Session, analysis_id: str) -> Analysis:
    """The facts. Raises AnalysisNotFound."""
    row = session.get(tables.Analysis, analysis_id)
    if row is None:
        raise AnalysisNotFound(analysis_id)
    return _facts(session, row)


def attach(session: Session, reference_id: str, analysis_id: str) -> None:
    """Records the analysis of this reference's picture. Raises ReferenceNotFound."""
    reference = session.get(tables.Reference, reference_id)
    if reference is None:
        raise ReferenceNotFound(reference_id)
    reference.analysis_id = analysis_id
    session.flush()


def _noted_use(session: Session, row: tables.Analysis) -> bool:
    """False if the cleanup has just deleted it."""
    at = clock.now(session)
    if at - row.used_at < _NOTED_EVERY:
        return True
    noted = update(tables.Analysis).where(tables.Analysis.id == row.id).values(used_at=at)
    return session.scalar(noted.returning(tables.Analysis.id)) is not None


def _row(session: Session, pixel_digest: str, detector_version: str, reader_version: str) -> tables.Analysis | None:
    return session.scalars(
        select(tables.Analysis).where(
            tables.Analysis.pixel_digest == pixel_digest,
            tables.Analysis.detector_version == detector_version,
            tables.Analysis.reader_version == reader_version,
        )
    ).one_or_none()


def _columns(key: tuple[str, str, str], analysis: Analysis) -> dict[str, Any]:
    return {
        "pixel_digest": key[0],
        "detector_version": key[1],
        "reader_version": key[2],
        "ocr_engine": analysis.ocr_engine,
        "width": analysis.size.width,
        "height": analysis.size.height,
        "timings_ms": analysis.timings_ms,
        "limits": list(analysis.limits) or None,
    }


def _element(analysis_id: str, position: int, element: Element) -> dict[str, Any]:
    return {
        "analysis_id": analysis_id,
        "position": position,
        "element_id": element.id,
        "kind": element.kind.value,
        "x": element.box.x,
        "y": element.box.y,
        "width": element.box.width,
        "height": element.box.height,
        "text": element.text.replace("\0", ""),  # PostgreSQL stores no NUL
        "confidence": element.confidence,
        "text_confidence": element.text_confidence,
    }


def _facts(session: Session, row: tables.Analysis) -> Analysis:
    rows = session.scalars(
        select(tables.Element).where(tables.Element.analysis_id == row.id).order_by(tables.Element.position)
    )
    return Analysis(
        size=Size(row.width, row.height),
        elements=tuple(
            Element(
                one.element_id,
                Kind(one.kind),
                Box(one.x, one.y, one.width, one.height),
                one.text,
                one.confidence,
                one.text_confidence,
            )
            for one in rows
        ),
        detector=row.detector_version,
        ocr_engine=row.ocr_engine,
        timings_ms=dict(row.timings_ms),
        limits=tuple(row.limits or ()),
    )
