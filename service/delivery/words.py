"""What mail servers mean by their words, in the languages that they speak; the one home of these patterns.

A mailbox that is full, or a mail that is filtered, is not an address that is gone: only clear words say that.
"""

import re
from enum import StrEnum


class Meaning(StrEnum):
    ABOUT_US = "about us"
    FULL = "full"
    TOO_LARGE = "too large"
    GONE = "gone"
    # Neither side's fault: nobody answered in time, or the mail went round in circles.
    NO_WAY = "no way"


# More than any server says of one address.
_MOST = 12_000


def meaning(text: str) -> Meaning | None:
    """The meaning of a server's words, None where they tell nothing."""
    return next((found for found, said in _ORDER if said.search(text[:_MOST])), None)


def surely_gone(text: str) -> bool:
    """Whether the words leave no doubt, whatever code stands before them."""
    said = text[:_MOST]
    return meaning(said) is Meaning.GONE and bool(_GONE.search(said)) and not _ABOUT_US.search(said)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _near(first: str, then: str, most: int = 40, but: str = "") -> str:
    """`first` and soon after it, in the same sentence, `then`, with nothing of `but` between them."""
    between = rf"(?:(?!{but})[^;!?\n])" if but else r"[^;!?\n]"
    return rf"(?:{first}){between}{{0,{most}}}?(?:{then})"


_SENDER = r"\bsender|return[- ]path|from[- ]address|\bmail from\b|envelope[- ]from|\b(?:helo|ehlo)\b"
_BAD = (
    r"reject|invalid|unknown|not exist|not found|verif|denied|refus|block|not (?:allowed|accept|permitted)"
    r"|resolv|\bmx\b|disabled|suspend|not registered"
)
# The same words as for a recipient that is gone, so these are looked for first.
_OUR_SIDE = _any(
    _near(_SENDER, _BAD),
    r"(?:reject|verif\w+|unknown|invalid|blocked?|accepting mail from) (?:of |by )?(?:the |this "
    r"|your )?sender|invalid from",
    r"reverse[- ](?:dns|lookup|hostname)|\brdns\b|\bptr\b|cannot find your|your (?:hostname|ip|server|account|domain"
    r"|mail server|network)\b",
    r"client host|sending (?:quota|limit)|(?:daily|hourly) (?:\w+ )?(?:quota|limit)|rate.?limit"
    r"|receiving mail (?:at a rate|too)",
    r"too many (?:connections|(?:invalid |bad )?recipients|messages (?:from|in|per|sent))",
    r"too (?:fast|frequent)|gr[ea]y.?list",
    r"relay\w* (?:access )?(?:is )?(?:denied|not|prohib)|to relay\b|not a(?:n open)? relay"
    r"|allowed rcpthosts|not relay",
)
_FULL = _any(
    _near(r"mail ?box|mail ?folder|in-?box|maildir|\baccount|storage|\bdisk", r"\bfull\b|exceed|too much|overdrawn"),
    _near(r"\bfull|exceed\w*", r"mail ?box|mail ?folder|in-?box|storage", 20),
    r"quota|over.?(?:limit|drawn|disk)|insufficient|enough.{0,12}(?:space|storage|room)|storage|too many messages"
    r"|no space left|(?:disk|mail ?box)[- ]?space|space not enough|too much mail|box too big",
    _near("postfach|mailbox|briefkasten", "voll|überfüllt|ueberfuellt|überschritten|erschöpft")
    + "|speicherplatz|kontingent",
    _near("bo[iî]te|messagerie|bal|mailbox|compte|quota", r"pleine?\b|satur|dépass|depass", 60)
    + "|espace.{0,20}insuffisant",
    _near(r"превы[сш]\w+|исчерпан\w*|закончил\w+|недостаточно|не хватает", "квот|лимит|об[ъь][её]м|размер|мест")
    + "|"
    + _near("квот|лимит|размер", "превы|исчерпан")
    + "|переполнен|перапоўнен|не хапае месца",
    r"buz[oó]n.{0,30}llen|cuota|casella.{0,30}piena|caixa.{0,30}cheia|przepełnion|\bpełna\b"
    r"|\bis vol\b|volle (?:mailbox|postbus)",
    r"容量.{0,16}(?:超|不足|いっぱい|上限)|メールボックス.{0,20}(?:いっぱい|満杯|溢れ|超)|空间不足|空間不足|已满|已滿",
)
_TOO_LARGE = _any(
    r"too (?:large|big|long)|exceeds?\b.{0,30}(?:size|limit)|message size|size limit|larger than the"
    r"|maximum.{0,20}size",
    r"zu (?:gro(?:ß|ss)|lang)\b|trop (?:gros|volumineux|grand)|слишком (?:больш|велик)|サイズ.{0,12}(?:超|大き)",
)
_WITHDRAWN = r"disabled|suspended|unavailable|inactive|locked|closed|deactivated|blocked"
_NOT_NOW = _any(
    _near("temporar", _WITHDRAWN, 12),
    r"unavailable to take delivery|connection .{0,40}(?:closed|lost|dropped|refused)|vorübergehend"
    r"|temporairement|dns (?:error|timeout)|временно",
)

_PERSON = (
    r"\b(?:users?|recipients?|rcpt|mail ?-?box(?:es)?|(?<!\bip )addresse?e?s?|accounts?|alias(?:es)?|persons?"
    r"|user ?(?:name|id)|local[- ]part|customer|subscriber|in-?box|person's name|destination)\b"
)
_UNKNOWN = r"\bunknown(?! (?:error|reason|problem|status|command|failure|mailer))"
_NOT_THERE = (
    rf"{_UNKNOWN}|not[ -]found|\bnot (?:be |a )?(?:known|exist|valid|active|local|listed|recogni[sz]ed|registered)"
    r"|not (?:be )?found|not a member|no longer|(?:does|do|did)(?: not|n't) (?:currently )?exist|never existed"
    r"|non-?exist|(?:wrong|obsolete|retired|invalid)\b|cannot be verified"
)
_WITHDRAWN_FOR_GOOD = (
    r"\b(?:inactive|deactivated|disabled|discontinued|suspended|closed|deleted|terminated|cancell?ed|archived)\b"
    r"|not activated|has expired"
)
_NO_SUCH = (
    rf"\bno such|{_UNKNOWN}|\binvalid|\billegal|\bnon-?existent|\bbad\b|\bincorrect|\bdeactivated|\bdisabled"
    r"|(?:\b(?:is|are|was) not|n't|'s not) (?:a|an|our|any) (?:known |valid |active |local |registered )?"
    r"|\bno (?:valid|matching|local|current|active)\b|\bnot a (?:known|valid)|\binactive|\barchived|\bwrong"
)
_GONE_HOST = (
    r"\b(?:host|domain)(?: name)?[:,]?(?: \S{1,253})? (?:is |was |does |did |could )?(?:not (?:be )?"
    rf"(?:found|known|exist|resolved)|{_UNKNOWN}|no such|nxdomain)|(?:host|domain)\S* (?:doesn't|didn't) exist"
    r"|name or service not known|(?:no such|unknown|illegal|invalid|non-?existent) (?:mail )?(?:host|domain)"
    r"|nxdomain|no mx (?:record|host)|domain does not accept mail|null ?mx|find any host"
    r"|bad destination (?:host|system|e-?mail|mailbox)|host ?name lookup fail|unroute?able"
)
_GONE = _any(
    _near(_PERSON, _NOT_THERE),
    _near(_PERSON, _WITHDRAWN_FOR_GOOD, 30, but="connection|session|block|spam|polic"),
    # "No such local user", but not "an invalid link in the user's mail".
    _near(_NO_SUCH, _PERSON, 30, but=" (?:in|from|of|for|by|with|on) "),
    _GONE_HOST,
    r"(?:does not|n't) have (?:a|an) .{0,40}account|not our customer|no (?:mail ?box|mail box|account"
    r"|user)\b|badrcptto|bad_recipient",
    r"recip\w*notfound|recipient rejected|(?:could not|was not|n't) (?:be )?found|no matche?s? to"
    r"|did not .{0,12}match an",
    r"no one (?:here )?by (?:this|that) name|not (?:listed|found) in"
    r"|no (?:valid )?recipients? (?:were|was|to deliver)",
    r"is now (?:disabled|inactive)|archived recipient|5\.4\.1 .{0,20}recipient address rejected",
    r"no longer (?:works?|employed|with|at this|accepts?|on server)|does not have a final|not recogni[sz]ed",
    _near("empf(?:ä|ae|a)nger", "unbekannt|existiert nicht|nicht (?:gefunden|bekannt|vorhanden)|ungültig")
    + r"|unbekannte[rsn]? (?:empf|benutzer|adress|nutzer)|existiert (?:leider )?nicht|"
    + _near(
        "konto|postfach|adresse|benutzer|teilnehmer|nutzer",
        "deaktiviert|gelöscht|geloescht|ungültig|unbekannt|nicht (?:mehr )?(?:gefunden|bekannt"
        "|vorhanden|gültig|existier|vergeben)",
        50,
    ),
    r"n['’]existe (?:pas|plus)|non recens|destinataire rejeté|"
    + _near(
        r"\b(?:utilisateur|destinataire|adresse|bo[iî]te|compte|bal|correspondant|domaine)",
        "inconnu|introuvable|invalide|inexistant|désactiv|desactiv|supprim|fermée|clôtur"
        "|n['’]est (?:pas|plus) (?:valide|active?|attribu)",
        60,
    ),
    _near(
        "пользовател|адресат|получател|адрес|ящик|аккаунт|уч[её]тн|домен",
        "не (?:существу|найден|зарегистрирован)|неизвест|удал[её]н|отключ[её]н|заблокирован"
        "|деактивирован|отсутству|недействит|закрыт",
        60,
    )
    + "|"
    + _near("нет|неизвестн|несуществующ|неверн|недействительн", "пользовател|адрес|получател|ящик", 20)
    + "|такого .{0,30}(?:не существует|нет)",
    _near("карыстальнік|адрас|скрын|уліковы", "не (?:існуе|знойдзен)|невядом|выдален|адключан", 50) + "|няма такога",
    r"no existe|não existe|non esiste|sconosciut[oa]|inesistente|"
    + _near(
        r"\b(?:usuario|direcci[oó]n|destinatario|buz[oó]n|cuenta|usu[aá]rio|endere[cç]o|conta|utente"
        r"|indirizzo|casella)\b",
        r"desconocid|no encontrad|inv[aá]lid|inexistent|desconhecid|não encontrad|non trovat"
        r"|disabilitat|de[sz]h?abilitad|desativad",
        50,
    ),
    r"nie istnieje|nie znaleziono|nieznany|brak takiego|bestaat niet|onbekende? (?:gebruiker"
    r"|ontvanger|adres)|hittades inte"
    r"|inte att hitta|finns inte|findes ikke|finnes ikke|ei löydy|neexistuje|nem létez|nav atrasts|neeksistē",
    _near(
        "宛て?先|あて先|ユーザ|アドレス|受信者|メールボックス|リスト",
        "存在し(?:ません|ない)|見つかりません|見つからない|不明|ありません|無効|使われて",
    )
    + "|該当する.{0,20}(?:ありません|いません)",
    _near("收件人|用户|用戶|邮箱|郵箱|帐号|帳號|地址", "不存在|无效|無效|未找到|找不到|停用", 20),
)
_ABOUT_US = _any(
    r"spam|junk|\bblock(?:ed|ing|list)|black.?list|deny.?list|banned|reputation|polic(?:y|ies)\b"
    r"|relay|not permitted|\bspf\b",
    r"sender policy|dkim|dmarc|dnsbl|rbl\b|\bsbl\b|authenticat|ip address|virus|infected|malware"
    r"|phish|unsolicited|\bbulk\b",
    r"\bfilter|prohibited|restricted|not (?:authori[sz]ed|allowed|accepting)|undesirable"
    r"|access (?:is )?denied|administrativ",
    r"forbidden|abus(?:e|ive)|complaint|suspicious|profanity|mailing list|whitelist|preferences"
    r"|(?:reject\w*|refused) (?:due|by|because)|content (?:reject|filter)",
    r"abgelehnt|verweigert|gesperrt|indésirable|refusé|спам|заблокирован|политик|отклонен|отклонён|лишено доверия",
    r"迷惑メール|拒否|拒绝|拒絕|垃圾|rechazad|rifiutat|odrzucon|geweigerd",
)
# Said of dead addresses as a rule, and of blocks too: they count where nothing else was said.
_GONE_AS_A_RULE = _any(
    _near(_PERSON, "unavailable|not available|rejected|unreachable|refused|undeliverable"),
    r"does not like recipient|nicht erreichbar|недоступ[ен]",
)
_NO_WAY = _any(
    r"too many hops|\bloop|hop count|time[sd]?[- ]?out|connection|network|no route|not responding"
    r"|no answer|not (?:been )?collected",
    r"expired|too old|in the queue too long|not reachable|could not be (?:reached|contacted)"
    r"|retry time|delivery attempts",
    r"temporar|try again|\blater\b|\bbusy\b|\bdown\b|failing for a long time",
)
_ORDER = (
    (Meaning.ABOUT_US, _OUR_SIDE),
    (Meaning.FULL, _FULL),
    (Meaning.TOO_LARGE, _TOO_LARGE),
    (Meaning.NO_WAY, _NOT_NOW),
    (Meaning.GONE, _GONE),
    (Meaning.ABOUT_US, _ABOUT_US),
    (Meaning.GONE, _GONE_AS_A_RULE),
    (Meaning.NO_WAY, _NO_WAY),
)
