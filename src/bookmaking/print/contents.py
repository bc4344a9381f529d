"""What is where in the book: its parts and pages, as `_toc.yml` orders them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

from bookmaking.source.page_numbers import CONTENTS


@dataclass(frozen=True)
class Entry:
    """A ``page`` by its name, or a part of the book by its ``caption``, and the pages ``below``."""

    page: str = ""
    below: Sequence["Entry"] = ()
    caption: str = ""


def of_book(root: Path) -> list[Entry]:
    """Return the first page and the parts of the book at ``root``, in their order."""
    site = parse_toc_yaml(root / CONTENTS)

    def entry(name: str) -> Entry:
        return Entry(
            str(name), [entry(each) for tree in site[name].subtrees for each in tree.items]
        )

    parts = [Entry(caption=tree.caption or "", below=[entry(name) for name in tree.items])
             for tree in site.root.subtrees]  # fmt: skip
    return [Entry(site.root.docname), *parts]


def pages(entries: Sequence[Entry]) -> list[str]:
    """Return the names of all pages, in their order."""
    return [
        page for each in entries for page in ([each.page] * bool(each.page) + pages(each.below))
    ]
