"""Who sponsors whom, as everybody sees it."""

from typing import Any

import pytest

from service.kit import clock, db
from service.kit.i18n import LANGUAGES
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")


async def rosa(key: str = "ch-nr", name: str = "Rosa Beispiel", **columns: Any) -> int:
    found = await db.fetch_value("SELECT id FROM parliament WHERE key = $1", key)
    return await advocacy.representative(found or await advocacy.parliament(key), name=name, **columns)


async def key(prisoner: int) -> str:
    return str(await db.fetch_value("SELECT key FROM prisoner WHERE id = $1", prisoner))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_everybody_sees_who_stands_by_whom_in_each_language(web: Any, language: str):
    maryna = await cases.prisoner()
    await cases.prisoner("Olga Example")
    await advocacy.promise(await rosa(), maryna, source="https://parliament.example.org/news")
    page = (await web.get(f"/{language}/sponsors")).text
    assert "Rosa Beispiel" in page and f"/{language}/prisoners/{await key(maryna)}" in page
    assert 'href="https://parliament.example.org/news" rel="external nofollow noreferrer"' in page


async def test_a_parliament_is_chosen_and_keeps_its_choice(web: Any):
    maryna = await cases.prisoner()
    await advocacy.promise(await rosa(), maryna)
    await rosa("ch-sr", "Sven Muster")
    senate = (await web.get("/en/sponsors?parliament=ch-sr")).text
    assert "Rosa Beispiel" not in senate and "Maryna Kavalchuk" in senate
    assert "/en/sponsors?parliament=ch-sr&amp;show=waiting" in senate
    assert "Rosa Beispiel" in (await web.get("/en/sponsors?parliament=nowhere&page=99999999999&show=x")).text


async def test_those_who_wait_have_pages(web: Any):
    await rosa()
    for n in range(30):
        await cases.prisoner(f"Olga Example{n}", standing=n)
    first = (await web.get("/en/sponsors?show=waiting")).text
    second = (await web.get("/en/sponsors?show=waiting&page=2")).text
    assert first.count('class="person-name"') == 24 and second.count('class="person-name"') == 6
    assert "Example29" in second and "Example29" not in first


async def test_who_looks_for_what_to_do_finds_the_open_action(web: Any):
    maryna = await cases.prisoner()
    await rosa()
    assert "/en/subscribe" in (await web.get("/en/sponsors")).text
    action = await advocacy.action(prisoners=(maryna,))
    there = f"/en/actions/{await db.fetch_value('SELECT key FROM action WHERE id = $1', action)}"
    assert f'href="{there}"' in (await web.get("/en/sponsors")).text
    page = (await web.get(f"/en/prisoners/{await key(maryna)}")).text
    assert f'href="{there}"' in page and "No member of a parliament sponsors Maryna Kavalchuk yet" in page


async def test_a_prisoner_s_page_shows_her_sponsors_their_words_and_other_deeds(web: Any):
    maryna = await cases.prisoner()
    member = await rosa()
    await advocacy.promise(member, maryna, statement={"en": "Until <b>she</b> is free."})
    await advocacy.promise(member, maryna, "question", statement={})
    page = (await web.get(f"/en/prisoners/{await key(maryna)}")).text
    assert "1 member of parliament sponsors Maryna Kavalchuk." in page
    assert "Until &lt;b&gt;she&lt;/b&gt; is free." in page
    assert "Asked a question in parliament about Maryna Kavalchuk" in page


async def test_without_a_sponsor_or_an_action_her_page_says_nothing_of_parliaments(web: Any):
    page = (await web.get(f"/en/prisoners/{await key(await cases.prisoner())}")).text
    assert "In parliament" not in page


@pytest.mark.parametrize("hidden", [{"publication": "hidden"}, {"vetoed_at": clock.now()}])
async def test_a_hidden_prisoner_stands_on_no_page_of_sponsors(web: Any, hidden: dict[str, Any]):
    maryna = await cases.prisoner(**hidden)
    await advocacy.promise(await rosa(), maryna, statement={"en": "I think of Maryna Kavalchuk."})
    for there in ("/en/sponsors", "/en/sponsors?show=waiting"):
        page = (await web.get(there)).text
        assert "Kavalchuk" not in page and "Rosa Beispiel" not in page


async def test_whoever_is_free_keeps_her_sponsors_and_waits_for_nobody(web: Any):
    maryna = await cases.prisoner(state="released")
    await advocacy.promise(await rosa(), maryna)
    assert "Released" in (page := (await web.get("/en/sponsors")).text) and "Everybody has a sponsor" in page
    assert "Rosa Beispiel" in (await web.get(f"/en/prisoners/{await key(maryna)}")).text


async def test_what_is_no_photo_of_a_sponsor_is_not_found(web: Any):
    for name in ("a" * 32 + ".jpg", "x", "%2e%2e%2fsecret"):
        assert (await web.get(f"/sponsors/{name}")).status_code == 404
