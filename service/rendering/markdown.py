"""Markdown as staff write it: to safe HTML, and to plain text that reads like a letter."""

import re
from functools import cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node

from service.kit.errors import Problem
from service.kit.i18n import Sentence
from service.kit.settings import settings
from service.rendering import palette, personal, text

_PARTS = ["blockquote", "list", "heading", "emphasis", "link", "autolink", "newline", "escape", "backticks", "entity"]
_TAGS = {"p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "strong", "em", "code", "a"}
_STYLES = {
    "p": "margin:0 0 16px",
    "ul": "margin:0 0 16px;padding:0 0 0 22px",
    "ol": "margin:0 0 16px;padding:0 0 0 26px",
    "li": "margin:0 0 6px",
    "h1": f"margin:24px 0 12px;font:bold 26px/1.25 {palette.SERIF}",
    "h2": f"margin:24px 0 10px;font:bold 22px/1.3 {palette.SERIF}",
    "h3": "margin:20px 0 8px;font-size:17px;line-height:1.35",
    "blockquote": f"margin:0 0 16px;padding:0 0 0 16px;border-left:3px solid {palette.LIGHT.line}",
    "a": f"color:{palette.LIGHT.accent};text-decoration:underline",
}

_UNSAFE = re.compile(r"[\s<>\"\\\x00-\x1f]")


class LinkRefused(Problem):
    code = "link_refused"
    status = 422
    sentence = Sentence("The link “{url}” cannot be used. A link begins with https:// or mailto:.")


class NameInLink(Problem):
    code = "name_in_link"
    status = 422
    sentence = Sentence(
        "A link cannot be put together from braces: a name in it would tell the other site who reads this. "
        "Only a whole link such as {{ preferences_url }} can stand there."
    )


def html(source: str) -> str:
    """Sanitised HTML, closed as MJML wants it. Raises LinkRefused."""
    dirty = _reader().render(source)
    clean = nh3.clean(
        dirty,
        tags=_TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_schemes={"https", "mailto", urlsplit(settings().origin).scheme},
        link_rel=None,
        set_tag_attribute_values={tag: {"style": style} for tag, style in _STYLES.items()},
    )
    return clean.replace("<br>", "<br />").strip()


def plain(source: str) -> str:
    """The same as text: one line per paragraph or item, not yet wrapped. Raises LinkRefused."""
    return "\n\n".join(_block(node, "") for node in Node(_reader().parse(source)).children)


def usable(url: str) -> bool:
    """Whether a mail may link there: https, mailto, our own site, or one of the reader's own links."""
    origin = settings().origin
    known = url.startswith(("https://", "mailto:", f"{origin}/")) or url == origin
    return personal.is_link(url) or (known and not _UNSAFE.search(url))


def must_be_usable(url: str) -> bool:
    """True. Raises LinkRefused or NameInLink."""
    if personal.mentions(url) and not personal.is_link(url):
        raise NameInLink
    if not usable(url):
        raise LinkRefused(url=url)
    return True


@cache
def _reader() -> MarkdownIt:
    made = MarkdownIt("zero", {"html": False, "maxNesting": 20, "breaks": True}).enable(_PARTS)
    made.validateLink = must_be_usable  # type: ignore[method-assign]
    return made


def _block(node: Node, indent: str) -> str:
    match node.type:
        case "heading":
            return text.underlined(_inline(node))
        case "bullet_list" | "ordered_list":
            return "\n".join(_item(item, number, node, indent) for number, item in enumerate(node.children))
        case "blockquote":
            inside = "\n\n".join(_block(child, "") for child in node.children)
            return text.quoted(inside)
        case _:
            return _inline(node)


def _item(item: Node, number: int, parent: Node, indent: str) -> str:
    first = int(parent.attrs.get("start", 1))
    mark = f"{first + number}. " if parent.type == "ordered_list" else "- "
    deeper = indent + " " * len(mark)
    written = ""
    for child in item.children:
        block = _block(child, deeper)
        if child.type.endswith("_list"):
            written += f"\n{block}"
        else:
            written += ("\n\n" + deeper if written else "") + block.replace("\n", f"\n{deeper}")
    return f"{indent}{mark}{written}"


def _inline(node: Node) -> str:
    return "".join(_inline_piece(child) for child in node.children).strip()


def _inline_piece(node: Node) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "link":
            return _link(node)
        case _:
            return "".join(_inline_piece(child) for child in node.children)


def _link(node: Node) -> str:
    label = "".join(_inline_piece(child) for child in node.children)
    url = str(node.attrs["href"])
    told = text.link(label, url)
    ends_the_line = node.next_sibling is None or node.next_sibling.type in ("softbreak", "hardbreak")
    return told if ends_the_line or told == url else f"{label} ({url})"
