import re
from datetime import UTC, datetime
from typing import Any

import pytest

from service.campaigns import moments, preview, sending, trial
from service.kit import clock, db
from service.kit.errors import Invalid
from service.kit.limits import TooMany
from service.rendering.blocks import Button
from service.subscribers import suppression
from service.subscribers.tables import SuppressionReason
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.smtp import office
from tests.make.staff import staff
from tests.make.subscribers import subscriber

ZOE, NAMELESS = preview.readers("fr")[:2]
pytestmark = pytest.mark.usefixtures("database")


async def test_olga_gets_what_zoe_would_get_marked_as_a_test(work: Any) -> None:
    olga = await staff("Olga")
    made = await campaign(["fr"])
    async with office() as post:
        await trial.send(made, "fr", "olga@example.org, boris@example.org", ZOE, olga.id)
        await work()
    assert sorted(post.recipients) == ["boris@example.org", "olga@example.org"]
    mail = post.received[0].parsed
    assert mail["Subject"] == "[Test] Bonjour: news of Maryna"
    assert "Bonjour Zoé" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["List-Unsubscribe"] and mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


async def test_the_test_differs_from_the_real_mail_in_its_subject_and_addresses_alone(work: Any) -> None:
    olga = await staff("Olga")
    await postal_address()
    await subscriber("zoe@example.org", language="fr", first_name="Zoé")
    made = await campaign(["fr", "en"])
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        async with office() as post:
            await trial.send(made, "fr", "olga@example.org", ZOE, olga.id)
            await sending.schedule(made, moments.Moment(clock.now(), ""), None, None, warned=True)
            await work()
    (test,), (real,) = post.to("olga@example.org"), post.to("zoe@example.org")
    bodies = [mail.parsed.get_body(("html",)).get_content() for mail in (test, real)]  # type: ignore[union-attr]
    assert _without_tokens(bodies[0]) == _without_tokens(bodies[1])
    heads = [{name: value for name, value in mail.parsed.items() if name not in OWN} for mail in (test, real)]
    assert heads[0] == heads[1]


OWN = {"To", "Subject", "Message-ID", "List-Unsubscribe", "Feedback-ID", "Content-Type"}


def _without_tokens(body: str) -> str:
    body = re.sub(r"/(staff/campaigns/1/preview/fr|fr/archive/\w+)", "/page", body)
    return re.sub(r"/(u|preferences/ask)/[\w-]+", "", body)


async def test_the_links_of_a_test_lead_somewhere_and_change_nothing(web: Any, work: Any) -> None:
    olga, made = await staff("Olga"), await campaign(["fr"])
    async with office() as post:
        await trial.send(made, "fr", "olga@example.org", ZOE, olga.id)
        await work()
    body = post.received[0].parsed.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert f"/staff/campaigns/{made}/preview/fr" in body and "/fr/archive/" not in body
    link = re.findall(r"/u/[\w-]+", body)[0]
    for answer in (await web.get(link), await web.post(link)):
        assert answer.status_code == 200
        assert "came from a test mail" in answer.text and "Nothing was changed" in answer.text
        assert "You are unsubscribed" not in answer.text and "<form" not in answer.text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " , ;",
        "olga",
        "olga@",
        "a@example.org b@example.org c@example.org d@example.org e@example.org f@example.org",
    ],
)
async def test_what_is_no_handful_of_addresses_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as found:
        await trial.send(await campaign(["fr"]), "fr", typed, ZOE, 1)
    assert list(found.value.fields) == ["addresses"]


async def test_who_never_wants_mail_gets_no_test_either() -> None:
    await suppression.add("vera@example.org", SuppressionReason.COMPLAINT)
    with pytest.raises(Invalid):
        await trial.send(await campaign(["fr"]), "fr", "vera@example.org", ZOE, 1)


async def test_an_unfinished_edition_is_not_sent_to_anybody() -> None:
    made = await campaign(fr=draft("fr", blocks=[Button("Écrire", "")]))
    with pytest.raises(Invalid):
        await trial.send(made, "fr", "olga@example.org", ZOE, 1)
    assert await db.fetch_value("SELECT count(*) FROM delivery") == 0


async def test_tests_are_no_way_to_flood_somebody() -> None:
    olga, made = await staff("Olga"), await campaign(["fr"])
    with clock.at(datetime(2026, 6, 1, tzinfo=UTC)):
        five = " ".join(f"reader{number}@example.org" for number in range(5))
        for _ in range(6):
            await trial.send(made, "fr", five, NAMELESS, olga.id)
        with pytest.raises(TooMany):
            await trial.send(made, "fr", five, NAMELESS, olga.id)
