"""Strips and small copies of a long page."""

import asyncio

import numpy as np
import pytest
from sqlalchemy import select

from store import tables
from store.session import read
from tasks import scaled
from tasks.drawing import DrawnPicture
from tasks.submit import submit
from tests.tasks.asked import pair
from vision.image import UnsupportedFormat, encode_png

HEIGHT = 5000


@pytest.fixture
def long_page(sync_mode: object) -> str:
    """The artifact of a page of 400 x 5000 pixels whose rows tell where they are."""
    rows = np.repeat((np.arange(HEIGHT) // 100 * 4).astype(np.uint8)[:, None, None], 3, axis=2)
    page = encode_png(np.ascontiguousarray(np.repeat(rows, 400, axis=1)))
    asyncio.run(submit(pair(page, page)))
    with read() as session:
        return session.scalars(select(tables.Artifact.id).where(tables.Artifact.kind == "screenshot")).first() or ""


def test_all_parts_that_are_asked_for_at_once_come_from_one_decoding(long_page: str) -> None:
    async def ask() -> list[DrawnPicture]:
        strips = [scaled.strip_of(long_page, number) for number in (0, 1, 2)]
        return await asyncio.gather(*strips, scaled.scaled(long_page, 320), scaled.strip_of(long_page, 0))

    *strips, small, again = asyncio.run(ask())

    assert [(one.width, one.height) for one in strips] == [(400, 2048), (400, 2048), (400, HEIGHT - 2 * 2048)]
    assert (small.width, small.height, small.media_type) == (320, HEIGHT * 320 // 400, "image/webp")
    assert again is strips[0]
    assert scaled._making == {}


def test_the_next_strips_and_the_small_copy_are_made_with_the_first(long_page: str) -> None:
    first = asyncio.run(scaled.strip_of(long_page, 0))
    scaled._threads().submit(lambda: None).result(10)  # behind the work that goes on
    scaled._threads().submit(lambda: None).result(10)

    kept = {name for sha256, name in scaled._kept()._pictures if first.sha256.startswith(sha256)}
    assert kept >= {"s0", "s1", "s2", f"w320-0-0-400-{HEIGHT}"}


def test_who_waits_for_a_picture_that_cannot_be_read_is_told_and_may_ask_again() -> None:
    broken = DrawnPicture(b"no picture", "image/png", "0" * 64, 400, HEIGHT)
    parts = [scaled._Part(f"s{at}", scaled._cutter(at), encode_png, "image/png") for at in (0, 1)]

    async def ask() -> list[object]:
        waiting = [scaled._made(broken, parts), scaled._made(broken, parts[1:])]
        return list(await asyncio.gather(*waiting, return_exceptions=True))

    assert [type(one) for one in asyncio.run(ask())] == [UnsupportedFormat] * 2
    assert scaled._making == {}
