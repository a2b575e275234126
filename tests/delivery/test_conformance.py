"""Three hundred mails whose names, lists and subjects try everything, as they arrive: each rule on the raw bytes."""

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import dkim as dkimpy
import pytest

from service.delivery import outbox, transactional, verp
from service.delivery.headers import BadSender
from service.kit import clock, db
from service.rendering import email, text
from service.rendering.email import CompiledEdition
from tests.make import dkim, mailings, opendkim, smtp
from tests.make.verp import bounce_domain

pytestmark = pytest.mark.xdist_group("conformance")
MAILINGS, READERS, CONFIRMATIONS = 12, 24, 12
TRICKS = [
    "Anna",
    "Zoë",
    "Святлана Ціханоўская",
    "محمد",
    "\u202egnp.exe",
    "👩‍👩‍👧‍👦",
    "=?utf-8?q?Hi=0ABcc:_x@example.org?=",
    "=?utf-8?b?SGkNCkJjYzogeEBleGFtcGxlLm9yZw==?=",
    "\r\nBcc: eve@example.org",
    "\nTo: eve@example.org\n\n",
    "\r\n.\r\nMAIL FROM:<eve@example.org>\r\n",
    "\r\n--=_boundary\r\n",
    ".",
    "..hidden",
    "=",
    "=3D=0A",
    '"quoted\\" <eve@example.org>',
    "a, b; c: <d>",
    "{{ 7 * 7 }}",
    "{% if x %}",
    "<script>alert(1)</script>",
    "&amp;",
    "\x00\x7f\x85\u2028",
    "\t  tabs\t",
    "nowhere-to-break" * 12,
    "many little words " * 25,
    "é" * 90,
    "%s%n",
    "Re: Re:",
]
HTML = (
    "<html>\n  <body>\n\t<p>Dear {{ (first_name or \"friend\") }},</p>  \n<p>a=3D é .</p>\n.\n..\n"
    + "<p>" + "Падтрымка " * 40 + "</p>\n"
    + '    <a href="{{ unsubscribe_url }}">Leave</a> <a href="{{ preferences_url }}">Settings</a>\n</body></html>\n'
)  # fmt: skip
TEXT = "Dear {{ (first_name|upper) }} {{ last_name }},\n\n.\nnews = 1.  \n\nLeave: {{ unsubscribe_url }}\n"
ALWAYS = {"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Language"}
BULK = ALWAYS | {
    "Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "List-Help", "Feedback-ID", "Precedence",
}  # fmt: skip
CONFIRMATION = ALWAYS | {"Auto-Submitted", "X-Auto-Response-Suppress"}


@dataclass
class Sent:
    """A mail as it arrived, and what was meant. `list_name` is empty for a confirmation."""

    raw: bytes
    envelope: str
    recipient: str
    delivery: int
    sender_name: str
    list_name: str = ""
    first_name: str = ""
    edition: CompiledEdition | None = None

    @cached_property
    def head(self) -> str:
        return self.raw.partition(b"\r\n\r\n")[0].decode("ascii")

    @cached_property
    def parsed(self) -> EmailMessage:
        found = BytesParser(policy=policy.default).parsebytes(self.raw)
        assert isinstance(found, EmailMessage)
        return found

    @cached_property
    def unfolded(self) -> str:
        return re.sub(r"\r\n(?=[ \t])", "", self.head)

    @cached_property
    def parts(self) -> dict[str, str]:
        return {
            part.get_content_subtype(): part.get_payload(decode=True).decode().replace("\r\n", "\n")  # type: ignore[union-attr]
            for part in self.parsed.iter_parts()
        }

    def values(self, name: str) -> list[str]:
        return [value.strip() for value in re.findall(rf"(?im)^{name}:(.*)$", self.unfolded)]

    def part(self, kind: str) -> str:
        return self.parts[kind]


_sent: list[Sent] = []


@pytest.fixture
async def mails(work: Callable[[], Any]) -> list[Sent]:
    """Sent once for all tests of this file."""
    if not _sent:
        _sent.extend(await three_hundred(work, random.Random(2026)))
    assert len(_sent) == 300
    return _sent


async def three_hundred(work: Callable[[], Any], chance: random.Random) -> list[Sent]:
    await dkim.publish()
    await db.execute("UPDATE organisation SET sender_name = '100xSolidarität', sender_address = 'news@example.org'")
    with bounce_domain():
        async with smtp.office() as office:
            meant = [mail for _each in range(MAILINGS) for mail in await mailing(chance)]
            meant += [await confirmation(chance, number) for number in range(CONFIRMATIONS)]
            await work()
            assert {mail.recipient for mail in meant} == set(office.recipients)
            for mail in meant:
                [received] = office.to(mail.recipient)
                mail.raw, mail.envelope = received.message, received.sender
                mail.delivery = await verp.read(received.sender)
    return meant


async def mailing(chance: random.Random) -> list[Sent]:
    """To readers with hostile names, from the first hostile sender and list that staff are not refused."""
    before, after = (hostile(chance, most).replace("{", '{{ "\\u007b" }}') for most in (3, 1))
    subject = f"{before} {{{{ first_name }}}} {{{{ (last_name|lower) }}}} {after}"
    edition = CompiledEdition(subject, HTML, TEXT)
    while True:
        sender_name, list_name = hostile(chance, 2), hostile(chance, 2)
        try:
            id = await mailings.mailing(
                {"en": edition}, sender_name=sender_name, list_name=list_name, reply_to="answers@example.org"
            )
            break
        except BadSender:
            continue
    numbers = range(id * 100, id * 100 + READERS)
    readers = [(number, f"reader{number}@example.net", hostile(chance, 2)) for number in numbers]
    await mailings.audience(id, readers)
    await outbox.open(id)
    return [
        Sent(b"", "", address, 0, sender_name, list_name, first_name, edition) for _id, address, first_name in readers
    ]


async def confirmation(chance: random.Random, number: int) -> Sent:
    recipient = f"confirming{number}@example.net"
    context = {"organisation": hostile(chance, 2), "postal_address": hostile(chance, 1)}
    await transactional.send("subscribers/unsubscribed", chance.choice(["en", "de", "be"]), recipient, context)
    return Sent(b"", "", recipient, 0, "100xSolidarität")


def hostile(chance: random.Random, most: int) -> str:
    """Tricks and letters of all scripts."""
    pieces = chance.choices(TRICKS, k=chance.randint(1, most))
    kinds = (range(32, 127), range(160, 0xD800), range(0x1F600, 0x1F640))
    letters = "".join(chr(chance.choice(chance.choice(kinds))) for _letter in range(8))
    return (chance.choice(["", " "]).join(pieces) + letters)[:140]


def test_lines_are_whole_short_and_ascii(mails: list[Sent]) -> None:
    for mail in mails:
        assert not re.search(rb"(?<!\r)\n|\r(?!\n)|[^\x20-\x7e\r\n\t]", mail.raw)
        head, _blank, body = mail.raw.partition(b"\r\n\r\n")
        assert all(len(line) <= 78 or b" " not in line.strip() for line in head.split(b"\r\n"))
        assert max(map(len, body.split(b"\r\n"))) <= 76
        # So no server on the way has to double one, or forgets to.
        assert not any(line.startswith(b".") for line in mail.raw.split(b"\r\n"))


def test_each_header_stands_once_and_none_came_in_by_a_name(mails: list[Sent]) -> None:
    for mail in mails:
        found = Counter(re.findall(r"(?m)^([^\s:]+):", mail.head))
        assert found.pop("DKIM-Signature") == 2
        assert found == dict.fromkeys(BULK if mail.list_name else CONFIRMATION, 1)
        decoded = str(make_header(decode_header(mail.unfolded.replace("\r\n", "|"))))
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", decoded)


def test_encoded_words_are_short_and_never_in_an_address_or_a_link(mails: list[Sent]) -> None:
    for mail in mails:
        assert all(len(word) <= 75 for word in re.findall(r"=\?.*?\?=", mail.head))
        assert not re.search(r"<[^>]*=\?", mail.head)
        for name in ("To", "Reply-To", "Message-ID", "List-Unsubscribe", "List-Help", "Feedback-ID"):
            assert not any("=?" in value for value in mail.values(name))


def test_names_and_subjects_arrive_as_they_were_meant(mails: list[Sent]) -> None:
    for mail in mails:
        [sender] = mail.parsed["From"].addresses
        assert sender.addr_spec == "news@example.org"
        assert words(phrase(mail, "From")) == words(mail.sender_name)
        assert [to.addr_spec for to in mail.parsed["To"].addresses] == [mail.recipient]
        if mail.edition:
            assert words(phrase(mail, "List-Id")) == words(mail.list_name)
            assert words(decoded(mail.values("Subject")[0])) == words(filled(mail).subject)


def test_both_parts_are_what_the_plain_path_makes_of_them(mails: list[Sent]) -> None:
    for mail in mails:
        parts = list(mail.parsed.iter_parts())
        assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
        assert mail.parsed.get_content_type() == "multipart/alternative"
        assert all(part.get_content_charset() == "utf-8" for part in parts)
        if mail.edition:
            meant = filled(mail)
            assert (mail.part("plain"), mail.part("html")) == (meant.text, meant.html)


def test_bulk_mail_says_how_to_leave_and_what_it_is(mails: list[Sent]) -> None:
    for mail in (mail for mail in mails if mail.edition):
        [leave] = mail.values("List-Unsubscribe")
        assert re.fullmatch(r"<https://news\.example\.org/u/[\w-]+>", leave)
        assert leave[1:-1] in mail.part("plain") and leave[1:-1] in mail.part("html")
        assert mail.values("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]
        assert mail.values("List-Help") == ["<https://news.example.org/en/>"]
        assert mail.values("List-Id")[0].endswith("<newsletter.example.org>")
        feedback = mail.values("Feedback-ID")[0].split(":")
        assert len(feedback) == 4 and re.fullmatch(r"[a-z0-9]{5,15}", feedback[3])
        assert mail.values("Precedence") == ["bulk"] and not mail.values("Auto-Submitted")
    for mail in (mail for mail in mails if not mail.edition):
        assert mail.values("Auto-Submitted") == ["auto-generated"]


def test_feedback_and_list_ids_are_the_same_for_all_readers(mails: list[Sent]) -> None:
    bulk = [mail for mail in mails if mail.edition]
    assert len({mail.values("Feedback-ID")[0] for mail in bulk}) == MAILINGS
    assert len({mail.values("List-Id")[0].rpartition("<")[2] for mail in bulk}) == 1


def test_ids_and_return_paths_are_each_mails_own_and_say_nothing(mails: list[Sent]) -> None:
    for mail in mails:
        assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", mail.values("Message-ID")[0])
        assert re.fullmatch(r"[a-z2-7]{42}@bounces\.example\.org", mail.envelope)
    assert len({mail.values("Message-ID")[0] for mail in mails}) == 300
    assert len({mail.delivery for mail in mails}) == len({mail.envelope for mail in mails}) == 300


def test_the_address_stands_in_to_and_nowhere_else(mails: list[Sent]) -> None:
    for mail in mails:
        others = mail.raw.replace(f"To: {mail.recipient}\r\n".encode(), b"").decode()
        local = mail.recipient.partition("@")[0]
        assert local not in others + mail.envelope + mail.part("plain") + mail.part("html")


def test_the_date_is_now(mails: list[Sent]) -> None:
    for mail in mails:
        [date] = mail.values("Date")
        assert abs(parsedate_to_datetime(date) - clock.now()) < timedelta(minutes=5)


def test_signatures_cover_what_counts_and_are_aligned(mails: list[Sent]) -> None:
    for mail in mails:
        for value in mail.values("DKIM-Signature"):
            tags = {
                name.strip(): re.sub(r"\s", "", given)
                for name, _equals, given in (item.partition("=") for item in value.split(";"))
            }
            assert tags["d"] == "example.org" and tags["c"] == "relaxed/relaxed" and not tags.keys() & {"l", "x"}
            signed = Counter(tags["h"].split(":"))
            wanted = (BULK if mail.edition else CONFIRMATION) - {"Precedence", "X-Auto-Response-Suppress"}
            assert signed.keys() >= {name.lower() for name in wanted}
            assert signed["from"] == signed["subject"] == signed["to"] == signed["date"] == 2


def test_dkimpy_finds_both_signatures_good(mails: list[Sent]) -> None:
    for mail in mails:
        verifier = dkimpy.DKIM(mail.raw)
        assert verifier.verify(0, dnsfunc=dkim.dns) and verifier.verify(1, dnsfunc=dkim.dns)


@pytest.mark.skipif(not opendkim.NAME, reason="OpenDKIM's library is missing; on Debian: apt install libopendkim11")
def test_opendkim_finds_both_signatures_good(mails: list[Sent], tmp_path: Path) -> None:
    verifier = opendkim.OpenDkim(dkim.records(), tmp_path / "keys")
    for mail in mails:
        assert verifier.good(mail.raw) == ["rsa-sha256", "ed25519-sha256"]
        assert verifier.good(mail.raw.replace(b"From: ", b"From: x", 1)) == []


def filled(mail: Sent) -> email.Rendered:
    """The same mail by the plain path."""
    assert mail.edition
    links = {"unsubscribe_url": mail.values("List-Unsubscribe")[0][1:-1]}
    links["preferences_url"] = str(re.findall(r"https://[^\"]*/preferences/ask/[\w-]+", mail.part("html"))[0])
    return email.fill(mail.edition, {"first_name": mail.first_name[:100], "last_name": ""} | links)


def phrase(mail: Sent, name: str) -> str:
    """What stands before the address, as a mail program shows it."""
    raw = mail.values(name)[0].rpartition("<")[0].strip()
    quoted = raw.startswith('"')
    return re.sub(r"\\(.)", r"\1", raw[1:-1]) if quoted else decoded(raw)


def decoded(value: str) -> str:
    return str(make_header(decode_header(value)))


def words(value: str) -> list[str]:
    return text.clean(value).split()
