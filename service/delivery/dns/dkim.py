"""DKIM records: whether the world can read the key that we sign with."""

import base64
import binascii
from collections.abc import Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from service.delivery import dkim_keys
from service.delivery.dkim_keys import Algorithm, KeyState, PublishedKey
from service.delivery.dns.findings import Finding, Record, State, tags
from service.delivery.dns.lookups import Resolver, Unanswered
from service.kit.errors import Problem
from service.kit.i18n import Sentence

TITLE = "DKIM"
PURPOSE = "With it receivers check the signature that every mail carries."


class NotSeen(Problem):
    code = "not_seen"
    status = 409
    sentence = Sentence(
        "The record of the key {selector} is not seen from here yet, so its signatures would fail. A new record can"
        " take an hour to show."
    )


async def find(key: PublishedKey, resolver: Resolver) -> Finding:
    """Whether the record of `key` is as it should be for what the key does. Raises Unanswered."""
    wrong = await faults(key, resolver)
    state, lines = _judged(key, wrong)
    useful = key.state is not KeyState.SPENT and wrong != []
    return Finding(title(key), PURPOSE, state, lines, records=wanted(key) if useful else [])


def title(key: PublishedKey) -> str:
    return f"{TITLE}, key {key.selector}"


def wanted(key: PublishedKey) -> list[Record]:
    return [Record("TXT", key.name, key.value)]


def overall(domain: str, keys: Sequence[PublishedKey]) -> Finding | None:
    """What is to be said of them together: that there is none, or not the one that everybody reads."""
    signing = {key.algorithm for key in keys if key.state is KeyState.SIGNING}
    coming = {key.algorithm for key in keys if key.state is KeyState.WAITING}
    if not signing | coming:
        unsigned = f"No key signs for {domain}, so mails leave unsigned. Make one: RSA is what everybody reads."
        return Finding(TITLE, PURPOSE, State.MISSING, [unsigned])
    if Algorithm.RSA not in signing | coming:
        alone = "Large providers do not check Ed25519 yet. Make an RSA key as well; both sign side by side."
        return Finding(TITLE, PURPOSE, State.BETTER, [alone])
    return None


async def start(key: PublishedKey, resolver: Resolver, anyway: bool = False, by: int | None = None) -> None:
    """Lets it sign from now on; `anyway`: also where its record is not seen. Raises NotSeen or KeyNotFound."""
    if not anyway and key.state is not KeyState.SIGNING and not await published(key, resolver):
        raise NotSeen(selector=key.selector)
    await dkim_keys.start(key.id, by)


async def start_published(resolver: Resolver) -> None:
    """Lets the waiting keys sign whose record is there."""
    for key in await dkim_keys.listing():
        if key.state is KeyState.WAITING and await published(key, resolver):
            await dkim_keys.start(key.id)


async def published(key: PublishedKey, resolver: Resolver) -> bool:
    """Whether receivers can check with it; False also where nobody answers."""
    try:
        return await faults(key, resolver) == []
    except Unanswered:
        return False


async def faults(key: PublishedKey, resolver: Resolver) -> list[str] | None:
    """What keeps receivers from checking with the record; None: there is none yet. Raises Unanswered."""
    found = [there for there in map(tags, await resolver.texts(key.name)) if "p" in there]
    if not found:
        return None
    if len(found) > 1:
        return [f"There are {len(found)} records of that name. Keep the one below alone."]
    there, ours = found[0], tags(key.value)
    return _limits(there, ours) if there["p"] == ours["p"] else [_difference(there, ours)]


def _judged(key: PublishedKey, wrong: list[str] | None) -> tuple[State, list[str]]:
    if key.state is KeyState.SPENT:
        return State.NOTE, ["It stopped long ago: take its record out of the DNS, then remove the key here."]
    if wrong:
        return State.WRONG, wrong
    if key.state is KeyState.WAITING:
        return _of_waiting(wrong)
    if key.state is KeyState.RESTING:
        return _of_resting(key, wrong)
    if wrong is None:
        return State.WRONG, ["This key signs and its record is not there, so signatures fail. Write the value below."]
    return State.GOOD, ["The record holds the key that signs."]


def _of_waiting(wrong: list[str] | None) -> tuple[State, list[str]]:
    if wrong is None:
        return State.MISSING, ["Write the record below. The key begins to sign by itself once it is seen."]
    return State.GOOD, ["The record is there. The key begins to sign within ten minutes, or when you say so."]


def _of_resting(key: PublishedKey, wrong: list[str] | None) -> tuple[State, list[str]]:
    until = f"{key.spent_at:%-d %B}"
    if wrong is None:
        return State.BETTER, [f"Mails that it signed are still under way: put its record back until {until}."]
    return State.GOOD, [f"It no longer signs. Leave its record in the DNS until {until}."]


def _limits(there: dict[str, str], ours: dict[str, str]) -> list[str]:
    """What else the record says that would make our signatures void."""
    wrong = []
    if there.get("v", "DKIM1") != "DKIM1":
        wrong.append("The record begins with another version than “v=DKIM1”.")
    if there.get("k", "rsa") != ours["k"]:
        wrong.append(f"The record says “k={there.get('k', 'rsa')}”, and the key is “k={ours['k']}”.")
    if "sha256" not in there.get("h", "sha256").split(":"):
        wrong.append("“h=” does not allow sha256, with which every mail is signed. Leave “h=” out.")
    if not {"*", "email"} & set(there.get("s", "*").split(":")):
        wrong.append("“s=” keeps the key from being used for mail. Leave “s=” out.")
    return wrong


def _difference(there: dict[str, str], ours: dict[str, str]) -> str:
    if not there["p"]:
        return "The record says that this key was withdrawn (“p=” is empty). Write the value below."
    if ours["p"].startswith(there["p"]) or there["p"].startswith(ours["p"]):
        return "The record was cut short, or something stands behind it. Write the whole value below on one line."
    return f"The record holds another key than ours{_size(there['p'])}. Write the value below."


def _size(key: str) -> str:
    try:
        found = load_der_public_key(base64.b64decode(key, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return ""
    return f" ({found.key_size} bits)" if isinstance(found, RSAPublicKey) else ""
