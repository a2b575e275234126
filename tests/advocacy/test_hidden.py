"""An action about somebody who may not be shown any more: its texts may name them, so it goes nowhere."""

from datetime import timedelta
from typing import Any

import pytest

from service.advocacy import opening, queries, readiness
from service.advocacy.opening import NotReady
from service.kit import clock, db, jobs
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")
PLACES = ["/en", "/en/actions", "/en/actions/feed.atom", "/en/actions/feed.json"]
PAGES = ["/en/actions/k7", "/en/actions/k7/share", "/en/actions/k7/share.png"]


async def vetoed() -> int:
    """An open action about two people; the family of one does not want her to be named any more."""
    maryna = await cases.prisoner()
    action = await advocacy.action(key="k7", prisoners=(maryna, await cases.prisoner("Ales Novik")))
    await db.execute("UPDATE prisoner SET vetoed_at = $1 WHERE id = $2", clock.now(), maryna)
    return action


async def test_her_name_is_gone_from_all_pages_at_once(web: Any) -> None:
    await vetoed()
    for path in PLACES:
        assert "k7" not in (await web.get(path)).text, path
    for path in PAGES:
        assert (await web.get(path)).status_code == 404, path


async def test_while_a_letter_is_being_written_the_action_rests() -> None:
    await vetoed()
    with pytest.raises(queries.Frozen):
        await queries.open_action("k7", "en")


async def test_nothing_about_her_leaves_after_the_last_day_either() -> None:
    action = await vetoed()
    still = clock.now() + timedelta(days=5)
    await db.execute("UPDATE action SET state = 'closed', leaves_until = $2 WHERE id = $1", action, still)
    await jobs.body("advocacy.open_and_close")()
    assert await db.fetch_value("SELECT leaves_until FROM action") is None


async def test_the_clock_stops_what_waits_until_staff_have_looked() -> None:
    action = await vetoed()
    await jobs.body("advocacy.open_and_close")()
    assert (await queries.by_id(action, "en")).state == "frozen"
    with pytest.raises(NotReady):
        await opening.thaw(action, None)
    await db.execute("UPDATE action SET prisoners = prisoners[2:]")
    await opening.thaw(action, None)
    await jobs.body("advocacy.open_and_close")()
    assert (await queries.shown_action("k7", "en")).is_open


async def test_whoever_was_merged_into_somebody_hidden_is_hidden_too() -> None:
    maryna = await cases.prisoner(publication="hidden")
    await advocacy.action(key="k7", prisoners=(987_654,))
    assert (await queries.shown_action("k7", "en")).is_open
    await db.execute("INSERT INTO prisoner_merged (key, was, prisoner) VALUES ('old', 987654, $1)", maryna)
    assert await queries.open_ones("en") == []


async def test_an_action_about_everybody_goes_on() -> None:
    await cases.prisoner(publication="hidden")
    await advocacy.action(key="k7")
    assert (await queries.open_action("k7", "en")).is_open


@pytest.mark.parametrize("said", ["Stand by Maryna", "KAVALCHUK is in prison", "Вазьміце шэфства над МАРЫНАЙ"])
async def test_who_wants_to_be_shown_by_initials_alone_is_named_by_no_action(web: Any, said: str) -> None:
    maryna = await cases.prisoner()
    action = await advocacy.action(key="k7", prisoners=(maryna,))
    await db.execute("UPDATE action_edition SET ask = $1", said)
    assert said in (await web.get("/en/actions/k7")).text
    await db.execute("UPDATE prisoner SET publication = 'initials'")
    assert (await web.get("/en/actions/k7")).status_code == 404
    assert "names them" in str(
        [each.sentence for each in await readiness.findings(await queries.by_id(action, "en"))]
    )
    await db.execute("UPDATE action_edition SET ask = 'Stand by M. K., a submariner'")
    assert (await web.get("/en/actions/k7")).status_code == 200
