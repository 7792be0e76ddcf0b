"""What Prometheus reads, and that the board shows nothing that is not there."""

import json
import re

from prometheus_client.parser import text_string_to_metric_families

from config import ROOT
from store.keys import Scope
from tests.api.conftest import NewKey, Service, page

BOARD = ROOT / "ops" / "grafana" / "etalon.json"
PARTS = ("_bucket", "_count", "_sum", "_total", "")


def served(service: Service) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """The samples by name and labels, as Prometheus' own reader understands them."""
    answer = service.client.get("/metrics")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(answer.text):
        assert family.documentation, family.name
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def test_comparison_shows_in_the_numbers(service: Service) -> None:
    before = served(service)
    ticket = service.post("/api/v1/comparisons", reference=page(187), actual=page(187, button=False))  # new bytes
    assert service.result(ticket)["verdict"] == "failed"
    after = served(service)

    def grown(name: str, *labels: tuple[str, str]) -> float:
        return after[name][labels] - before.get(name, {}).get(labels, 0)

    compare = ("task", "compare_reference_with_actual")
    assert grown("etalon_verdicts_total", ("verdict", "failed")) == 1
    assert grown("etalon_tasks_finished_total", ("state", "SUCCESS"), compare) == 1
    assert grown("etalon_task_seconds_count", compare) == 1
    assert grown("etalon_task_seconds_bucket", ("le", "+Inf"), compare) == 1
    assert grown("etalon_stage_seconds_count", ("stage", "align")) == 1
    assert after["etalon_artifact_bytes"][()] > before["etalon_artifact_bytes"][()]
    assert after["etalon_build_info"] == {
        (("version", service.client.get("/openapi.json").json()["info"]["version"]),): 1
    }


def test_numbers_are_of_every_project_so_a_key_bound_to_one_does_not_do(service: Service, new_key: NewKey) -> None:
    reads, bound = new_key(Scope.READ), new_key(Scope.READ, projects=["web"])
    bearer = {"Authorization": f"Bearer {reads['X-API-Key']}"}
    assert service.client.get("/metrics", headers=reads).status_code == 200
    assert service.client.get("/metrics", headers=bearer).status_code == 200, (
        "all that many versions of Prometheus can send"
    )
    assert service.client.get("/metrics", headers=bound).status_code == 403
    assert service.client.get("/metrics").status_code == 401


def families(service: Service) -> set[str]:
    return set(re.findall(r"^# TYPE (\w+) ", service.client.get("/metrics").text, re.MULTILINE))


def of_families(names: set[str], known: set[str]) -> dict[str, str | None]:
    """Each name's family: a sample of it ends in one of PARTS."""
    return {name: next((f for f in known if any(name == f"{f}{part}" for part in PARTS)), None) for name in names}


def test_board_shows_every_metric_and_none_that_is_not_served(service: Service) -> None:
    board = json.loads(BOARD.read_text(encoding="utf-8"))
    expressions = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    shown = {name for expression in expressions for name in re.findall(r"\betalon_\w+", expression)}
    known = families(service)
    assert set(of_families(shown, known).values()) == known, of_families(shown, known)


def test_operations_document_names_every_metric_and_none_that_is_not_served(service: Service) -> None:
    named = set(re.findall(r"\betalon_\w+", (ROOT / "doc" / "operations.md").read_text(encoding="utf-8")))
    known = families(service)
    assert set(of_families(named, known).values()) == known, of_families(named, known)


def test_board_has_panels_that_do_not_overlap(service: Service) -> None:
    board = json.loads(BOARD.read_text(encoding="utf-8"))
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in board["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))
