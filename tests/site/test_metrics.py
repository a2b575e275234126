"""Figures for machines: for whoever holds the token, and naming nobody."""

import os
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import redis

from service.delivery import outbox, places
from service.delivery.tables import BounceKind
from service.kit import jobs
from service.kit.settings import SettingMissing, read, settings
from tests.make import mailings, outcomes
from tests.make.smtp import smtp_url

TOKEN = "a-token-for-the-collector"


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("METRICS_TOKEN", TOKEN)
    settings.cache_clear()
    places.forget()
    yield
    monkeypatch.delenv("METRICS_TOKEN")
    settings.cache_clear()


async def scraped(web: Any) -> dict[str, float]:
    answer = await web.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.text.endswith("\n")
    samples = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _blank, value in (line.rpartition(" ") for line in samples)}


async def test_without_the_setting_there_is_no_such_page(web: Any) -> None:
    assert (await web.get("/metrics", headers={"Authorization": "Bearer "})).status_code == 404


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", "Basic ???", f"Bearer {TOKEN}x", "Bearer \u00e9", TOKEN]
)
async def test_who_does_not_send_the_token_is_refused(web: Any, token: None, sent: str) -> None:
    answer = await web.get("/metrics", headers={"Authorization": sent.encode()})
    assert answer.status_code == 401 and "hundredfold_" not in answer.text


async def test_the_token_may_be_the_password_of_any_name(web: Any, token: None) -> None:
    basic = b64encode(f"prometheus:{TOKEN}".encode()).decode()
    assert (await web.get("/metrics", headers={"Authorization": f"Basic {basic}"})).status_code == 200


async def test_a_short_token_is_refused_at_the_start() -> None:
    with pytest.raises(SettingMissing, match="at least 20 characters"):
        read({**os.environ, "METRICS_TOKEN": "guessable"})


async def test_the_figures_say_how_delivery_goes(web: Any, token: None) -> None:
    mailing = await outcomes.mailing_to(example_net=5)
    await outcomes.settle(mailing, "example_net", "sent", 3)
    await outcomes.settle(mailing, "example_net", "later", 1, "later")
    await outcomes.bounced(mailing, BounceKind.HARD, 2)
    await outbox.pause(await mailings.started(2), "Olga paused it.")
    jobs.enqueue("delivery.sweep")
    async with smtp_url("smtp://one.example.org"):
        found = await scraped(web)
    assert {name: found[f"hundredfold_{name}"] for name in EXPECTED} == EXPECTED


async def test_without_the_queue_the_figures_say_so(web: Any, token: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_queue: str) -> int:
        raise redis.ConnectionError

    monkeypatch.setattr(jobs.broker(), "do_qsize", away)
    found = await scraped(web)
    assert found["hundredfold_queue_reachable"] == 0 and found["hundredfold_runs"] == 0


async def test_a_scrape_names_no_domain_and_no_person(web: Any, token: None, unlikely: str) -> None:
    mailing = await outcomes.mailing_to(**{f"{unlikely}_example_net": 12})
    await outcomes.settle(mailing, f"{unlikely}_example_net", "sent", 12)
    answer = await web.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert unlikely not in answer.text and "example.net" not in answer.text


EXPECTED = {
    'mailings{state="sending"}': 1,
    'mailings{state="paused"}': 1,
    'mails{state="sent"}': 3,
    'mails{state="later"}': 1,
    'mails{state="queued"}': 3,
    'mails{state="refused"}': 0,
    "settled_last_minute": 3,
    "letters_waiting": 0,
    "letters_oldest_seconds": 0,
    "runs": 0,
    "unattended": 0,
    'bounces_last_hour{kind="hard"}': 2,
    'bounces_last_hour{kind="complaint"}': 0,
    'server_resting{server="one.example.org:25"}': 0,
    "queue_reachable": 1,
    'jobs_waiting{queue="default"}': 1,
}
