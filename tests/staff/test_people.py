"""People on the staff: invitations, roles, leaving."""

import asyncio
from typing import Any

import pytest

import tests.make.staff as make
from service.auth import accounts, sessions
from service.auth.permissions import allowed
from service.auth.tables import Role
from service.kit import db
from service.kit.limits import TooMany
from service.staff import invitations, roles


async def test_olga_invites_anna_and_a_mail_leaves(web: Any) -> None:
    csrf = await make.sign_in(web, await make.staff("Olga"))

    answer = await web.post(
        "/staff/people/invite", data={"csrf": csrf, "address": "anna@example.org", "name": "Anna", "role": "editor"}
    )

    assert answer.headers["location"] == "/staff/people"
    assert await db.fetch_value("SELECT count(*) FROM delivery WHERE template = 'staff/invitation'") == 1
    page = (await web.get("/staff/people")).text
    assert "Anna" in page and "invited" in page


async def test_a_refused_invitation_keeps_what_olga_typed(web: Any) -> None:
    csrf = await make.sign_in(web, await make.staff("Olga"))

    for address, role in (("no address", "editor"), ("olga@example.org", "editor"), ("anna@example.org", "emperor")):
        answer = await web.post(
            "/staff/people/invite", data={"csrf": csrf, "address": address, "name": "<b>Anna", "role": role}
        )
        assert answer.status_code == 422
        assert address in answer.text and "&lt;b&gt;Anna" in answer.text and "<b>Anna" not in answer.text
    assert await db.fetch_value("SELECT count(*) FROM account") == 1


async def test_anna_joins_with_a_name_and_a_password_of_her_own(web: Any) -> None:
    olga = await make.staff("Olga")
    key = await invitations.invite("anna@example.org", "editor", "", by=olga.id)

    assert (await web.get(f"/staff/invitation/{key}")).status_code == 200
    refused = await web.post(f"/staff/invitation/{key}", data={"name": "Anna", "password": "too short"})
    assert refused.status_code == 422 and 'value="Anna"' in refused.text
    joined = await web.post(f"/staff/invitation/{key}", data={"name": "Anna", "password": "an old wooden bridge"})

    assert joined.headers["location"] == "/staff"
    assert (await web.get("/staff/account")).status_code == 200
    anna = await accounts.by_address("anna@example.org")
    assert anna and (anna.name, anna.role, anna.state) == ("Anna", "editor", "active")
    assert (await web.post(f"/staff/invitation/{key}", data={"name": "x", "password": "y" * 20})).status_code == 410


async def test_the_invitation_says_who_invites_and_which_address_signs_in(web: Any) -> None:
    olga = await make.staff("Olga")
    key = await invitations.invite("anna@example.org", "editor", "Anna Zhuk", by=olga.id)
    other = await invitations.invite("ihar@example.org", "editor", "", by=None)

    page = (await web.get(f"/staff/invitation/{key}")).text
    assert "Olga invites you" in page and "anna@example.org" in page and 'value="Anna Zhuk"' in page
    cleared = await web.post(f"/staff/invitation/{key}", data={"name": "", "password": "an old wooden bridge"})
    assert cleared.status_code == 422 and 'value="Anna Zhuk"' not in cleared.text
    page = (await web.get(f"/staff/invitation/{other}")).text
    assert "You are invited" in page and 'value="ihar"' not in page


async def test_an_owner_who_came_by_a_link_is_not_called_invited(web: Any) -> None:
    olga = await make.staff("Olga", password="")
    await make.sign_in(web, olga)

    for path in ("/staff/people", f"/staff/people/{olga.id}"):
        page = (await web.get(path)).text
        assert "no password yet" in page and "invited" not in page


async def test_a_fresh_invitation_ends_the_lost_one_and_cannot_flood_a_mailbox(database: None) -> None:
    olga = await make.staff("Olga")
    lost = await invitations.invite("anna@example.org", "editor", "Anna", by=olga.id)
    anna = await accounts.by_address("anna@example.org")
    assert anna

    for _ in range(invitations.RESENDS_A_DAY):
        await invitations.resend(anna.id, by=olga.id)

    with pytest.raises(invitations.links.Spent):
        await invitations.accept(lost, "Anna", "an old wooden bridge")
    with pytest.raises(TooMany):
        await invitations.resend(anna.id, by=olga.id)


async def test_the_last_owner_can_neither_leave_nor_step_down(web: Any) -> None:
    olga = await make.staff("Olga")
    await make.staff("Anna", role="editor")
    # Invited as an owner, but nobody has come yet.
    await make.staff("Nora", role="owner", password="")
    csrf = await make.sign_in(web, olga)

    for what in ("role", "deactivate"):
        answer = await web.post(f"/staff/people/{olga.id}/{what}", data={"csrf": csrf, "role": "editor"})
        assert answer.status_code == 409 and "last owner" in answer.text

    assert (await accounts.get(olga.id)).state == "active" and (await accounts.get(olga.id)).role == "owner"


async def test_two_owners_who_demote_each_other_at_once_leave_one(database: None) -> None:
    olga, anna = await make.staff("Olga"), await make.staff("Anna")

    answers = await asyncio.gather(
        roles.change(olga.id, "viewer", by=anna.id), roles.deactivate(anna.id, by=olga.id), return_exceptions=True
    )

    assert sum(isinstance(answer, roles.LastOwner) for answer in answers) == 1
    assert await db.fetch_value("SELECT count(*) FROM account WHERE role = 'owner' AND deactivated_at IS NULL") == 1


async def test_a_changed_role_and_a_deactivation_end_the_sessions(database: None) -> None:
    olga, anna = await make.staff("Olga"), await make.staff("Anna", role="editor")

    for change in (roles.change(anna.id, "viewer", by=olga.id), roles.deactivate(anna.id, by=olga.id)):
        key = await sessions.begin(anna.id)
        await change
        assert await sessions.find(key) is None

    assert await sessions.find(await sessions.begin(anna.id)) is None
    await roles.reactivate(anna.id, by=olga.id)
    assert await sessions.find(await sessions.begin(anna.id))


@pytest.mark.parametrize("role", list(Role))
async def test_only_who_manages_the_staff_sees_and_changes_it(web: Any, role: Role) -> None:
    other = await make.staff("Anna", role="viewer")
    await make.staff("Olga")
    csrf = await make.sign_in(web, await make.staff("Nora", role=role))

    statuses = [
        (await web.get("/staff/people")).status_code,
        (await web.get(f"/staff/people/{other.id}")).status_code,
        (await web.post(f"/staff/people/{other.id}/role", data={"csrf": csrf, "role": "owner"})).status_code,
    ]

    assert statuses == ([200, 200, 303] if allowed(role, "staff.manage") else [403] * 3)
    assert (await accounts.get(other.id)).role == ("owner" if allowed(role, "staff.manage") else "viewer")


async def test_a_person_who_does_not_exist_is_not_found(web: Any) -> None:
    csrf = await make.sign_in(web, await make.staff("Olga"))

    assert (await web.get("/staff/people/999")).status_code == 404
    assert (await web.post("/staff/people/999/deactivate", data={"csrf": csrf})).status_code == 404


async def test_the_printed_link_lets_the_first_owner_in_even_into_an_empty_house(web: Any) -> None:
    url = await invitations.sign_in_link()

    assert url.startswith("https://news.example.org/staff/enter/")
    assert (await web.post(url)).status_code == 303
    page = await web.get("/staff/account")
    assert page.status_code == 200 and "present password" not in page.text
    assert await db.fetch_value("SELECT count(*) FROM account") == 1


async def test_a_printed_link_is_for_the_person_it_names(database: None) -> None:
    await make.staff("Olga")
    anna = await make.staff("Anna", role="viewer")

    key = (await invitations.sign_in_link("ANNA@example.org")).rsplit("/", 1)[1]

    assert (await invitations.enter(key)).id == anna.id
    with pytest.raises(invitations.Nobody):
        await invitations.sign_in_link("nora@example.org")
