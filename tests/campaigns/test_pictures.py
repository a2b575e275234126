import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from service.campaigns import pictures
from service.kit import db
from service.kit.errors import NotFound
from service.kit.pictures import PictureRefused

pytestmark = pytest.mark.usefixtures("database")


def encoded(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object) -> BytesIO:
    target = BytesIO()
    Image.new(mode, size, (200, 60, 70, 90)[: len(mode)] if mode != "P" else 3).save(target, kind, **options)
    target.seek(0)
    return target


def claiming(width: int, height: int) -> BytesIO:
    """A PNG of a few bytes whose header promises a large picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")))


async def opened(key: str) -> Image.Image:
    return Image.open(BytesIO((await pictures.read(key))[1]))


@pytest.mark.parametrize(("kind", "ending"), [("JPEG", "jpg"), ("PNG", "jpg"), ("WEBP", "jpg"), ("GIF", "jpg")])
async def test_every_usual_kind_is_taken_and_becomes_a_jpeg(kind: str, ending: str) -> None:
    kept = await pictures.keep(encoded(kind))
    assert kept.key.endswith(f".{ending}")
    assert (await pictures.read(kept.key))[0] == "image/jpeg"
    assert (kept.width, kept.height) == (64, 48)


async def test_what_shines_through_stays_so() -> None:
    kept = await pictures.keep(encoded("PNG", mode="RGBA"))
    assert kept.key.endswith(".png")
    assert (await opened(kept.key)).mode == "RGBA"


async def test_a_photo_from_a_phone_becomes_upright_and_forgets_where_it_was_taken(unlikely: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = unlikely
    exif.get_ifd(0x8825)[1] = "N"
    kept = await pictures.keep(encoded("JPEG", exif=exif))
    _kind, content = await pictures.read(kept.key)
    assert (kept.width, kept.height) == (48, 64)
    assert not (await opened(kept.key)).getexif()
    assert unlikely.encode() not in content


async def test_what_was_written_into_a_png_is_not_kept(unlikely: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", unlikely)
    kept = await pictures.keep(encoded("PNG", mode="RGBA", pnginfo=info))
    assert unlikely.encode() not in (await pictures.read(kept.key))[1]


async def test_what_hangs_behind_a_picture_is_not_kept() -> None:
    polyglot = BytesIO(encoded("GIF").getvalue() + b"<script>alert(1)</script>")
    kept = await pictures.keep(polyglot)
    assert b"<script>" not in (await pictures.read(kept.key))[1]


async def test_a_wide_picture_is_made_as_wide_as_mails_need() -> None:
    kept = await pictures.keep(encoded("JPEG", (2400, 600)))
    assert (kept.width, kept.height) == (1200, 300)


@pytest.mark.parametrize("size", [(10_000, 5_001), (2**31 - 1, 1), (60_000, 60_000)])
async def test_a_bomb_is_refused_by_its_header_alone(size: tuple[int, int]) -> None:
    with pytest.raises(PictureRefused):
        await pictures.keep(claiming(*size))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    ],
)
async def test_what_is_no_picture_is_refused_with_what_would_be_one(content: bytes) -> None:
    with pytest.raises(PictureRefused, match="JPEG, PNG, WebP or GIF"):
        await pictures.keep(BytesIO(content))


async def test_a_truncated_picture_is_refused() -> None:
    with pytest.raises(PictureRefused):
        await pictures.keep(BytesIO(encoded("JPEG", (400, 400), quality=95).getvalue()[:700]))


async def test_more_than_ten_megabytes_are_refused() -> None:
    with pytest.raises(PictureRefused, match="10 MB"):
        await pictures.keep(BytesIO(b"\xff\xd8" + b"\0" * 10_000_000))


@pytest.mark.parametrize("key", ["../organisation", "0" * 32 + ".jpg", "x.jpg", "0" * 32 + ".gif", ""])
async def test_a_key_that_we_did_not_give_out_leads_nowhere(key: str) -> None:
    with pytest.raises(NotFound):
        await pictures.read(key)


async def test_the_picture_is_served_from_our_own_origin_for_a_long_time(web) -> None:  # type: ignore[no-untyped-def]
    kept = await pictures.keep(encoded("JPEG"))
    answer = await web.get(kept.src)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await web.get("/media/" + "0" * 32 + ".jpg")).status_code == 404
    assert await db.fetch_value("SELECT count(*) FROM picture") == 1
