"""A provider that forgets the envelope sender hands back a header line, and by it the event finds its mail."""

from email import policy
from email.parser import BytesParser

import msgspec
import pytest

from service.delivery import letters, marks, verp
from service.kit import db
from tests.make import mailings, webhooks
from tests.make.verp import bounce_domain

pytestmark = pytest.mark.usefixtures("database")


async def written() -> tuple[int, bytes]:
    mailing = await mailings.started(1)
    row = await db.fetch_one("SELECT * FROM delivery WHERE mailing = $1", mailing)
    assert row
    return row["id"], (await (await letters.of_mailing(mailing)).write(row)).message


async def test_each_provider_gets_its_line_and_hands_back_what_leads_to_the_mail() -> None:
    with bounce_domain(), webhooks.configured():
        delivery, message = await written()
        mail = BytesParser(policy=policy.default).parsebytes(message)
        handed_back = [
            mail["X-PM-Metadata-return"],
            mail["X-Mailin-custom"],
            msgspec.json.decode(str(mail["X-MSYS-API"]))["metadata"]["return"],
        ]
        assert [await verp.read(marks.return_path(mark)) for mark in handed_back] == [delivery] * 3
        assert max(map(len, message.partition(b"\r\n\r\n")[0].split(b"\r\n"))) < 200
        assert mail["To"] == "reader1@example.net" and mail["Subject"]


@pytest.mark.parametrize(
    ("domain", "hooks"),
    [("bounces.example.org", ""), ("", webhooks.ALL), ("bounces.example.org", f"mailgun={webhooks.SIGNING_KEY}")],
)
async def test_nobody_else_sees_one(domain: str, hooks: str) -> None:
    with bounce_domain(domain), webhooks.configured(hooks):
        _delivery, message = await written()
    assert not any(name in message for name in (b"X-PM-", b"X-Mailin", b"X-MSYS"))
