"""What workers are asked for: a slice of a mailing, the transactional mails, and a look at what is to be done."""

from service.delivery import claims, continuity, letters, quota, relay, slowing
from service.delivery.claims import Claim
from service.delivery.headers import Unmailable
from service.delivery.run import Run, pause
from service.delivery.servers import BadSmtpUrl
from service.kit import db, jobs, log

LANES = 24
TRANSACTIONAL_LANES = 4
SLICE_SECONDS = 20.0
_at_work: set[int] = set()
_log = log.logger("sending")


async def send_mailing(mailing: int, seconds: float = SLICE_SECONDS) -> None:
    """One slice of a mailing; asks for a successor when there is more. Does nothing where a run is under way."""
    if mailing in _at_work:
        return
    _at_work.add(mailing)
    try:
        run = await _run_mailing(mailing, seconds)
    finally:
        _at_work.discard(mailing)
    if run and not run.halted and not jobs.stopping.is_set() and mailing in await claims.mailings_due():
        jobs.enqueue("delivery.work", mailing)
    else:
        await claims.finish()


async def send_transactional() -> None:
    """All transactional mails that are due; several runs at once are fine."""
    await continuity.ensure()
    try:
        way = relay.relay("mail")
        run = Run(Claim(None), await letters.transactional(), way, min(TRANSACTIONAL_LANES, way.width), SLICE_SECONDS)
    except (BadSmtpUrl, Unmailable) as error:
        _log.error("transactional_mail_waits", why=str(error))
        return
    await run.through()
    if run.halted:
        _log.error("transactional_mail_waits", why=run.halted)


async def sweep() -> None:
    """Finds what is to be done without any help of the queue."""
    await continuity.ensure()
    await claims.expire()
    await claims.forget_undecided()
    await claims.forget_not_allowed()
    await claims.reopen()
    await claims.finish()
    await slowing.ease()
    await quota.forget()
    for mailing in await claims.mailings_due():
        jobs.enqueue("delivery.work", mailing)
    if await claims.transactional_due():
        jobs.enqueue("delivery.transactional")


async def _run_mailing(mailing: int, seconds: float) -> Run | None:
    await continuity.ensure()
    if mailing not in await claims.mailings_due():
        return None
    try:
        way = relay.relay("bulk")
        written = await letters.of_mailing(mailing)
        run = Run(Claim(mailing, written.revision), written, way, min(LANES, way.width), seconds)
    except (BadSmtpUrl, Unmailable) as error:
        await pause(mailing, str(error))
        return None
    await run.through()
    if run.halted and run.lasting:
        await pause(mailing, run.halted)
    else:
        await _tell(mailing, run.halted)
    return run


async def _tell(mailing: int, trouble: str) -> None:
    """Staff see why it waits, and that it goes on."""
    await db.execute(
        "UPDATE mailing SET pause_reason = $2 WHERE id = $1 AND state = 'sending' AND pause_reason <> $2",
        mailing,
        trouble[:500],
    )
