"""The text part: lines of at most 72 characters that read like a letter."""

import re
import textwrap
from typing import Any

WIDTH = 72
_NEVER_PRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ITEM = re.compile(r"^(?P<indent>(?:> )*\s*(?:(?:[-–•]|\d{1,3}\.) )?)")


def tidy(text: str) -> str:
    """Wraps each line (a paragraph or list item) on its own; never two empty lines, never a blank at the end."""
    wrapped = "\n".join(_wrapped(line) for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", wrapped).strip() + "\n"


def clean(value: str) -> str:
    """`value` without control characters and bidirectional overrides; a half character becomes U+FFFD."""
    if value.isprintable():
        return value
    return _NEVER_PRINTED.sub("", _SURROGATE.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n")))


def cleaned(value: Any) -> Any:
    """The same lists and mappings with every text in them `clean`."""
    match value:
        case str():
            return clean(value)
        case list() | tuple():
            return [cleaned(item) for item in value]
        case dict():
            return {key: cleaned(item) for key, item in value.items()}
        case _:
            return value


def one_line(value: str) -> str:
    """For subjects: one line, and nothing that a mail reader would decode into something else."""
    return " ".join(clean(value).split()).replace("=?", "= ?")


def underlined(title: str, mark: str = "-") -> str:
    return f"{title}\n{mark * min(max(len(title), 3), WIDTH)}"


def quoted(passage: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in passage.splitlines())


def link(label: str, url: str) -> str:
    """`label: url`, or the address alone where it is its own label."""
    return url if label.strip() in ("", url, url.removeprefix("mailto:")) else f"{label}: {url}"


def _wrapped(line: str) -> str:
    if len(line) <= WIDTH or not line.strip():
        return line.rstrip()
    start = _ITEM.match(line)
    indent = start["indent"] if start else ""
    hanging = indent if indent.startswith(">") else " " * len(indent)
    return textwrap.fill(
        line[len(indent) :],
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
