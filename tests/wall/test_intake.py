from datetime import timedelta
from io import BytesIO

import pytest

from service.kit import clock, db, files
from service.wall import intake, photos
from service.wall.refusals import SENTENCES, PhotoRefused, Refusal
from service.wall.wishes import Wishes
from tests.make import hostile
from tests.make import photos as made

pytestmark = pytest.mark.usefixtures("database")


async def test_annas_photo_waits_as_it_came_until_her_form_is_sent():
    content = made.jpeg(6)
    photo = await intake.accept(BytesIO(content))
    row = await db.fetch_one("SELECT folder, state FROM wall_photo WHERE id = $1", photo)
    assert row["state"] == "draft"
    assert await files.read(intake.original(row["folder"])) == content
    assert content.count(made.SECRET) > 3
    assert intake.read_token(intake.token(photo)) == photo


@pytest.mark.parametrize(
    "name", [name for name, (_make, refusal) in hostile.FILES.items() if refusal not in (None, Refusal.BROKEN)]
)
async def test_what_is_no_photo_is_refused_before_anything_of_it_is_decoded_or_kept(name):
    make, refusal = hostile.FILES[name]
    with pytest.raises(PhotoRefused) as refused:
        await intake.accept(BytesIO(make()))
    assert refused.value.refusal == refusal
    assert refused.value.status == 422
    assert refused.value.into("en") == str(SENTENCES[refusal])
    assert await db.fetch_value("SELECT count(*) FROM wall_photo") == 0


@pytest.mark.parametrize("kind", ["progressive", "heic", "avif", "interlaced"])
async def test_what_would_take_too_much_room_is_refused_by_its_header_alone(kind):
    sizes = {
        "progressive": hostile.with_frame(hostile.saved("JPEG", subsampling=0), 8000, 6000, 0xC2),
        "heic": hostile.with_sizes(made.heic(chroma=444), 8000, 6000),
        "avif": hostile.with_sizes(made.avif(), 8000, 6000),
        "interlaced": hostile.png(8000, 6000, 16, 6, data=b"x", interlaced=True),
    }
    with pytest.raises(PhotoRefused) as refused:
        await intake.accept(BytesIO(sizes[kind]))
    assert refused.value.refusal == Refusal.TOO_HEAVY


async def test_a_kept_photo_is_good_for_two_hours_and_for_one_post():
    photo = await intake.accept(BytesIO(made.jpeg()))
    token = intake.token(photo)
    with clock.at(clock.now() + timedelta(hours=2, minutes=2)), pytest.raises(PhotoRefused):
        intake.read_token(token)
    await photos.begin(photo, Wishes())
    with pytest.raises(PhotoRefused):
        await photos.begin(photo, Wishes())


@pytest.mark.parametrize("token", ["", "x", "AAAA"])
async def test_a_token_that_we_did_not_write_keeps_nothing(token):
    with pytest.raises(PhotoRefused):
        intake.read_token(token)
