"""Which way the arrows point: main -> api -> tasks -> vision, all but vision -> store and config."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "vision": set[str](),
    "config": set[str](),
    "store": {"config", "vision"},
    "tasks": {"config", "store", "vision"},
    "api": {"config", "store", "tasks", "vision"},
    "main": {"config", "store", "tasks", "vision", "api"},
}
QUEUES = {"celery", "kombu", "redis"}


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_the_parts_below_it(part: str) -> None:
    others = set(MAY_IMPORT) - {part}
    wrong = {f"{path.relative_to(ROOT)}: {name}" for path, name in _imports(part) if name in others - MAY_IMPORT[part]}
    assert not wrong


@pytest.mark.parametrize("part", ["vision", "api", "store", "main"])
def test_only_tasks_knows_that_a_queue_exists(part: str) -> None:
    assert not [f"{path}: {name}" for path, name in _imports(part) if name in QUEUES]


def test_the_api_says_nothing_in_sql_and_touches_no_pixel() -> None:
    assert not [f"{path}: {name}" for path, name in _imports("api") if name in {"numpy", "cv2", "alembic", "psycopg"}]
    imported = {
        alias.name
        for path in (ROOT / "api").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }
    assert imported <= {"Session", "InterfaceError", "OperationalError"}


def _imports(part: str) -> list[tuple[Path, str]]:
    paths = [ROOT / f"{part}.py"] if (ROOT / f"{part}.py").exists() else sorted((ROOT / part).rglob("*.py"))
    assert paths
    found = []
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [(path, alias.name.split(".")[0]) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{path}: no relative import"
                found.append((path, (node.module or part).split(".")[0]))
    return found
