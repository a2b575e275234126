"""Letters as people write them, and the same ones as their copies arrive."""

from collections.abc import Sequence

from service.advocacy import likeness
from service.kit import db
from tests.make import advocacy

ANNAS = (
    "I read about Maria last week and have not stopped thinking about her since. She is a teacher, as I am, and she "
    "was sentenced for a poem that she put online. In my class sit children whose parents fled from such courts. "
    "Write to the ambassador, please, and tell me what he answers."
)
CLARAS = (
    "My grandmother was born in Minsk, and when she speaks of it she still whispers. That is why the news from there "
    "found me this spring. Would you ask the government in question time what it does for those behind bars?"
)
WORDS = {
    "fr": (
        "J’ai lu l’histoire de Maria la semaine dernière et je n’arrête pas d’y penser. Elle est institutrice, comme "
        "moi, et elle a été condamnée pour un poème. Dans ma classe sont assis des enfants qui ont fui."
    ),
    "de": (
        "Letzte Woche habe ich von Maria gelesen, und seither denke ich jeden Tag an sie. Sie ist Lehrerin wie ich, "
        "und sie wurde wegen eines Gedichts verurteilt. In meiner Klasse sitzen Kinder, die fliehen mussten."
    ),
    "ru": (
        "На прошлой неделе я прочитал о Марии и с тех пор всё время о ней думаю. Она учительница, как и я, и её "
        "осудили за стихотворение. В моём классе сидят дети, чьи родители бежали от таких судов."
    ),
    "be": (
        "На мінулым тыдні я прачытаў пра Марыю і з таго часу ўвесь час пра яе думаю. Яна настаўніца, як і я, і яе "
        "асудзілі за верш. У маім класе сядзяць дзеці, чые бацькі ўцяклі ад такіх судоў."
    ),
}
ASK = "Please take on a sponsorship for Maria."


def letter(words: str, to: str = "Rosa Beispiel", ask: str = ASK, signed: str = "Anna Muster\n3011 Bern") -> str:
    """Whole, as it leaves."""
    return f"Dear {to},\n\n{words}\n\n{ask}\n\nKind regards\n\n{signed}"


async def copies(action: int, representative: int, many: int, words: str = ANNAS, **columns: object) -> Sequence[int]:
    """Confirmed letters of so many people who say the same."""
    signature = await likeness.signed(action, letter(words))
    made = []
    for n in range(many):
        writer = {"address": f"copy{n}@example.org", "name": f"Copy {n}", "body": letter(words, signed=f"Copy {n}")}
        made.append(await advocacy.letter(action, representative, **(writer | {"likeness": signature} | columns)))
    return made


async def row(letter: int) -> db.Record:
    found = await db.fetch_one("SELECT * FROM advocacy_letter WHERE id = $1", letter)
    assert found
    return found
