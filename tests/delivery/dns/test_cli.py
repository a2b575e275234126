"""`hundredfold dns` and `hundredfold dkim …`, as they are typed."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from service.delivery import dkim_keys
from service.delivery.cli import COMMANDS
from service.delivery.dns import cli
from service.kit import db
from tests.make import dns


@pytest.fixture(autouse=True)
async def sender(database: None) -> None:
    await db.execute("UPDATE organisation SET sender_address = 'news@example.org'")


def test_they_are_commands_of_the_product() -> None:
    assert {"dns", "dkim"} <= {command.name for command in COMMANDS}


async def test_dns_says_what_to_write_and_ends_with_1(capsys: pytest.CaptureFixture) -> None:
    async with dns.nameserver() as server:
        with pytest.raises(SystemExit) as ended:
            await body(cli.dns)(False, False, server.address)
    told = capsys.readouterr().out
    assert ended.value.code == 1
    assert "Mail from example.org; SMTP_URL names no server yet." in told
    assert "DMARC: MISSING\n  example.org has no DMARC record yet." in told
    assert '_dmarc.example.org. TXT "v=DMARC1; p=none; rua=mailto:news@example.org"' in told


async def test_a_key_is_made_published_and_started(capsys: pytest.CaptureFixture) -> None:
    await body(cli.make)("rsa", "news", "")
    key = await dkim_keys.named("example.org", "news")
    # A text of more than 255 characters stands in parts.
    made = capsys.readouterr().out
    assert made.count('"') == 4 and key.value[-20:] in made

    async with dns.nameserver() as server:
        with pytest.raises(SystemExit):
            await body(cli.start)("news", False, "", server.address)
        assert "not seen from here yet" in capsys.readouterr().err
        server.records[f"TXT {key.name}"] = [key.value]
        await body(cli.start)("news", False, "", server.address)
    await body(cli.list_keys)(False)
    started, listed = capsys.readouterr().out.splitlines()
    assert started == "The key news signs."
    assert listed.split("  ")[-1].strip() == "signs"


def test_both_kinds_of_key_can_be_asked_for() -> None:
    assert cli.make.make_context("make", []).params["algorithm"] == "rsa"
    assert cli.make.make_context("make", ["--algorithm", "ed25519"]).params["algorithm"] == "ed25519"


async def test_the_list_for_a_script_holds_nothing_secret(capsys: pytest.CaptureFixture) -> None:
    await dkim_keys.make("example.org", "ed25519", "news")
    await body(cli.list_keys)(True)
    [listed] = json.loads(capsys.readouterr().out)
    assert (listed["name"], listed["state"]) == ("news._domainkey.example.org", "waits for its record")
    assert "private" not in listed


async def test_a_key_is_retired_and_leaves_when_it_may(capsys: pytest.CaptureFixture) -> None:
    await dkim_keys.make("example.org", "ed25519", "news")
    await body(cli.retire)("news", "")
    assert "never signed" in capsys.readouterr().out
    await body(cli.start)("news", True, "", "")
    await body(cli.retire)("news", "example.org")
    assert "signs no more. Leave its record in the DNS until" in capsys.readouterr().out
    with pytest.raises(dkim_keys.StillNeeded):
        await body(cli.remove)("news", "")


async def test_the_lines_of_a_zone_file_stand_alone(capsys: pytest.CaptureFixture) -> None:
    async with dns.nameserver() as server:
        await body(cli.dns)(False, True, server.address)
    assert all(" TXT " in line for line in capsys.readouterr().out.splitlines())


def body(command: Any) -> Callable[..., Awaitable[None]]:
    """What a command does, on the pool that is open already."""
    return command.callback.__wrapped__
