"""The letters of the demo: most of them arrived, a few wait for their turn, and two for a moderator."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from service.advocacy import answering, confirming, holding, likeness, queries, states
from service.advocacy.scrubbing import KEPT_FOR
from service.advocacy.submitting import writer_of
from service.advocacy.tables import AdvocacyState as State
from service.advocacy.tables import PromiseKind
from service.kit import clock, db, sealing

_SENT, _READY = 64, 3
_SUBJECT = "A sponsorship for a nurse in prison"
_HOMES = {"BE": "3011 Bern", "ZH": "8001 Zürich", "VD": "1003 Lausanne", "FR": "1700 Fribourg", "TI": "6900 Lugano"}
_HOMES |= {"GE": "1204 Genève", "LU": "6003 Luzern", "BS": "4051 Basel"}
_BEGAN = (
    "My grandmother was a nurse in a village without a doctor.",
    "On my way to work I pass the hospital every morning.",
    "I have never written to a member of parliament before.",
    "In our choir we sang for the people who are in prison in Belarus.",
    "My neighbour fled from Minsk four years ago and cannot go back.",
    "As a paramedic I know what it means to kneel beside a stranger.",
)
_WENT_ON = (
    "What Maryna did is what I would hope for from anybody if I lay there myself.",
    "That somebody is punished for bandages made me angry, and then it made me write.",
    "I keep thinking of the tomatoes on her balcony that nobody waters.",
    "Three years are longer than my daughter has been at school.",
    "I do not know her, and yet I know exactly who she is.",
)
_ENDED = (
    "Would you ask the embassy how she is?",
    "One sentence in the council would reach her; news travel, even into a colony.",
    "Please write to her once a month. I will write to her too.",
    "I would like to read one day that you met her at the airport.",
)
_WITH_A_LINK = "Everything about Maryna stands at www.example.net/maryna: please read it, and then decide."
_TOLD = "Her office called me back. She wants to say Maryna’s name in the next session."


async def seed(action: int, members: Sequence[int], prisoner: int, chance: Random) -> int:
    """How many were sent."""
    reachable = [row["id"] for row in await db.fetch(_REACHABLE, list(members))]
    writers = await _writers()
    for number in range(_SENT):
        # More of them lately, and to some members more than to others.
        days = int(19 * (1 - chance.random() ** 0.6)) + 1
        member = reachable[min(int(chance.triangular(0, len(reachable), 1)), len(reachable) - 1)]
        sent = clock.now() - timedelta(days=days, minutes=chance.randrange(400))
        letter = await _letter(action, member, prisoner, writers[number], _text(chance), sent)
        await _arrived(letter, sent, chance)
    await _answered(action)
    for number in range(_READY):
        written = clock.now() - timedelta(minutes=20 * number + 5)
        letter = await _letter(action, reachable[number], prisoner, writers[_SENT + number], _text(chance), written)
        await states.move([letter], State.READY)
    example = (await queries.by_id(action, "en")).edition.example
    for number, text in enumerate((_WITH_A_LINK, example)):
        written = clock.now() - timedelta(hours=number + 2)
        letter = await _letter(action, reachable[number], prisoner, writers[-1 - number], text, written)
        await _hold(letter, text)
    await _own_ways(action, reachable, chance)
    return _SENT


async def _writers() -> list[bytes]:
    """Sealed addresses of the demo's subscribers, so that campaigns can thank them; others where there are none."""
    found = [row["address"] for row in await db.fetch("SELECT address FROM subscriber ORDER BY id LIMIT 100")]
    invented = (sealing.seal_address(f"writer.{number}@example.org") for number in range(100))
    return found if len(found) == 100 else list(invented)


async def _letter(action: int, member: int, prisoner: int, writer: bytes, text: str, at: datetime) -> int:
    """Not confirmed yet."""
    seat = await db.fetch_one(_SEAT, member)
    assert seat
    home = _HOMES[seat["code"]]
    whole = f"Dear {seat['name']},\n\n{text}\n\nKind regards\n\nA. Writer\n{home}"
    values: dict[str, Any] = {
        "action": action,
        "representative": member,
        "parliament": seat["parliament"],
        "writer": await writer_of(action, member, sealing.unseal_address(writer)),
        "state": State.UNCONFIRMED.value,
        "language": "en",
        "area": seat["area"],
        "prisoners": [prisoner],
        "is_test": False,
        "address": writer,
        "name": sealing.seal("advocacy name", "A. Writer"),
        "home": sealing.seal("advocacy home", home),
        "subject": sealing.seal("advocacy subject", _SUBJECT),
        "body": sealing.seal("advocacy body", whole),
        "likeness": await likeness.signed(action, whole),
        "held_for": [],
        "created_at": at,
        "confirmed_at": at,
    }
    places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await confirming.take_part(action, writer, at)
    id: int = await db.fetch_value(
        f"INSERT INTO advocacy_letter ({', '.join(values)}) VALUES ({places}) RETURNING id",  # noqa: S608
        *values.values(),
    )
    return id


async def _arrived(letter: int, at: datetime, chance: Random) -> None:
    """With what its writer told of it, where the letter is old enough to have been asked about."""
    is_old = at < clock.now() - timedelta(days=14)
    outcome = chance.choice(("answered", "answered", "acknowledged", "silence", "")) if is_old else ""
    await states.move([letter], State.READY)
    await states.move([letter], State.LEAVING)
    await states.move([letter], State.SENT, scrub_at=at + KEPT_FOR, outcome=outcome)
    asked = at + timedelta(days=14) if is_old else None
    await db.execute(
        "UPDATE advocacy_letter SET left_at = $2, sent_at = $2, asked_at = $3 WHERE id = $1", letter, at, asked
    )


async def _answered(action: int) -> None:
    """Somebody told what they were promised; staff have not looked at it yet."""
    first = "SELECT id FROM advocacy_letter WHERE action = $1 AND asked_at IS NOT NULL AND outcome = '' ORDER BY id"
    for row in (await db.fetch(first, action))[:1]:
        asked = await answering.asked(row["id"], "en")
        await answering.answer(asked, answering.Outcome.ANSWERED, [PromiseKind.SPOKE], words=_TOLD)


async def _hold(letter: int, text: str) -> None:
    row = await db.fetch_one("SELECT * FROM advocacy_letter WHERE id = $1", letter)
    assert row
    await states.move(
        [letter], State.HELD, held_for=await holding.reasons(row, text) or ["Somebody asked us to look."]
    )


async def _own_ways(action: int, members: Sequence[int], chance: Random) -> None:
    ways = [
        (action, chance.choice(members), way, clock.now() - timedelta(days=chance.randrange(1, 19)))
        for way in ("phone",) * 7 + ("mail",) * 6 + ("paper",) * 2
    ]
    await db.execute_many("INSERT INTO own_way (action, representative, way, at) VALUES ($1, $2, $3, $4)", ways)


def _text(chance: Random) -> str:
    return "\n\n".join((chance.choice(_BEGAN), chance.choice(_WENT_ON), chance.choice(_ENDED)))


_REACHABLE = "SELECT id FROM representative WHERE id = ANY($1) AND email <> '' ORDER BY id"
_SEAT = """
    SELECT r.name, m.parliament, m.area, a.code FROM representative r
      JOIN membership m ON m.representative = r.id JOIN area a ON a.id = m.area WHERE r.id = $1
"""
