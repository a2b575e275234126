"""The whole product in a folder of its own, started as a person would."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

PROGRAM = [sys.executable, "-m", "service.cli"]
PATIENCE = 120


class Product:
    """One running `hundredfold up`, and the three addresses it printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ours = ("HUNDREDFOLD_", "DATABASE_URL", "BROKER_URL", "SMTP_URL")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        self.env |= {"HUNDREDFOLD_VAR": str(folder), "HUNDREDFOLD_PORT": str(_free_port())}

    async def start(self) -> None:
        self.up = await self._begin("up")
        assert self.up.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE):
                lines = [(await self.up.stdout.readline()).decode().split() for _ in range(3)]
            self.site, self.way_in, self.caught = (line[-1] for line in lines)
        except (TimeoutError, IndexError):
            await self.stop()
            raise AssertionError(f"`hundredfold up` did not start; see {self.folder}/log") from None
        self.origin = self.site.rstrip("/")

    async def stop(self) -> None:
        if self.up.returncode is None:
            self.up.send_signal(signal.SIGINT)
        try:
            async with asyncio.timeout(60):
                await self.up.communicate()
        except TimeoutError:
            self.up.kill()
            raise

    async def command(self, *words: str, ends_with: int = 0) -> str:
        """What `hundredfold words…` prints, joined to the running product."""
        process = await self._begin(*words)
        printed, _nothing = await process.communicate()
        assert process.returncode == ends_with, f"hundredfold {' '.join(words)}"
        return printed.decode().strip()

    async def _begin(self, *words: str) -> Process:
        return await asyncio.create_subprocess_exec(*PROGRAM, *words, env=self.env, stdout=PIPE)


def _free_port() -> int:
    with socket.socket() as sought:
        sought.bind(("127.0.0.1", 0))
        return int(sought.getsockname()[1])
