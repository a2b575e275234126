import struct
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from service.advocacy.register import archive
from service.advocacy.register.found import LARGEST, NotARegister


def packed(**contents: bytes) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as made:
        for name, content in contents.items():
            made.writestr(f"folder/{name}.json", content)
    return target.getvalue()


def test_the_files_of_an_ending_are_given_with_their_names() -> None:
    content = packed(anna=b"{}", urs=b"[]")
    assert list(archive.files(content, ".json")) == [("folder/anna.json", b"{}"), ("folder/urs.json", b"[]")]
    assert list(archive.files(content, ".xml")) == []


def test_what_macos_packs_beside_them_is_left_alone() -> None:
    target = BytesIO()
    with ZipFile(target, "w") as made:
        made.writestr("__MACOSX/folder/._anna.json", b"\0\5")
        made.writestr("folder/", b"")
    assert archive.names(target.getvalue()) == []


@pytest.mark.parametrize("files", [1, 3])
def test_a_bomb_is_refused_before_it_is_in_memory(files: int) -> None:
    zeros = b"\0" * (LARGEST // files + 1)
    content = packed(**{f"bomb{number}": zeros for number in range(files)})
    assert len(content) < 1_000_000
    with pytest.raises(NotARegister, match="Unpacked, this archive is larger than 64 MB"):
        list(archive.files(content, ".json"))


def test_an_archive_of_very_many_files_is_refused_before_its_directory_is_read() -> None:
    with pytest.raises(NotARegister, match="more than 30000 files"):
        archive.names(b"PK\x03\x04" + b"PK\x01\x02" * 30_001)


def test_a_file_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(packed(anna=b"x" * 5000))
    place = content.index(b"PK\x01\x02") + 24
    content[place : place + 4] = struct.pack("<I", 10)
    with pytest.raises(NotARegister, match=r"anna.json” in this archive is damaged"):
        list(archive.files(bytes(content), ".json"))


def test_a_locked_file_is_refused() -> None:
    content = bytearray(packed(anna=b"{}"))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(NotARegister, match="damaged or locked"):
        list(archive.files(bytes(content), ".json"))


def test_half_an_archive_is_refused() -> None:
    content = packed(anna=b"{}" * 900)
    with pytest.raises(NotARegister, match="Please fetch it once more"):
        archive.names(content[: len(content) // 2])
