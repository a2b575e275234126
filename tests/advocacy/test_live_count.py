import asyncio
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from service.advocacy import live_count
from service.kit import clock, db
from service.kit.i18n import LANGUAGES
from tests.make import advocacy

pytestmark = pytest.mark.usefixtures("database")


async def sent(action: int, letters: int, state: str = "sent") -> None:
    rosa = await advocacy.representative(await advocacy.parliament(f"p{clock.random_bytes(3).hex()}"))
    for n in range(letters):
        await advocacy.letter(action, rosa, state, f"{n}@example.org")


async def key_of(action: int) -> str:
    """By chance, as everywhere: what is remembered of one action is not of another."""
    key: str = await db.fetch_value("SELECT key FROM action WHERE id = $1", action)
    return key


async def count(web: Any, action: int, language: str = "en") -> Any:
    key = await key_of(action)
    answer = await web.get(f"/actions/{key}/count-{language}.png")
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_picture_is_as_wide_as_a_mail_and_light_whatever_is_around_it(web: Any, language: str) -> None:
    action = await advocacy.action(goal=2000)
    await sent(action, 3)
    content = (await count(web, action, language)).content
    assert len(content) < 12_000
    drawn = Image.open(BytesIO(content)).convert("RGB")
    assert drawn.size == (1120, 240)
    assert min(drawn.getpixel((1000, 230))) > 230


async def test_it_is_the_same_for_everybody_and_kept_for_minutes_on_its_way(web: Any) -> None:
    action = await advocacy.action()
    first = await count(web, action)
    assert first.headers["cache-control"] == "public, max-age=180" and "set-cookie" not in first.headers
    path = f"/actions/{await key_of(action)}/count-en.png"
    again = await web.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304 and again.headers["cache-control"] == "public, max-age=180"


async def test_after_minutes_it_says_the_number_of_then(web: Any) -> None:
    action = await advocacy.action()
    before = (await count(web, action)).headers["etag"]
    await sent(action, 2)
    assert (await count(web, action)).headers["etag"] == before
    with clock.at(clock.now() + live_count.KEPT_FOR + timedelta(seconds=1)):
        assert (await count(web, action)).headers["etag"] != before


async def test_thousands_who_open_a_mail_count_the_letters_once(web: Any) -> None:
    action = await advocacy.action()
    await sent(action, 1)
    await count(web, action)
    await db.execute("UPDATE advocacy_letter SET state = 'failed'")
    for language in LANGUAGES:
        await count(web, action, language)
    assert (await live_count.shown(await key_of(action), "en"))["done"] == 1


async def test_what_failed_or_waits_is_not_counted() -> None:
    action = await advocacy.action()
    await sent(action, 2)
    await sent(action, 1, "failed")
    await sent(action, 1, "ready")
    assert (await live_count.shown(await key_of(action), "en"))["count"] == "2 letters and calls so far"


@pytest.mark.parametrize(
    "name", ["count-en.jpg", "count-xx.png", "count-.png", "count-en.png.png", "..%2Fcount-en.png", "count"]
)
async def test_there_is_no_other_picture(web: Any, name: str) -> None:
    key = await key_of(await advocacy.action())
    assert (await web.get(f"/actions/{key}/{name}")).status_code == 404


async def test_a_draft_has_none(web: Any) -> None:
    key = await key_of(await advocacy.action(state="draft"))
    assert (await web.get(f"/actions/{key}/count-en.png")).status_code == 404


@pytest.mark.parametrize(("goal", "letters", "height"), [(10, 0, 240), (0, 12, 168), (3, 4, 240)])
async def test_letters_and_goals_of_all_kinds_can_be_drawn(web: Any, goal: int, letters: int, height: int) -> None:
    action = await advocacy.action(goal=goal)
    await sent(action, letters)
    assert Image.open(BytesIO((await count(web, action)).content)).size == (1120, height)


async def test_who_opens_a_mail_in_the_same_moment_as_many_others_sees_it_too(web: Any) -> None:
    path = f"/actions/{await key_of(await advocacy.action())}/count-de.png"
    answers = await asyncio.gather(*(web.get(path) for _each in range(60)))
    assert {answer.status_code for answer in answers} == {200}
