"""The OpenAPI document held against the service: whatever is sent, the answer is one that the document names, of its shape."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import Service, page
from tests.api.test_middleware import CONTRACT

pytestmark = pytest.mark.slow

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OPERATIONS = [(method, path) for path, methods in CONTRACT.items() for method in sorted(methods)]
PICTURES = {"screenshot", "reference", "actual"}


@pytest.fixture(scope="module")
def document(running_service: Service) -> Any:
    return schemathesis.openapi.from_url(f"{running_service.url}/openapi.json")


@pytest.fixture(scope="module")
def known(running_service: Service) -> dict[str, str]:
    """Ids of things that are there, by the noun of their routes: made-up ones would only ever be answered 404."""
    case = running_service.post("/api/v1/testcases", {"name": "schemathesis"}, screenshot=page()).json()
    found = running_service.post(f"/api/v1/testcases/{case['testcase_id']}/comparisons", screenshot=page(161)).json()
    picture = running_service.client.get(f"/api/v1/comparisons/{found['comparison_id']}").json()["artifacts"]["diff"]
    build = running_service.client.post("/api/v1/builds", json={"name": "schemathesis"}).json()["build_id"]
    running_service.post(f"/api/v1/builds/{build}/shots", {"name": "schemathesis shot"}, screenshot=page())
    running_service.client.post(f"/api/v1/builds/{build}/finalize")  # otherwise a wait for its end never returns
    asked = {"filter": {"verdict": "new"}}
    review = running_service.client.post(f"/api/v1/builds/{build}/reject", json=asked).json()["review_id"]
    return {
        "builds": build,
        "reviews": review,
        "testcases": case["testcase_id"],
        "comparisons": found["comparison_id"],
        "tasks": found["task_id"],
        "artifacts": picture.rpartition("/")[2],
    }


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_one_the_document_names(
    document: Any, known: dict[str, str], service: Service, method: str, path: str
) -> None:
    operation = document[path][method.upper()]
    cases = operation.as_strategy(generation_mode=GenerationMode.POSITIVE) | operation.as_strategy(
        generation_mode=GenerationMode.NEGATIVE
    )

    @settings(
        max_examples=12,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, real=st.booleans())
    def holds(case: Any, real: bool) -> None:
        if real:
            _make_real(case, known)
        # What was wrong with a request may have been put right by making it real.
        case.call_and_validate(checks=CHECKS if real else [*CHECKS, negative_data_rejection])

    holds()


def _make_real(case: Any, known: dict[str, str]) -> None:
    """The same request about something that is there, with pictures that can be read."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = known[case.path.split("/")[3]]
    if isinstance(case.body, dict):
        case.body |= {name: page() for name in PICTURES & case.body.keys()}
