from urllib.parse import parse_qs

import pytest

from config import Settings, settings
from store import links, secrets
from store.errors import LinkExpired, LinkForged

DAY = 24 * 3600
NOON = 1_800_000_000.0


def parts(query: str) -> tuple[int, str]:
    read = parse_qs(query)
    return int(read["expires"][0]), read["signature"][0]


def test_a_link_is_good_for_its_lifetime_and_then_it_is_not(store: Settings) -> None:
    expires, signature = parts(links.signed("a1", NOON))
    assert NOON + DAY <= expires <= NOON + DAY + DAY / 24
    links.verify("a1", expires, signature, NOON + DAY)
    with pytest.raises(LinkExpired):
        links.verify("a1", expires, signature, expires)


def test_a_signature_is_good_for_its_picture_and_its_end_only(store: Settings) -> None:
    expires, signature = parts(links.signed("a1", NOON))
    for artifact_id, until, shown in (
        ("a2", expires, signature),
        ("a1", expires + 1, signature),
        ("a1", expires, signature[:-1]),
        ("a1", expires, ""),
        ("a1", expires, "é" * 64),
    ):
        with pytest.raises(LinkForged):
            links.verify(artifact_id, until, shown, NOON)


def test_a_link_stays_the_same_for_a_while_so_that_browsers_keep_the_picture(store: Settings) -> None:
    begun = NOON // 3600 * 3600
    assert links.signed("a1", begun) == links.signed("a1", begun + 3599) != links.signed("a1", begun + 3600)


def test_processes_that_share_a_database_share_the_secret(store: Settings) -> None:
    before = links.signed("a1", NOON)
    secrets._kept.cache_clear()
    assert links.signed("a1", NOON) == before


def test_a_secret_of_the_settings_wins(store: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    before = links.signed("a1", NOON)
    monkeypatch.setenv("LINK_SECRET", "x" * 32)
    settings.cache_clear()
    secrets._kept.cache_clear()
    assert links.signed("a1", NOON) != before
    secrets._kept.cache_clear()
