from html import unescape
from typing import Any

import pytest

from service.campaigns import compose
from service.kit import clock, db
from service.rendering.blocks import Text
from tests.make.campaigns import campaign, draft
from tests.make.mailings import mailing

pytestmark = pytest.mark.usefixtures("database")


async def in_the_archive(*languages: str, **editions: compose.Draft) -> str:
    """The key of a campaign that was sent."""
    made = await campaign(languages, **editions)
    sent = await mailing()
    await db.execute("UPDATE mailing SET state = 'sent', started_at = $1", clock.now())
    key: str = await db.fetch_value(
        "UPDATE campaign SET state = 'started', mailing = $2 WHERE id = $1 RETURNING archive_key", made, sent
    )
    return key


async def see(web: Any, path: str, status: int = 200) -> str:
    answer = await web.get(path)
    assert answer.status_code == status
    return unescape(answer.text)


async def test_a_stranger_reads_what_was_sent_without_anybody_s_name(web: Any) -> None:
    key = await in_the_archive("en", "fr")
    page = await see(web, f"/en/archive/{key}")
    assert "Hello friend, thank you" in page
    assert f"/fr/archive/{key}" in page and "Français" in page
    assert "/u/" not in page and "unsubscribe" not in page.lower()


async def test_who_comes_by_a_shared_link_finds_the_way_to_subscribe(web: Any) -> None:
    key = await in_the_archive("en", "fr")
    page = await see(web, f"/fr/archive/{key}")
    assert page.count('href="https://news.example.org/fr/subscribe"') == 2
    assert "Recevoir nos e-mails" in page and 'href="https://news.example.org/fr/about"' in page
    await see(web, "/fr/subscribe")


async def test_who_asks_in_a_language_without_an_edition_reads_the_one_of_the_house(web: Any) -> None:
    key = await in_the_archive("de", "en")
    assert "Hello friend" in await see(web, f"/ru/archive/{key}")
    assert "Guten Tag friend" in await see(web, f"/de/archive/{key}")


async def test_the_index_names_each_mail_as_somebody_without_a_name_would_get_it(web: Any) -> None:
    key = await in_the_archive(en=draft(subject='{{ first_name|default("Hello") }}, your cards <b>arrived</b>'))
    page = await see(web, "/en/archive")
    assert "Hello, your cards <b>arrived</b>" in page and f"/en/archive/{key}" in page
    assert "<b>arrived" not in (await web.get("/en/archive")).text


async def test_an_empty_index_invites_to_subscribe(web: Any) -> None:
    assert "Nothing here yet" in await see(web, "/en/archive")


async def test_links_of_the_reader_lead_to_the_front_page(web: Any) -> None:
    key = await in_the_archive(en=draft(blocks=[Text("Fewer mails? [Choose]({{ preferences_url }}).")]))
    assert 'href="https://news.example.org/en/"' in await see(web, f"/en/archive/{key}")


async def test_a_draft_or_one_that_was_taken_out_cannot_be_read(web: Any) -> None:
    made = await campaign()
    draft_key = await db.fetch_value("SELECT archive_key FROM campaign WHERE id = $1", made)
    await see(web, f"/en/archive/{draft_key}", 404)
    key = await in_the_archive("en")
    await compose.show_in_archive(made + 1, False, None)
    await see(web, f"/en/archive/{key}", 404)
    assert key not in await see(web, "/en/archive")


@pytest.mark.parametrize("path", ["/xx/archive", "/en/archive/guessed", "/xx/archive/guessed"])
async def test_a_guess_leads_nowhere(web: Any, path: str) -> None:
    await see(web, path, 404)


async def test_a_guess_is_answered_in_the_language_of_the_page(web: Any) -> None:
    assert "Il n’y a rien à cette adresse." in await see(web, "/fr/archive/guessed", 404)


async def test_the_page_may_be_styled_and_nothing_else(web: Any) -> None:
    key = await in_the_archive("en")
    policy = (await web.get(f"/en/archive/{key}")).headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy


async def test_nobody_keeps_a_copy_that_shows_who_is_hidden_meanwhile(web: Any) -> None:
    key = await in_the_archive("en")
    assert (await web.get(f"/en/archive/{key}")).headers["cache-control"] == "no-store"
