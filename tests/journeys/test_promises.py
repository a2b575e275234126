"""From the question that comes a fortnight after a letter to a sponsor whom everybody can see."""

from datetime import timedelta
from typing import Any

from service.advocacy import reminding
from service.kit import clock, db, tokens
from tests.make import advocacy, cases, mails
from tests.make.promises import MARYNAS, typed
from tests.make.staff import sign_in, staff

WORDS = "She rang me herself and said that she will take it on."


async def test_what_anna_was_promised_becomes_a_sponsorship_with_a_successor(web: Any) -> None:
    bern, maryna = await advocacy.area(), await cases.prisoner()
    national = await advocacy.parliament()
    rosa, sven = [await advocacy.representative(national, bern, name) for name in ("Rosa Beispiel", "Sven Muster")]
    await advocacy.letter(await advocacy.action(prisoners=(maryna,)), rosa, "sent", prisoners=[maryna])
    person = "/en/prisoners/" + await db.fetch_value("SELECT key FROM prisoner")
    assert "No member of a parliament sponsors" in (await web.get(person)).text

    with clock.at(clock.now() + timedelta(days=14, minutes=1)):
        await reminding.ask_due()
        link = (await mails.last()).link("/actions/answer/")
        told = {"outcome": "answered", "promised": ["sponsors", "question"], "words": WORDS}
        assert (await web.post(link, data=told)).status_code == 303
        assert "Thank you for telling us" in (await web.get(link)).text
        assert "Rosa Beispiel" not in (await web.get("/en/sponsors")).text

        edda = await sign_in(web, await staff("Edda", "editor"))
        assert "2 promises" in (await web.get("/staff")).text
        entry = await db.fetch_value("SELECT id FROM promise WHERE kind = 'sponsors'")
        assert WORDS in (await web.get(f"/staff/promises/{entry}")).text
        form = {"csrf": edda, "version": "1"}
        await web.post(f"/staff/promises/{entry}", data=form | typed(rosa, maryna))
        for page in (person, "/en/sponsors"):
            assert "Rosa Beispiel" in (seen := (await web.get(page)).text) and MARYNAS in seen
        assert WORDS not in (await web.get(person)).text

        day = clock.now().date().isoformat()
        handed = form | {"version": "2", "successor": str(sven), "on": day}
        await web.post(f"/staff/promises/{entry}/hand-over", data=handed)
    with clock.at(clock.now() + timedelta(days=16)):
        seen = (await web.get("/en/sponsors")).text
        assert "Sven Muster" in seen and "Rosa Beispiel" not in seen


async def test_a_link_for_something_else_answers_no_questionnaire(web: Any) -> None:
    national = await advocacy.parliament()
    letter = await advocacy.letter(await advocacy.action(), await advocacy.representative(national), "sent")
    for purpose in ("advocacy-confirm", "unsubscribe", "wall-mine"):
        there = f"/en/actions/answer/{tokens.make(purpose, [letter])}"
        assert (await web.post(there, data={"outcome": "answered"})).status_code == 400
    assert await db.fetch_value("SELECT outcome FROM advocacy_letter") == ""
