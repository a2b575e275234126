"""A file on its way in: refused when it is no text, brought to an encoding that keeps ASCII, and sealed."""

import codecs

import msgspec

from service.subscribers import sniffing, spool


class Taken(msgspec.Struct, frozen=True):
    """A file in the spool. `size` counts the bytes that are kept."""

    file: str
    size: int
    encoding: str


class Intake:
    """`write` what comes, then `close` or `abandon`; as a context it leaves nothing behind when something fails."""

    def __init__(self) -> None:
        self._spool = spool.Writer()
        self._guess = sniffing.EncodingGuess()
        self._head: bytearray | None = bytearray()
        self._utf16: codecs.IncrementalDecoder | None = None

    def __enter__(self) -> "Intake":
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:
            self.abandon()

    def write(self, part: bytes) -> None:
        """Raises ExcelWorkbook, Archive, NotText or NoRoom."""
        if self._head is None:
            self._keep(part)
            return
        self._head += part
        if len(self._head) >= sniffing.HEAD:
            self._recognise()

    def close(self) -> Taken:
        """Raises EmptyFile, and what `write` raises."""
        if self._head is not None:
            self._recognise()
        self._keep(b"", last=True)
        self._spool.close()
        return Taken(self._spool.name, self._spool.size, self._guess.best())

    def abandon(self) -> None:
        self._spool.abandon()

    def _recognise(self) -> None:
        head, self._head = bytes(self._head or b""), None
        if not head.strip(b"\xef\xbb\xbf\xff\xfe\0\t\r\n "):
            raise sniffing.EmptyFile
        sniffing.require_text(head)
        name = sniffing.utf16(head)
        if name:
            self._utf16 = codecs.getincrementaldecoder(name)("replace")
        self._keep(head)

    def _keep(self, part: bytes, last: bool = False) -> None:
        if self._utf16 is not None:
            part = self._utf16.decode(part, last).encode("utf-8", "replace")
        self._guess.see(part, last)
        self._spool.write(part)
