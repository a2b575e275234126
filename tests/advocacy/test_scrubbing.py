"""What the privacy page promises: 28 days after a letter left nothing of it can be read, nor who wrote it."""

from datetime import timedelta

import pytest

from service.advocacy import leaving, mail, scrubbing, submitting
from service.delivery import sending
from service.kit import clock, db, sealing
from service.subscribers import erasure
from tests.make import advocacy, smtp, subscribers
from tests.make.advocacy_mails import MONDAY, look, pass_until, states

DAY = timedelta(days=1)


@pytest.fixture
async def rosa(database):
    with clock.at(MONDAY):
        yield await advocacy.representative(
            await advocacy.parliament(), name="Rosa Beispiel", email="rosa@example.net"
        )


async def forget(after):
    with clock.at(MONDAY + after):
        await scrubbing.forget_due()


async def test_28_days_after_it_left_the_text_and_who_wrote_it_are_gone_everywhere(work, rosa):
    letter = await advocacy.letter(await advocacy.action(), rosa, likeness=[1, 2, 3])
    async with smtp.office():
        await look(work)
    await forget(27 * DAY)
    assert await db.fetch_value("SELECT body IS NOT NULL FROM advocacy_letter")
    await forget(28 * DAY)
    row = await db.fetch_one("SELECT * FROM advocacy_letter WHERE id = $1", letter)
    gone = ("address", "name", "home", "subject", "body", "delivery", "scrub_at")
    assert [row[name] for name in gone] == [None] * len(gone) and row["likeness"] == []
    assert (row["state"], row["sent_at"]) == ("sent", MONDAY)
    assert await db.fetch("SELECT FROM delivery WHERE address IS NOT NULL OR context IS NOT NULL") == []


async def test_what_has_not_left_is_not_scrubbed(rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    await forget(100 * DAY)
    assert await db.fetch_value("SELECT body IS NOT NULL FROM advocacy_letter")


async def test_that_anna_wrote_stays_known_while_the_action_goes_on_and_28_days_more(rosa):
    action = await advocacy.action()
    writer = await submitting.writer_of(action, rosa, "anna@example.org")
    await advocacy.letter(action, rosa, "sent", writer=writer)
    known = "SELECT count(*) FROM advocacy_letter WHERE writer = $1"
    await forget(100 * DAY)
    assert await db.fetch_value(known, writer) == 1
    await db.execute("UPDATE action SET state = 'closed', closed_at = $1", MONDAY + 100 * DAY)
    await forget(127 * DAY)
    assert await db.fetch_value(known, writer) == 1
    await forget(128 * DAY)
    assert await db.fetch_value(known, writer) == 0
    chance = await db.fetch_value("SELECT writer FROM advocacy_letter")
    await forget(129 * DAY)
    assert await db.fetch_value("SELECT writer FROM advocacy_letter") == chance


async def test_that_somebody_took_part_is_kept_of_subscribers_alone(rosa):
    action = await advocacy.action()
    await subscribers.subscriber("anna@example.org")
    for person in ("anna", "ben"):
        await db.execute(
            "INSERT INTO took_part (action, address, at) VALUES ($1, $2, $3)",
            action,
            sealing.seal_address(f"{person}@example.org"),
            MONDAY,
        )
    for days, left in ((27, 2), (28, 1)):
        await forget(days * DAY + timedelta(seconds=1))
        rows = await db.fetch("SELECT address FROM took_part")
        assert len(rows) == left
    assert sealing.unseal_address(rows[0]["address"]) == "anna@example.org"


async def test_however_much_is_due_it_goes_in_batches(rosa, monkeypatch):
    monkeypatch.setattr(scrubbing, "_AT_ONCE", 2)
    action = await advocacy.action()
    for n in range(5):
        await advocacy.letter(action, rosa, "sent", f"reader{n}@example.org", scrub_at=MONDAY)
    await forget(DAY)
    assert await db.fetch_value("SELECT count(*) FROM advocacy_letter WHERE body IS NOT NULL") == 0


@pytest.mark.parametrize(
    ("before", "after"), [("unconfirmed", "dropped"), ("held", "failed"), ("ready", "failed"), ("sent", "sent")]
)
async def test_of_who_has_everything_erased_no_letter_is_left_and_none_leaves(work, web, rosa, before, after):
    await subscribers.subscriber("anna@example.org")
    letter = await advocacy.letter(await advocacy.action(), rosa, before, likeness=[1, 2, 3])
    link = mail.confirm_url(letter, "en")
    await erasure.forget("anna@example.org")
    assert (await web.get(link)).status_code < 500
    await work()
    row = await db.fetch_one("SELECT * FROM advocacy_letter")
    assert (row["state"], row["likeness"], len(row["writer"])) == (after, [], 16)
    assert [row[name] for name in ("address", "name", "home", "subject", "body")] == [None] * 5
    assert await db.fetch_value("SELECT count(*) FROM delivery") == 0
    assert (await web.get(link)).status_code == (410 if before == "unconfirmed" else 200)


async def test_what_a_server_put_off_of_who_has_everything_erased_is_not_tried_again(work, rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    async with smtp.office(lambda phase, who: "451 4.3.0 later" if phase == "rcpt" else None) as office:
        await look(work)
        office.rule = lambda phase, who: None
        await erasure.forget("anna@example.org")
        moment = MONDAY + leaving.ALLOWED_FOR
        await pass_until(moment)
        with clock.at(moment):
            await work()
            await look(work)
            await sending.sweep()
            await work()
    assert not office.received and await states() == ["failed"]
    assert await db.fetch("SELECT FROM delivery WHERE address IS NOT NULL OR context IS NOT NULL") == []
