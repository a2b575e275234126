import asyncio

import pytest

from service.kit.keeping import Busy, Kept


class Kitchen:
    """Makes files as slowly as it is told, and counts them."""

    def __init__(self) -> None:
        self.made = 0
        self.open = asyncio.Event()

    async def make(self) -> bytes:
        await self.open.wait()
        self.made += 1
        return b"file %d" % self.made


async def test_a_file_is_made_once_and_again_when_what_it_shows_has_changed() -> None:
    kept, kitchen = Kept(most=5, patience=5), Kitchen()
    kitchen.open.set()
    assert [await kept.get(mark, kitchen.make) for mark in ("a", "a", "b", "a")] == [
        *(b"file 1", b"file 1"),
        *(b"file 2", b"file 1"),
    ]


async def test_many_who_ask_at_once_get_the_one_that_is_made() -> None:
    kept, kitchen = Kept(most=5, patience=20), Kitchen()
    asked = [asyncio.create_task(kept.get("a", kitchen.make)) for _each in range(20)]
    await asyncio.sleep(0)
    kitchen.open.set()
    assert set(await asyncio.gather(*asked)) == {b"file 1"}


async def test_who_would_wait_behind_too_many_is_asked_to_come_back() -> None:
    kept, kitchen = Kept(most=5, patience=2), Kitchen()
    waiting = [asyncio.create_task(kept.get(mark, kitchen.make)) for mark in "ab"]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await kept.get("c", kitchen.make)
    kitchen.open.set()
    await asyncio.gather(*waiting)
    assert await kept.get("c", kitchen.make) == b"file 3"


async def test_only_the_youngest_are_kept() -> None:
    kept, kitchen = Kept(most=2, patience=5), Kitchen()
    kitchen.open.set()
    for mark in "abc":
        await kept.get(mark, kitchen.make)
    await kept.get("c", kitchen.make)
    assert kitchen.made == 3
    await kept.get("a", kitchen.make)
    assert kitchen.made == 4


async def test_a_failure_holds_up_nobody_after_it() -> None:
    kept, kitchen = Kept(most=2, patience=1), Kitchen()
    kitchen.open.set()

    async def fail() -> bytes:
        raise ValueError

    for _each in range(3):
        with pytest.raises(ValueError):
            await kept.get("a", fail)
    assert await kept.get("a", kitchen.make) == b"file 1"
