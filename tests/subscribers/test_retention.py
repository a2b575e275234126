"""What the privacy page promises: thirty days, ninety days, ninety days."""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.campaigns import queries as campaigns
from service.delivery import queries as deliveries
from service.kit import clock, db, jobs, sealing
from service.kit.i18n import LANGUAGES
from service.subscribers import asked_before, erasure, imports, leaving, retention, suppression
from tests.make import mailings, mails
from tests.make.subscribers import mailing_list, ready, subscriber
from tests.subscribers.test_erasure import rows_with
from tests.subscribers.test_signup import everything, person, sign_up

Work = Callable[[], Awaitable[list[str]]]
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def day(number: int) -> Any:
    return clock.at(NOON + timedelta(days=number))


async def asks(web: Any, work: Work, name: str = "anna") -> None:
    await sign_up(web, f"{name}@example.org")
    await work()


async def erase() -> None:
    await jobs.body("subscribers.erase_due")()


async def people() -> list[str]:
    rows = await db.fetch("SELECT address FROM subscriber ORDER BY id")
    return [sealing.unseal_address(row["address"]).partition("@")[0] for row in rows]


async def asked() -> int:
    """Mails with the question that were ever written."""
    found: int = await db.fetch_value("SELECT count(*) FROM delivery WHERE template = 'subscribers/confirm'")
    return found


async def test_anna_who_never_confirmed_is_gone_after_31_days_and_gets_no_fourth_mail(web: Any, work: Work) -> None:
    for number in range(3):
        with day(number):
            await asks(web, work)
    with day(2 + 29):
        await erase()
        assert await people() == ["anna"]
    for number in (2 + 31, 2 + 31 + 62):
        with day(number):
            await erase()
            assert await people() == []
            assert await rows_with(sealing.seal_address("anna@example.org")) == []
            assert await db.fetch_value("SELECT count(*) FROM consent") == 0
            assert await mails.waiting() == []
            held = {"address": "anna@example.org", "confirmation_mails": 3}
            assert await erasure.export_person("anna@example.org") == held
            await asks(web, work)
            assert await asked() == 3


async def test_anna_who_comes_back_and_confirms_starts_afresh(web: Any, work: Work) -> None:
    with day(0):
        await asks(web, work)
    with day(31):
        await erase()
        assert await asked_before.confirmations("anna@example.org") == 1
        await asks(web, work)
        assert (await person("anna@example.org")).confirmations == 2
        await web.post((await mails.last()).link("/confirm/"))
    assert (await person("anna@example.org")).state == "confirmed"
    assert await db.fetch_value("SELECT count(*) FROM asked_before") == 0


async def test_boris_who_left_is_gone_after_91_days_and_an_import_does_not_bring_him_back(
    web: Any, work: Work
) -> None:
    with day(0):
        friends = await mailing_list()
        await leaving.leave(await subscriber("boris@example.org", first_name="Boris", lists=[friends]), "test")
    with day(89):
        await erase()
        assert await people() == ["boris"]
    with day(91):
        await erase()
        assert await people() == []
        assert await db.fetch_value("SELECT count(*) FROM list_member") == 0
        assert await suppression.reason("boris@example.org") == "unsubscribed"
        await imports.start(await ready("email\nboris@example.org\n", friends), None, dry_run=False)
        await work()
        assert await people() == []
        await asks(web, work, "boris")
        await web.post((await mails.last()).link("/confirm/"))
    assert (await person("boris@example.org")).state == "confirmed"


async def test_boris_who_left_without_a_mark_gets_one(database: None) -> None:
    with day(0):
        await subscriber("boris@example.org", state="unsubscribed")
    with day(91):
        await erase()
    assert await suppression.reason("boris@example.org") == "unsubscribed"


async def test_chloe_who_complained_stays_marked_for_that(database: None) -> None:
    with day(0):
        await subscriber("chloe@example.org")
        await leaving.suppress("chloe@example.org", suppression.SuppressionReason.COMPLAINT, "test")
    with day(91):
        await erase()
    assert await people() == []
    assert await suppression.reason("chloe@example.org") == "complaint"


async def test_boris_who_left_and_asks_again_on_the_last_day_can_still_confirm(web: Any, work: Work) -> None:
    with day(0):
        await leaving.leave(await subscriber("boris@example.org"), "test")
    with day(89):
        await asks(web, work, "boris")
        link = (await mails.last()).link("/confirm/")
    with day(92):
        await erase()
        await web.post(link)
    assert (await person("boris@example.org")).state == "confirmed"


async def test_dina_who_is_subscribed_stays_for_years(database: None) -> None:
    with day(0):
        await subscriber("dina@example.org")
    with day(2000):
        await erase()
    assert await people() == ["dina"]


async def test_the_books_of_an_old_mailing_are_the_same_and_so_is_the_number_of_those_who_left(
    database: None,
) -> None:
    with day(0):
        for number in (1, 2, 3):
            await subscriber(f"reader{number}@example.net")
        mailing = await mailings.started(3)
        await db.execute("UPDATE delivery SET state = 'sent', settled_at = $1", NOON)
        await db.execute("UPDATE mailing SET state = 'sent', finished_at = $1", NOON)
        await leaving.leave(1, f"mailing {mailing}")
        await leaving.undo(await leaving.leave(2, f"mailing {mailing}"))
        books, acts = await deliveries.books(mailing), await campaigns.acts(mailing)
        assert acts == {"unsubscribed": 1}
    with day(91):
        await erase()
    assert await people() == ["reader2", "reader3"]
    assert await db.fetch_value("SELECT count(subscriber) FROM delivery WHERE mailing = $1", mailing) == 0
    assert (await deliveries.books(mailing), await campaigns.acts(mailing)) == (books, acts)


async def test_after_its_time_nothing_of_a_canary_is_found_in_any_table(web: Any, work: Work, unlikely: str) -> None:
    address = f"{unlikely}@example.org"
    with day(0):
        await asks(web, work, unlikely)
        await web.post((await mails.last()).link("/confirm/"))
        id = (await person(address)).id
        await db.execute("UPDATE subscriber SET first_name = $1", sealing.seal("first_name", unlikely))
        mailing = await mailings.mailing()
        await mailings.audience(mailing, [(id, address, unlikely)])
        await leaving.leave(id, f"mailing {mailing}")
        await asks(web, work, unlikely)
    with day(91):
        await erase()
        assert await rows_with(sealing.seal_address(address), unlikely.encode()) == []
        assert unlikely not in await everything()
        assert await db.fetch_value("SELECT count(*) FROM delivery WHERE subscriber = $1", id) == 0


async def test_many_are_erased_in_batches_until_the_worker_is_told_to_stop(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    with day(0):
        for name in ("anna", "boris", "chloe", "dina", "emil"):
            await subscriber(f"{name}@example.org", state="unconfirmed")
    with day(31):
        jobs.stopping.set()
        try:
            await erase()
        finally:
            jobs.stopping.clear()
        assert len(await people()) == 5
        await erase()
        assert await people() == []


async def test_somebody_whose_key_is_gone_does_not_keep_the_others(database: None) -> None:
    with day(0):
        await subscriber("anna@example.org", state="unsubscribed")
        await db.execute("UPDATE subscriber SET address = $1", b"\x07" + b"lost" * 8)
        await subscriber("boris@example.org", state="unsubscribed")
    with day(91):
        await erase()
    assert await db.fetch_value("SELECT count(*) FROM subscriber") == 0
    assert await suppression.reason("boris@example.org") == "unsubscribed"


async def test_among_many_subscribers_those_due_are_found_by_an_index(database: None, statements: list[str]) -> None:
    await db.execute(
        "INSERT INTO subscriber (address, language, state, topics, created_at, changed_at, confirmations)"
        " SELECT n::text::bytea, 'en', 'confirmed', '{}', $1, $1, 0 FROM generate_series(1, 5000) n",
        NOON,
    )
    await db.execute("ANALYZE subscriber")
    statements.clear()
    with day(100):
        await erase()
    [select] = [sql for sql in statements if "SKIP LOCKED" in sql]
    moment = f"'{NOON.isoformat()}'::timestamptz"
    plan = await db.fetch("EXPLAIN " + select.replace("$1", moment).replace("$2", moment).replace("$3", "1000"))
    assert any("subscriber_not_confirmed" in row[0] for row in plan), plan


async def test_the_privacy_page_says_these_times_in_every_language(web: Any) -> None:
    times = [str(time.days) for time in (retention.UNCONFIRMED_FOR, retention.LEFT_FOR, retention.LEDGER_FOR)]
    for language in LANGUAGES:
        page = (await web.get(f"/{language}/privacy")).text
        section = page.split("<h2>")[3]
        # What follows is about letters: tests/letters/test_forgetting.py.
        assert re.findall(r"\b\d+\b", section)[: len(times)] == times, language
