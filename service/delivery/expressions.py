"""The expressions of an edition as plain functions: what rendering.personal lets through needs no template engine."""

import re
from collections.abc import Callable, Mapping

from jinja2 import Environment, UndefinedError, nodes
from markupsafe import escape

from service.delivery.headers import Unmailable

# The text that stands in a mail, for one reader's values. Raises UndefinedError.
Expression = Callable[[Mapping[str, str]], str]

_PARSER = Environment()  # noqa: S701 - nothing is rendered with it
_MARKUP = re.compile("[&<>'\"]")
_FILTERS: dict[str, Callable[[str], str]] = {
    "capitalize": str.capitalize,
    "lower": str.lower,
    "trim": str.strip,
    "upper": str.upper,
}


def compiled(source: str, escaped: bool) -> Expression:
    """`source` as rendering.personal writes it; `escaped`: for the HTML part. Raises Unmailable."""
    [output] = _PARSER.parse(f"{{{{ {source} }}}}").body
    assert isinstance(output, nodes.Output), "one pair of braces"
    value = _function(output.nodes[0])
    return _escaped(value) if escaped else value


def _function(node: nodes.Node) -> Expression:
    match node:
        case nodes.Name(name=name):
            return _named(name)
        case nodes.Const(value=str() as value):
            return _constant(value)
        case nodes.Or(left=left, right=right):
            return _first(_function(left), _function(right))
        case nodes.Filter(name=name, node=nodes.Node() as inside) if name in _FILTERS:
            return _changed(_FILTERS[name], _function(inside))
        case nodes.Concat(nodes=parts):
            return _joined([_function(part) for part in parts])
        case nodes.CondExpr(test=test, expr1=then, expr2=nodes.Node() as otherwise):
            return _chosen(_function(test), _function(then), _function(otherwise))
        case _:
            raise Unmailable("content", f"{type(node).__name__} cannot stand between braces")


def _named(name: str) -> Expression:
    def value(values: Mapping[str, str]) -> str:
        try:
            return values[name]
        except KeyError:
            raise UndefinedError(f"'{name}' is undefined") from None

    return value


def _escaped(inside: Expression) -> Expression:
    return lambda values: str(escape(text)) if _MARKUP.search(text := inside(values)) else text


def _constant(value: str) -> Expression:
    return lambda values: value


def _first(one: Expression, other: Expression) -> Expression:
    return lambda values: one(values) or other(values)


def _changed(change: Callable[[str], str], inside: Expression) -> Expression:
    return lambda values: change(inside(values))


def _joined(parts: list[Expression]) -> Expression:
    return lambda values: "".join([part(values) for part in parts])


def _chosen(test: Expression, then: Expression, otherwise: Expression) -> Expression:
    return lambda values: then(values) if test(values) else otherwise(values)
