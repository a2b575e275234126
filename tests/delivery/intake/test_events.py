"""What each provider's events mean, by its own word and by those of the other server."""

import json
from typing import Any

import pytest

from service.delivery.intake.events import READERS
from tests.make import webhooks

PATH = "abcdef@bounces.example.org"
SPAM = "554 5.7.1 Message rejected as spam by our filter"


@pytest.mark.parametrize(
    ("provider", "event", "kinds"),
    [
        ("ses", webhooks.ses_bounce(PATH), ["hard"]),
        ("ses", webhooks.ses_bounce(PATH, words=SPAM), ["blocked"]),
        ("ses", webhooks.ses_bounce(PATH, "Transient", "MailboxFull", "452 4.2.2 full"), ["soft"]),
        ("ses", webhooks.ses_bounce(PATH, "Transient", "General", ""), ["soft"]),
        ("ses", webhooks.ses_bounce(PATH, sub_type="OnAccountSuppressionList", words=""), ["blocked"]),
        ("ses", webhooks.ses_complaint(PATH), ["complaint"]),
        ("ses", webhooks.ses_complaint(PATH, None), ["complaint"]),
        ("ses", webhooks.ses_complaint(PATH, "not-spam"), []),
        ("ses", {"eventType": "Delivery", "mail": {"source": PATH}}, []),
        ("ses", {"eventType": "DeliveryDelay", "mail": {"source": PATH}}, []),
        ("postmark", webhooks.postmark(PATH, words=SPAM), ["blocked"]),
        ("postmark", webhooks.postmark(PATH, "SoftBounce", words=webhooks.GONE), ["soft"]),
        ("postmark", webhooks.postmark(PATH, "SpamNotification", words=""), ["blocked"]),
        ("postmark", webhooks.postmark(PATH, "SpamComplaint", "SpamComplaint", ""), ["complaint"]),
        ("postmark", webhooks.postmark(PATH, "AutoResponder"), []),
        ("postmark", webhooks.postmark(PATH, "HardBounce", "SubscriptionChange"), []),
        ("mailgun", webhooks.mailgun(PATH), ["hard"]),
        ("mailgun", webhooks.mailgun(PATH, severity="temporary"), []),
        ("mailgun", webhooks.mailgun(PATH, reason="suppress-bounce"), ["blocked"]),
        ("mailgun", webhooks.mailgun(PATH, reason="generic"), ["soft"]),
        ("mailgun", webhooks.mailgun(PATH, "complained"), ["complaint"]),
        ("mailgun", webhooks.mailgun(PATH, "delivered"), []),
        ("brevo", webhooks.brevo(PATH, "soft_bounce", "452 4.2.2 mailbox full"), ["soft"]),
        ("brevo", webhooks.brevo(PATH, "blocked", "blocked : due to blacklist user"), ["blocked"]),
        ("brevo", webhooks.brevo(PATH, "spam", ""), ["complaint"]),
        ("brevo", webhooks.brevo(PATH, "deferred"), []),
        ("brevo", webhooks.brevo(PATH, "unique_opened"), []),
        ("sparkpost", [webhooks.sparkpost(PATH)], ["hard"]),
        ("sparkpost", [webhooks.sparkpost(PATH, number="22", words="452 4.2.2 mailbox full")], ["soft"]),
        ("sparkpost", [webhooks.sparkpost(PATH, number="51", words="")], ["blocked"]),
        ("sparkpost", [webhooks.sparkpost(PATH, words=SPAM)], ["blocked"]),
        ("sparkpost", [webhooks.sparkpost(PATH, "out_of_band")], ["hard"]),
        ("sparkpost", [webhooks.sparkpost(PATH, "spam_complaint")], ["complaint"]),
        ("sparkpost", [webhooks.sparkpost(PATH, number="60")], []),
        ("sparkpost", [webhooks.sparkpost(PATH, "delay", "21")], []),
        ("sparkpost", [webhooks.sparkpost(PATH, "open")], []),
    ],
)
def test_each_event_means_what_its_provider_and_its_words_say(provider: str, event: Any, kinds: list[str]) -> None:
    found = READERS[provider](json.dumps(event).encode())
    assert [one.report().kind for one in found] == kinds
    assert all(PATH in one.paths or "abcdef" in one.paths for one in found)
