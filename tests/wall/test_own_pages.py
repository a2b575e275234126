"""The links of the mails: they do nothing by being opened, and nothing for whoever has another one."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from service.kit import clock, db
from service.kit.i18n import LANGUAGES
from service.wall import links
from tests.make import cases, mails, photos, postings, wall
from tests.make.postings import send

Work = Callable[[], Awaitable[list[str]]]


async def state(post: int) -> str:
    return str((await postings.row(post))["state"])


async def test_the_link_of_the_mail_shows_the_post_and_only_the_button_confirms_it(web: Any) -> None:
    await send(web)
    post = await postings.prepared()
    link = (await mails.last()).link("/confirm/")
    page = (await web.get(link)).text
    assert "the day you are free" in page and "/photo/400.jpg" in page
    assert await state(post) == "unconfirmed"
    answer = await web.post(link)
    assert answer.headers["location"].startswith("/en/wall/mine/")
    assert await state(post) == "waiting"
    assert "confirmed already" in (await web.get(link)).text


async def test_a_photo_that_is_still_made_ready_is_not_confirmed_unseen(web: Any) -> None:
    await send(web)
    link = (await mails.last()).link("/confirm/")
    assert 'data-refresh="3"' in (await web.get(link)).text
    assert (await web.post(link)).headers["location"] == link
    assert await state(await postings.last()) == "unconfirmed"


async def test_a_link_to_a_damaged_photo_leads_to_choosing_another(web: Any) -> None:
    await send(web)
    await postings.prepared(state="refused", refusal="broken")
    page = (await web.get((await mails.last()).link("/confirm/"))).text
    there = re.search(r'href="(/en/wall/sent/[^"]+)"', page)
    assert there and (await web.get(there[1])).status_code == 200


async def test_after_three_days_the_link_and_the_post_are_gone(web: Any) -> None:
    await send(web)
    link = (await mails.last()).link("/confirm/")
    with clock.at(clock.now() + timedelta(days=3, hours=1)):
        assert (await web.get(link)).status_code == 410
        assert (await web.post(link)).status_code == 410


@pytest.mark.parametrize("purpose", ["confirm", "mine"])
async def test_a_token_is_good_for_its_own_purpose_alone(web: Any, purpose: str) -> None:
    post = await wall.post(state="unconfirmed")
    tokens = {
        "sent": links.sent(post, "en"),
        "confirm": links.confirm(post, "en"),
        "mine": links.mine(post, "en"),
    }
    for name, path in tokens.items():
        token = path.rsplit("/", 1)[1]
        expected = 200 if name == purpose else 400
        assert (await web.get(f"/en/wall/{purpose}/{token}")).status_code == expected
    token = tokens[purpose].rsplit("/", 1)[1]
    for place in range(0, len(token), 3):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert (await web.get(f"/en/wall/{purpose}/{changed}")).status_code == 400


async def test_anna_changes_her_sentence_and_it_waits_again(web: Any) -> None:
    post = await wall.post(on_social=False)
    link = links.mine(post, "en")
    typed = {"sentence": "I stand by you every single day.", "name": "Anna", "in_mails": "yes"}
    answer = await web.post(link, data=typed)
    assert (answer.status_code, await state(post)) == (303, "waiting")
    page = (await web.get(link)).text
    assert "every single day" in page and "before it is shown again" in page


async def test_what_anna_got_wrong_comes_back_and_her_post_stays_as_it_was(web: Any) -> None:
    post = await wall.post()
    answer = await web.post(links.mine(post, "en"), data={"sentence": "no", "name": "<i>"})
    assert answer.status_code == 422
    assert "no</textarea>" in answer.text and 'value="&lt;i&gt;"' in answer.text
    assert await state(post) == "published"


async def test_anna_takes_another_photo_and_it_waits_again(web: Any) -> None:
    post = await wall.post()
    old = (await postings.row(post))["photo"]
    typed = {"sentence": wall.SENTENCE, "name": "Anna", "in_mails": "yes", "on_social": "yes"}
    assert (await web.post(links.mine(post, "en"), data=typed, files=postings.files())).status_code == 303
    assert ((await postings.row(post))["photo"] != old, await state(post)) == (True, "waiting")


async def test_looking_for_somebody_changes_nothing_yet(web: Any) -> None:
    await cases.prisoner("Maryna Kavalchuk", key="maryna")
    post = await wall.post()
    typed = {"sentence": "Other words, not sent yet.", "name": "Anna", "who": "maryna", "find": "yes"}
    page = await web.post(links.mine(post, "en"), data=typed)
    assert 'value="maryna"' in page.text and "Other words" in page.text
    assert await state(post) == "published"


async def test_the_form_without_scripts_sends_back_what_it_shows(web: Any) -> None:
    await cases.prisoner(key="maria")
    post = await wall.post(role="Teacher", town="Bern", country="CH", on_social=False)
    page = (await web.get(links.mine(post, "en"))).text
    shown = dict(re.findall(r'name="(name|role|town)"[^>]* value="([^"]*)"', page))
    assert shown == {"name": "Anna", "role": "Teacher", "town": "Bern"}
    assert re.search(r'<option value="CH" selected', page)
    assert re.search(r'name="in_mails"[^>]* checked', page) and not re.search(r'name="on_social"[^>]* checked', page)
    assert 'name="adult"' not in page and 'name="email"' not in page


async def test_one_click_takes_the_post_down_for_good(web: Any) -> None:
    post = await wall.post()
    key = await wall.key(post)
    link = links.mine(post, "en")
    assert "take-down" in (await web.get(link)).text
    assert (await web.post(f"{link}/take-down")).headers["location"] == "/en/wall/mine/gone"
    assert await state(post) == "withdrawn"
    addresses = [link, f"{link}/photo/640.jpg", f"/en/wall/faces/{key}", links.confirm(post, "en")]
    assert [(await web.get(address)).status_code for address in addresses] == [410] * 4
    gone = await web.get(f"/en/wall/faces/{key}")
    assert "This post is not here any more" in gone.text and 'href="/en/wall"' in gone.text.partition("<main")[2]
    assert (await web.post(f"{link}/take-down")).status_code == 410
    assert "cannot be called back" in (await web.get("/en/wall/mine/gone")).text


@pytest.mark.parametrize("what", ["", "/take-down"])
async def test_a_form_from_another_site_changes_nothing(web: Any, what: str) -> None:
    post = await wall.post()
    answer = await web.post(links.mine(post, "en") + what, headers={"Origin": "https://evil.example.com"})
    assert (answer.status_code, await state(post)) == (403, "published")


async def test_the_photo_of_a_post_that_is_not_public_is_for_its_author_alone(web: Any) -> None:
    post = await wall.post(state="waiting", picture=photos.jpeg())
    base = links.mine(post, "en")
    name = re.findall(r"/photo/(\d+\.jpg)", (await web.get(base)).text)[-1]
    answer = await web.get(f"{base}/photo/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (
        await web.get(f"{links.confirm(post, 'en').replace('/confirm/', '/mine/')}/photo/{name}")
    ).status_code == 200
    folder = await db.fetch_value("SELECT folder FROM wall_photo")
    assert (await web.get(f"/wall/photos/{folder}/{name}")).status_code == 404
    for path in (f"{base}x/photo/{name}", f"{base}/photo/641.jpg", f"{base}/photo/..%2foriginal"):
        assert (await web.get(path)).status_code in (400, 404)


async def test_the_page_after_the_form_is_there_for_a_day(web: Any) -> None:
    post = await wall.post(state="unconfirmed")
    link = links.sent(post, "en")
    assert (await web.get(link)).status_code == 200
    with clock.at(clock.now() + timedelta(days=1, minutes=2)):
        assert "/en/wall/mine" in (await web.get(link)).text
        assert (await web.get(link)).status_code == 410


async def test_anna_asks_for_her_links_and_gets_one_for_each_of_her_posts(web: Any, work: Work) -> None:
    first, second = await wall.post(), await wall.post(state="waiting")
    await wall.post(state="unconfirmed")
    await wall.post(address="eva@example.org")
    answer = await web.post("/en/wall/mine", data={"email": "Anna@example.org"})
    assert answer.headers["location"] == "/en/wall/mine/sent"
    await work()
    [mail] = await mails.waiting()
    assert (mail.template, mail.address) == ("wall/links", "anna@example.org")
    found = re.findall(r"/en/wall/mine/([\w-]+)", mail.text)
    assert [links.read(token, links.MINE) for token in found] == [second, first]


async def test_who_has_nothing_on_the_wall_gets_the_same_answer_and_no_mail(web: Any, work: Work) -> None:
    await wall.post(state="unconfirmed")
    await wall.post()
    answers = [await web.post("/en/wall/mine", data={"email": f"{who}@example.org"}) for who in ("anna", "eva")]
    assert len({(a.status_code, a.headers["location"], a.content) for a in answers}) == 1
    await work()
    assert [mail.address for mail in await mails.waiting()] == ["anna@example.org"]
    assert await db.fetch_value("SELECT count(*) FROM wall_links_asked") == 0


async def test_an_address_that_is_none_comes_back_as_it_was_typed(web: Any) -> None:
    answer = await web.post("/en/wall/mine", data={"email": '"><script>'})
    assert answer.status_code == 422
    assert "&#34;&gt;&lt;script&gt;" in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_link_works_in_every_language(web: Any, language: str) -> None:
    post = await wall.post()
    token = links.mine(post, "en").rsplit("/", 1)[1]
    assert f'lang="{language}"' in (await web.get(f"/{language}/wall/mine/{token}")).text


async def test_what_somebody_typed_runs_nowhere_on_the_authors_pages(web: Any) -> None:
    script = "<script>alert(1)</script>"
    post = await wall.post(
        state="unconfirmed", name=script, sentence=f'{script} "quoted" {{{{ 7*7 }}}}', role=script, town=script
    )
    for path in (links.mine(post, "en"), links.confirm(post, "en"), links.sent(post, "en")):
        page = (await web.get(path)).text
        assert "<script>alert" not in page and "49" not in re.sub(r'["/][\w/.-]*49[\w-]*', "", page)


async def test_who_filled_in_the_form_for_somebody_else_sees_nothing_once_it_is_theirs(web: Any) -> None:
    """The owner of the address may choose another photo, and takes back what a stranger sent."""
    post = await wall.post(state="unconfirmed", picture=photos.jpeg())
    sent = links.sent(post, "en")
    token = sent.rpartition("/")[2]
    assert (await web.get(sent)).status_code == 200
    assert (await web.get(f"/en/wall/mine/{token}/photo/480.jpg")).status_code == 200
    await web.post(links.confirm(post, "en"))
    assert (await web.get(sent)).status_code == 410
    assert (await web.get(f"/en/wall/mine/{token}/photo/480.jpg")).status_code == 410
    mine = links.mine(post, "en")
    assert (await web.get(f"{mine}/photo/480.jpg")).status_code == 200
