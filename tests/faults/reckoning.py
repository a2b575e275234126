"""What the post office took against what the records say."""

from collections.abc import Callable

import msgspec

from service.kit import sealing
from tests.faults.product import Product
from tests.faults.table import PROPERTY


class Reckoning(msgspec.Struct, frozen=True):
    """`lost`: said to be sent, or never decided, and not taken by anybody; `twice`: more often than once.

    `untrue`: rows that say something else than what the server knows.
    """

    mails: int
    lost: int
    twice: int
    unknown: int
    untrue: int


async def reckon(product: Product, campaign: str) -> Reckoning:
    rows = await product.ask(
        "SELECT s.address, d.state FROM delivery d JOIN campaign c ON c.mailing = d.mailing"
        " JOIN subscriber s ON s.id = d.subscriber WHERE c.id = $1",
        product.id(campaign),
    )
    states = {sealing.unseal_address(row["address"]): row["state"] for row in rows}
    taken = product.office.accepted(f"@{campaign}")
    assert len(states) == len(rows) and taken.keys() <= states.keys()
    return Reckoning(
        mails=len(rows),
        lost=sum(not taken[address] and state != "unknown" for address, state in states.items()),
        twice=sum(count - 1 for count in taken.values()),
        unknown=sum(state == "unknown" for state in states.values()),
        untrue=sum(state not in ("sent", "unknown") for state in states.values()),
    )


Tell = Callable[..., None]


def telling(record: Callable[[str, object], None]) -> Tell:
    """`tell("Valkey, kill -9", reckoning, seconds)` is one line of the table."""

    def tell(fault: str, found: Reckoning, resumed: float | None = None) -> None:
        after = "" if resumed is None else f"{resumed:.1f}"
        record(PROPERTY, [fault, *map(str, (found.mails, found.lost, found.twice, found.unknown)), after])

    return tell
