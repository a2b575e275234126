"""What staff may put between braces: `{{ first_name|default("friend") }}`, and nothing that could run."""

import difflib
import hashlib
import re
from collections.abc import Mapping

import msgspec
from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import escape

from service.kit.errors import Problem
from service.kit.i18n import Sentence

LONGEST_TEXT = 20_000
LONGEST_PIECE = 300
MOST_PIECES = 50
FILTERS = ("capitalize", "lower", "trim", "upper")


class Personal(msgspec.Struct, frozen=True):
    """`shared`: the same for every reader. `url`: may be the whole of a link."""

    name: str
    description: str
    example: str
    shared: bool = False
    url: bool = False


PERSONAL = {
    known.name: known
    for known in (
        Personal("first_name", "The reader's first name; often empty, so give a default", "Anna"),
        Personal("last_name", "The reader's last name; often empty, so give a default", "Keller"),
        Personal("organisation", "The name of your organisation", "Example Solidarity", shared=True),
        Personal("preferences_url", "The reader's own link to topics and language", "https://…", url=True),
        Personal("unsubscribe_url", "The reader's own link to leave", "https://…", url=True),
        Personal("archive_url", "This mail as a page on the web", "https://…", shared=True, url=True),
    )
}


class NotPersonal(Problem):
    """Braces in a staff text that cannot be used, with the piece and what would work."""

    code = "personalisation_refused"
    status = 422
    sentence = Sentence("{reason}")


class Pieces:
    """Takes the expressions out of texts and puts them back, as Jinja source, where their markers ended up."""

    def __init__(self, texts: str) -> None:
        self._salt = hashlib.sha256(texts.encode(errors="replace")).hexdigest()[:12]
        self._expressions: list[tuple[str, frozenset[str]]] = []

    def take_out(self, text: str) -> str:
        """`text` with a marker for each expression. Raises NotPersonal."""
        return "".join(part if isinstance(part, str) else self._marker(part) for part in parse(text))

    def marker(self, name: str) -> str:
        """A marker for a variable of our own layout."""
        self._expressions.append((name, frozenset([name])))
        return self._last("u" if name.endswith("_url") else "t")

    def put_back(self, compiled: str, shared: Mapping[str, str], escaped: bool) -> str:
        """Jinja source: the reader's variables stay, what everybody shares is filled in now."""

        def source(match: re.Match[str]) -> str:
            return self._source(int(match[1]), shared, escaped)

        return re.sub(rf"pz[ut]{self._salt}n(\d+)z", source, _without_braces(compiled))

    def _marker(self, node: nodes.Node) -> str:
        names = frozenset(found.name for found in [node, *node.find_all(nodes.Name)] if isinstance(found, nodes.Name))
        self._expressions.append((_expression(node), names))
        return self._last("u" if isinstance(node, nodes.Name) and PERSONAL[node.name].url else "t")

    def _last(self, kind: str) -> str:
        return f"pz{kind}{self._salt}n{len(self._expressions) - 1}z"

    def _source(self, number: int, shared: Mapping[str, str], escaped: bool) -> str:
        expression, names = self._expressions[number]
        if not names <= shared.keys():
            return f"{{{{ {expression} }}}}"
        if expression == "archive_url" and not shared["archive_url"]:
            raise NotPersonal(reason="{{ archive_url }} is used, but this mail has no page on the web.")
        value = str(_SHARED.compile_expression(expression)(**shared))
        return _without_braces(str(escape(value)) if escaped else value)


def parse(text: str) -> list[str | nodes.Node]:
    """Literal text and allowed expressions in turn. Raises NotPersonal."""
    _must_be_bounded(text)
    try:
        body = _PARSER.parse(text).body
    except (TemplateSyntaxError, RecursionError) as error:
        raise _unreadable(error) from None
    parts = [part for node in body for part in _parts(node)]
    for part in parts:
        if not isinstance(part, str):
            _expression(part)
    return parts


def segments(source: str) -> list[tuple[bool, str]]:
    """A compiled source cut up: (False, literal text) and (True, Jinja expression) in turn."""
    return [(number % 2 == 1, part) for number, part in enumerate(_EXPRESSION.split(source)) if part]


def is_link(text: str) -> bool:
    """Whether `text` is nothing but the marker of a link."""
    return re.fullmatch(r"pzu[0-9a-f]{12}n\d+z", text) is not None


def mentions(text: str) -> bool:
    """Whether `text` holds a marker or braces."""
    return re.search(r"pz[ut][0-9a-f]{12}n\d+z|\{\{|\{%|%7B%7B|%7B%25", text) is not None


_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ,.!:;-]")
_EXPRESSION = re.compile(r"\{\{ (.*?) \}\}")
_PARSER = SandboxedEnvironment(comment_start_string="\x00#", comment_end_string="#\x00", keep_trailing_newline=True)
_SHARED = Environment()  # noqa: S701 - escaped afterwards where it is HTML


def _must_be_bounded(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise NotPersonal(reason=f"This text is too long: at most {LONGEST_TEXT} characters. Please split it.")
    openings = [match.start() for match in re.finditer(r"\{\{|\{%", text)]
    if len(openings) > MOST_PIECES:
        raise NotPersonal(reason=f"At most {MOST_PIECES} pieces in braces fit into one text.")
    for start in openings:
        if not re.search(r"\}\}|%\}", text[start : start + LONGEST_PIECE]):
            shown = text[start : start + 30].strip()
            raise NotPersonal(reason=f"“{shown}” opens braces that are not closed. Close them with }}}} or %}}.")


def _parts(node: nodes.Node) -> list[str | nodes.Node]:
    match node:
        case nodes.Output():
            return [part.data if isinstance(part, nodes.TemplateData) else part for part in node.nodes]
        case nodes.If():
            return [node]
        case _:
            raise NotPersonal(reason=f"“{{% {_STATEMENTS.get(type(node), '…')} %}}” cannot be used here. {_ALLOWED}")


def _expression(node: nodes.Node) -> str:
    """The same as our own Jinja source, from allowed nodes alone. Raises NotPersonal."""
    match node:
        case nodes.Name(name=name) if name in PERSONAL:
            return name
        case nodes.Name(name=name):
            raise NotPersonal(reason=_unknown(name))
        case nodes.Filter(name="default"):
            return f"({_expression(_inside(node))} or {_constant(_default(node))})"
        case nodes.Filter(name=name) if name in FILTERS and not (node.args or node.kwargs or node.dyn_args):
            return f"({_expression(_inside(node))}|{name})"
        case nodes.Filter(name=name):
            raise NotPersonal(reason=f"“|{name}” cannot be used here in this way. {_ALLOWED}")
        case nodes.If():
            return _choice(node)
        case _:
            raise NotPersonal(reason=f"{_word(node)} cannot be used between braces. {_ALLOWED}")


def _inside(node: nodes.Filter) -> nodes.Node:
    if node.node is None:
        raise NotPersonal(reason=_ALLOWED)
    return node.node


def _default(node: nodes.Filter) -> str:
    plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and len(node.args) in (1, 2)
    values = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
    if not plain or len(values) != len(node.args) or not isinstance(values[0], str):
        raise NotPersonal(reason='“|default” wants one text in quotes: {{ first_name|default("friend") }}.')
    return values[0]


def _choice(node: nodes.If) -> str:
    """`{% if first_name %}Dear {{ first_name }}{% else %}Hello{% endif %}` as one expression."""
    if not isinstance(node.test, nodes.Name):
        raise NotPersonal(reason="After “if” stands one name alone: {% if first_name %}.")
    if node.elif_:
        raise NotPersonal(reason="“{% elif %}” cannot be used here. Use {% if … %}, {% else %} and {% endif %}.")
    return f"({_joined(node.body)} if {_expression(node.test)} else {_joined(node.else_)})"


def _joined(body: list[nodes.Node]) -> str:
    parts = [part for node in body for part in _parts(node)]
    if any(isinstance(part, nodes.If) for part in parts):
        raise NotPersonal(reason="One {% if … %} cannot stand inside another.")
    sources = [_constant(part) if isinstance(part, str) else _expression(part) for part in parts]
    return "(" + " ~ ".join(sources or ['""']) + ")"


def _constant(text: str) -> str:
    """A Jinja string without a brace, a line break or anything else that could end it early."""
    if len(text) > LONGEST_PIECE:
        raise NotPersonal(reason=f"A text inside braces can have at most {LONGEST_PIECE} characters.")
    on_one_line = re.sub(r"\s+", " ", text)
    return '"' + _NOT_PLAIN.sub(lambda found: f"\\U{ord(found[0]):08x}", on_one_line) + '"'


def _without_braces(literal: str) -> str:
    return re.sub(r"\{(?=[{%#]|pz[ut]|\Z)", '{{ "\\\\u007b" }}', literal)


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name, PERSONAL, 1)
    hint = f"Did you mean {near[0]}?" if near else "You can use " + ", ".join(PERSONAL) + "."
    return f"“{name}” is not known here. {hint}"


def _unreadable(error: Exception) -> NotPersonal:
    what = error.message if isinstance(error, TemplateSyntaxError) and error.message else "too many brackets"
    return NotPersonal(reason=f"Something between braces could not be read ({what.rstrip('.')}). {_ALLOWED}")


def _word(node: nodes.Node) -> str:
    return _WORDS.get(type(node), "A calculation")


_WORDS: dict[type[nodes.Node], str] = {
    nodes.Getattr: "A dot after a name",
    nodes.Getitem: "A bracket after a name",
    nodes.Call: "A call with “(…)”",
    nodes.Const: "A text or number of its own",
    nodes.CondExpr: "An “if” without {% %}",
}
_STATEMENTS: dict[type[nodes.Node], str] = {
    nodes.For: "for",
    nodes.Assign: "set",
    nodes.AssignBlock: "set",
    nodes.Include: "include",
    nodes.Import: "import",
    nodes.FromImport: "from",
    nodes.Extends: "extends",
    nodes.Block: "block",
    nodes.Macro: "macro",
    nodes.CallBlock: "call",
    nodes.FilterBlock: "filter",
    nodes.With: "with",
}
_ALLOWED = (
    'You can write {{ first_name }}, {{ first_name|default("friend") }} and '
    "{% if first_name %}…{% else %}…{% endif %}."
)
