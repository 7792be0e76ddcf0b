"""Diagrams are tested as far as it goes without a browser: their syntax's outline, and that what they name exists."""

import re

import pytest
from sqlalchemy import Table

from config import ROOT
from store import tables
from store.states import FINAL, OPEN

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "doc").rglob("*.md")])
DIAGRAMS = [
    pytest.param(text, id=f"{path.name}-{number}")
    for path in DOCS
    for number, text in enumerate(
        re.findall(r"^```mermaid\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL), 1
    )
]
KINDS = ("flowchart", "sequenceDiagram", "stateDiagram-v2", "erDiagram")
OPENING = {"subgraph", "alt", "opt", "loop", "par", "critical", "rect"}
BRACKETS = {"(": ")", "[": "]", "{": "}"}
ARCHITECTURE = (ROOT / "doc" / "architecture.md").read_text(encoding="utf-8")


def of_kind(kind: str) -> list[str]:
    return [diagram.values[0] for diagram in DIAGRAMS if str(diagram.values[0]).startswith(kind)]


@pytest.mark.parametrize("diagram", DIAGRAMS)
def test_every_diagram_is_of_a_known_kind_and_closes_what_it_opens(diagram: str) -> None:
    assert diagram.split()[0] in KINDS
    words = [line.split()[0] for line in diagram.splitlines() if line.split()]
    assert sum(word in OPENING for word in words) == words.count("end")
    for line in diagram.splitlines():
        assert line.count('"') % 2 == 0, line
        if not diagram.startswith("erDiagram"):  # |o--o{ is an arrow there
            assert closes(re.sub(r'"[^"]*"|--?\)', "", line)), line  # --) is an arrow


def closes(line: str) -> bool:
    line = line.partition(": ")[0]  # what follows is a sentence
    expected: list[str] = []
    for character in line:
        if character in BRACKETS:
            expected.append(BRACKETS[character])
        elif character in BRACKETS.values() and (not expected or expected.pop() != character):
            return False
    return not expected


@pytest.mark.parametrize("diagram", DIAGRAMS)
def test_every_file_that_a_diagram_names_exists(diagram: str) -> None:
    named = set(re.findall(r"(?<!/)\b(?:api|ci|store|tasks|vision)/[\w./]*\w", diagram))
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("diagram", of_kind("sequenceDiagram"))
def test_everybody_who_speaks_in_a_sequence_was_introduced(diagram: str) -> None:
    introduced = set(re.findall(r"^ *(?:participant|actor) (\w+)", diagram, re.MULTILINE))
    speaking = re.findall(r"^ *(\w+) ?(?:--?>>?|--?x|--?\)) ?[+-]?(\w+):", diagram, re.MULTILINE)
    assert speaking
    assert {name for pair in speaking for name in pair} <= introduced


def test_the_data_diagram_names_tables_and_columns_that_exist_and_leaves_out_none_but_those_named_beside_it() -> None:
    [diagram] = of_kind("erDiagram")
    known: dict[str, Table] = dict(tables.Table.metadata.tables)
    related = {
        name for pair in re.findall(r"^ *(\w+) [|}o{]+--[|}o{]+ (\w+) :", diagram, re.MULTILINE) for name in pair
    }
    described = dict(re.findall(r"^    (\w+) \{\n(.*?)^    \}", diagram, re.MULTILINE | re.DOTALL))
    beside = set(re.findall(r"`(\w+)`", ARCHITECTURE.partition("Beside these:")[2].partition("`store/tables.py`")[0]))
    assert related | set(described) | beside == set(known)
    for name, body in described.items():
        columns = {line.split()[1] for line in body.splitlines()}
        assert columns <= set(known[name].columns.keys()), name


@pytest.mark.parametrize(
    ("begins", "wanted"),
    [
        ("PENDING", {*FINAL, *OPEN}),
        ("pending", {"pending", "sending", "sent", "failed", "unknown"}),
    ],
)
def test_state_diagrams_have_all_states_and_no_other(begins: str, wanted: set[str]) -> None:
    [diagram] = [text for text in of_kind("stateDiagram-v2") if f"[*] --> {begins}" in text]
    assert {
        word for pair in re.findall(r"^ *(\S+) --> (\w+|\[\*\])", diagram, re.MULTILINE) for word in pair
    } == wanted | {"[*]"}


def test_the_architecture_is_drawn() -> None:
    assert ARCHITECTURE.count("```mermaid") >= 10
