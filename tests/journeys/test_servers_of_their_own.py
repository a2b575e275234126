"""An organisation that runs its own PostgreSQL, Redis and RabbitMQ: the same product on theirs."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from service.kit import paths
from service.kit.settings import VARIABLES
from tests.conftest import SECRET
from tests.make import outside, processes, smtp

pytestmark = pytest.mark.skipif(bool(outside.missing()), reason=f"not installed here: {outside.missing()}")
READERS = 60


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp", ignore_cleanup_errors=True) as name:
        yield Path(name)


def hundredfold(env: Mapping[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "service.cli", *arguments]
    done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=paths.ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def settings(office: smtp.PostOffice, folder: Path, **urls: str) -> dict[str, str]:
    inherited = {name: value for name, value in processes.environment().items() if name not in VARIABLES}
    return inherited | {"SMTP_URL": office.url, "HUNDREDFOLD_SECRET": SECRET, "HUNDREDFOLD_VAR": str(folder)} | urls


async def sent(office: smtp.PostOffice, count: int, seconds: float) -> list[tuple[str, str]]:
    """Who got which."""
    ends = time.monotonic() + seconds
    while len(office.received) < count:
        assert time.monotonic() < ends, f"{len(office.received)} of {count} mails arrived"
        await asyncio.sleep(0.05)
    return [(mail.recipient, mail.parsed["Subject"]) for mail in office.received]


def people(env: Mapping[str, str], folder: Path) -> None:
    """The list “Readers”, from a file."""
    file = folder / "people.csv"
    rows = "\n".join(f"reader{number}@example.net,en" for number in range(READERS))
    file.write_text(f"email,language\n{rows}\n")
    listing = ("--list", "Readers", "--create-list", "--consent", "They asked on paper.")
    hundredfold(env, "subscribers", "import", str(file), *listing)


def campaign(env: Mapping[str, str], folder: Path, subject: str) -> None:
    """Sends all readers something."""
    edition = {"subject": subject, "preview_text": "", "blocks": [{"type": "text", "text": "Good news for you."}]}
    document = {"name": subject, "audience": {"lists": ["Readers"]}, "editions": {"en": edition}}
    (folder / "campaign.json").write_text(json.dumps(document))
    made = hundredfold(env, "campaigns", "create", str(folder / "campaign.json"))
    hundredfold(env, "campaigns", "send", made.strip(), "--yes")


async def test_a_campaign_goes_out_over_their_servers_and_a_rabbitmq_that_dies_loses_nothing(folder: Path) -> None:
    async with smtp.office(configured=False) as office:
        with ExitStack() as stack:
            rabbit = stack.enter_context(outside.rabbit(folder))
            env = settings(
                office,
                folder,
                DATABASE_URL=stack.enter_context(outside.postgres(folder)),
                LIMITS_URL=stack.enter_context(outside.redis(folder)),
                BROKER_URL=rabbit.url,
            )
            await asyncio.to_thread(hundredfold, env, "migrate")
            for name in ("worker", "clock"):
                stack.enter_context(processes.part(name, folder / f"{name}.log", env))
            await asyncio.to_thread(people, env, folder)
            await asyncio.to_thread(campaign, env, folder, "First")
            assert len(await sent(office, READERS, 120)) == READERS
            rabbit.kill()
            await asyncio.to_thread(campaign, env, folder, "Second")
            await asyncio.to_thread(rabbit.start)
            everybody = await sent(office, 2 * READERS, 120)
            assert len(set(everybody)) == len(everybody) == 2 * READERS
