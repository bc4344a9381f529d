"""HTML as plain data: what a directive says, before any renderer has seen it.

An element has a tag, attributes and contents. Contents are texts, elements, and three kinds of
links that only a renderer can resolve, because it knows labels, titles and sources. Nothing here
needs Sphinx or docutils (`element_nodes` translates for them).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Union

EMPTY_TAGS = frozenset({"br", "hr", "img", "input", "source"})
"""Elements that never have contents, nor an end tag."""


@dataclass(frozen=True)
class LabelLink:
    """A link to the place with a ``label``, on whatever page it stands."""

    label: str
    text: str


@dataclass(frozen=True)
class PageLink:
    """A link to a ``page`` by its title, or to a place on it (``fragment``, with its #)."""

    page: str
    fragment: str = ""


@dataclass(frozen=True)
class Citations:
    """Citations in brackets; ``cited`` is written as in the role ``{cite:p}``."""

    cited: str


Content = Union[str, "Element", LabelLink, PageLink, Citations]


@dataclass(frozen=True)
class Element:
    """An HTML element."""

    tag: str
    contents: tuple[Content, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All text in the element and in what it contains, in order."""
        return "".join(
            content if isinstance(content, str) else getattr(content, "text", "")
            for content in self.contents
        )


@dataclass(frozen=True)
class Section:
    """A part of a page under a heading.

    ``label`` is its permanent id; without one, the id follows from the title.
    """

    title: str
    contents: list[Content]
    label: str = ""


def html(tag: str, *contents: Content, **attributes: str) -> Element:
    """Make an element.

    In names of attributes ``_`` stands for ``-``, and one at the end goes: ``class_``,
    ``data_label``.
    """
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return Element(tag, contents, named)


def as_html(content: Content) -> str:
    """Return an element without links as HTML text.

    Raises TypeError for a link, which only a renderer can write.
    """
    if isinstance(content, str):
        return escape(content, quote=False)
    if not isinstance(content, Element):
        raise TypeError(f"{content!r} can only be written by a renderer, which knows its target.")
    start = "".join(f' {name}="{escape(value)}"' for name, value in content.attributes.items())
    if content.tag in EMPTY_TAGS:
        return f"<{content.tag}{start}>"
    return f"<{content.tag}{start}>{''.join(map(as_html, content.contents))}</{content.tag}>"
