"""What it costs to freeze a large audience, and to claim from very many rows: `make bench`.

PEOPLE=1000000 and ROWS=10000000 may be set. The bare INSERT … SELECT writes the same rows of the same people, with no
condition and no look at who is there already.
"""

import os
import time

from service.campaigns import audience
from service.campaigns.queries import Audience
from service.delivery import claims, outbox
from service.kit import db
from tests.delivery.test_outbox import explained
from tests.make import mailings

PEOPLE = int(os.environ.get("PEOPLE", "1000000"))
ROWS = int(os.environ.get("ROWS", "10000000"))
_BARE = (
    "INSERT INTO delivery (mailing, state, due_at, attempts, reason, reply,"
    " subscriber, language, address, first_name, last_name)"
    " SELECT $1, 'queued', now(), 0, '', '', id, language, address, first_name, last_name FROM subscriber"
)


async def test_freezing_is_about_as_quick_as_the_bare_insert(database: None) -> None:
    await people()
    bare = [await timed_bare() for _again in range(2)]
    chosen = Audience(lists=[1], topics=["cases"], languages=["en", "de", "fr", "ru", "be"])
    frozen = [await timed_freeze(chosen) for _again in range(2)]
    ratio = min(frozen) / min(bare)
    print(f"\n\nfreezing {PEOPLE:,}: {min(frozen):.1f} s, bare {min(bare):.1f} s, ratio {ratio:.2f} (at most 3)")


async def test_the_claim_is_an_index_scan_among_very_many_rows(database: None) -> None:
    await people(min(PEOPLE, ROWS))
    mailing = 0
    for _number in range(ROWS // min(PEOPLE, ROWS)):
        mailing = await mailings.mailing()
        await db.execute(_BARE, mailing)
        await outbox.open(mailing)
    await db.execute("VACUUM ANALYZE delivery")
    plan = await explained(mailing)
    assert any("Index Only Scan using delivery_due" in line for line in plan), plan
    assert not any("Seq Scan on delivery " in line or "Sort" in line for line in plan), plan
    claim = claims.Claim(mailing)
    async with db.connection() as kept:
        await claim.begin(kept)
        began = time.monotonic()
        for _again in range(10):
            await claim.take(200, [])
        print(f"\n\nclaiming 200 of {ROWS:,} rows: {(time.monotonic() - began) / 10 * 1000:.1f} ms")


async def people(count: int = PEOPLE) -> None:
    """Every one of them confirmed; a third on a list, the others following a topic."""
    await db.execute(
        "INSERT INTO mailing_list (name, label, description, created_at) VALUES ('Friends', 'friends', '', now())"
    )
    await db.execute(
        "INSERT INTO subscriber (address, first_name, language, state, topics, created_at, changed_at, confirmations)"
        " SELECT decode(md5(i::text) || md5('a' || i), 'hex'), decode(md5('b' || i) || md5('c' || i), 'hex'),"
        " (ARRAY['en', 'de', 'fr', 'ru', 'be'])[1 + i % 5], 'confirmed',"
        " CASE WHEN i % 3 = 0 THEN ARRAY['newsletter'] ELSE ARRAY['cases'] END, now(), now(), 1"
        " FROM generate_series(1, $1::int) i",
        count,
    )
    await db.execute(
        "INSERT INTO list_member (mailing_list, subscriber, added_at)"
        " SELECT 1, id, now() FROM subscriber WHERE id % 3 = 0"
    )
    await db.execute("VACUUM ANALYZE subscriber, list_member")


async def timed_bare() -> float:
    mailing = await mailings.mailing()
    began = time.monotonic()
    await db.execute(_BARE, mailing)
    return time.monotonic() - began


async def timed_freeze(chosen: Audience) -> float:
    mailing = await mailings.mailing()
    began = time.monotonic()
    assert await outbox.freeze(mailing, *audience.select(chosen, ["en"], "en")) == PEOPLE
    return time.monotonic() - began
