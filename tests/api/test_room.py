"""Uploads are read only when there is room for them."""

import asyncio
from typing import Any

import httpx
import pytest

from api.room import Room, TooManyUploads, UploadRoom


def test_no_more_bytes_are_held_than_there_are_and_all_get_their_turn() -> None:
    held, most, served = 0, 0, []

    async def upload(room: Room, number: int, size: int) -> None:
        nonlocal held, most
        async with room.taken(size, 5):
            held += min(size, 100)
            most = max(most, held)
            await asyncio.sleep(0.001)
            held -= min(size, 100)
            served.append(number)

    async def burst() -> None:
        room = Room(100)
        await asyncio.gather(
            *(upload(room, number, size) for number, size in enumerate([60, 30, 40, 1000, 10, 100] * 5))
        )

    asyncio.run(burst())
    assert most <= 100
    assert sorted(served) == list(range(30))


def test_one_that_waits_too_long_is_refused_and_takes_nothing_with_it() -> None:
    async def ask() -> None:
        room = Room(100)
        async with room.taken(80, 1):
            with pytest.raises(TooManyUploads):
                async with room.taken(50, 0.01):
                    raise AssertionError
            impatient = asyncio.create_task(room.taken(50, 5).__aenter__())
            await asyncio.sleep(0)
            impatient.cancel()
            async with room.taken(20, 1):
                pass
        async with room.taken(100, 1):
            pass

    asyncio.run(ask())


@pytest.mark.parametrize("header", [{}, {"Transfer-Encoding": "chunked"}])
def test_a_refused_upload_is_not_read(header: dict[str, str]) -> None:
    """The body raises if it is read."""

    async def reached(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("it was read")

    async def body() -> Any:
        yield b"x"
        raise AssertionError("it was read")

    async def ask() -> httpx.Response:
        app: Any = UploadRoom(reached, 100, lambda: False)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            sent = {"Content-Type": "multipart/form-data; boundary=b", **header}
            return await client.post("/api/v1/comparisons", content=body() if header else b"x", headers=sent)

    answer = asyncio.run(ask())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["type"] == "urn:etalon:problem:overloaded"
