from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest

from service.kit import feeds
from service.kit.errors import Invalid
from service.kit.feeds import Entry
from service.wall import draft
from service.wall import feeds as wall_feeds
from tests.make import cases, postings

pytestmark = pytest.mark.usefixtures("database")
TICKED = {"adult", "agreed", "on_site"}


async def wrong(ticked: set[str] = TICKED, **changes: str) -> list[str]:
    """The fields that cannot be taken, in the order of their sentences."""
    with pytest.raises(Invalid) as problem:
        await draft.checked(postings.typed(**changes), ticked)
    return list(problem.value.fields)


async def test_what_anna_typed_is_a_draft():
    maria = await cases.prisoner(key="maria")
    made = await draft.checked(
        postings.typed(prisoner="maria", country="CH", town=" Bern ", email="Anna@Example.org"),
        TICKED | {"in_mails", "noindex"},
    )
    assert (made.prisoner, made.country, made.town, made.address) == (maria, "CH", "Bern", "anna@example.org")
    assert (made.in_mails, made.on_social, made.noindex) == (True, False, True)


@pytest.mark.parametrize(
    "sentence",
    [
        *("", "too short", "x" * 401, "\u200b" * 40, "\u202e\u2066" * 20),
        *("\u200d" * 40, "\u3164" * 40, "\u2800\uffa0\u115f" * 9, "\uffff\ufdd0\U0010fffe" * 9),
    ],
)
async def test_a_sentence_has_10_to_400_signs_that_can_be_seen(sentence):
    assert await wrong(sentence=sentence) == ["sentence"]


@pytest.mark.parametrize("sentence", ["x" * 10, "ж" * 400, "Free them 👩‍👩‍👧 all ❤️"])
async def test_a_sentence_that_fits_is_taken_in_any_script(sentence):
    assert (await draft.checked(postings.typed(sentence=sentence), TICKED)).sentence == sentence


@pytest.mark.parametrize(("field", "longest"), draft.LONGEST_OF.items())
async def test_what_a_column_holds_fits_and_one_sign_more_does_not(field, longest):
    assert await wrong(**{field: "x" * (longest + 1)}) == [field]
    assert getattr(await draft.checked(postings.typed(**{field: "x" * longest}), TICKED), field) == "x" * longest


async def test_everything_that_is_missing_is_said_at_once_in_the_order_of_the_form():
    fields = await wrong(set(), sentence="", name="", email="", prisoner="nobody")
    assert fields == ["sentence", "prisoner", "name", "adult", "agreed", "on_site", "email"]


@pytest.mark.parametrize("address", ["", "anna", "anna@", "anna@example.org, eva@example.org", "a@b@example.org"])
async def test_an_address_that_nobody_has_is_asked_for_again(address):
    assert await wrong(email=address) == ["email"]


@pytest.mark.parametrize("hidden", [{"publication": "hidden"}, {"vetoed_at": datetime(2026, 5, 1, tzinfo=UTC)}])
async def test_nobody_can_stand_by_somebody_who_is_hidden(hidden):
    await cases.prisoner(key="maria", **hidden)
    assert await wrong(prisoner="maria") == ["prisoner"]


async def test_a_country_that_is_none_is_left_out():
    assert (await draft.checked(postings.typed(country="XX"), TICKED)).country == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  one\n\n two\t three ", "one two three"),
        ("a\u202eb\u0000c\ufeffd", "abcd"),
        ("Zo" + "\u0301" * 60 + "e", "Zó" + "\u0301" * 4 + "e"),
        ("e\u0301", "é"),
    ],
)
def test_signs_that_hide_or_pile_up_are_left_out(typed, kept):
    assert draft.plain(typed) == kept


async def test_who_changes_a_post_is_asked_for_no_address_and_no_age():
    typed = {"sentence": "I stand by you all.", "name": "Anna"}
    assert (await draft.checked(typed, {"on_social"}, is_new=False)).address == ""


def test_no_sign_is_kept_that_no_feed_can_hold():
    """With one of them in a sentence nobody could read the feed of the wall any more."""
    said = draft.plain("I stand\uffff by you\ufffe until \ufdd0you are free\U0001ffff.")
    now = datetime(2026, 5, 1, tzinfo=UTC)
    entry = Entry(key="a", url="/a", title=said, text=said, language="en", published=now, changed=now)
    content = feeds.atom(wall_feeds.feed("Lanterna", "en"), [entry])
    assert ElementTree.fromstring(content) is not None
    assert said == "I stand by you until you are free."
