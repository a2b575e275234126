"""The organisation's own words and defaults, and the one action that stops everything."""

import re
import unicodedata
from zoneinfo import available_timezones

import msgspec
from babel.core import get_global
from email_validator import EmailNotValidError, validate_email

from service.auth import audit
from service.delivery import headers
from service.kit import clock, db
from service.kit.errors import Invalid
from service.kit.i18n import LANGUAGES, Sentence
from service.organisation.queries import Organisation

_WEBSITE = re.compile(r"https?://[\w.-]+(:\d+)?(/[^\s<>\"']*)?")
_COLUMNS = (
    "name",
    "postal_address",
    "website",
    "timezone",
    "fallback_language",
    "sender_name",
    "sender_address",
    "reply_to",
    "contact_address",
)


def timezones(present: str) -> list[str]:
    """Those that name a place, each under its name of today, and UTC; `present` is there whatever it is called."""
    former = get_global("zone_aliases")
    places = {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")}
    return [*sorted((places - former.keys()) | {present} - {"UTC"}), "UTC"]


async def save(given: Organisation, by: int) -> None:
    """Raises Invalid with a sentence per field."""
    if wrong := {field: sentence for field, sentence in _wrong(given).items() if sentence}:
        raise Invalid(wrong)
    async with db.transaction():
        before = await db.fetch_one("SELECT * FROM organisation WHERE id = 1 FOR UPDATE")
        assert before
        places = ", ".join(f"{column} = ${number}" for number, column in enumerate(_COLUMNS, 2))
        await db.execute(
            f"UPDATE organisation SET languages = $1::jsonb, {places} WHERE id = 1",  # noqa: S608
            msgspec.json.encode(given.languages).decode(),
            *(getattr(given, column) for column in _COLUMNS),
        )
        changed = [column for column in _COLUMNS if before[column] != getattr(given, column)]
        if msgspec.json.decode(before["languages"]) != given.languages:
            changed.append("languages")
        await audit.record(by, "settings.changed", subject="organisation", detail={"fields": changed})


async def freeze(by: int) -> None:
    """Nothing is sent and only owners reach the console, until `thaw`."""
    async with db.transaction():
        if await db.execute("UPDATE organisation SET frozen_at = $1 WHERE frozen_at IS NULL", clock.now()):
            await audit.record(by, "organisation.frozen", subject="organisation")


async def thaw(by: int) -> None:
    async with db.transaction():
        if await db.execute("UPDATE organisation SET frozen_at = NULL WHERE frozen_at IS NOT NULL"):
            await audit.record(by, "organisation.thawed", subject="organisation")


async def end() -> None:
    """For good: nothing is sent, nobody is signed in or asks for anything, and every page says so.

    What was sealed is for the caller to destroy.
    """
    async with db.transaction():
        await db.execute(
            "UPDATE organisation SET frozen_at = coalesce(frozen_at, $1), destroyed_at = coalesce(destroyed_at, $1)",
            clock.now(),
        )
        for waiting in ("staff_session", "one_time_link", "recovery_code", "signup_request", "wall_links_asked"):
            await db.execute(f"DELETE FROM {waiting}")  # noqa: S608
        await audit.record(None, "keys.destroyed", subject="organisation")


def _wrong(given: Organisation) -> dict[str, Sentence | None]:
    return {
        "name": _wrong_name(given.name),
        "postal_address": _too_long(given.postal_address, 300),
        "website": _wrong_website(given.website),
        "contact_address": _wrong_address(given.contact_address) if given.contact_address else None,
        "timezone": None if given.timezone in available_timezones() else Sentence("Please choose a time zone."),
        "languages": _wrong_languages(given.languages),
        "fallback_language": None
        if given.fallback_language in given.languages
        else Sentence("Please choose one of the languages that you ticked above."),
        "sender_name": _wrong_name(given.sender_name) or _wrong_sender(given.sender_name),
        "sender_address": _wrong_address(given.sender_address),
        "reply_to": _wrong_address(given.reply_to) if given.reply_to else None,
    }


def _wrong_name(name: str) -> Sentence | None:
    if not name:
        return Sentence("Please enter a name.")
    # It becomes a header of every mail: what is invisible, or would be decoded once more, has no place in it.
    if any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Co", "Cs") for c in name) or "=?" in name:
        return Sentence("Please use letters, digits and ordinary punctuation only.")
    return _too_long(name, 120)


def _wrong_sender(name: str) -> Sentence | None:
    if headers.holds_picture(name):
        return Sentence("Please leave out the picture: mail providers take a sender with one for a fraud.")
    return None


def _wrong_address(address: str) -> Sentence | None:
    try:
        validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return Sentence("Please enter one complete address, such as news@example.org.")
    return _too_long(address, 200)


def _wrong_website(website: str) -> Sentence | None:
    if website and not _WEBSITE.fullmatch(website):
        return Sentence("Please enter a web address that starts with https://.")
    return _too_long(website, 200)


def _wrong_languages(languages: list[str]) -> Sentence | None:
    if not languages or not set(languages) <= set(LANGUAGES):
        return Sentence("Please choose at least one language.")
    return None


def _too_long(text: str, most: int) -> Sentence | None:
    return Sentence("Please keep this under {count} characters.", count=most) if len(text) > most else None
