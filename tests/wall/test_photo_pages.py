import pytest

from service.wall import states
from service.wall.tables import PostState
from tests.make import looking, photos, staff, wall


@pytest.fixture
async def shown(database) -> tuple[int, str]:
    """A published post and the folder of its photo."""
    post = await wall.post(picture=photos.jpeg(6))
    return post, await wall.folder(post)


async def test_everybody_sees_a_published_photo_right_side_up_and_no_shared_cache_keeps_it(web, shown):
    _post, folder = shown
    for name, kind in (("320.jpg", "image/jpeg"), ("480.avif", "image/avif")):
        answer = await web.get(f"/wall/photos/{folder}/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert looking.corners(answer.content) == ["red", "green", "blue", "white"]
        assert answer.headers["cache-control"] == "private, max-age=604800, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-robots-tag"] == "noindex"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "name", ["original", "640.jpg", "320.png", "320.jpg.avif", "0320.jpg", "..%2f480.jpg", "480", ".jpg", "480.JPG"]
)
async def test_there_is_nothing_else_in_the_folder(web, shown, name):
    assert (await web.get(f"/wall/photos/{shown[1]}/{name}")).status_code == 404


@pytest.mark.parametrize("folder", ["0" * 32, "..", "%2e%2e", "x", "0" * 33])
async def test_there_is_no_other_folder(web, shown, folder):
    assert (await web.get(f"/wall/photos/{folder}/480.jpg")).status_code == 404


@pytest.mark.parametrize("state", ["unconfirmed", "waiting", "reported", "rejected"])
async def test_what_is_not_published_is_not_there_for_anybody_who_guessed_its_address(web, database, state):
    folder = await wall.folder(await wall.post(state=state, picture=photos.jpeg()))
    assert (await web.get(f"/wall/photos/{folder}/480.jpg")).status_code == 404


async def test_a_photo_that_was_taken_down_is_gone_at_once(web, shown):
    post, folder = shown
    await states.move([post], PostState.WITHDRAWN)
    answer = await web.get(f"/wall/photos/{folder}/480.jpg")
    assert answer.status_code == 410
    assert "taken down" in answer.text


async def test_moderators_see_every_photo_and_nobody_else_does(web, database):
    folder = await wall.folder(await wall.post(state="waiting", picture=photos.jpeg()))
    address = f"/staff/wall/photos/{folder}/480.jpg"
    assert (await web.get(address)).status_code == 303
    await staff.sign_in(web, await staff.staff("Vera", "viewer"))
    assert (await web.get(address)).status_code == 403
    await staff.sign_in(web, await staff.staff("Mara", "moderator"))
    answer = await web.get(address)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (await web.get(f"/staff/wall/photos/{'0' * 32}/480.jpg")).status_code == 404
