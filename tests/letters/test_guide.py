import pytest

from service.kit import db
from service.kit.i18n import LANGUAGES
from service.letters import guide
from service.letters.check import check

EXAMPLES = [example for _title, examples in guide.EXAMPLES for example in examples]


@pytest.mark.parametrize("language", ["ru", "be"])
def test_the_letter_check_has_nothing_against_the_sentences_to_copy(language):
    sentences = [getattr(example, language) for example in EXAMPLES]
    assert check(" ".join(sentences)) == []
    assert [advice.kind for one in sentences for advice in check(one) if advice.kind != "short"] == []


def test_the_russian_sentences_are_russian_and_the_belarusian_ones_belarusian():
    for example in EXAMPLES:
        assert not set(example.ru.lower()) & set("іў")
        assert not set(example.be.lower()) & set("ищъ")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_guide_is_there_in_every_language_with_sentences_and_the_post(web, language):
    page = await web.get(f"/{language}/letters")
    assert page.status_code == 200
    assert all(f'lang="be">{example.be}</p>' in page.text for example in EXAMPLES)
    assert 'id="routes"' in page.text
    assert page.text.index("REPUBLIC OF BELARUS") > page.text.index("246035, г. Гомель")


async def test_readers_are_told_plainly_where_no_mail_is_taken_and_from_where_it_is(web):
    await db.execute("INSERT INTO postal_route VALUES ('DE', 19, false, '', '2026-05-03')")
    await db.execute("INSERT INTO postal_route VALUES ('NO', 19, true, '', '2026-05-04')")
    said = " ".join((await web.get("/en/letters")).text.split())
    finland = said[said.index("<strong>Finland") :][:400]
    assert "At times no mail was taken; ask at your post office." in finland
    assert "Letters can be posted from nearby: Estonia, Sweden." in finland
    assert "Not checked by us yet" in finland
    germany = said[said.index("<span>Germany") :][:200]
    assert "19 days" in germany and "Last checked on 3 May 2026" in germany
    assert "No mail is taken." in said[said.index("<strong>Norway") :][:200]
