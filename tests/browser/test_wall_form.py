"""A photo for the wall before it is sent: chosen, moved, brought nearer and covered, by hand or by keys."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Visit
from tests.browser.looking import faults, keep_shot
from tests.browser.visitor import PHONE
from tests.browser.wall_form import SENTENCE, before_the_form, covers, crop, drag, fill_in, photo, seen


async def test_ursula_sees_her_photo_upright_and_how_it_will_look(visit: Visit) -> None:
    ursula = await before_the_form(visit, photo(6), width=PHONE)
    page = ursula.page
    await expect(page.get_by_label("Upright")).to_be_checked()
    x, _y, width, height = await crop(page)
    # Of three to four, four to five is the whole width.
    assert (x, width, height) == (0, 1, pytest.approx(0.9375))
    await fill_in(page, "ursula@example.org")
    card = page.locator("#preview")
    await expect(card).to_contain_text(SENTENCE)
    await expect(card).to_contain_text("Ursula")
    colours = await seen(page, "#preview-photo")
    red, green, blue = colours[0], colours[5], colours[30]
    assert max(red) == red[0] and max(green) == green[1] and max(blue) == blue[2]
    assert await faults(ursula) == []
    await keep_shot(page, "wall-form-filled")


async def test_ursula_moves_her_photo_and_comes_nearer_by_hand(visit: Visit) -> None:
    page = (await before_the_form(visit, photo())).page
    await page.get_by_label("Nearer or farther").fill("50")
    x, y, width, height = await crop(page)
    assert width < 0.9
    stage = page.get_by_role("group", name="Your photo, as it will be cut")
    box = await stage.bounding_box()
    assert box is not None
    await drag(page, stage, -box["width"] / 10, -box["height"] / 10)
    # The photo follows the hand, so that the part that is shown goes the other way.
    assert await crop(page) == pytest.approx((x + width / 10, y + height / 10, width, height), abs=0.003)
    await drag(page, stage, -5 * box["width"], 0)
    assert (await crop(page))[0] == pytest.approx(1 - width, abs=1e-4)
    await page.get_by_text("Wide", exact=True).click()
    _x, _y, width, height = await crop(page)
    assert width * 900 / (height * 1200) == pytest.approx(4 / 3, abs=0.001)
    await page.get_by_role("button", name="Start over").click()
    assert (await crop(page))[2:] == pytest.approx((1, 0.9375))


async def test_noor_does_all_of_it_by_keys(visit: Visit) -> None:
    page = (await before_the_form(visit, photo())).page
    stage = page.get_by_role("group", name="Your photo, as it will be cut")
    await stage.focus()
    for _press in range(4):
        await page.keyboard.press("+")
    x, y, width, height = await crop(page)
    assert width == pytest.approx(1 / 1.08**4, abs=1e-4)
    await page.keyboard.press("ArrowLeft")
    await page.keyboard.press("ArrowUp")
    assert await crop(page) == pytest.approx((x + 0.02 * width, y + 0.02 * height, width, height), abs=1e-4)

    await page.get_by_role("button", name="Cover a face").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Box 1")).to_be_focused()
    [before] = await covers(page)
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Shift+ArrowDown")
    [after] = await covers(page)
    assert after[0] > before[0] and after[2] == before[2] and after[3] > before[3]
    await page.keyboard.press("Delete")
    assert await covers(page) == []
    await expect(page.get_by_role("button", name="Cover a face")).to_be_focused()


async def test_a_box_lies_where_it_was_drawn_also_when_the_photo_moves(visit: Visit) -> None:
    page = (await before_the_form(visit, photo())).page
    await page.get_by_role("button", name="Cover a face").click()
    [first] = await covers(page)
    stage = await page.locator("#stage").bounding_box()
    assert stage is not None
    box = page.get_by_role("button", name="Box 1")
    await drag(page, box, stage["width"] / 10, 0)
    [moved] = await covers(page)
    assert moved == pytest.approx((first[0] + 0.1, *first[1:]), abs=0.003)
    await drag(page, box.locator(".bottom.right"), stage["width"] / 10, 20)
    [larger] = await covers(page)
    assert larger[:2] == moved[:2] and larger[2] == pytest.approx(moved[2] + 0.1, abs=0.003) and larger[3] > moved[3]

    await page.locator("#stage").focus()
    await page.get_by_label("Nearer or farther").fill("60")
    await page.get_by_role("button", name="Left", exact=True).click()
    assert await covers(page) == [larger]
    await page.get_by_role("button", name="Cover a face").click()
    assert len(await covers(page)) == 2
    await page.get_by_role("button", name="Remove this box").click()
    assert await covers(page) == [larger]


async def test_two_fingers_bring_the_photo_nearer_and_one_moves_it(visit: Visit) -> None:
    ursula = await before_the_form(visit, photo(), width=PHONE)
    page, stage = ursula.page, ursula.page.locator("#stage")
    await stage.scroll_into_view_if_needed()
    box = await stage.bounding_box()
    assert box is not None
    glass = await ursula.context.new_cdp_session(page)

    async def touch(kind: str, *places: float) -> None:
        """Fingers at these parts of the width, halfway down."""
        points = [
            {"x": box["x"] + place * box["width"], "y": box["y"] + box["height"] / 2, "id": number}
            for number, place in enumerate(places)
        ]
        await glass.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    await touch("touchStart", 0.4, 0.6)
    await touch("touchMove", 0.35, 0.65)
    await touch("touchMove", 0.3, 0.7)
    await touch("touchEnd")
    x, y, width, height = await crop(page)
    assert width == pytest.approx(0.5, abs=0.01)
    assert x + width / 2 == pytest.approx(0.5, abs=0.01)
    await touch("touchStart", 0.5)
    await touch("touchMove", 0.4)
    await touch("touchMove", 0.3)
    await touch("touchEnd")
    assert await crop(page) == pytest.approx((x + 0.2 * width, y, width, height), abs=0.01)


UNUSABLE: dict[str, Any] = {
    "not a photo that we can read": {"name": "me.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
    "This file is empty": {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": b""},
    "at least 300 pixels": photo(1, 299, 400),
}


async def test_what_cannot_be_used_is_said_at_once_and_the_photo_before_stays(visit: Visit, tmp_path: Path) -> None:
    page = (await before_the_form(visit, photo())).page
    before = await crop(page)
    with (tmp_path / "me.jpg").open("wb") as large:
        large.truncate(20_000_001)
    for said, chosen in [*UNUSABLE.items(), ("larger than 20 MB", tmp_path / "me.jpg")]:
        await page.locator("#photo").set_input_files(chosen)
        await expect(page.locator("#photo-error")).to_contain_text(said)
        assert await page.locator("#photo").evaluate("field => field.files[0].size") == len(photo()["buffer"])
        assert await crop(page) == before


async def test_ursula_looks_for_a_person_and_nothing_else_is_touched(visit: Visit) -> None:
    ursula = await before_the_form(visit, photo(), width=PHONE)
    page = ursula.page
    before = await crop(page)
    await page.get_by_label("Find somebody by name").fill("lukashyk")
    await page.keyboard.press("Enter")
    found = page.get_by_role("radio", name="Lukashyk")
    await found.check()
    await expect(page.locator("#preview-whom")).to_contain_text("Lukashyk")
    await page.get_by_label("Find somebody by name").fill("nobody-of-this-name")
    await page.get_by_role("button", name="Search").click()
    await expect(page.get_by_text("Nobody of this name is on our public list.")).to_be_visible()
    await expect(found).to_be_checked()
    assert await crop(page) == before
    assert await faults(ursula) == []
