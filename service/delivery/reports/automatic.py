"""Which mails come from a mail server about a failure, and which from a person or what answers for one."""

import re

from service.delivery import words
from service.delivery.reports.reading import Mail

_DAEMON = re.compile(
    r"mailer[-_.]?daemon|post ?master|mail[-_. ]?(?:delivery|deliver|administrator|system|service)|<>"
    r"|^(?:\"?mdaemon|imss|listmaster)"
    r"|delivery[-_. ]?(?:sub)?system|internet mail delivery|system administrator|inet-?gw|bounces?@"
    r"|smtp[-_]?(?:mail|gateway)|virus ?wall",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"undeliver|returned mail|mail returned|return(?:ed|ing)? (?:to|message)|(?:mail|message"
    r"|e-?mail).{0,30}(?:fail|error|not (?:be )?deliver)"
    r"|(?:deliver\w*|permanent)[ -](?:\w+ )?(?:status|fail|report|error|problem|notif|system)"
    r"|fail\w* (?:notice|mail|deliver|to deliver)"
    r"|could ?n[o']t (?:be )?deliver|could not be delivered|not delivered|non-?deliver|nondeliver"
    r"|rejected mail|user unknown|processing error"
    r"|unzustellbar|nicht (?:zugestellt|zustellbar)|zustell\w*(?:fehl|bericht|status)|fehlgeschlagen|rückläufer"
    r"|non[ -]remis|non[ -](?:distribu|délivr|delivr)|échec|echec|rapport de non|remise"
    r"|pas (?:pu )?[êe]tre (?:remis|distribu|délivr)"
    r"|недоставл|не ?достав|возвращен|ошибка доставки|отчет о доставке|не дастаўлен|no se (?:pudo"
    r"|puede) entregar|no entregado"
    r"|mancata consegna|não entregue|niedostarczon|nie dostarczono|onbestelbaar|olevererbar"
    r"|kunne ikke leveres|toimittaminen"
    r"|配信(?:不能|エラー|できません|に失敗)|送信(?:エラー|失敗|不能)|届きません|未达|退信|投递失败|无法投递|無法投遞",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"^\s*(?:re|aw|antw?|sv|vs|odp|отв|ответ|fwd?|wg|tr|rv|пересл)\s*(?:\[\d+\])?\s*:", re.IGNORECASE
)
_AWAY = re.compile(
    r"out of (?:the )?office|auto(?:matic|matisch|mated)?[ -]?(?:re(?:ply|sponse|sponder)|antwort"
    r"|answer)|vacation|on (?:holiday|leave)|\bann?ual leave|away from"
    r"|abwesen|automatische antwort|urlaub|nicht im (?:büro|hause)|absence|absent|réponse automatique"
    r"|reponse automatique|congés?\b"
    r"|автоответ|отпуск|вне офиса|автоматический ответ|аўтаадказ|адпачын|fuera de (?:la )?oficina"
    r"|respuesta autom|fuori (?:sede|ufficio)"
    r"|risposta automatica|nieobecno|urlop|autoodpowied|afwezig|automatisch antwoord|atbilde|不在(?:通知"
    r"|のお知らせ)|自動(?:返信|応答)|自动(?:回复|答复)",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"(?:could ?n[o']t|can ?not|can't|wasn't|was not|were not|has not been|not be|unable to be"
    r"|been un\w+ to|not|n't|unable to) (?:be |able to )?(?:successfully )?(?:re)?(?:deliver|reach"
    r"|process)"
    r"|did not reach|undeliver|non-deliver|returned to (?:you|sender)|(?:deliver\w*|mail|message"
    r"|attempt\w*|recipients?|address(?:es)?\S*) (?:has |have |to .{0,90})?(?:permanently )?(?:failed"
    r"|rejected|refused|aborted|encountered)"
    r"|(?:permanent|fatal|delivery) (?:\w+ )?error|has been (?:returned|rejected)"
    r"|was (?:automatically )?rejected|did not receive|failed recipient|error description|failed due"
    r"|rejected"
    r"|invalid final delivery|could not be|mailbox is full|unknown user|no such user"
    r"|nicht (?:zugestellt|zustell|ausgeliefert|übermittelt)|unzustellbar|zustellung .{0,80}(?:fehlgeschlagen|nicht)"
    r"|(?:pas|non) (?:pu )?(?:être |etre |été )?(?:remis|distribu|délivr|delivr|achemin|transmis)"
    r"|не (?:может быть |могло быть |был[оа]? |удалось |удаётся )*(?:доставл|доставить|доставк)"
    r"|невозможно доставить|доставка .{0,60}(?:невозможн|не удал)|не (?:можа быць )?дастаўлен"
    r"|no (?:se )?(?:pudo|ha podido|puede) (?:ser )?entreg|non (?:è stato"
    r"|può essere) (?:possibile )?(?:consegn|recapit)|não (?:pôde|foi) (?:ser )?entreg"
    r"|nie (?:może|mogła|został\w*) .{0,20}(?:dostarczon|doręczon)|niet (?:worden )?(?:bezorgd"
    r"|afgeleverd)|gick inte att leverera"
    r"|配信(?:でき|され|に失敗)|送信(?:でき|され|に失敗)|届(?:け|き)(?:ること|ません)|无法(?:投递|发送|送达)|無法|退回",
    re.IGNORECASE,
)
_LATE = re.compile(
    r"will (?:be (?:re-?)?(?:tried|attempted)|(?:keep|continue|be) (?:trying|retrying|to (?:try"
    r"|attempt)|retried)|retry)|continue (?:trying|to (?:try|attempt)|to be made)"
    r"|be retried (?:for|until)|still being (?:re)?tried|not yet been delivered|has been (?:delayed"
    r"|postponed)|is delayed|warning (?:message )?only|a warning"
    r"|no action is required|do not need to resend|delivery attempts will|advisory-only"
    r"|verzögert|wird weiter|erneut versucht|retard[ée]|nouvelle tentative|задерж"
    r"|попытки .{0,40}продолж|затрыма|配信(?:遅延|が遅れ)|遅延",
    re.IGNORECASE,
)
_LATE_TITLE = re.compile(r"delay|warning|verzögerung|retard|отложен|задержк|遅延|still being retried", re.IGNORECASE)
_GIVEN_UP = re.compile(
    r"g(?:iven|iving|ave) up|permanent(?:ly)?|\bfailed\b|no longer|returned to|removed from the"
    r"|user unknown|no such user|will not be (?:re)?tried|not going to try",
    re.IGNORECASE,
)
_ASKS_BACK = re.compile(
    r"(?:confirm|verif|authenticat|prove|approv|authori[sz]|regist|complete).{0,80}(?:by (?:click"
    r"|repl|follow)|click|repl(?:y|ying)|link|below|visit)|click (?:on )?(?:the|this|here|below"
    r"|link).{0,120}deliver"
    r"|(?:challenge|whitelist|white list|guest ?list|allowed senders|approved senders|pending (?:your"
    r"|approval)|awaiting (?:your|verification))",
    re.IGNORECASE | re.DOTALL,
)


def is_daemon(mail: Mail) -> bool:
    """Whether the sender is what a mail server calls itself."""
    sender = mail.value("from")
    if _DAEMON.search(sender) or mail.value("x-failed-recipients"):
        return True
    return "report-type=delivery-status" in mail.value("content-type") or (
        not sender and mail.value("return-path") == "<>"
    )


def is_receipt(mail: Mail) -> bool:
    """That a mail was read or deleted; a filter of the recipient's that says no uses the same form."""
    if "rejected" in mail.value("auto-submitted").lower():
        return False
    return bool(mail.of("message/disposition-notification")) or (
        "disposition-notification" in mail.value("content-type").lower()
    )


def is_answer(mail: Mail) -> bool:
    """From a person or what answers for one, whatever form it has."""
    title = mail.value("subject")
    return bool(_ANSWER.match(title) or _AWAY.search(title)) and not _DAEMON.search(mail.value("from"))


def is_from_server(mail: Mail, said: str) -> bool:
    """Whether a server says, in a text without fields, that a mail did not arrive."""
    title = mail.value("subject")
    daemon, titled = is_daemon(mail), bool(_TITLE.search(title))
    failed = bool(_FAILED.search(said) or _FAILED.search(title)) or words.surely_gone(said)
    if _AWAY.search(title) or is_answer(mail):
        return daemon and titled and failed
    if _ASKS_BACK.search(said) and not (titled and failed):
        return False
    return (daemon and (titled or failed)) or (titled and failed and _is_machine(mail))


def is_late(mail: Mail, said: str) -> bool:
    """A notice that a mail is still on its way."""
    if _GIVEN_UP.search(said) and not _LATE_TITLE.search(mail.value("subject")):
        return False
    return bool(_LATE.search(said))


def _is_machine(mail: Mail) -> bool:
    """Whether nobody sat down to write it, by the marks that servers leave and vacation programmes do not."""
    if mail.value("x-autoreply") or mail.value("x-autorespond") or "auto_reply" in mail.value("precedence"):
        return False
    marked = mail.value("return-path") == "<>" or mail.value("auto-submitted").startswith("auto")
    return marked or bool(mail.of("message/rfc822", "text/rfc822-headers"))
