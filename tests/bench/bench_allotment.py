"""What it costs to give every reader people of their own: `make bench`.

READERS=100000 and PRISONERS=1400 may be set; three people for each reader.
"""

import os
import time
from collections import Counter

from service.kit import db
from service.letters import allotting
from tests.make import cases, letters, mailings

READERS = int(os.environ.get("READERS", "100000"))
PRISONERS = int(os.environ.get("PRISONERS", "1400"))
EACH = 3


async def test_a_hundred_thousand_readers_get_three_people_each(database: None) -> None:
    colony = await cases.facility()
    prisoners = [await cases.prisoner(f"Person {number}", colony, born="") for number in range(PRISONERS)]
    mailing = await mailings.mailing()
    await letters.pieces(mailing, prisoners)
    await db.execute(
        "INSERT INTO delivery (mailing, state, due_at, attempts, reason, reply, subscriber, language, address)"
        " SELECT $1, 'queued', now(), 0, '', '', i, 'en', decode(md5(i::text), 'hex')"
        " FROM generate_series(1, $2::int) i",
        *(mailing, READERS),
    )
    await db.execute("VACUUM ANALYZE delivery")
    began = time.monotonic()
    await allotting.for_mailing(mailing, EACH)
    seconds = time.monotonic() - began
    rows = [row["inserts"] for row in await db.fetch("SELECT inserts FROM delivery WHERE mailing = $1", mailing)]
    assert len(rows) == READERS and all(len(set(row)) == EACH for row in rows)
    counts = Counter(id for row in rows for id in row).values()
    spread = max(counts) - min(counts)
    print(f"\n\n{READERS:,} × {EACH} of {PRISONERS:,}: {seconds:.1f} s (at most 30), spread {spread} (at most 1)")
    assert seconds < 30 and spread <= 1 and len(counts) == PRISONERS
