from service.advocacy import (
    answering,
    deciding,
    elections,
    giving_back,
    leaving,
    opening,
    outcomes,
    reminding,
    restored,
    scrubbing,
)
from service.kit.jobs import job


@job("advocacy.open_and_close")
async def open_and_close() -> None:
    """Actions whose first or last day has come, and those that may not go on."""
    await opening.open_due()
    await opening.close_due()
    await opening.freeze_hidden()


@job("advocacy.leave", queue="mail")
async def leave() -> None:
    """What became of the letters that left, and then those whose turn it is."""
    await restored.hold()
    await outcomes.note()
    await leaving.allow_due()
    await leaving.leave_due()


@job("advocacy.write_by_itself")
async def write_by_itself() -> None:
    """Reminders and questions, and texts that are given back because their turn does not come."""
    await reminding.remind_due()
    await reminding.ask_due()
    await giving_back.give_back_due()


@job("advocacy.forget")
async def forget() -> None:
    await scrubbing.end_erased()
    await reminding.drop_due()
    await scrubbing.forget_due()
    await answering.forget_words()


@job("advocacy.follow_mandates")
async def follow_mandates() -> None:
    """Elections whose day has come, and mandates that are over."""
    await elections.begin()


@job("advocacy.return_held", queue="mail")
async def return_held() -> None:
    await deciding.return_due()
