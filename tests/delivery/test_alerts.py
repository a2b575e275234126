"""Staff hear of it when a campaign pauses itself: those who can do something about it, once for each pause."""

import pytest

from service.delivery import alerts, continuity, outbox
from service.kit import db
from tests.make import mailings, mails
from tests.make.staff import staff

WHY = "The mail server relay.example.org:587 does not accept our sign-in: “535 5.7.8 no”. Check SMTP_URL."


async def told() -> list[str]:
    """To whom alerts are on their way."""
    return [mail.address for mail in await mails.waiting() if mail.template == "delivery/paused"]


@pytest.fixture
async def mailing(database: None) -> int:
    return await mailings.started(3)


async def test_owners_and_editors_are_told_and_nobody_else(mailing: int) -> None:
    for name, role in (("Olga", "owner"), ("Edda", "editor"), ("Mo", "moderator"), ("Vera", "viewer")):
        await staff(name, role)
    await staff("Ina", "editor", password="")
    gone = await staff("Gerd", "owner")
    await db.execute("UPDATE account SET deactivated_at = now() WHERE id = $1", gone.id)
    assert await alerts.paused(mailing, WHY)
    assert sorted(await told()) == ["edda@example.org", "olga@example.org"]


async def test_two_workers_pause_once_and_mail_once(mailing: int) -> None:
    await staff("Olga")
    assert [await alerts.paused(mailing, WHY), await alerts.paused(mailing, WHY)] == [True, False]
    assert await told() == ["olga@example.org"]


async def test_a_second_pause_is_told_again(mailing: int) -> None:
    await staff("Olga")
    await alerts.paused(mailing, WHY)
    await outbox.resume(mailing)
    await alerts.paused(mailing, WHY)
    assert len(await told()) == 2


async def test_what_olga_paused_or_cancelled_herself_is_left_alone(mailing: int) -> None:
    await staff("Olga")
    await outbox.pause(mailing, "Olga paused it.")
    assert not await alerts.paused(mailing, WHY)
    await outbox.cancel(mailing)
    assert not await alerts.paused(mailing, WHY)
    assert await told() == []
    row = await db.fetch_one("SELECT state, pause_reason FROM mailing")
    assert row and tuple(row) == ("cancelled", "Olga paused it.")


async def test_the_words_of_a_hostile_server_do_no_harm(mailing: int) -> None:
    await staff("Olga")
    words = "554 <mj-text><script>{{ 7 * 7 }}{% raw %} see http://example.net/\u2028" + "x" * 900
    await alerts.paused(mailing, words)
    mail = await mails.last()
    assert "{{ 7 * 7 }}" in mail.text and "<script>" not in mail.html


async def test_a_pause_that_is_rolled_back_is_not_told(mailing: int) -> None:
    await staff("Olga")
    with pytest.raises(RuntimeError):
        async with db.transaction():
            await alerts.paused(mailing, WHY)
            raise RuntimeError
    assert await told() == []
    assert await db.fetch_value("SELECT state FROM mailing") == "sending"


async def test_the_mail_says_which_campaign_why_and_what_next(mailing: int) -> None:
    await staff("Olga")
    await alerts.paused(mailing, WHY)
    mail = await mails.last("olga@example.org")
    text = " ".join(mail.text.split())
    assert "“News for …” stopped on" in text and WHY in text and "Then press “Go on”" in text
    assert mail.link("mailings") == f"/staff/delivery/mailings/{mailing}"
    assert "Sent so far: 0. Still waiting: 3." in text


async def test_after_a_restored_copy_olga_is_told_although_older_letters_are_kept_back(mailing: int) -> None:
    await staff("Olga")
    await continuity.ensure()
    await db.execute("DELETE FROM heartbeat")
    await continuity.ensure()
    assert await told() == ["olga@example.org"]
    assert "This database was restored from a copy" in " ".join((await mails.last()).text.split())
