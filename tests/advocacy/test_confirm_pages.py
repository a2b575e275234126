"""The click in the mail: what leaves, what is looked at first, and what a stranger with the link can do."""

import re
from datetime import timedelta
from typing import Any

import pytest

from service.advocacy import confirming
from service.kit import clock, db, sealing
from tests.make import advocacy, mails, writing
from tests.make.writing import scene


async def states() -> list[str]:
    return [row["state"] for row in await db.fetch("SELECT state FROM advocacy_letter ORDER BY id")]


async def test_looking_at_the_page_changes_nothing(web: Any) -> None:
    found = await scene()
    await writing.send(web, found)
    link = await writing.confirm_link()
    page = (await web.get(link)).text
    assert "Rosa Beispiel" in page
    assert "I met Maria at a concert" in page
    assert await states() == ["unconfirmed"]
    assert await db.fetch_value("SELECT count(*) FROM took_part") == 0


async def test_anna_confirms_and_hears_about_when_it_leaves(web: Any) -> None:
    found = await scene()
    await writing.send(web, found)
    answer = await writing.confirm(web)
    assert answer.status_code == 303
    assert await states() == ["ready"]
    page = (await web.get(answer.headers["location"])).text
    assert "Your letter leaves about" in page
    assert "Thank you for standing by Maria." in page
    assert f"/members?area={found.bern}" in page
    [row] = await db.fetch("SELECT * FROM took_part")
    assert (row["action"], sealing.unseal_address(row["address"])) == (found.action, "anna@example.org")
    # By no moment can anybody tell, when the letter is scrubbed, which one was hers.
    assert (row["at"].hour, row["at"].minute, row["at"].second, row["at"].microsecond) == (0, 0, 0, 0)


async def test_after_the_click_the_link_shows_nothing_of_the_letter(web: Any) -> None:
    await writing.send(web, await scene())
    answer = await writing.confirm(web)
    page = (await web.get(answer.headers["location"])).text.split("<main")[1]
    assert not re.search("Rosa|Beispiel|concert|Muster|anna@|3011", page)


async def test_the_second_click_changes_nothing(web: Any) -> None:
    await writing.send(web, await scene())
    link = await writing.confirm_link()
    chosen = {"letter": writing.letters((await web.get(link)).text)}
    first, second = [await web.post(link, data=chosen) for _each in range(2)]
    assert (first.status_code, second.status_code) == (303, 303)
    assert await states() == ["ready"]
    assert await db.fetch_value("SELECT count(*) FROM took_part") == 1


async def test_a_letter_with_a_link_is_looked_at_first_and_not_lost(web: Any) -> None:
    found = await scene()
    text = f"Guten Tag\n\nPlease read https://example.net/buy-now today. {'Maria is in my thoughts. ' * 5}"
    await writing.send(web, found, text=text)
    answer = await writing.confirm(web)
    row = await db.fetch_one("SELECT state, held_for, body FROM advocacy_letter")
    assert row
    assert (row["state"], bool(row["held_for"])) == ("held", True)
    assert "https://example.net/buy-now" in sealing.unseal("advocacy body", row["body"])
    assert "looks at your letter first" in (await web.get(answer.headers["location"])).text


async def test_one_link_confirms_all_that_she_wrote_in_the_action(web: Any) -> None:
    found = await scene()
    urs = await advocacy.representative(found.parliament, found.bern, "Urs Anders")
    key = await db.fetch_value("SELECT key FROM representative WHERE id = $1", urs)
    await writing.send(web, found)
    page = (await web.post(f"{found.path('write')}/{key}?area={found.bern}", data=writing.answers())).text
    await web.post(f"{found.path('send')}/{key}?area={found.bern}", data=writing.fields(page))
    assert await writing.confirm(web)
    assert await states() == ["ready", "ready"]
    assert await db.fetch_value("SELECT count(*) FROM took_part") == 1


async def test_she_sends_one_and_leaves_the_other(web: Any) -> None:
    found = await scene()
    urs = await advocacy.representative(found.parliament, found.bern, "Urs Anders")
    await writing.send(web, found)
    await advocacy.letter(found.action, urs, "unconfirmed")
    link = await writing.confirm_link()
    page = (await web.get(link)).text
    assert "Send these letters?" in page
    chosen = writing.letters(page)
    assert len(chosen) == 2
    await web.post(link, data={"letter": chosen[:1]})
    assert await states() == ["ready", "unconfirmed"]


async def test_what_somebody_else_wrote_with_her_address_is_not_ticked_for_her(web: Any) -> None:
    """Anybody may have typed her address; her own click does not send their words unless she says so."""
    found = await scene()
    urs = await advocacy.representative(found.parliament, found.bern, "Urs Anders")
    await writing.send(web, found)
    await advocacy.letter(found.action, urs, "unconfirmed", body="Words of hate that Anna never wrote.")
    link = await writing.confirm_link()
    boxes = re.findall(r'<input [^>]*name="letter"[^>]*>', (await web.get(link)).text)
    assert [" checked" in box for box in boxes] == [True, False]
    await web.post(link, data={"letter": writing.letters(boxes[0])})
    boxes = re.findall(r'<input [^>]*name="letter"[^>]*type="checkbox"[^>]*>', (await web.get(link)).text)
    assert not [box for box in boxes if " checked" in box]
    assert await states() == ["ready", "unconfirmed"]


async def test_nobody_confirms_the_letters_of_somebody_else(web: Any) -> None:
    found = await scene()
    urs = await advocacy.representative(found.parliament, found.bern, "Urs Anders")
    await writing.send(web, found)
    other = await advocacy.letter(found.action, urs, "unconfirmed", "boris@example.org")
    row = await db.fetch_one("SELECT * FROM advocacy_letter WHERE id = $1", other)
    assert row
    link = await writing.confirm_link()
    assert "Urs Anders" not in (await web.get(link)).text
    await web.post(link, data={"letter": [confirming.value_of(row)]})
    assert await states() == ["unconfirmed", "unconfirmed"]


async def test_what_was_written_anew_since_it_was_shown_is_shown_again(web: Any) -> None:
    """Somebody else, who typed her address, cannot put their words under her click."""
    found = await scene()
    await writing.send(web, found)
    link = await writing.confirm_link()
    seen = writing.letters((await web.get(link)).text)
    await writing.send(web, found, text=f"Something that Anna never wrote. {'And more of it. ' * 10}")
    answer = await web.post(link, data={"letter": seen})
    assert answer.status_code == 422
    assert "changed since you opened this page" in answer.text
    assert await states() == ["unconfirmed"]


async def test_nothing_chosen_is_told(web: Any) -> None:
    await writing.send(web, await scene())
    answer = await web.post(await writing.confirm_link(), data={})
    assert answer.status_code == 422
    assert "Please choose at least one letter." in answer.text


@pytest.mark.parametrize(("state", "status"), [("closed", 410), ("frozen", 409)])
async def test_an_action_that_ended_meanwhile_gives_the_letter_back(web: Any, state: str, status: int) -> None:
    found = await scene()
    await writing.send(web, found)
    link = await writing.confirm_link()
    chosen = writing.letters((await web.get(link)).text)
    await db.execute("UPDATE action SET state = $1", state)
    assert (await web.post(link, data={"letter": chosen})).status_code == 303
    page = await web.get(link)
    assert page.status_code == status
    assert "I met Maria at a concert" in page.text
    assert await states() == ["unconfirmed"]


async def test_a_member_who_left_office_gets_nothing(web: Any) -> None:
    await writing.send(web, await scene())
    await db.execute("UPDATE membership SET until = '2024-01-01'")
    link = await writing.confirm_link()
    page = (await web.get(link)).text
    assert "not in office any more" in page
    assert "<button" not in page.split("<main")[1]
    assert await confirming.confirm(link.rsplit("/", 1)[1], writing.letters(page), "127.0.0.1", "en") == 0


async def test_a_try_out_counts_for_nobody(web: Any) -> None:
    await writing.send(web, await scene(state="draft", test_address=sealing.seal_address("staff@example.org")))
    await writing.confirm(web, "staff@example.org")
    assert await states() == ["ready"]
    assert await db.fetch_value("SELECT count(*) FROM took_part") == 0


async def test_a_letter_that_was_dropped_is_said_to_be_too_late(web: Any) -> None:
    await writing.send(web, await scene())
    link = await writing.confirm_link()
    await db.execute("UPDATE advocacy_letter SET state = 'dropped'")
    page = await web.get(link)
    assert page.status_code == 410
    assert "not confirmed in time" in page.text


async def test_a_link_that_is_too_old_or_broken_confirms_nothing(web: Any) -> None:
    await writing.send(web, await scene())
    link = await writing.confirm_link()
    with clock.at(clock.now() + timedelta(days=8)):
        assert (await web.get(link)).status_code == 410
        assert (await web.post(link, data={})).status_code == 410
    for n in range(len("/en/actions/confirm/"), len(link), 7):
        changed = link[:n] + ("A" if link[n] != "A" else "B") + link[n + 1 :]
        assert (await web.post(changed, data={})).status_code in (400, 410)
    assert (await web.get(link[:-3])).status_code == 400
    assert await states() == ["unconfirmed"]


async def test_a_link_of_another_purpose_confirms_nothing(web: Any) -> None:
    from service.advocacy import links

    await writing.send(web, await scene())
    letter = await db.fetch_value("SELECT id FROM advocacy_letter")
    token = links.answer(letter, "en").rsplit("/", 1)[1]
    assert (await web.get(f"/en/actions/confirm/{token}")).status_code == 400


async def test_a_form_of_another_site_is_refused(web: Any) -> None:
    await writing.send(web, await scene())
    link = await writing.confirm_link()
    chosen = {"letter": writing.letters((await web.get(link)).text)}
    assert (await web.post(link, data=chosen, headers={"origin": "https://example.net"})).status_code == 403
    assert await states() == ["unconfirmed"]


async def test_the_mail_that_says_it_was_written_already_leads_back_to_the_action(web: Any) -> None:
    found = await scene()
    await writing.send(web, found)
    await db.execute("UPDATE advocacy_letter SET state = 'sent'")
    await writing.send(web, found)
    mail = await mails.last()
    assert mail.template == "advocacy/already"
    assert mail.link("/actions/") == f"/en/actions/{found.key}"
