import pytest

from service.advocacy import needing
from service.kit import clock
from tests.make import advocacy
from tests.make.staff import sign_in, staff

pytestmark = pytest.mark.usefixtures("database")


async def test_an_action_needs_an_editor_after_an_election_when_it_did_not_open_or_a_letter_may_be_lost():
    rosa = await advocacy.representative(await advocacy.parliament())
    again = await advocacy.action(choose_again=True)
    stuck = await advocacy.action("draft", trouble="Something is still missing.")
    lost = await advocacy.action("closed", choose_again=True)
    await advocacy.letter(lost, rosa, "unknown", left_at=clock.now())
    await advocacy.action()
    await advocacy.action("closed", choose_again=True)
    assert [
        (need.id, need.choose_again, bool(need.trouble), need.unknown) for need in await needing.of_editors()
    ] == [
        (again, True, False, 0),
        (stuck, False, True, 0),
        (lost, False, False, 1),
    ]


async def test_the_overview_says_so_to_editors_and_not_to_who_only_looks(web):
    action = await advocacy.action(name="For Maria", choose_again=True)
    await sign_in(web, await staff("Edna", "editor"))
    page = (await web.get("/staff")).text
    assert f'href="/staff/actions/{action}"' in page and "choose whom it asks" in page
    await sign_in(web, await staff("Vic", "viewer"))
    assert "For Maria" not in (await web.get("/staff")).text
