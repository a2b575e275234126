import pytest

from service.cases.records import Facility
from service.kit import clock
from service.kit.i18n import LANGUAGES
from service.letters.check import LONG, MOST, check
from service.letters.risky_words import RISKS
from tests.make.growth import growth

RUSSIAN = (
    "Здравствуйте, Марина!\nМеня зовут Анна, я живу в маленьком городе у озера. Сегодня у нас первый снег, и моя "
    "собака очень удивилась. Вчера я пекла яблочный пирог по рецепту бабушки. Желаю Вам здоровья и сил."
)
BELARUSIAN = (
    "Добры дзень, Марына!\nМяне завуць Ганна, я жыву ў невялікім горадзе каля возера. Сёння ў нас першы снег, і мой "
    "сабака вельмі здзівіўся. Аб'явілі канцэрт у парку. Жадаю Вам здароўя і сіл."
)


def facility(**others):
    values = {"id": 1, "name": "ИК №4", "latin": "", "kind": "colony", "street": "", "postcode": "", "town": ""}
    values |= {"parcels": "", "rules": {}, "aliases": [], "source": "", "version": 1, "changed_at": clock.now()}
    values |= {"valid_from": None, "valid_until": None, "checked_on": None, "reply_punished": None}
    return Facility(**(values | others))


def kinds(text, place=None):
    return [advice.kind for advice in check(text, place)]


def found(kind, text):
    return [quote.found for advice in check(text) if advice.kind == kind for quote in advice.quotes]


@pytest.mark.parametrize("letter", [RUSSIAN, BELARUSIAN])
def test_a_good_letter_is_left_alone(letter):
    assert check(letter) == []


@pytest.mark.parametrize(
    "harmless",
    [
        "Как твои дела? На самом деле всё хорошо, первым делом я сварила кофе.",
        "В свободное время я читаю, а в субботу у меня свободный день. Место рядом свободно.",
        "Пришла весна, в бору поют птицы, и дед с бородой сварил борщ на посуде из глины.",
        "Я читаю «Война и мир», потом посмотрю «Звёздные войны» с сыном.",
        "Я задержалась на работе и полила цветы, а потом ела суп на судне: судак был вкусный.",
        "Вызвали врача к коту: он упал с полки. Врач вызвал улыбку.",
        "У мяне вольны час: на паліцы стаяць кнігі, ураджай добры, а справа ад дома рака.",
        "Фотокамера сломалась, зато зона отдыха у озера большая, и лагерь для детей рядом.",
        "Собор протестантский, а дочь учится в политехническом институте и пишет диктант.",
        "Аристократ рассудил, что такова судьба, и поставил палатку; выбор книг большой.",
        "Она змагла прыехаць 12.05.2026, а ў 2019 - 2024 жыла ў Жэневе, дом 12, кватэра 5.",
        "Не нужно отвечать, я и так рада писать Вам. Отвечать не обязательно, адказваць не трэба.",
        "Украинский борщ удался, рецепт простой: свёкла, капуста, картошка, морковь, лук. Тираннозавр из пластилина.",
        "Ёжик вышел погулять; №5 в списке, цена 20°, вес 3,5 кг, и объём — «полведра» :-)",
    ],
)
def test_what_only_looks_risky_is_no_alarm(harmless):
    assert [advice for advice in check(harmless) if advice.kind != "short"] == []


@pytest.mark.parametrize(
    ("kind", "sentence", "words"),
    [
        ("authorities", "Лукашенко и его КГБ. Лукашэнка і ягоны КДБ.", ["Лукашенко", "КГБ", "Лукашэнка", "КДБ"]),
        ("politics", "Политика и выборы. Палітыка і выбары. Ты политзаключённый.", None),
        ("politics", "Идёт война, а «Война и мир» на столе.", ["война"]),
        ("slogans", "Жыве Беларусь! Ты герой, Марина!", ["Жыве Беларусь", "Ты герой"]),
        ("slogans", "Верым, можам, пераможам", ["Верым, можам", "пераможам"]),
        ("fight", "Борись! Змагайся! Барацьба працягваецца.", ["Борись", "Змагайся", "Барацьба"]),
        ("freedom", "Свобода! Свабода! Когда ты выйдешь?", ["Свобода", "Свабода", "Когда ты выйдешь"]),
        ("freedom", "Тебя скоро освободят, і цябе вызваляць.", ["освободят", "вызваляць"]),
        ("case", "Был ли суд, и что сказал адвокат по твоему делу?", ["суд", "адвокат", "по твоему делу"]),
        ("case", "Прысуд несправядлівы, і ў турме холадна.", ["Прысуд", "несправядлівы", "турме"]),
        ("case", "Ты невиновен, а охранники слышат про голодовку", ["невиновен", "охранники", "голодовку"]),
        ("politics", "Мы были на акции солидарности", ["солидарности"]),
        ("jargon", "Как там на зоне, зек?", ["на зоне", "зек"]),
        ("cipher", "Вот шифр: 4815162", ["шифр", "4815162"]),
        ("cipher", "Слушай: 12 7 33 8 15 2 90 4", ["12 7 33 8 15 2 90 4"]),
        ("cipher", "привет бвгджзкл ###", ["бвгджзкл", "###"]),
    ],
)
def test_risky_words_are_found_in_both_languages_and_quoted(kind, sentence, words):
    assert kind in kinds(sentence)
    assert words is None or found(kind, sentence) == words


def test_a_risky_word_does_not_hide_behind_latin_letters():
    assert found("freedom", "Просто cвoбoда, и всё тут, дорогая Марина") == ["cвoбoда"]


@pytest.mark.parametrize("letter", ["Dear Maryna, it is snowing.", "Dobry dzień, Maryna! Jak spravy?", "你好"])
def test_a_letter_in_another_script_is_not_handed_over(letter):
    assert kinds(letter)[0] == "not_cyrillic"


def test_latin_letters_in_a_cyrillic_letter_are_shown():
    text = "Здравствуйте, Mарина! Я живу в Geneva, a брат у озера."
    assert found("mixed", text) == ["Mарина", "a"]
    assert found("latin", text) == ["Geneva"]


def test_ukrainian_letters_are_told_from_belarusian_ones():
    assert found("other_language", "Привіт, моя подруго, як твої справи у місті?") == ["твої"]
    assert "other_language" not in kinds(BELARUSIAN)


@pytest.mark.parametrize(
    "asking",
    [
        "Ответь мне, пожалуйста!",
        "Жду ответа.",
        "С нетерпением жду твоего письма",
        "Напишите мне, как погода",
        "Буду очень рада твоему письму",
        "Адкажы мне, калі ласка",
        "Чакаю ад цябе ліста",
        "Пішы мне часцей",
        "Отпишись, как получишь",
    ],
)
def test_a_request_to_answer_weighs_as_much_as_it_costs_there(asking):
    weights = {
        punished: [(advice.kind, advice.weight) for advice in check(asking, place) if "reply" in advice.kind]
        for punished, place in [
            ("yes", facility(reply_punished=True)),
            ("no", facility(reply_punished=False)),
            ("unknown", facility()),
            ("nobody chosen", None),
        ]
    }
    assert weights == {
        "yes": [("reply_punished", "serious")],
        "no": [],
        "unknown": [("reply", "careful")],
        "nobody chosen": [("reply", "careful")],
    }


def test_ways_to_reach_the_writer_are_found():
    text = "Мой сайт www.example.org, канал t.me/anna и @anna_b, почта anna@example.org, телефон +41 22 555 12 34."
    assert found("links", text) == ["www.example.org", "t.me/anna", "@anna_b"]
    assert found("contacts", text) == ["anna@example.org", "+41 22 555 12 34"]
    assert not {"cipher", "latin"} & set(kinds(text))


def test_little_pictures_are_found():
    assert found("emoji", "Это тебе 🌻 и ❤️, дорогая Марина, от всей нашей семьи") == ["🌻", "❤️"]


def test_length_is_a_hint_and_nothing_more():
    assert [(a.kind, a.weight) for a in check("слово " * (LONG // 6 + 1))] == [("long", "hint")]
    assert [(a.kind, a.weight) for a in check("Привет, Марина!")] == [("short", "hint")]
    assert check("") == []


def test_a_quote_shows_where_it_stands_and_what_is_left_out():
    [advice] = check(RUSSIAN + " Скоро свобода. " + RUSSIAN)
    [quote] = advice.quotes
    assert (quote.before, quote.found, quote.after) == (
        "… Вам здоровья и сил. Скоро ",
        "свобода",
        ". Здравствуйте, …",
    )


def test_many_places_are_counted_and_five_are_shown():
    [advice] = check("Свобода нам, дорогая Марина. " * 9)
    assert (len(advice.quotes), advice.more) == (5, 4)


def test_what_weighs_most_comes_first():
    weights = [advice.weight for advice in check("Свобода 🌻 Geneva, жду ответа и пирог, дорогая подруга")]
    assert weights == ["serious", "careful", "careful", "hint"]


@pytest.mark.parametrize(
    "hostile",
    ["a" * MOST, "1 " * 2000, "жду " * 1000, "@." * 2000, "(1" * 2000, "вайну і " * 500, "+" * MOST, "İ" * MOST],
)
def test_no_text_takes_long(hostile):
    assert growth(check, hostile[:MOST]) < 10


def test_every_risk_has_its_own_kind_and_says_what_to_do():
    assert len({risk.kind for risk in RISKS}) == len(RISKS)
    for risk in RISKS:
        assert all(
            sentence.into(language) for sentence in (risk.title, risk.why, risk.instead) for language in LANGUAGES
        )
