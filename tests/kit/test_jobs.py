import pytest

from service.kit import db, jobs


@jobs.job("kit.greet")
async def greet(number: int) -> None:
    """A job of this test alone."""


@pytest.fixture(autouse=True)
def in_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs.importlib, "import_module", lambda name: None)


def waiting() -> int:
    return int(jobs.broker().client.llen("dramatiq:default"))


async def test_a_job_leaves_after_the_commit_and_not_before(database: None) -> None:
    async with db.transaction():
        jobs.enqueue("kit.greet", 7)
        assert waiting() == 0
    assert waiting() == 1


async def test_the_same_job_asked_for_twice_in_a_transaction_leaves_once(database: None) -> None:
    async with db.transaction():
        jobs.enqueue("kit.greet", 7)
        async with db.transaction():
            jobs.enqueue("kit.greet", 7)
    assert waiting() == 1


async def test_what_was_rolled_back_asks_for_nothing(database: None) -> None:
    with pytest.raises(RuntimeError):
        async with db.transaction():
            jobs.enqueue("kit.greet", 7)
            raise RuntimeError
    assert waiting() == 0
