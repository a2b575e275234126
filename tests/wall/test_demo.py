"""The demo has a wall: faces and signs that can be looked at at once, and somebody who waits."""

import pytest

from service.cases import demo as people
from service.kit import db, files
from service.wall import demo, showing

pytestmark = pytest.mark.usefixtures("database")


async def test_a_dozen_are_shown_with_their_pictures_and_two_wait():
    await people.seed()
    assert await demo.seed() == 14
    faces = await showing.faces("en")
    assert len(faces) == 12
    for face in faces:
        assert await files.read(f"wall/{face.photo.folder}/{face.photo.widths[0]}.jpg")
    assert await db.fetch_value("SELECT count(*) FROM wall_post WHERE state = 'waiting' AND noticed <> '{}'") == 1
    assert await db.fetch_value("SELECT sum(standing) FROM prisoner") == sum(
        face.person is not None for face in faces
    )
    assert await db.fetch_value("SELECT count(*) FROM delivery") == 0
    assert await demo.seed() == 0


async def test_without_prisoners_there_is_no_wall_yet():
    assert await demo.seed() == 0
