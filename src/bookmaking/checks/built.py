"""The built pages against the sources that they were built from."""

import re
from collections.abc import Sequence
from pathlib import Path

from bs4 import BeautifulSoup

from bookmaking.checks import ROOT, site
from bookmaking.source import pages

LEFT_OVER = re.compile(
    r"\{(?:cite|claim|doc|exhibit|glue|line|numref|ref|teaser|term)[:}]|system-message"
)

EXHIBIT = re.compile(r'<(?:figure|table) class="[^"]*\bexhibit\b')
FILES_OF_A_FIGURE = ("CSV", "SVG", "PNG")
FILES_OF_A_TABLE = ("CSV",)
IN_EVERY_BAR = ("Code", "Link", "Cite")


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what the built pages at ``root`` lack of their sources, which stand beside them.

    All pages are looked at: a small site has few, so ``files`` is of no use here.
    """
    return exhibits(root, root) + bars(root, site.listed(root / "_toc.yml")) + left_over(root)


def exhibits(book: Path, root: Path = ROOT) -> list[str]:
    """Return pages that do not show exactly the figures and tables that their sources place."""
    problems = []
    for path in pages.written(root):
        placed = [
            argument
            for cell in pages.cells(path, root)
            if cell.kind == "markdown"
            for name, argument, _, _ in pages.directives(cell.text)
            if name == "exhibit"
        ]
        page = path.relative_to(root).with_suffix("").as_posix()
        shown = [exhibit["id"] for exhibit in _with_exhibits(book, page).select(".exhibit[id]")]
        if sorted(placed) != sorted(shown):
            file = path.relative_to(root).as_posix()
            problems.append(
                f"{file} places {_names(placed)}, but its page shows {_names(shown)}. Publish "
                "each one in a cell, place it once, and build again."
            )
    return problems


def bars(book: Path, names: list[str]) -> list[str]:
    """Return figures and tables below which a link is missing that readers are promised."""
    problems = []
    for page in names:
        tree = _with_exhibits(book, page)
        found = {}
        for bar in tree.select(".exhibit-bar"):
            links = {link.get_text(): link["href"] for link in bar("a")}
            found[links.get("Link", "")] = links | {each.get_text(): "" for each in bar("summary")}
        for exhibit in tree.select(".exhibit[id]"):
            name, links = exhibit["id"], found.get(f"#{exhibit['id']}", {})
            wanted = FILES_OF_A_FIGURE if exhibit.name == "figure" else FILES_OF_A_TABLE
            missing = [link for link in (*wanted, *IN_EVERY_BAR) if link not in links]
            if missing:
                problems.append(f"{page}: the bar below {name} lacks {', '.join(missing)}.")
            elif tree.find(id=links["Code"].removeprefix("#")) is None:
                problems.append(f"{page}: the code of {name} is not on the page.")
    return problems


def _with_exhibits(book: Path, page: str) -> BeautifulSoup:
    """Return what a page holds; nothing of a page without exhibits, because to read one is slow."""
    html = (book / f"{page}.html").read_text(encoding="utf-8")
    return BeautifulSoup(html if EXHIBIT.search(html) else "", "html.parser")


def left_over(book: Path) -> list[str]:
    """Return where a page shows markup that should have become something else."""
    problems = []
    for page in sorted(book.rglob("*.html")):
        html = page.read_text(encoding="utf-8")
        text = re.sub(r"<(pre|code|script)\b.*?</\1>", "", html, flags=re.DOTALL)
        if found := LEFT_OVER.search(text):
            problems.append(f"{page.relative_to(book).as_posix()} shows “{found[0]}”.")
    return problems


def _names(keys: list[str]) -> str:
    return ", ".join(sorted(keys)) or "none"
