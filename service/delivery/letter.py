from collections.abc import Sequence

import msgspec


class Letter(msgspec.Struct, frozen=True):
    """Ready to be handed over; `sender` and `recipient` are the envelope's.

    `pieces`: the mail, not joined, so that what all readers share is sent from where it lies and never copied.
    `envelope_id`: letters and digits by which a report (RFC 3461) names it, where the server offers that.
    """

    sender: str
    recipient: str
    pieces: Sequence[bytes]
    envelope_id: str = ""

    @property
    def message(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def size(self) -> int:
        return sum(map(len, self.pieces))
