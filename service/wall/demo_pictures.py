"""Pictures for the demo: people who do not exist and signs that nobody holds, drawn from a few shapes."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

# Drawn larger than they are kept, so that their edges are smooth.
_FINER = 2
SIZES = {"portrait": (480, 600), "square": (480, 480), "wide": (560, 420)}
_INK, _SHADOW, _RED = "#2b1f1c", "#54443c", "#d9384c"


def person(shape: str, wall: str, skin: str, hair: str, coat: str, style: str, holds: str = "") -> BytesIO:
    """`style`: of the hair; `holds`: a heart, or words for a sheet of paper."""
    picture = _Picture(shape, wall)
    picture.shoulders(coat, skin)
    picture.head(skin, hair, style)
    if holds == "heart":
        picture.heart(0.5, 0.86, 0.09)
    elif holds:
        picture.sheet(holds, 0.5, 0.87, 0.56, 0.17)
    return picture.file()


def sign(shape: str, wall: str, words: str, hands: str, paper: str = "#fbf6ea") -> BytesIO:
    """A sheet of paper with a few words, held by two hands."""
    picture = _Picture(shape, wall)
    picture.sheet(words, 0.5, 0.46, 0.76, 0.5, paper)
    for x in (0.13, 0.87):
        picture.hand(x, 0.6, hands)
    return picture.file()


class _Picture:
    """Places and sizes are in parts of the width and the height."""

    def __init__(self, shape: str, wall: str) -> None:
        width, height = SIZES[shape]
        self.size = (width, height)
        self.width, self.height = width * _FINER, height * _FINER
        self.image = Image.new("RGB", (self.width, self.height), wall)
        light = Image.linear_gradient("L").resize(self.image.size).point(lambda depth: depth // 4)
        self.image.paste(Image.new("RGB", self.image.size, _INK), mask=light)
        self.pen = ImageDraw.Draw(self.image)
        # Of a person, whatever the shape of the picture.
        self.unit = min(self.width, self.height * 0.8)
        self.middle, self.top = self.width / 2, self.height * 0.5 - self.unit * 0.28

    def file(self) -> BytesIO:
        target = BytesIO()
        self.image.resize(self.size, Image.Resampling.LANCZOS).save(target, "JPEG", quality=92)
        target.seek(0)
        return target

    def shoulders(self, coat: str, skin: str) -> None:
        floor = self.height * 1.2
        self.pen.rounded_rectangle((*self._at(-0.42, 0.56), self._at(0.42, 0)[0], floor), self.unit * 0.2, fill=coat)
        self.pen.rounded_rectangle((*self._at(-0.1, 0.36), *self._at(0.1, 0.66)), self.unit * 0.09, fill=skin)
        self.pen.polygon([self._at(-0.14, 0.56), self._at(0.14, 0.56), self._at(0, 0.72)], fill=skin)

    def head(self, skin: str, hair: str, style: str) -> None:
        if style in ("long", "scarf"):
            self._oval(-0.27, -0.06, 0.27, 0.62, hair)
        if style == "bun":
            self._oval(-0.1, -0.16, 0.1, 0.04, hair)
        self._oval(-0.21, 0, 0.21, 0.5, skin)
        if style != "bald":
            self.pen.chord((*self._at(-0.23, -0.04), *self._at(0.23, 0.36)), 180, 360, fill=hair)
        if style == "scarf":
            self._arc((-0.25, -0.05, 0.25, 0.56), 150, 390, hair, 0.05)
        if style == "beard":
            self.pen.chord((*self._at(-0.21, 0.08), *self._at(0.21, 0.53)), 15, 165, fill=hair)
        self._face(glasses=style in ("bun", "beard"))

    def heart(self, x: float, y: float, size: float) -> None:
        a, middle, top = self.width * size, self.width * x, self.height * y
        for left in (middle - a, middle):
            self.pen.ellipse((left, top - a / 2, left + a, top + a / 2), fill=_RED)
        edge = top + a * 0.2
        self.pen.polygon([(middle - a * 0.94, edge), (middle + a * 0.94, edge), (middle, top + a * 1.2)], fill=_RED)
        self.pen.rectangle((middle - a / 4, top, middle + a / 4, edge), fill=_RED)

    def sheet(self, words: str, x: float, y: float, width: float, height: float, paper: str = "#fbf6ea") -> None:
        wide, high = self.width * width, self.height * height
        left, top = self.width * x - wide / 2, self.height * y - high / 2
        box = (left, top, left + wide, top + high)
        self.pen.rounded_rectangle([place + self.unit * 0.012 for place in box], 8, fill=_SHADOW)
        self.pen.rounded_rectangle(box, 8, fill=paper)
        font, middle = self._font(words, wide * 0.86, high * 0.74), (left + wide / 2, top + high / 2)
        self.pen.multiline_text(middle, words, fill=_INK, font=font, anchor="mm", align="center")

    def hand(self, x: float, y: float, skin: str) -> None:
        middle, top, half = self.width * x, self.height * y, self.unit * 0.07
        self.pen.rounded_rectangle((middle - half, top, middle + half, self.height * 1.2), half, fill=skin)
        for finger in range(4):
            edge = top + self.unit * 0.045 * finger
            toward = self.unit * (0.1 if x < 0.5 else -0.1)
            box = sorted((middle, middle + toward))
            self.pen.rounded_rectangle((box[0], edge, box[1], edge + self.unit * 0.038), self.unit * 0.019, fill=skin)

    def _face(self, glasses: bool) -> None:
        for side in (-0.085, 0.085):
            self._arc((side - 0.03, 0.21, side + 0.03, 0.26), 190, 350, _INK, 0.011)
            if glasses:
                rim = (*self._at(side - 0.065, 0.165), *self._at(side + 0.065, 0.295))
                self.pen.ellipse(rim, outline=_INK, width=self._wide(0.011))
        self._arc((-0.06, 0.29, 0.06, 0.39), 25, 155, _INK, 0.011)

    def _font(self, words: str, width: float, height: float) -> Any:
        for size in range(int(self.unit * 0.2), 12, -4):
            font = ImageFont.load_default(size)
            left, top, right, bottom = self.pen.multiline_textbbox((0, 0), words, font=font)
            if right - left <= width and bottom - top <= height:
                return font
        return ImageFont.load_default(12)

    def _oval(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self.pen.ellipse((*self._at(left, top), *self._at(right, bottom)), fill=fill)

    def _arc(self, box: tuple[float, float, float, float], start: int, end: int, fill: str, wide: float) -> None:
        left, top, right, bottom = box
        place = (*self._at(left, top), *self._at(right, bottom))
        self.pen.arc(place, start, end, fill=fill, width=self._wide(wide))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (self.middle + x * self.unit, self.top + y * self.unit)

    def _wide(self, part: float) -> int:
        return max(1, round(self.unit * part))
