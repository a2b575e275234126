"""Whatever is asked twice, or by two at once, is done once."""

import asyncio
import time
from collections import Counter

from tests.faults.measures import CAMPAIGNS, CLICKS, RESUMED
from tests.faults.product import Product, until
from tests.faults.reckoning import Tell, reckon

RUNNING = ("web", "clock 1", "clock 2", "worker 1", "worker 2")


async def test_fifty_clicks_before_two_clocks_are_one_send(product: Product, tell: Tell) -> None:
    await product.run(*RUNNING)
    async with product.browser() as browser:
        answers = Counter(await asyncio.gather(*[product.send("clicked", browser) for _click in range(CLICKS)]))
    assert answers.keys() <= {303, 409} and answers[303] >= 1
    await product.settled("clicked", RESUMED)
    found = await reckon(product, "clicked")
    tell(f"{CLICKS} clicks on “send” at once, two clocks", found)
    assert (found.mails, found.lost, found.twice, found.unknown, found.untrue) == (CAMPAIGNS["clicked"], 0, 0, 0, 0)
    assert [row["n"] for row in await product.ask("SELECT count(*) AS n FROM mailing")] == [await started(product)]


async def test_resumed_twice_at_once_while_the_leading_clock_is_killed(product: Product, tell: Tell) -> None:
    await product.run(*RUNNING)
    await until("one leads", lambda: leaders(product), 20)
    product.office.pause = 0.02
    assert await product.send("resumed") == 303
    await until("it is under way", lambda: len(product.office.accepted("@resumed")) > 200, RESUMED)
    assert await product.click("resumed", "pause") == 303
    [leader] = before = leaders(product)
    product.kill(leader)
    assert await asyncio.gather(*[product.click("resumed", "resume") for _click in range(2)]) == [303, 303]
    resumed = await product.next_mail(time.monotonic())
    await until("one leads again", lambda: len(leaders(product)) > len(before), RESUMED)
    product.office.pause = 0
    await product.settled("resumed", RESUMED)
    found = await reckon(product, "resumed")
    tell("resumed twice at once, the leading clock killed", found, resumed)
    assert (found.lost, found.twice, found.unknown, found.untrue) == (0, 0, 0, 0)


def leaders(product: Product) -> list[str]:
    """The clocks that took the lead since they began, each as often as it did."""
    clocks = [name for name in product.parts if name.startswith("clock")]
    return [name for name in clocks for _time in range(product.parts[name].log.read_text().count('"leading"'))]


async def started(product: Product) -> int:
    [row] = await product.ask("SELECT count(*) AS n FROM campaign WHERE mailing IS NOT NULL")
    return int(row["n"])
