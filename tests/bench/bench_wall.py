"""What the wall costs with 100,000 faces: `make bench`. FACES=100000 and SECONDS=8 may be set."""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from service.kit import db
from service.wall import listing, states
from tests.bench import reader
from tests.make import cases, processes

FACES = int(os.environ.get("FACES", "100000"))
SECONDS = float(os.environ.get("SECONDS", "8"))
PRISONERS = 1200
READERS = 16
LOOKS = 60
_PHOTOS = """
    INSERT INTO wall_photo (folder, state, wishes, width, height, colour, uploaded_at)
    SELECT md5('photo' || i), 'ready', '{}', (ARRAY[1280, 1280, 1280])[1 + i % 3],
           (ARRAY[1600, 1280, 960])[1 + i % 3], '#' || left(md5(i::text), 6), now() FROM generate_series(1, $1::int) i
"""
_POSTS = """
    INSERT INTO wall_post (key, state, photo, language, sentence, name, role, town, country, prisoner, in_mails,
                           on_social, created_at, confirmed_at, published_at)
    SELECT left(md5('key' || o.id), 16), 'published', o.id, (ARRAY['en', 'de', 'fr', 'ru', 'be'])[1 + o.id % 5],
           'I stand by you until you are free, and I have written letter ' || o.id || ' about the '
           || (ARRAY['lilac', 'snow', 'river', 'sea'])[1 + o.id % 4] || ' in front of my window. '
           || CASE WHEN o.id % 5000 = 0 THEN 'A rare word: halcyon.' ELSE '' END,
           'Anna ' || o.id, 'teacher', 'Bern', (ARRAY['CH', 'DE', 'FR', 'PL', 'LT', 'BE', 'NL', 'SE'])[1 + o.id % 8],
           CASE WHEN o.id % 3 > 0 THEN 1 + o.id % $1::int END, true, true,
           o.uploaded_at, o.uploaded_at, o.uploaded_at - o.id * interval '1 minute'
      FROM wall_photo o
"""


@pytest.fixture
async def wall(database: None) -> None:
    for number in range(PRISONERS):
        await cases.prisoner(f"Person Number {number}", key=f"k{number}", standing=number % 400)
    await db.execute(_PHOTOS, FACES)
    await db.execute(_POSTS, PRISONERS)
    await states.renew_mark()
    for table in ("wall_photo", "wall_post", "prisoner"):
        await db.execute(f"VACUUM (FREEZE, ANALYZE) {table}")


async def test_a_page_far_away_costs_what_the_first_one_costs(wall: None, tmp_path: Path) -> None:
    far = await _far()
    pages = {
        "first": "/en/wall",
        f"page {FACES // 2 // listing.PAGE:,}": f"/en/wall?after={far}",
        "of a country": "/en/wall?country=CH",
        "of a language, far away": f"/en/wall?spoken=ru&after={far}",
    }
    words = {"often": "lilac", "rare": "halcyon", "nowhere": "nothing of the kind", "everywhere": "i"}
    searches = {name: f"/en/wall?q={quote_plus(typed)}" for name, typed in words.items()}
    async with serving("service.app:app", tmp_path) as port:
        fresh, kept = await looked(port, pages, renewed=True), await looked(port, pages)
        searched = await looked(port, searches)
        size, first = await asked(port, "/en/wall")
        _size, distant = await asked(port, pages["of a language, far away"])
    async with serving("tests.bench.bare:app", tmp_path, BARE_SIZE=str(size)) as port:
        same, nothing = await asked(port, "/")
    print(f"\n\n{FACES:,} faces")
    for name in pages:
        print(f"{name:24} made anew {fresh[name]:6.1f} ms, kept {kept[name]:5.2f} ms")
    for name, took in searched.items():
        print(f"search, {name:16} made anew {took:6.1f} ms")
    print(
        f"first page of {size / 1000:.1f} kB: {first:.0f} a second, one far away {distant:.0f};"
        f" a bare handler of {same / 1000:.1f} kB: {nothing:.0f}"
    )
    for took in (fresh, kept):
        assert max(took.values()) < 1.5 * min(took.values())
    assert first >= 500


async def _far() -> str:
    row = await db.fetch_one(
        "SELECT published_at, id FROM wall_post ORDER BY published_at DESC OFFSET $1 LIMIT 1", FACES // 2
    )
    assert row
    return f"{int(row['published_at'].timestamp() * 1_000_000)}-{row['id']}"


async def looked(port: int, pages: dict[str, str], renewed: bool = False) -> dict[str, float]:
    """The median of many looks at each, in turn, in milliseconds; `renewed`: the wall has changed before each."""
    took: dict[str, list[float]] = {name: [] for name in pages}
    for _again in range(LOOKS):
        for name, path in pages.items():
            if renewed:
                await states.renew_mark()
            took[name].append(await reader.once(port, path) * 1000)
    return {name: statistics.median(each) for name, each in took.items()}


async def asked(port: int, path: str) -> tuple[int, float]:
    """The octets of an answer, and how many of them there were in a second."""
    await reader.read(port, path, READERS, 1)
    answers = await reader.read(port, path, READERS, SECONDS)
    return answers[0][1], len(answers) / SECONDS


@asynccontextmanager
async def serving(app: str, folder: Path, **environment: str) -> AsyncIterator[int]:
    """The app in a real granian as `hundredfold web` starts it, on the servers of this test."""
    with socket.socket() as sought:
        sought.bind(("127.0.0.1", 0))
        port = sought.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--port", str(port), app]
    with (folder / "granian.log").open("ab") as log:
        server = subprocess.Popen(command, env=processes.environment() | environment, stdout=log, stderr=log)
    try:
        await _open(port)
        yield port
    finally:
        server.terminate()
        server.wait()


async def _open(port: int) -> None:
    for _again in range(300):
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError(f"nobody listens on {port}")
