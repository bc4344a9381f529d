"""The places of a built page that a search can lead to, with their words.

A place is a section, a figure, a table, a line of the register, a term of the glossary, an entry of
the catalogue, a name in the package, a State or a part of its page, or a source. Its text is what a
reader sees there: no code, no citations, and nothing that a place inside it holds. This module
reads the HTML of one page and knows nothing of Sphinx; `search_index` makes one index of all pages.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from itertools import filterfalse

import lxml.html
from lxml.html import HtmlElement
from sphinx.search.en import SearchEnglish

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
    "state-rows",
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


WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
NOT_ASKED = SearchEnglish.stopwords | {
    "how", "many", "much", "what", "which", "who", "whom", "why", "when", "where", "do", "does",
    "did", "has", "have", "had", "can", "may", "my", "your", "about", "between", "i", "we", "you",
    "all", "also", "an", "another", "any", "because", "been", "being", "both", "could", "each",
    "from", "he", "her", "his", "its", "itself", "me", "more", "must", "our", "same", "she",
    "should", "so", "some", "than", "them", "those", "too", "were", "whether", "whose", "would",
}  # fmt: skip
"""Words of a question that say nothing of its subject: nobody looks for them."""
LONGEST_WITH_DIGIT = 7
"""A word with a digit is a year, a number or a law such as CETS197. A longer one is code."""


@dataclass
class Place:
    """A place of a page: its ``anchor`` is empty for the page itself.

    ``names`` are further names under which a reader may look for a State, and ``heads`` the
    captions and heads of rows of a table that is no place of its own. ``labels`` are other ids of
    the same section, which stay when its heading changes. A source has only a text.
    """

    anchor: str
    kind: str
    title: str
    text: str = ""
    names: str = ""
    heads: str = ""
    labels: list[str] = field(default_factory=list)

    @cached_property
    def words(self) -> set[str]:
        """The words of the text that a reader may type: ``wage`` and ``c189``, and no code."""
        return {
            word
            for word in words(self.text)
            if len(word) > 1
            and word not in NOT_ASKED
            and (len(word) <= LONGEST_WITH_DIGIT or not any(map(str.isdigit, word)))
        }


def words(text: str) -> list[str]:
    """Return the words of a ``text``, in lower case and without accents, as ``search.js`` does."""
    parted = unicodedata.normalize("NFD", text.replace("’", "'").replace("ı", "i"))
    return WORD.findall("".join(filterfalse(unicodedata.combining, parted)).lower())


def places(page: str) -> list[Place]:
    """Return the places of a page, in its order, from its HTML.

    The first is the page itself, of the kind ``page`` or ``state``.
    """
    found: list[Place] = []
    for article in lxml.html.fromstring(page).xpath("(//article)[1]"):
        _leave_prose(article)
        _collect(article, None, found)
    for place in found:
        text = READING_MARK.split(place.text)[0] if place.kind == "source" else place.text
        place.text = SPACE_BEFORE_MARK.sub("", " ".join(text.split())).strip(" ·")
    return found


def _leave_prose(article: HtmlElement) -> None:
    """Take out of a page what is not read, and put a space around what is not in its line."""
    for element in list(article.iter()):
        is_comment = not isinstance(element.tag, str)
        if is_comment or element.tag in NOT_READ or NOT_READ_CLASSES & {*_classes(element)}:
            element.drop_tree()
        elif element.tag in APART:
            before = " · " if element.tag in ("td", "th") else " "
            element.text = before + (element.text or "")
            element.tail = " " + (element.tail or "")


def _classes(element: HtmlElement) -> list[str]:
    return element.get("class", "").split()


def _collect(element: HtmlElement, place: Place | None, found: list[Place]) -> None:
    """Add the text inside ``element`` to ``place``, and the places inside it to ``found``."""
    before = ""
    if place:
        place.text += element.text or ""
    for child in element:
        inner = place
        if "state-names" in _classes(child) and found:
            found[0].kind, found[0].names = "state", plain(child)
            inner = None
        elif child.tag == "summary" and element.tag == "details":
            before = plain(next(child.iter("strong"), child))
        elif child.tag == "dd" and found and found[-1].kind in SAID_BELOW and element.tag == "dl":
            inner = found[-1]
        elif kind := _kind(child, is_first=not found):
            anchor = "" if kind == "page" else child.get("id")
            inner = Place(anchor, kind, _title(child, kind, before))
            found.append(inner)
        elif "catalogue" in _classes(child):
            inner = None  # an entry of the catalogue, whose handle is its title
        if child.get("role") == "img" and inner and inner.kind == "figure":
            inner.text += f" {child.get('aria-label', '')} "
        if (
            inner
            and inner.kind == "section"
            and (child.tag == "caption" or child.get("scope") == "row")
        ):
            inner.heads += f" {plain(child)}"
        if inner and child.tag == "span" and child.get("id") and element.get("id") == inner.anchor:
            inner.labels.append(child.get("id"))
        if not (inner and _is_title(child, inner)):
            _collect(child, inner, found)
        if place:
            place.text += child.tail or ""


def _is_title(element: HtmlElement, place: Place) -> bool:
    """Whether an element of a place only says its title, or, of a source, its address."""
    if element.tag == {"line": "th", "source": "a"}.get(place.kind):
        return True
    if place.kind in SAID_BELOW and element.get("id") == place.anchor:
        return True
    return element.tag in HEADINGS and plain(element) == place.title


def _kind(element: HtmlElement, *, is_first: bool) -> str:
    name = element.get("id", "")
    for tags, start, kind in KIND_OF_ID:
        if element.tag in tags and name.startswith(start):
            return kind
    if element.tag == "section" and name:
        return "page" if is_first else "section"
    if "exhibit" in _classes(element) and name:
        return "figure" if element.tag == "figure" else "table"
    is_source = name and "citation-list" in _classes(element.getparent())
    return "source" if is_source else ""


def _title(element: HtmlElement, kind: str, before: str) -> str:
    """Return the title of a place; ``before`` is the handle of the fold that it is in."""
    name = element.get("id")
    if kind in ("page", "section"):
        return next((plain(heading) for heading in element.iter(*HEADINGS)), "")
    if kind in ("figure", "table"):
        said = element.find_class("exhibit-headline") + element.find_class("caption-text")
        return _first_sentence(plain(said[0]) if said else "")
    if kind == "line":
        says = next((plain(paragraph) for paragraph in element.iter("p")), "")
        return f"{name.removeprefix('line-').upper()}: {_shortened(says)}"
    if kind == "data":
        return before or name
    if kind == "code":
        return name.partition(".")[2]
    return "" if kind == "source" else _shortened(plain(element))


def plain(element: HtmlElement) -> str:
    """Return the text inside ``element`` in one line."""
    return SPACE_BEFORE_MARK.sub("", " ".join(element.text_content().split()))


def _first_sentence(text: str) -> str:
    found = FIRST_SENTENCE.match(text)
    return _shortened(found[0].removesuffix(".") if found else text)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST_TITLE:
        return text
    return text[:LONGEST_TITLE].rpartition(" ")[0].rstrip(",.;:") + " …"
