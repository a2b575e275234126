"""How somebody of the staff gets in: invited by mail, with a password and a code of the telephone from then on."""

import pyotp
from playwright.async_api import expect

from service.kit import clock
from tests.browser.conftest import Visit
from tests.browser.looking import faults
from tests.browser.mailbox import follow, open_mail
from tests.browser.product import Product
from tests.browser.visitor import PHONE

PASSWORD = "a quiet river in autumn"


async def test_jana_joins_sets_up_her_second_factor_and_comes_back(visit: Visit, product: Product) -> None:
    jana = await visit(width=PHONE)
    await product.command("staff", "invite", "jana@example.org", "--role", "viewer")
    await follow(
        jana, await open_mail(jana, product.caught, "jana@example.org", "invitation"), "Accept the invitation"
    )
    await jana.page.get_by_label("Your name").fill("Jana")
    await jana.page.get_by_label("A password").fill(PASSWORD)
    await jana.page.get_by_role("button", name="Join").click()
    await expect(jana.page.get_by_role("heading", level=1)).to_contain_text("Jana")

    await jana.goto("/staff/account/second-factor")
    await jana.page.get_by_text("It cannot be scanned?").click()
    app = pyotp.TOTP((await jana.page.locator("details code").inner_text()).replace(" ", ""))
    await jana.page.get_by_label("Code", exact=True).fill(app.at(clock.now()))
    await jana.page.get_by_label("Your present password").fill(PASSWORD)
    await jana.page.get_by_role("button", name="Turn it on").click()
    await expect(jana.page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    assert await faults(jana) == []
    recovery_code = await jana.page.locator("main li code").first.inner_text()

    await jana.page.get_by_text("Menu").click()
    await jana.page.get_by_role("button", name="Sign out").locator("visible=true").click()
    await jana.goto("/staff/campaigns")
    await jana.page.get_by_label("E-mail address").fill("jana@example.org")
    await jana.page.get_by_label("Password").fill(PASSWORD)
    await jana.page.get_by_role("button", name="Sign in").click()
    await jana.page.wait_for_url("**/staff/second-factor?next=/staff/campaigns")
    assert await faults(jana) == []
    await jana.page.get_by_label("Code", exact=True).fill(recovery_code)
    await jana.page.get_by_role("button", name="Go on").click()
    await expect(jana.page.get_by_role("heading", level=1)).to_have_text("Campaigns")
    await expect(jana.page.get_by_role("link", name="New campaign")).to_have_count(0)
