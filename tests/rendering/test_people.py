"""People in mails: whatever stands in a record, it is read and nothing else."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from service.rendering import email, people
from service.rendering.blocks import Birthdays, NewCases, YourPrisoners
from service.rendering.inserts import NOBODY
from service.rendering.people import Card, Filling, Words
from tests.rendering.test_email import HOSTILE, Reader, unhurried

Digest = Callable[..., email.CompiledEdition]
LINKS = {"posted_url": "https://news.example.org/p"}
LONG = "ИК №4 управления исправительных учреждений по Гомельской области, отряд для писем из-за границы"


def card(**others: object) -> Card:
    return Card(**({"key": 1, "name": "Maryna", "url": "https://news.example.org/en/prisoners/a"} | others))  # type: ignore[arg-type]


def one(digest: Digest, shown: Card, **changed: object) -> email.CompiledEdition:
    return digest(blocks=[{"type": "birthdays"}], data={0: Filling([shown])}, **changed)


hostile = given(words=st.sampled_from(HOSTILE) | st.text(max_size=60))


def test_no_record_breaks_out_of_its_card(digest: Digest, anna: dict[str, str]) -> None:
    def elements(said: str) -> list[str]:
        texts = {"name": said, "place": said, "photo_credit": said, "birthday": said, "sources": [said]}
        written = one(digest, card(sentence=Words(said, "en"), address=[said, "Minsk"], **texts))
        return _elements(written, anna)

    wanted = elements("x")

    @unhurried
    @hostile
    def breaks_out_of_none(words: str) -> None:
        # Words without a letter to be seen leave out the line that they would stand in.
        kept = elements(words)
        assert len(kept) <= len(wanted) and set(kept) <= set(wanted)

    breaks_out_of_none()


def test_no_supporter_breaks_out_of_their_face(wall: Digest, anna: dict[str, str]) -> None:
    def elements(said: str) -> list[str]:
        face = people.Face(
            key=-1,
            url="https://news.example.org/en/wall/faces/a",
            photo="/wall/photos/a/640.jpg",
            sentence=Words(said, "en"),
            name=said,
            line=said,
            person=said,
            person_url="https://news.example.org/en/prisoners/a",
        )
        return _elements(wall(blocks=[{"type": "from_the_wall"}], data={0: Filling(faces=[face])}), anna)

    wanted = elements("x")

    @unhurried
    @hostile
    def breaks_out_of_none(words: str) -> None:
        kept = elements(words)
        assert len(kept) <= len(wanted) and set(kept) <= set(wanted)

    breaks_out_of_none()


def _elements(edition: email.CompiledEdition, reader: dict[str, str]) -> list[str]:
    mail = email.fill(edition, reader)
    mail.text.encode()
    return [element for element in Reader(mail.html).elements if element != "br"]


def test_a_name_with_braces_is_a_name(digest: Digest, anna: dict[str, str]) -> None:
    mail = email.fill(one(digest, card(name="{{ 7 * 7 }} {% x")), anna)
    assert "{{ 7 * 7 }} {% x" in mail.text and "{{ 7 * 7 }} {% x" in Reader(mail.html).words


def test_no_line_of_an_address_is_wrapped(digest: Digest, anna: dict[str, str]) -> None:
    mail = email.fill(one(digest, card(address=["Марина Ковальчук", LONG, "246035, г. Гомель"])), anna)
    assert f"\nМарина Ковальчук\n{LONG}\n246035, г. Гомель\n" in mail.text


def test_cyrillic_says_its_language(digest: Digest, anna: dict[str, str]) -> None:
    mail = email.fill(one(digest, card(address=["Марына"], script="be", sentence=Words("Тры гады.", "be"))), anna)
    assert mail.html.count('lang="be"') == 2


def test_a_card_is_a_piece_and_nobody_is_one_too() -> None:
    found = people.inserts(YourPrisoners(2), 4, Filling([card(), card(key=2, name="Ales")]), "en")
    assert [(insert.place, insert.personal, insert.key) for insert in found] == [
        (4, True, 1),
        (4, True, 2),
        (4, True, NOBODY),
    ]
    assert "Ales" in found[1].html and "Ales" in found[1].text
    assert not people.inserts(NewCases(), 0, Filling(), "en")[0].personal


def test_on_the_web_nobody_has_people_of_their_own_and_nobody_is_told_that_there_is_nobody(digest: Digest) -> None:
    page = digest(
        site="https://news.example.org/en",
        subject="Hello",
        blocks=[{"type": "birthdays"}, {"type": "your_prisoners"}, {"type": "one_prisoner", "key": "a"}],
        data={1: Filling([card()])},
    )
    assert page.inserts == () and "list_" not in page.html + page.text
    assert "Maryna" not in page.html + page.text and "birthday in these days" not in page.text
    assert "https://news.example.org/en/letters/mine" in page.html and "posted" not in page.html


def test_mails_without_people_carry_none_of_their_styles(digest: Digest) -> None:
    assert ".people" in digest().html
    assert ".people" not in digest(blocks=[{"type": "heading", "text": "Hello"}], data={}).html
    assert people.kind(Birthdays()) == "birthdays"
