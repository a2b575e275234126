"""A server that says more than it was asked takes neither memory nor time, whether or not somebody waits for it."""

import asyncio
import tracemalloc

import pytest

from service.delivery.smtp import _Answers


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
