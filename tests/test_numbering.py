"""Figures and tables have the number of their chapter, which nobody changes or gives again."""

import re

import pytest

from bookmaking.checks import ROOT
from bookmaking.directives import chapter_head
from bookmaking.source import page_numbers
from small_book import SmallBook


def test_each_chapter_has_a_number_of_its_own():
    numbers = page_numbers.of_pages(ROOT)
    assert not page_numbers.faults(numbers)
    listed = re.findall(r"file: (notebooks/\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert not [page_numbers.unnumbered(page, numbers) for page in listed if page not in numbers]


def test_a_number_that_is_given_twice_is_named_with_the_next_free_one():
    twice = {"notebooks/a": 1, "notebooks/b": 2, "book/c": "A", "notebooks/new": 2}
    assert [each.partition(" has")[0] for each in page_numbers.faults(twice)] == [
        "notebooks/b", "notebooks/new",
    ]  # fmt: skip
    assert page_numbers.faults(twice)[0].endswith("give the newer page 3.")


# ------------------------------------------------------------------ on pages

CHAPTER = """\
---
number: {number}
---

# {name}

```{{table}} A caption.
:name: tbl-{name}

| a | b |
|---|---|
| 1 | 2 |
```

See {{numref}}`tbl-a`.
"""


@pytest.fixture
def book(tmp_path):
    made = SmallBook(
        tmp_path,
        "bookmaking.directives.elements",
        "bookmaking.directives.numbering",
        "bookmaking.directives.chapter_head",
        "myst_parser",
    )
    for name, number in NUMBERED.items():
        made.page(f"notebooks/{name}", CHAPTER.format(name=name, number=number))
    contents(made, *NUMBERED)
    return made


NUMBERED = {"a": 1, "b": 2, "c": 3}
"""Chapters and their numbers."""


def contents(book: SmallBook, *order: str) -> None:
    """Write the contents of the book."""
    listed = "\n".join(f"notebooks/{name}" for name in order)
    book.page("index", f"# Home\n\n```{{toctree}}\n{listed}\n```\n")


def called(book: SmallBook, name: str) -> tuple[str, str]:
    """Return what a chapter calls its own table, and what it calls that of the first chapter."""
    page = book.soup(f"notebooks/{name}")
    numbers = [
        page.select_one(one).get_text(strip=True) for one in (".caption-number", ".std-numref")
    ]
    return tuple(numbers)


def test_captions_and_mentions_agree_and_do_not_shift(book):
    assert book.build() == ""
    assert called(book, "a") == ("Table 1.1", "Table 1.1")
    assert called(book, "c") == ("Table 3.1", "Table 1.1")
    head = book.soup("notebooks/c").select_one(f".{chapter_head.KICKER}").get_text()
    assert head.startswith("Chapter 3 of a book that tests a 2011 note of the OSCE")
    book.replace("notebooks/c.md", "{numref}`tbl-a`", "{numref}`The table no. {number} <tbl-a>`")
    # A chapter is added before all others, and two change places.
    book.page("notebooks/new", CHAPTER.format(name="new", number=4))
    contents(book, "new", "a", "c", "b")
    assert book.build() == ""
    assert called(book, "new") == ("Table 4.1", "Table 1.1")
    assert called(book, "a") == ("Table 1.1", "Table 1.1")
    assert called(book, "c") == ("Table 3.1", "The table no. 1.1")
    # A page is counted again when it is read again.
    chapter = CHAPTER.format(name="a", number=1)
    book.page("notebooks/a", CHAPTER.format(name="first", number=1) + chapter.split("---\n\n")[1])
    assert book.build() == ""
    assert called(book, "a") == ("Table 1.1", "Table 1.2")
    book.page("notebooks/a", chapter.replace(" A caption.", ""))
    assert "'tbl-a' has no number; give the figure or table a caption." in book.build()


def test_a_page_without_a_number_is_named(book):
    chapter = CHAPTER.format(name="c", number=3).split("---\n\n")[1]
    book.page("notebooks/c", chapter)
    book.page("book/d", chapter.replace("tbl-c", "tbl-d"))
    contents(book, "a", "b", "c", "../book/d")
    warnings = book.build()
    assert "notebooks/c shows figures or tables and has no number, by which they" in warnings
    assert "`make tidy` gives it the next free one, 3." in warnings
    assert "Begin the page with three lines: ---, number: A and ---." in warnings
