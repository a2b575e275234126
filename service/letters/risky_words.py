"""Words that keep letters from arriving or harm whoever gets them, in Russian and Belarusian.

A word with a star stands for all that begin so; ё is written е. Each was looked at for what else begins like it.
"""

import re

import msgspec

from service.kit.i18n import Sentence
from service.kit.i18n import lazy as _


class Risk(msgspec.Struct, frozen=True):
    kind: str
    serious: bool
    title: Sentence
    why: Sentence
    instead: Sentence
    words: re.Pattern[str]


def _words(*lines: str) -> re.Pattern[str]:
    """Each line: words and phrases, parted by commas; ~ before what is no risk although it looks like one."""
    entries = [entry.strip() for line in lines for entry in line.split(",") if entry.strip()]
    harmless = [_pattern(entry[1:]) for entry in entries if entry.startswith("~")]
    risky = [_pattern(entry) for entry in entries if not entry.startswith("~")]
    # A harmless phrase is eaten whole, outside of the group that is reported.
    reported = f"(?P<risk>{'|'.join(risky)})"
    return re.compile(rf"(?<!\w)(?:{'|'.join([*harmless, reported])})")


def _pattern(entry: str) -> str:
    written = r"[\s,]{1,3}".join(re.escape(word).replace(r"\*", r"\w*") for word in entry.split())
    return written if entry.endswith("*") else rf"{written}(?!\w)"


RISKS = [
    Risk(
        "authorities",
        True,
        _("Names of rulers, politicians and authorities"),
        _("A letter that names them is taken out, and can be held against the person who should get it."),
        _("Leave the sentence out. Write about yourself, your town, your day."),
        _words(
            "лукашенк*, лукашэнк*, путин, путина, путину, путиным, путине, путинск*, пуцін*, зеленск*, зяленск*",
            "тихановск*, ціханоўск*, бабарико, бабарык*, колесников*, калеснікав*, навальн*, беляцк*, бяляцк*",
            "кгб, кдб, губопик*, губазік*, гувопик*, омон, омона, омоновц*, амап, амапа, амапаўц*, мвд",
            "милици*, міліцы*, полици*, паліцыя, паліцыі, паліцыю, паліцыян*",
        ),
    ),
    Risk(
        "politics",
        True,
        _("Politics"),
        _("Politics is what censors look for first. The letter will most likely not arrive."),
        _("Write about what has nothing to do with it: a film, a book, your pet, a recipe, a journey."),
        _words(
            "политик*, политич*, политзак*, политузн*, палітык*, палітыч*, палітвяз*, палітзня*",
            "президент*, прэзідэнт*, правительств*, урад, урада, урадам",
            "выборы, выборах, выборам, выбары, выбараў, выбарах, голосован*, галасаван*, ~протестант*, протест*",
            "пратэст*, митинг*, мітынг*, революци*, рэвалюцы*, оппозици*, апазіцы*, санкци*, санкцы*",
            "демократи*, дэмакраты*, диктатор*, диктатур*, дыктатар*, дыктатур*, репресс*, рэпрэс*",
            "правозащит*, праваабарон*, активист*, актывіст*, забастов*, забастоўк*, экстремис*, экстрэміс*",
            "террорис*, тэрарыс*, солидарност*, салідарнас*",
            "хунта, хунты, тиран, тирана, тираны, тыран, тырана, тыраны, оккупа*, акупа*",
            "~война и мир, ~войну и мир, ~войны и мира, ~войне и мире, ~вайна і мір, ~вайну і мір, ~вайны і міру",
            "война, войны, войне, войну, войной, вайна, вайны, вайне, вайну, вайной",
            "~звездные войны, ~звездных войн, ~зорныя войны, ~украинск* борщ*, ~украінск* боршч*, украин*, украін*",
        ),
    ),
    Risk(
        "slogans",
        True,
        _("Slogans and symbols"),
        _("For a slogan or the old flag people were sentenced. It can bring the reader a punishment cell."),
        _("Say it in your own plain words: that you think of them, and wish them health and strength."),
        _words(
            "жыве беларусь, живе беларусь, жыве вечна, слава украин*, слава украін*, героям слава, бчб",
            "бело-красно-бел*, бела-чырвона-бел*, пагоня, верим можем, верым можам, победим, переможам, пераможам",
            "ты герой, ты наш герой, ты настоящий герой, вы герой, вы герои, вы наши герои, вы настоящие герои",
            "ты гераіня, ты наш герой, вы гераіня, вы героі, ты героиня, вы героиня",
        ),
    ),
    Risk(
        "fight",
        True,
        _("“Fight”"),
        _("It reads as a call to resist, even where it is meant as comfort."),
        _("Wish health, strength and patience instead: “Желаю Вам здоровья и сил.” “Жадаю Вам здароўя і сіл.”"),
        _words(
            "борьб*, борись, боритесь, бороться, борешься, борется, боремся, борются, борец, борца, борцы, борцов",
            "барацьб*, змага*, сопротивл*, супраціў*",
        ),
    ),
    Risk(
        "freedom",
        True,
        _("“Freedom” and release"),
        _("Censors stop letters with this word, and a promise of release can hurt whoever waits for it."),
        _("Say that you think of them, or tell what you would show them in your town one day."),
        _words(
            "свобода, свободы, свободу, свободе, свободой, свобод, свабода, свабоды, свабоду, свабодзе, свабодай",
            "свободная беларусь, свободной беларуси, вольная беларусь, вольнай беларусі, свабодная беларусь",
            "освобожден*, освободят, освободите, освободить, освобожда*, вызвалі*, вызвален*, вызваля*",
            "на волю, на воле, на волі, когда выйдешь, когда ты выйдешь, когда выйдете, когда вы выйдете",
            "скоро выйдешь, скоро выйдете, калі выйдзеш, калі выйдзеце, хутка выйдзеш, хутка выйдзеце",
        ),
    ),
    Risk(
        "case",
        True,
        _("The case, the court or the prison"),
        _("Nothing about the case may stand in a letter; a question about it can be used against the person."),
        _("Leave it out, and do not ask how they are treated. They will tell what they can and want to tell."),
        _words(
            "суд, суда, суду, судом, суде, судзе, судья, судьи, судье, судью, судьей, суддзя, суддзі, суддзю",
            "судили, судзілі, осудили, асудзілі, осужд*, асудж*, приговор*, прыгавор*, прысуд*",
            "адвокат*, адвакат*, прокур*, пракур*, следовател*, следств*, следчы*, уголовн*, крымінальн*",
            "обвинен*, обвиня*, абвінавач*, ~аристократ*, арест*, арышт*, задержали, задержан, задержана, задержани*",
            "затрыманн*, затрымалі, обыск*, вобшук*, тюрьм*, тюрем*, турм*, турэм*, заключенн*, зняволен*",
            "вязень, вязня*, вязні, в колонии, вашей колонии, твоей колонии",
            "у калоніі, вашай калоніі, карцер*, шизо, шыза, сизо, сіза",
            "штрафной изолятор, штрафном изоляторе, условия содержания, умовы ўтрымання, апелляци*, апеляцы*",
            "амнист*, амніст*, помилован*, памілаван*, по твоему делу, по вашему делу",
            "твое дело, ваше дело, твоем деле, вашем деле, твая справа, ваша справа, тваей справе, вашай справе",
            "твоей статье, вашей статье, по статье, па артыкуле, твой срок, ваш срок, твой тэрмін, сколько тебе дали",
            "сколько вам дали, невинов*, невінават*, несправедлив*, несправядлів*, охранник*, ахоўнік*",
            "надзирател*, наглядчык*, пытки, пыток, пыткам, катаванн*, голодовк*, галадоўк*, наручник*, наручнік*",
        ),
    ),
    Risk(
        "jargon",
        False,
        _("Prison slang"),
        _("Slang reads as a code to censors, and as mockery to some who live there."),
        _("Use plain words, as in a letter to an aunt."),
        _words(
            "зек, зека, зеки, зеков, зекам, зэк*, шмон*, баланда, баланду, баланды, вертуха*, мент, менты, ментов",
            "ментам, на зоне, на зону, по фене, братва, стукач*, кича, ходка, откинуться, откинешься",
        ),
    ),
    Risk(
        "cipher",
        True,
        _("Something that looks like a code"),
        _("Whatever censors cannot read they take for a secret message, and the reader is asked about it."),
        _("Write whole words and plain sentences; leave out numbers in rows, abbreviations and signs."),
        re.compile(
            r"(?P<risk>(?<!\w)(?:за|рас)?шифр\w*|(?<!\w)(?:за|рас)?шыфр\w*|\d{7,}|(?:\d{1,4}[ ,.;/]{1,2}){6,40}\d"
            r"|[#@^~|<>{}\\+=]{3,}|(?<!\w)[бвгджзклмнпрстфхцчшщ]{6,}(?!\w))"
        ),
    ),
]
