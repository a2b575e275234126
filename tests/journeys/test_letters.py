"""From a mail with people of one's own to letters that are counted, and to the next mail that prefers the others."""

import re
from collections import Counter
from email.message import EmailMessage
from typing import Any

from service.campaigns import sending
from service.campaigns.moments import Moment
from service.kit import clock, db
from service.letters import spread
from service.rendering.blocks import Text, YourPrisoners
from tests.make import cases
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.smtp import PostOffice, office
from tests.make.subscribers import subscriber

READERS = ("anna", "emil", "zoe")
NAMES = [f"Person Number{letter}" for letter in "ABCDEFGHIJ"]


async def send(work: Any) -> None:
    text = draft(blocks=[Text("These people wait for a letter."), YourPrisoners(count=2)])
    made = await campaign(en=text)
    await sending.schedule(made, Moment(clock.now(), ""), None, None, warned=True)
    await work()


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part
    return str(part.get_content())


def people_in(post: PostOffice) -> dict[str, set[str]]:
    """Whom each reader was given by their latest mail."""
    mails = {name: post.to(f"{name}@example.org")[-1].parsed for name in READERS}
    return {name: {person for person in NAMES if person in body(mail)} for name, mail in mails.items()}


def posted_link(post: PostOffice, reader: str) -> str:
    [link] = set(re.findall(r"https://\S+/posted/[\w-]+", body(post.to(f"{reader}@example.org")[-1].parsed)))
    return link


async def test_letters_that_readers_post_lead_the_next_mail_to_those_who_still_wait(web: Any, work: Any) -> None:
    await postal_address()
    colony = await cases.facility()
    for number, name in enumerate(NAMES):
        await cases.prisoner(name, colony, born="", name_ru=f"Персона {number}")
    for reader in READERS:
        await subscriber(f"{reader}@example.org", topics=["newsletter"])
    async with office() as post:
        await send(work)
        first = people_in(post)
        assert all(len(given) == 2 for given in first.values())
        assert max(Counter(name for given in first.values() for name in given).values()) == 1
        given = set().union(*first.values())

        link = posted_link(post, "anna")
        page = (await web.get(link)).text
        assert {name for name in NAMES if name in page} == first["anna"]
        assert "anna" not in page.casefold()
        keys = re.findall(r'name="prisoner" type="checkbox" value="(\w+)"', page)
        assert (await web.post(link, data={"prisoner": keys})).status_code == 303
        assert (await web.post(link, data={"prisoner": keys})).status_code == 303
        assert await db.fetch_value("SELECT sum(letters) FROM letters_posted") == 2

        await send(work)
        second = people_in(post)
        # Four were waiting; the other two letters go to anybody, as all ten have one by then.
        assert set(NAMES) - given <= set().union(*second.values())
    counted = await spread.counts(90)
    assert spread.of(counted).most == 2 and sum(one.recent for one in counted) == 2
    # What is left of it all names nobody who wrote.
    rows = await db.fetch("SELECT inserts, address FROM delivery")
    assert all(row["inserts"] is None and row["address"] is None for row in rows)
