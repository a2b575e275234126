"""One batch of rows at a time: read, then taken into the database, or (in a rehearsal) only counted."""

from collections.abc import Iterator

import msgspec

from service.kit import clock, sealing
from service.subscribers import import_queries as sql
from service.subscribers import leaving, suppression
from service.subscribers.csv_reading import Row
from service.subscribers.import_queries import Existing, Import
from service.subscribers.import_rows import Candidate, Reader, Refused, is_empty
from service.subscribers.tables import SubscriberState

ROWS = 2000
BYTES = 4_000_000
# A file of nothing but nonsense must not fill the database.
REFUSED = 100_000
SEALED_FOR = "import_row"
# A rehearsal knows this many new addresses again; in a longer file a repeated one may count as two.
_REMEMBERED = 500_000


class Batch(msgspec.Struct):
    """Up to ROWS rows as people; `position` and `rows` say where the next batch begins."""

    position: int
    rows: int
    people: dict[str, Candidate] = {}
    # Row, reason and sealed content of those that were not taken.
    refused: list[tuple[int, str, bytes]] = []
    repeated: int = 0
    # The row with the names of the columns, sealed.
    header: bytes | None = None


class Counts(msgspec.Struct):
    """What became of the people of a batch."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    suppressed: int = 0
    bad: int = 0
    unspoken: int = 0
    topicless: int = 0


def read(rows: Iterator[Row], reader: Reader, after: Import) -> Batch | None:
    """The next batch; None when there is no row left. Blocking: it opens, checks and seals."""
    batch = Batch(after.position, after.rows)
    for row in rows:
        batch.position, batch.rows = row.end, row.number
        if row.number == 1 and after.plan.has_header:
            batch.header = sealing.seal(SEALED_FOR, row.raw)
        elif not is_empty(row):
            _put(batch, row, reader)
        if row.number - after.rows >= ROWS or row.end - after.position >= BYTES:
            break
    return batch if batch.rows > after.rows else None


async def take(batch: Batch, job: Import) -> Counts:
    """Writes the people of a batch; call it in a transaction."""
    counts = Counts(bad=len(batch.refused), unchanged=batch.repeated)
    await sql.one_batch_at_a_time()
    wanted, gone = await _parted(batch, counts)
    known = await _existing(wanted, job, lock=True)
    made = await _add(_without(wanted, known), job, counts)
    # Somebody may sign up in this very moment: then the insertion left them alone, and here they are.
    missed = _without(wanted, known + made)
    known += await _existing(missed, job, lock=True) if missed else []
    await _update(known, job, counts)
    await _let_go(gone, job)
    await _keep_refused(batch, job)
    return counts


async def rehearse(batch: Batch, job: Import, seen: set[str]) -> Counts:
    """What `take` would do, with nothing written but the refused rows. `seen`: new addresses of earlier batches."""
    counts = Counts(bad=len(batch.refused), unchanged=batch.repeated)
    wanted, _gone = await _parted(batch, counts)
    known = await _existing(wanted, job, lock=False)
    for one in known:
        _count(one, job, counts)
    new = _without(wanted, known)
    counts.unchanged += len(new.keys() & seen)
    for address in new.keys() - seen:
        counts.created += 1
        _note(new[address], job, counts)
    if len(seen) < _REMEMBERED:
        seen.update(new)
    await _keep_refused(batch, job)
    return counts


class _Known(msgspec.Struct, frozen=True):
    """Somebody of the batch and their record; `record` is None for one who was added just now."""

    person: Candidate
    record: Existing | None = None

    @property
    def has_left(self) -> bool:
        return self.record is not None and self.record.state == SubscriberState.UNSUBSCRIBED

    @property
    def is_unconfirmed(self) -> bool:
        return self.record is not None and self.record.state == SubscriberState.UNCONFIRMED

    @property
    def gains_a_name(self) -> bool:
        has, person = self.record, self.person
        return has is not None and bool(
            (has.lacks_first and person.first_name) or (has.lacks_last and person.last_name)
        )

    @property
    def changes(self) -> bool:
        return self.record is not None and (self.is_unconfirmed or self.gains_a_name or not self.record.member)


def _put(batch: Batch, row: Row, reader: Reader) -> None:
    try:
        person = reader.person(row)
    except Refused as reason:
        batch.refused.append((row.number, str(reason), sealing.seal(SEALED_FOR, row.raw)))
        return
    before = batch.people.get(person.address)
    batch.repeated += before is not None
    if before is None or person.left:
        batch.people[person.address] = person


async def _parted(batch: Batch, counts: Counts) -> tuple[dict[str, Candidate], dict[str, Candidate]]:
    """Those who may be written to, and those of whom the file says that they left."""
    suppressed = await suppression.suppressed(list(batch.people))
    gone = {address: person for address, person in batch.people.items() if person.left}
    counts.suppressed = len(suppressed | gone.keys())
    return {a: p for a, p in batch.people.items() if a not in gone and a not in suppressed}, gone


async def _existing(people: dict[str, Candidate], job: Import, lock: bool) -> list[_Known]:
    forms = {form: person for address, person in people.items() for form in sealing.address_candidates(address)}
    found = await sql.existing(list(forms), job.mailing_list, lock)
    return [_Known(forms[record.address], record) for record in found]


def _without(people: dict[str, Candidate], known: list[_Known]) -> dict[str, Candidate]:
    found = {one.person.address for one in known}
    return {address: person for address, person in people.items() if address not in found}


async def _add(people: dict[str, Candidate], job: Import, counts: Counts) -> list[_Known]:
    """Adds whoever is not there yet, and returns them."""
    forms = {sealing.seal_address(address): person for address, person in people.items()}
    ids = await sql.add_people([(form, *_columns(person, job)) for form, person in forms.items()], clock.now())
    added = [forms[form] for form in ids]
    await _subscribe(list(ids.values()), job)
    await _remove_the_erased(added, dict(zip((p.address for p in added), ids.values(), strict=True)), job, counts)
    return [_Known(person) for person in added]


async def _remove_the_erased(added: list[Candidate], ids: dict[str, int], job: Import, counts: Counts) -> None:
    """Whoever was erased while we added them: the insertion waited for that, so that it can be seen now."""
    gone = await suppression.suppressed([person.address for person in added])
    if gone:
        await sql.remove_people([ids[address] for address in gone])
        counts.suppressed += len(gone)
    for person in added:
        if person.address not in gone:
            counts.created += 1
            _note(person, job, counts)


async def _update(known: list[_Known], job: Import, counts: Counts) -> None:
    """Known people keep their language, topics and names; only who never confirmed gets those of the file."""
    for one in known:
        _count(one, job, counts)
    staying = [(one.record.id, one) for one in known if one.record and not one.has_left]
    await sql.complete(
        [
            (id, one.is_unconfirmed, *_columns(one.person, job))
            for id, one in staying
            if one.is_unconfirmed or one.gains_a_name
        ],
        clock.now(),
    )
    await sql.add_members(job.mailing_list, [id for id, _one in staying], clock.now())
    await _keep_consents([id for id, one in staying if one.is_unconfirmed], job)


def _count(one: _Known, job: Import, counts: Counts) -> None:
    if one.has_left:
        counts.suppressed += 1
    elif one.changes:
        counts.updated += 1
    else:
        counts.unchanged += 1
    if one.is_unconfirmed:
        _note(one.person, job, counts)


def _note(person: Candidate, job: Import, counts: Counts) -> None:
    """What staff should hear about somebody who gets the language and the topics of the file."""
    counts.unspoken += person.unspoken
    counts.topicless += not (person.topics or job.topics)


async def _subscribe(ids: list[int], job: Import) -> None:
    await sql.add_members(job.mailing_list, ids, clock.now())
    await _keep_consents(ids, job)


async def _keep_consents(ids: list[int], job: Import) -> None:
    await sql.keep_consents(ids, f"import {job.id}", job.consent, job.language, clock.now())


async def _keep_refused(batch: Batch, job: Import) -> None:
    header = [(sql.HEADER, "", batch.header)] if batch.header else []
    await sql.keep_problems(job.id, header + batch.refused[: max(0, REFUSED - job.bad)])


async def _let_go(gone: dict[str, Candidate], job: Import) -> None:
    """Suppresses those who left elsewhere; whoever of them is subscribed here leaves properly."""
    reasons = {address: person.left for address, person in gone.items() if person.left}
    for one in await _existing(gone, job, lock=True):
        reason = reasons.pop(one.person.address)
        if not one.has_left:
            await leaving.suppress(one.person.address, reason, f"import {job.id}")
    hashes = await suppression.hashes_of(reasons)
    await sql.suppress(list(zip(hashes, reasons.values(), strict=True)), clock.now())


def _columns(person: Candidate, job: Import) -> tuple[bytes | None, bytes | None, str, str]:
    """First name and last name (sealed), language, topics joined by commas."""
    return (
        _seal_name("first_name", person.first_name),
        _seal_name("last_name", person.last_name),
        person.language or job.language,
        ",".join(person.topics or job.topics),
    )


def _seal_name(purpose: str, name: str) -> bytes | None:
    return sealing.seal(purpose, name) if name else None
