"""Make one document of HTML from the built pages, with links that lead inside it.

Each page becomes an article. What has a name in a page gets the page's name before it, so that no
name is there twice. A link to a page that is in the document leads to its article. A link to
another page of the book leads to the book's address. Without an address it is no link, because a
PDF that is passed on has no folder next to it. Figures and style sheets stay where they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import lxml.html
from lxml.html import HtmlElement

from bookmaking.directives import elements

ARTICLE = "bd-article"
NAMES = ("id", "for", "headers", "aria-labelledby", "aria-describedby")
"""Attributes that hold the name of an element, or names of others, of the page."""
SCREEN_CLASSES = ("headerlink", "backrefs", "exhibit-bar", "exhibit-states", "jumps")
SCREEN_TAGS = ("form", "button", "noscript", "script")
"""What helps only on a screen. A program that reads aloud might read it where nobody sees it."""
BEFORE_IT_IS_SEEN = ("loading", "decoding")
"""Attributes by which a browser waits with a picture until somebody scrolls to it."""


class PaperError(Exception):
    """The book cannot be printed as it is; the message says where and what to do."""


@dataclass(frozen=True)
class Page:
    """A built page: ``name`` as in the contents, ``title`` is its first heading.

    ``sheets`` are its style sheets in their order, as paths in the site.
    """

    name: str
    title: str
    article: HtmlElement
    sheets: Sequence[str]

    def as_html(self) -> str:
        """Return the article as text."""
        return lxml.html.tostring(self.article, encoding="unicode", with_tail=False)

    def attributes(self, name: str) -> list[tuple[HtmlElement, str]]:
        """Return each element of the article that has an attribute, with its value."""
        found = self.article.xpath(f"descendant-or-self::*[@{name}]")
        return [(element, element.get(name)) for element in found]


def read(site: Path, name: str) -> Page:
    """Return the page ``name`` of the built ``site``, without what helps only on a screen.

    Raises PaperError if it has no article or no heading.
    """
    tree = lxml.html.fromstring((site / f"{name}.html").read_text(encoding="utf-8"))
    article = next((each for each in tree.iter("article") if ARTICLE in each.classes), None)
    heading = None if article is None else article.find(".//h1")
    if heading is None:
        raise PaperError(f"{name}.html has no article with a first heading: build the book again.")
    screen = [element for each in SCREEN_CLASSES for element in article.find_class(each)]
    for element in dict.fromkeys([*screen, *article.iter(*SCREEN_TAGS)]):
        element.drop_tree()
    sheets = [
        _place(link.get("href"), name)[0]
        for link in tree.iter("link")
        if link.get("rel") == "stylesheet" and not urlsplit(link.get("href")).scheme
    ]
    return Page(name, " ".join(heading.text_content().split()), article, sheets)


def _place(address: str, page: str) -> tuple[str, str]:
    """Return the path in the site to which a relative ``address`` leads, and the name there."""
    path, name = urldefrag(urljoin(f"{page}.html", address))
    return path.partition("?")[0], unquote(name)


def anchor(page: str, name: str = "") -> str:
    """Return the name in the document of a page, or of something with a ``name`` in it."""
    return "--".join(part for part in (page.replace("/", "-"), name) if part)


def join(pages: Iterable[Page], site: Path, address: str = "") -> list[Page]:
    """Return the ``pages`` with names and links that hold in one document.

    ``site`` is the folder of the built site, where pictures are, and ``address`` where it is
    published, with a slash at its end; "" if it is not. Raises PaperError if a link leads to a
    place of a page that is not there.
    """
    joined = list(pages)
    names = {page.name: {name for _, name in page.attributes("id")} for page in joined}
    for page in joined:
        for link, leads_to in page.attributes("href"):
            if to := _target(leads_to, page.name, names, address):
                link.set("href", to)
            else:
                del link.attrib["href"]
        for attribute in NAMES:
            for element, words in page.attributes(attribute):
                named = (anchor(page.name, word) for word in words.split())
                element.set(attribute, " ".join(named))
        for attribute in ("src", "srcset"):
            for picture, place in page.attributes(attribute):
                if not urlsplit(place).scheme:
                    picture.set(attribute, (site / _place(place, page.name)[0]).as_uri())
        for attribute in BEFORE_IT_IS_SEEN:
            for picture, _ in page.attributes(attribute):
                del picture.attrib[attribute]
        for folded in page.article.iter("details"):
            folded.set("open", "")
        for frame in page.article.iter("figure"):  # Chromium tags it as a picture without words
            frame.set("role", "group")
        for listed in page.article.find_class("citation-list"):
            for link in listed.xpath(".//a[starts-with(@href, 'http')]"):
                link[:], link.text = [], link.get("href")
        page.article.set("id", anchor(page.name))
    return joined


def _target(link: str, page: str, names: Mapping[str, set[str]], address: str) -> str:
    """Return where a ``link`` of a ``page`` leads in the document; "" if it is no link there."""
    if urlsplit(link).scheme:
        return link
    path, name = _place(link, page)
    target = path.removesuffix(".html")
    if target not in names:
        return address and urljoin(address, f"{path}#{name}" if name else path)
    if not name or name in names[target]:
        return f"#{anchor(target, name)}"
    if link.startswith("#"):  # it leads to what helps only on a screen, as the code of a figure
        return ""
    raise PaperError(
        f"{page}.html has a link to {link}, and nothing there has that name: "
        "fix the link, or build the book again."
    )


def html(title: str, pages: Sequence[Page], site: Path, styles: str, **before: object) -> str:
    """Return the document of the joined ``pages`` (``templates/paper.html``).

    ``site`` has their style sheets, and ``styles`` are rules that follow those. ``before`` is what
    the title page and the contents say, if there are ``contents``.
    """
    sheets = dict.fromkeys((site / sheet).as_uri() for page in pages for sheet in page.sheets)
    values = {"contents": (), "anchor": anchor} | before
    return elements.render(
        "paper.html", title=title, pages=pages, sheets=sheets, styles=styles, **values
    )
