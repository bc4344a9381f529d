"""Print the book: the whole with title page and contents, and each chapter."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookmaking.print import contents, document, finish, front
from bookmaking.print.contents import Part
from bookmaking.print.document import Page, PaperError, anchor
from bookmaking.print.faults import Expected
from bookmaking.print.printing import Press
from bookmaking.site.printed import quoted
from bookmaking.source.page_numbers import Numbers

STYLES = Path(__file__).with_name("paper.css")
CAPTION = ".caption-number"
"""Where a page says what a figure or table is called."""


@dataclass(frozen=True)
class Source:
    """What is printed.

    Parameters
    ----------
    site
        The folder of the built site.
    book
        What CITATION.cff says.
    parts
        The parts of the book.
    numbers
        The number or letter of each page that has one.
    address
        Where the site is published, with a slash at its end; "" if it is not.
    built_from
        The commit of the site in words, for the title page; "" if none is known.
    """

    site: Path
    book: Mapping[str, Any]
    parts: Sequence[Part]
    numbers: Numbers = field(default_factory=dict)
    address: str = ""
    built_from: str = ""

    def pages(self, names: Iterable[str]) -> list[Page]:
        """Return the pages of these names, joined to one document."""
        pages = [document.read(self.site, name) for name in names]
        return document.join(pages, self.site, self.address)


def whole(
    source: Source, press: Press, pdf: Path, say: Callable[[str], None] = lambda _: None
) -> Expected:
    """Print the whole book into the file ``pdf``, and return what this must say.

    It is printed twice: the contents have the page numbers that the first print shows. How far it
    is, ``say`` is told.
    """
    names = contents.pages(source.parts)
    pages = source.pages(names)
    say(f"The whole book: read {len(pages)} pages of the site; printing them takes minutes")
    titles = {page.name: _numbered(page, source.numbers) for page in pages}
    first: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder, "printed.pdf")
        for time in (1, 2):
            before = front.title_page(source.book, source.address, source.built_from)
            before += front.contents(source.parts, titles, first)
            _print(source, pages, source.book["title"], before, press, printed)
            was, first = first, finish.page_numbers(printed, names)
            say(f"The whole book: printed {time} of 2 times, for the numbers in its contents")
        if was != first:
            raise PaperError("The numbers in the contents moved the pages: give them more width.")
        finish.finish(printed, pdf, source.book, source.book["title"], source.parts)
    begins = {page.title: first.get(page.name, "") for page in pages}
    return _expected(source.book["title"], pages, begins)


def chapter(source: Source, name: str, press: Press, pdf: Path) -> Expected:
    """Print the page ``name`` into the file ``pdf``, and return what this must say."""
    pages = source.pages([name])
    title = f"{pages[0].title} ({source.book['title'].partition(':')[0]})"
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder, "printed.pdf")
        _print(source, pages, title, "", press, printed)
        finish.finish(printed, pdf, source.book, title)
    return _expected(title, pages, {})


def _numbered(page: Page, numbers: Numbers) -> str:
    return f"{numbers[page.name]}. {page.title}" if page.name in numbers else page.title


def _expected(title: str, pages: Sequence[Page], begins: Mapping[str, str]) -> Expected:
    captions = [" ".join(called.get_text().split())
                for page in pages for called in page.article.select(CAPTION)]  # fmt: skip
    return Expected(title, [page.title for page in pages], captions, begins)


def _print(
    source: Source, pages: Sequence[Page], title: str, before: str, press: Press, pdf: Path
) -> None:
    styles = STYLES.read_text(encoding="utf-8") + running_heads(pages, source.book)
    text = document.html(title, pages, source.site, styles, before)
    html = pdf.with_suffix(".html")
    html.write_text(text, encoding="utf-8")
    press.print(html, pdf)


def running_heads(pages: Sequence[Page], book: Mapping[str, Any]) -> str:
    """Return rules of style that put book, version and the title of each page at the edges."""
    title, version = quoted(book["title"].partition(":")[0]), quoted(front.version(book))
    rules = [f"@page {{ @top-left {{ content: {title} }} @bottom-left {{ content: {version} }} }}"]
    for number, page in enumerate(pages, 1):
        rules.append(f"@page p{number} {{ @top-right {{ content: {quoted(page.title)} }} }}")
        rules.append(f"#{anchor(page.name)} {{ page: p{number} }}")
    return "\n".join(rules) + "\n"
