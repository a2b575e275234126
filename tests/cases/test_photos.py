from io import BytesIO

import pytest
from PIL import Image

from service.cases import editing, photos, queries
from service.kit import files
from service.kit.errors import Invalid, NotFound
from service.kit.pictures import PictureRefused
from tests.make import cases

pytestmark = pytest.mark.usefixtures("database")
RIGHTS = "The family gave it to us on 5 January."


def portrait(unlikely: str = "") -> BytesIO:
    exif = Image.Exif()
    exif[0x010E] = f"taken in {unlikely}"
    target = BytesIO()
    Image.new("RGB", (300, 400), "#d9384c").save(target, "JPEG", exif=exif)
    target.seek(0)
    return target


async def attached(prisoner: int) -> str:
    await photos.attach(prisoner, portrait(), "Family archive", RIGHTS, None)
    return (await queries.record(prisoner)).photo


async def test_a_photo_is_kept_without_what_the_camera_wrote(unlikely):
    maryna = await cases.prisoner()
    await photos.attach(maryna, portrait(unlikely), "Family archive", RIGHTS, None)
    record = await queries.record(maryna)
    kind, content = await photos.public(record.photo)
    assert kind == "image/jpeg"
    assert Image.open(BytesIO(content)).size == (300, 400)
    assert unlikely.encode() not in content
    assert (record.photo_credit, record.photo_rights) == ("Family archive", RIGHTS)


@pytest.mark.parametrize(
    "values", [{"publication": "hidden"}, {"publication": "initials"}, {"vetoed": True}], ids=str
)
async def test_the_photo_is_gone_the_moment_maryna_is_not_shown(values):
    maryna = await cases.prisoner()
    key = await attached(maryna)
    await photos.public(key)
    await editing.change(maryna, values, None)
    with pytest.raises(NotFound):
        await photos.public(key)
    assert (await photos.of(maryna))[0] == "image/jpeg"


async def test_the_photo_before_is_deleted():
    maryna = await cases.prisoner()
    old, new = await attached(maryna), await attached(maryna)
    assert old != new
    with pytest.raises(NotFound):
        await photos.public(old)
    with pytest.raises(FileNotFoundError):
        await files.read(f"photos/{old}")
    await photos.remove(maryna, None)
    with pytest.raises(FileNotFoundError):
        await files.read(f"photos/{new}")
    with pytest.raises(NotFound):
        await photos.of(maryna)
    record = await queries.record(maryna)
    assert (record.photo, record.photo_rights) == ("", "")


async def test_a_photo_without_rights_is_not_taken():
    maryna = await cases.prisoner()
    folder = files.path("photos/x").parent
    before = set(folder.glob("*"))
    with pytest.raises(Invalid):
        await photos.attach(maryna, portrait(), "", " ", None)
    with pytest.raises(PictureRefused):
        await photos.attach(maryna, BytesIO(b"<svg onload=alert(1)>"), "", RIGHTS, None)
    with pytest.raises(editing.Overtaken):
        await photos.attach(maryna, portrait(), "", RIGHTS, None, version=9)
    assert (await queries.record(maryna)).photo == ""
    assert set(folder.glob("*")) == before


@pytest.mark.parametrize("key", ["", "x", "../../etc/passwd", "0" * 32 + ".svg", "0" * 32 + ".jpg"])
async def test_what_is_no_photo_is_not_found(key):
    with pytest.raises(NotFound):
        await photos.public(key)
