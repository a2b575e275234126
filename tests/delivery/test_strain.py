import pytest

from service.delivery.replies import Phase, Reply
from service.delivery.strain import Strain, strain


@pytest.mark.parametrize(
    ("code", "words", "less"),
    [
        (421, "4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume", Strain.RATE),
        (421, "4.7.28 Our system has detected an unusual rate of unsolicited mail", Strain.RATE),
        (451, "4.7.500 Server busy. Please try again later from 192.0.2.1", Strain.RATE),
        (452, "4.5.3 Too many recipients", Strain.RATE),
        (450, "4.7.1 You have exceeded 100 messages per hour", Strain.RATE),
        (450, "4.7.1 Ratelimit \"user\" exceeded", Strain.RATE),
        (454, "Throttling failure: Maximum sending rate exceeded.", Strain.RATE),
        (451, "4.4.5 Mail system congestion", Strain.RATE),
        (450, "Trop de messages, merci de réessayer plus tard", Strain.RATE),
        (450, "4.7.0 Слишком много писем", Strain.RATE),
        (421, "4.3.2 mwinf5c77 ME Trop de connexions, veuillez verifier votre configuration", Strain.CONNECTIONS),
        (421, "4.7.0 Too many concurrent SMTP connections; please try again later", Strain.CONNECTIONS),
        (421, "RP-002 The maximum number of simultaneous connections was reached", Strain.CONNECTIONS),
        (450, "4.7.1 Greylisted, please try again later", None),
        (451, "4.7.1 Graylisting in action, come back later", None),
        (450, "4.2.1 The user you are trying to contact is receiving mail at a rate that is too high", None),
        (450, "The recipient has exceeded message rate limit. Try again later.", None),
        (452, "4.2.2 mailbox full", None),
        (452, "4.3.1 Insufficient system storage", None),
        (450, "4.1.8 Domain of sender address not found", None),
        (421, "4.3.2 Service closing transmission channel", None),
    ],
)  # fmt: skip
def test_who_wants_what_less(code: int, words: str, less: Strain | None) -> None:
    assert strain(Reply(Phase.END, code, words)) is less


@pytest.mark.parametrize("phase", [Phase.CONNECT, Phase.HELLO, Phase.MAIL])
def test_before_the_recipient_is_named_it_is_about_the_server(phase: Phase) -> None:
    assert strain(Reply(phase, 421, "4.7.0 too many connections")) is None


def test_a_refusal_for_good_is_no_wish_to_be_slower() -> None:
    assert strain(Reply(Phase.RCPT, 550, "5.7.1 rate limit exceeded")) is None
