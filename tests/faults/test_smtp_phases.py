"""A mail server that goes wrong in each phase in each way: what becomes of the row, and of all others."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from service.delivery import connecting, outbox, queries, smtp
from service.kit import db
from tests.faults.table import SMTP_FAULTS, SMTP_PROPERTY
from tests.make import certificates, mailings
from tests.make.scripted import Scripted, scripted

READERS = 3
PIPELINING = "pipelining"
WAYS = pytest.mark.parametrize("way", ["one by one", PIPELINING])

# What becomes of a mail that meets the fault, while the other two leave.
_BEFORE_THE_DOT = dict.fromkeys(("slow", "dropped", "garbage", "421", "half", "twice"), "later server")
_AFTER_THE_DOT = dict.fromkeys(("slow", "dropped", "garbage", "half"), "unknown")
OF_ONE_MAIL = {
    "mail": {"4xx": "later server", "5xx": "later sender", **_BEFORE_THE_DOT, "byte by byte": "sent"},
    "rcpt": {"4xx": "later", "5xx": "refused gone", **_BEFORE_THE_DOT, "in spite": "refused gone"},
    "data": {"4xx": "later server", "5xx": "refused content", **_BEFORE_THE_DOT, "twice": "unknown"},
    "end": {"4xx": "later", "5xx": "refused content", **_AFTER_THE_DOT, "421": "later server", "twice": "sent"},
}
# What becomes of the whole mailing, of which nothing can leave: it goes on by itself, or waits for staff.
_AGAIN = dict.fromkeys(("4xx", "slow", "dropped", "garbage"), "sending")
OF_ALL = {
    "connect": {**_AGAIN, "5xx": "paused"},
    "ehlo": {**_AGAIN, "5xx": "paused"},
    "starttls": {**_AGAIN, "5xx": "paused"},
    "handshake": {"slow": "sending", "dropped": "sending", "garbage": "paused"},
    "auth": {**_AGAIN, "5xx": "paused"},
}


@contextmanager
def impatience(fault: str) -> Iterator[None]:
    """Who is slow has a quarter of a second."""
    with pytest.MonkeyPatch.context() as changed:
        if fault == "slow":
            for name in ("COMMAND_SECONDS", "END_SECONDS"):
                changed.setattr(smtp, name, 0.25)
            changed.setattr(connecting, "CONNECT_SECONDS", 0.25)
            changed.setattr(smtp, "WATCH_SECONDS", 0.02)
        yield


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """One line of the table."""

    def tell(phase: str, way: str, found: dict[str, str]) -> None:
        record_property(SMTP_PROPERTY, [phase, way, *(found.get(fault, "-") for fault in SMTP_FAULTS)])

    return tell


@WAYS
@pytest.mark.parametrize("phase", OF_ONE_MAIL)
async def test_a_fault_in_the_middle_costs_one_mail(work: Any, tell: Any, phase: str, way: str) -> None:
    found = {fault: await _of_the_first(work, phase, fault, way) for fault in OF_ONE_MAIL[phase]}
    tell(phase, way, found)
    assert found == OF_ONE_MAIL[phase]


async def _of_the_first(work: Any, phase: str, fault: str, way: str) -> str:
    """What becomes of the mail that meets the fault; the two after it leave, and nobody gets two."""
    script = Scripted(phase, fault, times=1, pipelining=way == PIPELINING)
    async with scripted(script) as server:
        mailing = await mailings.started(READERS)
        with impatience(fault):
            await work()
    rows = await db.fetch("SELECT state, reason, address FROM delivery WHERE mailing = $1 ORDER BY id", mailing)
    first, *others = [" ".join(dict.fromkeys([row["state"], row["reason"]])).strip() for row in rows]
    assert server.shown[phase] == 1 and others == ["sent", "sent"], fault
    assert (rows[0]["address"] is None) == (rows[0]["state"] in ("sent", "refused")), fault
    # The one of whom nobody knows had in truth left.
    left = ["reader1@example.net"] * (rows[0]["state"] in ("sent", "unknown"))
    assert server.taken == [*left, "reader2@example.net", "reader3@example.net"], fault
    assert (await queries.books(mailing)).balanced
    return first


@pytest.mark.parametrize("phase", OF_ALL)
async def test_without_a_conversation_nothing_leaves_and_no_reader_is_marked(
    work: Any, tell: Any, tmp_path: Path, phase: str
) -> None:
    tls = certificates.server_side("localhost", tmp_path)
    found = {fault: await _of_the_mailing(work, phase, fault, tls) for fault in OF_ALL[phase]}
    tell(phase, "-", {fault: f"queued, {state}" for fault, state in found.items()})
    assert found == OF_ALL[phase]


async def _of_the_mailing(work: Any, phase: str, fault: str, tls: ssl.SSLContext) -> str:
    url = "smtp+starttls://news:secret@localhost:{port}?verify=no"
    script = Scripted(phase, fault, certificate=tls, with_sign_in=True)
    async with scripted(script, url) as server:
        mailing = await mailings.started(READERS)
        with impatience(fault):
            await work()
    progress = await queries.progress(mailing)
    assert progress and progress.trouble and server.shown[phase] and not server.taken, fault
    assert await mailings.states(mailing) == {"queued": READERS}, fault
    await outbox.cancel(mailing)
    return progress.state


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("fault", [*SMTP_FAULTS, "421", "half"])
async def test_what_is_said_to_a_mail_that_was_opened_ahead_decides_nothing(
    work: Any, phase: str, fault: str
) -> None:
    """The third of five, whose opening came with the content of the second."""
    server = Scripted(phase, fault, first=3, times=1, pipelining=True)
    async with scripted(server):
        mailing = await mailings.started(5)
        with impatience(fault):
            await work()
    assert server.shown[phase] == 1
    assert await mailings.states(mailing) == {"sent": 5}
    assert sorted(server.taken) == [f"reader{number}@example.net" for number in range(1, 6)]


@pytest.mark.parametrize("fault", [*SMTP_FAULTS, "421", "half"])
async def test_a_fault_at_the_final_dot_costs_nothing_of_the_mail_that_was_opened_with_it(
    work: Any, fault: str
) -> None:
    server = Scripted("end", fault, first=2, times=1, pipelining=True)
    async with scripted(server):
        mailing = await mailings.started(5)
        with impatience(fault):
            await work()
    outcome = {"4xx": "later", "421": "later", "5xx": "refused"}.get(fault, "unknown")
    assert await mailings.states(mailing) == {"sent": 4, outcome: 1}
    assert len(server.taken) == len(set(server.taken)) == 4 + (outcome == "unknown")


@WAYS
@pytest.mark.parametrize("fault", ["421", "slow", "dropped", "garbage", "half"])
async def test_a_connection_that_went_bad_while_it_was_kept_costs_nobody_the_mail(
    work: Any, fault: str, way: str
) -> None:
    script = Scripted("mail", fault, first=2, times=1, pipelining=way == PIPELINING)
    async with scripted(script) as server:
        mailing = await mailings.started(READERS)
        with impatience(fault):
            await work()
        assert server.shown["mail"] == 1
        assert await mailings.states(mailing) == {"sent": READERS}
        assert server.taken == [f"reader{number}@example.net" for number in (1, 2, 3)]


@WAYS
@pytest.mark.parametrize("fault", ["dropped", "garbage", "half"])
async def test_each_drop_after_the_dot_leaves_one_ambiguous_row(work: Any, fault: str, way: str) -> None:
    """Over twelve lanes at once, and every time."""
    url = "smtp://127.0.0.1:{port}"
    script = Scripted("end", fault, first=20, times=7, pipelining=way == PIPELINING)
    async with scripted(script, url) as server:
        mailing = await mailings.started(60)
        await work()
        assert server.shown["end"] == 7
        assert await mailings.states(mailing) == {"sent": 53, "unknown": 7}
        assert len(server.taken) == len(set(server.taken)) == 60
