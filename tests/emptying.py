"""How the database is emptied before each test: in milliseconds, as most tests leave a few rows in a few tables."""

from functools import cache

import asyncpg

from service.kit import db

# From here on it is quicker to make the files of the tables anew, and of all that refer to them.
MANY = 50


async def empty(tables: tuple[str, ...]) -> None:
    """Also what was counted begins again at 1."""
    found = await db.fetch(_found(tables))
    filled = {row["name"] for row in found}
    counted = await db.fetch("SELECT sequencename AS name FROM pg_sequences WHERE last_value IS NOT NULL")
    sequences = [row["name"] for row in counted if row["name"].removesuffix("_id_seq") in tables]
    if any(row["many"] for row in found):
        await _anew(filled)
    elif filled:
        try:
            await db.execute("; ".join(f"DELETE FROM {name}" for name in await _children_first() if name in filled))
        except asyncpg.PostgresError:
            await _anew(filled)
    if sequences:
        await db.execute("SELECT " + ", ".join(f"setval('{name}', 1, false)" for name in sequences))


async def _anew(tables: set[str]) -> None:
    await db.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


@cache
def _found(tables: tuple[str, ...]) -> str:
    """Which have rows."""
    return " UNION ALL ".join(
        f"SELECT '{name}' AS name, EXISTS (SELECT FROM {name} OFFSET {MANY}) AS many"
        f" WHERE EXISTS (SELECT FROM {name})"
        for name in tables
    )


_order: list[str] = []


async def _children_first() -> list[str]:
    """Who refers to a table stands before it; in a circle somebody has to be the first."""
    if not _order:
        rows = await db.fetch(
            "SELECT tablename AS name, ARRAY(SELECT conrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid = tablename::regclass) AS children"
            " FROM pg_tables WHERE schemaname = 'public'"
        )
        children = {row["name"]: row["children"] for row in rows}
        seen: set[str] = set()

        def visit(name: str) -> None:
            if name not in seen:
                seen.add(name)
                for child in children[name]:
                    visit(child)
                _order.append(name)

        for name in children:
            visit(name)
    return _order
