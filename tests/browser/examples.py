"""What stands in the addresses of pages that belong to somebody or something: made once, as people would make it."""

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE
from typing import Any
from urllib.parse import urlsplit

from httpx import AsyncClient

from service.kit import clock
from tests.browser.mailbox import arrived
from tests.browser.product import Product
from tests.make import postings, register, writing

Examples = dict[str, str]
LINKS = """
import os
from service import up
up.join(os.environ)
from service.advocacy import links
print(*(links.answer(letter, "en") for letter in range(1, 30)))
"""
A_WEEK_LATER = """
import asyncio
import os
from service import up
up.join(os.environ)
from service.kit import db
WEEK = "interval '8 days'"
async def pass_by():
    await db.open_pool()
    await db.execute(f"UPDATE account SET created_at = created_at - {WEEK}")
    await db.execute(f"UPDATE audit SET at = at - {WEEK} WHERE action = 'staff.joined'")
asyncio.run(pass_by())
"""


LISTED = [
    {"id": "1", "name_latin": "Alesia Zhdanovich", "name_ru": "Алеся Жданович", "born": "1990", "status": "active"},
    {"id": "2", "name_latin": "Mikola Verasen", "died_on": "2026-03-01", "status": "former"},
    {"id": "3", "name_latin": "Iryna Skarynka", "verdict_on": "2099-01-01", "place": "a place that nobody knows"},
]
PEOPLE = b"email,first_name,language\nulla@example.org,Ulla,de\nnobody-at-all,,\n"


async def gather(product: Product, owner: Any) -> Examples:
    async with AsyncClient(base_url=product.origin, headers={"X-Forwarded-For": "198.51.100.1"}) as client:
        found = await _of_a_subscriber(product, client)
        found |= await _of_the_wall(product, client)
        found |= await _of_the_staff(product, client)
        found |= await _of_campaigns(product, client)
        found |= await _of_the_action(client)
        found |= await _of_a_letter(product, client, found)
        client.cookies.update({cookie["name"]: cookie["value"] for cookie in owner["cookies"]})
        found |= await _of_imports(product, client)
        found |= await _of_moderation(client)
        found |= await _of_case_lists(client)
        found |= await _of_the_register(client)
        found |= await _of_letters(client)
        found |= await _of_a_person(client)
        await _an_export_to_allow(product)
        found |= await _of_cases(client)
        found |= await _of_automations(client)
        found |= await _of_a_draft_action(client)
        found |= await _of_promises(product, client)
        found |= await _of_held_letters(client)
        found |= await _of_the_public_pages(client)
    return found


async def _of_a_subscriber(product: Product, client: AsyncClient) -> Examples:
    """Mira has confirmed and asked for her preferences; Noah has only asked."""
    for address in ("mira@example.net", "noah@example.net"):
        await client.post("/en/subscribe", data={"address": address, "language": "en", "topics": "cases"})
    hers = await _link(product, "mira@example.net", "/confirm/")
    await client.post(hers)
    welcome = await arrived(product, "mira@example.net", "Welcome")
    await client.post("/en/preferences", data={"address": "mira@example.net"})
    return {
        "caught": product.caught.rsplit("/", 1)[1],
        "mail": welcome.id,
        "confirm": _end(await _link(product, "noah@example.net", "/confirm/")),
        "ask": _end(_link_in(welcome.text, "/preferences/ask/")),
        "leave": _end(_link_in(welcome.text, "/u/")),
        "preferences": _end(await _link(product, "mira@example.net", "/preferences/", "Your link")),
    }


async def _of_the_wall(product: Product, client: AsyncClient) -> Examples:
    """Flora has posted her photo, and has not confirmed it."""
    form = postings.typed(name="Flora", email="flora@example.net")
    sent = await client.post(postings.STAND, data=form, files=postings.files())
    mail = await arrived(product, "flora@example.net")
    return {
        "wall_sent": _end(sent.headers["location"]),
        "wall_confirm": _end(_link_in(mail.text, "/wall/confirm/")),
        "wall_mine": _end(_link_in(mail.text, "/wall/mine/")),
    }


async def _of_the_action(client: AsyncClient) -> Examples:
    """The open one of the demo, and a member for Bern whom it asks."""
    action = _in((await client.get("/en/actions")).text, r'href="/en/actions/(\w+)"')
    found = await client.post(f"/en/actions/{action}/area", data={"country": "CH", "postcode": "3011"})
    cards = (await client.get(found.headers["location"])).text
    area = found.headers["location"].partition("area=")[2]
    return {"action": action, "member": _in(cards, rf"/en/actions/{action}/write/(\w+)"), "area": area}


async def _of_a_letter(product: Product, client: AsyncClient, found: Examples) -> Examples:
    """Clara has written to that member, and has not confirmed it."""
    of_the_member = "/en/actions/{action}/{{}}/{member}?area={area}".format(**found)
    form = writing.answers(name="Clara Muster", email="clara@example.net")
    preview = (await client.post(of_the_member.format("write"), data=form)).text
    await client.post(of_the_member.format("send"), data=writing.fields(preview))
    return {"letter_confirm": _end(await _link(product, "clara@example.net", "/actions/confirm/"))}


async def _of_a_draft_action(client: AsyncClient) -> Examples:
    """One that was begun today, is tried out, and lacks nearly everything."""
    csrf = _in((await client.get("/staff/actions/new")).text, r'name="csrf" value="([^"]+)')
    made = await client.post("/staff/actions/new", data={"csrf": csrf, "name": "Ask for Zoya"})
    here = made.headers["location"].removesuffix("/about")
    await client.post(f"{here}/try", data={"csrf": csrf, "address": "owner@example.org"})
    return {"draft_action": _end(here)}


async def _of_held_letters(client: AsyncClient) -> Examples:
    """A letter of the demo that waits for a moderator, and the action that it belongs to."""
    page = (await client.get("/staff/actions/held")).text
    return {
        "held_letter": _in(page, r'name="letter" value="(\d+)"'),
        "shown_action": _in(page, r'href="/staff/actions/(\d+)"'),
    }


async def _of_moderation(client: AsyncClient) -> Examples:
    """A post of the demo that waits for a moderator, and one that is on the wall."""
    waiting, shown = [(await client.get(address)).text for address in ("/staff/wall", "/en/wall")]
    return {
        "wall_post": _in(waiting, r'name="post" value="(\d+):'),
        "wall_face": _in(shown, r'href="/en/wall/faces/(\w+)"'),
    }


async def _of_the_staff(product: Product, client: AsyncClient) -> Examples:
    invitation = await product.command("staff", "invite", "petra@example.org", "--role", "editor", "--print")
    await client.post("/staff/recover", data={"address": "owner@example.org"})
    return {
        "enter": _end(await product.command("staff", "link")),
        "invitation": _end(invitation),
        "recover": _end(await _link(product, "owner@example.org", "/staff/recover/")),
    }


async def _of_campaigns(product: Product, client: AsyncClient) -> Examples:
    """Those of the demo, which stay as they are; the journeys add younger ones."""
    listed = sorted(json.loads(await product.command("campaigns", "list", "--json")), key=lambda one: one["id"])
    archive = (await client.get("/en/archive")).text
    return {
        "draft": next(str(one["id"]) for one in listed if one["state"] == "draft"),
        "sent": next(str(one["id"]) for one in listed if one["state"] == "sent"),
        "archive_key": re.findall(r'href="/en/archive/([^"]+)"', archive)[-1],
    }


async def _of_imports(product: Product, client: AsyncClient) -> Examples:
    """One that is done, with a row refused, and one whose columns nobody has looked at yet."""
    form = (await client.get("/staff/imports/new")).text
    csrf, mailing_list = _in(form, r'name="csrf" value="([^"]+)'), _in(form, r'<option value="(\d+)')
    made = [await _upload(client, csrf, mailing_list) for _each in range(2)]
    plan = {"columns": "3", "column-0": "email", "column-1": "first_name", "column-2": "language"}
    plan |= {"has_header": "yes", "encoding": "utf-8", "delimiter": "comma", "mailing_list": mailing_list}
    plan |= {"language": "de", "consent": "They asked us at a stand", "action": "start"}
    await client.post(made[0], data={"csrf": csrf, **plan})
    return {"finished_import": _end(made[0]), "new_import": _end(made[1]), "mailing_list": mailing_list}


async def _of_letters(client: AsyncClient) -> Examples:
    """Two people for a visitor, and an evening with four, all of the demo."""
    asked = await client.post("/en/letters/mine", data={"count": "2"})
    csrf = _in((await client.get("/staff/letters/evenings/new")).text, r'name="csrf" value="([^"]+)')
    plan = {"csrf": csrf, "name": "Library in Basel", "day": clock.now().date().isoformat()}
    planned = await client.post("/staff/letters/evenings", data=plan | {"cards": "4", "language": "de"})
    return {"mine": _end(asked.headers["location"]), "evening": _end(planned.headers["location"])}


async def _of_case_lists(client: AsyncClient) -> Examples:
    """A list of three, one of whom died and one has a verdict to come; nobody has decided yet."""
    csrf = _in((await client.get("/staff/sources")).text, r'name="csrf" value="([^"]+)')
    form = {"csrf": csrf, "organisation": "Viasna", "form": "own", "whole": ""}
    answer = await client.post(
        f"/staff/sources?csrf={csrf}", data=form, files={"files": ("list.json", json.dumps(LISTED).encode())}
    )
    return {"case_list": _end(answer.headers["location"])}


async def _of_the_register(client: AsyncClient) -> Examples:
    """A file of two members, one line of which cannot be read; nobody has decided yet."""
    csrf = _in((await client.get("/staff/representatives/imports")).text, r'name="csrf" value="([^"]+)')
    form = {"csrf": csrf, "parliament": "ch-sr", "source": register.SOURCE, "whole": ""}
    [(name, content)] = register.file(register.ROSA, register.LEA, {"id": "4", "name": "=Nobody"})
    answer = await client.post(
        f"/staff/representatives/imports?csrf={csrf}", data=form, files={"files": (name, content)}
    )
    members, areas = [(await client.get(f"/staff/representatives{path}")).text for path in ("", "/areas")]
    return {
        "register_file": _end(answer.headers["location"]),
        "representative": _in(members, r'href="/staff/representatives/(\d+)"'),
        "kept_area": _in(areas, r'href="/staff/representatives/areas/(\d+)"'),
    }


async def _of_a_person(client: AsyncClient) -> Examples:
    """Mira's page in the console, as one finds it: by her address; and that of Flora, who only posted a photo."""
    csrf = _in((await client.get("/staff/subscribers")).text, r'name="csrf" value="([^"]+)')
    found = [
        await client.post("/staff/subscribers/find", data={"csrf": csrf, "address": f"{name}@example.net"})
        for name in ("mira", "flora")
    ]
    return {"person": _end(found[0].headers["location"]), "poster": _end(found[1].headers["location"])}


async def _an_export_to_allow(product: Product) -> None:
    """Rita, who is an owner too, took one request back and made another one."""
    invitation = await product.command("staff", "invite", "rita@example.org", "--role", "owner", "--print")
    async with AsyncClient(base_url=product.origin, headers={"X-Forwarded-For": "198.51.100.2"}) as rita:
        await rita.post(urlsplit(invitation).path, data={"name": "Rita", "password": "a quiet river in autumn"})
        passing = await asyncio.create_subprocess_exec(sys.executable, "-c", A_WEEK_LATER, env=product.env)
        assert await passing.wait() == 0
        page = "/staff/subscribers/export"
        csrf = _in((await rita.get(page)).text, r'name="csrf" value="([^"]+)')
        for what_for in ("Postcards for the annual meeting", "Postcards for the annual meeting in Bern"):
            await rita.post(page, data={"csrf": csrf, "reason": what_for, "language": "en"})
            if what_for.endswith("meeting"):
                await rita.post(f"{page}/1/withdraw", data={"csrf": csrf})


async def _of_cases(client: AsyncClient) -> Examples:
    """Two people of the demo, something that happened to the first, and a prison."""
    listed = (await client.get("/staff/prisoners?q=kavalchuk")).text
    maryna = _in(listed, r'href="/staff/prisoners/(\d+)"')
    ales = _in((await client.get("/staff/prisoners?q=lukashyk")).text, r'href="/staff/prisoners/(\d+)"')
    event = _in((await client.get(f"/staff/prisoners/{maryna}")).text, r"/events/(\d+)")
    facility = _in((await client.get("/staff/facilities")).text, r'href="/staff/facilities/(\d+)"')
    return {"maryna": maryna, "ales": ales, "event": event, "facility": facility}


async def _of_promises(product: Product, client: AsyncClient) -> Examples:
    """Two letters of the demo about which nobody was asked yet; of the second one its writer tells a promise."""
    asked, told = [link for link in await _questionnaires(product) if "<form class" in (await client.get(link)).text][
        :2
    ]
    await client.post(told, data={"outcome": "answered", "promised": "sponsors", "words": "She told me so."})
    listed, waiting = [(await client.get(f"/staff/promises{show}")).text for show in ("", "?show=told")]
    entry = r'href="/staff/promises/(\d+)"'
    return {"asked": _end(asked), "told": _end(told), "promise": _in(listed, entry), "rumour": _in(waiting, entry)}


async def _questionnaires(product: Product) -> list[str]:
    """The links that leave by mail a fortnight after a letter."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", LINKS, env=product.env, stdout=PIPE)
    return (await process.communicate())[0].decode().split()


async def _of_automations(client: AsyncClient) -> Examples:
    """The birthday reminder among the usual ones, and a rehearsal of them all."""
    csrf = _in((await client.get("/staff/automations")).text, r'name="csrf" value="([^"]+)')
    await client.post("/staff/automations/standard", data={"csrf": csrf})
    listed = re.findall(r'href="/staff/automations/(\d+)"', (await client.get("/staff/automations")).text)
    begun = await client.post("/staff/calendar/rehearsals", data={"csrf": csrf})
    return {"automation": sorted(listed, key=int)[2], "rehearsal": _end(begun.headers["location"])}


async def _of_the_public_pages(client: AsyncClient) -> Examples:
    """The demo has people in prison, one of them by initials, and one who is free; one more has died."""
    csrf = _in((await client.get("/staff/prisoners/new")).text, r'name="csrf" value="([^"]+)')
    name = {"name_latin": "Zoya Marozava", "name_be": "Зоя Марозава", "publication": "full", "state": "detained"}
    made = (await client.post("/staff/prisoners/new", data={"csrf": csrf, **name})).headers["location"]
    version = _in((await client.get(f"{made}/edit/state")).text, r'name="version" value="(\d+)"')
    death = {"state": "died", "died_on": "2024-01-09", "version": version}
    await client.post(f"{made}/edit/state", data={"csrf": csrf, **death})
    in_prison, free, dead = [
        (await client.get(f"/en/prisoners?order=name&state={state}")).text
        for state in ("detained", "released", "died")
    ]
    return {
        "detained": _in(in_prison, r'person-name"><a href="/en/prisoners/(\w+)">[A-Z]\w+ '),
        "by_initials": _in(in_prison, r'href="/en/prisoners/(\w+)">[A-Z]\. '),
        "released": _in(free, r'person-name"><a href="/en/prisoners/(\w+)"'),
        "dead": _in(dead, r'person-name"><a href="/en/prisoners/(\w+)"'),
    }


async def _upload(client: AsyncClient, csrf: str, mailing_list: str) -> str:
    people = {"file": ("people.csv", PEOPLE, "text/csv")}
    answer = await client.post(f"/staff/imports?csrf={csrf}", data={"mailing_list": mailing_list}, files=people)
    return answer.headers["location"]


async def _link(product: Product, address: str, part: str, subject: str = "") -> str:
    return _link_in((await arrived(product, address, subject)).text, part)


def _link_in(text: str, part: str) -> str:
    """The address in the text that has `part` in it."""
    found = [address for address in re.findall(r"https?://\S+", text) if part in address]
    assert found, f"no {part} in:\n{text}"
    return found[0].rstrip(".,>)")


def _in(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found, f"no {pattern} in:\n{page}"
    return found[1]


def _end(address: str) -> str:
    return address.rsplit("/", 1)[1]
