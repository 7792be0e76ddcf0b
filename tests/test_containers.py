"""Dockerfile, .dockerignore and compose.yaml, checked as far as that goes without an engine: nothing is built here."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from config import ROOT, Settings
from harness.redis_server import redis_server
from harness.waiting import free_port, wait_until

INSTRUCTIONS = [
    line.partition(" ")[::2]
    for line in re.sub(r"\s*\\\n\s*", " ", (ROOT / "ops" / "Dockerfile").read_text(encoding="utf-8")).splitlines()
    if line and not line.startswith("#")
]
COPIED = [text.split() for word, text in INSTRUCTIONS if word == "COPY" and "--from" not in text]
IN_APP = [source for *sources, target in COPIED if target != "/" for source in sources]
ENVIRONMENT = dict(
    pair.split("=", 1)
    for word, text in INSTRUCTIONS
    if word == "ENV"
    for pair in shlex.split(text)
    if "PATH" not in pair
)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "etalon"}


def command(word: str) -> list[str]:
    """The JSON form of the last CMD or HEALTHCHECK."""
    text = next(text for found, text in reversed(INSTRUCTIONS) if found == word)
    parsed: list[str] = json.loads(text[text.index("[") :])
    return parsed


def ignored(path: str) -> bool:
    """What .dockerignore says: the last line that matches decides, `!` takes back."""
    out = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.lstrip("!").removeprefix("**/")
        if line and not line.startswith("#") and any(fnmatch(part, pattern) for part in (path, *path.split("/"))):
            out = not line.startswith("!")
    return out


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A folder with what the image has in /app, and nothing else."""
    folder = tmp_path / "app"
    folder.mkdir()
    for source in IN_APP:
        path = ROOT / source
        if path.is_dir():
            shutil.copytree(path, folder / source, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, folder)
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    own = {setting.upper() for setting in Settings.model_fields}
    outside = {name: value for name, value in os.environ.items() if name.upper() not in own}
    return {**outside, **ENVIRONMENT, "DATA_DIR": str(tmp_path / "data"), "OMP_NUM_THREADS": "1"}


def runnable(words: list[str]) -> list[str]:
    """The image's command with this Python in the place of the image's."""
    return [sys.executable, *words[1:]] if words[0] == "python" else [sys.executable, "-m", *words]


def test_what_the_image_copies_exists_and_reaches_the_build() -> None:
    sources = [source for *sources, _ in COPIED for source in sources]

    assert sources
    assert [source for source in sources if not (ROOT / source).exists() or ignored(source)] == []


@pytest.mark.parametrize(
    "path", [".env", ".git/config", "data/etalon.db", "training/pages.py", "api/__pycache__/a.pyc"]
)
def test_secrets_and_what_is_not_needed_stay_out_of_the_build(path: str) -> None:
    assert ignored(path)


def test_the_image_runs_as_a_user_without_rights() -> None:
    user = next(text for word, text in INSTRUCTIONS if word == "USER")

    assert user.split(":")[0] not in ("0", "root")


def test_compose_yaml_follows_the_schema_of_compose_files() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"]

    done = subprocess.run(check, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_given_to_etalon_is_a_setting() -> None:
    settings = {name.upper() for name in Settings.model_fields}

    assert set(OURS) == {"api", "worker", "migrate"}
    assert {name for service in OURS.values() for name in service["environment"]} <= settings


def test_the_values_given_to_etalon_are_accepted() -> None:
    values = {name.lower(): re.sub(r"\$\{.*?\}", "secret", text) for name, text in OURS["api"]["environment"].items()}

    made = Settings(_env_file=None, **values)

    assert not made.tasks_force_sync
    assert (made.broker, made.database.split("@")[1]) == ("redis://redis:6379/0", "postgres/etalon")


def test_etalon_has_a_read_only_root_and_no_capabilities() -> None:
    for service in OURS.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["tmpfs"] == ["/tmp"]


def test_a_worker_is_given_longer_to_stop_than_a_task_may_take() -> None:
    grace = OURS["worker"]["stop_grace_period"]

    assert int(grace.removesuffix("s")) > Settings.model_fields["task_time_limit_seconds"].default
    assert OURS["worker"]["restart"] == "unless-stopped"


def test_the_queue_is_kept_on_disk_and_never_evicted() -> None:
    words = COMPOSE["services"]["redis"]["command"]
    options = dict(zip(words[1::2], words[2::2], strict=True))

    assert (options["--appendonly"], options["--maxmemory-policy"]) == ("yes", "noeviction")


def test_only_the_api_is_published_and_only_to_this_machine() -> None:
    published = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}

    assert published == {"api": ["127.0.0.1:8000:8000"]}
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_everything_named_in_compose_is_declared() -> None:
    services = COMPOSE["services"]
    for service in services.values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
        assert set(service.get("depends_on", {})) <= set(services)


def test_the_worker_of_compose_is_a_worker_of_celery() -> None:
    from tests.test_docs import worker_options

    assert worker_options(" ".join(OURS["worker"]["command"]))["loglevel"]


def test_the_copied_files_alone_make_a_schema(app: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        runnable(OURS["migrate"]["command"]), cwd=app, env=environment, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (0, "The database's schema is up to date.\n"), done.stderr


def test_the_copied_files_alone_know_every_task(app: Path, environment: dict[str, str]) -> None:
    code = "from tasks.celery_app import app; print(sum(name.startswith('tasks.') for name in app.tasks))"

    done = subprocess.run([sys.executable, "-c", code], cwd=app, env=environment, capture_output=True, text=True)

    assert done.stdout == "5\n", done.stderr


@pytest.fixture
def service(app: Path, environment: dict[str, str], tmp_path: Path) -> Iterator[int]:
    """The image's own command on a free port."""
    port = free_port()
    words = [str(port) if word == "8000" else word for word in runnable(command("CMD"))]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(words, cwd=app, env=environment, stdout=log, stderr=log)
        try:
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def test_the_image_starts_passes_its_health_check_and_writes_nothing_beside_the_data(
    service: int, app: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    check = [word.replace(":8000/", f":{service}/") for word in runnable(command("HEALTHCHECK"))]
    before = sorted(app.rglob("*"))
    deadline = time.monotonic() + 40

    while subprocess.run(check, env=environment, capture_output=True).returncode:
        assert time.monotonic() < deadline, (tmp_path / "log").read_text(encoding="utf-8")
        time.sleep(0.5)

    assert sorted(app.rglob("*")) == before


def test_a_worker_passes_its_health_check_while_it_is_there(
    app: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    words = OURS["worker"]["healthcheck"]["test"]
    assert words[0] == "CMD"

    def healthy() -> bool:
        return subprocess.run(runnable(words[1:]), cwd=app, env=environment, capture_output=True).returncode == 0

    with redis_server(tmp_path) as redis, (tmp_path / "log").open("wb") as log:
        environment |= {"TASKS_FORCE_SYNC": "0", "REDIS_PORT": str(redis.port)}
        subprocess.run(runnable(OURS["migrate"]["command"]), cwd=app, env=environment, capture_output=True, check=True)
        assert not healthy()
        process = subprocess.Popen(
            runnable(OURS["worker"]["command"]), cwd=app, env=environment, stdout=log, stderr=log
        )
        try:
            wait_until(healthy, 60, lambda: (tmp_path / "log").read_text(encoding="utf-8"))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        assert not healthy()
