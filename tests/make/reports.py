"""Reports as many mail systems write them, all invented: Anna and Boris at example domains, and nobody else."""

import base64
from email.header import Header

_COPY = (
    "Received: from news.example.org by mx.example.net; Tue, 3 Mar 2026 10:00:00 +0000\n"
    "From: Letters <letters@example.org>\nTo: anna@example.net\nSubject: Four birthdays in May\n"
    "Message-ID: <3f1c9a7e@news.example.org>\nDate: Tue, 3 Mar 2026 10:00:00 +0000\n"
    "\nDear Anna, today we write four cards.\n"
)


def letter(sender: str, subject: str, text: str, charset: str = "utf-8", headers: str = "") -> bytes:
    """A mail of one text part in `charset`."""
    head = f"Return-Path: <>\nFrom: {sender}\nTo: letters@example.org\nSubject: {Header(subject, 'utf-8').encode()}\n"
    head += f"Date: Tue, 3 Mar 2026 10:05:00 +0000\nMIME-Version: 1.0\n{headers}"
    head += f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    return head.encode() + text.encode(charset)


def quoting(sender: str, subject: str, text: str, mark: str, charset: str = "utf-8", headers: str = "") -> bytes:
    """The same, with our mail below a line `mark`."""
    return letter(sender, subject, f"{text}\n\n{mark}\n\n{_COPY}", charset, headers)


def report(
    text: str,
    *recipients: str,
    subject: str = "Undelivered Mail Returned to Sender",
    sender: str = "MAILER-DAEMON@mx.example.net",
    kind: str = "message/delivery-status",
    encoded: bool = False,
    copy: str = "message/rfc822",
) -> bytes:
    """A multipart/report (RFC 6522); each of `recipients` is the fields of one, without its address."""
    groups = ["Reporting-MTA: dns; mx.example.net\nArrival-Date: Tue, 3 Mar 2026 10:00:00 +0000"]
    groups += [f"Final-Recipient: rfc822; anna@example.net\n{fields}" for fields in recipients]
    fields = "\n\n".join(groups) + "\n"
    if encoded:
        fields = base64.encodebytes(fields.encode()).decode()
    return (
        f"Return-Path: <>\nFrom: {sender}\nTo: letters@example.org\nSubject: "
        f"{subject}\nAuto-Submitted: auto-replied\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n boundary="b1/="\n\n'
        f"For programs that are older than MIME.\n\n--b1/=\nContent-Type: text/plain; charset=utf-8\n\n{text}\n\n"
        f"--b1/=\nContent-Type: {kind}\nContent-Transfer-Encoding: {'base64' if encoded else '7bit'}\n\n{fields}\n"
        f"--b1/=\nContent-Type: {copy}\n\n{_COPY}\n--b1/=--\n"
    ).encode()


def failed(status: str, diagnostic: str = "", text: str = "Your mail did not arrive.") -> bytes:
    fields = f"Action: failed\nStatus: {status}"
    return report(text, f"{fields}\nDiagnostic-Code: smtp; {diagnostic}" if diagnostic else fields)


def complaint(feedback: str = "abuse") -> bytes:
    """RFC 5965, as providers send it to who signed up for their feedback loop."""
    return (
        "From: feedback@provider.example.com\nTo: letters@example.org\nSubject: FW: Four birthdays in May\n"
        'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary="arf"\n\n'
        "--arf\nContent-Type: text/plain\n\nA reader marked this mail as unwanted.\n\n"
        f"--arf\nContent-Type: message/feedback-report\n\nFeedback-Type: {feedback}\nUser-Agent: "
        f"Loop/1.0\nVersion: 1\n\n"
        f"--arf\nContent-Type: message/rfc822\n\n{_COPY}\n--arf--\n"
    ).encode()


def receipt() -> bytes:
    """RFC 8098: read, or deleted without being read."""
    return (
        b"From: anna@example.net\nTo: letters@example.org\nSubject: Not read: Four birthdays in "
        b"May\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/report; report-type=disposition-notification; boundary="mdn"\n\n'
        b"--mdn\nContent-Type: text/plain\n\nYour message was deleted without being read. It could "
        b"not be delivered to me.\n\n"
        b"--mdn\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; anna@example.net\n"
        b"Disposition: manual-action/MDN-sent-manually; deleted\n\n--mdn--\n"
    )


def web_page(text: str) -> bytes:
    """A report in HTML alone."""
    page = f"<html><head><style>p {{ color: red }}</style></head><body><p>{text}</p></body></html>"
    return (
        b"From: postmaster@example.net\nTo: letters@example.org\nSubject: Undeliverable: Four birthdays in May\n"
        b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
    ) + page.encode()
