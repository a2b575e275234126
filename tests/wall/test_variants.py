from io import BytesIO

import pytest
from PIL import Image, ImageCms

from service.wall import variants
from service.wall.refusals import PhotoRefused, Refusal
from service.wall.wishes import Wishes
from tests.make import hostile, looking, photos

UPRIGHT = ["red", "green", "blue", "white"]
# What the intake lets through.
DECODED = [name for name, (_make, refusal) in hostile.FILES.items() if refusal in (None, Refusal.BROKEN)]


def largest(made: variants.Made, ending: str = "jpg") -> bytes:
    return made.variants[f"{made.width}.{ending}"]


def must_hold_nothing_but_the_picture(made: variants.Made) -> None:
    for name, content in made.variants.items():
        assert b"ecretMaker" not in content
        if name.endswith("jpg"):
            assert looking.jpeg_parts(content) <= looking.JPEG_PARTS
        else:
            assert looking.avif_items(content) == looking.AVIF_ITEMS


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["jpeg", "avif", "heic"])
def test_a_photo_is_right_side_up_however_the_phone_was_held(kind, orientation):
    made = variants.make(getattr(photos, kind)(orientation=orientation), Wishes())
    assert looking.corners(largest(made)) == looking.corners(largest(made, "avif")) == UPRIGHT
    assert (made.width, made.height) == (480, 600)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif", "heic"])
def test_nothing_of_the_camera_goes_over_into_any_file(kind):
    original = getattr(photos, kind)()
    assert b"ecretMaker" in original
    made = variants.make(original, Wishes())
    assert sorted(made.variants) == sorted(f"{width}.{end}" for width in (320, 480) for end in ("jpg", "avif"))
    must_hold_nothing_but_the_picture(made)


@pytest.mark.parametrize("name", DECODED)
def test_a_hostile_file_is_refused_or_becomes_a_clean_picture(name):
    make, refusal = hostile.FILES[name]
    if refusal is None:
        must_hold_nothing_but_the_picture(variants.make(make(), Wishes()))
    else:
        with pytest.raises(Exception) as failed:
            variants.make(make(), Wishes())
        assert not isinstance(failed.value, PhotoRefused) or failed.value.refusal == refusal


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1"])
def test_whatever_the_colours_are_made_of_they_are_seen(mode):
    made = variants.make(hostile.saved("PNG", 480, 640, mode), Wishes())
    seen = looking.corners(largest(made))
    assert seen == UPRIGHT if mode in ("P", "RGBA") else seen[3] in ("white", "black")


def test_what_is_transparent_stands_on_white():
    clear = Image.new("RGBA", (400, 500), (200, 30, 30, 0))
    target = BytesIO()
    clear.save(target, "PNG")
    assert looking.corners(largest(variants.make(target.getvalue(), Wishes()))) == ["white"] * 4


def test_the_profile_of_the_colours_is_applied_and_left_out():
    # In these colours red and blue have changed places.
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"xXYZ").replace(b"bXYZ", b"rXYZ").replace(b"xXYZ", b"bXYZ")
    made = variants.make(photos.jpeg(icc_profile=swapped), Wishes())
    assert looking.corners(largest(made)) == ["blue", "green", "red", "white"]
    must_hold_nothing_but_the_picture(made)


def test_a_crop_shows_no_more_than_was_wished():
    made = variants.make(photos.jpeg(6, 900, 1200), Wishes(crop=(0.5, 0.0, 0.5, 0.5)))
    assert looking.corners(largest(made)) == ["green"] * 4
    assert (made.width, made.height) == (450, 562)


def test_what_is_covered_is_seen_in_no_file():
    # The red quarter is somebody who did not agree.
    made = variants.make(photos.jpeg(8), Wishes(covers=((0, 0, 0.5, 0.5),)))
    for name, content in made.variants.items():
        with Image.open(BytesIO(content)) as opened:
            picture = opened.convert("RGB")
        assert looking.corners(content) == ["black", "green", "blue", "white"], name
        reddish = [red for red, green, blue in picture.get_flattened_data() if red > 120 and green < 90 and blue < 90]
        assert not reddish, name


@pytest.mark.parametrize(("shape", "size"), [("portrait", (480, 600)), ("square", (480, 480)), ("wide", (480, 360))])
def test_the_wished_shape_is_cut_without_a_script(shape, size):
    made = variants.make(photos.jpeg(), Wishes(shape=shape))
    assert (made.width, made.height) == size


def test_a_small_photo_is_not_scaled_up_and_a_large_one_has_three_widths():
    small = variants.make(photos.jpeg(width=310, height=400), Wishes())
    assert sorted(small.variants) == ["310.avif", "310.jpg"]
    assert variants.make(photos.jpeg(width=3000, height=2000), Wishes()).width == 1280


def test_the_same_photo_sent_smaller_is_recognised_and_another_is_not():
    first, again, other = (
        variants.make(content, Wishes()).likeness
        for content in (photos.jpeg(), photos.webp(photos.drawing(360, 480)), photos.png(noise()))
    )
    assert bits(first ^ again) <= 4
    assert bits(first ^ other) > 10
    assert all(-(2**63) <= each < 2**63 for each in (first, again, other))


def test_the_colour_before_the_photo_is_one_of_its_own():
    plain = Image.new("RGB", (400, 500), (200, 30, 30))
    made = variants.make(photos.png(plain), Wishes())
    assert made.colour == "#c81e1e"


def bits(number: int) -> int:
    return (number & (2**64 - 1)).bit_count()


def noise() -> Image.Image:
    return Image.effect_noise((9, 9), 90).resize((600, 800)).convert("RGB")
