"""A birthday, from the record to the mail: drafted by an automation, approved, and true when it is claimed."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

from service.campaigns import automation_queries, automations, queries, standards
from service.campaigns.tables import AutomationKind
from service.cases import editing, publication
from service.cases import queries as cases
from service.kit import clock, db, jobs
from service.kit.i18n import LANGUAGES
from tests.make import hearts
from tests.make.campaigns import postal_address
from tests.make.cases import facility, prisoner
from tests.make.smtp import Received, office
from tests.make.staff import sign_in, staff
from tests.make.subscribers import subscriber

# The post from Switzerland takes 16 days.
BIRTHDAY = date(2026, 12, 20)
MORNING = datetime(2026, 12, 4, 6, 30, tzinfo=UTC)
MARYNA = {"en": "Maryna Kavalchuk", "fr": "Maryna Kavalchuk", "de": "Maryna Kavalchuk"}
MARYNA |= {"ru": "Марина Ковальчук", "be": "Марына Кавальчук"}
ANTON = ("Anton Hrynevich", "Антон Гриневич", "Антон Грыневіч")
VOLHA = ("Volha Sidarenka", "Ольга Сидоренко", "Вольга Сідарэнка")


async def the_people() -> tuple[int, int]:
    """Maryna and Anton, both born on 20 December; Volha a day later, and three others of whom nothing may be told."""
    homel = await facility()
    zhodzina = await facility(
        "Следственная тюрьма №8",
        latin="Prison No. 8",
        street="ул. Советская, 22А",
        postcode="222163",
        town="г. Жодино",
    )
    maryna = await prisoner(born="1984-12-20", place=homel)
    names = {"name_ru": ANTON[1], "name_be": ANTON[2]}
    anton = await prisoner(ANTON[0], zhodzina, born="--12-20", **names)
    await prisoner(VOLHA[0], homel, born="1990-12-21", name_ru=VOLHA[1], name_be=VOLHA[2])
    for number, others in enumerate(
        (
            {"state": "released"},
            {"publication": "initials"},
            {"vetoed_at": clock.now(), "veto_note": "asked by phone"},
        )
    ):
        await prisoner(f"Somebody Else{number}", homel, born="1979-12-20", name_ru="", name_be="Нехта", **others)
    return maryna, anton


async def test_the_birthday_mail_names_the_right_people_to_each_reader_and_nobody_released_a_second_before(
    web: Any, work: Any
) -> None:
    with clock.at(MORNING - timedelta(days=2)):
        await postal_address()
        await db.execute('UPDATE organisation SET languages = \'["en", "fr", "de", "ru", "be"]\'')
        for language in LANGUAGES:
            await subscriber(f"{language}@example.org", language=language, topics=["birthdays"])
        await subscriber("later@example.org", topics=["birthdays"], country="LT")
        await subscriber("suspended@example.org", topics=["birthdays"], country="FI")
        maryna, anton = await the_people()
        made = await standards.create(AutomationKind.BIRTHDAY_REMINDER, None)
        await automations.turn(made, True, None)
    async with office() as post:
        with clock.at(MORNING):
            draft = await it_makes_a_draft(made, work)
            assert post.received == []
            await olga_approves(web, draft)
            await jobs.body("campaigns.start")(draft)
            # Everything is frozen; the news arrives before the first mail is claimed.
            changed = await editing.change(anton, {"state": "released", "released_on": "2026-12-04"}, None)
            assert changed.stopped == len(LANGUAGES)
        with clock.at(MORNING + timedelta(seconds=1)):
            await work()
    bulk = [mail for mail in post.received if mail.parsed["Precedence"] == "bulk"]
    assert sorted(mail.recipient for mail in bulk) == sorted(f"{language}@example.org" for language in LANGUAGES)
    address = publication.address_of(await cases.record(maryna))
    assert address[1:] == ["ИК №4", "ул. Антошкина, 3", "246035, г. Гомель", "REPUBLIC OF BELARUS"]
    for mail in bulk:
        it_is_right(mail, mail.recipient[:2], address)
    page = unescape((await web.get(f"/staff/campaigns/{draft}")).text)
    assert "Anton Hrynevich" in page


async def it_makes_a_draft(made: int, work: Any) -> int:
    await hearts.kept_beating()
    await jobs.body("campaigns.run_automations")()
    await work()
    (only,) = await automation_queries.made(made)
    assert only.name == "Birthday reminder, 4 December 2026: 20 December 2026"
    assert (await queries.find(only.id)).seen_from == BIRTHDAY
    return only.id


async def olga_approves(web: Any, draft: int) -> None:
    csrf = await sign_in(web, await staff("Olga", "editor"))
    overview = unescape((await web.get("/staff")).text)
    assert "made by Birthday reminder: nobody gets it before you have looked and sent it" in overview
    check = await web.get(f"/staff/campaigns/{draft}/send")
    assert "Everything is in order" in check.text
    version = re.findall(r'name="version" value="(\d+)"', check.text)[0]
    sent = await web.post(f"/staff/campaigns/{draft}/send", data={"csrf": csrf, "version": version, "when": "now"})
    assert sent.status_code == 303, unescape(sent.text)


def it_is_right(mail: Received, language: str, address: list[str]) -> None:
    plain, html = body(mail, "plain"), unescape(body(mail, "html"))
    assert MARYNA[language] in plain and MARYNA[language] in html
    for line in address:
        assert line in plain.splitlines() and line in html, line
    for name in (*ANTON, *VOLHA, "Else", "Нехта", "Жодино"):
        assert name not in plain and name not in html


def body(mail: Received, kind: str) -> str:
    part = mail.parsed.get_body((kind,))
    assert part
    return str(part.get_content())


async def test_who_posts_from_lithuania_hears_of_it_four_days_later(work: Any) -> None:
    with clock.at(MORNING - timedelta(days=2)):
        await postal_address()
        await subscriber("lina@example.org", topics=["birthdays"], country="LT")
        await the_people()
        made = await standards.create(AutomationKind.BIRTHDAY_REMINDER, None)
        await automations.change(made, "Reminder", (await automation_queries.find(made)).rule, True, None)
        await automations.turn(made, True, None)
    async with office() as post:
        for day in range(6):
            with clock.at(MORNING + timedelta(days=day)):
                await hearts.kept_beating()
                await jobs.body("campaigns.run_automations")()
                await work()
                got = [mail for mail in post.received if mail.parsed["Precedence"] == "bulk"]
                # 12 days by post: on the 8th for the 20th, on the 9th for Volha on the 21st.
                assert len(got) == max(0, day - 3)
    assert [name in body(got[0], "plain") for name in (MARYNA["en"], ANTON[0], VOLHA[0])] == [True, True, False]
    assert [name in body(got[1], "plain") for name in (MARYNA["en"], ANTON[0], VOLHA[0])] == [False, False, True]
