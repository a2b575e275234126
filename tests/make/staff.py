"""People who work here, made directly in the database."""

from functools import cache
from typing import Any

import msgspec
from argon2 import PasswordHasher

from service.auth import sessions
from service.kit import clock, db, sealing

PASSWORD = "a quiet river in autumn"


class Person(msgspec.Struct, frozen=True):
    id: int
    name: str
    address: str
    role: str
    password: str = PASSWORD


async def staff(name: str = "Olga", role: str = "owner", address: str = "", password: str = PASSWORD) -> Person:
    """An account whose address is made from its name, for example olga@example.org."""
    address = address or f"{name.lower().replace(' ', '.')}@example.org"
    made = await db.fetch_value(
        "INSERT INTO account (address, name, role, password_hash, totp_step, created_at)"
        " VALUES ($1, $2, $3, $4, 0, $5) RETURNING id",
        sealing.seal_address(address),
        name,
        role,
        _hashed(password) if password else "",
        clock.now(),
    )
    return Person(made, name, address, role, password)


async def sign_in(web: Any, person: Person) -> str:
    """Gives the test client a session of `person`; returns the csrf token for its forms."""
    key = await sessions.begin(person.id)
    web.cookies.set(sessions.COOKIE, key, domain="news.example.org", path=sessions.COOKIE_PATH)
    signed = await sessions.find(key)
    assert signed
    return signed.csrf


@cache
def _hashed(password: str) -> str:
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(password)
