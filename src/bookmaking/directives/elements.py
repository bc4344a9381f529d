"""HTML that directives write: by a template of Jinja, or an element at a time.

A template may hold three elements that HTML does not have, for links that only Sphinx can resolve,
because it knows labels, titles and sources: ``<to-label>``, ``<to-page>`` and ``<cite-sources>``.
`element_nodes` makes nodes of the whole. Text is always escaped.
"""

from collections.abc import Iterable, Sized
from functools import cache
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

NOTHING = "–"
"""What a cell shows where there is nothing to show."""


def html(tag: str, *contents: str, **attributes: str) -> Markup:
    """Return an element; text that is not `Markup` is escaped.

    In names of attributes ``_`` stands for ``-``, and one at the end goes: ``class_``,
    ``data_label``.
    """
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    start = "".join(f' {name}="{escape(str(value))}"' for name, value in named.items())
    inner = "".join(
        each if isinstance(each, Markup) else escape(each, quote=False) for each in contents
    )
    end = "" if tag in EMPTY_TAGS else f"</{tag}>"
    return Markup(f"<{tag}{start}>{inner}{end}")


EMPTY_TAGS = frozenset({"br", "hr", "img", "input", "source"})
"""Elements that never have contents, nor an end tag."""


def to_label(label: str, text: str) -> Markup:
    """Return a link to the place with a ``label``, on whatever page it is."""
    return html("to-label", text, label=label)


def to_page(page: str, fragment: str = "") -> Markup:
    """Return a link to a ``page`` by its title, or to a place on it (``fragment``, with its #)."""
    return html("to-page", page=page, fragment=fragment)


def cite_sources(cited: str) -> Markup:
    """Return citations; ``cited`` is written as in the role ``{cite:p}``."""
    return html("cite-sources", cited=cited)


def counted(things: Sized | int, one: str, many: str = "") -> str:
    """Return a number of things in words, for example "1 line" or "1,200 lines".

    Without ``many``, the word for several is ``one`` with an s.
    """
    number = things if isinstance(things, int) else len(things)
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def capital(words: str) -> str:
    """Return words with a capital at the start."""
    return words[:1].upper() + words[1:]


def in_a_list(words: Iterable[str], article: str = "", last: str = "and") -> str:
    """Return words as a list in a sentence: "the A, the B and the C" with the article "the "."""
    *first, end = words
    if not first:
        return end
    return f"{f', {article}'.join(first)} {last} {article}{end}"


def render(template: str, **values: object) -> Markup:
    """Return what a file of ``bookmaking/templates`` makes of values.

    Raises jinja2.UndefinedError for a value that the template needs and does not get.
    """
    return Markup(templates().get_template(template).render(**values))


@cache
def templates() -> Environment:
    """Return the templates, with the functions that they share."""
    found = Environment(
        loader=PackageLoader("bookmaking"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    found.globals |= {"to_label": to_label, "to_page": to_page, "cite_sources": cite_sources,
                      "NOTHING": NOTHING}  # fmt: skip
    found.filters |= {"counted": counted, "capital": capital, "in_a_list": in_a_list}
    return found
