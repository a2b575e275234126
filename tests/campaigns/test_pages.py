"""The console as somebody without scripts uses it."""

import re
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from PIL import Image as Pillow

from service.campaigns import compose, moments, queries, sending
from service.kit import clock, db
from service.rendering.blocks import Button, Columns, Heading, Image, Text
from tests.make.campaigns import campaign, draft, postal_address
from tests.make.mailings import states
from tests.make.smtp import smtp_url
from tests.make.staff import Person, sign_in, staff
from tests.make.subscribers import mailing_list, subscriber


class Desk:
    """Olga at her desk."""

    def __init__(self, web: Any, csrf: str) -> None:
        self.web, self.csrf = web, csrf

    async def see(self, path: str, status: int = 200) -> str:
        answer = await self.web.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        return unescape(answer.text)

    async def send(self, path: str, status: int = 303, files: Any = None, **fields: Any) -> Any:
        answer = await self.web.post(path, data={"csrf": self.csrf, **fields}, files=files)
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        return answer

    async def fields(self, path: str) -> dict[str, Any]:
        """What the form `composer` would send if one pressed a button without typing."""
        return form_of((await self.web.get(path)).text)


def form_of(page: str) -> dict[str, Any]:
    form = page.partition('id="composer"')[2].partition("</form>")[0]
    fields = {
        name: value
        for tag, name, value in re.findall(r'(<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"[^>]*>)', form)
        if 'type="checkbox"' not in tag or " checked" in tag
    }
    fields |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        fields[name] = next(iter(re.findall(r'value="([^"]*)" selected', options)), "")
    return {name: unescape(value) for name, value in fields.items() if name != "do"}


@pytest.fixture
async def olga(web: Any) -> Person:
    return await staff("Olga", "editor")


@pytest.fixture
async def desk(web: Any, olga: Person) -> Desk:
    return Desk(web, await sign_in(web, olga))


async def test_an_empty_house_is_told_the_three_steps(desk: Desk) -> None:
    assert "Three steps to the first letter" in await desk.see("/staff")
    assert "No campaigns yet" in await desk.see("/staff/campaigns")


async def test_olga_begins_to_write(desk: Desk) -> None:
    answer = await desk.send("/staff/campaigns", name="News in June")
    assert "1 · Heading" in await desk.see(answer.headers["location"])


async def test_a_campaign_without_a_name_is_asked_for_one(desk: Desk) -> None:
    answer = await desk.send("/staff/campaigns", status=422, name=" ")
    assert "Give the campaign a name" in answer.text


async def test_olga_begins_with_last_month_s_letter(desk: Desk) -> None:
    made = await campaign(["en", "de"])
    await desk.send("/staff/campaigns", name="News in July", source=str(made))
    assert list(await queries.editions(made + 1)) == ["en", "de"]
    assert (await queries.find(made + 1)).name == "News in July"


async def test_pressing_save_without_typing_changes_nothing(desk: Desk) -> None:
    blocks = [
        Heading("Hello & “welcome” <b>", 3),
        Text("\n  Two\n\nlines {{ first_name }}".strip()),
        Image("/media/x.jpg", "A <boat>", "https://www.example.org/?a=1&b=2", "Caption", 300),
        Columns([Heading("Left")], [Button("Go", "https://www.example.org")]),
    ]
    made = await campaign(en=draft(blocks=blocks, subject='Letters "and" <cards>'))
    path = f"/staff/campaigns/{made}/edit/en"
    before = await compose.edition(made, "en")
    await desk.send(path, **await desk.fields(path))
    after = await compose.edition(made, "en")
    assert (after.subject, after.preview_text, after.blocks) == (before.subject, before.preview_text, before.blocks)
    assert after.version == before.version + 1


@pytest.mark.parametrize(
    ("do", "kinds"),
    [
        ("add quote 0", ["Text", "Quote", "Button"]),
        ("add heading ", ["Heading", "Text", "Button"]),
        ("up 1", ["Button", "Text"]),
        ("down 0", ["Button", "Text"]),
        ("duplicate 0", ["Text", "Text", "Button"]),
        ("remove 0", ["Button"]),
    ],
)
async def test_every_button_of_the_composer_also_keeps_what_was_typed(desk: Desk, do: str, kinds: list[str]) -> None:
    path = f"/staff/campaigns/{await campaign()}/edit/en"
    fields = await desk.fields(path) | {"subject": "Just typed", "do": do}
    await desk.send(path, **fields)
    kept = await compose.edition(1, "en")
    assert kept.subject == "Just typed"
    assert [type(block).__name__ for block in kept.blocks] == kinds


async def test_a_block_removed_by_mistake_is_put_back(desk: Desk) -> None:
    path = f"/staff/campaigns/{await campaign()}/edit/en"
    before = (await compose.edition(1, "en")).blocks
    await desk.send(path, **await desk.fields(path), do="remove 0")
    assert "Text removed." in await desk.see(path)
    await desk.send(path, **await desk.fields(path), do="restore")
    assert (await compose.edition(1, "en")).blocks == before


async def test_boris_sees_what_olga_saved_and_loses_nothing_of_his_own(desk: Desk, web: Any) -> None:
    path = f"/staff/campaigns/{await campaign()}/edit/en"
    boris_has = await desk.fields(path)
    await desk.send(path, **await desk.fields(path) | {"subject": "Olga was quicker"})
    answer = await desk.send(path, 409, **boris_has | {"subject": "Boris wrote for an hour"})
    page = unescape(answer.text)
    assert "Olga saved this edition while you were writing" in page
    assert "Olga was quicker" in page and "Boris wrote for an hour" in page
    await desk.send(path, **form_of(answer.text))
    assert (await compose.edition(1, "en")).subject == "Boris wrote for an hour"


async def test_what_is_typed_into_a_scheduled_campaign_stands_there_still(desk: Desk) -> None:
    path = f"/staff/campaigns/{await campaign()}/edit/en"
    fields = await desk.fields(path)
    await db.execute("UPDATE campaign SET state = 'scheduled'")
    answer = await desk.send(path, 409, **fields | {"subject": "Too late?"})
    assert "Too late?" in answer.text and "Take the campaign back" in answer.text


@pytest.mark.parametrize("do", ["up 99", "remove x", "add columns 0.left.0", "add marquee 0", "duplicate 0.left.0"])
async def test_a_place_that_is_gone_loses_nothing(desk: Desk, do: str) -> None:
    path = f"/staff/campaigns/{await campaign()}/edit/en"
    answer = await desk.send(path, 409, **await desk.fields(path) | {"subject": "Just typed", "do": do})
    assert "Just typed" in answer.text


async def test_a_picture_goes_up_with_the_text(desk: Desk) -> None:
    path = f"/staff/campaigns/{await campaign(en=draft(blocks=[Image(alt='A boat')]))}/edit/en"
    photo = BytesIO()
    Pillow.new("RGB", (80, 60), "red").save(photo, "JPEG")
    fields = await desk.fields(path) | {"subject": "With a boat"}
    await desk.send(path, files={"b.0.file": ("boat.jpg", photo.getvalue())}, **fields)
    kept = await compose.edition(1, "en")
    (image,) = kept.blocks
    assert isinstance(image, Image) and kept.subject == "With a boat"
    assert (await desk.web.get(image.src)).status_code == 200


async def test_a_picture_that_is_refused_costs_nothing_of_the_text(desk: Desk) -> None:
    path = f"/staff/campaigns/{await campaign(en=draft(blocks=[Image(alt='A boat')]))}/edit/en"
    fields = await desk.fields(path) | {"subject": "Without a boat"}
    answer = await desk.send(path, files={"b.0.file": ("boat.jpg", b"not a picture")}, **fields)
    assert "could not be read as a picture" in await desk.see(answer.headers["location"])
    assert (await compose.edition(1, "en")).subject == "Without a boat"


async def test_the_link_of_a_finding_leads_to_the_field_with_its_sentence(desk: Desk) -> None:
    await campaign(en=draft(blocks=[Image("/media/x.jpg")]))
    page = await desk.see("/staff/campaigns/1/send")
    link = re.search(r'href="(/staff/campaigns/1/edit/en[^"]*#[^"]*)"', page)
    assert link
    path, anchor = link[1].split("#")
    field = (await desk.see(path)).partition(f'id="{anchor}"')[0]
    assert anchor == "b.0.alt" and "Describe the picture" in field


async def test_the_preview_of_what_is_not_saved_shows_it_and_keeps_nothing(desk: Desk) -> None:
    path = f"/staff/campaigns/{await campaign()}"
    fields = await desk.fields(f"{path}/edit/en") | {"b.0.text": "Typed a second ago"}
    answer = await desk.send(f"{path}/mail/en", 200, **fields)
    assert "Typed a second ago" in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert "Typed a second ago" not in await desk.see(f"{path}/mail/en")


@pytest.mark.parametrize("view", ["desktop", "phone", "dark", "text", "nonsense"])
@pytest.mark.parametrize("reader", ["0", "1", "99", "-1"])
async def test_every_view_for_every_reader(desk: Desk, view: str, reader: str) -> None:
    made = await campaign()
    assert "Preview" in await desk.see(f"/staff/campaigns/{made}/preview/en?view={view}&reader={reader}")


async def test_an_unfinished_edition_says_in_the_preview_what_is_missing(desk: Desk) -> None:
    made = await campaign(en=draft(blocks=[Button("Write", "")]))
    page = await desk.see(f"/staff/campaigns/{made}/preview/en")
    assert "Not finished yet" in page and "Say where the button leads." in page


async def test_the_audience_is_counted_before_it_is_saved(desk: Desk) -> None:
    letters = await mailing_list("Letter writers")
    await subscriber("anna@example.org", topics=[], lists=[letters], language="fr")
    made = await campaign()
    counted = await desk.send(f"/staff/campaigns/{made}/audience/count", 200, lists=[str(letters)], topics=["cases"])
    assert ">1</span>" in counted.text and "Français" in counted.text
    page = await desk.send(f"/staff/campaigns/{made}/audience", 200, lists=[str(letters)], do="count")
    assert ">1</span>" in page.text
    assert (await queries.find(made)).audience.lists == []
    await desk.send(f"/staff/campaigns/{made}/audience", lists=[str(letters)], languages=["fr", "xx"])
    chosen = (await queries.find(made)).audience
    assert (chosen.lists, chosen.topics, chosen.languages) == ([letters], [], ["fr"])


async def test_olga_schedules_takes_back_and_sends(desk: Desk, work: Any) -> None:
    await postal_address()
    await subscriber("anna@example.org")
    path = f"/staff/campaigns/{await campaign()}"
    async with smtp_url("smtp://127.0.0.1:9"):
        version = re.findall(r'name="version" value="(\d+)"', await desk.see(f"{path}/send"))[0]
        past = await desk.send(f"{path}/send", 422, version=version, when="later", at="2020-01-01T09:00")
        assert "This moment has passed" in past.text and "2020-01-01T09:00" in past.text
        year = (await db.fetch_value("SELECT now()")).year + 1
        await desk.send(f"{path}/send", version=version, when="later", at=f"{year}-01-02T09:00")
        assert f"2 Jan {year}, 09:00" in await desk.see(path)
        await desk.send(f"{path}/unschedule")
        assert (await queries.find(1)).is_draft
        await desk.send(f"{path}/send", version=version, when="now")
        await db.execute("UPDATE mailing SET state = 'paused'")
        await work()
    assert (await queries.find(1)).is_started
    assert await db.fetch_value("SELECT count(*) FROM delivery WHERE mailing IS NOT NULL") == 1
    assert "Audience" in await desk.see(path)


async def test_a_changed_campaign_is_looked_at_again(desk: Desk) -> None:
    await postal_address()
    await subscriber("anna@example.org")
    path = f"/staff/campaigns/{await campaign()}"
    async with smtp_url("smtp://127.0.0.1:9"):
        await compose.save(1, "en", 1, draft(subject="Changed"), None)
        answer = await desk.send(f"{path}/send", 409, version="2", when="now")
    assert "Somebody changed this campaign" in answer.text


async def test_warnings_are_ticked_before_it_leaves(desk: Desk) -> None:
    await postal_address()
    await subscriber("anna@example.org")
    path = f"/staff/campaigns/{await campaign(en=draft(subject='x' * 90))}"
    async with smtp_url("smtp://127.0.0.1:9"):
        answer = await desk.send(f"{path}/send", 422, version="2", when="now")
        assert "Tick that you have read the notes above" in answer.text
        await desk.send(f"{path}/send", version="2", when="now", understood="yes")


async def test_the_progress_page_moves_by_itself_until_it_is_over(desk: Desk) -> None:
    made = await campaign()
    await sent(made)
    path = f"/staff/campaigns/{made}"
    assert 'data-refresh="2"' in await desk.see(path)
    await desk.send(f"{path}/pause")
    assert "Olga paused it." in await desk.see(path)
    await desk.send(f"{path}/resume")
    await desk.send(f"{path}/cancel")
    page = await desk.see(path)
    assert "data-refresh" not in page and "The mailing was cancelled before" in page
    told = await desk.send(f"{path}/resume", 409)
    assert "This campaign was cancelled already, so there is nothing to stop or to go on with." in told.text


async def test_of_unknown_rows_staff_decide(desk: Desk) -> None:
    await sent(await campaign())
    await db.execute("UPDATE delivery SET state = 'unknown', reason = 'interrupted'")
    assert "nobody knows whether they got it" in await desk.see("/staff/campaigns/1")
    await desk.send("/staff/campaigns/1/unknown", do="again")
    assert await states(1) == {"queued": 1}
    await db.execute("UPDATE delivery SET state = 'unknown', reason = 'interrupted'")
    await desk.send("/staff/campaigns/1/unknown", do="leave")
    assert await states(1) == {"unknown": 1}
    assert "nobody knows whether they got it" not in await desk.see("/staff/campaigns/1")


async def test_a_decision_about_unknown_rows_waits_on_the_overview(desk: Desk) -> None:
    await sent(await campaign())
    await db.execute("UPDATE delivery SET state = 'unknown', reason = 'interrupted'")
    await db.execute("UPDATE mailing SET state = 'sent', finished_at = now()")
    assert "Of 1 person nobody knows whether they got it" in await desk.see("/staff/now")
    await desk.send("/staff/campaigns/1/unknown", do="leave")
    assert "Nothing waits for you." in await desk.see("/staff/now")


async def test_single_mails_that_are_stuck_are_counted_on_the_overview(desk: Desk) -> None:
    assert "single mails" not in await desk.see("/staff")
    await db.execute(
        "INSERT INTO delivery (state, language, template, due_at, settled_at, attempts, reason, reply)"
        " SELECT state, 'en', 'subscribers/confirm', $1::timestamptz, $1 - days * interval '1 day', 1, '', ''"
        " FROM (VALUES ('refused', 1), ('unknown', 6), ('sent', 1), ('refused', 8)) AS s (state, days)",
        clock.now(),
    )
    assert "2 single mails, such as confirmations, were refused or may be lost" in await desk.see("/staff")


async def test_while_everything_is_stopped_nothing_offers_to_send(web: Any) -> None:
    await postal_address()
    await subscriber("anna@example.org")
    path = f"/staff/campaigns/{await campaign()}/send"
    desk = Desk(web, await sign_in(web, await staff("Olga", "owner")))
    await desk.send("/staff/settings/freeze")
    async with smtp_url("smtp://127.0.0.1:9"):
        page = await desk.see(path)
        assert page.count("Everything is stopped") == 1
        assert "An owner can let everything go on" in page and "Send now" not in page
        answer = await desk.send(path, 409, version="2", when="now")
        assert "Everything is stopped, so nothing can be sent." in answer.text
        await desk.send("/staff/settings/thaw")
        assert "Send now" in await desk.see(path)
        await desk.send(path, version="2", when="now")


async def test_a_time_is_written_as_everywhere_else(desk: Desk) -> None:
    await postal_address()
    await subscriber("anna@example.org")
    path = f"/staff/campaigns/{await campaign()}"
    with clock.at(datetime(2026, 11, 21, 12, tzinfo=UTC)):
        csrf = desk.csrf
        async with smtp_url("smtp://127.0.0.1:9"):
            await desk.send(f"{path}/send", version="2", when="later", at="2026-11-22T10:24", csrf=csrf)
        page = await desk.see(path)
        assert "It leaves on 22 Nov 2026, 10:24." in page and 'data-refresh="5"' in page
        assert page.count("22 Nov 2026, 10:24") == 2
        assert "22 Nov 2026, 10:24" in await desk.see("/staff/now")
    with clock.at(datetime(2026, 11, 22, 9, 24, tzinfo=UTC)):
        assert 'data-refresh="2"' in await desk.see(path)


async def test_only_what_readers_see_is_marked_as_their_language(desk: Desk) -> None:
    made = await campaign(ru=draft("ru", blocks=[Heading("Новости"), Button("Написать", "https://www.example.org")]))
    form = (await desk.see(f"/staff/campaigns/{made}/edit/ru")).partition('id="composer"')[2].partition("</form>")[0]
    marked = re.findall(r'<(\w+) id="([^"]+)"[^>]* lang="ru"', form)
    assert [id for _tag, id in marked] == ["subject", "preview_text", "b.0.text", "b.1.label"]
    assert form.count("lang=") == len(marked)


async def test_the_report_says_what_its_figures_mean(desk: Desk) -> None:
    await sent(await campaign())
    page = await desk.see("/staff/campaigns/1")
    for told in (
        "Their mail server said no.",
        "it may have arrived.",
        "before their turn came.",
        "Unsubscribed from",
    ):
        assert told in page


async def test_an_edition_is_added_and_removed(desk: Desk) -> None:
    made = await campaign()
    await desk.send(f"/staff/campaigns/{made}/editions", language="de", copy_of="en")
    assert list(await queries.editions(made)) == ["en", "de"]
    await desk.send(f"/staff/campaigns/{made}/editions/en/remove")
    assert list(await queries.editions(made)) == ["de"]


async def test_renaming_copying_deleting(desk: Desk) -> None:
    made = await campaign()
    await desk.send(f"/staff/campaigns/{made}/rename", name="Letters")
    assert "Letters" in await desk.see("/staff/campaigns")
    answer = await desk.send(f"/staff/campaigns/{made}/rename", name="")
    assert "Give the campaign a name" in await desk.see(answer.headers["location"])
    await desk.send(f"/staff/campaigns/{made}/duplicate")
    await desk.send(f"/staff/campaigns/{made}/delete")
    await desk.see(f"/staff/campaigns/{made}", 404)


async def test_a_viewer_looks_and_changes_nothing(web: Any) -> None:
    made = await campaign()
    desk = Desk(web, await sign_in(web, await staff("Vera", "viewer")))
    for path in ("", "/audience", "/preview/en", "/mail/en"):
        await desk.see(f"/staff/campaigns/{made}{path}")
    await desk.see("/staff")
    await desk.see("/staff/now")
    for path in (f"/{made}/edit/en", f"/{made}/send", "/new"):
        await desk.see(f"/staff/campaigns{path}", 403)
    for path in ("/edit/en", "/mail/en", "/audience", "/send", "/delete", "/test/en", "/editions", "/unschedule"):
        await desk.send(f"/staff/campaigns/{made}{path}", 403)
    assert (await compose.edition(made, "en")).version == 1


async def test_a_form_from_elsewhere_changes_nothing(desk: Desk) -> None:
    made = await campaign()
    answer = await desk.web.post(f"/staff/campaigns/{made}/delete", data={"csrf": "guessed"})
    assert answer.status_code == 403
    assert await queries.find(made)


@pytest.mark.parametrize("path", ["/staff/campaigns/99", "/staff/campaigns/1/edit/xx", "/staff/campaigns/99/send"])
async def test_what_does_not_exist_is_told_so(desk: Desk, path: str) -> None:
    await campaign()
    await desk.see(path, 404)


async def test_text_of_staff_is_text_everywhere(desk: Desk) -> None:
    evil = "<script>alert(1)</script>"
    made = await campaign(name=evil, en=draft(subject=evil, blocks=[Heading(evil), Text(evil)]))
    for path in ("", "/edit/en", "/preview/en", "/mail/en", "/send", "/audience"):
        answer = await desk.web.get(f"/staff/campaigns/{made}{path}")
        assert evil not in answer.text, path


async def sent(campaign: int) -> None:
    """Under way, to Anna alone."""
    await postal_address()
    await subscriber("anna@example.org")
    async with smtp_url("smtp://127.0.0.1:9"):
        await sending.schedule(campaign, moments.Moment(clock.now(), ""), None, None, warned=False)
        assert await sending.start(campaign)
