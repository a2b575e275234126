"""Amazon's notifications count when Amazon signed them for a topic of ours; nobody else is ever asked."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.delivery.intake import sns
from service.delivery.intake.fetching import CouldNotFetch
from service.delivery.intake.sns import NotSigned
from service.kit import clock
from tests.make import webhooks
from tests.make.webhooks import AMAZON, CERTIFICATE, TOPIC, Amazon


@pytest.fixture
async def amazon(tmp_path: Path) -> AsyncIterator[Amazon]:
    async with webhooks.amazon(tmp_path) as made:
        yield made
    sns._certificates.clear()


async def read(body: dict[str, Any]) -> str | None:
    return await sns.message(json.dumps(body).encode(), [TOPIC])


@pytest.mark.parametrize("version", ["1", "2"])
async def test_amazon_signs_in_two_ways_and_its_certificate_is_asked_for_once(amazon: Amazon, version: str) -> None:
    for subject in (None, "Amazon SES Email Event Notification", ""):
        assert await read(webhooks.sns("what it says", version, Subject=subject)) == "what it says"
    assert amazon.asked == [CERTIFICATE]


async def test_a_crowd_of_messages_asks_for_its_certificate_once(amazon: Amazon) -> None:
    others = [f"/SimpleNotificationService-{number:032}.pem" for number in range(6)]
    forged = [webhooks.sns("x", SigningCertURL=f"https://{AMAZON}{path}") for path in others]
    found = await asyncio.gather(*map(read, [webhooks.sns("said")] * 8 + forged), return_exceptions=True)
    assert found[:8] == ["said"] * 8 and all(isinstance(one, CouldNotFetch) for one in found[8:])
    assert amazon.asked.count(CERTIFICATE) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "{}"},
        {"MessageId": "another"},
        {"Timestamp": "2027"},
        {"Subject": "added"},
        {"SignatureVersion": "1"},
        {"SignatureVersion": "3"},
        {"Signature": ""},
        {"Signature": "AAAA"},
        {"Signature": "%%"},
        {"Type": "SubscriptionConfirmation", "Token": "x", "SubscribeURL": "x"},
        {"TopicArn": "arn:aws:sns:eu-central-1:999999999999:bounces"},
        {"TopicArn": "arn:aws:sns:us-east-1:123456789012:bounces"},
    ],
)
async def test_a_single_changed_field_breaks_the_signature(amazon: Amazon, change: dict[str, str]) -> None:
    with pytest.raises(NotSigned):
        await read(webhooks.sns("what it says") | change)


@pytest.mark.parametrize(
    "url",
    [
        f"http://{AMAZON}{CERTIFICATE}",
        f"https://evil.example.net{CERTIFICATE}",
        f"https://{AMAZON}.evil.example.net{CERTIFICATE}",
        f"https://{AMAZON}@evil.example.net{CERTIFICATE}",
        f"https://user@{AMAZON}{CERTIFICATE}",
        f"https://{AMAZON}:8443{CERTIFICATE}",
        f"https://sns.us-east-1.amazonaws.com{CERTIFICATE}",
        f"https://{AMAZON}/?Action=Publish&x=.pem",
        f"https://{AMAZON}{CERTIFICATE}?x=1",
        f"https://{AMAZON}{CERTIFICATE}#x",
        f"https://{AMAZON}/x/..{CERTIFICATE}",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
async def test_a_certificate_from_elsewhere_is_not_even_asked_for(amazon: Amazon, url: str) -> None:
    with pytest.raises(NotSigned):
        await read(webhooks.sns("what it says", SigningCertURL=url))
    assert amazon.hosts == []


@pytest.mark.parametrize(
    "answer",
    [
        ("302 Found\r\nLocation: https://evil.example.net/", b""),
        ("404 Not Found", b""),
        ("200 OK", b"x" * 20_001),
    ],
)
async def test_a_redirect_an_error_and_too_much_are_no_certificate(amazon: Amazon, answer: tuple[str, bytes]) -> None:
    amazon.answers[CERTIFICATE] = answer
    with pytest.raises(CouldNotFetch):
        await read(webhooks.sns("what it says"))
    assert amazon.hosts == [f"{AMAZON}:443"]


async def test_what_is_no_certificate_or_none_any_more_proves_nothing(amazon: Amazon) -> None:
    body = webhooks.sns("what it says")
    real = amazon.answers[CERTIFICATE]
    amazon.answers[CERTIFICATE] = ("200 OK", b"not a certificate")
    with pytest.raises(NotSigned):
        await read(body)
    amazon.answers[CERTIFICATE] = real
    with clock.at(clock.now() + timedelta(days=3)), pytest.raises(NotSigned):
        await read(body)
    assert await read(body) == "what it says"


async def test_a_subscription_is_confirmed_at_amazon_under_our_own_address(amazon: Amazon) -> None:
    amazon.answers["/"] = ("200 OK", b"<ConfirmSubscriptionResponse/>")
    assert await read(webhooks.subscription()) is None
    assert amazon.asked[1:] == [
        "/?Action=ConfirmSubscription&TopicArn=arn%3Aaws%3Asns%3Aeu-central-1%3A123456789012%3Abounces"
        "&Token=2336412f37fb687f5d51e6e2425"
    ]
    assert set(amazon.hosts) == {f"{AMAZON}:443"}


async def test_a_subscription_that_amazon_does_not_take_is_asked_for_again(amazon: Amazon) -> None:
    with pytest.raises(CouldNotFetch):
        await read(webhooks.subscription())


@pytest.mark.parametrize("change", [{"TopicArn": "arn:aws:sns:eu-central-1:1:x"}, {"Token": "t\r\nHost: x"}])
async def test_a_forged_subscription_asks_nobody(amazon: Amazon, change: dict[str, str]) -> None:
    with pytest.raises(NotSigned):
        await read(webhooks.subscription() | change)
    assert "/?Action" not in "".join(amazon.asked)
