"""How a sending goes in detail, as staff see it: where it went, why not everybody got it, and the ledger."""

import csv
from html import unescape
from io import StringIO
from typing import Any

import pytest

from service.delivery import outbox, places
from service.delivery.tables import BounceKind
from service.kit import db
from tests.make import outcomes
from tests.make.campaigns import campaign, under_way
from tests.make.staff import sign_in, staff

FULL = "452 4.2.2 mailbox full"


@pytest.fixture
async def path(web: Any) -> str:
    """A campaign under way, seen by Edda, who is an editor."""
    places.forget()
    web.csrf = await sign_in(web, await staff("Edda", "editor"))
    mailing = await outcomes.mailing_to(example_net=14, tiny_example_org=2)
    await outcomes.settle(mailing, "example_net", "sent", 10)
    await outcomes.settle(mailing, "example_net", "refused", 1, "gone", "550 5.1.1 no such user")
    await outcomes.settle(mailing, "example_net", "later", 2, "later", FULL)
    await outcomes.settle(mailing, "example_net", "skipped", 1, "unsubscribed")
    await outcomes.settle(mailing, "tiny_example_org", "sent", 2)
    await outcomes.bounced(mailing, BounceKind.COMPLAINT, 3)
    return f"/staff/campaigns/{await under_way(mailing)}"


async def see(web: Any, path: str) -> str:
    answer = await web.get(path)
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.text)


async def test_the_page_says_what_is_tried_again_and_why_others_did_not_get_it(web: Any, path: str) -> None:
    page = await see(web, path)
    retries = page.partition("Tried again later")[2].partition("</section>")[0]
    assert "2 people could not take it yet" in retries and FULL in retries
    refused = page.partition("Refused, and why")[2].partition("</section>")[0]
    assert "The address does not exist" in refused and "550 5.1.1 no such user" in refused
    skipped = page.partition("Skipped, and why")[2].partition("</section>")[0]
    assert "Unsubscribed before it was sent" in skipped
    assert "Reported as spam by the reader" in page


async def test_nothing_to_tell_is_told_calmly(web: Any) -> None:
    await sign_in(web, await staff("Vera", "viewer"))
    path = f"/staff/campaigns/{await under_way(await outcomes.mailing_to(example_net=1))}"
    page = await see(web, path)
    assert "No mail server has refused it so far." in page and "Tried again later" not in page
    assert "Nothing has been handed over yet" in await see(web, f"{path}/delivery")


async def test_where_it_went_names_large_domains_alone(web: Any, path: str) -> None:
    page = await see(web, f"{path}/delivery")
    assert "example.net" in page and "All other domains" in page and "one:25" in page
    assert "tiny.example.org" not in page


async def test_a_draft_has_gone_nowhere(web: Any) -> None:
    csrf = await sign_in(web, await staff("Edda", "editor"))
    path = f"/staff/campaigns/{await campaign()}"
    answer = await web.get(f"{path}/delivery")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert (await web.post(f"{path}/ledger", data={"csrf": csrf})).status_code == 409
    assert await db.fetch_value("SELECT count(*) FROM audit WHERE action = 'campaign.ledger_downloaded'") == 0


async def test_the_ledger_is_downloaded_with_every_row_and_noted(web: Any, path: str) -> None:
    answer = await web.post(f"{path}/ledger", data={"csrf": web.csrf})
    assert answer.headers["content-disposition"].startswith('attachment; filename="campaign-')
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 16 and {row["domain"] for row in rows} == {"example.net", ""}
    assert [row["reply"] for row in rows if row["state"] == "later"] == [FULL] * 2
    assert "reader" not in answer.text
    noted = await db.fetch_one("SELECT account, subject FROM audit WHERE action = 'campaign.ledger_downloaded'")
    assert noted and noted["account"] and path.endswith(noted["subject"].split()[1])


async def test_a_server_s_words_are_no_formula_in_the_ledger(web: Any, path: str) -> None:
    await db.execute("UPDATE delivery SET reply = '=HYPERLINK(\"x\")' WHERE state = 'refused'")
    answer = await web.post(f"{path}/ledger", data={"csrf": web.csrf})
    assert "'=HYPERLINK" in answer.text


async def test_a_viewer_sees_the_figures_and_takes_no_ledger(web: Any, path: str) -> None:
    csrf = await sign_in(web, await staff("Vera", "viewer"))
    assert "Download the ledger" not in await see(web, f"{path}/delivery")
    assert (await web.post(f"{path}/ledger", data={"csrf": csrf})).status_code == 403


async def test_a_link_in_a_mail_leads_to_the_campaign_of_the_mailing(web: Any, path: str) -> None:
    assert (await web.get("/staff/delivery/mailings/1")).headers["location"] == path
    assert (await web.get("/staff/delivery/mailings/987")).headers["location"] == "/staff/delivery"


async def test_a_campaign_that_waits_by_itself_is_not_called_paused(web: Any, path: str) -> None:
    mailing = await db.fetch_value("SELECT id FROM mailing")
    await db.execute("UPDATE mailing SET pause_reason = 'The day is used up until 18:00.'")
    page = await see(web, path)
    assert "It waits, and goes on by itself" in page and "The day is used up until 18:00." in page
    assert "It has paused itself" not in page
    await outbox.pause(mailing, "Too many refusals are about this sender.")
    page = await see(web, path)
    assert "It has paused itself" in page and "press “Go on”" in page


async def test_bounces_that_are_held_wait_on_the_overview_and_on_their_campaign(web: Any, path: str) -> None:
    for page in ("/staff/now", path):
        assert "/staff/delivery/bounces" not in await see(web, page)
    await db.execute(
        "INSERT INTO bounce_hold (mailing, pattern, words, held_at, decision)"
        " SELECT id, '', '', now(), '' FROM mailing"
    )
    for page in ("/staff/now", path):
        assert "/staff/delivery/bounces" in await see(web, page)
