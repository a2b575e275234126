"""A newsletter from the first word to the last unsubscription: nothing mocked, a real SMTP server at the end."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any

from service.campaigns import queries
from service.delivery import links
from service.delivery import queries as deliveries
from service.kit import clock, db, jobs
from tests.make.campaigns import HELLO, postal_address
from tests.make.smtp import PostOffice, office
from tests.make.staff import sign_in, staff
from tests.make.subscribers import mailing_list, subscriber

EVENING = datetime(2026, 10, 24, 19, 0, tzinfo=UTC)
WORDS = {"en": "Dear", "fr": "Chère", "de": "Liebe"}


async def write(web: Any, csrf: str, path: str, language: str) -> None:
    """Olga types an edition and adds a button below it."""
    page = (await web.get(f"{path}/edit/{language}")).text
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    fields = {
        "csrf": csrf,
        "version": version,
        "subject": f"{HELLO[language]} {{{{ first_name|default('…') }}}}",
        "preview_text": "",
        "b.0.type": "heading",
        "b.0.text": HELLO[language],
        "b.0.level": "1",
        "b.1.type": "text",
        "b.1.text": f'{WORDS[language]} {{{{ first_name|default("friend") }}}},\n\n**Maryna** has your cards.',
    }
    added = await web.post(f"{path}/edit/{language}", data=fields | {"do": "add button 1"})
    assert added.status_code == 303
    button = {"b.2.type": "button", "b.2.label": "→", "b.2.url": f"https://www.example.org/{language}"}
    saved = await web.post(
        f"{path}/edit/{language}", data=fields | button | {"version": str(int(version) + 1), "do": ""}
    )
    assert saved.status_code == 303


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part
    return str(part.get_content())


async def test_from_the_first_word_to_everybody_s_own_mail(web: Any, work: Any) -> None:
    await postal_address()
    letters = await mailing_list("Letter writers")
    await subscriber("anna@example.org", first_name="Anna", topics=["newsletter", "cases"], lists=[letters])
    await subscriber("zoe@example.net", language="fr", first_name="Zoé", topics=["newsletter"])
    await subscriber("juerg@example.com", language="de", first_name="Jürg", topics=[], lists=[letters])
    await subscriber("ilya@example.org", language="ru", topics=["newsletter"])
    await subscriber("vera@example.org", state="unconfirmed", topics=["newsletter"])
    await subscriber("gone@example.org", state="unsubscribed", topics=["newsletter"], lists=[letters])
    await subscriber("other@example.org", topics=["birthdays"])
    with clock.at(EVENING):
        csrf = await sign_in(web, await staff("Olga", "editor"))
        path = await compose_in_three_languages(web, csrf, letters)
        async with office() as post:
            await schedule_for_the_night_when_clocks_change(web, csrf, path, work)
            assert post.received == []
            # 02:30 comes twice that night: the first is at half past midnight UTC.
            with clock.at(datetime(2026, 10, 25, 0, 29, tzinfo=UTC)):
                await jobs.body("campaigns.start_due")()
                await work()
                assert post.received == []
            with clock.at(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)):
                await jobs.body("campaigns.start_due")()
                await work()
                await jobs.body("campaigns.start_due")()
                await work()
        each_got_their_own(post)
        await zoe_leaves_with_one_click(web, post)
        page = unescape((await web.get(path)).text)
        assert "Sent" in page and re.search(r"Unsubscribed from this mail</dt><dd>1<", page)
        assert "Liebe friend" in (await web.get(await archive_path("de"))).text


async def compose_in_three_languages(web: Any, csrf: str, letters: int) -> str:
    created = await web.post("/staff/campaigns", data={"csrf": csrf, "name": "October"})
    path: str = created.headers["location"].removesuffix("/edit/en")
    await write(web, csrf, path, "en")
    for language in ("fr", "de"):
        await web.post(f"{path}/editions", data={"csrf": csrf, "language": language, "copy_of": "en"})
        await write(web, csrf, path, language)
    audience = {"csrf": csrf, "lists": str(letters), "topics": "newsletter"}
    await web.post(f"{path}/audience", data=audience)
    return path


async def schedule_for_the_night_when_clocks_change(web: Any, csrf: str, path: str, work: Any) -> None:
    page = unescape((await web.get(f"{path}/send")).text)
    assert "Everything is in order" in page
    version = re.findall(r'name="version" value="(\d+)"', page)[0]
    form = {"csrf": csrf, "version": version, "when": "later", "at": "2026-10-25T02:30"}
    sent = await web.post(f"{path}/send", data=form)
    assert sent.status_code == 303
    assert "comes twice" in unescape((await web.get(path)).text)
    await work()


def each_got_their_own(post: PostOffice) -> None:
    assert sorted(post.recipients) == ["anna@example.org", "ilya@example.org", "juerg@example.com", "zoe@example.net"]
    expected = {
        "anna@example.org": ("Hello Anna", "Dear Anna,"),
        "zoe@example.net": ("Bonjour Zoé", "Chère Zoé,"),
        "juerg@example.com": ("Guten Tag Jürg", "Liebe Jürg,"),
        "ilya@example.org": ("Hello …", "Dear friend,"),
    }
    for address, (subject, words) in expected.items():
        (mail,) = post.to(address)
        assert mail.parsed["Subject"] == subject
        assert words in text_of(mail.parsed)
        assert mail.parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def zoe_leaves_with_one_click(web: Any, post: PostOffice) -> None:
    """As her mail program does it: from the bytes that arrived, without cookies or a page."""
    (mail,) = post.to("zoe@example.net")
    url = str(mail.parsed["List-Unsubscribe"]).strip(" <>")
    assert url.startswith("https://news.example.org/u/")
    answer = await web.post(
        url.removeprefix("https://news.example.org"),
        content=b"List-Unsubscribe=One-Click",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 200
    assert await db.fetch_value("SELECT state FROM subscriber WHERE language = 'fr'") == "unsubscribed"
    (campaign,) = await queries.listing()
    assert campaign.mailing
    books = await deliveries.books(campaign.mailing)
    assert (books.audience, books.sent, books.balanced) == (4, 4, True)


async def archive_path(language: str) -> str:
    return f"/{language}/archive/{await db.fetch_value('SELECT archive_key FROM campaign')}"


async def test_one_who_leaves_while_it_is_paused_gets_nothing_when_it_goes_on(web: Any, work: Any) -> None:
    await postal_address()
    olga = await staff("Olga", "editor")
    anna = await subscriber("anna@example.org")
    await subscriber("boris@example.org")
    with clock.at(EVENING):
        csrf = await sign_in(web, olga)
        created = await web.post("/staff/campaigns", data={"csrf": csrf, "name": "October"})
        path = created.headers["location"].removesuffix("/edit/en")
        await write(web, csrf, path, "en")
        await web.post(f"{path}/audience", data={"csrf": csrf, "topics": "newsletter"})
        async with office() as post:
            version = re.findall(r'name="version" value="(\d+)"', (await web.get(f"{path}/send")).text)[0]
            await web.post(f"{path}/send", data={"csrf": csrf, "version": version, "when": "now"})
            await jobs.body("campaigns.start")(1)
            await web.post(f"{path}/pause", data={"csrf": csrf})
            await work()
            assert post.received == []
            await web.post(f"/u/{_leave(anna)}", content=b"List-Unsubscribe=One-Click")
            with clock.at(EVENING + timedelta(minutes=1)):
                await web.post(f"{path}/resume", data={"csrf": csrf})
                await work()
        bulk = [mail for mail in post.received if mail.parsed["Precedence"] == "bulk"]
        assert [mail.recipient for mail in bulk] == ["boris@example.org"]


def _leave(subscriber: int) -> str:
    return links.unsubscribe_url(subscriber, 1).rpartition("/")[2]
