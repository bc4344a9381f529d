"""Make one document of HTML from the built pages, with links that lead inside it.

Each page becomes an article. What has a name in a page gets the page's name before it, so that no
name is there twice. A link to a page that is in the document leads to its article. A link to
another page of the book leads to the book's address. Without an address it is no link, because a
PDF that is passed on has no folder next to it. Figures and style sheets stay where they are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup, SoupStrainer, Tag

ARTICLE = "bd-article"
NAMES_OTHERS = ("for", "headers", "aria-labelledby", "aria-describedby")
"""Attributes that hold names of other elements of the page."""
NOT_ON_PAPER = (
    "a.headerlink, .backrefs, .exhibit-bar, .exhibit-states, .jumps, form, button, noscript, script"
)
"""What helps only on a screen. A program that reads aloud might read it where nobody sees it."""
BEFORE_IT_IS_SEEN = ("loading", "decoding")
"""Attributes by which a browser waits with a picture until somebody scrolls to it."""


class PaperError(Exception):
    """The book cannot be printed as it is; the message says where and what to do."""


@dataclass(frozen=True)
class Page:
    """A built page.

    Parameters
    ----------
    name
        Its name in the contents, as ``notebooks/foundations/law``.
    title
        Its first heading.
    article
        What it says.
    sheets
        Its style sheets, as paths in the site, in their order.
    """

    name: str
    title: str
    article: Tag
    sheets: Sequence[str]


def read(site: Path, name: str) -> Page:
    """Return the page ``name`` of the built ``site``, without what helps only on a screen.

    Raises PaperError if it has no article or no heading.
    """
    text = (site / f"{name}.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(text, "html.parser", parse_only=SoupStrainer(["article", "link"]))
    article = soup.find("article", class_=ARTICLE)
    heading = article.find("h1") if article else None
    if article is None or heading is None:
        raise PaperError(f"{name}.html has no article with a first heading: build the book again.")
    for screen in article.select(NOT_ON_PAPER):
        screen.decompose()
    sheets = [
        _place(link["href"], name)[0]
        for link in soup.find_all("link", rel="stylesheet")
        if not urlsplit(link["href"]).scheme
    ]
    return Page(name, " ".join(heading.get_text().split()), article, sheets)


def _place(address: str, page: str) -> tuple[str, str]:
    """Return the path in the site to which a relative ``address`` leads, and the name there."""
    path, name = urldefrag(urljoin(f"{page}.html", address))
    return path.partition("?")[0], name


def anchor(page: str, name: str = "") -> str:
    """Return the name in the document of a page, or of something with a ``name`` in it."""
    return "--".join(part for part in (page.replace("/", "-"), name) if part)


def join(pages: Iterable[Page], site: Path, address: str = "") -> list[Page]:
    """Return the ``pages`` with names and links that hold in one document.

    Parameters
    ----------
    pages
        The pages of the document, in their order.
    site
        The folder of the built site, where pictures are.
    address
        Where the site is published, with a slash at its end; "" if it is not.

    Raises
    ------
    PaperError
        If a link leads to a place of a page that is not there.
    """
    joined = list(pages)
    names = {page.name: {str(tag["id"]) for tag in page.article.find_all(id=True)}
             for page in joined}  # fmt: skip
    for page in joined:
        _lead_inside(page, names, address)
        for tag in page.article.find_all(True):
            _rename(tag, page.name)
        for picture in page.article.select("[src], [srcset]"):
            _find_picture(picture, page.name, site)
        for folded in page.article.find_all("details"):
            folded["open"] = ""
        for link in page.article.select(".citation-list a[href^=http]"):
            link.string = link["href"]
        page.article["id"] = anchor(page.name)
    return joined


def _lead_inside(page: Page, names: Mapping[str, set[str]], address: str) -> None:
    for link in page.article.find_all("a", href=True):
        if urlsplit(link["href"]).scheme:
            continue
        path, name = _place(link["href"], page.name)
        target = path.removesuffix(".html")
        if target in names and (not name or name in names[target]):
            link["href"] = f"#{anchor(target, name)}"
        elif target in names and link["href"].startswith("#"):
            # It leads to what helps only on a screen, such as the code of a figure.
            del link["href"]
        elif target in names:
            raise PaperError(
                f"{page.name}.html has a link to {link['href']}, and nothing there has that name: "
                "fix the link, or build the book again."
            )
        elif address:
            link["href"] = urljoin(address, f"{path}#{name}" if name else path)
        else:
            del link["href"]


def _rename(tag: Tag, page: str) -> None:
    if "id" in tag.attrs:
        tag["id"] = anchor(page, tag["id"])
    for attribute in NAMES_OTHERS:
        if attribute in tag.attrs:
            value = tag[attribute]
            words = value.split() if isinstance(value, str) else value
            tag[attribute] = " ".join(anchor(page, word) for word in words)


def _find_picture(picture: Tag, page: str, site: Path) -> None:
    for attribute in ("src", "srcset"):
        value = picture.get(attribute)
        if value and not urlsplit(value).scheme:
            picture[attribute] = (site / _place(value, page)[0]).as_uri()
    for attribute in BEFORE_IT_IS_SEEN:
        picture.attrs.pop(attribute, None)


def sheets_of(pages: Iterable[Page]) -> list[str]:
    """Return the style sheets of the pages, each once, in the order in which a page has them."""
    return list(dict.fromkeys(sheet for page in pages for sheet in page.sheets))


def _styles(pages: Sequence[Page], site: Path) -> Iterator[str]:
    for sheet in sheets_of(pages):
        yield f'<link rel="stylesheet" href="{escape((site / sheet).as_uri())}">'


def html(title: str, pages: Sequence[Page], site: Path, styles: str, before: str = "") -> str:
    """Return the document of the joined ``pages``.

    Parameters
    ----------
    title
        The title of the document.
    pages
        What :func:`join` made.
    site
        The folder of the built site, where style sheets are.
    styles
        Rules of style that follow those of the pages.
    before
        HTML that comes before the pages: the title page and the contents.
    """
    articles = "\n".join(str(page.article) for page in pages)
    head = "\n".join(_styles(pages, site))
    return f"""<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
{head}
<style>
{styles}</style>
</head>
<body>
<div class="bd-container"><div class="bd-container__inner"><main class="bd-main">
<div class="bd-content"><div class="bd-article-container">
{before}{articles}
</div></div>
</main></div></div>
</body>
</html>
"""
