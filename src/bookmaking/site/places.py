"""The places of a built page that a search can lead to, with their words.

A place is a section, a figure, a table, a line of the register, a term of the glossary, an entry of
the catalogue, a name in the package, a State or a part of its page, or a source. Its text is what a
reader sees there: no code, no citations, and nothing that a place inside it holds. This module
reads the HTML of one page and knows nothing of Sphinx; `search_index` makes one index of all pages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
KIND_OF_ID = (
    ({"tr", "details", "section", "article", "li"}, "line-", "line"),
    ({"dt"}, "term-", "term"),
    ({"dl"}, "table-", "data"),
    ({"dt"}, "decentwork.", "code"),
)
"""Elements of lines of the register, of terms, of tables in the catalogue and of names in the
package, and how their ids begin."""
SAID_BELOW = ("term", "code")
"""Places whose title is in a ``dt``, and their text in the ``dd`` below it."""
NOT_READ = {"script", "style", "pre", "svg", "math", "form", "nav", "button", "template"}
NOT_READ_CLASSES = {
    "above-input",
    "backrefs",
    "catalogue-series",
    "bibtex-citation",
    "caption-number",
    "cell_input",
    "claim-box",
    "columns",
    "exhibit-bar",
    "exhibit-source",
    "headerlink",
    "legend",
    "ran-for",
    "register-place",
    "state-file",
}
"""No prose, or a repetition: code, marks of citations, columns of tables in the catalogue, footers,
boxes of the register's lines, seconds for which notebooks ran."""
APART = {"caption", "dd", "div", "dt", "figcaption", "li", "p", "summary", "td", "th"}
SPACE_BEFORE_MARK = re.compile(r" (?=[.,;:])")
"""It is where a citation was left out."""
READING_MARK = re.compile("[●◐○◇■]")
"""What follows it says how far a source was read, which nobody looks for."""
FIRST_SENTENCE = re.compile(r".{20,}?[^.][.?!](?= [A-Z“‘(]|$)")
LONGEST_TITLE = 140


@dataclass
class Element:
    """An element of a page: its children are elements and texts."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        """The names in the attribute ``class``."""
        return set(self.attributes.get("class", "").split())

    @property
    def name(self) -> str:
        """The attribute ``id``, or nothing."""
        return self.attributes.get("id", "")

    def elements(self) -> Iterator["Element"]:
        """Yield all elements inside, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.elements()


@dataclass
class Place:
    """A place of a page: its ``anchor`` is empty for the page itself.

    ``names`` are further names under which a reader may look for a State. A source has only a text.
    ``words`` are those of the text that a reader may look for, where somebody has found them.
    """

    anchor: str
    kind: str
    title: str
    text: str = ""
    names: str = ""
    words: str = ""


class _Parser(HTMLParser):
    """Builds the tree of one page, of which only the article counts."""

    def __init__(self) -> None:
        super().__init__()
        self.article = Element("article")
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "article" and not self.open:
            self.open.append(self.article)
        elif self.open:
            element = Element(tag, {name: value or "" for name, value in attrs})
            self.open[-1].children.append(element)
            if tag not in VOID:
                self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].children.append(data)


def places(page: str) -> list[Place]:
    """Return the places of a page, in its order, from its HTML.

    The first is the page itself, of the kind ``page`` or ``state``.
    """
    parser = _Parser()
    parser.feed(page)
    found: list[Place] = []
    _collect(parser.article, None, [], found)
    for place in found:
        text = READING_MARK.split(place.text)[0] if place.kind == "source" else place.text
        place.text = SPACE_BEFORE_MARK.sub("", " ".join(text.split())).strip(" ·")
    return found


def _collect(element: Element, place: Place | None, texts: list[str], found: list[Place]) -> None:
    """Add the text inside ``element`` to ``place``, and the places inside it to ``found``."""
    before = ""
    for child in element.children:
        if isinstance(child, str):
            if place:
                place.text += child
            continue
        if not _is_read(child) or (place and place.kind == "source" and child.tag == "a"):
            continue
        if "state-names" in child.classes and found:
            found[0].kind, found[0].names = "state", plain(child)
            continue
        if child.tag == "summary" and element.tag == "details":
            before = plain(next((e for e in child.elements() if e.tag == "strong"), child))
        if child.tag in HEADINGS and place and plain(child) == place.title:
            continue
        if child.tag == "th" and place and place.kind == "line":
            continue  # its id, which the title has
        if child.tag == "dd" and found and found[-1].kind in SAID_BELOW and element.tag == "dl":
            _collect(child, found[-1], texts, found)
            continue
        inner = place
        if kind := _kind(child, is_first=not found):
            inner = Place(child.name, kind, _title(child, kind, before))
            if kind == "page":
                inner.anchor = ""
            found.append(inner)
            if kind in SAID_BELOW:
                continue
        elif "catalogue" in child.classes:
            inner = None  # an entry of the catalogue, whose handle is its title
        elif place and child.tag in APART:
            place.text += " · " if child.tag in ("td", "th") else " "
        if child.tag == "img" and inner and inner.kind == "figure":
            inner.text += f" {child.attributes.get('alt', '')} "
        _collect(child, inner, texts, found)
        if inner and child.tag in APART:
            inner.text += " "


def _is_read(element: Element) -> bool:
    return element.tag not in NOT_READ and not element.classes & NOT_READ_CLASSES


def _kind(element: Element, *, is_first: bool) -> str:
    if not element.name:
        return ""
    for tags, start, kind in KIND_OF_ID:
        if element.tag in tags and element.name.startswith(start):
            return kind
    if element.tag == "section":
        return "page" if is_first else "section"
    if "exhibit" in element.classes:
        return "figure" if element.tag == "figure" else "table"
    if element.tag == "li" and element.name.startswith("id"):
        return "source"
    return ""


def _title(element: Element, kind: str, before: str) -> str:
    """Return the title of a place; ``before`` is the handle of the fold that it is in."""
    if kind in ("page", "section"):
        return next((plain(e) for e in element.elements() if e.tag in HEADINGS), "")
    if kind in ("figure", "table"):
        said = [e for e in element.elements() if "exhibit-headline" in e.classes]
        said += [e for e in element.elements() if "caption-text" in e.classes]
        return _first_sentence(plain(said[0]) if said else "")
    if kind == "line":
        paragraphs = (e for e in element.elements() if e.tag == "p")
        says = next((plain(paragraph) for paragraph in paragraphs), "")
        return f"{element.name.removeprefix('line-').upper()}: {_shortened(says)}"
    if kind == "data":
        return before or element.name
    if kind == "code":
        return element.name.partition(".")[2]
    return "" if kind == "source" else _shortened(plain(element))


def plain(element: Element) -> str:
    """Return the text inside ``element`` that is prose, in one line."""
    return SPACE_BEFORE_MARK.sub("", " ".join("".join(_texts(element)).split()))


def _texts(element: Element) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif _is_read(child):
            if child.tag in APART:
                yield " "
            yield from _texts(child)


def _first_sentence(text: str) -> str:
    found = FIRST_SENTENCE.match(text)
    return _shortened(found[0].removesuffix(".") if found else text)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TITLE:
        return text
    return text[:LONGEST_TITLE].rpartition(" ")[0].rstrip(",.;:") + " …"
