from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from service.advocacy import queries, share
from service.advocacy.queries import Action
from service.kit import db, files
from service.kit.i18n import LANGUAGES
from tests.make import advocacy, cases

pytestmark = pytest.mark.usefixtures("database")


async def made(language: str = "en", prisoners: tuple[int, ...] = (), **edition: Any) -> Action:
    id = await advocacy.action(key="k7", languages=(), prisoners=prisoners)
    await advocacy.edition(id, language, **edition)
    return await queries.by_id(id, language)


async def drawn(action: Action, organisation: str = "Us") -> Image.Image:
    content = await share.drawn(await share.picture(action, "en", organisation))
    return Image.open(BytesIO(content)).convert("RGB")


async def with_a_photo(**others: Any) -> int:
    source = BytesIO()
    Image.new("RGB", (400, 500), (0, 200, 0)).save(source, "JPEG")
    await files.save(f"photos/{'a' * 32}.jpg", source.getvalue())
    return await cases.prisoner(photo=f"{'a' * 32}.jpg", **others)


async def test_what_staff_wrote_is_passed_on_with_the_sign_of_all_actions() -> None:
    assert share.text(await made(share="I wrote.\n\nYou?"), "en") == "I wrote. You? #WeStandBYyou"


async def test_the_sign_stands_in_it_once() -> None:
    assert share.text(await made(share="I wrote. #westandbyyou"), "en") == "I wrote. #westandbyyou"


async def test_without_a_text_of_staff_there_is_one() -> None:
    said = share.text(await made(share=""), "en")
    assert said.startswith("Ask your member of parliament") and said.endswith(" #WeStandBYyou")


async def test_every_link_carries_the_whole_text_and_the_page_whatever_it_says() -> None:
    action = await made(share='Write "&?#" + = 100%')
    for way in share.ways(action, "en"):
        address = urlsplit(way.url)
        assert address.scheme in ("https", "mailto") and address.fragment == ""
        said = " ".join(value for values in parse_qs(address.query, strict_parsing=True).values() for value in values)
        assert "https://news.example.org/en/actions/k7" in said, way.name
        assert way.name == "Facebook" or share.text(action, "en") in said, way.name


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_picture_has_the_size_that_other_sites_expect(language: str) -> None:
    assert (await drawn(await made(language))).size == (1200, 630)


async def test_the_picture_shows_whom_it_is_about_only_while_they_agree() -> None:
    maryna = await with_a_photo()
    action = await made(prisoners=(maryna,))
    assert (await drawn(action)).getpixel((200, 300))[1] > 150
    for change in ("publication = 'initials'", "publication = 'full', vetoed_at = now()"):
        await db.execute(f"UPDATE prisoner SET {change}")
        red, green, _blue = (await drawn(action)).getpixel((10, 10))
        assert abs(red - green) < 40


async def test_of_several_people_none_stands_for_all() -> None:
    people = (await with_a_photo(), await cases.prisoner("Vera Lis"))
    assert (await share.picture(await made(prisoners=people), "en", "Us")).face is None


async def test_a_title_is_a_title_and_no_markup_of_the_typesetter() -> None:
    for title in ("#panic(1)", "$x$ *b* _i_ `c` @l <k>", "\\u{41} #import", "W" * 120, ""):
        await db.execute("TRUNCATE action CASCADE")
        action = await made(title=title, ask="#set page(width: 1pt) " * 40)
        assert (await drawn(action, "#set page(width: 1pt)")).size == (1200, 630)


async def test_the_mark_changes_with_whatever_the_picture_shows() -> None:
    action = await made(prisoners=(await cases.prisoner(),))
    marks = [(await share.picture(action, "en", name)).mark for name in ("Us", "We")]
    for change in ("title = 'Another'", "ask = 'Another'"):
        await db.execute(f"UPDATE action_edition SET {change}")
        marks.append((await share.picture(await queries.by_id(action.id, "en"), "en", "Us")).mark)
    await db.execute("UPDATE prisoner SET photo = $1", f"{'a' * 32}.jpg")
    marks.append((await share.picture(await queries.by_id(action.id, "en"), "en", "Us")).mark)
    await db.execute("UPDATE action SET goal = 7")
    marks.append((await share.picture(await queries.by_id(action.id, "en"), "en", "Us")).mark)
    assert len(set(marks)) == len(marks)
