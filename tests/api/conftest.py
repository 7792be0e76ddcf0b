"""A service over real HTTP, in sync mode, with a scripted engine; tests ask it as clients do."""

import threading
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import cv2
import httpx
import numpy as np
import pytest
import uvicorn
from sqlalchemy import func, select

from config import settings
from store import artifacts, keys, session, tables
from store.keys import Scope
from tasks import celery_app, celery_states, engines, task_runner
from vision.elements.analysis import Engines
from vision.image import encode_png
from vision.types import Box, Detection, Kind, Picture

BUTTON = Box(20, 20, 80, 30)
WIDE = 500


@dataclass
class ScriptedEngine:
    """Sees one button where the page has one. While `gate` is cleared, looking at a wide picture takes until it is set."""

    version: str = "scripted-1"
    name: str = "scripted"
    gate: threading.Event = field(default_factory=threading.Event)
    trouble: Exception | None = None

    def detect(self, picture: Picture) -> list[Detection]:
        assert picture.shape[1] < WIDE or self.gate.wait(30)
        if self.trouble:
            raise self.trouble
        rows, columns = BUTTON.slices()
        there = picture[rows, columns].size and picture[rows, columns].mean() < 200
        return [Detection(Kind.BUTTON, BUTTON, 0.9)] if there else []

    def read(self, picture: Picture, boxes: Sequence[Box]) -> list[str]:
        return ["Buy" for _ in boxes]


@dataclass
class Service:
    url: str
    client: httpx.Client
    engine: ScriptedEngine
    folder: Path

    def kept(self) -> tuple[dict[str, int], list[str]]:
        """How many rows each table has, and every file of the artifact store."""
        with session.read() as reading:
            rows = {
                name: reading.scalar(select(func.count()).select_from(table)) or 0
                for name, table in tables.Table.metadata.tables.items()
            }
        return rows, sorted(str(path) for path in (self.folder / "artifacts").rglob("*") if path.is_file())

    def post(self, path: str, fields: dict[str, str] | None = None, **files: bytes) -> httpx.Response:
        sent = {name: (f"{name}.png", data, "image/png") for name, data in files.items()}
        return self.client.post(path, data=fields or {}, files=sent)

    def result(self, ticket: httpx.Response) -> Any:
        assert ticket.status_code == 202, ticket.text
        task = self.client.get(ticket.json()["status_url"], params={"wait": 20}).json()
        assert task["state"] == "SUCCESS", task
        return task["result"]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Analyses of wide pictures wait inside this block."""
        self.engine.gate.clear()
        try:
            yield
        finally:
            self.engine.gate.set()


def page(width: int = 160, height: int = 120, *, button: bool = True, shade: int = 90) -> bytes:
    """A white page, with a dark button that says "Buy", or without."""
    picture = np.full((height, width, 3), 255, np.uint8)
    if button:
        picture[BUTTON.slices()] = shade
        cv2.putText(picture, "Buy", (BUTTON.x + 20, BUTTON.y + 21), cv2.FONT_HERSHEY_SIMPLEX, 0.6, (255, 255, 255), 2)
    return encode_png(picture)


@pytest.fixture(scope="package")
def running_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {
            "DATA_DIR": str(folder),
            "DATABASE_URL": "",
            "ARTIFACT_URL": "",
            "TASKS_FORCE_SYNC": "1",
            "MAX_UPLOAD_MB": "1",
            "MAX_MEGAPIXELS": "4",
            "UPLOAD_SECONDS": "3",
            "UPKEEP_PERIOD_SECONDS": "300",
            "TELEGRAM_BOT_TOKEN": "",
            "DETECTOR_WEIGHTS": str(folder / "nowhere.onnx"),
        }.items():
            environment.setenv(name, value)
        _forget()
        celery_app.configure()
        task_runner.forget_broker()
        with _serving(folder) as service:
            yield service
        celery_states.flush(5)
    _forget()


@pytest.fixture
def service(running_service: Service) -> Iterator[Service]:
    running_service.engine.gate.set()
    running_service.engine.trouble = None
    yield running_service
    running_service.engine.gate.set()


class NewKey(Protocol):
    def __call__(self, *scopes: Scope, projects: Collection[str] = ()) -> dict[str, str]: ...


@pytest.fixture
def new_key(service: Service) -> Iterator[NewKey]:
    """Makes keys and gives the header that shows one; afterwards the service is open again."""

    def make(*scopes: Scope, projects: Collection[str] = ()) -> dict[str, str]:
        with session.write() as writing:
            return {"X-API-Key": keys.make(writing, f"ci-{uuid.uuid4().hex}", scopes or [Scope.ADMIN], projects)}

    yield make
    with session.write() as writing:
        for key in keys.list_all(writing):
            if key.revoked_at is None:
                keys.revoke(writing, key.name)
        keys.forget_all(writing)


@contextmanager
def _serving(folder: Path) -> Iterator[Service]:
    from main import create_app  # reads the settings

    engine = ScriptedEngine()
    engines.use(Engines(engine, engine))
    server = uvicorn.Server(
        uvicorn.Config(create_app(), host="127.0.0.1", port=0, log_level="warning", log_config=None)
    )
    thread = threading.Thread(target=server.run, name="service")
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            thread.join(0.02)
        url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        with httpx.Client(base_url=url, timeout=40) as client:
            yield Service(url, client, engine, folder)
    finally:
        server.should_exit = True
        thread.join()
        engines.use(None)


def _forget() -> None:
    session.dispose()
    settings.cache_clear()
    artifacts.blob_store.cache_clear()
