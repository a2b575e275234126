"""The form of the photo wall as a person before it uses it: with a photo, by hand, filled in."""

from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.async_api import Locator, Page, expect

from tests.browser.visitor import Visitor
from tests.make import photos

Box = tuple[float, ...]
SENTENCE = "I stand by them because nobody should be forgotten."


def photo(orientation: int = 1, width: int = 900, height: int = 1200) -> Any:
    """A file to choose: red above left, green above right, blue below left, white below right."""
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": photos.jpeg(orientation, width, height)}


def heavy_photo() -> Any:
    """About a megabyte."""
    content = BytesIO()
    Image.effect_noise((1200, 900), 90).convert("RGB").save(content, "JPEG")
    return {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


async def before_the_form(visit: Callable[..., Awaitable[Visitor]], chosen: Any = None, **how: Any) -> Visitor:
    """Somebody new, with a photo in the form; `how` as of `visit`."""
    visitor = await visit(**how)
    await visitor.goto("/en/wall/stand")
    if chosen is not None:
        await visitor.page.get_by_label("Choose a photo").set_input_files(chosen)
        await expect(visitor.page.locator("#photo-tool")).to_be_visible()
    return visitor


async def to_send(page: Page, name: str) -> str:
    """What the form would send under this name."""
    return await page.locator(f"[name={name}]").first.input_value()


async def crop(page: Page) -> Box:
    return tuple(map(float, (await to_send(page, "crop")).split(",")))


async def covers(page: Page) -> list[Box]:
    return [tuple(map(float, box.split(","))) for box in (await to_send(page, "covers")).split(";") if box]


async def seen(page: Page, picture: str) -> list[list[int]]:
    """The colours of a canvas or an image in 6 by 6 places."""
    colours: list[list[int]] = await page.locator(picture).evaluate(
        """picture => {
            const small = document.createElement("canvas");
            small.width = small.height = 6;
            const brush = small.getContext("2d");
            brush.imageSmoothingQuality = "high";
            brush.drawImage(picture, 0, 0, 6, 6);
            const data = [...brush.getImageData(0, 0, 6, 6).data];
            return Array.from({ length: 36 }, (_, at) => data.slice(4 * at, 4 * at + 3));
        }"""
    )
    return colours


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


async def send(page: Page) -> None:
    await page.get_by_role("button", name="Send my photo").click()


async def arrive_after(page: Page) -> None:
    """On the page after the form."""
    await page.wait_for_url("**/en/wall/sent/*")


def expect_a_mistake(visitor: Visitor) -> None:
    """The form was answered 422 to a script, which is no page that the browser goes to."""
    assert [complaint[:5] for complaint in visitor.complaints] == ["422: "]
    visitor.complaints.clear()
