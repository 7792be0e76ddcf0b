"""The dictionary and the templates: no word lacks, none is left over, both languages fill the same braces."""

import re
from pathlib import Path

import pytest

from vision.types import DefectType, Kind, Severity
from vision.words import KINDS, LANGUAGES, SEVERITIES, TYPES, count
from web.dictionary import COUNTED, ERRORS, SAID, VIEWER
from web.words import counted, say

WEB = Path(__file__).parents[2] / "web"
TEMPLATES = "\n".join(path.read_text("utf-8") for path in sorted((WEB / "templates").glob("*.html")))
CODE = "\n".join(path.read_text("utf-8") for path in sorted(WEB.glob("*.py")) if path.name != "dictionary.py")
STYLES = (WEB / "static" / "etalon.css").read_text("utf-8")
REPORT = (WEB.parent / "api" / "templates" / "report.html").read_text("utf-8")
SCRIPTS = (WEB / "static" / "viewer.js").read_text("utf-8")
# Keys that are put together when a page is made: `t("level_" ~ level)`.
MADE_UP = ("build_", "level_", "review_", "stage_", "task_", "reason_", "picture_", "section_", "key_", "option_")


def test_every_word_of_a_template_is_in_the_dictionary() -> None:
    used = set(re.findall(r"""\bt\(["'](\w+)["'][,)]""", TEMPLATES))
    used |= set(re.findall(r'\bsay\((?:of|visitor)\.language, "(\w+)"', CODE))

    assert used
    assert used - set(SAID) == set()
    assert set(re.findall(r"""\bn\(["'](\w+)["'],""", TEMPLATES)) - set(COUNTED) == set()
    assert set(re.findall(r"this\.words\.(\w+)", SCRIPTS)) - set(VIEWER) == set()


def test_no_word_is_left_over() -> None:
    text = TEMPLATES + CODE
    left = [key for key in SAID if f'"{key}"' not in text and f"'{key}'" not in text and not key.startswith(MADE_UP)]

    assert left == []
    assert [
        key for key in COUNTED if f'"{key}"' not in text and key not in set(Severity) and not key.startswith("said_")
    ] == []
    views = {"split", "slider", "onion", "blink", "diff"}
    assert [
        key for key in VIEWER if f"words.{key}" not in SCRIPTS and key not in views | {"smaller", "larger", "full"}
    ] == []


@pytest.mark.parametrize("key", SAID)
def test_both_languages_fill_the_same_braces(key: str) -> None:
    english, russian = SAID[key]

    assert sorted(re.findall(r"{(\w+)}", english)) == sorted(re.findall(r"{(\w+)}", russian))
    assert english
    assert russian


def test_every_name_has_both_languages() -> None:
    assert set(TYPES) == set(DefectType)
    assert set(KINDS) == set(Kind)
    assert set(SEVERITIES) == set(Severity)
    for names in (TYPES, KINDS, SEVERITIES):
        assert all(set(words) == set(LANGUAGES) for words in names.values())


@pytest.mark.parametrize(
    ("number", "english", "russian"),
    [
        (1, "1 finding", "1 изменение"),
        (2, "2 findings", "2 изменения"),
        (5, "5 findings", "5 изменений"),
        (11, "11 findings", "11 изменений"),
        (21, "21 findings", "21 изменение"),
        (112, "112 findings", "112 изменений"),
    ],
)
def test_a_number_takes_its_own_form(number: int, english: str, russian: str) -> None:
    assert counted("en", "findings", number) == english
    assert counted("ru", "findings", number) == russian
    assert count("en", 0, "one", "few", "many") == "0 many"


@pytest.mark.parametrize("type_", DefectType)
def test_every_defect_type_has_a_sign_and_a_colour_on_the_pages_and_in_the_report(type_: DefectType) -> None:
    assert f'type == "{type_}"' in TEMPLATES
    assert f".type-{type_} {{" in STYLES
    assert f"g.{type_} {{" in REPORT


def test_every_stage_of_a_task_can_be_said() -> None:
    from tasks import analysis, comparison

    for stage in {*analysis.STAGES, *comparison.STAGES}:
        assert say("en", f"stage_{stage}") != say("ru", f"stage_{stage}")


def test_every_error_told_in_russian_exists() -> None:
    from store import errors
    from store import tasks as task_rows
    from tasks import task_runner

    known = {name for module in (errors, task_rows, task_runner) for name in vars(module)}

    assert set(ERRORS) - known == set()
