import pytest

from service.delivery.replies import REASONS, Phase, Reply, Verdict, classify

ANSWERS = [
    (Phase.END, 250, "2.0.0 queued", Verdict.SENT),
    (Phase.RCPT, 550, "5.1.1 User unknown", Verdict.GONE),
    (Phase.RCPT, 550, "no such user here", Verdict.GONE),
    (Phase.RCPT, 550, "5.2.1 The account is disabled", Verdict.GONE),
    (Phase.RCPT, 556, "5.1.10 domain does not accept mail", Verdict.GONE),
    (Phase.END, 550, "5.1.1 User unknown", Verdict.GONE),
    (Phase.RCPT, 550, "5.7.1 No such user", Verdict.GONE),
    (Phase.RCPT, 550, "5.4.1 Recipient address rejected: Access denied", Verdict.GONE),
    (Phase.RCPT, 550, "5.7.1 No such user may write to this list, says our policy", Verdict.SENDER),
    (Phase.RCPT, 550, "5.1.1 Refused because of the recipient's preferences", Verdict.SENDER),
    (Phase.RCPT, 550, "5.1.1 Mailbox over quota", Verdict.LATER),
    (Phase.RCPT, 550, "5.2.1 Receiving mail at a rate that is too high", Verdict.SENDER),
    (Phase.RCPT, 550, "Your account is disabled", Verdict.SENDER),
    (Phase.RCPT, 550, "Empfänger unbekannt", Verdict.GONE),
    (Phase.RCPT, 550, "the mailbox server met an unknown error", Verdict.REFUSED),
    (Phase.RCPT, 552, "5.2.2 Mailbox full", Verdict.LATER),
    (Phase.RCPT, 552, "mailbox is full, quota exceeded", Verdict.LATER),
    (Phase.RCPT, 452, "4.2.2 over quota", Verdict.LATER),
    (Phase.RCPT, 450, "4.7.1 greylisted", Verdict.LATER),
    (Phase.RCPT, 451, "try again", Verdict.LATER),
    (Phase.END, 451, "4.7.1 try again", Verdict.LATER),
    (Phase.RCPT, 452, "4.3.1 insufficient system storage", Verdict.SERVER),
    (Phase.MAIL, 451, "4.3.0 busy", Verdict.SERVER),
    (Phase.RCPT, 421, "closing", Verdict.SERVER),
    (Phase.RCPT, 550, "5.7.1 blocked by policy", Verdict.SENDER),
    (Phase.END, 550, "5.7.515 Access denied, sending domain does not meet the level", Verdict.SENDER),
    (Phase.RCPT, 554, "Relay access denied", Verdict.SENDER),
    (Phase.RCPT, 530, "Authentication required", Verdict.SENDER),
    (Phase.MAIL, 550, "sender rejected", Verdict.SENDER),
    (Phase.RCPT, 550, "5.1.8 Sender address rejected: domain not found", Verdict.SENDER),
    (Phase.END, 554, "Message rejected as spam", Verdict.SENDER),
    (Phase.CONNECT, 554, "no service for you", Verdict.SENDER),
    (Phase.SIGN_IN, 535, "5.7.8 bad credentials", Verdict.SENDER),
    (Phase.CONNECT, 421, "too many connections", Verdict.SERVER),
    (Phase.MAIL, 552, "5.3.4 message too big", Verdict.CONTENT),
    (Phase.MAIL, 552, "Message size exceeds fixed limit", Verdict.CONTENT),
    (Phase.END, 554, "5.6.0 malformed", Verdict.CONTENT),
    (Phase.END, 554, "transaction failed", Verdict.CONTENT),
    (Phase.RCPT, 550, "mail refused", Verdict.REFUSED),
    (Phase.RCPT, 0, "the connection was lost", Verdict.SERVER),
    (Phase.DATA, 250, "what?", Verdict.SERVER),
    (Phase.END, 0, "the connection was lost", Verdict.UNKNOWN),
    (Phase.END, 0, "no answer in time", Verdict.UNKNOWN),
]


@pytest.mark.parametrize(("phase", "code", "text", "verdict"), ANSWERS)
def test_an_answer_means(phase: Phase, code: int, text: str, verdict: Verdict) -> None:
    assert classify(Reply(phase, code, text)) is verdict


def test_what_is_kept_of_an_answer_names_nobody() -> None:
    kept = str(Reply(Phase.RCPT, 550, "5.1.1 <anna@example.net>: Recipient address rejected"))
    assert "anna" not in kept
    assert kept.startswith("550 5.1.1")


def test_every_reason_is_a_sentence_for_staff() -> None:
    assert {verdict.value for verdict in Verdict} - {"sent"} <= REASONS.keys()
