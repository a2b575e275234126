"""An SMTP server that throws away everything, where postfix's smtp-sink is missing: python sink.py PORT"""

import asyncio
import sys

import uvloop


class Sink(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.in_mail = False
        self.rest = b""
        transport.write(b"220 sink ESMTP\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        said = b""
        while data:
            if self.in_mail:
                end = data.find(b"\r\n.\r\n")
                if end < 0:
                    data = data[-4:]
                    break
                self.in_mail, data = False, data[end + 5 :]
                said += b"250 2.0.0 OK\r\n"
                continue
            line, newline, left = data.partition(b"\r\n")
            if not newline:
                break
            data = left
            said += self.answer(line[:4].upper())
        self.rest = data
        if said:
            self.transport.write(said)  # type: ignore[attr-defined]

    def answer(self, command: bytes) -> bytes:
        if command == b"DATA":
            self.in_mail = True
            return b"354 go\r\n"
        return b"250-sink\r\n250 PIPELINING\r\n" if command == b"EHLO" else b"250 2.1.0 OK\r\n"


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", int(sys.argv[1]))
    await server.serve_forever()


uvloop.run(main())
