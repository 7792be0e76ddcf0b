"""Which way the arrows point: main -> api -> tasks -> vision, all but vision -> store and config; and no circle inside a part."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "vision": set[str](),
    "config": set[str](),
    "store": {"config", "vision"},
    "tasks": {"config", "store", "vision"},
    "api": {"config", "store", "tasks", "vision"},
    "web": {"config", "store", "tasks", "vision"},
    "main": {"config", "store", "tasks", "vision", "api", "web"},
}
QUEUES = {"celery", "kombu", "redis"}
# Parts whose modules still import each other in a circle. Take a name out once it has none: the test says when.
STILL_CIRCULAR: set[str] = set()


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_the_parts_below_it(part: str) -> None:
    others = set(MAY_IMPORT) - {part}
    wrong = {f"{path.relative_to(ROOT)}: {name}" for path, name in _imports(part) if name in others - MAY_IMPORT[part]}
    assert not wrong


@pytest.mark.parametrize("part", ["vision", "api", "web", "store", "main"])
def test_only_tasks_knows_that_a_queue_exists(part: str) -> None:
    assert not [f"{path}: {name}" for path, name in _imports(part) if name in QUEUES]


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_the_service_imports_nothing_that_measures_or_tests_it(part: str) -> None:
    assert not [f"{path}: {name}" for path, name in _imports(part) if name in {"harness", "bench", "tests"}]


def test_the_client_knows_the_service_by_http_alone() -> None:
    imported = {name for _, name in _imports("client")}

    assert "etalon_client" in imported
    assert not imported & ({*MAY_IMPORT, "harness", "bench", "tests", "doc"} | QUEUES)


@pytest.mark.parametrize(("part", "others"), [("harness", {"bench", "tests"}), ("bench", {"tests"})])
def test_harness_and_bench_import_no_tests(part: str, others: set[str]) -> None:
    assert not [f"{path}: {name}" for path, name in _imports(part) if name in others]


def test_only_the_tests_of_bench_import_bench() -> None:
    own = ROOT / "tests" / "bench"
    assert not [str(path) for path, name in _imports("tests") if name == "bench" and own not in path.parents]


def test_the_api_says_nothing_in_sql_and_touches_no_pixel() -> None:
    assert not [f"{path}: {name}" for path, name in _imports("api") if name in {"numpy", "cv2", "alembic", "psycopg"}]
    imported = {
        alias.name
        for path in (ROOT / "api").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }
    assert imported <= {"Session"}


@pytest.mark.parametrize("part", sorted(set(MAY_IMPORT) - {"config", "main"}))
def test_no_module_of_a_part_imports_itself_by_way_of_others(part: str) -> None:
    circle = _circle(_modules_imported(part))
    assert not circle or part in STILL_CIRCULAR, " -> ".join(circle)
    assert circle or part not in STILL_CIRCULAR, f"{part} has no circle any more: take it out of STILL_CIRCULAR"


def test_an_engine_imports_types_and_colours_and_no_other_engine() -> None:
    shared = {f"vision.{name}" for name in ("colours", "types", "engines.types", "engines.yolo", "engines.look_alikes")}
    engines = {name: names for name, names in _modules_imported("vision").items() if name.startswith("vision.engines.")}
    wrong = {name: names - shared for name, names in engines.items() if name != "vision.engines.load"}
    assert len(engines) > 8
    assert not any(wrong.values()), wrong


def test_what_sees_one_picture_knows_nothing_of_two() -> None:
    below = {name: names for name, names in _modules_imported("vision").items() if name.startswith("vision.e")}
    assert not [f"{name}: {other}" for name, names in below.items() for other in names if "difference" in other]


def test_a_circle_is_found() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})
    assert not _circle({"a": {"b", "c"}, "b": {"c"}, "c": set()})


def _circle(imports: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return [str(name) for name in error.args[1]]
    return []


def _modules_imported(part: str) -> dict[str, set[str]]:
    """Module -> those of the same part that it imports, also inside a function."""
    paths = {_module(path): path for path in (ROOT / part).rglob("*.py")}
    found: dict[str, set[str]] = {}
    for module, path in paths.items():
        names = {name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) for name in _named(node)}
        found[module] = {name for name in names if name in paths and name != module}
    return found


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _named(node: ast.AST) -> list[str]:
    """The modules that a statement names: of `from a import b` that is a.b, and a too where b is not a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        inner = [f"{node.module}.{alias.name}" for alias in node.names]
        return inner if all(_is_module(name) for name in inner) else [*inner, node.module]
    return []


def _is_module(name: str) -> bool:
    path = ROOT / Path(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


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
