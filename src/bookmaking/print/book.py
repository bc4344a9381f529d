"""Print the book: the whole with title page and contents, and each chapter."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bookmaking.print import contents, document, finish
from bookmaking.print.contents import Entry
from bookmaking.print.document import Page, PaperError, anchor
from bookmaking.print.printing import Press
from bookmaking.source.page_numbers import Numbers

STYLES = Path(__file__).with_name("paper.css")


@dataclass(frozen=True)
class Source:
    """What is printed."""

    site: Path
    """The folder of the built site."""
    book: Mapping[str, Any]
    """What CITATION.cff says."""
    parts: Sequence[Entry]
    numbers: Numbers = field(default_factory=dict)
    """The number or letter of each page that has one."""
    address: str = ""
    """Where the site is published, with a slash at its end; "" if it is not."""
    built_from: str = ""
    """The commit of the site in words, for the title page; "" if none is known."""

    def pages(self, names: Iterable[str]) -> list[Page]:
        """Return the pages of these names, joined to one document."""
        pages = [document.read(self.site, name) for name in names]
        return document.join(pages, self.site, self.address)


def whole(source: Source, press: Press, pdf: Path) -> None:
    """Print the whole book into the file ``pdf``.

    It is printed twice: the contents have the page numbers that the first print shows. They have a
    column of one width, so that the second print has the same pages.
    """
    names = contents.pages(source.parts)
    pages = source.pages(names)
    titles = {page.name: f"{source.numbers[page.name]}. {page.title}"
              if page.name in source.numbers else page.title for page in pages}  # fmt: skip
    begins: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder, "printed.pdf")
        for _ in range(2):
            before = {"contents": source.parts, "titles": titles, "begins": begins}
            _print(source, pages, source.book["title"], press, printed, before)
            was, begins = begins, finish.page_numbers(printed, names)
        if was != begins:
            raise PaperError("The numbers in the contents moved the pages: give them more width.")
        finish.finish(printed, pdf, source.book, source.book["title"], source.parts)


def chapter(source: Source, name: str, press: Press, pdf: Path) -> None:
    """Print the page ``name`` into the file ``pdf``."""
    pages = source.pages([name])
    title = f"{pages[0].title} ({source.book['title'].partition(':')[0]})"
    with tempfile.TemporaryDirectory() as folder:
        printed = Path(folder, "printed.pdf")
        _print(source, pages, title, press, printed, {})
        finish.finish(printed, pdf, source.book, title)


def _print(
    source: Source, pages: Sequence[Page], title: str, press: Press, pdf: Path, contents: Mapping
) -> None:
    """Print a document; ``contents`` are the values of its contents, if it has some."""
    told = {
        "book": source.book,
        "authors": finish.authors(source.book),
        "version": finish.version(source.book),
        "address": source.address,
        "built_from": source.built_from,
    }
    styles = STYLES.read_text(encoding="utf-8") + _running_heads(pages, source.book)
    text = document.html(title, pages, source.site, styles, **told, **contents)
    html = pdf.with_suffix(".html")
    html.write_text(text, encoding="utf-8")
    press.print(html, pdf)


def _running_heads(pages: Sequence[Page], book: Mapping[str, Any]) -> str:
    """Return rules of style that put book, version and the title of each page at the edges."""
    title, version = _quoted(book["title"].partition(":")[0]), _quoted(finish.version(book))
    rules = [f"@page {{ @top-left {{ content: {title} }} @bottom-left {{ content: {version} }} }}"]
    for number, page in enumerate(pages, 1):
        rules.append(f"@page p{number} {{ @top-right {{ content: {_quoted(page.title)} }} }}")
        rules.append(f"#{anchor(page.name)} {{ page: p{number} }}")
    return "\n".join(rules) + "\n"


def _quoted(text: str) -> str:
    """Return ``text`` as a string of CSS that cannot end the element that holds it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    return f'"{escaped}"'
