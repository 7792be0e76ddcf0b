"""doc/security.md against the code: its commands parse, its settings exist, its scopes are those of the routes."""

import re
import shlex

import pytest

from config import ROOT, Settings
from store.__main__ import command_line
from store.keys import Scope

TEXT = (ROOT / "doc" / "security.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python3 run\.py (key .*)$", TEXT, re.MULTILINE)
NOT_OURS = {"ORT_DISABLE_TELEMETRY", "GET", "KEY"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_key_command_is_one(command: str) -> None:
    assert callable(command_line().parse_args(shlex.split(command)).act)


def test_every_action_on_keys_is_shown() -> None:
    assert {command.split()[1] for command in COMMANDS} == {"make", "list", "revoke", "open"}


def test_every_setting_it_names_exists() -> None:
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", TEXT)) - NOT_OURS

    assert named
    assert {name for name in named if name.lower() not in Settings.model_fields} == set()


def test_the_table_of_scopes_is_all_of_them() -> None:
    assert re.findall(r"^\| `(\w+)` \| (?:every|everything|`read`)", TEXT, re.MULTILINE) == list(Scope)


def test_the_usage_reports_it_says_are_off_are_off() -> None:
    switched = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "vision" / "engines").glob("*.py")}

    assert 'os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")' in switched["__init__.py"]
    assert 'os.environ.setdefault("YOLO_OFFLINE", "true")' in switched["ultralytics.py"]
    assert "download_enabled=False" in switched["easyocr.py"]


def test_the_container_is_what_it_says() -> None:
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")

    assert "USER 10001" in (ROOT / "ops" / "Dockerfile").read_text(encoding="utf-8")
    assert all(word in compose for word in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"))


def test_forms_are_limited_as_it_says() -> None:
    assert '"max_files": 4, "max_fields": 20' in (ROOT / "main.py").read_text(encoding="utf-8")
    assert "20 fields, 4 files" in TEXT
