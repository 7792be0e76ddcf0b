import threading

import pytest
from sqlalchemy import func, select

from config import Settings
from store import analyses, session, tables
from store.errors import AnalysisNotFound, ReferenceNotFound
from tests.store import made


def test_analysis_comes_back_as_it_was(store: Settings) -> None:
    analysis = made.an_analysis(("Sign in", "Войти", "日本 🙂"))
    with session.write() as writing:
        analysis_id = analyses.record(writing, "p" * 64, analysis)
    with session.read() as reading:
        assert analyses.load(reading, analysis_id) == analysis
        assert analyses.find(reading, "p" * 64, "d1", "rapidocr") == (analysis_id, analysis)


@pytest.mark.parametrize("other", [("q" * 64, "d1", "r1"), ("p" * 64, "d2", "r1"), ("p" * 64, "d1", "r2")])
def test_other_pixels_or_other_engines_find_nothing(store: Settings, other: tuple[str, str, str]) -> None:
    with session.write() as writing:
        analyses.record(writing, "p" * 64, made.an_analysis(), "r1")
    with session.read() as reading:
        assert analyses.find(reading, *other) is None


def test_recorded_twice_is_one_analysis(store: Settings) -> None:
    with session.write() as writing:
        first = analyses.record(writing, "p" * 64, made.an_analysis())
    with session.write() as writing:
        assert analyses.record(writing, "p" * 64, made.an_analysis(("other", "words", "now"))) == first
    with session.read() as reading:
        assert analyses.load(reading, first) == made.an_analysis()


def test_recorded_by_many_at_once_is_one_analysis(store: Settings) -> None:
    ids: list[str] = []

    def record() -> None:
        with session.write() as writing:
            ids.append(analyses.record(writing, "p" * 64, made.an_analysis()))

    threads = [threading.Thread(target=record) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 8
    assert len(set(ids)) == 1
    with session.read() as reading:
        assert reading.scalar(select(func.count()).select_from(tables.Element)) == 2


def test_picture_without_elements_has_an_analysis_too(store: Settings) -> None:
    with session.write() as writing:
        analysis_id = analyses.record(writing, "p" * 64, made.an_analysis(()))
    with session.read() as reading:
        assert analyses.load(reading, analysis_id).elements == ()


def test_nul_in_a_text_is_left_out(store: Settings) -> None:
    with session.write() as writing:
        analysis_id = analyses.record(writing, "p" * 64, made.an_analysis(("a\0b",)))
    with session.read() as reading:
        assert analyses.load(reading, analysis_id).elements[0].text == "ab"


def test_analysis_is_attached_to_a_reference(store: Settings) -> None:
    with session.write() as writing:
        _, reference = made.a_referenced_testcase(writing)
        analysis_id = analyses.record(writing, "p" * 64, made.an_analysis())
        analyses.attach(writing, reference.id, analysis_id)
    with session.read() as reading:
        assert reading.get_one(tables.Reference, reference.id).analysis_id == analysis_id


def test_what_is_not_there_is_not_found(store: Settings) -> None:
    with session.write() as writing:
        with pytest.raises(AnalysisNotFound):
            analyses.load(writing, "none")
        with pytest.raises(ReferenceNotFound):
            analyses.attach(writing, "none", "none")
