"""Pages for a printer, and pictures, by Typst from templates/print: a template and its data, nothing from elsewhere.

A template begins with `#let data = json(bytes(sys.inputs.data))`. What comes in that way is shown as it is and is
never read as markup or code. The same template and data give the same bytes.
"""

import asyncio
import re
import unicodedata
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from typing import Any, Literal

import msgspec
import typst
from PIL import Image

from service.kit import log, paths
from service.kit.errors import Problem
from service.kit.i18n import lazy as _

TEMPLATES = paths.TEMPLATES / "print"
LARGEST = 4_000_000
SECONDS = 20
AT_ONCE = 2
MOST_PIXELS = 50_000_000
_NAME = re.compile(r"[a-z][a-z_]*")
# Where a package would be looked for before it is fetched.
_NOWHERE = "/nonexistent"
_PLACE = re.compile(r"[\w/-]+\.typ:\d+:\d+")
# Surrogates, unassigned, private, pictures such as 🙂, their joiners, and signs that turn the direction of a text.
_NOT_PRINTED = {"Cs", "Cn", "Co", "So", "Cf", "Cc", "Me"}

_log = log.logger("typesetting")
# Threads of its own: whatever many people print, the rest of the service has its hands free.
_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="typesetting")


class TooMuchToPrint(Problem):
    code = "too_much_to_print"
    status = 413
    sentence = _("This is more than fits into one file. Please choose less and try again.")


class PrinterBusy(Problem):
    code = "printer_busy"
    status = 503
    sentence = _("Many people are printing right now. Please try again in a minute.")


class NotPrinted(Problem):
    code = "not_printed"
    status = 500
    sentence = _("We could not make this file, and we have made a note of it. Everything else works as before.")


async def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """`template`: the name of a file in templates/print, without .typ. Raises one of the Problems above."""
    made = await _made(template, data, "pdf", None)
    return made if isinstance(made, bytes) else made[0]


async def png(template: str, data: Mapping[str, Any], pixels_per_point: float = 1) -> bytes:
    """The first page as a picture: one of 1200pt by 630pt has as many pixels. Raises one of the Problems above."""
    made = await _made(template, data, "png", 72 * pixels_per_point)
    return made if isinstance(made, bytes) else made[0]


def picture(content: bytes, longest: int = 800) -> list[int]:
    """A photo for the data, at most `longest` pixels a side: `image(bytes(data.photo))`. Raises ValueError."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            return list(_jpeg(opened, longest))
    except Exception as error:
        # A decoder may fail in any way; each of them means the same.
        raise ValueError("not a picture that can be printed") from error


def printable(text: str) -> str:
    """`text` without pictures and invisible signs; № and ° are letters to us."""
    kept = (c for c in text if c in "\n№°" or unicodedata.category(c) not in _NOT_PRINTED)
    return "".join(kept).replace("\ufe0f", "")


async def _made(
    template: str, data: Mapping[str, Any], form: Literal["pdf", "png"], ppi: float | None
) -> bytes | list[bytes]:
    assert _NAME.fullmatch(template), template
    encoded = msgspec.json.encode(data).decode()
    if len(encoded) > LARGEST:
        raise TooMuchToPrint
    work = asyncio.get_running_loop().run_in_executor(_threads, _compile, template, encoded, form, ppi)
    try:
        return await asyncio.wait_for(work, SECONDS)
    except TimeoutError:
        _log.warning("printer_busy", template=template)
        raise PrinterBusy from None
    except typst.TypstError as error:
        # Its message may quote the data.
        _log.error("not_printed", template=template, places=_PLACE.findall(error.diagnostic))
        raise NotPrinted from None


def _compile(template: str, data: str, form: Literal["pdf", "png"], ppi: float | None) -> bytes | list[bytes]:
    compiler = typst.Compiler(
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        package_path=_NOWHERE,
        package_cache_path=_NOWHERE,
    )
    made = compiler.compile(
        str(TEMPLATES / f"{template}.typ"), format=form, ppi=ppi, sys_inputs={"data": data}, timestamp=0
    )
    assert made is not None
    return made


@cache
def _fonts() -> typst.Fonts:
    """Those that come with Typst: what is printed looks the same everywhere."""
    return typst.Fonts(include_system_fonts=False)


def _jpeg(opened: Image.Image, longest: int) -> bytes:
    if opened.width * opened.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    opened.draft("RGB", (longest, longest))
    small = opened.convert("RGB")
    small.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    target = BytesIO()
    small.save(target, "JPEG", quality=85)
    return target.getvalue()
