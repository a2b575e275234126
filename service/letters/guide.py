"""The letter guide: sentences to copy, simple and right in Russian and Belarusian, with what they mean."""

import msgspec

from service.cases.publication import COUNTRY
from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _


class Example(msgspec.Struct, frozen=True):
    meaning: Sentence
    ru: str
    be: str


EXAMPLES: list[tuple[Sentence, list[Example]]] = [
    (
        _("To begin"),
        [
            Example(_("Hello, Maryna!"), "Здравствуйте, Марина!", "Добры дзень, Марына!"),
            Example(
                _("My name is Anna. I live in Switzerland, in a small town by a lake."),
                "Меня зовут Анна. Я живу в Швейцарии, в маленьком городе у озера.",
                "Мяне завуць Ганна. Я жыву ў Швейцарыі, у невялікім горадзе каля возера.",
            ),
            Example(
                _("We do not know each other, but I often think of you."),
                "Мы не знакомы, но я часто думаю о Вас.",
                "Мы не знаёмыя, але я часта думаю пра Вас.",
            ),
        ],
    ),
    (
        _("From your life"),
        [
            Example(
                _("Today the first snow fell here, and my dog was very surprised."),
                "Сегодня у нас выпал первый снег, и моя собака очень удивилась.",
                "Сёння ў нас выпаў першы снег, і мой сабака вельмі здзівіўся.",
            ),
            Example(
                _("Yesterday we baked an apple pie by my grandmother’s recipe."),
                "Вчера мы пекли яблочный пирог по рецепту моей бабушки.",
                "Учора мы пяклі яблычны пірог па рэцэпце маёй бабулі.",
            ),
            Example(
                _("I am reading a book about birds. Two tits live outside my window."),
                "Сейчас я читаю книгу о птицах. За моим окном живут две синицы.",
                "Цяпер я чытаю кнігу пра птушак. За маім акном жывуць дзве сініцы.",
            ),
            Example(
                _("Not long ago we watched a funny old film and laughed all evening."),
                "Недавно мы смотрели смешной старый фильм и смеялись весь вечер.",
                "Нядаўна мы глядзелі смешны стары фільм і смяяліся ўвесь вечар.",
            ),
            Example(
                _("In summer we were in the mountains: it was quiet, it smelled of grass, and cows grazed nearby."),
                "Летом мы были в горах: было тихо, пахло травой, и рядом паслись коровы.",
                "Летам мы былі ў гарах: было ціха, пахла травой, і побач пасвіліся каровы.",
            ),
        ],
    ),
    (
        _("For a birthday"),
        [
            Example(_("Happy birthday!"), "Поздравляю Вас с днём рождения!", "Віншую Вас з днём нараджэння!"),
            Example(
                _("May the year bring you much warmth and good news."),
                "Пусть этот год принесёт Вам много тепла и хороших новостей.",
                "Няхай гэты год прынясе Вам шмат цяпла і добрых навін.",
            ),
        ],
    ),
    (
        _("To end"),
        [
            Example(
                _("I wish you health, strength and good people around you."),
                "Желаю Вам здоровья, сил и добрых людей рядом.",
                "Жадаю Вам здароўя, сіл і добрых людзей побач.",
            ),
            Example(
                _("There is no need to answer: I simply wanted to greet you."),
                "Отвечать не нужно: мне просто хотелось передать Вам привет.",
                "Адказваць не трэба: мне проста хацелася перадаць Вам прывітанне.",
            ),
            Example(_("Warm greetings, Anna"), "С тёплым приветом, Анна", "З цёплым прывітаннем, Ганна"),
        ],
    ),
]

# What to leave out, and why: shown in the guide, and in the letter check where it is found.
LEAVE_OUT: list[tuple[Sentence, Sentence]] = [
    (_("Politics, war, names of rulers and authorities"), _("This is what censors look for first.")),
    (
        _("The case, the court, life in prison"),
        _("Anything about it can be used against the person, questions too."),
    ),
    (
        _("“Freedom”, “fight”, slogans, old flags"),
        _("They are read as a call to resist; for the reader they can mean a punishment cell."),
    ),
    (
        _("Codes, abbreviations, slang, irony"),
        _("What censors do not understand, they take for a secret message."),
    ),
    (
        _("Links, telephone numbers, names of other prisoners"),
        _("They are of no use there, and they can bring somebody questions."),
    ),
]

# An address that is known to everybody, with nobody's name.
SAMPLE = ["Фамилия Имя Отчество", "ИК №4", "ул. Антошкина, 3", "246035, г. Гомель", COUNTRY]
