"""Mail servers hand over what came back, by SMTP and LMTP, on real sockets."""

import asyncio
import smtplib
import socket
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from service.delivery import verp
from service.delivery.intake import listening, mails
from service.delivery.intake.listening import Office
from tests.make.bounces import kept, records_away, report, sent_by_mailing, vacation
from tests.make.verp import bounce_domain

pytestmark = pytest.mark.usefixtures("database")
ANNA = 7


@pytest.fixture(autouse=True)
def domain() -> Iterator[None]:
    with bounce_domain():
        yield


@asynccontextmanager
async def listener(kind: str = "smtp", **bounds: Any) -> AsyncIterator[int]:
    """The port of one."""
    office = Office(kind, **bounds)
    server = await listening.listen(kind, "127.0.0.1", 0, office)
    task = asyncio.ensure_future(listening.serve(server, office))
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def says(port: int, *lines: str) -> list[str]:
    """What it answers at first and to each line, the last answer of each."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = [await _answer(reader)]
    for line in lines:
        writer.write(line.encode() + b"\r\n")
        answers.append(await _answer(reader))
    writer.close()
    return answers


async def _answer(reader: asyncio.StreamReader) -> str:
    while True:
        line = (await asyncio.wait_for(reader.readline(), 5)).decode().strip()
        if line[3:4] != "-":
            return line


async def return_path() -> tuple[int, str]:
    delivery = await sent_by_mailing(ANNA)
    path = await verp.address(delivery)
    assert path
    return delivery, path


@pytest.mark.parametrize(("kind", "hello"), [("smtp", "EHLO mx.example.net"), ("lmtp", "LHLO mx.example.net")])
async def test_a_report_to_the_return_path_is_written_down_before_the_answer(kind: str, hello: str) -> None:
    delivery, path = await return_path()
    async with listener(kind) as port:
        answers = await says(
            port, hello, "MAIL FROM:<>", f"RCPT TO:<{path.upper()}>", "DATA", report().decode() + "\r\n.", "QUIT"
        )
    assert [answer[:3] for answer in answers] == ["220", "250", "250", "250", "354", "250", "221"]
    [found] = await kept()
    assert (found["delivery"], found["kind"], found["source"]) == (delivery, "hard", kind)


async def test_python_s_own_client_gets_on_with_both(tmp_path: Path) -> None:
    _delivery, path = await return_path()
    office = Office("lmtp")
    at = tmp_path / "bounces.sock"
    server = await listening.listen_at(at, office)
    task = asyncio.ensure_future(listening.serve(server, office))
    async with listener() as port:
        await asyncio.to_thread(_send, smtplib.LMTP, str(at), 0, path)
        await asyncio.to_thread(_send, smtplib.SMTP, "127.0.0.1", port, path)
    task.cancel()
    assert [row["source"] for row in await kept()] == ["lmtp"]


def _send(client: type[smtplib.SMTP], host: str, port: int, path: str) -> None:
    with client(host, port, timeout=5) as connected:
        connected.sendmail("", [path], report())


@pytest.mark.parametrize(
    "change",
    [
        lambda path: "anna@" + path.partition("@")[2],
        lambda path: path.partition("@")[0] + "@example.net",
        lambda path: ("b" if path[0] != "b" else "c") + path[1:],
        lambda path: path[1:],
        lambda path: "postmaster@" + path.partition("@")[2],
        lambda path: "postmaster",
        lambda path: path.partition("@")[0] + "=40x@" + path.partition("@")[2],
    ],
)
async def test_every_other_recipient_gets_the_same_refusal(change: Any) -> None:
    _delivery, path = await return_path()
    async with listener() as port:
        answers = await says(port, "EHLO x", "MAIL FROM:<>", f"RCPT TO:<{change(path)}>", "DATA")
    assert answers[3:] == ["550 5.1.1 There is no such address here", "503 Error: need RCPT command"]
    assert await kept() == []


async def test_without_a_domain_nothing_is_taken() -> None:
    _delivery, path = await return_path()
    with bounce_domain(""):
        async with listener() as port:
            answers = await says(port, "EHLO x", "MAIL FROM:<>", f"RCPT TO:<{path}>")
    assert answers[-1].startswith("550 5.1.1")


async def test_a_mail_has_one_recipient() -> None:
    (_one, first), (_other, second) = await return_path(), await return_path()
    async with listener() as port:
        answers = await says(port, "EHLO x", "MAIL FROM:<>", f"RCPT TO:<{first}>", f"RCPT TO:<{second}>")
    assert answers[-1].startswith("452 4.5.3")


async def test_a_vacation_is_taken_and_means_nothing() -> None:
    _delivery, path = await return_path()
    async with listener() as port:
        answers = await says(
            port, "EHLO x", "MAIL FROM:<anna@example.net>", f"RCPT TO:<{path}>", "DATA", vacation().decode() + "\r\n."
        )
    assert answers[-1].startswith("250") and await kept() == []


async def test_one_connection_brings_many() -> None:
    paths = [(await return_path())[1] for _ in range(3)]
    lines = ["LHLO x"]
    for path in paths:
        lines += ["MAIL FROM:<>", f"RCPT TO:<{path}>", "DATA", report().decode() + "\r\n."]
    async with listener("lmtp") as port:
        answers = await says(port, *lines)
    assert len(await kept()) == 3 and all(answer[0] in "23" for answer in answers)


async def test_while_the_records_are_away_the_other_side_keeps_the_mail() -> None:
    _delivery, path = await return_path()
    async with listener() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for line in ("", "EHLO x", "MAIL FROM:<>", f"RCPT TO:<{path}>", "DATA"):
            if line:
                writer.write(line.encode() + b"\r\n")
            await _answer(reader)
        async with records_away():
            writer.write(report() + b"\r\n.\r\n")
            refused = await _answer(reader)
        writer.close()
        again = await says(port, "EHLO x", "MAIL FROM:<>", f"RCPT TO:<{path}>", "DATA", report().decode() + "\r\n.")
    assert refused.startswith("451 4.3.0") and again[-1].startswith("250")
    assert len(await kept()) == 1


async def test_too_large_a_mail_is_refused_before_and_after_it_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mails, "LARGEST", 2_000)
    _delivery, path = await return_path()
    async with listener() as port:
        before = await says(port, "EHLO x", "MAIL FROM:<> SIZE=3000")
        after = await says(
            port,
            "EHLO x",
            "MAIL FROM:<>",
            f"RCPT TO:<{path}>",
            "DATA",
            "x" * 998 + "\r\n" + 3 * ("y" * 998 + "\r\n") + ".",
        )
    assert before[-1].startswith("552") and after[-1].startswith("552")
    assert await kept() == []


async def test_there_is_room_for_so_many_and_no_more() -> None:
    async with listener(most=2, most_of_one=2) as port:
        first = await asyncio.open_connection("127.0.0.1", port)
        second = await asyncio.open_connection("127.0.0.1", port)
        assert (await _answer(first[0]))[:3] == (await _answer(second[0]))[:3] == "220"
        third, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await _answer(third)).startswith("421 4.3.2") and await third.read() == b""
        writer.close()
        first[1].close()
        await asyncio.sleep(0.02)
        assert (await says(port))[0].startswith("220")
        second[1].close()


async def test_one_side_does_not_take_all_the_room() -> None:
    async with listener(most=5, most_of_one=1) as port:
        first = await asyncio.open_connection("127.0.0.1", port)
        await _answer(first[0])
        assert (await says(port))[0].startswith("421")
        first[1].close()


async def test_who_says_nothing_is_hung_up_on() -> None:
    async with listener(idle=0.05) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(), 5)
        writer.close()


async def test_who_never_reads_the_answers_keeps_no_place() -> None:
    office = Office("smtp", idle=0.1)
    server = await listening.listen("smtp", "127.0.0.1", 0, office)
    server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2_304)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2_304)
        deaf.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, server.sockets[0].getsockname())
        with suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(loop.sock_sendall(deaf, b"\r\n" * 2_000_000), 0.2)
        await _until(lambda: not office.connected)
    server.close()


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not is_so():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("content", [b"\r\n" * 30_000, b"A" * 3_000_000], ids=["short lines", "no end of a line"])
async def test_a_mail_takes_no_more_memory_than_is_looked_at(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mails, "LARGEST", 110_000)
    _delivery, path = await return_path()
    async with listener() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await _answer(reader)
        for line in ("EHLO x", "MAIL FROM:<>", f"RCPT TO:<{path}>", "DATA"):
            writer.write(line.encode() + b"\r\n")
            await _answer(reader)
        tracemalloc.start()
        for start in range(0, len(content), 50_000):
            writer.write(content[start : start + 50_000])
            await writer.drain()
        writer.write(b"\r\n.\r\n")
        assert (await _answer(reader))[:3] in ("250", "552")
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        writer.close()
    assert most < 2_000_000


async def test_of_a_large_mail_the_beginning_is_read() -> None:
    _delivery, path = await return_path()
    long = report().decode() + "\r\n" + "..".join(["x" * 17_000] * 70) + "\r\n.."
    async with listener() as port:
        answers = await says(port, "EHLO x", "MAIL FROM:<>", f"RCPT TO:<{path}>", "DATA", long + "\r\n.")
    assert answers[-1].startswith("250") and [row["kind"] for row in await kept()] == ["hard"]


async def test_all_addresses_of_one_network_are_one_side() -> None:
    office = Office("smtp", most_of_one=1)
    office.connected[1] = listening.side_of(("2001:db8:1:2::3", 25, 0, 0))
    assert not office.has_room_for(listening.side_of(("2001:db8:1:2:ffff::9", 25, 0, 0)))
    assert office.has_room_for(listening.side_of(("2001:db8:1:3::3", 25, 0, 0)))
    assert listening.side_of("/run/bounces.sock") == "" and listening.side_of(("192.0.2.7", 25)) == "192.0.2.7"


async def test_garbage_and_lines_without_an_end_break_nothing() -> None:
    _delivery, path = await return_path()
    async with listener() as port:
        for garbage in (b"\x00\xff\xfe\r\n" * 5, b"A" * 200_000 + b"\r\n", b"MAIL FROM:<a@b\r\nRCPT TO:<\xd0\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await _answer(reader)
            writer.write(garbage)
            assert (await _answer(reader))[0] == "5"
            writer.close()
        assert (await says(port, "EHLO x", "MAIL FROM:<>", f"RCPT TO:<{path}>"))[-1].startswith("250")


async def test_no_log_holds_an_address(capfd: pytest.CaptureFixture[str], unlikely: str) -> None:
    _delivery, path = await return_path()
    async with listener() as port:
        await says(
            port,
            "EHLO x",
            f"MAIL FROM:<{unlikely}@example.net>",
            f"RCPT TO:<{unlikely}@example.net>",
            f"RCPT TO:<{path}>",
        )
    said = "".join(capfd.readouterr())
    assert unlikely not in said and path.partition("@")[0] not in said


async def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError):
        await listening.listen("smtp", "127.0.0.1", taken.getsockname()[1], Office("smtp"))
