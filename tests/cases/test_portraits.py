from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from service.cases import portraits
from service.kit import db, files
from service.kit.errors import NotFound
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")


async def photographed(width: int, height: int, mode: str = "RGB", ending: str = "jpg") -> str:
    key = f"{width:016x}{height:016x}.{ending}"
    source = BytesIO()
    Image.effect_noise((width, height), 60).convert(mode).save(
        source, "PNG" if ending == "png" else "JPEG", quality=90
    )
    await files.save(f"photos/{key}", source.getvalue())
    await cases.prisoner(photo=key)
    return key


@pytest.mark.parametrize("shape", [(1200, 1500), (1200, 700), (90, 60)])
async def test_every_photo_becomes_a_portrait_of_the_size_of_its_place(shape: tuple[int, int]) -> None:
    key = await photographed(*shape)
    for size, wanted in portraits.SIZES.items():
        assert Image.open(BytesIO(await portraits.portrait(key, size))).size == wanted


async def test_a_page_of_faces_is_light() -> None:
    assert len(await portraits.portrait(await photographed(1200, 1500), "small")) < 25_000


async def test_a_picture_one_can_see_through_stands_on_our_ground() -> None:
    key = await photographed(300, 300, "RGBA", "png")
    assert Image.open(BytesIO(await portraits.portrait(key, "small"))).mode == "RGB"


async def test_there_are_no_other_sizes_and_no_other_files() -> None:
    key = await photographed(300, 300)
    for asked in ((key, "huge"), (key, ""), ("../../etc/passwd", "small"), ("0" * 32 + ".jpg", "small")):
        with pytest.raises(NotFound):
            await portraits.portrait(*asked)


async def test_a_portrait_is_gone_with_the_consent_also_where_it_was_shown_before(web: Any) -> None:
    key = await photographed(310, 400)
    for size in portraits.SIZES:
        answer = await web.get(f"/photos/{size}/{key}")
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
        assert (
            await web.get(f"/photos/{size}/{key}", headers={"If-None-Match": answer.headers["etag"]})
        ).content == b""
    await db.execute("UPDATE prisoner SET publication = 'initials'")
    for size in portraits.SIZES:
        gone = await web.get(f"/photos/{size}/{key}", headers={"If-None-Match": "*"})
        assert gone.status_code == 404
