"""How large the faults are: small enough for every run of the suite, or (FAULTS=full) as the contract names them."""

import os
from datetime import UTC, datetime

FULL = os.environ.get("FAULTS") == "full"
# What is random is the same again with SEED=…
SEED = int(os.environ.get("SEED", "0")) or int.from_bytes(os.urandom(3), "big")
# Everything goes on within so many seconds, with nobody's help; who is told to stop is down within the others.
RESUMED = 60
DOWN = 30

KILLS = 10 if FULL else 2
VALKEY_AWAY = 60 if FULL else 3
POSTGRES_AWAY = 30 if FULL else 3
# After so many mails PostgreSQL is stopped at once, and after so many politely.
STOPPED_AT_ONCE, STOPPED_POLITELY = ((200, 600, 1000), (1400, 1800)) if FULL else ((200,), (600,))
CLICKS = 50 if FULL else 12
# How often the clock has the workers look what is left to do: as the product does, or as quickly as it can.
LOOKS_EVERY = 5 if FULL else 1
# The lease of a worker that is stopped and continued: the product's own, or a short one.
LEASE = 40 if FULL else 8

# The campaigns of the tests and how many people each goes to.
CAMPAIGNS = {
    "killed": 5000 if FULL else 1500,
    "deployed": 3000 if FULL else 1500,
    "hanging": 500,
    "valkey-killed": 2000 if FULL else 1000,
    "valkey-flushed": 2000 if FULL else 1000,
    "valkey-away": 2000 if FULL else 500,
    "postgres-restarted": 3000 if FULL else 1500,
    "postgres-away": 3000 if FULL else 1500,
    "clicked": 500,
    "resumed": 1500,
    "asleep": 1500,
}

# Letters to members: how many members, and to each how many letters; and how many an hour may leave to one of them.
MEMBERS, LETTERS = 20, 100 if FULL else 6
PER_HOUR = 7200
# A Monday at nine in Zürich, when it is five in the afternoon in Tokyo.
OPENS_AT = datetime(2026, 12, 7, 8, tzinfo=UTC)
