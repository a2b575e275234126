"""What a command of delivery says."""

from service.delivery import warmup
from tests.make import smtp
from tests.make.commands import hundredfold


async def test_without_a_server_smtp_test_says_what_to_set(database: None) -> None:
    ended = await hundredfold("smtp", "test")
    assert ended.code == 1
    assert ended.complaint.strip().startswith("No outgoing mail server is set: SMTP_URL is empty.")


async def test_smtp_test_hands_over_a_mail_and_says_so(database: None) -> None:
    async with smtp.office() as office:
        ended = await hundredfold("smtp", "test", "--to", "anna@example.net")
    assert ended.code == 0, ended.complaint
    assert "It answers." in ended.printed and "The test mail was taken" in ended.printed
    assert office.recipients == ["anna@example.net"]


async def test_a_new_domain_is_warmed_up_by_one_command(database: None) -> None:
    begun = await hundredfold("warmup", "start", "news.example.org")
    assert begun.printed.startswith("news.example.org: day 1 of 16, 0 of 200 mails used; 300 a day from ")
    assert await warmup.standing("news.example.org")
