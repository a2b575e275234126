import json

import pytest

from service.kit import paths
from service.kit.errors import Invalid
from service.rendering import blocks

SAMPLES = ("sample.json", "people.json", "wall.json", "actions.json")


def found(*written: dict) -> dict[str, str]:
    return {field: str(sentence) for field, sentence in blocks.problems(blocks.decode(list(written))).items()}


def refused(source: str) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        blocks.decode(source)
    return {field: str(sentence) for field, sentence in caught.value.fields.items()}


def test_the_samples_have_every_kind_and_nothing_is_wrong_with_them() -> None:
    samples = [json.loads((paths.EMAILS / "_layout" / name).read_text())["blocks"] for name in SAMPLES]
    assert {block["type"] for sample in samples for block in sample} == set(blocks.KINDS)
    assert [found(*sample) for sample in samples] == [{}] * len(SAMPLES)


def test_what_a_block_of_people_wants_is_said_beside_its_field() -> None:
    assert found(
        {"type": "new_cases", "most": 0},
        {"type": "birthdays", "window": "year"},
        {"type": "one_prisoner"},
        {"type": "your_prisoners", "count": 6},
        {"type": "facility_address"},
        {"type": "your_prisoners"},
    ) == {
        "blocks[0].most": "Between 1 and 50 people.",
        "blocks[1].window": "Choose one of day, week, month, two_months.",
        "blocks[2].key": "Choose whom this is about.",
        "blocks[3].count": "Between 1 and 5 people for each reader.",
        "blocks[4].facility": "Choose whose address it is.",
        "blocks[5]": "A mail has one list of people for each reader. Remove this one.",
    }


def test_what_a_block_of_the_wall_wants_is_said_beside_its_field() -> None:
    assert found(
        {"type": "from_the_wall", "count": 13},
        {"type": "from_the_wall", "posts": ["a"] * 13},
        {"type": "from_the_wall", "posts": ["{{ first_name }}"]},
        {"type": "from_the_wall", "posts": ["00aa11bb"], "only_new": True},
    ) == {
        "blocks[0].count": "Between 1 and 12 photos.",
        "blocks[1].posts": "Choose at most 12.",
        "blocks[2].posts": "One of these is no post of the wall. Choose again.",
    }
    assert refused('[{"type": "from_the_wall", "only_new": 1}]') == {
        "blocks[0].only_new": "Here belongs true or false."
    }


def test_people_do_not_stand_in_columns() -> None:
    [(field, told)] = refused('[{"type": "columns", "left": [{"type": "new_cases"}]}]').items()
    assert field == "blocks[0].left[0]" and "heading, text, image, button" in told


@pytest.mark.parametrize("kind", blocks.KINDS)
def test_each_kind_has_its_two_templates(kind: str) -> None:
    assert (paths.EMAILS / "blocks" / f"{kind}.mjml").is_file()
    assert (paths.EMAILS / "blocks" / f"{kind}.txt").is_file()


def test_a_picture_wants_words_and_comes_from_here() -> None:
    wrong = found(
        {"type": "image", "src": "/pictures/a.png"},
        {"type": "image", "src": "https://example.net/a.png", "alt": "A desk"},
        {"type": "image", "src": "//example.net/a.png", "alt": "A desk", "link": "http://example.org", "width": 9000},
        {"type": "image", "src": "https://news.example.org/pictures/a.png", "alt": "A desk", "width": 200},
        {"type": "image", "src": "/pictures/../../secret", "alt": "A desk"},
        {"type": "image", "src": "https://news.example.org.example.net/a.png", "alt": "A desk"},
    )
    assert wrong["blocks[0].alt"] == "Describe the picture for people who can't see it."
    assert set(wrong) == {
        "blocks[0].alt",
        "blocks[1].src",
        "blocks[2].src",
        "blocks[2].link",
        "blocks[2].width",
        "blocks[4].src",
        "blocks[5].src",
    }


def test_what_is_wrong_inside_a_column_is_found_there() -> None:
    wrong = found(
        {"type": "columns", "left": [{"type": "text", "text": "Hi {{ surname }}"}], "right": [{"type": "button"}]}
    )
    assert set(wrong) == {"blocks[0].left[0].text", "blocks[0].right[0].label", "blocks[0].right[0].url"}
    assert "last_name" in wrong["blocks[0].left[0].text"]


def test_empty_and_odd_blocks_are_told_apart() -> None:
    wrong = found(
        {"type": "heading", "text": " ", "level": 4},
        {"type": "text"},
        {"type": "quote"},
        {"type": "divider"},
        {"type": "columns", "left": [{"type": "heading", "text": "A"}]},
        {"type": "text", "text": "[here](http://example.org) and http://example.org"},
        {"type": "text", "text": "see http://example.org"},
        {"type": "button", "label": "Settings", "url": "{{ preferences_url }}"},
        {"type": "button", "label": "Settings", "url": "https://example.org/{{ first_name }}"},
    )
    assert list(wrong) == [
        "blocks[0].text",
        "blocks[0].level",
        "blocks[1].text",
        "blocks[2].text",
        "blocks[4]",
        "blocks[5].text",
        "blocks[6].text",
        "blocks[8].url",
    ]


def test_a_whole_book_is_refused_before_it_is_read() -> None:
    assert "split it" in found(*[{"type": "text", "text": "word " * 3_900}] * 9)["blocks"]


@pytest.mark.parametrize(
    ("source", "field", "told"),
    [
        ("[", "blocks", "not readable JSON"),
        ("{}", "blocks", "a list"),
        ("[1]", "blocks[0]", "Here belongs a block"),
        ('[{"type": "video"}]', "blocks[0]", "heading, text, image, button, quote, divider, columns"),
        ('[{"text": "no type"}]', "blocks[0]", "A block here is one of"),
        ('[{"type": "divider"}, {"type": "image", "alt": 3}]', "blocks[1].alt", "Here belongs a text"),
        ('[{"type": "heading", "levl": 1}]', "blocks[0]", "levl"),
        (
            '[{"type": "columns", "left": [{"type": "columns"}]}]',
            "blocks[0].left[0]",
            "heading, text, image, button.",
        ),
        ("[" + '{"type":"divider"},' * 100 + '{"type":"divider"}]', "blocks", "at most 100"),
    ],
)
def test_what_is_no_block_is_refused_with_its_place(source: str, field: str, told: str) -> None:
    assert told in refused(source)[field]
