from collections.abc import Iterator

import pytest

from harness.fuzz.service import Service, service


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with service(tmp_path_factory.mktemp("fuzzed")) as found:
        yield found
