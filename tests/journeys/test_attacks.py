"""What a stranger tries on every address at once."""

from typing import Any

import pytest

import tests.make.staff as make


@pytest.mark.parametrize("path", ["/en/archive/%00", "/static/%00", "/%00", "/en/subscribe?language=%00"])
async def test_a_nul_in_an_address_is_an_address_that_does_not_exist(web: Any, path: str) -> None:
    answer = await web.get(path)
    assert answer.status_code == 404
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("what", ["campaigns", "lists", "imports", "people"])
async def test_a_number_that_no_row_can_have_does_not_exist(web: Any, what: str) -> None:
    await make.sign_in(web, await make.staff("Olga"))
    for number in (2**63, 10**30):
        assert (await web.get(f"/staff/{what}/{number}")).status_code == 404
    assert (await web.get("/staff/audit?action=%00")).status_code == 404
