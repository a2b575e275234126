"""What is counted as sent was taken by a server; what comes back is told to its writer, and to staff what is dead."""

from datetime import timedelta

import pytest

from service.advocacy import counting, leaving, outcomes
from service.delivery import bounces, sending
from service.delivery.reports import Report
from service.delivery.tables import BounceKind
from service.kit import clock, db
from tests.make import advocacy, smtp
from tests.make.advocacy_mails import MONDAY, look, pass_until, states, waiting

DAY = timedelta(days=1)


@pytest.fixture
async def rosa(database):
    with clock.at(MONDAY):
        yield await advocacy.representative(
            await advocacy.parliament(), name="Rosa Beispiel", email="rosa@example.net"
        )


def says(words):
    """The server's answer to whoever writes to Rosa."""
    return lambda phase, who: words if phase == "rcpt" and who.startswith("rosa@") else None


async def about_rosa():
    return await db.fetch_one("SELECT bounced_at, bounced_words FROM representative")


async def test_anna_gets_a_receipt_with_her_text_when_the_server_has_taken_the_letter(work, rosa):
    action = await advocacy.action()
    await advocacy.letter(action, rosa, body="Maria needs you.")
    async with smtp.office() as office:
        await look(work)
    assert await states() == ["sent"]
    [receipt] = office.to("anna@example.org")
    assert "Maria" not in receipt.parsed["Subject"] and "Beispiel" not in receipt.parsed["Subject"]
    assert receipt.parsed["Auto-Submitted"] == "auto-generated"
    text = receipt.parsed.get_body(("plain",)).get_content()
    assert "Maria needs you." in text and "Rosa Beispiel" in text
    assert (await counting.of([action]))[action].letters == 1


@pytest.mark.parametrize("said", ["550 5.1.1 no such user", "554 5.7.1 refused"])
async def test_a_server_that_repeats_who_wrote_and_what_is_not_repeated(work, rosa, unlikely, said):
    action = await advocacy.action()
    subject = f"About the {unlikely}"
    await advocacy.letter(action, rosa, address=f"{unlikely}@example.org", name=f"Anna {unlikely}", subject=subject)
    async with smtp.office(says(f"{said}: “{subject}” of Anna {unlikely} via us <{unlikely}@example.org>")) as office:
        await look(work)
    assert await states() == ["failed"] and office.to(f"{unlikely}@example.org")
    for table in ("delivery", "bounce", "representative"):
        assert unlikely not in str([tuple(row) for row in await db.fetch(f"TABLE {table}")]), table


async def test_a_dead_address_is_told_to_staff_and_anna_gets_her_text_back(work, rosa):
    action = await advocacy.action()
    await advocacy.letter(action, rosa, body="Maria needs you.")
    async with smtp.office(says("550 5.1.1 no such user rosa@example.net here")) as office:
        await look(work)
    assert await states() == ["failed"]
    [back] = office.to("anna@example.org")
    assert "Maria needs you." in back.parsed.get_body(("plain",)).get_content()
    found = await about_rosa()
    assert found["bounced_at"] == MONDAY
    assert "no such user" in found["bounced_words"] and "rosa@" not in found["bounced_words"]
    assert (await counting.of([action]))[action] == counting.Count()


async def test_a_server_that_refuses_the_letter_says_nothing_about_the_address(work, rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    async with smtp.office(lambda phase, who: "554 5.6.0 not this" if phase == "end" and "rosa" in who else None):
        await look(work)
    assert await states() == ["failed"] and (await about_rosa())["bounced_at"] is None


@pytest.mark.parametrize(
    ("kind", "state", "is_dead"),
    [("hard", "failed", True), ("soft", "failed", False), ("blocked", "failed", False), ("complaint", "sent", False)],
)
async def test_what_comes_back_days_later_was_not_sent_after_all(work, rosa, kind, state, is_dead):
    action = await advocacy.action()
    await advocacy.letter(action, rosa, body="Maria needs you.")
    async with smtp.office() as office:
        await look(work)
        delivery = await db.fetch_value("SELECT delivery FROM advocacy_letter")
        await pass_until(MONDAY + 3 * DAY)
        with clock.at(MONDAY + 3 * DAY):
            await bounces.record(delivery, Report(BounceKind(kind), "5.1.1", "no such user"), "lmtp")
            await look(work)
        assert await states() == [state]
        assert ((await about_rosa())["bounced_at"] is not None) == is_dead
        assert (await counting.of([action]))[action].letters == (state == "sent")
        # The receipt, and the text once more.
        assert len(office.to("anna@example.org")) == 1 + (state == "failed")


async def test_a_report_that_repeats_who_wrote_and_what_is_not_repeated(work, rosa, unlikely):
    await advocacy.letter(await advocacy.action(), rosa, name=f"Anna {unlikely}", subject=f"About the {unlikely}")
    async with smtp.office():
        await look(work)
        delivery = await db.fetch_value("SELECT delivery FROM advocacy_letter")
        words = f"no such user, About the {unlikely}, Anna {unlikely} via us"
        await bounces.record(delivery, Report(BounceKind.HARD, "5.1.1", words), "lmtp")
        await look(work)
    assert "no such user" in (await about_rosa())["bounced_words"]
    for table in ("bounce", "representative"):
        assert unlikely not in str([tuple(row) for row in await db.fetch(f"TABLE {table}")]), table


async def test_a_report_about_somebody_elses_mail_changes_nothing(work, rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    async with smtp.office():
        await look(work)
        receipt = await db.fetch_value("SELECT id FROM delivery WHERE template = 'advocacy/receipt'")
        await bounces.record(receipt, Report(BounceKind.HARD, "5.1.1", "no such user"), "lmtp")
        await look(work)
    assert await states() == ["sent"] and (await about_rosa())["bounced_at"] is None


async def test_of_an_address_that_was_put_right_meanwhile_an_old_bounce_says_nothing(work, rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    async with smtp.office(says("550 5.1.1 no such user")):
        await leaving.leave_due()
        await work()
    await db.execute("UPDATE representative SET email = 'r.beispiel@example.net', changed_at = $1", MONDAY + DAY)
    await outcomes.note()
    assert await states() == ["failed"] and (await about_rosa())["bounced_at"] is None


async def test_a_broken_connection_leaves_it_unknown_and_late_truth_makes_it_sent(work, rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    async with smtp.office(lambda phase, who: smtp.LOSE if phase == "end" and "rosa" in who else None) as office:
        await look(work)
        assert await states() == ["unknown"] and not office.to("anna@example.org")
        # A worker that slept comes back and says that it was taken.
        await db.execute("UPDATE delivery SET state = 'sent' WHERE state = 'unknown'")
        await look(work)
        await sending.sweep()
        await work()
        assert await states() == ["sent"] and len(office.to("anna@example.org")) == 1


async def test_noted_twice_it_is_one_receipt(work, rosa):
    await advocacy.letter(await advocacy.action(), rosa)
    async with smtp.office() as office:
        await look(work)
        await look(work)
    assert len(office.to("anna@example.org")) == 1
    assert await waiting() == []
