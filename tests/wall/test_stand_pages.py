"""Posting by the form, without scripts: what is kept, what comes back, and what a stranger can learn from it."""

import re
from typing import Any

import pytest

from service.kit import db, limits, sealing
from service.kit.i18n import LANGUAGES
from service.kit.web import environment
from service.organisation import queries as organisations
from service.wall import consent, posting
from service.wall.refusals import SENTENCES, Refusal
from tests.make import cases, mails, postings, wall
from tests.make.postings import STAND, send

NOTHING = b""


def kept(page: str) -> str:
    found = re.search(r'name="photo_kept" value="([^"]*)"', page)
    assert found
    return found[1]


def errors(page: str) -> list[str]:
    """The fields that the summary at the top leads to."""
    summary = re.search(r'id="error-summary".*?</div>', page, re.DOTALL)
    return re.findall(r'href="#([\w-]*)"', summary[0]) if summary else []


async def posts() -> int:
    found: int = await db.fetch_value("SELECT count(*) FROM wall_post")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_form_speaks_every_language_and_asks_for_what_is_kept(web: Any, language: str) -> None:
    page = (await web.get(f"/{language}/wall/stand")).text
    name = (await organisations.required()).name
    wordings = [environment(language).from_string("{{ w }}").render(w=box.wording) for box in consent.asked(name)]
    assert all(wording in page for wording in wordings)
    assert not re.search(r'type="checkbox"[^>]* checked', page)


async def test_anna_posts_a_photo_and_a_sentence_and_is_mailed_a_link(web: Any) -> None:
    maria = await cases.prisoner(key="maria")
    answer = await send(web, prisoner="maria", role="Teacher", town="Bern", country="CH", in_mails="yes")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/en/wall/sent/")
    row = await postings.row(await postings.last())
    assert (row["state"], row["prisoner"], row["role"], row["country"]) == ("unconfirmed", maria, "Teacher", "CH")
    assert (row["in_mails"], row["on_social"], row["noindex"]) == (True, False, False)
    assert sealing.unseal_address(row["address"]) == "anna@example.org"
    mail = await mails.last()
    assert (mail.template, mail.address, mail.language) == ("wall/confirm", "anna@example.org", "en")
    assert "day you are free" not in mail.text + mail.html + mail.subject
    assert await db.fetch_value("SELECT state FROM wall_photo") == "uploaded"


async def test_the_words_that_anna_ticked_are_kept_as_she_read_them(web: Any) -> None:
    await send(web, "/de/wall/stand", on_social="yes")
    rows = await db.fetch("SELECT language, wording FROM wall_consent ORDER BY id")
    page = (await web.get("/de/wall/stand")).text
    assert len(rows) == 5
    assert all(row["language"] == "de" and row["wording"].replace("'", "&#39;") in page for row in rows)


async def test_what_is_wrong_comes_back_as_it_was_typed_and_the_photo_need_not_be_chosen_again(web: Any) -> None:
    await cases.prisoner(key="maria")
    sent = {"sentence": "short", "town": "<b>Bern</b>", "prisoner": "maria", "crop": "0,0,0.5,0.5", "email": "anna"}
    answer = await send(web, adult="", on_social="yes", **sent)
    assert answer.status_code == 422
    assert errors(answer.text) == ["sentence", "adult", "email"]
    assert "short</textarea>" in answer.text
    assert "&lt;b&gt;Bern&lt;/b&gt;" in answer.text
    assert 'name="crop" value="0,0,0.5,0.5"' in answer.text
    assert re.search(r'value="maria" checked', answer.text)
    assert re.search(r'name="on_social"[^>]* checked', answer.text)
    assert not re.search(r'name="adult"[^>]* checked', answer.text)
    again = await web.post(STAND, data=postings.typed(photo_kept=kept(answer.text)))
    assert again.status_code == 303
    assert await posts() == 1


async def test_a_form_without_a_photo_asks_for_one_beside_all_else(web: Any) -> None:
    answer = await web.post(STAND, data=postings.typed(name=""))
    assert errors(answer.text) == ["photo", "name"]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (NOTHING, Refusal.EMPTY),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Refusal.UNKNOWN),
        (postings.picture(200, 900), Refusal.TOO_SMALL),
        (b"\xff\xd8\xff" + bytes(20_000_001), Refusal.TOO_BIG),
    ],
)
async def test_a_photo_that_cannot_be_taken_is_refused_with_a_reason_and_the_words_stay(
    web: Any, content: bytes, refusal: Refusal
) -> None:
    answer = await send(web, content=content)
    assert (answer.status_code, errors(answer.text), kept(answer.text)) == (422, ["photo"], "")
    assert str(SENTENCES[refusal]) in answer.text
    assert "the day you are free" in answer.text


@pytest.mark.parametrize("token", ["nonsense", "a.b.c", "x" * 900])
async def test_a_photo_token_that_somebody_made_up_leads_to_no_photo(web: Any, token: str) -> None:
    answer = await web.post(STAND, data=postings.typed(photo_kept=token))
    assert (errors(answer.text), kept(answer.text)) == (["photo"], "")


async def test_one_photo_is_good_for_one_post(web: Any) -> None:
    token = kept((await send(web, name="")).text)
    assert (await web.post(STAND, data=postings.typed(photo_kept=token))).status_code == 303
    answer = await web.post(STAND, data=postings.typed(photo_kept=token, email="eva@example.org"))
    assert (errors(answer.text), await posts()) == (["photo"], 1)


async def test_a_box_that_cannot_be_read_is_not_left_out_in_silence(web: Any) -> None:
    assert errors((await send(web, covers="0.1,0.1,0.2,0.2;nonsense")).text) == ["covers"]
    assert await posts() == 0


async def test_looking_for_somebody_keeps_the_photo_and_what_was_typed(web: Any) -> None:
    await cases.prisoner("Maryna Kavalchuk", key="maryna")
    await cases.prisoner("Ales Lukashyk", key="ales", name_be="Алесь Лукашык", name_ru="", search="")
    answer = await send(web, sentence="I am not", who="kavalch", find="yes", adult="")
    assert (answer.status_code, errors(answer.text)) == (200, [])
    assert 'value="maryna"' in answer.text and 'value="ales"' not in answer.text
    assert "I am not</textarea>" in answer.text
    assert kept(answer.text) and await posts() == 0


async def test_enter_in_a_field_sends_the_form_though_the_search_is_its_first_button(web: Any) -> None:
    assert (await send(web, who="", find="yes")).status_code == 303


async def test_a_link_from_a_prisoner_has_them_chosen(web: Any) -> None:
    await cases.prisoner(key="maria")
    assert re.search(r'value="maria" checked', (await web.get(f"{STAND}?prisoner=maria")).text)
    assert (await web.get(f"{STAND}?prisoner=' OR 1=1--")).status_code == 200


async def test_the_answer_is_the_same_for_known_and_unknown_addresses(web: Any) -> None:
    await wall.post(address="eva@example.org")
    answers = [await send(web, email=f"{name}@example.org") for name in ("eva", "anna")]
    heads = [sorted(name for name in answer.headers if name != "date") for answer in answers]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert heads[0] == heads[1]
    pages = [(await web.get(answer.headers["location"])).text for answer in answers]
    blank = [re.sub(r"/sent/[\w-]+", "/sent/…", page) for page in pages]
    assert blank[0] == blank[1]


async def test_nobody_gets_more_than_three_mails_a_day_however_often_their_address_is_typed(web: Any) -> None:
    for tag in range(5):
        assert (await send(web, email=f"anna+{tag}@example.org")).status_code == 303
    assert len(await mails.waiting()) == 3


async def test_who_sends_form_after_form_is_asked_to_wait_and_keeps_the_words(web: Any) -> None:
    most, seconds = posting.MOST_BY_ONE
    for _each in range(most):
        await limits.count("wall forms", "127.0.0.1/32", seconds)
    answer = await send(web)
    assert answer.status_code == 429
    assert "the day you are free" in answer.text
    assert await db.fetch_value("SELECT count(*) FROM wall_photo") == 0


async def test_half_filled_forms_neither_fill_the_disk_nor_keep_others_from_posting(
    web: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(posting, "MOST_STORED", 1)
    token = kept((await send(web, name="")).text)
    assert (await send(web)).status_code == 303
    late = await web.post(STAND, data=postings.typed(photo_kept=token))
    assert late.status_code == 422 and "choose yours again" in late.text


async def test_photos_that_wait_for_a_worker_do_not_fill_the_disk_either(web: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(posting, "MOST_STORED", 1)
    assert (await send(web)).status_code == 303
    assert (await send(web)).status_code == 429


async def test_a_site_with_many_networks_of_ipv6_is_asked_to_wait(database: Any) -> None:
    """Whoever rents a server has 65,536 of them, and could keep everybody else from posting."""
    with pytest.raises(limits.TooMany):
        for n in range(5 * posting.MOST_BY_ONE[0]):
            await posting.admit(f"2001:db8:7:{n:x}::/64", False)


async def test_a_robot_that_fills_in_everything_posts_nothing(web: Any) -> None:
    assert (await send(web, website="https://spam.example.com")).status_code == 422
    assert await posts() == 0


async def test_a_form_from_another_site_is_refused(web: Any) -> None:
    answer = await web.post(STAND, data=postings.typed(), headers={"Origin": "https://evil.example.com"})
    assert answer.status_code == 403


async def test_a_form_that_is_no_form_is_refused_plainly(web: Any) -> None:
    broken = {"content-type": "multipart/form-data; boundary=x"}
    assert (await web.post(STAND, content=b"--x\r\nnonsense", headers=broken)).status_code == 400
    assert (await web.post(STAND, content=b"", headers=broken)).status_code == 400
    assert (await web.post(STAND, data={"sentence": "x" * 6_000_000})).status_code == 413
    assert (await web.post(STAND, json={"sentence": "hello"})).status_code == 422
    much = {"content-type": "multipart/form-data; boundary=x", "content-length": "90000000"}
    assert (await web.post(STAND, content=b"x", headers=much)).status_code == 413


async def test_the_page_after_the_form_says_how_far_the_photo_is(web: Any) -> None:
    there = (await send(web)).headers["location"]
    assert 'data-refresh="3"' in (await web.get(there)).text
    await postings.prepared()
    page = (await web.get(there)).text
    assert "data-refresh" not in page and "/photo/400.jpg" in page
    assert "anna@example.org" not in page


async def test_a_damaged_photo_is_said_to_be_one_and_another_takes_its_place(web: Any) -> None:
    there = (await send(web)).headers["location"]
    post = await postings.prepared(state="refused", refusal="broken")
    old = (await postings.row(post))["photo"]
    assert str(SENTENCES[Refusal.BROKEN]) in (await web.get(there)).text
    assert (await web.post(there, files=postings.files(NOTHING))).status_code == 422
    assert (await web.post(there, files=postings.files())).status_code == 303
    row = await postings.row(post)
    assert (row["photo"] != old, row["sentence"]) == (True, "I stand by you until the day you are free.")
    assert await db.fetch_value("SELECT state FROM wall_photo WHERE id = $1", old) == "gone"


async def test_a_photo_that_was_good_is_not_exchanged_by_that_page(web: Any) -> None:
    there = (await send(web)).headers["location"]
    before = (await postings.row(await postings.prepared()))["photo"]
    assert (await web.post(there, files=postings.files())).status_code == 303
    assert (await postings.row(await postings.last()))["photo"] == before
