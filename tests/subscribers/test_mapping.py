import pytest

from service.subscribers import mapping, topics
from service.subscribers.csv_reading import Row
from service.subscribers.import_rows import (
    BAD_ADDRESS,
    FOREIGN_LETTERS,
    LONG_NAME,
    NO_ADDRESS,
    NOT_ASKED,
    TOO_MANY_CELLS,
    TWO_ADDRESSES,
    Candidate,
    Reader,
    Refused,
    language_named,
)
from service.subscribers.mapping import Plan


def read(columns: list[str], *cells: str) -> Candidate:
    return Reader(Plan(columns)).person(Row(2, 0, list(cells), "", ""))


def test_the_columns_of_our_own_export_are_known() -> None:
    header = ["email", "first_name", "last_name", "language", "topics", "lists", "confirmed_at"]
    sample = [["anna@example.org", "Anna", "Zhuk", "be", "cases,actions", "Friends", ""]]
    assert mapping.suggest(header, sample) == ["email", "first_name", "last_name", "language", "topics", "", ""]


def test_tags_are_topics_only_where_one_of_them_is() -> None:
    strangers = [["anna@example.org", '"donor","vip"'], ["igor@example.org"]]
    assert mapping.suggest(["email", "TAGS"], strangers) == ["email", ""]
    assert mapping.suggest(["email", "TAGS"], [["anna@example.org", '"donor","Actions"']]) == ["email", "topics"]


def test_the_columns_of_mailchimp_are_known() -> None:
    header = ["Email Address", "First Name", "Last Name", "MEMBER_RATING", "OPTIN_TIME", "CONFIRM_IP", "UNSUB_TIME"]
    header += ["CLEAN_TIME", "LEID", "EUID", "NOTES", "TAGS", "LANGUAGE"]
    suggested = dict(zip(header, mapping.suggest(header, []), strict=True))
    assert {name: target for name, target in suggested.items() if target} == {
        "Email Address": "email",
        "First Name": "first_name",
        "Last Name": "last_name",
        "UNSUB_TIME": "left",
        "CLEAN_TIME": "bounced",
        "LANGUAGE": "language",
    }


def test_the_columns_of_listmonk_are_known() -> None:
    header = ["uuid", "email", "name", "attributes", "status", "created_at", "updated_at"]
    assert mapping.suggest(header, []) == ["", "email", "full_name", "", "status", "", ""]


@pytest.mark.parametrize(
    "header",
    [
        ["E-Mail-Adresse", "Vorname", "Nachname", "Sprache"],
        ["E-Mail", "Vorname", "Name", "Sprache"],
        ["Courriel", "Prénom", "Nom", "Langue"],
        ["Электронная почта", "Имя", "Фамилия", "Язык"],
        ["Адрас", "Імя", "Прозвішча", "Мова"],
    ],
)
def test_german_french_russian_and_belarusian_names_are_known(header: list[str]) -> None:
    assert mapping.suggest(header, []) == ["email", "first_name", "last_name", "language"]


def test_without_names_the_column_full_of_addresses_is_found() -> None:
    sample = [["7", "Anna", "anna@example.org"], ["8", "Ihar", "igor@example.org"]]
    assert mapping.suggest(["", "", ""], sample) == ["", "", "email"]


def test_a_choice_of_columns_says_what_is_wrong_with_it() -> None:
    assert mapping.problem(["email", "first_name", ""]) == ""
    assert "e-mail addresses" in mapping.problem(["first_name"])
    assert "First name" in mapping.problem(["email", "first_name", "first_name"])


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ([""], NO_ADDRESS),
        (["anna"], BAD_ADDRESS),
        (["anna@example"], BAD_ADDRESS),
        (["anna@example.org\x00"], BAD_ADDRESS),
        (["anna@example.org\r\nBcc: x@example.org"], TWO_ADDRESSES),
        (["anna@example.org, igor@example.org"], TWO_ADDRESSES),
        (["жук@example.org"], FOREIGN_LETTERS),
        (["anna@example.org", "x" * 101], LONG_NAME),
        (["anna@example.org", "Zhuk", "Anna"], TOO_MANY_CELLS),
    ],
)
def test_a_row_that_is_not_taken_says_why(cells: list[str], reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(["email", "first_name"], *cells)
    assert str(refused.value) == reason


def test_missing_and_empty_cells_at_the_end_are_no_reason_to_refuse() -> None:
    assert read(["email", "first_name"], "anna@example.org").address == "anna@example.org"
    assert read(["email"], "anna@example.org", "", " ").address == "anna@example.org"


@pytest.mark.parametrize(
    ("whole", "parts"),
    [("Anna Zhuk", ("Anna", "Zhuk")), ("Zhuk, Anna", ("Anna", "Zhuk")), ("Anna", ("Anna", "")), ("", ("", ""))],
)
def test_a_full_name_is_parted(whole: str, parts: tuple[str, str]) -> None:
    person = read(["email", "full_name"], "anna@example.org", whole)
    assert (person.first_name, person.last_name) == parts


@pytest.mark.parametrize("status", ["pending", "Unconfirmed", "Non-Subscribed", "disabled", "archived"])
def test_who_has_not_agreed_is_not_taken(status: str) -> None:
    with pytest.raises(Refused, match=NOT_ASKED):
        read(["email", "status"], "anna@example.org", status)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("Unsubscribed", "unsubscribed"),
        ("cleaned", "bounced"),
        ("blocklisted", "staff"),
        ("Subscribed", None),
        ("", None),
    ],
)
def test_a_status_tells_who_left(status: str, reason: str | None) -> None:
    assert read(["email", "status"], "anna@example.org", status).left == reason


@pytest.mark.parametrize(
    ("cell", "language"),
    [
        ("fr", "fr"),
        ("fr-CH", "fr"),
        ("DE_de", "de"),
        ("Französisch", "fr"),
        ("беларуская", "be"),
        ("it", ""),
        ("", ""),
    ],
)
def test_languages_are_known_by_code_and_by_name(cell: str, language: str) -> None:
    assert language_named(cell) == language


def test_topics_are_known_by_code_and_by_label() -> None:
    assert topics.named('"New cases","donor"') == ("cases",)
    assert topics.named("actions; birthdays") == ("birthdays", "actions")
    assert topics.named("donor") == ()


def test_the_quotation_mark_of_our_own_export_is_taken_away_again() -> None:
    person = read(["email", "first_name"], "'+anna@example.org", "'=Anna")
    assert (person.address, person.first_name) == ("+anna@example.org", "=Anna")
