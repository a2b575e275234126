import msgspec


class Letter(msgspec.Struct, frozen=True):
    """Ready to be handed over; `sender` and `recipient` are the envelope's.

    `envelope_id`: letters and digits by which a report (RFC 3461) names it, where the server offers that.
    """

    sender: str
    recipient: str
    message: bytes
    envelope_id: str = ""
