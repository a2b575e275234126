import pytest

from service.delivery.reports import parse
from service.delivery.tables import BounceKind
from tests.make.reports import complaint, failed, letter, quoting, receipt, report, web_page

HARD, SOFT, BLOCKED = BounceKind.HARD, BounceKind.SOFT, BounceKind.BLOCKED

FIELDS = [
    ("5.1.1", "550 5.1.1 <anna@example.net>: Recipient address rejected: User unknown in relay table", HARD),
    ("5.1.1", "", HARD),
    ("5.0.0", "550 no mailbox here by that name", HARD),
    ("5.4.4", "Host or domain name not found. Name service error for name=example.net type=A", HARD),
    ("5.1.10", "556 5.1.10 example.net takes no mail (null MX)", HARD),
    ("5.7.1", "550 5.7.1 No such user", HARD),
    ("5.2.1", "550 5.2.1 This account is disabled", HARD),
    ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", HARD),
    ("5.7.1", "554 5.7.1 Recipient address rejected: Access denied", BLOCKED),
    ("5.0.0", "550 Rejected: an invalid link in the user's mail", SOFT),
    ("5.0.0", "550 too many invalid recipients", BLOCKED),
    ("5.0.0", "550 Your account is disabled", BLOCKED),
    ("5.0.0", "550 The mailbox server met an unknown error", SOFT),
    ("5.0.0", "550 IP address 192.0.2.1 is not registered", BLOCKED),
    ("5.0.0", "550 This mail has an invalid header", SOFT),
    ("5.0.0", "554 connection to the mailbox was closed", SOFT),
    ("5.2.2", "552 5.2.2 Mailbox full", SOFT),
    ("5.1.1", "550 5.1.1 Mailbox is over quota", SOFT),
    ("5.7.0", "the mailbox has exceeded its disk space limit", SOFT),
    ("4.4.7", "451 4.4.1 No answer from the server, and no time left", SOFT),
    ("5.4.6", "554 5.4.6 Too many hops", SOFT),
    ("4.2.2", "452 4.2.2 Over quota", SOFT),
    ("4.1.1", "450 4.1.1 User unknown", SOFT),
    ("5.0.0", "", SOFT),
    ("5.0.0", "550 no", SOFT),
    ("4.7.1", "451 4.7.1 Greylisted, come back in five minutes", SOFT),
    ("5.7.1", "554 5.7.1 Blocked: see the list of the reputation service", BLOCKED),
    ("5.7.1", "550 5.7.1 Message looks like spam", BLOCKED),
    ("5.7.26", "550 5.7.26 Neither SPF nor DKIM passes for the sender", BLOCKED),
    ("5.1.1", "550 5.1.1 Refused because of the recipient's preferences", BLOCKED),
    ("5.1.8", "553 5.1.8 Sender address rejected: Domain not found", BLOCKED),
    ("5.0.0", "550 Relaying denied", BLOCKED),
    ("5.0.0", "550 the HELO name was not found", BLOCKED),
    ("5.3.4", "552 5.3.4 Message size exceeds fixed limit", BLOCKED),
    ("5.7.25", "550 5.7.25 The IP address sending this mail does not have a PTR record", BLOCKED),
    ("5.0.0", "554 5.7.1 rejected (in reply to end of DATA command)", BLOCKED),
]


@pytest.mark.parametrize(("status", "diagnostic", "kind"), FIELDS)
def test_a_report_with_fields_for_machines(status: str, diagnostic: str, kind: BounceKind) -> None:
    read = parse(failed(status, diagnostic))
    assert read.kind is kind


def test_the_status_and_the_words_are_the_servers_own() -> None:
    read = parse(failed("5.0.0", "550 5.1.1 No\n such user"))
    assert (read.status, read.words) == ("5.1.1", "550 5.1.1 No such user")


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        ("5.0.0", "mx.example.net said:\n550 5.1.1 unknown\n user", HARD),
        ("5.0.0", "The mailbox of this person is full.", SOFT),
        ("5.3.0", "Our filter takes this for spam.", BLOCKED),
    ],
)
def test_where_the_fields_are_silent_the_text_tells(status: str, text: str, kind: BounceKind) -> None:
    assert parse(failed(status, text=text)).kind is kind


def test_fields_in_the_forms_of_odd_systems() -> None:
    assert parse(report("x", "Action: Failed (Bad destination mailbox address)\nStatus: 5.1.1")).kind is HARD
    assert parse(report("x", "Action: error\nStatus: 5.0.0 (no such domain)")).kind is HARD
    assert parse(report("x", "Action: failure\nStatus: 553 the mailbox does not exist")).kind is HARD
    assert parse(report("x", "Diagnostic-Code: smtp; 550 unknown user\nStatus: 5.0.0")).kind is HARD
    assert parse(report("x", "Action: failed\nStatus: 5.1.1", encoded=True)).kind is HARD
    assert parse(report("x", "Action: failed\nStatus: 5.1.1", kind="text/plain")).kind is HARD
    assert parse(report("x", "Action: failed\nStatus: 5.1.1", kind="message/global-delivery-status")).kind is HARD
    headers_alone = report("x", "Action: failed\nStatus: 5.1.1", copy="text/rfc822-headers")
    assert parse(headers_alone).kind is HARD


def test_of_several_recipients_the_mildest_failure_counts() -> None:
    dead, full = "Action: failed\nStatus: 5.1.1", "Action: failed\nStatus: 5.2.2"
    assert parse(report("x", dead, full)).kind is SOFT
    assert parse(report("x", dead, dead)).kind is HARD
    assert parse(report("x", "Action: relayed\nStatus: 2.1.9", dead)).kind is HARD


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "Delayed (still trying)"])
def test_a_mail_that_is_on_its_way_or_arrived_did_not_come_back(action: str) -> None:
    assert parse(report("It may take a while.", f"Action: {action}\nStatus: 4.4.1")).kind is None


COPY = "--- Below this line is a copy of the message."
PROSE = [
    (
        "MAILER-DAEMON@example.net",
        "failure notice",
        "I could not deliver your message to the following\naddresses. This is a permanent error.\n\n"
        "<anna@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)",
        HARD,
    ),
    (
        "Mail Delivery System <Mailer-Daemon@example.net>",
        "Mail delivery failed: returning message to sender",
        "A message that you sent could not be delivered:\n\n  anna@example.net\n    host mx.example.net [192.0.2.1]\n"
        "    SMTP error from remote mail server after RCPT TO:<anna@example.net>:\n    550 unknown user",
        HARD,
    ),
    (
        "Mailer-Daemon@example.net",
        "Mail delivery failed",
        "Could not be delivered:\n anna@example.net\n  quota exceeded",
        SOFT,
    ),
    ("Mailer-Daemon@example.net", "Mail delivery failed", "Could not be delivered:\n  retry timeout exceeded", SOFT),
    (
        "postmaster@example.net",
        "Undeliverable: Four birthdays",
        "Your message did not reach:\n\n  Anna on Tue\n    The recipient name is not recognized",
        HARD,
    ),
    (
        "postmaster@example.net",
        "DELIVERY FAILURE: User anna not listed in Directory",
        "was not delivered because:\n\nUser anna (anna@example.net) not listed in Directory",
        HARD,
    ),
    (
        "postmaster@example.net",
        "Undeliverable message",
        "---- Failure Reasons ----\n\nディレクトリのリストにありません",
        HARD,
    ),
    (
        "MAILER-DAEMON@example.net",
        "Delivery failure",
        "Unable to deliver to:\n<anna@example.net>:\nThis user doesn't have an example.net account",
        HARD,
    ),
    (
        "MAILER-DAEMON@example.net",
        "Undelivered Mail Returned to Sender",
        "could not be delivered. <anna@example.net>: host mx.example.net\n said: 550 5.7.1 Service "
        "unavailable; client host blocked",
        BLOCKED,
    ),
    (
        "Mailer-Daemon@example.ru",
        "Ваше сообщение не доставлено. Mail failure.",
        "К сожалению, Ваше письмо не может быть доставлено:\n\nтакой пользователь не найден: нет такого пользователя",
        HARD,
    ),
    (
        "mailer-daemon@example.ru",
        "Недоставленное сообщение",
        "Письмо не удалось доставить: почтовый ящик получателя переполнен",
        SOFT,
    ),
    (
        "mailer-daemon@example.ru",
        "Письмо не доставлено",
        "Невозможно доставить: письмо отклонено, похоже на спам",
        BLOCKED,
    ),
    ("mailer-daemon@example.by", "Ліст не дастаўлены", "Ліст не дастаўлены: карыстальнік anna не знойдзены", HARD),
    (
        "mailer-daemon@example.de",
        "Unzustellbar: Vier Geburtstage",
        "Ihre Nachricht konnte nicht zugestellt werden: Der Empfänger ist unbekannt.",
        HARD,
    ),
    ("mailer-daemon@example.de", "Unzustellbar", "Nicht zugestellt: Das Postfach des Empfängers ist voll.", SOFT),
    (
        "mailer-daemon@example.de",
        "Zustellung fehlgeschlagen",
        "Die Mail wurde nicht zugestellt, die Adresse existiert nicht.",
        HARD,
    ),
    (
        "postmaster@example.fr",
        "Non remis : quatre anniversaires",
        "Votre message n'a pas pu être remis : l'adresse n'existe pas.",
        HARD,
    ),
    (
        "postmaster@example.fr",
        "Échec de la remise",
        "Non distribué : la boîte aux lettres du destinataire est pleine.",
        SOFT,
    ),
    (
        "MAILER-DAEMON@example.jp",
        "配信エラー",
        "メールを配信できませんでした。\n宛先のアドレスが存在しません。",
        HARD,
    ),
    ("postmaster@example.cn", "退信通知", "无法投递：收件人邮箱不存在", HARD),
    ("postmaster@example.es", "No se pudo entregar", "El mensaje no se pudo entregar: el usuario no existe", HARD),
    ("Mailer-Daemon@example.net", "Returned mail", "Your mail could not be delivered, we do not know why.", SOFT),
]


@pytest.mark.parametrize(("sender", "subject", "text", "kind"), PROSE)
def test_a_report_in_words_alone(sender: str, subject: str, text: str, kind: BounceKind) -> None:
    read = parse(quoting(sender, subject, text, COPY))
    assert read.kind is kind


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1251", "utf-8"])
def test_russian_in_any_charset(charset: str) -> None:
    text = "Письмо не может быть доставлено: пользователь не существует."
    assert parse(quoting("mailer-daemon@example.ru", "Mail failure", text, COPY, charset)).kind is HARD


def test_japanese_as_it_was_written_before_unicode() -> None:
    text = "メールを送信できませんでした。ユーザーが見つかりません。"
    assert parse(quoting("postmaster@example.jp", "Returned mail", text, COPY, "iso-2022-jp")).kind is HARD


def test_a_report_in_html_alone() -> None:
    assert parse(web_page("Your message could not be delivered.<br>The address could not be found.")).kind is HARD


def test_our_own_words_in_the_report_are_nobodys_reason() -> None:
    ours = "  To: anna@example.net\n  Subject: The unknown user and the spam filter"
    text = f"Your message\n\n{ours}\n\ncould not be delivered."
    assert parse(quoting("postmaster@example.net", "Undeliverable mail", text, COPY)).kind is SOFT


def test_a_filter_of_the_recipients_own_that_says_no_is_no_receipt() -> None:
    rejected = receipt().replace(
        b"Subject: Not read:", b"Auto-Submitted: auto-replied (rejected)\nSubject: Rejected mail:"
    )
    assert parse(rejected.replace(b"From: anna@", b"From: postmaster@")).kind is SOFT


@pytest.mark.parametrize("feedback", ["abuse", "fraud", "virus", "other", "opt-out"])
def test_a_reader_who_complains(feedback: str) -> None:
    read = parse(complaint(feedback))
    assert (read.kind, read.words) == (BounceKind.COMPLAINT, feedback)


@pytest.mark.parametrize("feedback", ["not-spam", "auth-failure"])
def test_feedback_that_is_no_complaint(feedback: str) -> None:
    assert parse(complaint(feedback)).kind is None


ANNA = "Anna <anna@example.net>"
QUIET = [
    letter(
        ANNA, "Out of office: Four birthdays", "I am away. The mailbox of Boris is full, user unknown here until May."
    ),
    letter(
        ANNA, "Automatische Antwort: Vier Geburtstage", "Ich bin im Urlaub. Mails können nicht zugestellt werden."
    ),
    letter(ANNA, "Réponse automatique", "Je suis absente. Cette adresse n'existe plus."),
    letter(ANNA, "Автоответ: я в отпуске", "Меня нет. Письмо не может быть доставлено, адрес не существует."),
    letter(ANNA, "Re: Four birthdays in May", "Thank you! My old mails could not be delivered: user unknown."),
    letter(ANNA, "Re: Undelivered Mail Returned to Sender", "> 550 5.1.1 User unknown\n\nDid this arrive?"),
    letter(ANNA, "AW: Unzustellbar", "Konnte nicht zugestellt werden: Empfänger unbekannt. Was heißt das?"),
    letter(ANNA, "Fwd: failure notice", "This is a permanent error. 550 no such user"),
    letter(ANNA, "I work elsewhere now", "I no longer work here, this address does not exist after May."),
    letter(ANNA, "Four birthdays", "My cards could not be delivered, the prison says user unknown."),
    letter("guard@example.net", "Please confirm your message", "It will be delivered once you click the link below."),
    letter(
        "noreply@example.net", "Re: Four birthdays", "Your mail is on hold: confirm by a click that you are a person."
    ),
    letter(
        "Mailer-Daemon@example.net",
        "Warning: message delayed 24 hours",
        "It has not yet been delivered. No action is required, we will keep trying.",
    ),
    letter(
        "MAILER-DAEMON@example.net",
        "Delivery Status Notification (Delay)",
        "THIS IS A WARNING MESSAGE ONLY. It will be retried for 2 more days. 450 4.1.1 user unknown",
    ),
    letter("mailer-daemon@example.ru", "Задержка доставки", "Доставка задерживается, попытки доставки продолжаются."),
    letter(
        "mailer-daemon@example.de",
        "Verzögerung: Vier Geburtstage",
        "Die Zustellung ist verzögert und wird weiter versucht.",
    ),
    receipt(),
    b"",
    b"\n",
    b"From: anna@example.net",
    b"\xff\xfe\x00",
    b"Subject: hi\n\n",
    b"Subject: =?caf\xc3\xa9?q?hi?=\n\n",
]


def test_a_person_may_write_of_mail_that_failed() -> None:
    about = letter(ANNA, "My mail delivery failed", "My card could not be delivered: user unknown.")
    assert parse(about.replace(b"Return-Path: <>", b"Return-Path: <anna@example.net>")).kind is None


def test_a_server_under_a_name_of_its_own() -> None:
    said = letter("ndr@example.net", "Mail delivery failed", "Your mail could not be delivered: user unknown.")
    assert parse(said).kind is HARD


@pytest.mark.parametrize("raw", QUIET, ids=range(len(QUIET)))
def test_vacations_answers_and_delays_are_no_bounces(raw: bytes) -> None:
    assert parse(raw).kind is None


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_any_line_ending_will_do(end: bytes) -> None:
    read = parse(failed("5.1.1", "550 5.1.1 User unknown").replace(b"\n", end))
    assert read.kind == HARD
