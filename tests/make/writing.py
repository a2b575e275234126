"""Anna writes to Rosa Beispiel through the pages, as somebody does without scripts."""

import re
from typing import Any

import msgspec

from service.kit import db
from tests.make import advocacy, mails

WORDS = (
    "I met Maria at a concert in Minsk, long before all of this, and I still hum what she played that evening.",
    "Please visit her trial, or send somebody who does, so that she is not alone in that room.",
)
ANNA = {
    "name": "Anna Muster",
    "street": "Kramgasse 1",
    "postcode": "3011",
    "town": "Bern",
    "email": "anna@example.org",
}


class Scene(msgspec.Struct, frozen=True):
    """An open action about the members of Bern, of whom Rosa Beispiel is one."""

    parliament: int
    bern: int
    rosa: int
    rosa_key: str
    action: int
    key: str

    def path(self, what: str, language: str = "en") -> str:
        return f"/{language}/actions/{self.key}/{what}"

    def of_rosa(self, what: str, language: str = "en") -> str:
        return f"{self.path(f'{what}/{self.rosa_key}', language)}?area={self.bern}"


async def scene(languages: tuple[str, ...] = ("en",), rosa: dict[str, Any] | None = None, **columns: Any) -> Scene:
    """`rosa` and `columns`: what is otherwise of the member and of the action."""
    parliament = await advocacy.parliament()
    bern = await advocacy.area()
    await advocacy.place(bern)
    member = await advocacy.representative(parliament, bern, **(rosa or {}))
    columns = {"targets": {"parliaments": [parliament]}} | columns
    action = await advocacy.action(languages=languages, **columns)
    return Scene(
        parliament,
        bern,
        member,
        await db.fetch_value("SELECT key FROM representative WHERE id = $1", member),
        action,
        await db.fetch_value("SELECT key FROM action WHERE id = $1", action),
    )


def answers(**changes: str) -> dict[str, str]:
    """The form with its prompts answered."""
    return ANNA | {f"own-{n}": text for n, text in enumerate(WORDS, 1)} | changes


def fields(page: str) -> dict[str, str]:
    """What the preview would send on: its hidden fields, and the subject and the text that can be changed there."""
    form = page.split('<form id="letter"')[1].split("</form>")[0]
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    found |= dict(re.findall(r'<input id="(subject)"[^>]*value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea id="(text)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL))
    return {name: _plain(value) for name, value in found.items()}


async def preview(web: Any, scene: Scene, language: str = "en", **changes: str) -> Any:
    return await web.post(scene.of_rosa("write", language), data=answers(**changes))


async def send(web: Any, scene: Scene, language: str = "en", **changes: str) -> Any:
    """From the empty form to the answer after the last button; `changes`: of what the preview sends."""
    page = (await preview(web, scene, language)).text
    return await web.post(scene.of_rosa("send", language), data=fields(page) | changes)


async def confirm_link(address: str = "anna@example.org") -> str:
    return (await mails.last(address)).link("/actions/confirm/")


def letters(page: str) -> list[str]:
    """What the page behind the link would confirm."""
    return re.findall(r'name="letter" (?:type="checkbox" )?value="([^"]+)"', page)


async def confirm(web: Any, address: str = "anna@example.org") -> Any:
    link = await confirm_link(address)
    return await web.post(link, data={"letter": letters((await web.get(link)).text)})


def _plain(text: str) -> str:
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("'", "&#39;"), ("&", "&amp;")):
        text = text.replace(entity, sign)
    return text
