"""Header lines as bytes: encoded, folded, and never more lines than were meant."""

import hmac
import re
from binascii import b2a_base64
from email.errors import MessageError
from email.header import decode_header, make_header
from functools import lru_cache

import idna
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.rendering.text import clean

WIDTH = 78
LONGEST_LINE = 998
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PICTURE = re.compile("[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
_PLAIN = re.compile(r"[\x20-\x7e]*")
_BARE = re.compile(r"[\x21-\x7e]*")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"localhost|(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,58}[A-Za-z0-9])?")
# 45 octets are 60 in base64; with =?utf-8?B?…?= that stays under the 75 of RFC 2047.
_WORD_OCTETS = 45
_HEAD = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:(?: [\x20-\x7e]*)?(?:\r\n[ \t][\x20-\x7e]*)*(?:\r\n(?=[A-Za-z])|\Z))+")
_NAME = re.compile(rb"^([^ :]+):", re.MULTILINE)
# One for each key that signs.
_MAY_REPEAT = b"dkim-signature"
_ONCE = (b"from", b"to", b"subject", b"date", b"message-id", b"mime-version", b"content-type")


class Unmailable(Exception):
    """This one mail cannot be made; `reason` is "address" or "content", `why` names nobody."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason
        self.why = why


class BadSender(Problem):
    code = "bad_sender"
    status = 422
    sentence = Sentence("The sender cannot be used as it is: {reason}.")


def line(name: str, value: str) -> bytes:
    """A header of readable text, in encoded words where it needs them. Raises ValueError."""
    _refuse_control(value)
    return safe_line(name, value)


def safe_line(name: str, value: str) -> bytes:
    """The same for a value in which no control character stands, nor appears when it is decoded."""
    if value.isascii() and "=?" not in value:
        words = value.split(" ")
        if all(words) and max(map(len, words)) < WIDTH - 2:
            return _folded(name, words)
    return _folded(name, _encoded_words(value))


def mailbox(name: str, display: str, address: str) -> bytes:
    """`From: Display Name <address>`. Raises ValueError."""
    return _folded(name, [*_phrase(display), f"<{checked_address(address)}>"])


def bare(name: str, value: str) -> bytes:
    """A header whose value is ASCII without blanks and must not be touched: an address, a URI, an id."""
    if not _BARE.fullmatch(value):
        raise ValueError(f"{name} cannot hold this value")
    return own(name, value)


def own(name: str, value: str) -> bytes:
    """The same for what was checked before, or is safe by the way it is made."""
    whole = f"{name}: {value}\r\n"
    return (whole if len(whole) <= WIDTH + 2 else f"{name}:\r\n {value}\r\n").encode()


def list_id(display: str, label: str, domain: str) -> bytes:
    return _folded("List-Id", [*_phrase(display), f"<{label}.{domain}>"])


def message_key(pepper: bytes) -> HMAC:
    """For `unique`; the pepper stays when the secret is changed."""
    return HMAC(hmac.digest(pepper, b"message-id", "sha256"), SHA256())


def unique(key: HMAC, delivery: int) -> str:
    """32 letters and digits: the same for every attempt of one row, and telling nothing of it."""
    mac = key.copy()
    mac.update(b"%d" % delivery)
    return mac.finalize()[:16].hex()


def checked_address(address: str) -> str:
    """The address with its domain as A-labels. Raises Unmailable: "address"."""
    local, _at, domain = address.rpartition("@")
    if not local.isascii():
        raise Unmailable("address", "an address with letters outside ASCII before the @ cannot be written to yet")
    plain = f"{local}@{_mail_domain(domain)}"
    if plain[-1] == "@" or len(plain) > 254 or len(local) > 64 or not _LOCAL.fullmatch(local):
        raise Unmailable("address", "the address is not complete or holds characters that no address can hold")
    return plain


@lru_cache(maxsize=4096)
def _mail_domain(domain: str) -> str:
    """As it is written to; empty where none is written so."""
    plain = ascii_domain(domain)
    return plain if _DOMAIN.fullmatch(plain) else ""


@lru_cache(maxsize=4096)
def ascii_domain(domain: str) -> str:
    """In lower case, and in A-labels where it can be written so."""
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return domain


def check_sender(display: str, address: str, reply_to: str, list_name: str, list_label: str) -> None:
    """Everything staff decide of the headers. Raises BadSender."""
    for text in (display, list_name):
        if not text.strip() or _CONTROL.search(_decoded(text)) or clean(text) != text or len(text) > 120:
            raise BadSender(reason="its name is empty, too long or holds a control character")
    if holds_picture(display):
        raise BadSender(reason="its name holds a picture, which mail providers take for a fraud")
    try:
        for given in filter(None, (address, reply_to)):
            checked_address(given)
    except Unmailable as error:
        raise BadSender(reason=error.why) from None
    if not _LABEL.fullmatch(list_label):
        raise BadSender(reason="the label of the list has letters a to z, digits and hyphens alone")


def holds_picture(display: str) -> bool:
    """Whether a name of a sender holds an emoji, which mail providers take for a fraud."""
    return _PICTURE.search(display) is not None


def check(message: bytes) -> None:
    """The finished bytes, whatever made them. Raises ValueError when they break RFC 5321, 5322 or 2047."""
    head, blank, _body = message.partition(b"\r\n\r\n")
    if not blank or message.count(b"\n") != message.count(b"\r\n") or message.count(b"\r") != message.count(b"\r\n"):
        raise ValueError("a line that does not end with CRLF")
    if re.search(rb"[^\t\r\n\x20-\x7e]", message):
        raise ValueError("an octet that is not printable ASCII")
    if max(map(len, message.split(b"\r\n"))) > LONGEST_LINE:
        raise ValueError(f"a line of more than {LONGEST_LINE} octets")
    if b"\r\n." in message:
        # So that nothing has to be stuffed on the way out, which would read each mail once more.
        raise ValueError("a line that begins with a dot")
    _check_head(head)
    if _CONTROL.search(_decoded(head.decode().replace("\r\n", " "))):
        raise ValueError("a control character behind an encoded word")


def _check_head(head: bytes) -> None:
    """The form of the header lines, without the empty line. Raises ValueError."""
    if not _HEAD.fullmatch(head):
        raise ValueError("a header line without a name, or with what is not printable ASCII")
    names = [name for found in _NAME.findall(head) if (name := found.lower()) != _MAY_REPEAT]
    for name in _ONCE:
        if names.count(name) != 1:
            raise ValueError(f"{name.decode()} does not stand exactly once")
    if len(set(names)) != len(names):
        raise ValueError("a header line stands twice")


def _phrase(display: str) -> list[str]:
    _refuse_control(display)
    if _ATOMS.fullmatch(display) and "=?" not in display:
        return display.split(" ")
    if _PLAIN.fullmatch(display) and "=?" not in display and len(display) < WIDTH - 10:
        escaped = re.sub(r'(["\\])', r"\\\1", display)
        return [f'"{escaped}"']
    return _encoded_words(display)


def _encoded_words(text: str) -> list[str]:
    if len(whole := text.encode()) <= _WORD_OCTETS:
        return [_encoded_word(whole)] if whole else []
    words, chunk = [], b""
    for character in [*text, ""]:
        octets = character.encode()
        if chunk and (len(chunk) + len(octets) > _WORD_OCTETS or not character):
            words.append(_encoded_word(chunk))
            chunk = b""
        chunk += octets
    return words


def _encoded_word(octets: bytes) -> str:
    return f"=?utf-8?B?{b2a_base64(octets, newline=False).decode()}?="


def _folded(name: str, words: list[str]) -> bytes:
    whole = f"{name}: {' '.join(words)}\r\n"
    if len(whole) <= WIDTH + 2 and words:
        return whole.encode()
    lines, current = [], f"{name}:"
    for word in words:
        if current and len(current) + 1 + len(word) > WIDTH:
            lines.append(current)
            current = ""
        current += f" {word}"
    lines.append(current)
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _refuse_control(text: str) -> None:
    if text.isprintable() and "=?" not in text:
        return
    if _CONTROL.search(text) or _CONTROL.search(_decoded(text)):
        raise ValueError("a control character in a header")


def _decoded(text: str) -> str:
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (MessageError, LookupError, ValueError):
        return text
