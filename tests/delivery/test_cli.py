import asyncio
import os
import subprocess
import sys
from pathlib import Path

from tests.make import smtp


async def smtp_test(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "service.cli", "smtp", "test", *arguments]
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
