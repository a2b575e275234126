"""How decisions about held letters are found, and words to begin with: staff take out and add what they like."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.table import Table

ID = "2026-11-22T20:05:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "insults and threats"

# A word stands for all that begin so.
WORDS = """
asshole, bastard, bitch, cunt, faggot, fuck, motherfucker, nigger, piece of shit, scumbag, whore, burn in hell,
hang you, i will kill, we will kill, you will die, i know where you live, we know where you live,
connard, connasse, enculé, fils de pute, salope, sale pute, nique ta, nique tes, bougnoule, youpin, va crever,
je sais où vous habitez, je sais où tu habites, on va vous tuer, on va te tuer, je vais vous tuer, je vais te tuer,
arschloch, drecksau, fick dich, fotze, hurensohn, judensau, kanake, missgeburt, schlampe, verpiss, verrecke,
volksverräter, wichser, ich bringe sie um, ich bringe dich um, ich weiss, wo sie wohnen, ich weiss, wo du wohnst,
блядь, бляди, гнида, долбоеб, ебан, мразь, мразі, мудак, пидар, пидор, пизд, сука, суки, сдохни, ублюд, хуев, хуес,
хуй, жиды, жидов, убью, мы знаем, где ты живешь, мы знаем, где вы живете,
вылюдак, вырадак, гніда, здохні, паскуда, сволач, мы ведаем, дзе ты жывеш, мы ведаем, дзе вы жывяце
"""
# Where a comma belongs to the words.
_WITHIN = (", wo ", ", где ", ", дзе ")

INDEXES = [
    "CREATE INDEX held_decision_by ON held_decision (decided_by, decided_at DESC)",
    "CREATE INDEX held_decision_due ON held_decision (return_at) WHERE return_at IS NOT NULL",
]


class Raw(Table):
    """Carries the raw statements."""


def words() -> list[str]:
    text = " ".join(WORDS.split())
    for within in _WITHIN:
        text = text.replace(within, within.replace(",", "\0"))
    return sorted({entry.strip().replace("\0", ",") for entry in text.split(",") if entry.strip()})


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="hundredfold", description=DESCRIPTION)

    async def run():
        for statement in INDEXES:
            await Raw.raw(statement)
        for each in words():
            await Raw.raw(
                "INSERT INTO advocacy_word (words, added_at) VALUES ({}, now()) ON CONFLICT (words) DO NOTHING", each
            )

    manager.add_raw(run)
    return manager
