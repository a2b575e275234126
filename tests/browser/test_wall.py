"""Looking at the wall: it goes on by itself, and says its sentences to whoever comes near by mouse or keyboard."""

from playwright.async_api import Page, Route, expect

from tests.browser.conftest import Visit

# The whole wall once more: it begins after the end of all times.
AGAIN = "/en/wall?after=999999999999999999-1"
MORE = f'<nav class="wall-more" data-more="#faces" data-loading="…" data-loaded="More faces have come.">\
<a rel="next" href="{AGAIN}">More faces</a><p role="status"></p></nav><footer class="wall-foot">'


async def long_wall(page: Page) -> None:
    """The demo's wall is short: its first page is made to say that there is another one."""

    async def go_on(route: Route) -> None:
        answer = await route.fetch()
        await route.fulfill(
            response=answer, body=(await answer.text()).replace('<footer class="wall-foot">', MORE, 1)
        )

    await page.route("**/en/wall", go_on)


async def test_the_wall_goes_on_where_it_ends_and_the_address_follows(visit: Visit) -> None:
    visitor = await visit()
    await long_wall(visitor.page)
    await visitor.goto("/en/wall")
    faces = visitor.page.locator("#faces > .face:not(.missing)")
    await visitor.page.locator(".wall-foot").scroll_into_view_if_needed()
    await expect(visitor.page.get_by_text("More faces have come.")).to_be_visible()
    links = [await face.get_attribute("href") for face in await faces.locator(".who a").all()]
    assert sorted(links[: len(links) // 2], key=str) == sorted(links[len(links) // 2 :], key=str)
    await expect(visitor.page.get_by_role("link", name="More faces")).to_have_count(0)
    assert visitor.page.url.endswith(AGAIN)


async def test_without_scripts_more_faces_are_a_link_away(visit: Visit) -> None:
    visitor = await visit(scripts=False)
    await long_wall(visitor.page)
    await visitor.goto("/en/wall")
    await visitor.page.get_by_role("link", name="More faces").click()
    await expect(visitor.page.get_by_role("link", name="To the newest")).to_be_visible()


async def test_a_sentence_is_read_by_keyboard_and_leads_to_its_page(visit: Visit) -> None:
    visitor = await visit()
    await visitor.goto("/en/wall")
    first = visitor.page.locator("#faces > .face:not(.missing)").first
    said = first.locator(".said")
    await expect(said).to_have_css("opacity", "0")
    await first.get_by_role("link").focus()
    await expect(said).to_have_css("opacity", "1")
    sentence = await first.locator(".sentence").inner_text()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator("blockquote")).to_have_text(sentence)
