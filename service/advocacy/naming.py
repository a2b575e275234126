"""What is called differently from language to language: parliaments, areas, committees."""

# For readers of a language in which something has no name, in this order.
_INSTEAD = ("", "en", "de", "fr")


def called(table: str, language: str) -> str:
    """SQL: the name of a row of `table`, which has `names`; `language`: the placeholder that it stands in."""
    known = ", ".join(f"{table}.names->>'{other}'" for other in _INSTEAD)
    any_other = f"(SELECT min(value) FROM jsonb_each_text({table}.names))"  # noqa: S608
    return f"coalesce({table}.names->>{language}, {known}, {any_other}, {table}.{_key(table)})"


def in_order(name: str) -> str:
    """SQL to order by: as people look for a name, Échantillon before Exemple, whatever the collation."""
    return f"regexp_replace(normalize(lower({name}), NFD), '[\u0300-\u036f]', '', 'g')"


def _key(table: str) -> str:
    return "key" if table == "parliament" else "code"
