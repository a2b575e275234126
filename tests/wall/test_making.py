from datetime import timedelta
from io import BytesIO

import pytest

from service.kit import clock, db, files
from service.kit.errors import NotFound
from service.wall import intake, making, photos, sweeping
from service.wall.refusals import Refusal
from service.wall.wishes import Wishes
from tests.make import hostile, looking, s3
from tests.make import photos as made

pytestmark = pytest.mark.usefixtures("database")


async def sent(content: bytes | None = None, wishes: Wishes | None = None) -> int:
    photo = await intake.accept(BytesIO(content or made.jpeg(6)))
    async with db.transaction():
        await photos.begin(photo, wishes or Wishes())
    return photo


async def row(photo: int) -> db.Record:
    found = await db.fetch_one("SELECT * FROM wall_photo WHERE id = $1", photo)
    assert found
    return found


async def stored(photo: int) -> list[str]:
    folder = f"wall/{(await row(photo))['folder']}"
    return sorted(name.removeprefix(f"{folder}/") for name in await files.inside(folder))


async def test_annas_photo_becomes_its_variants_and_the_original_is_destroyed(work):
    anna = await sent(wishes=Wishes(covers=((0, 0, 0.5, 0.5),)))
    assert await work() == ["wall.make_variants", "wall.sweep_photos"]
    photo = await row(anna)
    assert (photo["state"], photo["width"], photo["height"]) == ("ready", 480, 600)
    assert photo["colour"].startswith("#") and photo["likeness"] is not None
    assert await stored(anna) == ["320.avif", "320.jpg", "480.avif", "480.jpg"]
    content, kind = await photos.content_of(anna, "480.jpg")
    assert kind == "image/jpeg" and looking.corners(content) == ["black", "green", "blue", "white"]


@pytest.mark.parametrize("place", ["folder", pytest.param("s3", marks=s3.TESTS)])
async def test_nothing_of_a_photo_that_was_taken_down_is_stored_anywhere(work, place):
    if place == "folder":
        await from_form_to_take_down(work)
        return
    with s3.instead_of_the_folder():
        await from_form_to_take_down(work)
        assert [name for name in s3.names() if "/wall/" in name] == []


async def from_form_to_take_down(work):
    anna = await sent()
    await work()
    folder = (await row(anna))["folder"]
    assert len(await files.inside(f"wall/{folder}")) == 4
    await photos.destroy(anna)
    with pytest.raises(NotFound):
        await photos.content_of(anna, "480.jpg")
    await work()
    assert await files.inside(f"wall/{folder}") == []
    assert await db.fetch_value("SELECT count(*) FROM wall_photo") == 0


@pytest.mark.parametrize("name", ["jpeg, half of it", "heic that says less than it has", "avif, half of it"])
async def test_a_broken_photo_is_refused_and_not_kept(work, name):
    photo = await sent(hostile.FILES[name][0]())
    await work()
    found = await row(photo)
    assert (found["state"], found["refusal"], found["tries"]) == ("refused", Refusal.BROKEN, 1)
    assert await stored(photo) == []


async def test_a_photo_that_never_ends_is_refused_after_three_goes_and_holds_up_nobody(work, monkeypatch):
    monkeypatch.setattr(making, "PATIENCE", 0.001)
    poison = await sent()
    await work()
    found = await row(poison)
    assert (found["state"], found["refusal"], found["tries"]) == ("refused", Refusal.BROKEN, making.GOES)
    monkeypatch.setattr(making, "PATIENCE", 60)
    boris = await sent()
    await work()
    assert (await row(boris))["state"] == "ready"


async def test_a_photo_whose_worker_died_is_made_by_another_when_its_time_is_over(work):
    photo = await sent()
    later = clock.now() + making.LEASE
    await db.execute("UPDATE wall_photo SET lease_until = $1, tries = 1", later)
    await making.make_due()
    assert (await row(photo))["state"] == "uploaded"
    with clock.at(later):
        await making.make_due()
    assert (await row(photo))["state"] == "ready"


async def test_two_jobs_in_one_worker_make_one_photo_at_a_time_and_forget_none():
    first, second = await sent(), await sent()
    making._Turn.taken = True
    try:
        await making.make_due()
        assert making._Turn.again
    finally:
        making._Turn.taken = False
    await making.make_due()
    assert {(await row(first))["state"], (await row(second))["state"]} == {"ready"}
    assert not making._Turn.again


async def test_what_is_made_of_a_photo_that_was_taken_down_meanwhile_goes_too(work):
    photo = await sent()
    claimed = await db.fetch_one(making._CLAIM, clock.now(), clock.now() + making.LEASE)
    await photos.destroy(photo)
    await sweeping.sweep()
    due = making._Due(**claimed)
    await making._keep(due, await making.made_apart(made.jpeg(), due.wishes))
    await sweeping.sweep()
    assert await stored(photo) == []
    with clock.at(clock.now() + making.LEASE):
        await sweeping.sweep()
    assert await db.fetch_value("SELECT count(*) FROM wall_photo") == 0


async def test_a_store_that_is_away_costs_a_photo_none_of_its_goes():
    photo = await sent()
    with s3.instead_of_the_folder("http://127.0.0.1:9"):
        await making.make_due()
    found = await row(photo)
    assert (found["state"], found["tries"], found["lease_until"]) == ("uploaded", 0, None)


async def test_a_draft_that_nobody_sent_is_gone_after_its_two_hours():
    photo = await intake.accept(BytesIO(made.jpeg()))
    folder = (await row(photo))["folder"]
    await sweeping.sweep()
    assert await stored(photo) == ["original"]
    with clock.at(clock.now() + timedelta(hours=2, minutes=11)):
        await sweeping.sweep()
    assert await files.inside(f"wall/{folder}") == []
    assert await db.fetch_value("SELECT count(*) FROM wall_photo") == 0


async def test_the_process_of_a_photo_knows_no_secret_of_ours():
    content = made.jpeg()
    answer = await making.made_apart(content, "{}")
    assert not isinstance(answer, Refusal) and answer.width == 480
