"""The commands as a script runs them."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from service.campaigns.tables import AutomationKind
from service.kit import clock
from service.rendering.blocks import Birthdays
from tests.make import cases, commands
from tests.make.automations import automation
from tests.make.campaigns import draft, postal_address
from tests.make.subscribers import mailing_list, subscriber

pytestmark = pytest.mark.usefixtures("database")


async def hundredfold(*arguments: str, code: int = 0, smtp: str = "smtp://127.0.0.1:9") -> str:
    """What the command said; its errors when it was to fail."""
    ended = await commands.hundredfold(*arguments, code=code, SMTP_URL=smtp)
    return (ended.complaint if code else ended.printed).strip()


async def test_a_script_writes_a_campaign_and_schedules_it(tmp_path: Path) -> None:
    await postal_address()
    await subscriber("anna@example.org", topics=[], lists=[await mailing_list("Friends")])
    edition = {"subject": "Hello", "blocks": [{"type": "text", "text": "Thank you."}]}
    file = tmp_path / "june.json"
    file.write_text(json.dumps({"name": "June", "audience": {"lists": ["Friends"]}, "editions": {"en": edition}}))
    id = await hundredfold("campaigns", "create", str(file))
    shown = json.loads(await hundredfold("campaigns", "show", id, "--json"))
    assert (shown["name"], shown["info"]["state"], shown["editions"]["en"]["subject"]) == ("June", "draft", "Hello")
    said = await hundredfold("campaigns", "send", id)
    assert f"Campaign {id} leaves at" in said and "Europe/Zurich" in said
    assert json.loads(await hundredfold("campaigns", "list", "--json"))[0]["state"] == "scheduled"
    assert await hundredfold("campaigns", "cancel", id) == "Taken back; it is a draft again."
    file.write_text(json.dumps(shown))
    copy = json.loads(await hundredfold("campaigns", "create", str(file), "--json"))
    assert copy == {"id": int(id) + 1}


async def test_what_is_wrong_is_said_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text('{"name": "x", "editions": {"en": {"blocks": [{"type": "marquee"}]}, "xx": {}}}')
    said = await hundredfold("campaigns", "create", str(file), code=1)
    assert "editions.en.blocks[0]: " in said and "editions.xx: " in said
    assert "This campaign does not exist" in await hundredfold("campaigns", "show", "7", code=1)


async def test_errors_keep_a_script_back_too(tmp_path: Path) -> None:
    file = tmp_path / "empty.json"
    file.write_text('{"name": "x", "editions": {"en": {}}}')
    id = await hundredfold("campaigns", "create", str(file))
    said = await hundredfold("campaigns", "send", id, "--yes", code=1, smtp="")
    assert "error: No mail server is set up." in said and "error: Choose who gets it" in said
    assert "is not being sent" in await hundredfold("campaigns", "pause", id, code=1)


async def test_automations_are_listed_and_run_and_the_days_to_come_are_rehearsed() -> None:
    await postal_address()
    await subscriber("anna@example.org")
    await cases.prisoner(born=f"1984-{clock.now() + timedelta(days=10):%m-%d}")
    made = await automation(AutomationKind.BIRTHDAYS, name="Birthdays", en=draft("en", [Birthdays("two_months")]))
    listed = await hundredfold("automations", "list")
    assert "on   Birthdays, on the 1st of every month at 09:00: has not run yet" in listed
    assert await hundredfold("automations", "run", str(made)) == "1 birthday: the draft waits for you.\nDraft 2"
    assert "does not exist" in await hundredfold("automations", "run", "99", code=1)
    told = await hundredfold("campaigns", "rehearse", "--days", "60")
    assert "mails written for the next 60 days, and none sent." in told
    found = json.loads(await hundredfold("campaigns", "rehearse", "--json"))
    assert found["finished_at"] and found["mails"] >= 1
    assert json.loads(await hundredfold("automations", "list", "--json"))[0]["kind"] == "birthdays"
