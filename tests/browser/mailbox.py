"""Reading one's mail where a person who tries the service out reads it: on the page of caught mails."""

import asyncio

from playwright.async_api import FrameLocator

from service.delivery import catcher
from service.delivery.catcher import CaughtMail
from tests.browser.product import Product
from tests.browser.visitor import Visitor

PATIENCE = 20


async def open_mail(visitor: Visitor, caught: str, to: str, subject: str) -> FrameLocator:
    """Looks at the list until the mail is there, opens it, and gives it as it was designed."""
    row = visitor.page.get_by_role("row").filter(has_text=to).filter(has_text=subject).first
    async with asyncio.timeout(PATIENCE):
        await visitor.goto(caught)
        while not await row.count():
            await asyncio.sleep(0.25)
            await visitor.page.reload()
    await row.get_by_role("link").click()
    return visitor.page.frame_locator("iframe")


async def follow(visitor: Visitor, mail: FrameLocator, link: str) -> None:
    """Clicks a link in the mail; the visitor goes on in the tab that it opens."""
    async with visitor.context.expect_page() as opened:
        await mail.get_by_role("link", name=link).first.click()
    visitor.page = await opened.value
    await visitor.page.wait_for_load_state()


async def arrived(product: Product, to: str, subject: str = "") -> CaughtMail:
    """The newest mail to the address, as soon as it is there; for what is not the journey itself."""
    folder = product.folder / "caught"
    async with asyncio.timeout(PATIENCE):
        while True:
            for mail in catcher.listing(folder).mails:
                if mail.recipients == [to] and subject in mail.subject:
                    return catcher.read(folder, mail.id)
            await asyncio.sleep(0.1)
