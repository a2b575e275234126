"""The wall outside of its pages: feeds, the picture of a post, paper, a screen, a strip on another site."""

from io import BytesIO
from typing import Any

import feedparser
import pypdfium2
import pytest
from PIL import Image

from service.kit import db, files
from service.wall import states
from service.wall.tables import PostState
from tests.make import cases, wall

pytestmark = pytest.mark.usefixtures("database")
PLACES = ["/wall/embed", "/en/wall/feed.atom", "/en/wall/feed.json"]


async def photographed(post: int, colour: str = "#336699") -> int:
    """With a photo of one colour in the place of its variants."""
    row = await db.fetch_one("SELECT o.* FROM wall_photo o JOIN wall_post w ON w.photo = o.id WHERE w.id = $1", post)
    assert row
    drawn = BytesIO()
    Image.new("RGB", (row["width"], row["height"]), colour).save(drawn, "JPEG")
    for width in (320, row["width"]):
        await files.save(f"wall/{row['folder']}/{width}.jpg", drawn.getvalue())
    return post


async def test_a_feed_reader_finds_the_newest_faces(web: Any) -> None:
    maryna = await cases.prisoner()
    await wall.post("Anna", prisoner=maryna, sentence="I write <b>& wait</b>.")
    [entry] = feedparser.parse((await web.get("/de/wall/feed.atom")).content).entries
    assert "Anna" in entry.title and "Maryna Kavalchuk" in entry.title
    [item] = (await web.get("/de/wall/feed.json")).json()["items"]
    assert item["content_text"] == "I write <b>& wait</b>." and item["language"] == "en"
    assert item["image"].startswith("https://news.example.org/wall/photos/")


@pytest.mark.parametrize("path", PLACES)
async def test_who_did_not_agree_to_be_seen_elsewhere_is_not_in_it(web: Any, path: str) -> None:
    await wall.post("Anna")
    await wall.post("Boris", on_social=False)
    found = (await web.get(path)).text
    assert "Anna" in found and "Boris" not in found


@pytest.mark.parametrize("path", PLACES[1:])
async def test_who_does_not_want_to_be_found_by_search_engines_is_in_no_feed(web: Any, path: str) -> None:
    await wall.post("Anna", noindex=True)
    assert "Anna" not in (await web.get(path)).text


@pytest.mark.parametrize("path", [*PLACES, "/en/wall/projector"])
@pytest.mark.parametrize("state", [state for state in PostState if state != PostState.PUBLISHED])
async def test_what_is_not_published_is_nowhere(web: Any, path: str, state: str) -> None:
    await wall.post("Anna", state=state)
    answer = await web.get(path)
    assert answer.status_code == 200
    assert "Anna" not in answer.text


async def test_whoever_is_not_to_be_found_has_a_picture_that_is_not_found_either(web: Any) -> None:
    for noindex, said in ((True, "noindex"), (False, None)):
        post = await photographed(await wall.post("Anna", noindex=noindex))
        answer = await web.get(f"/en/wall/faces/{await wall.key(post)}/share.png")
        assert (answer.status_code, answer.headers.get("x-robots-tag")) == (200, said)


async def test_the_picture_of_a_post_shows_its_photo_and_ends_with_the_post(web: Any) -> None:
    post = await photographed(await wall.post())
    path = f"/en/wall/faces/{await wall.key(post)}/share.png"
    answer = await web.get(path)
    picture = Image.open(BytesIO(answer.content)).convert("RGB")
    assert picture.size == (1200, 630)
    red, green, blue = picture.getpixel((200, 315))
    assert (abs(red - 0x33), abs(green - 0x66), abs(blue - 0x99)) < (8, 8, 8)
    assert (await web.get(path, headers={"if-none-match": answer.headers["etag"]})).status_code == 304
    await states.move([post], PostState.WITHDRAWN)
    gone = await web.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert gone.status_code == 410


async def test_there_is_no_picture_of_whoever_did_not_agree_to_be_passed_on(web: Any) -> None:
    post = await photographed(await wall.post(on_social=False))
    assert (await web.get(f"/en/wall/faces/{await wall.key(post)}/share.png")).status_code == 404


async def test_the_picture_counts_who_stands_there(web: Any) -> None:
    post = await photographed(await wall.post())
    path = f"/en/wall/faces/{await wall.key(post)}/share.png"
    before = (await web.get(path)).content
    await wall.post("Boris")
    assert (await web.get(path)).content != before


async def test_the_sheet_can_be_read_and_names_who_stands_there(web: Any) -> None:
    maryna = await cases.prisoner(key="k7")
    await photographed(await wall.post("Anna", prisoner=maryna, sentence="Мы з табой, Марына."))
    await wall.post("Boris", sentence="I stand by all of you.")
    answer = await web.get("/en/wall/print.pdf?prisoner=k7")
    said = pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_range()
    assert "Мы з табой, Марына." in said and "Anna" in said and "1 person stands by Maryna Kavalchuk" in said
    assert "Boris" not in said


async def test_nine_faces_and_their_title_are_one_page(web: Any) -> None:
    for each in range(9):
        await wall.post(f"Anna {each}", role="Member of the town council", town="Oslo")
    assert len(pypdfium2.PdfDocument((await web.get("/en/wall/print.pdf")).content)) == 1


async def test_a_sheet_without_faces_says_how_to_begin(web: Any) -> None:
    answer = await web.get("/en/wall/print.pdf")
    assert "Be the first" in pypdfium2.PdfDocument(answer.content)[0].get_textpage().get_text_range()


async def test_the_projector_walks_from_face_to_face_and_begins_again(web: Any) -> None:
    names = ["Anna", "Boris", "Carla"]
    for name in names:
        await wall.post(name)
    seen, path = [], "/en/wall/projector"
    for _step in range(4):
        page = (await web.get(path)).text
        seen.append(page.partition('projected-name">')[2].partition("<")[0])
        path = page.partition('data-next="')[2].partition('"')[0].replace("&amp;", "&")
    assert seen == ["Carla", "Boris", "Anna", "Carla"]


async def test_a_face_that_was_taken_down_meanwhile_does_not_stop_the_walk(web: Any) -> None:
    await wall.post("Anna")
    boris = await wall.post("Boris")
    await states.move([boris], PostState.WITHDRAWN)
    assert "Anna" in (await web.get(f"/en/wall/projector?after={await wall.key(boris)}")).text


async def test_only_the_strip_may_stand_in_a_frame_of_another_site(web: Any) -> None:
    framed = await web.get("/wall/embed?language=de")
    assert "frame-ancestors *" in framed.headers["content-security-policy"]
    assert "x-frame-options" not in framed.headers
    assert 'lang="de"' in framed.text
    own = await web.get("/en/wall/projector")
    assert "frame-ancestors 'none'" in own.headers["content-security-policy"]
    assert own.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("asked", ["count=0", "count=-1", "count=9999999", "count=x", "language=xx"])
async def test_a_strip_with_odd_wishes_is_still_a_strip(web: Any, asked: str) -> None:
    await wall.post("Anna")
    answer = await web.get(f"/wall/embed?{asked}")
    assert answer.status_code == 200 and "Anna" in answer.text


@pytest.mark.parametrize("path", ["/wall/embed", "/en/wall/projector", "/en/wall/print.pdf", "/en/wall/elsewhere"])
async def test_a_prisoner_who_must_not_be_shown_is_not_found(web: Any, path: str) -> None:
    await cases.prisoner(key="k7", publication="hidden")
    assert (await web.get(f"{path}?prisoner=k7")).status_code == 404


async def test_markup_in_a_sentence_stays_words(web: Any) -> None:
    await wall.post('<img src=x onerror="alert(1)">', sentence="<script>alert(1)</script> & so on")
    for path in ("/wall/embed", "/en/wall/projector"):
        text = (await web.get(path)).text
        assert "<script>alert" not in text and "<img src=x" not in text
    [item] = (await web.get("/en/wall/feed.json")).json()["items"]
    assert item["content_text"].startswith("<script>")
