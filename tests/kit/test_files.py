from io import BytesIO

import pytest

from service.kit import files
from service.kit.settings import settings
from tests.make import s3

LARGE = bytes(range(256)) * 50_000


@pytest.fixture(params=["folder", pytest.param("s3", marks=s3.TESTS)])
def kept(request):
    """Each test holds in a folder and in an S3 store."""
    if request.param == "folder":
        yield
    else:
        with s3.instead_of_the_folder():
            yield


@pytest.mark.parametrize("content", [b"", b"a picture", LARGE], ids=["empty", "small", "large"])
async def test_what_is_saved_is_read_back(kept, content):
    await files.save("tests/blob.jpg", content)
    assert await files.read("tests/blob.jpg") == content
    await files.save("tests/blob.jpg", BytesIO(content))
    assert await files.read("tests/blob.jpg") == content


async def test_what_is_deleted_is_not_there_and_may_be_deleted_again(kept):
    await files.save("tests/one", b"1")
    await files.delete("tests/one", "tests/none")
    await files.delete("tests/one")
    with pytest.raises(FileNotFoundError):
        await files.read("tests/one")


async def test_a_folder_tells_what_is_in_it_and_in_no_other(kept):
    for name in ("tests/a/1", "tests/a/2", "tests/ab/3"):
        await files.save(name, b"x")
    assert sorted(await files.inside("tests/a")) == ["tests/a/1", "tests/a/2"]
    assert await files.inside("tests/none") == []


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../secret", "a/../../b", "A", "a b", "a" * 200, "a\n"])
async def test_a_name_leads_out_of_nothing(name):
    with pytest.raises(ValueError, match="not the name"):
        await files.read(name)
    with pytest.raises(ValueError, match="not the name"):
        files.path(name)


async def test_the_folder_is_closed_to_others():
    await files.save("tests/private", b"x")
    assert (settings().var / "files").stat().st_mode & 0o777 == 0o700
    assert files.path("tests/private").read_bytes() == b"x"


async def test_a_store_that_does_not_answer_is_told_in_a_sentence():
    with s3.instead_of_the_folder("http://127.0.0.1:9"), pytest.raises(files.Unreachable, match="few minutes"):
        await files.read("tests/one")
