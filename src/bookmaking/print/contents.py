"""What is where in the book: its parts and pages, as `_toc.yml` orders them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sphinx_external_toc.parsing import SiteMap, parse_toc_yaml

from bookmaking.source.page_numbers import CONTENTS


@dataclass(frozen=True)
class Entry:
    """A ``page`` of the book, by its name in the contents, and the pages ``below`` it."""

    page: str
    below: Sequence["Entry"] = ()

    def pages(self) -> Iterator[str]:
        """Give the page, and after it those below it."""
        yield self.page
        for each in self.below:
            yield from each.pages()


@dataclass(frozen=True)
class Part:
    """Pages under one ``caption``; the first page of the book has none."""

    caption: str
    entries: Sequence[Entry]


def of_book(root: Path) -> list[Part]:
    """Return the parts of the book at ``root``, in their order."""
    site = parse_toc_yaml(root / CONTENTS)
    parts = [Part(tree.caption or "", _below(site, tree)) for tree in site.root.subtrees]
    return [Part("", [Entry(site.root.docname)]), *parts]


def pages(parts: Sequence[Part]) -> list[str]:
    """Return the names of all pages, in their order."""
    return [page for part in parts for entry in part.entries for page in entry.pages()]


def _below(site: SiteMap, tree) -> list[Entry]:
    found = []
    for name in tree.items:
        below = [each for inner in site[name].subtrees for each in _below(site, inner)]
        found.append(Entry(str(name), below))
    return found
