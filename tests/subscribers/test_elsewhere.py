"""What other features keep of a person is handed over and erased with the rest."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from service import piccolo_app
from service.delivery import transactional
from service.kit import db, sealing, tokens
from service.subscribers import elsewhere, erasure, imports, requests
from service.subscribers.requests import Kind
from service.wall import asking
from tests.make import advocacy, commands, staff, wall
from tests.make.subscribers import mailing_list, ready, subscriber
from tests.subscribers.test_erasure import rows_with

Work = Callable[[], Awaitable[list[str]]]
ANNA = "anna@example.org"


async def annas_letters(*states: str) -> list[int]:
    parliament = await advocacy.parliament()
    action = await advocacy.action()
    return [
        await advocacy.letter(action, await advocacy.representative(parliament), state, address=ANNA)
        for state in states
    ]


async def test_anna_who_never_subscribed_gets_her_posts_letters_and_that_she_took_part(database: None) -> None:
    await wall.post("Anna", address=ANNA, state="published", sentence="I stand by you.")
    await wall.post("Anna", address=ANNA, state="unconfirmed", sentence="Not confirmed yet.")
    await wall.post("Boris", address="boris@example.org", sentence="From somebody else.")
    [held, _waiting, _ready] = await annas_letters("held", "unconfirmed", "ready")
    await db.execute("UPDATE advocacy_letter SET held_for = '{It holds a link.}' WHERE id = $1", held)
    await advocacy.took_part(await advocacy.action(name="Ask them again"), ANNA)
    told = await erasure.export_person(" Anna@Example.org")
    assert told
    assert [post["sentence"] for post in told["wall_posts"]] == ["I stand by you.", "Not confirmed yet."]
    assert [bool(post["page"]) for post in told["wall_posts"]] == [True, False]
    assert [letter["state"] for letter in told["letters"]] == ["held", "unconfirmed", "ready"]
    assert {letter["body"] for letter in told["letters"]} == {"Dear Ms Beispiel, please stand by Maria."}
    assert told["letters"][0]["held_for"] == ["It holds a link."]
    assert told["letters"][0]["home"] == "3011 Bern"
    assert [part["action"] for part in told["took_part_in"]] == ["Ask them again"]
    assert "somebody else" not in json.dumps(told)


async def test_what_waits_for_an_answer_is_told_as_well(web: Any) -> None:
    friends = await mailing_list()
    id = await ready("email\nAnna@Example.org; second@example.org\nigor@\n", friends)
    await imports.start(id, None, dry_run=False)
    await requests.store(Kind.SIGNUP, ANNA, "be", ["cases"], "be", "Я згодная")
    await asking.ask(ANNA, "en", "192.0.2.0")
    async with db.transaction():
        await transactional.send("wall/confirm", "en", ANNA, {})
    told = await erasure.export_person(ANNA)
    assert told
    assert [asked["wording"] for asked in told["asked_for"]] == ["Я згодная"]
    assert [asked["language"] for asked in told["wall_links_asked"]] == ["en"]
    assert [mail["template"] for mail in told["mails_waiting"]] == ["wall/confirm"]


async def test_an_erasure_takes_posts_down_and_stops_letters(web: Any, work: Work) -> None:
    await subscriber(ANNA)
    posts = [await wall.post("Anna", address=ANNA, state=state) for state in ("published", "waiting", "unconfirmed")]
    hers = (await wall.key(posts[0]), await wall.folder(posts[0]))
    of_boris = await wall.post("Boris", address="boris@example.org")
    letters = await annas_letters("held", "ready", "sent")
    await advocacy.took_part(await advocacy.action(), ANNA)
    await asking.ask(ANNA, "en", "192.0.2.0")
    async with db.transaction():
        await transactional.send("wall/published", "en", ANNA, {})

    gone = await erasure.forget(ANNA)

    assert gone == [
        "the subscription with all that belongs to it",
        "3 letters to members of parliament",
        "the note that they took part in 1 action",
        "3 posts on the photo wall",
        "1 request for the links of posts",
        "mails that waited to leave",
    ]
    assert {await wall.state(post) for post in posts} == {"withdrawn"}
    assert await wall.state(of_boris) == "published"
    assert (await web.get(f"/en/wall/faces/{hers[0]}")).status_code == 410
    assert (await web.get(f"/wall/photos/{hers[1]}/320.jpg")).status_code == 410
    await work()
    states = await db.fetch("SELECT state FROM advocacy_letter WHERE id = ANY($1) ORDER BY id", letters)
    assert [row["state"] for row in states] == ["failed", "failed", "sent"]
    assert await rows_with(*elsewhere.sealing.address_candidates(ANNA)) == []
    assert await db.fetch_value("SELECT count(*) FROM wall_post WHERE sentence = ''") == len(posts)
    assert await erasure.export_person(ANNA) == {"address": ANNA, "suppressed": "erased"}


async def test_who_lies_about_nothing_has_nothing_elsewhere(database: None) -> None:
    await annas_letters("held")
    await wall.post("Anna", address=ANNA)
    assert await erasure.export_person("boris@example.org") is None
    assert await erasure.forget("boris@example.org") == []
    assert (await erasure.export_person(ANNA) or {}).keys() >= {"wall_posts", "letters"}


async def test_the_command_says_what_there_is_and_what_is_gone(database: None) -> None:
    await wall.post("Anna", address=ANNA, sentence="I stand by you.")
    await annas_letters("held")
    told = (await commands.hundredfold("subscribers", "person", "-", typed=f"{ANNA}\n", code=0)).printed
    assert "wall posts: 1 of 1" in told
    assert "    sentence: I stand by you." in told
    assert "    body: Dear Ms Beispiel, please stand by Maria." in told
    gone = (await commands.hundredfold("subscribers", "forget", "-", typed=f"{ANNA}\n", code=0)).printed
    assert gone == (
        "Erased: 1 letter to a member of parliament, 1 post on the photo wall."
        " A keyed hash stays, which keeps imports from bringing the address back.\n"
    )
    missing = await commands.hundredfold("subscribers", "person", "-", typed="boris@example.org\n", code=1)
    assert "Nothing is held about this address." in missing.complaint


async def test_an_editor_answers_anna_who_is_no_subscriber(web: Any) -> None:
    post = await wall.post("Anna", address=ANNA, sentence="I stand by you.")
    await annas_letters("held")
    csrf = await staff.sign_in(web, await staff.staff("Ed", "editor"))
    found = await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": ANNA})
    hers = found.headers["location"]
    assert "anna" not in hers
    assert sealing.seal_address(ANNA).hex() not in str(tokens.read("person looked up", hers.rsplit("/", 1)[-1]))
    page = (await web.get(hers)).text
    assert "1 post on the photo wall" in page
    assert "“I stand by you.” (published)" in page
    assert "To Rosa Beispiel in “Ask your member to sponsor Maria” (held)" in page
    assert "please stand by Maria." not in page
    handed = (await web.post(f"{hers}/data", data={"csrf": csrf})).json()
    assert [letter["body"] for letter in handed["letters"]] == ["Dear Ms Beispiel, please stand by Maria."]
    assert (await web.post(f"{hers}/unsubscribe", data={"csrf": csrf})).status_code == 404
    refused = await web.post(f"{hers}/erase", data={"csrf": csrf, "confirmation": "no"})
    assert (refused.status_code, "Please type the word" in refused.text) == (422, True)
    await web.post(f"{hers}/erase", data={"csrf": csrf, "confirmation": "erase"})
    assert "Erased: 1 letter to a member of parliament, 1 post on" in (await web.get("/staff/subscribers")).text
    assert await wall.state(post) == "withdrawn"
    assert "Nothing is held any more" in (await web.get(hers)).text
    assert (await web.post(f"{hers}/data", data={"csrf": csrf})).status_code == 200
    assert [
        row["subject"] for row in await db.fetch("SELECT subject FROM audit WHERE action LIKE 'subscriber%'")
    ] == [
        "",
        "",
        "",
    ]


async def test_a_moderator_is_not_told_who_wrote_to_parliament(web: Any) -> None:
    await subscriber(ANNA)
    await annas_letters("held")
    await wall.post("Boris", address="boris@example.org")
    csrf = await staff.sign_in(web, await staff.staff("Mo", "moderator"))
    found = await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": ANNA})
    assert "Rosa Beispiel" not in (await web.get(found.headers["location"])).text
    missing = await web.post("/staff/subscribers/find", data={"csrf": csrf, "address": "boris@example.org"})
    assert missing.status_code == 422


def test_every_feature_that_keeps_sealed_addresses_says_how_they_are_handed_over_and_erased() -> None:
    sealed = {
        table.__module__.split(".")[1]
        for table in piccolo_app.APP_CONFIG.table_classes
        for column in table._meta.columns
        if column._meta.help_text == "sealed: address"
    }
    telling = {kept.tell.__module__.split(".")[1] for kept in elsewhere.everywhere()}
    # Those below: `erasure` and `auth` look after their own.
    assert sealed - {"auth", "delivery", "subscribers"} == telling
