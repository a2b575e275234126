"""Providers report bounces to /hooks/…, and each has to prove who it is."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.delivery import verp
from service.delivery.intake import sns as topics
from service.kit import clock
from tests.make import webhooks
from tests.make.bounces import kept, records_away, sent_by_mailing
from tests.make.verp import bounce_domain
from tests.make.webhooks import BASIC, BEARER, Amazon

ANNA = 7


@pytest.fixture(autouse=True)
def settings_of_all() -> Iterator[None]:
    with bounce_domain(), webhooks.configured():
        yield
    topics._certificates.clear()


@pytest.fixture
async def amazon(tmp_path: Path) -> AsyncIterator[Amazon]:
    async with webhooks.amazon(tmp_path) as made:
        yield made


async def path() -> str:
    found = await verp.address(await sent_by_mailing(ANNA))
    assert found
    return found


async def post(web: Any, provider: str, body: Any, headers: dict[str, str] | None = None) -> int:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = await web.post(f"/hooks/{provider}", content=content, headers=headers or {})
    status: int = answer.status_code
    return status


def posts(path: str) -> dict[str, tuple[Any, dict[str, str]]]:
    """A dead address, as each of them reports it."""
    return {
        "ses": (webhooks.sns(webhooks.ses_bounce(path)), {"Content-Type": "text/plain; charset=UTF-8"}),
        "postmark": (webhooks.postmark(path), BASIC),
        "mailgun": (webhooks.mailgun(path), {}),
        "brevo": (webhooks.brevo(path), BEARER),
        "sparkpost": ([webhooks.sparkpost(path)], BASIC),
    }


PROVIDERS = ["ses", "postmark", "mailgun", "brevo", "sparkpost"]


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_a_dead_address_is_written_down_once_under_its_mail(web: Any, amazon: Amazon, provider: str) -> None:
    body, headers = posts(await path())[provider]
    assert [await post(web, provider, body, headers) for _replay in range(3)] == [200] * 3
    [found] = await kept()
    assert (found["kind"], found["source"], found["subscriber"]) == ("hard", provider, ANNA)
    assert "anna" not in found["words"]


async def test_one_that_is_not_configured_is_not_there(web: Any) -> None:
    for provider, (body, headers) in posts(await path()).items():
        with webhooks.configured("" if provider == "brevo" else f"brevo={webhooks.TOKEN}"):
            assert await post(web, provider, body, headers) == 404
        assert await post(web, "mandrill", body, headers) == 404
    assert await kept() == []


@pytest.mark.parametrize("provider", ["postmark", "sparkpost", "brevo"])
async def test_a_wrong_login_is_refused(web: Any, provider: str) -> None:
    body, headers = posts(await path())[provider]
    wrong = [
        {},
        {"Authorization": headers["Authorization"][:-2]},
        {"Authorization": "Basic Og=="},
        {"Authorization": ""},
    ]
    wrong.append({"Authorization": headers["Authorization"] + " x"})
    wrong.append(BASIC if provider == "brevo" else BEARER)
    assert [await post(web, provider, body, given) for given in wrong] == [403] * len(wrong)
    assert await kept() == []


async def test_who_guesses_has_to_wait(web: Any) -> None:
    answers = [await post(web, "postmark", {}, {"Authorization": f"Basic {guess}"}) for guess in range(32)]
    assert answers[:30] == [403] * 30 and answers[30:] == [429] * 2


GARBAGE = [b"", b"{", b"[]", b"[[[[", b"null", b"\xff\xfe", b'{"a": 1}', b"[" * 100_000, b'"x"', b'[{"msys": 3}]']


async def test_what_is_no_event_is_a_sentence_and_never_an_error(web: Any) -> None:
    for provider in PROVIDERS:
        for body in GARBAGE:
            assert await post(web, provider, body, BEARER if provider == "brevo" else BASIC) in (200, 400)
    assert await kept() == []


async def test_malformed_json_is_told(web: Any) -> None:
    answer = await web.post("/hooks/postmark", content=b"{", headers=BASIC | {"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["message"].startswith("This is not what postmark documents")


async def test_too_large_a_body_is_refused(web: Any) -> None:
    assert await post(web, "postmark", b'"' + b"x" * 5_000_001 + b'"', BASIC) == 413


async def test_an_event_of_another_installation_s_mail_changes_nothing(web: Any) -> None:
    found, expired = await path(), await path()
    changed = ("b" if found[0] == "a" else "a") + found[1:]
    for number, foreign in enumerate(["", "anna@example.net", changed, "a" * 500]):
        assert await post(web, "mailgun", webhooks.mailgun(foreign, token=f"{number:050}")) == 200
        assert await post(web, "brevo", webhooks.brevo(foreign), BEARER) == 200
    elsewhere = found.replace("bounces.", "other.")
    assert await post(web, "mailgun", webhooks.mailgun(elsewhere, token="elsewhere")) == 200
    with clock.at(clock.now() + timedelta(days=40)):
        assert await post(web, "brevo", webhooks.brevo(expired), BEARER) == 200
    assert await kept() == []


async def test_while_the_records_are_away_the_provider_is_asked_to_come_again(web: Any) -> None:
    found = await path()
    async with records_away():
        assert await post(web, "mailgun", webhooks.mailgun(found)) >= 500
    assert await post(web, "mailgun", webhooks.mailgun(found)) == 200
    assert len(await kept()) == 1


async def test_a_batch_is_kept_whole_or_not_at_all(web: Any) -> None:
    paths = [await path() for _ in range(3)]
    batch = [webhooks.sparkpost(found) for found in paths]
    async with records_away():
        assert await post(web, "sparkpost", batch, BASIC) >= 500
    assert await post(web, "sparkpost", [*batch, {"msys": {}}], BASIC) == 200
    assert len(await kept()) == 3
    assert await post(web, "brevo", [webhooks.brevo(found) for found in paths], BEARER) == 200
    assert len(await kept()) == 3


async def test_mailgun_has_to_sign_what_is_new(web: Any) -> None:
    found = await path()
    unsigned = {"signature": {"timestamp": "١٢٣", "token": "x", "signature": "é"}}
    for wrong in (
        webhooks.mailgun(found, key="another-key-of-mailgun"),
        webhooks.mailgun(found, age=13 * 3600),
        webhooks.mailgun(found, age=-13 * 3600),
        webhooks.mailgun(found) | unsigned,
    ):
        assert await post(web, "mailgun", wrong) == 403
    assert await kept() == []


async def test_a_token_of_mailgun_counts_once(web: Any) -> None:
    one, other = await path(), await path()
    assert await post(web, "mailgun", webhooks.mailgun(one)) == 200
    swapped = webhooks.mailgun(one) | {"event-data": webhooks.mailgun(other)["event-data"]}
    assert await post(web, "mailgun", swapped) == 200
    assert len(await kept()) == 1


async def test_many_at_once_are_each_kept_once(web: Any) -> None:
    paths = [await path() for _ in range(5)]
    calls = [post(web, "brevo", webhooks.brevo(found), BEARER) for found in paths * 3]
    assert set(await asyncio.gather(*calls)) == {200}
    assert len(await kept()) == 5
