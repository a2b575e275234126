"""What becomes of a photo."""

import msgspec


class Made(msgspec.Struct, frozen=True):
    """`width`, `height`: of the largest variant; `variants`: by name, such as 640.avif. See tables.Photo."""

    width: int
    height: int
    colour: str
    likeness: int
    variants: dict[str, bytes]
