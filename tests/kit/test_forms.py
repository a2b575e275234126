import time
from typing import Any

import pytest
from litestar import Litestar, Request, post
from litestar.testing import RequestFactory

from service.kit import forms

_SENT = {"Content-Type": "multipart/form-data; boundary=B"}
_PLAIN = {"Content-Type": "application/x-www-form-urlencoded"}


def _part(content: bytes, more: bytes = b"") -> bytes:
    head = b'Content-Disposition: form-data; name="email"' + more
    return b"--B\r\n" + head + b"\r\n\r\n" + content + b"\r\n--B--\r\n"


@pytest.mark.parametrize(
    "body",
    [
        _part(b"anna\xff\xfe\x80"),
        _part(b"anna", b"\r\nContent-Type: text/plain; charset=nonsense"),
        _part(b"anna", b"\r\nContent-Type: text/plain; charset=zlib"),
        _part(b"\\ud800", b"\r\nContent-Type: text/plain; charset=unicode_escape"),
    ],
)
async def test_a_text_that_is_no_text_is_asked_for_again(web: Any, body: bytes) -> None:
    answer = await web.post("/en/wall/mine", content=body, headers=_SENT)
    assert answer.status_code == 422


async def test_the_sender_chooses_no_codec_that_takes_minutes(web: Any) -> None:
    """Python's punycode needs four times as long for twice as much: 40 seconds for this one."""
    body = _part(b"aaaaaaaaaa-" + b"9" * 300_000, b"\r\nContent-Type: text/plain; charset=punycode")
    began = time.monotonic()
    await web.post("/en/wall/mine", content=body, headers=_SENT)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("body", [b"", b"--B", _part(b"anna")[:-8], b"--B\r\nX: y\r\n\r\nanna\r\n--B--\r\n"])
async def test_half_a_form_is_a_bad_request(web: Any, body: bytes) -> None:
    assert (await web.post("/en/wall/mine", content=body, headers=_SENT)).status_code in (400, 422)


async def test_a_form_without_a_boundary_is_a_bad_request(web: Any) -> None:
    answer = await web.post("/en/wall/mine", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert answer.status_code == 400


@pytest.mark.parametrize("body", [b"email=%ff%fe", b"email=\xff", b"&".join([b"a=b"] * 6000), b"=&=&&&;%"])
async def test_fields_that_cannot_be_read_cost_nothing(web: Any, body: bytes) -> None:
    assert (await web.post("/en/wall/mine", content=body, headers=_PLAIN)).status_code in (400, 422)


async def test_nothing_of_a_form_stays_in_memory(web: Any) -> None:
    """Litestar keeps the last thousand of them, with the addresses that were typed."""
    from litestar._parsers import parse_url_encoded_form_data

    before = parse_url_encoded_form_data.cache_info().currsize
    answer = await web.post("/en/wall/mine", data={"email": "anna.canary@example.org"})
    assert answer.status_code == 303
    assert parse_url_encoded_form_data.cache_info().currsize == before


@pytest.mark.parametrize("kind", [*_SENT.values(), *_PLAIN.values()])
async def test_who_goes_away_while_they_send_has_met_no_error(kind: str) -> None:
    """Else a thousand of them would fill the log with alarms."""
    events = [{"type": "http.request", "body": b"--B\r\n", "more_body": True}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return events.pop(0)

    async def page(request: Request) -> None:
        with pytest.raises(forms.Broken):
            await forms.read(request)

    handler = post("/")(page)
    app = Litestar([handler])
    headers = [(b"content-type", kind.encode())]
    scope: Any = RequestFactory(app).post("/", route_handler=handler).scope | {"headers": headers, "state": {}}
    await page(Request(scope, receive))
