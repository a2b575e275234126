"""What the post office took against what the records say, and the table of it."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from service.kit import sealing
from tests.faults.product import Product

PROPERTY = "fault"


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


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The table, also when the tests ran in other processes."""
    lines = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if lines:
        head = ["fault", "mails", "lost", "twice", "unknown", "resumed after s"]
        terminalreporter.section("faults")
        for line in aligned([head, *lines]):
            terminalreporter.write_line(line)


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    first, *others = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join([line[0].ljust(first), *(cell.rjust(width) for cell, width in zip(line[1:], others, strict=True))])
        for line in lines
    ]
