"""Pictures for people (annotated, diff, heatmap, side_by_side) are drawn at the first request, then kept."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache

from store import analyses, artifacts, comparisons, tables
from store.artifacts import blob_store
from store.errors import BlobDamaged, BlobMissing, Conflict
from store.session import read, write
from store.states import ArtifactKind
from tasks.stored_pictures import load_picture
from vision.crops import draw_crops
from vision.drawing import Heading, draw_annotated, draw_diff, draw_heatmap, draw_side_by_side
from vision.image import WHITE, encode_png
from vision.types import Picture
from vision.words import PAIR, Language

_DRAWERS = 2  # drawing is a second's work for the CPU at most; more at once would only take it from each other
_READERS = 8  # what is there already waits for the artifact store, and for no picture that is being drawn
_STRIPES = 64
_WITH_WORDS = (ArtifactKind.ANNOTATED, ArtifactKind.DIFF, ArtifactKind.SIDE_BY_SIDE, ArtifactKind.CROPS)


class NotDrawable(Conflict):
    """The picture {0} cannot be drawn: what it shows has not been found yet, or is gone."""


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    data: bytes
    media_type: str
    sha256: str
    width: int
    height: int


async def picture(artifact_id: str, language: Language = "en") -> DrawnPicture:
    """An artifact's bytes, drawn first where that was not done yet, with words in that language. Runs in its own threads,
    never on the event loop.

    Raises ArtifactNotFound, BlobMissing, BlobDamaged, and NotDrawable while what it shows has not been found yet.
    """
    known = copy_context()  # for the log
    loop = asyncio.get_running_loop()
    reading = _threads("reading", _READERS)
    if language != "en":
        artifact_id = await loop.run_in_executor(reading, known.run, _in_language, artifact_id, language)
    kept = await loop.run_in_executor(reading, known.run, _kept, artifact_id)
    if kept:
        return kept
    return await loop.run_in_executor(_threads("drawing", _DRAWERS), known.run, draw, artifact_id)


def draw(artifact_id: str, language: Language = "en") -> DrawnPicture:
    """The same, in the calling thread."""
    artifact_id = artifact_id if language == "en" else _in_language(artifact_id, language)
    with _locks()[hash(artifact_id) % _STRIPES]:  # two who ask for it at once have it drawn once
        return _kept(artifact_id) or _bytes_of(_drawn(artifact_id))


def _in_language(artifact_id: str, language: Language) -> str:
    """The same picture with words in another language: an artifact beside it, whose kind ends in the language. What has no
    words is the same in all."""
    with read() as session:
        artifact = artifacts.load(session, artifact_id)
        kind = f"{artifact.kind}_{language}"
        if artifact.kind not in _WITH_WORDS:
            return artifact_id
    made_of = (artifact.comparison_id, artifact.analysis_id, artifact.source_id)
    with write() as session:
        return artifacts.declare(session, kind, *made_of).id


def _kept(artifact_id: str) -> DrawnPicture | None:
    """None if it has to be drawn: for the first time, or because what was drawn is damaged or gone."""
    with read() as session:
        artifact = artifacts.load(session, artifact_id)
    if artifact.sha256 is None:
        return None
    try:
        return _bytes_of(artifact)
    except (BlobMissing, BlobDamaged) as error:
        if artifact.kind == ArtifactKind.SCREENSHOT:
            raise type(error)(artifact_id) from None
        return None


def _bytes_of(artifact: tables.Artifact) -> DrawnPicture:
    assert artifact.sha256 and artifact.width and artifact.height
    data = blob_store().read(artifact.sha256)
    return DrawnPicture(data, artifact.media_type, artifact.sha256, artifact.width, artifact.height)


def _drawn(artifact_id: str) -> tables.Artifact:
    with read() as session:
        artifact = artifacts.load(session, artifact_id)
    made = _annotated(artifact) if artifact.kind.startswith(ArtifactKind.ANNOTATED) else _of_comparison(artifact)
    height, width = made.shape[:2]
    png = encode_png(made)
    blob_store().put(png)  # before the transaction: no lock is held while a slow store takes the bytes
    with write() as session:
        return artifacts.fill(session, artifact_id, png, width, height)


def _annotated(artifact: tables.Artifact) -> Picture:
    if artifact.analysis_id is None or artifact.source_id is None:
        raise NotDrawable(artifact.id)
    with read() as session:
        elements = analyses.load(session, artifact.analysis_id).elements
    return draw_annotated(load_picture(artifact.source_id), elements, _language(artifact))


def _of_comparison(artifact: tables.Artifact) -> Picture:
    if artifact.comparison_id is None:
        raise NotDrawable(artifact.id)
    with read() as session:
        row = comparisons.get(session, artifact.comparison_id)
        found = comparisons.found(session, artifact.comparison_id)
        testcase = session.get(tables.TestCase, row.testcase_id) if row.testcase_id else None
    background = comparisons.options(row).background or WHITE
    reference = load_picture(row.reference_artifact_id, background)
    actual = load_picture(row.actual_artifact_id, background)
    language = _language(artifact)
    heading = _heading(row, testcase, language)
    match artifact.kind.removesuffix(f"_{language}"):
        case ArtifactKind.DIFF:
            return draw_diff(
                reference, actual, found.defects, (), found.unexplained, found.alignment, heading, language
            )
        case ArtifactKind.HEATMAP:
            return draw_heatmap(reference, actual, found.alignment)
        case ArtifactKind.SIDE_BY_SIDE:
            return draw_side_by_side(reference, actual, found.defects, heading, language)
        case ArtifactKind.CROPS:
            return draw_crops(reference, actual, found.defects, found.alignment, heading, language)
    raise NotDrawable(artifact.id)


def _language(artifact: tables.Artifact) -> Language:
    return "ru" if artifact.kind.endswith("_ru") else "en"


def _heading(row: tables.Comparison, testcase: tables.TestCase | None, language: Language) -> Heading:
    name = testcase.name if testcase else PAIR[language]
    size = row.actual_size or {}
    parts = [row.variant or "", f"{size.get('width')} × {size.get('height')} px"]
    when = row.finished_at.strftime("%Y-%m-%d %H:%M UTC") if row.finished_at else ""
    return Heading(row.verdict, name, " · ".join(part for part in (*parts, when) if part))


@cache
def _threads(name: str, count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, thread_name_prefix=name)


@cache
def _locks() -> tuple[threading.Lock, ...]:
    return tuple(threading.Lock() for _ in range(_STRIPES))
