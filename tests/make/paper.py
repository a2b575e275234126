"""Reads PDFs back, and looks whether anything was printed where no printer prints."""

import pypdfium2
from pypdfium2 import raw

MM = 72 / 25.4


def lines(made: bytes, page: int = 0) -> list[str]:
    """The lines of a page as they can be read and copied."""
    text = pypdfium2.PdfDocument(made)[page].get_textpage().get_text_bounded()
    return [line.strip() for line in text.splitlines() if line.strip()]


def text(made: bytes) -> str:
    return "\n".join("\n".join(lines(made, page)) for page in range(pages(made)))


def pages(made: bytes) -> int:
    return len(pypdfium2.PdfDocument(made))


def size(made: bytes, page: int = 0) -> tuple[float, float]:
    """Width and height in mm."""
    wide, high = pypdfium2.PdfDocument(made)[page].get_size()
    return round(wide / MM, 1), round(high / MM, 1)


def fonts_embedded(made: bytes) -> bool:
    """Whether the file has text, and brings along every letter of it."""
    texts = [
        item
        for page in pypdfium2.PdfDocument(made)
        for item in page.get_objects()
        if item.type == raw.FPDF_PAGEOBJ_TEXT
    ]
    return bool(texts) and all(raw.FPDFFont_GetIsEmbedded(raw.FPDFTextObj_GetFont(item.raw)) for item in texts)


def ink(made: bytes, page: int = 0, box: tuple[float, float, float, float] | None = None) -> tuple[float, ...] | None:
    """Left, top, right and bottom of what is printed on a page, or within `box` of it, in mm; None for nothing."""
    scale = 4
    picture = pypdfium2.PdfDocument(made)[page].render(scale=scale, grayscale=True).to_pil()
    if box:
        picture = picture.crop(tuple(round(edge * MM * scale) for edge in box))
    found = picture.point(lambda grey: 255 if grey < 225 else 0).getbbox()
    return tuple(round(edge / MM / scale, 1) for edge in found) if found else None
