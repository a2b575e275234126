"""How one mailing fares: by server and by domain, what is tried again, what came back; small domains stay unnamed."""

import pytest

from service.delivery import mailing_queries, places
from service.delivery.mailing_queries import Place
from service.delivery.tables import BounceKind
from service.kit import clock, db
from service.rendering.email import CompiledEdition
from tests.make import mailings, outcomes


@pytest.fixture(autouse=True)
def fresh(database: None) -> None:
    places.forget()


async def test_a_domain_of_ten_is_named_and_one_of_nine_is_not() -> None:
    mailing = await outcomes.mailing_to(example_net=10, example_com=9, example_org=1)
    for domain, count in (("example_net", 10), ("example_com", 9), ("example_org", 1)):
        await outcomes.settle(mailing, domain, "sent", count)
    found = await mailing_queries.places(mailing)
    assert found.domains == [Place("example.net", sent=10), Place("", sent=10)]
    assert list((await mailing_queries.names_of_domains(mailing)).values()) == ["example.net"]


async def test_ten_of_an_earlier_mailing_do_not_name_a_domain_in_this_one() -> None:
    earlier = await outcomes.mailing_to(example_net=10)
    await outcomes.settle(earlier, "example_net", "sent", 10)
    mailing = await outcomes.mailing_to(example_net=3)
    await outcomes.settle(mailing, "example_net", "sent", 3)
    assert (await mailing_queries.places(mailing)).domains == [Place("", sent=3)]
    assert await mailing_queries.names_of_domains(mailing) == {}


async def test_every_outcome_is_counted_by_domain_and_by_server() -> None:
    mailing = await outcomes.mailing_to(example_net=20, example_com=2)
    await outcomes.settle(mailing, "example_net", "sent", 8, server="one:25")
    await outcomes.settle(mailing, "example_net", "refused", 3, "gone", server="one:25")
    await outcomes.settle(mailing, "example_net", "later", 2, "later", server="two:25")
    await outcomes.settle(mailing, "example_net", "unknown", 1, "unknown", server="two:25")
    await outcomes.settle(mailing, "example_com", "sent", 2, server="two:25")
    await outcomes.bounced(mailing, BounceKind.HARD, 2)
    await outcomes.bounced(mailing, BounceKind.COMPLAINT, 1)
    found = await mailing_queries.places(mailing)
    large = Place("example.net", sent=8, refused=3, later=2, unknown=1, came_back=2)
    assert found.domains == [large, Place("", sent=2)]
    assert found.servers == [Place("one:25", 8, 3, 0, 0, 2), Place("two:25", 2, 0, 2, 1, 0)]
    assert large.tried == 14


async def test_the_largest_domains_have_lines_and_the_others_are_summed_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing_queries, "MOST_DOMAINS", 1)
    mailing = await outcomes.mailing_to(example_net=12, example_com=11)
    await outcomes.settle(mailing, "example_net", "sent", 12)
    await outcomes.settle(mailing, "example_com", "sent", 11)
    assert [(place.name, place.sent) for place in (await mailing_queries.places(mailing)).domains] == [
        ("example.net", 12),
        ("", 11),
    ]


async def test_a_mailing_of_which_nothing_was_tried_has_no_places() -> None:
    found = await mailing_queries.places(await mailings.started(3))
    assert found.domains == found.servers == []


async def test_what_is_tried_again_says_when_why_and_how_often_it_was_tried() -> None:
    now = clock.now()
    with clock.at(now):
        mailing = await outcomes.mailing_to(example_net=5)
        await outcomes.settle(mailing, "example_net", "later", 3, "later", "452 4.2.2 mailbox full")
        await outcomes.settle(mailing, "example_net", "later", 1, "server", "421 4.7.0 slow down")
        await db.execute("UPDATE delivery SET attempts = 2, due_at = $1 WHERE reason = 'server'", now)
    soonest, other = await mailing_queries.retries(mailing)
    assert (soonest.reason, soonest.attempts, soonest.count, soonest.next_at) == ("server", 2, 1, now)
    assert (other.reason, other.attempts, other.count, other.example) == ("later", 1, 3, "452 4.2.2 mailbox full")


async def test_what_came_back_is_counted_by_kind() -> None:
    mailing = await outcomes.mailing_to(example_net=3)
    await outcomes.settle(mailing, "example_net", "sent", 3)
    await outcomes.bounced(mailing, BounceKind.SOFT, 2)
    await outcomes.bounced(mailing, BounceKind.HARD, 1)
    assert await mailing_queries.came_back(mailing) == {"soft": 2, "hard": 1}


async def test_the_tables_are_counted_from_the_index_alone() -> None:
    # A few rows would be read as quickly through any index, and which one it is would hang on what stood here before.
    mailing = await outcomes.mailing_to(example_net=3000)
    await outcomes.settle(mailing, "example_net", "sent", 3000)
    await db.execute("VACUUM ANALYZE delivery")
    async with db.transaction():
        await db.execute("SET LOCAL enable_seqscan = off")
        await db.execute("SET LOCAL enable_bitmapscan = off")
        plan = "\n".join(row[0] for row in await db.fetch(f"EXPLAIN {mailing_queries.PLACES}", mailing, 10, 20))
    assert plan.count("Index Only Scan using delivery_state on delivery") == 2, plan


async def test_a_mailing_is_known_by_its_subject_in_the_language_of_the_house() -> None:
    editions = {
        "fr": CompiledEdition(subject="Bonjour {{ first_name }}", html="", text=""),
        "de": CompiledEdition(subject="Guten Tag", html="", text=""),
    }
    mailing = await mailings.mailing(editions)
    assert await mailing_queries.subject(mailing, "de") == "Guten Tag"
    assert await mailing_queries.subject(mailing, "en") == "Bonjour …"
