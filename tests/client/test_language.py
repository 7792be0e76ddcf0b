"""Every sentence of the client has its Russian, with the same gaps."""

import ast
from pathlib import Path
from string import Formatter

from etalon_client.language import RUSSIAN, count

FILES = sorted((Path(__file__).resolve().parents[2] / "client" / "etalon_client").glob("*.py"))
SAYING = {"NotCompared", "UnusableFile", "Refused", "Unreached", "told", "tell", "progress"}


def sentences() -> set[str]:
    calls = [
        node for path in FILES for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    first = [call.args[:2] for call in calls if ast.unparse(call.func).rpartition(".")[2] in SAYING]
    return {one.value for pair in first for one in pair if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_sentence_is_there_in_russian() -> None:
    assert len(sentences()) > 50
    assert sentences() - RUSSIAN.keys() - {"", "ru", "comparing"} == set()


def test_both_languages_have_the_same_gaps() -> None:
    assert [english for english, russian in RUSSIAN.items() if gaps(english) != gaps(russian)] == []


def gaps(sentence: str) -> set[str]:
    return {str(name) for _, name, _, _ in Formatter().parse(sentence) if name}


def test_counts_agree_with_their_nouns() -> None:
    assert [count("ru", number, "shot") for number in (0, 1, 3, 5, 11, 21)] == [
        "нет снимков", "1 снимок", "3 снимка", "5 снимков", "11 снимков", "21 снимок",
    ]  # fmt: skip
    assert [count("en", number, "shot") for number in (0, 1, 2)] == ["no shots", "1 shot", "2 shots"]
