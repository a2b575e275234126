from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image

from service.cases import queries, share
from service.cases.publication import Person
from service.kit import db, files
from service.kit.i18n import LANGUAGES
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")


async def shown(language: str = "en", **others: Any) -> Person:
    await cases.prisoner(key="k7", **others)
    return await queries.person("k7", language)


def drawn(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")


async def test_the_text_names_the_person_and_says_what_we_stand_for() -> None:
    person = await shown()
    assert share.text(person) == "Maryna Kavalchuk is in prison in Belarus. Nobody is forgotten. #WeStandBYyou"


@pytest.mark.parametrize("state", ["released", "died"])
async def test_nobody_is_said_to_be_in_prison_who_is_not(state: str) -> None:
    person = await shown(state=state)
    assert "in prison" not in share.text(person)


async def test_every_link_carries_the_whole_text_and_the_page_however_the_name_is_written() -> None:
    person = await shown(name='Vera "&?#" Lis + Bor')
    for way in share.ways(person):
        address = urlsplit(way.url)
        assert address.scheme in ("https", "mailto") and address.fragment == ""
        said = " ".join(value for values in parse_qs(address.query, strict_parsing=True).values() for value in values)
        assert person.url in said, way.name
        assert way.name == "Facebook" or share.text(person) in said, way.name


async def test_a_person_shown_by_initials_is_shared_by_initials() -> None:
    person = await shown(publication="initials")
    assert share.text(person).startswith("M. K. is in prison")
    assert not any("Kavalchuk" in way.url for way in share.ways(person))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["detained", "released", "died"])
async def test_the_picture_has_the_size_that_other_sites_expect(language: str, state: str) -> None:
    content = await share.picture(await shown(language, state=state, place=await cases.facility()), "Stand by them")
    assert drawn(content).size == (1200, 630)


async def test_the_picture_shows_the_photo_while_there_may_be_one() -> None:
    source = BytesIO()
    Image.new("RGB", (400, 500), (0, 200, 0)).save(source, "JPEG")
    await files.save(f"photos/{'a' * 32}.jpg", source.getvalue())
    person = await shown(photo=f"{'a' * 32}.jpg")
    assert drawn(await share.picture(person, "Us")).getpixel((200, 300))[1] > 150
    await db.execute("UPDATE prisoner SET publication = 'initials'")
    hidden = await queries.person("k7", "en")
    red, green, _blue = drawn(await share.picture(hidden, "Us")).getpixel((10, 10))
    assert abs(red - green) < 40


async def test_a_photo_that_is_not_there_any_more_is_no_reason_to_fail() -> None:
    assert drawn(await share.picture(await shown(photo=f"{'b' * 32}.jpg"), "Us")).size == (1200, 630)


async def test_a_name_is_a_name_and_no_markup_of_the_typesetter() -> None:
    for name in ("#panic(1)", "$x$ *b* _i_ `c` @l <k>", "\\u{41} #import", "W" * 120):
        await db.execute("TRUNCATE prisoner CASCADE")
        assert drawn(await share.picture(await shown(name=name), "#set page(width: 1pt)")).size == (1200, 630)


async def test_the_mark_changes_with_whatever_the_picture_shows() -> None:
    person = await shown()
    marks = [share.mark(person, "Us"), share.mark(person, "We")]
    for change in ("name_latin = 'Marina'", "photo = 'c.jpg'", "state = 'released'", "publication = 'initials'"):
        await db.execute(f"UPDATE prisoner SET {change}")
        marks.append(share.mark(await queries.person("k7", "en"), "Us"))
    marks.append(share.mark(await queries.person("k7", "be"), "Us"))
    assert len(set(marks)) == len(marks)
