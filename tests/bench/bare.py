"""The least that Litestar can do: BARE_SIZE octets that are there already, for whoever asks."""

import os

from litestar import Litestar, MediaType, Response, get

_CONTENT = os.urandom(int(os.environ.get("BARE_SIZE", "10000")))


@get("/")
async def page() -> Response[bytes]:
    return Response(_CONTENT, media_type=MediaType.HTML, headers={"Content-Encoding": "gzip"})


app = Litestar([page], openapi_config=None, logging_config=None)
