"""What a mail server has put into a Maildir is read once, and kept."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.delivery import reports, verp
from service.delivery.intake import maildir, mails
from tests.make.bounces import kept, records_away, report, sent_by_mailing, vacation
from tests.make.verp import bounce_domain

pytestmark = pytest.mark.usefixtures("database")
ANNA = 7


@pytest.fixture(autouse=True)
def domain() -> Iterator[None]:
    with bounce_domain():
        yield


@pytest.fixture
def box(tmp_path: Path) -> Path:
    for part in ("new", "cur", "tmp"):
        (tmp_path / part).mkdir()
    return tmp_path


async def path() -> str:
    found = await verp.address(await sent_by_mailing(ANNA))
    assert found
    return found


def put(box: Path, name: str, *headers: str, raw: bytes | None = None) -> None:
    head = "".join(f"{header}\r\n" for header in headers).encode()
    (box / "new" / name).write_bytes(head + (report() if raw is None else raw))


def lies(box: Path) -> list[str]:
    return sorted(f"{part}/{name}" for part in ("new", "cur") for name in os.listdir(box / part))


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To", "delivered-TO"])
async def test_a_report_is_taken_by_the_header_that_the_mail_server_wrote(box: Path, header: str) -> None:
    put(box, "1.M1.mx", f"{header}: <{await path()}>")
    assert await maildir.take_new(box) == 1
    assert lies(box) == ["cur/1.M1.mx:2,S"]
    assert [row["source"] for row in await kept()] == ["maildir"]


async def test_behind_an_alias_the_original_recipient_counts(box: Path) -> None:
    put(box, "1.M1.mx", "Delivered-To: bounces@example.org", f"X-Original-To: {await path()}")
    await maildir.take_new(box)
    assert len(await kept()) == 1


async def test_other_headers_and_the_text_count_nothing(box: Path) -> None:
    found = await path()
    put(box, "1.M1.mx", f"To: {found}", f"Cc: {found}", f"X-Failed-Recipients: {found}")
    put(box, "2.M1.mx", raw=report() + f"\r\nDelivered-To: {found}\r\n".encode())
    await maildir.take_new(box)
    assert await kept() == []
    assert lies(box) == ["cur/1.M1.mx:2,FS", "cur/2.M1.mx:2,FS"]


async def test_the_address_on_top_wins_over_what_somebody_wrote_into_the_mail(box: Path) -> None:
    mine, victim = await sent_by_mailing(ANNA), await sent_by_mailing(ANNA + 1)
    put(box, "1.M1.mx", f"Delivered-To: {await verp.address(mine)}", f"Delivered-To: {await verp.address(victim)}")
    await maildir.take_new(box)
    assert [row["delivery"] for row in await kept()] == [mine]


@pytest.mark.parametrize(
    "hostile", ["(" * 60_000, '"' + "\\" * 60_000, "<" * 60_000, "a" * 60_000 + "@", "=?utf-8?q?=28?="]
)
async def test_a_hostile_address_on_top_does_not_end_the_intake(box: Path, hostile: str) -> None:
    put(box, "1.M1.mx", f"Delivered-To: {hostile}")
    put(box, "2.M1.mx", f"Delivered-To: {await path()}")
    assert await maildir.take_new(box) == 2
    assert lies(box) == ["cur/1.M1.mx:2,FS", "cur/2.M1.mx:2,S"]
    assert len(await kept()) == 1


async def test_a_mail_that_a_fault_of_ours_cannot_read_does_not_keep_others_waiting(
    box: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    found = await path()
    put(box, "1.M1.mx", f"Delivered-To: {found}")
    with monkeypatch.context() as broken:
        broken.setattr(reports, "parse", int)
        assert await maildir.take_new(box) == 1
    put(box, "2.M1.mx", f"Delivered-To: {found}")
    await maildir.take_new(box)
    assert lies(box) == ["cur/1.M1.mx:2,FS", "cur/2.M1.mx:2,S"]
    assert found not in "".join(capfd.readouterr())


async def test_whom_a_report_names_without_fields_is_not_kept_either(box: Path) -> None:
    said = "<anna@kowalska.example>:\r\n550 5.1.1 No user anna at kowalska.example\r\n"
    head = "From: MAILER-DAEMON@mx.example.net\r\nSubject: failure notice\r\n\r\n"
    put(box, "1.M1.mx", f"Delivered-To: {await path()}", raw=(head + said).encode())
    await maildir.take_new(box)
    [found] = await kept()
    assert "550 5.1.1 No user" in found["words"] and "anna" not in found["words"]
    assert "kowalska" not in found["words"]


async def test_a_vacation_is_read_and_means_nothing(box: Path) -> None:
    put(box, "1.M1.mx", f"Delivered-To: {await path()}", raw=vacation())
    await maildir.take_new(box)
    assert (await kept(), lies(box)) == ([], ["cur/1.M1.mx:2,S"])


async def test_what_cannot_be_read_is_kept_and_told_and_holds_up_nobody(
    box: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mails, "LARGEST", 5_000)
    put(box, "1.large", raw=b"x" * 5_001)
    put(box, "2.empty", raw=b"")
    put(box, "3.noise", raw=bytes(range(256)) * 10)
    os.symlink("/etc/passwd", box / "new" / "4.link")
    os.mkfifo(box / "new" / "5.pipe")
    put(box, "6.fine", f"Delivered-To: {await path()}")
    assert await maildir.take_new(box) == 6
    flagged = ["cur/1.large:2,FS", "cur/2.empty:2,FS", "cur/3.noise:2,FS", "cur/4.link:2,FS", "cur/5.pipe:2,FS"]
    assert lies(box) == [*flagged, "cur/6.fine:2,S"]
    told = caplog.text or capsys.readouterr().out
    assert len(await kept()) == 1 and told.count("mail_not_understood") == 5


async def test_while_the_records_are_away_it_stays_where_it_is(box: Path) -> None:
    put(box, "1.M1.mx", f"Delivered-To: {await path()}")
    async with records_away():
        with pytest.raises(mails.AWAY):
            await maildir.take_new(box)
    assert lies(box) == ["new/1.M1.mx"]
    await maildir.take_new(box)
    assert len(await kept()) == 1


async def test_one_that_was_taken_but_not_moved_is_not_counted_twice(box: Path) -> None:
    found = await path()
    for _ in range(2):
        put(box, "1.M1.mx", f"Delivered-To: {found}")
        await maildir.take_new(box)
    assert len(await kept()) == 1
