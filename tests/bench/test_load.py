"""The load bench: small rounds of it run, and its arithmetic is right."""

from collections import Counter
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest.importorskip("psutil", reason="ops/requirements/bench.txt has psutil")

from bench import checked, cost, load, memory
from bench.chart import Series, chart
from bench.cost import Cost
from bench.load import Plan
from bench.memory import Watched
from bench.screens import real_pairs, references, small_pairs

ONE = Cost(
    worker_cpu_seconds=0.9,
    api_cpu_seconds=0.03,
    database_bytes=4096,
    artifact_bytes=100_000,
    artifact_files=1.5,
    redis_bytes=300,
    redis_keys=1,
    worker_mib=500,
)


@pytest.mark.slow
@pytest.mark.alone
def test_patient_clients_get_every_verdict() -> None:
    found = load.measure(Plan("", workers=1, clients=3, pairs=5))
    assert (found.taken, found.failed, found.other) == (5, 0, Counter())
    assert found.cost.worker_cpu_seconds > 0 and found.cost.artifact_bytes > 10_000
    assert dict(zip(load.HEAD, load.row(found), strict=True))["taken"] == "5"


@pytest.mark.slow
@pytest.mark.alone
def test_a_build_and_single_comparisons_of_the_same_shots_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    checked.main(["--shots", "6", "--changed", "3", "--workers", "1"])
    said = capsys.readouterr().out
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in said.splitlines() if line.startswith("| 6")
    ]
    assert [row[1] for row in rows] == ["single comparisons", "etalon check"]
    assert all(float(row[checked.HEAD.index("worker CPU s")]) > 0 for row in rows)
    assert "3 changed shots as 3 groups" in said


@pytest.mark.slow
@pytest.mark.alone
def test_a_full_queue_refuses_with_a_time_to_come_back_and_does_what_it_took() -> None:
    found = load.measure(Plan("full", workers=1, clients=12, pairs=36, settings=(("QUEUE_LIMIT", 1),), patient=False))
    assert found.refused > 0 and found.taken > 0
    assert (found.taken + found.refused, found.failed, found.other) == (36, 0, Counter())


@pytest.mark.slow
@pytest.mark.alone
def test_memory_is_watched_for_every_process() -> None:
    found = memory.measure(8, scripted=True)
    assert (found.tasks, found.failed) == (8, 0)
    assert {series.name for series in found.series} == {"API", "worker", "its pool process", "Redis"}
    assert all(mib > 0 for series in found.series for _, mib in series.points)


@pytest.mark.slow
@pytest.mark.alone
def test_memory_over_large_pictures_is_that_of_the_api() -> None:
    found = memory.measure_large(2)
    assert (found.tasks, found.failed, [series.name for series in found.series]) == (2, 0, ["API"])


def test_growth_is_the_slope_after_the_warm_up() -> None:
    steps = [(tasks, 100 + tasks / 10 if tasks < 300 else 200 + tasks / 1024) for tasks in range(0, 1001, 10)]
    found = Watched(1000, 0, 1.0, (Series("API", steps),))
    assert found.growth(found.series[0]) == pytest.approx(1000)


def test_workers_and_sizes_follow_from_what_one_comparison_costs(tmp_path: Path) -> None:
    rows = {line.split("|")[1].strip(): line.split("|")[2:-1] for line in cost.needs(ONE).splitlines()[2:]}
    needs = {name: [value.strip() for value in values] for name, values in rows.items()}
    assert needs["workers"] == ["1", "1", "36"]
    assert needs["cores for workers"] == ["0.00", "0.36", "35.71"]
    assert needs["database, 30 days"] == ["28.1 MiB", "2.7 GiB", "274.7 GiB"]
    scaling = tmp_path / "scaling.md"
    scaling.write_text("<!-- cost -->\n<!-- /cost -->\nby hand\n<!-- needs -->\n<!-- /needs -->\n", encoding="utf-8")
    cost.write_down(ONE, "measured today.", scaling)
    assert "0.90 s of a core" in scaling.read_text(encoding="utf-8")


def test_what_was_used_before_is_taken_off_and_the_rest_shared_out() -> None:
    twice = Cost(1.8, 0.06, 8192, 200_000, 3, 600, 2, 500)
    assert (twice - ONE).each(1) == ONE
    assert twice.each(2) == ONE


def test_every_actual_is_another_picture_and_references_come_again() -> None:
    real = list(islice(real_pairs(), 3 * len(references())))
    assert len({actual for _, actual in real}) == len(real)
    assert len({reference for reference, _ in real}) == len(references())
    small = list(islice(small_pairs(), 50))
    assert len({picture for pair in small for picture in pair}) == 100


def test_the_chart_has_a_line_for_every_series() -> None:
    lines = [Series("one", [(0, 1), (1, 2)]), Series("none", [])]
    drawn = ElementTree.fromstring(chart([("left", lines), ("right", lines)]))
    assert len(drawn.findall(".//{http://www.w3.org/2000/svg}polyline")) == 4


def test_a_round_is_not_run_twice() -> None:
    rounds = load.plans(200, [1, 20, 200], [1, 2, 4], [2], refusals=True)
    assert len(rounds) == len(set(rounds)) == 8
