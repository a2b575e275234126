"""Everything works in a browser that runs no scripts, by clicking what a person sees."""

from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.mailbox import follow, open_mail
from tests.browser.product import Product

PEOPLE = "email,name\nvasil@example.org,Vasil\n"


async def heading(page: Page, words: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(words)


async def test_boris_signs_up_changes_his_mind_and_leaves(visit: Visit, product: Product) -> None:
    boris = await visit(scripts=False)
    await boris.goto("/en")
    await boris.page.get_by_role("main").get_by_role("link", name="Get our mails").click()
    await boris.page.get_by_label("E-mail address").fill("boris@example.org")
    await boris.page.get_by_label("Birthdays").check()
    await boris.page.get_by_role("button", name="Send me mail").click()
    await heading(boris.page, "Please look into your mailbox")
    mail = await open_mail(boris, product.caught, "boris@example.org", "confirm")
    await follow(boris, mail, "Yes, send me this mail")
    await boris.page.get_by_role("button", name="Yes, send me this mail").click()
    await heading(boris.page, "Welcome, and thank you")

    mail = await open_mail(boris, product.caught, "boris@example.org", "Welcome")
    await follow(boris, mail, "Choose topics and language")
    await boris.page.get_by_role("button", name="Mail me the link").click()
    mail = await open_mail(boris, product.caught, "boris@example.org", "Your link")
    await follow(boris, mail, "preferences")
    await boris.page.get_by_label("Actions").check()
    await boris.page.get_by_label("First name").fill("Boris")
    await boris.page.get_by_role("button", name="Save").click()
    await expect(boris.page.get_by_role("status")).to_have_text("Your choice is saved.")
    await expect(boris.page.get_by_label("Actions")).to_be_checked()

    mail = await open_mail(boris, product.caught, "boris@example.org", "Welcome")
    await follow(boris, mail, "Unsubscribe")
    await boris.page.get_by_role("button", name="Unsubscribe").click()
    await heading(boris.page, "You are unsubscribed")
    await boris.page.get_by_role("button", name="Undo").click()
    await heading(boris.page, "You are subscribed again")


async def test_olga_imports_writes_tests_schedules_and_takes_it_back(
    visit: Visit, product: Product, tmp_path: Path
) -> None:
    olga = await visit(scripts=False)
    await olga.goto(await product.command("staff", "link"))
    await olga.page.get_by_role("button", name="Sign in").click()
    await import_people(olga.page, tmp_path)
    await write(olga.page)
    await send_a_test(olga.page)
    await open_mail(olga, product.caught, "owner@example.org", "[Test] Without scripts")
    await olga.goto("/staff/campaigns")
    await olga.page.get_by_role("link", name="Quietly").click()
    await schedule_and_take_back(olga.page)


async def import_people(page: Page, folder: Path) -> None:
    (folder / "people.csv").write_text(PEOPLE)
    await page.get_by_role("link", name="Lists & imports").click()
    await page.get_by_role("link", name="Import people").click()
    await page.get_by_label("List that they join").select_option(label="Letter writers")
    await page.get_by_label("CSV file").set_input_files(folder / "people.csv")
    await page.get_by_role("button", name="Next: columns").click()
    await page.get_by_label("Where does their agreement come from?").fill("They wrote to us")
    await page.get_by_role("button", name="Import now").click()
    while await page.get_by_role("link", name="Look again").count():
        await page.get_by_role("link", name="Look again").click()
    await expect(page.locator(".stat", has_text="Added")).to_contain_text("1")


async def write(page: Page) -> None:
    """A quotation is added below the text and moved above it; then its words are saved."""
    await page.get_by_role("link", name="Campaigns", exact=True).click()
    await page.get_by_role("link", name="New campaign").click()
    await page.get_by_label("Name").fill("Quietly")
    await page.get_by_role("button", name="Begin to write").click()
    await page.get_by_label("Subject").fill("Without scripts")
    await page.get_by_label("Heading", exact=True).fill("Without scripts")
    await page.get_by_label("Text", exact=True).fill("It works all the same.")
    await page.get_by_text("Add below").last.click()
    await page.get_by_role("button", name="Quotation", exact=True).locator("visible=true").click()
    await page.get_by_label("What was said").fill("I read every card twice.")
    await page.get_by_role("button", name="Move Quotation 3 up").click()
    await expect(page.get_by_role("group", name="2 · Quotation")).to_be_visible()
    await expect(page.get_by_label("What was said")).to_have_value("I read every card twice.")
    await page.get_by_role("button", name="Save").first.click()
    await expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    await page.get_by_role("link", name="Audience", exact=True).click()
    await page.get_by_label("Letter writers").check()
    await page.get_by_role("button", name="Count").click()
    await expect(page.locator("#count")).to_contain_text("people")
    await page.get_by_role("button", name="Save the audience").click()


async def send_a_test(page: Page) -> None:
    await page.get_by_role("link", name="Preview", exact=True).click()
    await expect(page.frame_locator("iframe").get_by_text("I read every card twice.")).to_be_visible()
    await page.get_by_role("button", name="Send the test").click()
    await expect(page.get_by_role("status").filter(has_text="A test is on its way to 1 address.")).to_be_visible()


async def schedule_and_take_back(page: Page) -> None:
    await page.get_by_role("link", name="Check & send").first.click()
    understood = page.get_by_label("I have read the notes above")
    if await understood.count():
        await understood.check()
    await page.get_by_role("button", name="Send at that time").click()
    await expect(page.get_by_text("It leaves on").first).to_be_visible()
    await page.get_by_role("button", name="Take it back").click()
    await expect(page.get_by_text("Taken back")).to_be_visible()
