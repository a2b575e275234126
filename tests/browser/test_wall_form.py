"""A photo on its way to the wall: chosen, moved and covered by hand or by keys, sent, and never lost."""

from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Locator, Page, Request, expect

from tests.browser.conftest import Visit
from tests.browser.looking import faults, keep_shot
from tests.browser.visitor import PHONE, Visitor

Box = tuple[float, ...]
Stand = Callable[..., Awaitable[Visitor]]
SENTENCE = "I stand by them because nobody should be forgotten."


def picture(width: int = 900, height: int = 1200, turned: int = 0, kind: str = "JPEG", noise: bool = False) -> Any:
    """A person before a sky, as a file to choose. `turned`: as a phone that notes its orientation (EXIF) saves it."""
    image = Image.new("RGB", (width, height), "#9db7c4")
    drawing = ImageDraw.Draw(image)
    drawing.ellipse([width * 0.3, height * 0.2, width * 0.7, height * 0.6], fill="#e3b995")
    drawing.ellipse([width * 0.1, height * 0.62, width * 0.9, height * 1.4], fill="#7c3b2e")
    if noise:
        image = Image.effect_noise((width, height), 90).convert("RGB")
    exif = Image.Exif()
    if turned:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = turned
    content = BytesIO()
    image.save(content, kind, exif=exif)
    return {"name": f"me.{kind.lower()}", "mimeType": f"image/{kind.lower()}", "buffer": content.getvalue()}


@pytest.fixture
def stand(visit: Visit) -> Stand:
    """`await stand(photo, **how)`: somebody new before the form, with a photo in it."""

    async def come(photo: Any = None, **how: Any) -> Visitor:
        visitor = await visit(**how)
        await visitor.goto("/en/wall/stand")
        if photo is not None:
            await visitor.page.get_by_label("Choose a photo").set_input_files(photo)
            await expect(visitor.page.locator("#photo-tool")).to_be_visible()
        return visitor

    return come


async def sent(page: Page, name: str) -> str:
    """What the form would send under this name."""
    return await page.locator(f"[name={name}]").first.input_value()


async def crop(page: Page) -> Box:
    return tuple(map(float, (await sent(page, "crop")).split(",")))


async def covers(page: Page) -> list[Box]:
    return [tuple(map(float, box.split(","))) for box in (await sent(page, "covers")).split(";") if box]


async def drag(page: Page, what: Locator, right: float, down: float) -> None:
    """From the middle of `what`, by pixels."""
    await what.scroll_into_view_if_needed()
    box = await what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + right / 2, y + down / 2)
    await page.mouse.move(x + right, y + down)
    await page.mouse.up()


async def fill_in(page: Page, address: str) -> None:
    await page.get_by_label("Why do you stand by them?").fill(SENTENCE)
    await page.get_by_label("First name or pseudonym").fill("Ursula")
    await page.get_by_label("E-mail address").fill(address)
    for box in await page.locator(".agreement [required]").all():
        await box.check()


async def test_ursula_sees_her_photo_upright_and_how_it_will_look(stand: Stand) -> None:
    ursula = await stand(picture(turned=6), width=PHONE)
    page = ursula.page
    await expect(page.get_by_label("Upright")).to_be_checked()
    x, _y, width, height = await crop(page)
    # Of three to four, four to five is the whole width.
    assert (x, width, height) == (0, 1, pytest.approx(0.9375))
    await fill_in(page, "ursula@example.org")
    card = page.locator("#preview")
    await expect(card).to_contain_text(SENTENCE)
    await expect(card).to_contain_text("Ursula")
    middle = await page.locator("#preview-photo").evaluate(
        "c => [...c.getContext('2d').getImageData(c.width / 2, 0, 1, c.height).data]"
    )
    sky, face = middle[:3], middle[len(middle) * 2 // 5 // 4 * 4 :][:3]
    assert sky[2] > sky[0] and face[0] > face[2]
    assert await faults(ursula) == []
    await keep_shot(page, "wall-form-filled")


async def test_ursula_moves_her_photo_and_comes_nearer_by_hand(stand: Stand) -> None:
    page = (await stand(picture())).page
    await page.get_by_label("How near").fill("50")
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


async def test_noor_does_all_of_it_by_keys(stand: Stand) -> None:
    page = (await stand(picture())).page
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


async def test_a_box_lies_where_it_was_drawn_also_when_the_photo_moves(stand: Stand) -> None:
    page = (await stand(picture())).page
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
    await page.get_by_label("How near").fill("60")
    await page.get_by_role("button", name="Left", exact=True).click()
    assert await covers(page) == [larger]
    await page.get_by_role("button", name="Cover a face").click()
    assert len(await covers(page)) == 2
    await page.get_by_role("button", name="Remove this box").click()
    assert await covers(page) == [larger]


async def test_two_fingers_bring_the_photo_nearer_and_one_moves_it(stand: Stand) -> None:
    ursula = await stand(picture(), width=PHONE)
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


async def test_a_mistake_keeps_the_photo_and_all_that_was_done_to_it(stand: Stand) -> None:
    ursula = await stand(picture(), width=PHONE)
    page = ursula.page
    await page.get_by_label("How near").fill("40")
    await page.get_by_role("button", name="Cover a face").click()
    await fill_in(page, "ursula at example.org")
    await page.get_by_label("First name or pseudonym").fill("")
    before = await crop(page), await covers(page)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.method) if request.method == "POST" else None)
    await page.get_by_role("button", name="Send my photo").click()

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
    await page.get_by_role("button", name="Send my photo").click()
    await page.wait_for_url("**/en/wall/sent/*")
    assert len(posted) == 2


async def test_what_only_we_can_see_comes_back_without_another_journey_of_the_photo(stand: Stand) -> None:
    ursula = await stand(picture())
    page = ursula.page
    await fill_in(page, "ursula@example.org")
    await page.get_by_label("Why do you stand by them?").fill("So.")
    posted: list[Request] = []
    page.on("request", lambda request: posted.append(request) if request.method == "POST" else None)
    await page.get_by_role("button", name="Send my photo").click()
    await expect(page.locator("#sentence-error")).to_contain_text("at least 10 characters")
    expect_a_mistake(ursula)
    assert await sent(page, "photo_kept")
    await page.get_by_label("Why do you stand by them?").fill(SENTENCE)
    await page.get_by_role("button", name="Send my photo").click()
    await page.wait_for_url("**/en/wall/sent/*")
    form = posted[-1].post_data_buffer or b""
    assert b'name="photo_kept"' in form and b'name="photo"' not in form


def expect_a_mistake(visitor: Visitor) -> None:
    """The form was answered 422 to a script, which is no page that the browser goes to."""
    assert [complaint[:5] for complaint in visitor.complaints] == ["422: "]
    visitor.complaints.clear()


async def test_how_far_the_photo_is_can_be_seen_and_stopped(stand: Stand) -> None:
    ursula = await stand(picture(1200, 900, noise=True), width=PHONE)
    page = ursula.page
    await fill_in(page, "ursula@example.org")
    line = await ursula.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 60_000}
    await line.send("Network.emulateNetworkConditions", slow)
    await page.get_by_role("button", name="Send my photo").click()
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
    await page.get_by_role("button", name="Send my photo").click()
    await page.wait_for_url("**/en/wall/sent/*")


async def test_a_broken_line_loses_nothing(stand: Stand) -> None:
    ursula = await stand(picture())
    page = ursula.page
    await fill_in(page, "ursula@example.org")
    await page.route("**/wall/stand", lambda route: route.abort())
    await page.get_by_role("button", name="Send my photo").click()
    await expect(page.get_by_role("alert")).to_contain_text("Everything is still here")
    await page.unroute("**/wall/stand")
    await page.get_by_role("button", name="Send my photo").click()
    await page.wait_for_url("**/en/wall/sent/*")


UNUSABLE: dict[str, Any] = {
    "not a photo that we can read": {"name": "me.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"},
    "This file is empty": {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": b""},
    "at least 300 pixels": picture(299, 400),
    "larger than 20 MB": 20_000_001,
}


@pytest.mark.parametrize("said", UNUSABLE)
async def test_what_cannot_be_used_is_said_at_once_and_the_photo_before_it_stays(
    stand: Stand, said: str, tmp_path: Path
) -> None:
    page = (await stand(picture())).page
    before = await crop(page)
    photo = UNUSABLE[said]
    if isinstance(photo, int):
        with (tmp_path / "me.jpg").open("wb") as large:
            large.truncate(photo)
        photo = tmp_path / "me.jpg"
    await page.locator("#photo").set_input_files(photo)
    await expect(page.locator("#photo-error")).to_contain_text(said)
    assert await page.locator("#photo").evaluate("field => field.files[0].size") == len(picture()["buffer"])
    assert await crop(page) == before


async def test_a_photo_that_the_browser_cannot_show_is_sent_as_it_is(stand: Stand) -> None:
    page = (await stand()).page
    unknown: Any = {"name": "IMG_0001.HEIC", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic" + b"\0" * 4000}
    await page.get_by_label("Choose a photo").set_input_files(unknown)
    await expect(page.get_by_role("status").filter(has_text="IMG_0001.HEIC")).to_contain_text("we can read it")
    await expect(page.locator("#photo-tool")).to_be_hidden()
    assert await sent(page, "crop") == ""


async def test_ursula_looks_for_a_person_and_nothing_else_is_touched(stand: Stand) -> None:
    ursula = await stand(picture(), width=PHONE)
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


async def test_without_scripts_a_mistake_keeps_the_photo_with_us(stand: Stand) -> None:
    ursula = await stand(width=PHONE, scripts=False)
    page = ursula.page
    await expect(page.locator("#photo-tool")).to_be_hidden()
    await page.get_by_label("Choose a photo").set_input_files(picture())
    await fill_in(page, "ursula@example.org")
    await page.get_by_label("Find somebody by name").fill("lukashyk")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("radio", name="Lukashyk").check()
    await expect(page.get_by_text("Your photo has come")).to_be_visible()
    await page.get_by_label("Find somebody by name").fill("")
    await page.get_by_label("First name or pseudonym").fill("")
    await page.get_by_role("button", name="Send my photo").click()
    await expect(page.locator("#name-error")).to_be_visible()
    await expect(page.get_by_role("radio", name="Lukashyk")).to_be_checked()
    await page.get_by_label("First name or pseudonym").fill("Ursula")
    # Enter presses the first button of a form, which is not the one that sends.
    await page.get_by_label("E-mail address").press("Enter")
    await page.wait_for_url("**/en/wall/sent/*")
