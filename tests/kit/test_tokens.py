from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.kit import clock, tokens

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@given(st.recursive(st.integers() | st.text(), st.lists, max_leaves=5))
def test_what_goes_in_comes_out(payload: object) -> None:
    assert tokens.read("unsubscribe", tokens.make("unsubscribe", payload)) == payload


def test_a_token_of_one_purpose_is_none_of_another() -> None:
    with pytest.raises(tokens.BadToken):
        tokens.read("preferences", tokens.make("unsubscribe", [7, 0]))


def test_each_flipped_character_spoils_it() -> None:
    token = tokens.make("confirm", [7], timedelta(days=7))
    for place, character in enumerate(token):
        flipped = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        with pytest.raises((tokens.BadToken, tokens.ExpiredToken)) as refused:
            tokens.read("confirm", flipped)
        assert refused.type is tokens.BadToken, place


@pytest.mark.parametrize("cut", range(0, 40, 7))
def test_a_token_that_was_cut_short_is_refused(cut: int) -> None:
    token = tokens.make("confirm", [7], timedelta(days=7))
    with pytest.raises(tokens.BadToken):
        tokens.read("confirm", token[:cut])


@pytest.mark.parametrize("text", ["", "a", "ä" * 50, "=" * 50, "../" * 20, "A" * 5000])
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(tokens.BadToken):
        tokens.read("confirm", text)


def test_it_holds_until_its_last_minute_and_no_longer() -> None:
    with clock.at(NOON):
        token = tokens.make("undo", [7], timedelta(minutes=5))
    with clock.at(NOON + timedelta(minutes=5)):
        assert tokens.read("undo", token) == [7]
    with clock.at(NOON + timedelta(minutes=7)), pytest.raises(tokens.ExpiredToken):
        tokens.read("undo", token)


def test_every_token_is_long_enough_for_the_log_to_recognise() -> None:
    assert len(tokens.make("x", 1)) >= 40


def test_one_that_makes_many_makes_each_as_if_it_were_alone() -> None:
    maker = tokens.Maker("unsubscribe")
    for payload in ([7, 0], [8, 4], "ü"):
        assert maker.make(payload) == tokens.make("unsubscribe", payload)
        assert tokens.read("unsubscribe", maker.make(payload)) == payload
