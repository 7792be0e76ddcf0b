"""Requests as a router makes them."""

from config import Settings
from harness.scripted_engine import BUTTON, OTHER, page
from store import comparisons, tables
from store.session import read
from tasks.requests import ComparePair, Upload
from tasks.stored_pictures import limits
from vision.image import inspect

CHANGED = (page(BUTTON, OTHER), page(BUTTON))


def upload(data: bytes) -> Upload:
    return Upload(data, inspect(data, limits()))


def pair(reference: bytes = CHANGED[0], actual: bytes = CHANGED[1]) -> ComparePair:
    return ComparePair(upload(reference), upload(actual))


def comparison(comparison_id: str) -> tables.Comparison:
    with read() as session:
        return comparisons.get(session, comparison_id)


def files(store: Settings) -> list[str]:
    return sorted(path.name for path in (store.data_dir / "artifacts").rglob("*") if path.is_file())
