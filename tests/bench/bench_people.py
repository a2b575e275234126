"""What people of one's own cost in a mail: `make bench`. PRISONERS=1200 and READERS=100000 may be set."""

import os
import time

from service.campaigns import filling, sending
from service.campaigns.moments import Moment
from service.delivery import letters, outbox
from service.delivery.letters import MailingLetters
from service.kit import clock, db
from service.kit.i18n import LANGUAGES
from service.rendering import email
from service.rendering.blocks import Block, Button, NewCases, Text, YourPrisoners
from service.rendering.email import CompiledEdition, Letterhead
from tests.make import campaigns, cases, mailings, smtp

PRISONERS = int(os.environ.get("PRISONERS", "1200"))
MAILS = 2000
LETTER = Text("Something that was written for all of them, and is the same for everybody. " * 20)


async def test_a_mail_with_three_people_costs_little_more_than_one_without(database: None) -> None:
    colony = await cases.facility()
    for number in range(PRISONERS):
        sentence = {"en": "Three years in a colony for a comment under a photo, and two more for another one."}
        made = await cases.prisoner(f"Person Number {number}", colony, key=f"k{number}", sentence=sentence)
        await cases.status(made)
    plain = await written(await mailing([LETTER, Button("Write", "https://example.org")], 0))
    print(f"\n\nwithout: {plain[1]:.0f} µs a mail of {plain[0] / 1000:.1f} kB")
    for what, blocks, each in (
        ("ten new cases", [LETTER, NewCases(10)], 0),
        ("three people of one's own", [LETTER, YourPrisoners(3)], 3),
    ):
        began = time.perf_counter()
        made = await mailing(blocks, each)
        frozen, began = time.perf_counter() - began, time.perf_counter()
        await letters.of_mailing(made)
        read = time.perf_counter() - began
        size, micro, first = await written(made)
        print(
            f"{what}: {micro:.0f} µs a mail of {size / 1000:.1f} kB ({micro - plain[1]:+.0f} µs),"
            f" compiled and kept in {frozen:.2f} s, read in {read * 1000:.0f} ms, first thousand {first:.0f} µs each"
        )


async def mailing(blocks: list[Block], each: int) -> int:
    long_ago = clock.now().replace(year=2000)
    moments = filling.Moments(long_ago, clock.now(), clock.now().date(), long_ago)
    filled = await filling.fill(blocks, "en", moments, for_all=True)
    edition: CompiledEdition = email.compile_edition(
        blocks, "News", "", "en", Letterhead(organisation="Us"), data=filled.data
    )
    made = await mailings.mailing({"en": edition})
    await mailings.audience(made, mailings.people(MAILS))
    ids = [row["id"] for row in await db.fetch("SELECT id FROM delivery WHERE mailing = $1 ORDER BY id", made)]
    await outbox.give(made, ids, [[1 + (n * each + m) % PRISONERS for m in range(each)] for n in range(MAILS)])
    return made


async def written(mailing: int) -> tuple[int, float, float]:
    """Size of a mail in octets, the microseconds that one takes, and those of each of the first."""
    rows = await db.fetch("SELECT * FROM delivery WHERE mailing = $1 ORDER BY id", mailing)
    made = await letters.of_mailing(mailing)
    first = await timed(made, rows[:1000])
    best = min([await timed(made, rows) for _again in range(5)])
    return (await made.write(rows[0])).size, best, first


async def timed(made: MailingLetters, rows: list[db.Record]) -> float:
    began = time.process_time()
    for row in rows:
        await made.write(row)
    return (time.process_time() - began) / len(rows) * 1e6


async def test_a_hundred_thousand_readers_get_three_people_each_when_their_campaign_starts(database: None) -> None:
    readers = int(os.environ.get("READERS", "100000"))
    colony = await cases.facility()
    for number in range(PRISONERS):
        await cases.prisoner(f"Person Number {number}", colony, key=f"k{number}")
    await db.execute(
        "INSERT INTO subscriber (address, language, state, topics, created_at, changed_at, confirmations)"
        " SELECT decode(md5(i::text) || md5('a' || i), 'hex'), (ARRAY['en', 'de', 'fr', 'ru', 'be'])[1 + i % 5],"
        " 'confirmed', ARRAY['newsletter'], now(), now(), 1 FROM generate_series(1, $1::int) i",
        readers,
    )
    texts = {language: campaigns.draft(language, [LETTER, YourPrisoners(3)]) for language in LANGUAGES}
    made = await campaigns.campaign(**texts)
    async with smtp.smtp_url("smtp://127.0.0.1:9"):
        await sending.schedule(made, Moment(clock.now(), ""), None, None, warned=True)
        began = time.perf_counter()
        assert await sending.start(made)
    seconds = time.perf_counter() - began
    given = [row["n"] for row in await db.fetch("SELECT reserved AS n FROM allotment")]
    print(
        f"\n\n{readers:,} readers in five languages, {PRISONERS:,} people: compiled, frozen, shared out and opened in"
        f" {seconds:.1f} s; from {min(given)} to {max(given)} letters each"
    )
    began = time.perf_counter()
    await outbox.withdraw_key(1, "released")
    print(f"one of them taken out in {time.perf_counter() - began:.2f} s")
