"""Lists, people and files of people, all of them made up."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec

from service.kit import clock, db, sealing
from service.subscribers import imports
from service.subscribers.intake import Intake

FIRST = [
    "Anna",
    "Zoë",
    "Jürgen",
    "Łukasz",
    "Ігар",
    "Наталля",
    "Мария",
    "Ирина",
    "Émilie",
    "O’Brien",
    "Ana “Nuca”",
    "🌻 Vera",
]
LAST = ["Petrowa", "Müller", "Škoda", "Каваленка", "Жук, мл.", "d'Arc", 'von "Bogen"', "Nuñez-Ğ", "Ødegård", "李"]
LANGUAGES = ["en", "fr", "de", "ru", "be"]
HEADER = ["email", "first_name", "last_name", "language", "topics"]
BAD = [
    "",
    "anna",
    "anna@",
    "@example.org",
    "anna@@example.org",
    "anna petrowa@example.org",
    "anna@example",
    "a@example.org, b@example.org",
    "жук@example.org",
    "anna@exam\nple.org",
]


class File(msgspec.Struct):
    """A CSV with what an import of it has to find."""

    text: str
    good: list[str]
    bad_rows: list[int]

    def write(self, path: Path, encoding: str = "utf-8") -> Path:
        path.write_bytes(self.text.encode(encoding))
        return path


def people(count: int, bad: int = 0) -> File:
    """`count` rows under a header, `bad` of them, spread among the others, not to be taken."""
    bad_at = {(2 * number + 1) * count // (2 * bad) for number in range(bad)}
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADER)
    file = File("", [], [])
    for number in range(count):
        address = f"person{number}@example.org"
        if number in bad_at:
            address = BAD[number % len(BAD)]
            file.bad_rows.append(number + 2)
        else:
            file.good.append(address)
        first, last = FIRST[number % len(FIRST)], LAST[number % len(LAST)]
        writer.writerow([address, first, last, LANGUAGES[number % 5], "cases,actions" if number % 3 else ""])
    file.text = out.getvalue()
    return file


async def mailing_list(name: str = "Friends", label: str = "") -> int:
    id: int = await db.fetch_value(
        "INSERT INTO mailing_list (name, label, description, created_at) VALUES ($1, $2, '', $3) RETURNING id",
        name,
        label or name.lower().replace(" ", "-"),
        clock.now(),
    )
    return id


async def subscriber(
    address: str,
    state: str = "confirmed",
    language: str = "en",
    topics: Iterable[str] = ("newsletter",),
    first_name: str = "",
    last_name: str = "",
    lists: Iterable[int] = (),
    country: str = "",
) -> int:
    id: int = await db.fetch_value(
        "INSERT INTO subscriber (address, first_name, last_name, language, state, topics, created_at, changed_at,"
        " confirmed_at, confirmations, country) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, 0, $9) RETURNING id",
        sealing.seal_address(address),
        sealing.seal("first_name", first_name) if first_name else None,
        sealing.seal("last_name", last_name) if last_name else None,
        language,
        state,
        list(topics),
        clock.now(),
        clock.now() if state == "confirmed" else None,
        country,
    )
    for list_id in lists:
        await db.execute(
            "INSERT INTO list_member (mailing_list, subscriber, added_at) VALUES ($1, $2, $3)",
            list_id,
            id,
            clock.now(),
        )
    return id


async def uploaded(content: str | bytes, mailing_list: int, name: str = "people.csv", encoding: str = "utf-8") -> int:
    """A file as it is after the upload; the id of its import."""
    with Intake() as intake:
        for part in parts(content.encode(encoding) if isinstance(content, str) else content):
            intake.write(part)
        taken = intake.close()
    return await imports.upload(taken, name, mailing_list, "en")


async def ready(content: str | bytes, mailing_list: int, **choice: Any) -> int:
    """An import that only waits for its start; the suggested columns are taken."""
    id = await uploaded(content, mailing_list)
    job = await imports.required(id)
    chosen = {
        "columns": job.plan.columns,
        "has_header": job.plan.has_header,
        "encoding": job.encoding,
        "delimiter": job.delimiter,
        "mailing_list": mailing_list,
        "language": "en",
        "topics": ["newsletter"],
        "consent": "They signed a paper list at the vigil in May.",
    }
    await imports.decide(id, imports.Choice(**{**chosen, **choice}))
    return id


def parts(content: bytes, size: int = 40_000) -> Iterator[bytes]:
    return (content[place : place + size] for place in range(0, len(content), size))
