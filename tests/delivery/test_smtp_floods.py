"""A server that says more than it was asked takes neither memory nor time, whether or not somebody waits for it."""

import asyncio
import tracemalloc

import pytest

from service.delivery.smtp import _OPENED, _Answers


@pytest.mark.parametrize("flood", [b"250 ok\r\n", b"250-ok\r\n", b"250-\r\n", b"a", b"\n", b"250 ok\r\n250-"])
async def test_a_flood_is_not_kept(flood: bytes) -> None:
    answers = _Answers(asyncio.get_running_loop())
    tracemalloc.start()
    for _time in range(200):
        answers.data_received(flood * (8_000 // len(flood)))
    kept, _most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 300_000 and answers.lost and not answers.quiet


async def test_three_answers_at_once_are_no_flood() -> None:
    answers = _Answers(asyncio.get_running_loop())
    answers.data_received(b"250 ok\r\n250-fine\r\n250 ok\r\n354 go on\r\n")
    await answers.come(3)
    assert [answers.take()[0] for _phase in range(3)] == [250, 250, 354]
    assert answers.quiet


OPENED = b"250 ok\r\n250 ok\r\n354 go on\r\n"


async def test_what_is_mostly_said_is_taken_as_a_whole() -> None:
    answers = _Answers(asyncio.get_running_loop())
    coming = answers.come(3, _OPENED)
    answers.data_received(OPENED)
    assert await coming and answers.quiet and not answers.ready


@pytest.mark.parametrize("said", [[OPENED[:9], OPENED[9:]], [b"250-ok\r\n" + OPENED], [b"550 no\r\n" + OPENED[8:]]])
async def test_whatever_else_is_said_is_taken_one_by_one(said: list[bytes]) -> None:
    answers = _Answers(asyncio.get_running_loop())
    coming = answers.come(3, _OPENED)
    for piece in said:
        answers.data_received(piece)
    assert await coming is None
    assert [answers.take()[0] for _phase in range(3)][1:] == [250, 354] and answers.quiet


@pytest.mark.parametrize("more", [b"2", b"250-", b"250 ok\r\n"])
async def test_whoever_says_more_than_all_is_well_is_not_believed(more: bytes) -> None:
    answers = _Answers(asyncio.get_running_loop())
    coming = answers.come(3, _OPENED)
    answers.data_received(OPENED + more)
    assert await coming is None
    assert [answers.take()[0] for _phase in range(3)] == [250, 250, 354] and not answers.quiet
