"""The first row of an installation."""

from service.kit import clock, db, sealing
from service.kit.settings import settings

PEPPER = "pepper"


async def ensure() -> None:
    """Makes the organisation where there is none yet, with a pepper of its own and names to be changed."""
    host = settings().origin.split("//")[-1].split(":")[0]
    await db.execute(
        "INSERT INTO organisation (id, name, sender_name, sender_address, pepper, postal_address, website, timezone,"
        " languages, fallback_language, reply_to, contact_address)"
        " VALUES (1, $1, $1, $2, $3, '', '', 'Europe/Zurich', $4, 'en', '', '') ON CONFLICT (id) DO NOTHING",
        "Hundredfold",
        f"news@{host}",
        sealing.seal(PEPPER, clock.random_bytes(32).hex()),
        '["en", "fr", "de"]',
    )
