"""doc/scaling.md: its settings exist and are taken, its figures that can be counted are counted."""

import asyncio
import re

import pytest
from sqlalchemy import Connection, QueuePool, event

from config import ROOT, Settings, settings
from store.session import MAX_OVERFLOW, engine
from tasks.submit import submit
from tasks.upkeep import _AT_ONCE
from tests.tasks.asked import CHANGED, pair
from tests.tasks.conftest import database_url, scripted, sync_mode
from tests.test_docs import code

__all__ = ["database_url", "scripted", "sync_mode"]

PAGE = ROOT / "doc" / "scaling.md"
TEXT = PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize("block", [text for language, text in code(PAGE) if language == "ini"])
def test_every_block_of_settings_is_taken(block: str) -> None:
    lines = dict(line.split("=", 1) for line in block.splitlines())
    assert set(lines) <= {name.upper() for name in Settings.model_fields}
    Settings(_env_file=None, **{name.lower(): value for name, value in lines.items()})


def test_every_setting_it_names_exists() -> None:
    named = set(re.findall(r"`([A-Z][A-Z0-9]+_[A-Z0-9_]+)\b", TEXT))
    assert named and named <= {name.upper() for name in Settings.model_fields}


def test_it_has_a_place_for_what_the_bench_measures() -> None:
    assert all(f"<!-- {name} -->" in TEXT and f"<!-- /{name} -->" in TEXT for name in ("cost", "needs"))


def test_a_comparison_takes_no_more_write_transactions_than_it_says(sync_mode: object) -> None:
    said = int(re.findall(r"write transactions of one comparison \| about (\d+)", TEXT)[0])
    begun: list[bool] = []

    def count(connection: Connection) -> None:
        begun.append(bool(connection.get_execution_options().get("immediate")))

    asyncio.run(submit(pair()))  # makes the project
    event.listen(engine(settings().database), "begin", count)
    asyncio.run(submit(pair(*reversed(CHANGED))))
    assert said // 2 <= sum(begun) <= said


def test_it_knows_how_many_connections_an_api_process_may_open() -> None:
    assert f"takes up to {QueuePool(lambda: None).size() + MAX_OVERFLOW}," in TEXT  # type: ignore[arg-type, return-value]


def test_it_knows_how_many_tasks_upkeep_sends_in_a_minute() -> None:
    assert f"{int(60 / Settings.model_fields['upkeep_period_seconds'].default * _AT_ONCE)} a minute" in TEXT
