from service.delivery import bounds, domains, places, slowing, turns, warmup
from service.delivery.bounds import Bounds
from service.delivery.claims import Claim
from service.delivery.slowing import Limit
from service.delivery.strain import Strain


async def test_where_nothing_runs_and_nothing_is_bounded(database: None) -> None:
    assert await bounds.read() == Bounds(0, 0, {})


async def test_only_runs_whose_worker_lives_are_counted(database: None) -> None:
    async with turns.of_run(Claim(7), 12), turns.of_run(Claim(8), 12), turns.of_run(Claim(None), 4):
        found = await bounds.read()
        assert (found.runs, found.transactional) == (2, 1)
    assert (await bounds.read()).runs == 0


async def test_what_another_worker_learned_is_known_here_too(database: None) -> None:
    [id] = (await places.domains(["example.net"])).values()
    await slowing.slow_down(id, Strain.RATE, Limit(40, 12), "450 slow down")
    await bounds.read()
    assert domains.everywhere.get(id).limit == Limit(20, None)


async def test_a_domain_that_is_warmed_up_is_known(database: None) -> None:
    await warmup.start("example.org")
    assert list((await bounds.read()).warming) == ["example.org"]
