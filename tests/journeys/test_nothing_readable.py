"""Who steals the database, listens at the queue or reads the logs learns nobody's name: in the whole product."""

import asyncio
import csv
import io
import json
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx
import pytest
import redis

from service.delivery import catcher
from service.kit import embedded
from tests.browser.product import Product
from tests.make import postings

SOME_REFUSED = 3
BORIS = "Boris.Canary@example.org"


@pytest.fixture
async def product() -> AsyncIterator[Product]:
    """With its demo."""
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        product = Product(Path(folder))
        await product.start()
        yield product
        await product.stop()


@contextmanager
def overheard(broker_url: str) -> Iterator[list[str]]:
    """Every command that reaches Valkey inside the block."""
    said: list[str] = []
    over = threading.Event()
    client = redis.Redis.from_url(broker_url)

    def listen() -> None:
        with client.monitor() as monitor:
            ready.set()
            while not over.is_set():
                said.append(str(monitor.next_command()["command"]))

    ready = threading.Event()
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    assert ready.wait(10)
    try:
        yield said
    finally:
        over.set()
        client.ping()
        listener.join(10)
        client.close()


async def caught(product: Product, address: str, count: int = 1) -> Any:
    """The newest mail to `address`, as soon as there are `count`."""
    folder = product.folder / "caught"
    async with asyncio.timeout(60):
        while True:
            mails = [mail for mail in catcher.listing(folder).mails if address in mail.recipients]
            if len(mails) >= count:
                return catcher.read(folder, mails[0].id)
            await asyncio.sleep(0.2)


async def sign_up(product: Product, address: str) -> None:
    """From the form to the welcome mail."""
    async with httpx.AsyncClient(base_url=product.origin) as browser:
        form = {"address": address, "language": "en", "topics": ["newsletter"]}
        assert (await browser.post("/en/subscribe", data=form)).status_code == 303
        mail = await caught(product, address.lower())
        confirm = next(word for word in mail.text.split() if "/confirm/" in word)
        assert (await browser.post(urlsplit(confirm).path)).status_code == 303
        await caught(product, address.lower(), count=2)


async def stand_on_the_wall(product: Product, address: str) -> None:
    """Posted, confirmed by its author, and asked for once more."""
    async with httpx.AsyncClient(base_url=product.origin) as browser:
        form = postings.typed(email=address)
        assert (await browser.post(postings.STAND, data=form, files=postings.files())).status_code == 303
        mail = await caught(product, address.lower())
        confirm = urlsplit(next(word for word in mail.text.split() if "/confirm/" in word)).path
        async with asyncio.timeout(60):
            while "/mine/" not in (await browser.post(confirm)).headers["location"]:
                await asyncio.sleep(0.2)
        await browser.post("/en/wall/mine", data={"email": address})
        await caught(product, address.lower(), count=2)


async def send_the_draft(product: Product, database_url: str) -> None:
    campaigns = json.loads(await product.command("campaigns", "list", "--json"))
    draft = next(campaign["id"] for campaign in campaigns if campaign["state"] == "draft")
    await product.command("campaigns", "send", str(draft), "--yes")
    where = "SELECT mailing.state FROM campaign JOIN mailing ON mailing.id = campaign.mailing WHERE campaign.id = $1"
    connection = await asyncpg.connect(database_url)
    try:
        async with asyncio.timeout(120):
            while await connection.fetchval(where, draft) != "sent":
                await asyncio.sleep(0.1)
    finally:
        await connection.close()


def dump(database_url: str) -> str:
    """As pg_dump writes it, and with every bytea also as the bytes that it holds."""
    where = urlsplit(database_url)
    command = [
        str(embedded.postgres_programs() / "pg_dump"),
        *("-h", parse_qs(where.query)["host"][0], "-U", str(where.username), where.path.lstrip("/")),
    ]
    plain = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    packed = [bytes.fromhex(cell[3:]) for cell in plain.split() if cell.startswith(r"\\x") and len(cell) % 2]
    return plain + b" ".join(packed).decode("latin-1")


async def test_no_address_stands_in_a_dump_in_the_queue_or_in_a_log(product: Product, tmp_path: Path) -> None:
    note = json.loads((product.folder / "running.json").read_text())
    people = tmp_path / "people.csv"
    people.write_text("email,first name\ncanary.imported@example.net,Canaryfirst\nnonsense@@example.net,Canarybad\n")
    with overheard(note["BROKER_URL"]) as said:
        await sign_up(product, BORIS)
        await stand_on_the_wall(product, "Dina.Canary@example.org")
        where = ("--list", "Friends", "--create-list", "--consent", "Stall, 1 May")
        await product.command("subscribers", "import", str(people), *where, ends_with=SOME_REFUSED)
        await send_the_draft(product, note["DATABASE_URL"])
    exported = (await product.command("subscribers", "export")).lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(exported)))
    addresses = {row["email"].lower() for row in rows}
    assert len(addresses) > 500 and BORIS.lower() in addresses

    logs = {file.name: file.read_text(errors="replace") for file in (product.folder / "log").glob("*.log*")}
    assert {"web.log", "worker.log", "clock.log", "postgres.log", "valkey.log"} <= set(logs)
    assert any("delivery.work" in command for command in said)
    kept = {"the dump": dump(note["DATABASE_URL"]), "the queue": "\n".join(said), **logs}
    for place, text in kept.items():
        lower = text.lower()
        assert [address for address in addresses if address in lower] == [], place
        assert "canary" not in lower, place
