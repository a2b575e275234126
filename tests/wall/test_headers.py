from functools import cache
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from service.wall import headers
from service.wall.refusals import PhotoRefused
from tests.make import hostile, photos

KINDS = ("jpeg", "png", "webp", "avif", "heic")


@cache
def photo(kind: str) -> bytes:
    content: bytes = getattr(photos, kind)()
    return content


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_is_read_without_a_decoder(kind):
    header = headers.read(BytesIO(photo(kind)))
    assert (header.kind, header.width, header.height) == (kind, 480, 640)


@pytest.mark.parametrize(
    ("content", "weighs"),
    [
        (lambda: hostile.saved("JPEG"), (0, 0)),
        (lambda: hostile.saved("JPEG", progressive=True), (4, 4)),
        (lambda: hostile.saved("JPEG", progressive=True, subsampling=0), (7, 7)),
        (lambda: hostile.saved("PNG"), (0, 0)),
        (lambda: hostile.saved("WEBP"), (0, 0)),
        (lambda: hostile.saved("WEBP", lossless=True, exif=photos.exif()), (5, 5)),
        (lambda: photos.heic(), (4.7, 4.7)),
        (lambda: photos.heic(chroma=444), (9, 10)),
        (lambda: photos.avif(subsampling="4:2:0"), (7, 8)),
        (lambda: photos.avif(subsampling="4:4:4"), (9, 10)),
    ],
)
def test_what_a_pixel_will_take_is_known_before(content, weighs):
    assert weighs[0] <= headers.read(BytesIO(content())).weight <= weighs[1]


@settings(max_examples=300, deadline=2000)
@given(some.sampled_from(KINDS), some.lists(some.tuples(some.integers(0, 700), some.binary(min_size=1, max_size=8))))
def test_whatever_is_changed_in_a_header_it_is_read_or_refused(kind, changes):
    content = bytearray(photo(kind))
    for at, new in changes:
        content[at : at + len(new)] = new
    try:
        header = headers.read(BytesIO(bytes(content)))
    except PhotoRefused:
        return
    assert header.width * header.height <= headers.MOST_PIXELS
    assert min(header.width, header.height) >= headers.SMALLEST


@given(some.sampled_from(KINDS), some.integers(0, 2000))
def test_a_file_may_end_anywhere(kind, length):
    try:
        headers.read(BytesIO(photo(kind)[:length]))
    except PhotoRefused:
        return


@given(some.binary(max_size=400))
def test_anything_may_be_sent(content):
    with pytest.raises(PhotoRefused):
        headers.read(BytesIO(content))
