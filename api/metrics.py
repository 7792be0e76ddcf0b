"""Metrics for Prometheus. ops/grafana/etalon.json is a board that shows all of them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from api.access import caller_of, needs
from api.deps import problems
from api.errors import ProjectRefused
from store import metrics
from store.keys import Scope
from store.metrics import Facts
from store.session import read

router = APIRouter(tags=["health"])

GAUGES: Final = {
    "queue_depth": "Tasks that are due and not running.",
    "queue_oldest_seconds": "How long the first of them has been due.",
    "tasks": "Unfinished tasks by name and state.",
    "workers": "Worker processes that were seen lately.",
    "worker_clock_offset_seconds": "How far a worker's clock is ahead of the database's, which all go by.",
    "builds_open": "Builds that are not concluded.",
    "notifications": "Messages by state, of the comparisons that are kept.",
    "artifact_files": "Files in the artifact store, by their rows.",
    "artifact_bytes": "What they take.",
}
COUNTERS: Final = {
    "tasks_finished": "Tasks that have ended, by name and state.",
    "task_attempts": "How often the ended tasks were begun.",
    "task_retries": "How often a task went back to the queue, and why; WorkerLost: its process fell silent.",
    "task_failures": "Tasks that have ended as FAILURE, by the error's type.",
    "verdicts": "Comparisons by verdict.",
    "builds_concluded": "Builds that were concluded, by verdict.",
}
HISTOGRAMS: Final = {
    "task_seconds": "The last attempt of an ended task, from its start to its end.",
    "task_wait_seconds": "From a task's submission to its start.",
    "stage_seconds": "The stages of a comparison, and those of an analysis (detect, lines, read).",
}


@router.get(
    "/metrics",
    dependencies=[needs(Scope.READ)],
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}, "description": "Prometheus' text format."}, **problems(403)},
)
def get_metrics(request: Request) -> Response:
    """Metrics of the whole service, from the database: every API process returns the same, and a restart loses
    nothing.

    They cover every project, so a key that is bound to projects is refused.
    """
    if caller_of(request).projects is not None:
        raise ProjectRefused("The metrics are of every project.")
    with read() as session:
        found = metrics.facts(session)
    registry = CollectorRegistry()
    registry.register(_Rows(found, request.app.version))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Rows(Collector):
    def __init__(self, found: Facts, version: str) -> None:
        self._found = found
        self._version = version

    def collect(self) -> Iterable[Metric]:
        build = GaugeMetricFamily("etalon_build_info", "Always 1; its label is the version.", labels=["version"])
        build.add_metric([self._version], 1)
        yield build
        yield from (_family(GaugeMetricFamily, name, GAUGES, self._found.gauges) for name in GAUGES)
        yield from (_family(CounterMetricFamily, name, COUNTERS, self._found.counters) for name in COUNTERS)
        yield from (_histogram(name, self._found) for name in HISTOGRAMS)


def _family(
    kind: Any, name: str, says: Mapping[str, str], found: Mapping[str, Mapping[metrics.Labels, float]]
) -> Metric:
    values = found.get(name, {})
    family: Metric = kind(f"etalon_{name}", says[name], labels=_names(values))
    for labels, value in sorted(values.items()):
        family.add_metric([text for _, text in labels], value)  # type: ignore[attr-defined]
    return family


def _histogram(name: str, found: Facts) -> Metric:
    values = found.histograms.get(name, {})
    family = HistogramMetricFamily(f"etalon_{name}", HISTOGRAMS[name], labels=_names(values))
    for labels, one in sorted(values.items(), key=lambda item: item[0]):
        family.add_metric([text for _, text in labels], list(one.buckets), one.total)
    return family


def _names(values: Iterable[metrics.Labels]) -> list[str]:
    return [name for name, _ in next(iter(values), ())]
