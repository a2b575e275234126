"""Somebody before a browser: a context of their own, and whatever the browser complains about while they look."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

PHONE, DESK = 390, 1280
# Of a page that has to answer 404 or 422 (see _on_response for the rest); of the driver looking into a shown mail.
_NO_COMPLAINT = ("Failed to load resource", "Blocked script execution")
# Every visitor comes from a place of their own, as the limits count.
_places: Iterator[int] = count(1)


@dataclass
class Visitor:
    """`page` is their tab; `complaints` must stay empty."""

    origin: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    async def goto(self, address: str) -> Response | None:
        """A path of ours, or a whole address out of a mail."""
        return await self.page.goto(address if "://" in address else self.origin + address)

    async def turn_to(self, width: int, scheme: Any) -> None:
        """Looks at the same page on another screen, by day ("light") or by night ("dark")."""
        await self.page.set_viewport_size({"width": width, "height": height_of(width)})
        await self.page.emulate_media(color_scheme=scheme)

    def listen(self) -> None:
        self.context.on("console", self._on_console)
        self.context.on("weberror", lambda error: self.complaints.append(f"script: {error.error}"))
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_NO_COMPLAINT):
            self.complaints.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:", "about:", "blob:")):
            self.complaints.append(f"another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.complaints.append(f"{response.status}: {response.url}")


async def arrive(
    browser: Browser,
    origin: str,
    *,
    width: int = DESK,
    scheme: Any = "light",
    language: str = "en",
    scripts: bool = True,
    signed_in: Any = None,
) -> Visitor:
    """A new visitor; `signed_in` is the storage state of somebody of the staff."""
    place = next(_places)
    context = await browser.new_context(
        viewport={"width": width, "height": height_of(width)},
        color_scheme=scheme,
        locale=language,
        java_script_enabled=scripts,
        reduced_motion="reduce",
        extra_http_headers={"X-Forwarded-For": f"203.0.{place // 250}.{place % 250 + 1}"},
        storage_state=signed_in,
    )
    context.set_default_timeout(8_000)
    visitor = Visitor(origin, context, await context.new_page())
    visitor.listen()
    return visitor


def height_of(width: int) -> int:
    return 844 if width == PHONE else 900
