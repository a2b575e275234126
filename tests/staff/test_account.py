"""One's own account."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp

import tests.make.staff as make
from service.auth import accounts, second_factor, sessions
from service.kit import clock, db

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


async def test_olga_changes_her_name_and_cannot_plant_markup(web: Any) -> None:
    olga = await make.staff("Olga")
    csrf = await make.sign_in(web, olga)

    await web.post("/staff/account/name", data={"csrf": csrf, "name": "<script>alert(1)</script>"})
    page = (await web.get("/staff/account")).text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page

    empty = await web.post("/staff/account/name", data={"csrf": csrf, "name": " "})
    assert empty.status_code == 422 and "Please enter a name" in empty.text


async def test_a_borrowed_browser_changes_neither_password_nor_address(web: Any) -> None:
    olga = await make.staff("Olga")
    csrf = await make.sign_in(web, olga)

    wrong = {"csrf": csrf, "password": "an old wooden bridge", "password-confirm": "a guess at it"}
    assert (await web.post("/staff/account/password", data=wrong)).status_code == 422
    elsewhere = {"csrf": csrf, "address": "thief@example.net", "address-confirm": "a guess at it"}
    answer = await web.post("/staff/account/address", data=elsewhere)
    assert answer.status_code == 422 and "thief@example.net" in answer.text

    assert (await accounts.get(olga.id)).address == "olga@example.org"


async def test_olga_changes_her_password_and_stays_signed_in_only_here(web: Any) -> None:
    olga = await make.staff("Olga")
    other = await sessions.begin(olga.id)
    csrf = await make.sign_in(web, olga)

    data = {"csrf": csrf, "password": "an old wooden bridge", "password-confirm": olga.password}
    assert (await web.post("/staff/account/password", data=data)).status_code == 303

    assert (await web.get("/staff/account")).status_code == 200
    assert await sessions.find(other) is None


async def test_olga_sets_up_the_second_factor_and_sees_ten_codes_once(web: Any) -> None:
    olga = await make.staff("Olga")
    other = await sessions.begin(olga.id)
    csrf = await make.sign_in(web, olga)
    page = (await web.get("/staff/account/second-factor")).text
    [setup] = re.findall(r'name="setup" value="(\w+)"', page)
    [key] = re.findall(r"<code>([A-Z2-7 ]+)</code>", html.unescape(page))
    secret = key.replace(" ", "")
    assert secret not in setup and "data:image/svg+xml" in page

    data = {"csrf": csrf, "setup": setup, "confirm": olga.password}
    wrong = await web.post("/staff/account/second-factor", data={**data, "code": "000000"})
    assert wrong.status_code == 422 and key in wrong.text
    code = pyotp.TOTP(secret).at(clock.now())
    done = await web.post("/staff/account/second-factor", data={**data, "code": code})

    assert done.status_code == 200
    assert len(re.findall(r"<code>(?:[a-z2-7]{4}-){3}[a-z2-7]{4}</code>", done.text)) == 10
    assert (await accounts.get(olga.id)).totp_secret
    assert await sessions.find(other) is None
    assert "10 recovery codes" in (await web.get("/staff/account")).text


async def test_a_set_up_made_for_anna_cannot_be_slipped_to_olga(web: Any) -> None:
    anna, olga = await make.staff("Anna"), await make.staff("Olga")
    await make.sign_in(web, anna)
    page = (await web.get("/staff/account/second-factor")).text
    [setup] = re.findall(r'name="setup" value="(\w+)"', page)
    [key] = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)
    csrf = await make.sign_in(web, olga)

    for sent in (setup, "", "zz", "00"):
        data = {"csrf": csrf, "setup": sent, "confirm": olga.password, "code": pyotp.TOTP(key.replace(" ", "")).now()}
        answer = await web.post("/staff/account/second-factor", data=data)
        assert answer.headers["location"] == "/staff/account/second-factor"
    assert (await accounts.get(olga.id)).totp_secret is None


async def test_turning_it_off_wants_the_password(web: Any) -> None:
    olga, secret = await make.staff("Olga"), second_factor.new_secret()
    await second_factor.set_up(olga.id, secret, pyotp.TOTP(secret).at(clock.now()))
    csrf = await make.sign_in(web, olga)

    for path in ("second-factor/off", "recovery-codes"):
        answer = await web.post(f"/staff/account/{path}", data={"csrf": csrf, "second-factor-confirm": "a guess"})
        assert answer.status_code == 422
    assert (await accounts.get(olga.id)).totp_secret
    data = {"csrf": csrf, "second-factor-confirm": olga.password}
    assert (await web.post("/staff/account/recovery-codes", data=data)).status_code == 200
    assert (await web.post("/staff/account/second-factor/off", data=data)).status_code == 303
    assert (await accounts.get(olga.id)).totp_secret is None


async def test_olga_sees_where_she_is_signed_in_and_ends_one(web: Any) -> None:
    olga, anna = await make.staff("Olga"), await make.staff("Anna")
    forgotten, annas = await sessions.begin(olga.id), await sessions.begin(anna.id)
    csrf = await make.sign_in(web, olga)
    [other] = [
        s.id for s in await sessions.listing(olga.id) if f"/{s.id}/end" in (await web.get("/staff/account")).text
    ]
    [hers] = await sessions.listing(anna.id)

    assert (await web.post(f"/staff/account/sessions/{hers.id}/end", data={"csrf": csrf})).status_code == 404
    assert (await web.post(f"/staff/account/sessions/{other}/end", data={"csrf": csrf})).status_code == 303
    assert await sessions.find(forgotten) is None and await sessions.find(annas)


async def test_an_owner_without_a_second_factor_is_reminded_and_others_are_not(web: Any) -> None:
    await make.sign_in(web, await make.staff("Olga"))
    assert "Turn on a second factor" in (await web.get("/staff/people")).text

    await make.sign_in(web, await make.staff("Anna", role="viewer"))
    assert "Turn on a second factor" not in (await web.get("/staff/account")).text


async def test_old_sessions_and_links_are_swept(database: None, work: Any) -> None:
    from service.kit import jobs

    with clock.at(NOON):
        await sessions.begin((await make.staff("Olga")).id)
    with clock.at(NOON + timedelta(days=8)):
        jobs.enqueue("staff.sweep")
        assert await work() == ["staff.sweep"]
    assert await db.fetch_value("SELECT count(*) FROM staff_session") == 0
