"""How wide the variants of a photo are."""

# In CSS pixels; a photo that is smaller has fewer variants.
WIDTHS = (320, 640, 1280)


def widths(largest: int) -> list[int]:
    """Of a photo whose largest variant is so wide."""
    return [width for width in WIDTHS if width < largest] + [largest]
