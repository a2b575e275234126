from service.kit import db
from service.kit.jobs import job
from service.subscribers import bounces, importing, imports, preferences, requests, retention, signup
from service.subscribers.requests import Kind

ANSWERS = {
    Kind.SIGNUP: signup.answer,
    Kind.PREFERENCES: preferences.answer,
    Kind.FROM_A_MAIL: preferences.answer,
}


@job("subscribers.handle_signup", queue="mail")
async def handle_signup(request: int) -> None:
    """Answers what a visitor asked for; the request is gone when the answer is on its way."""
    async with db.transaction():
        if asked := await requests.take(request):
            await ANSWERS[Kind(asked.kind)](asked)


@job("subscribers.sweep_signups")
async def sweep_signups() -> None:
    await requests.sweep()


@job(imports.RUN)
async def run_import(id: int) -> None:
    """Reads for some seconds; the import's row says where the next one goes on."""
    await importing.run_slice(id)


@job("subscribers.sweep_imports")
async def sweep_imports() -> None:
    await imports.sweep()


@job("subscribers.take_bounces")
async def take_bounces() -> None:
    await bounces.take()


@job("subscribers.erase_due")
async def erase_due() -> None:
    await retention.erase_due()
