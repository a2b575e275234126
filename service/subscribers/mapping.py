"""Which column holds what: suggested from the names that other services and people give them."""

import re

import msgspec

from service.subscribers import topics

IGNORE = ""
TARGETS = {
    IGNORE: "Leave out",
    "email": "E-mail address",
    "first_name": "First name",
    "last_name": "Last name",
    "full_name": "Full name",
    "language": "Language",
    "topics": "Topics",
    "status": "Status (unsubscribed, cleaned, …)",
    "left": "Unsubscribed, if anything stands here",
    "bounced": "Bounced, if anything stands here",
}

# Our own export, Mailchimp's, listmonk's, and what people write in English, French, German and Russian.
_NAMES = {
    "email": "email emailaddress mail address adresse emailadresse mailadresse courriel adressemail adresseemail "
    "adresseelectronique электроннаяпочта почта эпочта адрес емейл имейл адрас subscriberemail",
    "first_name": "firstname givenname forename fname vorname prenom имя імя",
    "last_name": "lastname surname familyname lname nachname familienname nomdefamille фамилия прозвішча",
    "full_name": "fullname name namen nom nomcomplet vollername фио полноеимя",
    "language": "language lang locale sprache langue язык мова",
    "topics": "topics tags interests themen sujets themes темы тэмы",
    "status": "status state memberstatus statut статус стан",
    "left": "left unsubtime unsubscribedat",
    "bounced": "bounced cleantime bouncedat",
}
_TARGET_OF = {name: target for target, names in _NAMES.items() for name in names.split()}
_ACCENTS = str.maketrans("éèêëàâäîïôöûüç", "eeeeaaaiioouuc")


class Plan(msgspec.Struct, frozen=True):
    """How the rows of a file become people: a target for each column, and whether the first row names them."""

    columns: list[str]
    has_header: bool = True
    # The byte where the first row begins.
    start: int = 0


def suggest(header: list[str], sample: list[list[str]]) -> list[str]:
    """A target for each column; every target but “leave out” at most once."""
    found: list[str] = []
    for place, name in enumerate(header):
        target = _TARGET_OF.get(_plain(name), IGNORE)
        # The tags of other services are called like our topics and seldom are any.
        fits = target != "topics" or any(topics.named(row[place]) for row in sample if place < len(row))
        found.append(target if fits and target not in found else IGNORE)
    if "email" not in found:
        _find_addresses(found, sample)
    if "full_name" in found and "first_name" in found and "last_name" not in found:
        # French and German files say “Nom” or “Name” beside the first name.
        found[found.index("full_name")] = "last_name"
    return found


def problem(columns: list[str]) -> str:
    """What is wrong with a choice of columns; empty when it can be used."""
    chosen = [target for target in columns if target]
    if "email" not in chosen:
        return "Choose the column that holds the e-mail addresses."
    twice = next((TARGETS[target] for target in chosen if chosen.count(target) > 1), "")
    return f"Two columns are set to “{twice}”. Please keep one of them." if twice else ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower().translate(_ACCENTS))


def _find_addresses(found: list[str], sample: list[list[str]]) -> None:
    """Marks the column in which most cells look like addresses."""
    hits = [sum("@" in row[column] for row in sample if column < len(row)) for column in range(len(found))]
    if hits and max(hits) > 0:
        found[hits.index(max(hits))] = "email"
