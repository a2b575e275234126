"""Who stands by a prisoner: features above this one know it, and say so here."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from service.cases.publication import Person

Teller: TypeAlias = Callable[[Person], Awaitable[Any]]
_tellers: dict[str, Teller] = {}


def is_told_by(name: str, teller: Teller) -> None:
    """Once, by each feature that knows; its template knows what it gets, under this name."""
    _tellers[name] = teller


async def of(person: Person) -> dict[str, Any]:
    return {name: await teller(person) for name, teller in _tellers.items()}
