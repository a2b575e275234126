"""A phone's photo on its whole way: posted, confirmed, looked at, shown upright, taken down, gone everywhere."""

import asyncio
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.mailbox import arrived, follow, open_mail
from tests.browser.product import Product
from tests.browser.visitor import PHONE, Visitor

RED, BLUE = (200, 30, 40), (30, 60, 190)
SENTENCE = "I stand by them because they stood up for me."
SERIAL = b"SERIAL-OF-CARLAS-PHONE"
PATIENCE = 30


def phone_photo() -> dict[str, Any]:
    """Red above blue; stored on its side, as phones do, with a place and a serial number wherever one can stand."""
    upright = Image.new("RGB", (1200, 1600), BLUE)
    upright.paste(RED, (0, 0, 1200, 800))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = SERIAL.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (46.0, 57.0, 5.0), 3: "E", 4: (7.0, 26.0, 19.0)})
    exif.get_ifd(0x8769)[0x927C] = b"Apple iOS\0\0\1MM" + SERIAL
    content = BytesIO()
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    stored.save(content, "JPEG", quality=90, exif=exif, comment=SERIAL, icc_profile=None)
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SERIAL + b"</x:xmpmeta>"
    segment = b"\xff\xe1" + struct.pack(">H", 2 + len(xmp)) + xmp
    jpeg = content.getvalue()
    return {"name": "IMG_0412.JPG", "mimeType": "image/jpeg", "buffer": jpeg[:2] + segment + jpeg[2:]}


@pytest.fixture
async def olga(visit: Visit, owner: Any) -> Visitor:
    return await visit(signed_in=owner)


async def test_carlas_photo_is_posted_confirmed_shown_upright_and_taken_down_everywhere(
    visit: Visit, olga: Visitor, product: Product
) -> None:
    carla = await visit(width=PHONE)
    await post(carla.page, carla.origin)
    mail = await open_mail(carla, product.caught, "carla@example.org", "")
    await follow(carla, mail, "Look at it and confirm")
    await expect(carla.page.get_by_alt_text("Your photo")).to_be_visible(timeout=PATIENCE * 1000)
    assert upright(await shot(carla.page, "Your photo"))
    await carla.page.get_by_role("button", name="Yes, this is mine").click()
    stranger = await visit()
    await stranger.goto("/en/wall")
    await expect(stranger.page.get_by_text(SENTENCE)).to_have_count(0)

    await approve(olga.page, olga.origin)

    await stranger.goto("/en/wall")
    await stranger.page.locator("li.face", has_text="Carla Journey").get_by_role("link", name="Carla Journey").click()
    await expect(stranger.page.get_by_role("heading", level=1)).to_contain_text("Carla Journey")
    addresses = await everything_of(stranger)
    for address in addresses:
        answer = await stranger.context.request.get(address)
        assert answer.status == 200, address
        assert nothing_of_the_phone(await answer.body()), address
    for address in addresses:
        if address.endswith((".jpg", ".avif")):
            answer = await stranger.context.request.get(address)
            assert upright(Image.open(BytesIO(await answer.body()))), address
    share = await stranger.context.request.get(next(a for a in addresses if a.endswith("share.png")))
    assert upright(Image.open(BytesIO(await share.body())).crop((0, 0, 400, 630)))
    folder = next(address.split("/")[-2] for address in addresses if "/wall/photos/" in address)
    assert {each.suffix for each in files(product) if folder in each.parts} == {".avif", ".jpg"}
    assert not any(SERIAL in each.read_bytes() for each in files(product))

    own = (await arrived(product, "carla@example.org")).text
    link = next(word for word in own.split() if "/wall/mine/" in word)
    await carla.goto(link)
    await carla.page.get_by_role("button", name="Take it down now").click()
    await expect(carla.page.get_by_role("heading", level=1)).to_be_visible()
    for address in [*addresses, link]:
        assert (await stranger.context.request.get(address)).status == 410, address
    for page in ("/en/wall", "/en/wall/feed.json", "/en/wall/feed.atom", "/wall/embed", "/en/wall/projector"):
        assert "Carla Journey" not in await (await stranger.context.request.get(stranger.origin + page)).text()
    await until(lambda: not any(folder in each.parts for each in files(product)))


async def post(page: Page, origin: str) -> None:
    await page.goto(f"{origin}/en/wall/stand")
    await page.get_by_label("Choose a photo").set_input_files(phone_photo())
    await expect(page.locator("#photo-tool")).to_be_visible()
    await page.get_by_label("Why do you stand by them?").fill(SENTENCE)
    await page.get_by_label("First name or pseudonym").fill("Carla Journey")
    for consent in ("adult", "agreed", "on_site", "in_mails", "on_social"):
        await page.locator(f"[name={consent}]").check()
    await page.get_by_label("E-mail address").fill("carla@example.org")
    await page.get_by_role("button", name="Send my photo").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("look into your mailbox")


async def approve(page: Page, origin: str) -> None:
    """With one key, from a queue in which others may wait."""
    await page.goto(f"{origin}/staff/wall")
    while not await page.get_by_text(SENTENCE).count():
        await page.keyboard.press("n")
        await page.wait_for_load_state()
    await page.keyboard.press("a")
    await expect(page.get_by_text(SENTENCE)).to_have_count(0)


async def everything_of(stranger: Visitor) -> list[str]:
    """The page of the post, its picture to share, and every file of its photo."""
    page = stranger.page
    photos: set[str] = set()
    for part in await page.locator("article picture *").all():
        for name in ("src", "srcset"):
            photos |= {each.split()[0] for each in (await part.get_attribute(name) or "").split(",") if each}
    share = await page.locator("meta[property='og:image']").get_attribute("content") or ""
    assert len(photos) >= 4
    return [page.url, share, *(stranger.origin + photo for photo in sorted(photos))]


async def shot(page: Page, alt: str) -> Image.Image:
    return Image.open(BytesIO(await page.get_by_alt_text(alt).screenshot()))


def upright(picture: Image.Image) -> bool:
    """Red above blue."""
    plain = picture.convert("RGB")
    above, below = (plain.getpixel((plain.width // 2, int(plain.height * part))) for part in (0.15, 0.85))
    return near(above, RED) and near(below, BLUE)


def near(colour: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) < 30 for one, other in zip(colour, wanted, strict=True))


def nothing_of_the_phone(content: bytes) -> bool:
    return not any(trace in content for trace in (SERIAL, b"Exif\0", b"xmpmeta", b"Photoshop 3.0", b"iOS\0"))


def files(product: Product) -> list[Path]:
    return [each for each in (product.folder / "files").rglob("*") if each.is_file()]


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.1)
