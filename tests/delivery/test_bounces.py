"""A mail came back: it is written down once, without names, under its own mailing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.delivery import bounces, outbox
from service.delivery.reports import Report
from service.delivery.tables import BounceKind
from service.kit import clock, db, jobs
from tests.make import mailings
from tests.make.bounces import GONE, came_back, kept, sent

pytestmark = pytest.mark.usefixtures("database")
ANNA = 7


async def test_anna_s_mail_came_back_and_is_kept_under_its_mailing() -> None:
    mailing = await mailings.mailing()
    delivery = await sent(mailing, ANNA, "example.net")
    assert await came_back(delivery)
    [found] = await kept()
    assert (found["delivery"], found["mailing"], found["subscriber"]) == (delivery, mailing, ANNA)
    assert (found["kind"], found["status"], found["source"]) == ("hard", "5.1.1", "lmtp")
    assert found["domain"] == await db.fetch_value("SELECT domain FROM delivery WHERE id = $1", delivery)
    assert found["acted_at"] is None


async def test_the_same_report_twice_is_kept_once_and_another_kind_beside_it() -> None:
    delivery = await sent(await mailings.mailing(), ANNA)
    assert await came_back(delivery)
    assert not await came_back(delivery, words="550 5.1.1 something else")
    assert await came_back(delivery, BounceKind.COMPLAINT, "abuse report")
    assert [row["kind"] for row in await kept()] == ["hard", "complaint"]


async def test_a_confirmation_that_came_back_counts_too() -> None:
    assert await came_back(await sent(None, ANNA))
    [found] = await kept()
    assert (found["mailing"], found["subscriber"]) == (None, ANNA)


@pytest.mark.parametrize("kind", [None, BounceKind.HARD])
async def test_a_vacation_and_a_delivery_that_is_gone_leave_nothing(kind: BounceKind | None) -> None:
    delivery = await sent(None, ANNA) if kind is None else 404
    assert not await bounces.record(delivery, Report(kind, "5.1.1", GONE), "lmtp")
    assert await kept() == []


async def test_a_complaint_is_acted_upon_after_the_commit_and_the_rest_when_the_clock_asks() -> None:
    delivery = await sent(None, ANNA)
    with pytest.raises(ZeroDivisionError):
        async with db.transaction():
            await came_back(delivery, BounceKind.COMPLAINT, "abuse report")
            raise ZeroDivisionError
    assert (await kept(), _asked()) == ([], 0)
    await came_back(delivery)
    assert (len(await kept()), _asked()) == (1, 0)
    await came_back(delivery, BounceKind.COMPLAINT, "abuse report")
    assert _asked() == 1


def _asked() -> int:
    waiting: int = jobs.broker().client.llen("dramatiq:default")
    return waiting


async def test_nobody_can_be_found_in_the_words(unlikely: str) -> None:
    delivery = await sent(None, ANNA)
    words = f"550 5.1.1 <{unlikely}@example.net> mailbox {unlikely.upper()} unknown; {unlikely} is at x@example.org"
    await bounces.record(delivery, Report(BounceKind.HARD, "5.1.1", words), "lmtp", [f"{unlikely}@example.net"])
    [found] = await kept()
    assert unlikely not in str(dict(found)).lower() and "@" not in found["words"]
    assert found["words"] == "550 5.1.1 <‹address›> mailbox ‹address› unknown; ‹address› is at ‹address›"


@pytest.mark.parametrize(
    ("words", "kept_words"),
    [
        ("<anna@kowalska.example>: Host not found, name=kowalska.example type=A", "name=‹domain› type=A"),
        ("host MX1.Kowalska.example[192.0.2.1] said: no", "host ‹domain›[192.0.2.1] said: no"),
        ("mail for kowalska.example. loops back", "mail for ‹domain›. loops back"),
        ("notkowalska.example and kowalska.examples", "notkowalska.example and kowalska.examples"),
    ],
)
def test_a_domain_of_her_own_does_not_stand_in_the_words(words: str, kept_words: str) -> None:
    assert bounces.redacted(words, ["anna@kowalska.example"]).endswith(kept_words)


async def test_words_and_status_of_any_length_and_form_are_bounded() -> None:
    delivery = await sent(None, ANNA)
    words = "a\r\nb\x00\x01 " * 20_000
    await bounces.record(delivery, Report(BounceKind.SOFT, "5.1.1'; DROP", words), "lmtp")
    [found] = await kept()
    assert found["status"] == "" and len(found["words"]) == 300 and found["words"].isprintable()


@given(st.text(max_size=400), st.lists(st.text(max_size=20), max_size=3))
def test_any_words_can_be_kept(words: str, recipients: list[str]) -> None:
    kept_words = bounces.redacted(f"{words} anna@example.net", recipients)
    assert len(kept_words) <= 300 and (kept_words.isprintable() or not kept_words)
    assert "anna@example.net" not in kept_words
    assert len(bounces.pattern("5.1.1", kept_words)) <= 120
    kept_words.encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("550 5.7.1 [192.0.2.1] blocked, id 4f5a-99", "550 5.7.1 [198.51.100.7] blocked, id 77e1-02"),
        (
            "550 5.7.1 see https://example.net/a?x=1 mx1.example.net",
            "550 5.7.1 see https://example.net/b mx2.example.net",
        ),
        ("550 5.7.1 Rejected <a@example.net> by policy", "550 5.7.1  rejected <bb@example.net>  by POLICY"),
    ],
)
def test_what_one_filter_says_has_one_pattern(one: str, other: str) -> None:
    assert bounces.pattern("5.7.1", bounces.redacted(one)) == bounces.pattern("5.7.1", bounces.redacted(other))


def test_what_two_servers_say_has_two() -> None:
    assert bounces.pattern("5.1.1", "550 User unknown") != bounces.pattern("5.1.1", "550 No such mailbox")
    assert bounces.pattern("5.1.1", "550 User unknown") != bounces.pattern("5.7.1", "550 User unknown")


async def test_who_is_erased_is_named_by_no_report_even_by_one_that_comes_later() -> None:
    delivery = await sent(await mailings.mailing(), ANNA)
    await came_back(delivery)
    async with db.transaction():
        await outbox.forget([ANNA])
        await bounces.forget([ANNA])
    await came_back(delivery, BounceKind.COMPLAINT, "abuse report")
    assert [(row["subscriber"]) for row in await kept()] == [None, None]
    assert (await kept())[0]["words"] == ""


async def test_after_its_time_a_report_says_how_many_and_no_longer_who() -> None:
    now = clock.now()
    with clock.at(now - timedelta(days=91)):
        await came_back(await sent(await mailings.mailing(), ANNA))
        await came_back(await sent(None, ANNA))
    await came_back(await sent(None, ANNA + 1))
    await bounces.forget_before(now - timedelta(days=90))
    old, young = await kept()
    assert (old["kind"], old["subscriber"], old["words"], old["pattern"]) == ("hard", None, "", "")
    assert old["acted_at"] is not None and young["subscriber"] == ANNA + 1


async def test_after_its_time_a_hold_keeps_no_words() -> None:
    now = clock.now()
    held = "INSERT INTO bounce_hold (mailing, pattern, words, held_at, decision) VALUES (1, $1, 'said', $2, $3)"
    for pattern, days, decision in (("a", 91, ""), ("b", 91, "gone"), ("c", 1, "")):
        await db.execute(held, pattern, now - timedelta(days=days), decision)
    await bounces.forget_before(now - timedelta(days=90))
    found = await db.fetch("SELECT pattern, words, decision FROM bounce_hold ORDER BY pattern")
    assert [tuple(row) for row in found] == [("a", "", "filter"), ("b", "", "gone"), ("c", "said", "")]


async def test_no_log_says_whose_mail_came_back(capfd: pytest.CaptureFixture[str], unlikely: str) -> None:
    await bounces.record(
        await sent(None, ANNA), Report(BounceKind.HARD, "5.1.1", f"{unlikely}@example.net unknown"), "lmtp"
    )
    assert unlikely not in "".join(capfd.readouterr())
