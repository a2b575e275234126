"""Codes that a phone's camera reads."""

import base64
from io import BytesIO

import qrcode
from qrcode.image.svg import SvgPathFillImage


def picture(text: str) -> str:
    """An SVG as a data URL."""
    drawn = BytesIO()
    qrcode.make(text, image_factory=SvgPathFillImage, border=2).save(drawn)
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.getvalue()).decode()
