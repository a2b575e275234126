import asyncio
import os
import subprocess
import sys
from pathlib import Path

from service.delivery import warmup
from tests.make import smtp


async def smtp_test(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return await hundredfold("smtp", "test", *arguments)


async def hundredfold(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "service.cli", *arguments]
    root = Path(__file__).parents[2]
    return await asyncio.to_thread(
        subprocess.run, command, env=os.environ | {"PYTHONPATH": str(root)}, cwd=root, capture_output=True, text=True
    )


async def test_without_a_server_smtp_test_says_what_to_set(database: None) -> None:
    ended = await smtp_test()
    assert ended.returncode == 1
    assert ended.stderr.strip().startswith("No outgoing mail server is set: SMTP_URL is empty.")


async def test_smtp_test_hands_over_a_mail_and_says_so(database: None) -> None:
    async with smtp.office() as office:
        ended = await smtp_test("--to", "anna@example.net")
    assert ended.returncode == 0, ended.stderr
    assert "It answers." in ended.stdout and "The test mail was taken" in ended.stdout
    assert office.recipients == ["anna@example.net"]


async def test_a_new_domain_is_warmed_up_by_one_command(database: None) -> None:
    begun = await hundredfold("warmup", "start", "news.example.org")
    assert begun.stdout.startswith("news.example.org: day 1 of 16, 0 of 200 mails used; 300 a day from ")
    assert await warmup.standing("news.example.org")
