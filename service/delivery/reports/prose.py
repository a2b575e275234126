"""What a report says to a person: the words before the copy of the mail, and which of them tell the reason."""

import re

from service.delivery.reports.reading import Mail

_LONGEST = 12_000
# Where the copy of the mail begins, by its title or by headers that no report has in its words.
_COPY = re.compile(
    r"^[ \t|>]*+[-=_*#]{2,}+(?!.*(?:transcript|session|failed|errors?\b|addresses|reason|log)).{0,60}"
    r"(?:copy|original|returned|unsent|header|text|body|forwarded|enclosed|attach|follows|source mail"
    r"|below|kopie|копи|ниже"
    r"|adjunto|copie|allegat|拷贝|原文).*$"
    r"|^.{0,40}(?:original message follows|copy of (?:the|your) (?:original )?message"
    r"|original message (?:details|is|was)).*$"
    r"|^(?:Here is a copy|Message headers? follow|Your message reads|The first \d+ lines).*$"
    r"|^>{0,2} ?(?:Received: |Return-Path: |DKIM-Signature: |MIME-Version: |X-Mailer: )",
    re.IGNORECASE | re.MULTILINE,
)
# Our own subject and addresses, repeated.
_OURS = re.compile(
    r"^[ \t>*]*+(?:to|cc|from|subject|sent|date|message-id|betreff|an|von|gesendet|datum|objet|à|de"
    r"|envoyé|тема|кому|от|дата|asunto"
    r"|para|oggetto|件名|宛先|差出人|主题)[ \t]*[:：].*$",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = re.compile(r"(?<![\d.,:/-])(?:4[2-7]\d|5[0-7]\d)(?=[ \-:#]|$)|(?<![\d.])[45]\.[0-7]\.\d{1,3}(?![\d.])")


def report(mail: Mail) -> str:
    """The words of the report without the copy of the mail; from its HTML only where it has no plain text."""
    texts = [part.text for part in mail.of("text/plain")] or [part.text for part in mail.of("text/html")]
    text = "\n".join(texts)
    copy = _COPY.search(text)
    # A title as the first line is the report's own.
    if copy and not text[: copy.start()].strip():
        copy = _COPY.search(text, copy.end())
    return (text[: copy.start()] if copy else text)[:_LONGEST]


def telling(text: str) -> str:
    """The first line with a server's code in it and those that go on with it, or ""."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    first = next((number for number, line in enumerate(lines) if _CODE.search(line)), None)
    return "" if first is None else " ".join(lines[first : first + 5])


def paragraphs(text: str) -> list[str]:
    """Each as one line, without what it repeats of our mail."""
    return [" ".join(each.split()) for each in re.split(r"\n[ \t]*\n", _OURS.sub("", text)) if each.strip()]
