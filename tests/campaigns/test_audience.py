from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.campaigns import audience
from service.campaigns.queries import Audience
from service.kit import clock, db
from service.subscribers import list_queries
from service.subscribers.tables import Topic
from tests.make.subscribers import mailing_list, subscriber

pytestmark = pytest.mark.usefixtures("database")
TOPICS = [topic.value for topic in Topic]
SPOKEN = ["en", "fr", "de", "ru", "be"]


async def who(chosen: Audience, editions: Iterable[str] = ("en",), fallback: str = "en") -> dict[int, str]:
    """Whom it reaches, and in which language."""
    sql, arguments = audience.select(chosen, list(editions), fallback)
    return {row["subscriber"]: row["language"] for row in await db.fetch(sql, *arguments)}


async def test_anna_on_the_list_and_boris_with_the_topic_both_get_it_and_vera_with_neither_does_not() -> None:
    letters = await mailing_list("Letter writers")
    anna = await subscriber("anna@example.org", topics=["cases"], lists=[letters])
    boris = await subscriber("boris@example.org", topics=["newsletter"])
    await subscriber("vera@example.org", topics=["birthdays"])
    assert set(await who(Audience([letters], ["newsletter"]))) == {anna, boris}


async def test_who_is_on_the_list_and_has_the_topic_gets_it_once() -> None:
    letters, friends = await mailing_list("Letter writers"), await mailing_list("Friends")
    await subscriber("anna@example.org", topics=TOPICS, lists=[letters, friends])
    assert await audience.count(Audience([letters, friends], TOPICS)) == {"en": 1}


@pytest.mark.parametrize("state", ["unconfirmed", "unsubscribed"])
async def test_who_has_not_confirmed_or_has_left_gets_nothing(state: str) -> None:
    letters = await mailing_list("Letter writers")
    await subscriber("anna@example.org", state=state, topics=TOPICS, lists=[letters])
    assert await who(Audience([letters], TOPICS)) == {}


async def test_anna_who_posts_from_switzerland_gets_what_is_for_switzerland_and_who_named_nothing_only_if_meant() -> (
    None
):
    anna = await subscriber("anna@example.org", country="CH")
    boris = await subscriber("boris@example.org", country="DE")
    vera = await subscriber("vera@example.org")
    assert set(await who(Audience(topics=["newsletter"], countries=["CH"]))) == {anna}
    assert set(await who(Audience(topics=["newsletter"], countries=["CH", ""]))) == {anna, vera}
    assert set(await who(Audience(topics=["newsletter"]))) == {anna, boris, vera}
    assert not Audience(countries=["CH"])
    assert await audience.posting_from() == {"": 1, "CH": 1, "DE": 1}


async def test_a_list_in_the_archive_reaches_nobody() -> None:
    letters = await mailing_list("Letter writers")
    await subscriber("anna@example.org", topics=[], lists=[letters])
    await db.execute("UPDATE mailing_list SET archived_at = $1", clock.now())
    assert await who(Audience([letters])) == {}
    assert await list_queries.in_use() == []


async def test_an_audience_of_nothing_is_nobody() -> None:
    await subscriber("anna@example.org", topics=TOPICS)
    assert not Audience(languages=["en"])
    assert await who(Audience(languages=["en"])) == {}


async def test_ilya_whose_language_has_no_edition_gets_the_one_of_the_house() -> None:
    ilya = await subscriber("ilya@example.org", language="ru")
    jurg = await subscriber("jurg@example.org", language="de")
    assert await who(Audience(topics=["newsletter"]), ["en", "de"]) == {ilya: "en", jurg: "de"}


def test_the_count_by_edition_adds_who_falls_back() -> None:
    reach = audience.reach({"de": 5, "ru": 3, "en": 2}, ["en", "de"], "en")
    assert (reach.editions, reach.falling_back, reach.without) == ({"en": 5, "de": 5}, {"ru": 3}, {})
    assert sum(reach.editions.values()) == reach.total == 10


def test_without_an_edition_to_fall_back_to_people_are_named_as_left_out() -> None:
    reach = audience.reach({"de": 5, "ru": 3}, ["de"], "en")
    assert (reach.editions, reach.without) == ({"de": 5}, {"ru": 3})


people = st.lists(
    st.tuples(
        st.sampled_from(SPOKEN),
        st.sampled_from(["confirmed", "unconfirmed", "unsubscribed"]),
        st.sets(st.sampled_from(TOPICS)),
        st.sets(st.integers(0, 2)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people,
    st.sets(st.integers(0, 2)),
    st.sets(st.sampled_from(TOPICS)),
    st.sets(st.sampled_from(SPOKEN)),
    st.sets(st.sampled_from(SPOKEN), min_size=1),
)
async def test_the_select_is_lists_or_topics_and_languages_and_confirmed(
    someone: list[tuple[str, str, set[str], set[int]]],
    lists: set[int],
    topics: set[str],
    only: set[str],
    editions: set[str],
) -> None:
    await db.execute("TRUNCATE subscriber, mailing_list CASCADE")
    ids = [await mailing_list(f"List {number}") for number in range(3)]
    expected: dict[int, str] = {}
    for number, (language, state, follows, member) in enumerate(someone):
        made = await subscriber(
            f"reader{number}@example.org", state, language, follows, lists=[ids[place] for place in member]
        )
        if state == "confirmed" and (follows & topics or member & lists) and (not only or language in only):
            expected[made] = language if language in editions else "en"
    chosen = Audience([ids[place] for place in lists], list(topics), list(only))
    assert await who(chosen, editions) == expected
    assert sum((await audience.count(chosen)).values()) == len(expected)
