"""The expressions of an edition as plain functions: what rendering.personal lets through needs no template engine."""

from collections.abc import Callable, Mapping
from operator import itemgetter

from jinja2 import Environment, nodes

from service.delivery.headers import Unmailable
from service.rendering.personal import segments

# The text that stands in a mail, for one reader's values. Raises KeyError where one is not known.
Expression = Callable[[Mapping[str, str]], str]

_PARSER = Environment()  # noqa: S701 - nothing is rendered with it
_FILTERS: dict[str, Callable[[str], str]] = {
    "capitalize": str.capitalize,
    "lower": str.lower,
    "trim": str.strip,
    "upper": str.upper,
}


def compiled(source: str) -> Expression:
    """`source` as rendering.personal writes it. Raises Unmailable."""
    [output] = _PARSER.parse(f"{{{{ {source} }}}}").body
    assert isinstance(output, nodes.Output), "one pair of braces"
    return _function(output.nodes[0])


def line(source: str) -> Expression:
    """The same for text with expressions in it, such as a subject."""
    parts = [compiled(part) if is_expression else _constant(part) for is_expression, part in segments(source)]
    return _joined(parts)


def _function(node: nodes.Node) -> Expression:
    match node:
        case nodes.Name(name=name):
            return itemgetter(name)
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


def _constant(value: str) -> Expression:
    return lambda values: value


def _first(one: Expression, other: Expression) -> Expression:
    return lambda values: one(values) or other(values)


def _changed(change: Callable[[str], str], inside: Expression) -> Expression:
    return lambda values: change(inside(values))


def _joined(parts: list[Expression]) -> Expression:
    if not parts:
        return _constant("")
    first, rest = parts[0], _joined(parts[1:])
    return first if len(parts) == 1 else lambda values: first(values) + rest(values)


def _chosen(test: Expression, then: Expression, otherwise: Expression) -> Expression:
    return lambda values: then(values) if test(values) else otherwise(values)
