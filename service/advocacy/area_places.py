"""Places of an area as staff add and remove them by hand."""

from service.advocacy import places
from service.advocacy.register import values
from service.auth import audit
from service.kit import db
from service.kit.errors import Invalid, NotFound
from service.kit.i18n import Sentence


async def add(area: int, postcode: str, town: str, by: int | None) -> None:
    """Raises Invalid, NotFound."""
    wrong = {}
    country = await db.fetch_value("SELECT country FROM area WHERE id = $1", area)
    if country is None:
        raise NotFound
    compact = places.compact(postcode, country)
    if not places.POSTCODE.fullmatch(compact):
        wrong["postcode"] = Sentence("Please write a postcode as it stands on an envelope.")
    try:
        called = values.name(values.words(town))
    except values.Unreadable as problem:
        wrong["town"] = problem.told
    if wrong:
        raise Invalid(wrong)
    async with db.transaction():
        added = await db.execute(
            "INSERT INTO place (country, postcode, town, area) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            *(country, compact, called, area),
        )
        if not added:
            raise Invalid({"town": Sentence("This place stands in this area already.")})
        await audit.record(by, "area.place_added", f"area {area}", {"place": f"{compact} {called}"})


async def remove(area: int, place: int, by: int | None) -> None:
    """Raises NotFound."""
    async with db.transaction():
        row = await db.fetch_one(
            "DELETE FROM place WHERE id = $1 AND area = $2 RETURNING postcode, town", *(place, area)
        )
        if row is None:
            raise NotFound
        detail = {"place": f"{row['postcode']} {row['town']}"}
        await audit.record(by, "area.place_removed", f"area {area}", detail)
