"""A photo on its way to the wall: how far it is, and that no mistake and no bad line loses anything."""

from typing import Any

from playwright.async_api import Request, expect

from tests.browser.conftest import Visit
from tests.browser.looking import faults, keep_shot
from tests.browser.visitor import PHONE
from tests.browser.wall_form import (
    SENTENCE,
    arrive_after,
    before_the_form,
    covers,
    crop,
    expect_a_mistake,
    fill_in,
    heavy_photo,
    photo,
    seen,
    send,
    to_send,
)
from tests.make import photos


async def test_what_ursula_saw_is_what_comes(visit: Visit) -> None:
    page = (await before_the_form(visit, photo(6))).page
    await page.get_by_text("Square", exact=True).click()
    await page.get_by_label("Nearer or farther").fill("35")
    for _press in range(3):
        await page.get_by_role("button", name="Left", exact=True).click()
    await page.get_by_role("button", name="Cover a face").click()
    await page.keyboard.press("ArrowUp")
    await fill_in(page, "ursula@example.org")
    before = await seen(page, "#preview-photo")
    await send(page)
    await arrive_after(page)
    await expect(page.locator("#looks img")).to_be_visible()
    await page.wait_for_function("document.querySelector('#looks img').complete")
    after = await seen(page, "#looks img")
    apart = [abs(x - y) for one, other in zip(before, after, strict=True) for x, y in zip(one, other, strict=True)]
    assert max(apart) < 24, apart


async def test_a_mistake_keeps_the_photo_and_all_that_was_done_to_it(visit: Visit) -> None:
    ursula = await before_the_form(visit, photo(), width=PHONE)
    page = ursula.page
    await page.get_by_label("Nearer or farther").fill("40")
    await page.get_by_role("button", name="Cover a face").click()
    await fill_in(page, "ursula at example.org")
    await page.get_by_label("First name or pseudonym").fill("")
    before = await crop(page), await covers(page)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.method) if request.method == "POST" else None)
    await send(page)

    summary = page.get_by_role("alert").filter(has_text="Please look at this once more")
    await expect(summary).to_be_focused()
    expect_a_mistake(ursula)
    await expect(summary.get_by_role("listitem")).to_have_count(2)
    assert (await crop(page), await covers(page)) == before
    await expect(page.locator("#photo-tool")).to_be_visible()
    await expect(page.get_by_label("Why do you stand by them?")).to_have_value(SENTENCE)
    assert await faults(ursula) == []
    await keep_shot(page, "wall-form-mistakes")

    await page.get_by_label("First name or pseudonym").fill("Ursula")
    await page.get_by_label("E-mail address").fill("ursula@example.org")
    await send(page)
    await arrive_after(page)
    assert len(posted) == 2


async def test_what_only_we_can_see_comes_back_without_another_journey_of_the_photo(visit: Visit) -> None:
    ursula = await before_the_form(visit, photo())
    page = ursula.page
    await fill_in(page, "ursula@example.org")
    await page.get_by_label("Why do you stand by them?").fill("So.")
    posted: list[Request] = []
    page.on("request", lambda request: posted.append(request) if request.method == "POST" else None)
    await send(page)
    await expect(page.locator("#sentence-error")).to_contain_text("at least 10 characters")
    expect_a_mistake(ursula)
    assert await to_send(page, "photo_kept")
    await page.get_by_label("Why do you stand by them?").fill(SENTENCE)
    await send(page)
    await arrive_after(page)
    form = posted[-1].post_data_buffer or b""
    assert b'name="photo_kept"' in form and b'name="photo"' not in form


async def test_how_far_the_photo_is_can_be_seen_and_stopped(visit: Visit) -> None:
    ursula = await before_the_form(visit, heavy_photo(), width=PHONE)
    page = ursula.page
    await fill_in(page, "ursula@example.org")
    line = await ursula.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 60_000}
    await line.send("Network.emulateNetworkConditions", slow)
    await send(page)
    bar = page.get_by_role("progressbar", name="Your photo is on its way…")
    await expect(bar).to_be_visible()
    await page.wait_for_function(
        "() => { const v = document.querySelector('#way-bar').value; return v > 5 && v < 95; }"
    )
    assert await faults(ursula) == []
    await keep_shot(page, "wall-form-sending")
    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    await expect(bar).to_be_hidden()
    await expect(page.locator("#photo-tool")).to_be_visible()
    await line.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    await send(page)
    await arrive_after(page)


async def test_a_broken_line_loses_nothing(visit: Visit) -> None:
    ursula = await before_the_form(visit, photo())
    page = ursula.page
    await fill_in(page, "ursula@example.org")
    await page.route("**/wall/stand", lambda route: route.abort())
    await send(page)
    await expect(page.get_by_role("alert")).to_contain_text("Everything is still here")
    await page.unroute("**/wall/stand")
    await send(page)
    await arrive_after(page)


async def test_a_photo_that_the_browser_cannot_show_is_sent_as_it_is(visit: Visit) -> None:
    page = (await before_the_form(visit)).page
    unknown: Any = {"name": "IMG_0001.HEIC", "mimeType": "image/heic", "buffer": photos.heic()}
    await page.get_by_label("Choose a photo").set_input_files(unknown)
    await expect(page.get_by_role("status").filter(has_text="IMG_0001.HEIC")).to_contain_text("we can read it")
    await expect(page.locator("#photo-tool")).to_be_hidden()
    assert await to_send(page, "crop") == ""
    await fill_in(page, "ursula@example.org")
    await send(page)
    await arrive_after(page)


async def test_without_scripts_the_photo_stays_with_us_and_enter_sends(visit: Visit) -> None:
    ursula = await before_the_form(visit, width=PHONE, scripts=False)
    page = ursula.page
    await expect(page.locator("#photo-tool")).to_be_hidden()
    await page.get_by_label("Choose a photo").set_input_files(photo())
    await fill_in(page, "ursula at example.org")
    await send(page)
    await expect(page.get_by_text("Your photo has come")).to_be_visible()
    # Enter presses the first button of a form, which is not the one that sends.
    await page.get_by_label("E-mail address").fill("ursula@example.org")
    await page.get_by_label("E-mail address").press("Enter")
    await arrive_after(page)
