"""One way to write an address, and a clear sentence for what is none."""

import pytest

from service.subscribers import addresses


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Anna@Example.ORG", "anna@example.org"),
        ("  boris@example.net ", "boris@example.net"),
        ("chloé@example.org".replace("é", "e"), "chloe@example.org"),
        ("Anna.Keller+News@exämple.org", "anna.keller+news@xn--exmple-cua.org"),
        ("dzmitry@пример.бел", "dzmitry@xn--e1afmkfd.xn--90ais"),
        ("o'neill@example.com", "o'neill@example.com"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert addresses.normalise(typed) == kept
    assert addresses.normalise(kept) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "enter your"),
        ("anna.example.org", "an @ in its middle"),
        ("chloé@example.org", "only plain letters"),
        ("ａnna@example.org", "only plain letters"),
        ("a" * 65 + "@example.org", "longer"),
        ("anna@" + "example." * 40 + "org", "longer"),
        ("anna@localhost", "typing mistake"),
        ("anna@example", "typing mistake"),
        ("anna@127.0.0.1", "typing mistake"),
        ("anna@[127.0.0.1]", "typing mistake"),
        ("anna keller@example.org", "typing mistake"),
        ("Anna <anna@example.org>", "typing mistake"),
        ('"anna"@example.org', "typing mistake"),
        ("anna..keller@example.org", "typing mistake"),
        ("anna@example.org\r\nBcc: boris@example.org", "typing mistake"),
        ("anna@exa_mple.org", "typing mistake"),
        ("@example.org", "typing mistake"),
    ],
)
def test_what_is_no_address_is_refused_in_a_sentence_without_it(typed: str, said: str) -> None:
    with pytest.raises(addresses.BadAddress, match=said) as refused:
        addresses.normalise(typed)
    assert refused.value.status == 422
    assert not typed or typed not in str(refused.value)


def test_tags_and_dots_do_not_make_another_mailbox() -> None:
    mailboxes = {
        addresses.mailbox_of(a) for a in ("anna.k@example.org", "annak+1@example.org", "a.n.n.a.k+x@example.org")
    }
    assert mailboxes == {"annak@example.org"}
    assert addresses.mailbox_of("anna@example.net") != addresses.mailbox_of("anna@example.org")
    assert addresses.mailbox_of("an.na@googlemail.com") == addresses.mailbox_of("anna@gmail.com")
