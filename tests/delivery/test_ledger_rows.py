"""The ledger of a mailing: every row once, in words, and nothing of whom it went to."""

import pytest

from service.delivery import ledger_rows, places
from service.delivery.ledger_rows import Row
from service.delivery.tables import BounceKind
from service.kit import clock, db
from tests.make import mailings, outcomes


@pytest.fixture(autouse=True)
def fresh(database: None) -> None:
    places.forget()


async def rows(mailing: int) -> list[Row]:
    return [row async for page in ledger_rows.pages(mailing) for row in page]


async def test_each_mail_has_its_line_in_words() -> None:
    now = clock.now()
    with clock.at(now):
        mailing = await outcomes.mailing_to(example_net=12, example_com=2)
        await outcomes.settle(mailing, "example_net", "refused", 1, "gone", "550 5.1.1 no such user")
        await outcomes.settle(mailing, "example_net", "sent", 10)
        await outcomes.settle(mailing, "example_com", "later", 1, "later", "452 4.2.2 full")
        await outcomes.bounced(mailing, BounceKind.HARD)
    found = await rows(mailing)
    at = now.isoformat(timespec="seconds")
    assert [row.row for row in found] == list(range(1, 15))
    gone = "The address does not exist"
    assert found[0] == Row(1, "en", "refused", gone, "550 5.1.1 no such user", 1, at, "one:25", "example.net", "")
    assert found[1] == Row(2, "en", "sent", "", "", 1, at, "one:25", "example.net", "hard")
    assert (found[11].state, found[11].tries, found[11].settled_at, found[11].domain) == ("queued", 0, "", "")
    assert (found[12].state, found[12].tries, found[12].server, found[12].domain) == ("later", 1, "one:25", "")


async def test_nothing_says_to_whom(unlikely: str) -> None:
    mailing = await mailings.mailing()
    await mailings.audience(mailing, [(4711, f"{unlikely}@example.net", unlikely)])
    [row] = await rows(mailing)
    assert unlikely not in str(row) and "4711" not in str(row)


async def test_mailings_that_lie_between_one_another_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_rows, "_PAGE", 2)
    mailing, other = await mailings.mailing(), await mailings.mailing()
    for number in range(1, 6):
        await mailings.audience(mailing, [(number, f"reader{number}@example.net", "")])
        await mailings.audience(other, [(number, f"reader{number}@example.net", "")])
    found = await rows(mailing)
    assert [row.row for row in found] == [1, 2, 3, 4, 5]
    assert len(await rows(other)) == 5


async def test_an_empty_mailing_has_an_empty_ledger() -> None:
    assert await rows(await mailings.mailing()) == []


async def test_a_mail_that_was_taken_out_before_its_turn_was_never_tried() -> None:
    mailing = await mailings.started(1)
    await db.execute("UPDATE delivery SET state = 'skipped', reason = 'unsubscribed', settled_at = now()")
    [row] = await rows(mailing)
    assert row == Row(1, "en", "skipped", "Unsubscribed before it was sent", "", 0, row.settled_at, "", "", "")
