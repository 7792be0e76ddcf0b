"""The documentation is tested: what it names exists, and what exists is named."""

import re
from pathlib import Path

import pytest

import run
from config import ROOT, VERSION, Settings
from vision.types import DefectType

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "doc").rglob("*.md"), *(ROOT / "client").rglob("*.md")])
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in DOCS)
SETTINGS = sorted(Settings.model_fields)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def env_example() -> dict[str, tuple[str, str]]:
    """Each variable of .env.example with the comment right above it and its value."""
    found, comment = {}, ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            comment = line
        elif line:
            variable, _, value = line.partition("=")
            found[variable], comment = (comment, value), ""
        else:
            comment = ""
    return found


def code(path: Path) -> list[tuple[str, str]]:
    """A document's code blocks: their language and their text."""
    return FENCE.findall(path.read_text(encoding="utf-8"))


def commands(path: Path) -> list[str]:
    """The command lines of a document's shell blocks, lines ending in a backslash or a backtick joined."""
    shells = [text for language, text in code(path) if language in ("sh", "bash", "powershell", "bat")]
    joined = re.sub(r"[\\`]\n\s*", "", "\n".join(shells))
    return [
        line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith(("#", "rem "))
    ]


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in SETTINGS:
        monkeypatch.delenv(setting.upper(), raising=False)


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_stands_in_env_example_with_a_sentence(setting: str) -> None:
    comment, _ = env_example().get(setting.upper(), ("", ""))

    assert comment.startswith("# ")
    assert comment.endswith(".")


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_stands_in_a_document(setting: str) -> None:
    assert re.search(rf"\b{setting.upper()}\b", TEXT)


def test_env_example_names_nothing_else() -> None:
    assert set(env_example()) == {setting.upper() for setting in SETTINGS}


def test_every_value_of_env_example_is_the_default(bare_environment: None) -> None:
    defaults = Settings(_env_file=None)

    assert Settings(_env_file=ROOT / ".env.example") == defaults


def test_the_table_of_settings_has_the_defaults() -> None:
    rows = re.findall(
        r"^\| `([A-Z0-9_]+)` \| (.*?) \|", (ROOT / "doc" / "settings.md").read_text("utf-8"), re.MULTILINE
    )

    assert {variable: value.strip("`") for variable, value in rows} == {
        variable: value or "empty" for variable, (_, value) in env_example().items()
    }


@pytest.mark.parametrize("type_", DefectType)
def test_every_defect_type_stands_in_its_document(type_: DefectType) -> None:
    assert f"`{type_}`" in (ROOT / "doc" / "defects.md").read_text(encoding="utf-8")


def test_every_route_stands_in_a_document() -> None:
    from main import app

    routes = [f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods]
    documented = re.sub(r"\{\w+\}", "{}", TEXT)

    assert [route for route in routes if re.sub(r"\{\w+\}", "{}", route) not in documented] == []


def test_every_documented_route_exists() -> None:
    from main import app

    paths = {re.sub(r"\{\w+\}", "{}", path): methods for path, methods in app.openapi()["paths"].items()}
    named = re.findall(r"\b(GET|POST|PUT|PATCH|DELETE) (/(?:api/v1|health)/[\w/{}]*(?:\.\w+)?)", TEXT)

    assert named
    assert [(m, path) for m, path in named if m.lower() not in paths.get(re.sub(r"\{\w+\}", "{}", path), {})] == []


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if "://" not in link]

    assert [link for link in links if not leads_somewhere(path, link)] == []


def leads_somewhere(path: Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = (path.parent / file).resolve() if file else path
    if not target.exists():
        return False
    return not anchor or anchor in anchors(target)


def anchors(path: Path) -> set[str]:
    """The names GitHub gives a document's headings."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_launcher_command_exists(path: Path) -> None:
    used = re.findall(r"\bpython3? run\.py (\w+)", path.read_text(encoding="utf-8"))

    assert [command for command in used if not re.search(rf"^python3 run\.py .*\b{command}\b", run.__doc__, re.M)] == []


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_celery_line_parses(path: Path) -> None:
    for line in (line for line in commands(path) if " celery -A " in line):
        worker_options(line)


def test_start_celery_bat_starts_a_solo_worker() -> None:
    line = (ROOT / "ops" / "start_celery.bat").read_text(encoding="utf-8").splitlines()[-1]

    assert worker_options(line.removesuffix(" %*"))["pool"] == "solo"


def worker_options(line: str) -> dict[str, object]:
    """A command line of Celery's worker, read by Celery's own parser."""
    import click
    from celery.bin.worker import worker

    application, command, *arguments = line.partition(" -A ")[2].split()
    assert (application, command) == ("tasks.celery_app", "worker")
    options, rest, _ = worker.make_parser(click.Context(worker, obj=None)).parse_args(arguments)
    assert rest == []
    return options


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_no_sequence_diagram_has_a_semicolon(path: Path) -> None:
    """It ends a statement there: the diagram would be an error message on the page."""
    diagrams = [text for language, text in code(path) if language == "mermaid" and "sequenceDiagram" in text]

    assert [diagram for diagram in diagrams if ";" in diagram] == []


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_uvicorn_line_parses(path: Path) -> None:
    import click
    from uvicorn.main import main as uvicorn

    for line in (line for line in commands(path) if re.search(r"\buvicorn main:app\b", line)):
        arguments = line.partition("uvicorn ")[2].split()

        parsed, rest, _ = uvicorn.make_parser(click.Context(uvicorn)).parse_args(arguments)

        assert (parsed["app"], rest) == ("main:app", [])


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_file_a_command_names_exists(path: Path) -> None:
    named = re.findall(r"(?:^| )((?:client|doc|ops)[-\w./]*\.(?:py|txt|png|bat))", "\n".join(commands(path)))

    assert [file for file in named if not (ROOT / file).exists()] == []


def test_the_russian_quickstart_has_the_same_commands() -> None:
    assert commands(ROOT / "doc" / "QUICKSTART.ru.md") == commands(ROOT / "QUICKSTART.md")


def test_the_changelog_begins_with_this_version() -> None:
    changes = re.findall(r"^## \[([\d.]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert changes[0] == VERSION


def test_every_command_and_option_of_the_client_stands_in_a_document() -> None:
    client = ROOT / "client" / "etalon_client"
    commands = re.findall(r'_command\(\s*commands,\s*"(\w+)"', (client / "arguments.py").read_text(encoding="utf-8"))
    options = re.findall(r'addoption\("(--etalon-[\w-]+)"', (client / "pytest_plugin.py").read_text(encoding="utf-8"))
    readme = (ROOT / "client" / "README.md").read_text(encoding="utf-8")

    assert len(commands) == 7 and len(options) > 5
    assert [command for command in commands if f"`etalon {command}" not in readme] == []
    assert [option for option in options if f"`{option}" not in readme] == []
