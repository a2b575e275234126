"""Somebody new on the staff: from the invitation in the mailbox to the second factor, and out again."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp

import tests.make.staff as make
from service.auth import accounts
from service.kit import clock, db
from tests.make import smtp

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
PASSWORD = "an old wooden bridge"


async def test_anna_is_invited_joins_forgets_her_password_and_leaves(web: Any, work: Any, unlikely: str) -> None:
    olga = await make.staff("Olga")
    address = f"{unlikely}@example.net"
    with clock.at(MONDAY):
        async with smtp.office() as office:
            csrf = await make.sign_in(web, olga)
            form = {"csrf": csrf, "address": address, "name": "Anna", "role": "editor"}
            assert (await web.post("/staff/people/invite", data=form)).status_code == 303
            await work()
            web.cookies.clear()
            invitation = _link(office, address, "invitation")
            await web.post(invitation, data={"name": "Anna", "password": PASSWORD})
            assert "editor" in (await web.get("/staff/account")).text
            assert (await web.get("/staff/people")).status_code == 403

            secret = await _set_up_second_factor(web)
            web.cookies.clear()
            await web.post("/staff/recover", data={"address": address})
            await work()
            await web.post(_link(office, address, "recover"), data={"password": "another wooden bridge"})

    with clock.at(MONDAY + timedelta(minutes=5)):
        assert (await _sign_in(web, address, PASSWORD)).status_code == 422
        answer = await _sign_in(web, address, "another wooden bridge")
        assert answer.headers["location"].startswith("/staff/second-factor")
        await web.post("/staff/second-factor", data={"code": pyotp.TOTP(secret).at(clock.now())})
        annas = dict(web.cookies)
        assert (await web.get("/staff/account")).status_code == 200

        csrf = await make.sign_in(web, olga)
        anna = await accounts.by_address(address)
        assert anna
        await web.post(f"/staff/people/{anna.id}/deactivate", data={"csrf": csrf})
        audit = (await web.get("/staff/audit")).text
        assert all(said in audit for said in ("Staff: invited", "Staff: joined", "Second factor: set up"))
        assert unlikely not in audit

        web.cookies.clear()
        web.cookies.update(annas)
        assert (await web.get("/staff/account")).headers["location"].startswith("/staff/sign-in")
        assert (await _sign_in(web, address, "another wooden bridge")).status_code == 422

    for table in ("account", "staff_session", "one_time_link", "audit", "delivery"):
        assert unlikely not in str([dict(row) for row in await db.fetch(f"SELECT * FROM {table}")]), table


async def _sign_in(web: Any, address: str, password: str) -> Any:
    return await web.post("/staff/sign-in", data={"address": address, "password": password})


async def _set_up_second_factor(web: Any) -> str:
    page = (await web.get("/staff/account/second-factor")).text
    secret: str = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].replace(" ", "")
    form = {
        "csrf": re.findall(r'name="csrf" value="(\w+)"', page)[0],
        "setup": re.findall(r'name="setup" value="(\w+)"', page)[0],
        "confirm": PASSWORD,
        "code": pyotp.TOTP(secret).at(clock.now()),
    }
    assert "recovery codes" in (await web.post("/staff/account/second-factor", data=form)).text
    return secret


def _link(office: smtp.PostOffice, address: str, page: str) -> str:
    """The link of this kind in the text of the newest mail."""
    text = office.to(address)[-1].parsed.get_body(("plain",))
    assert text
    [found] = re.findall(rf"https://news\.example\.org(/staff/{page}/[\w-]+)", text.get_content())
    return str(found)
