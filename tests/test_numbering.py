"""Figures and tables have the number of their chapter, which nobody changes or gives again."""

import re

import pytest
import yaml
from sphinx.environment import BuildEnvironment

from bookmaking.gates import ROOT
from bookmaking.pages import numbering
from small_book import SmallBook

NUMBERS = {"notebooks/a": 1, "notebooks/b": 2, "notebooks/gone": 3, "book/c": "A"}


def test_each_chapter_has_a_number_of_its_own():
    numbers = numbering.of_pages(ROOT)
    problems = numbering.faults(numbers)
    assert not problems, "\n".join(problems)
    listed = re.findall(r"file: (notebooks/\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    missing = [numbering.unnumbered(page, numbers) for page in listed if page not in numbers]
    assert not missing, "\n".join(missing)


FAULTS = {
    "a number that two have": (
        NUMBERS | {"notebooks/new": 2},
        r"gives 2 to 2 pages, and figures are cited by it: give the newer page 4\.",
    ),
    "a chapter that is no more": (
        {page: number for page, number in NUMBERS.items() if page != "notebooks/a"},
        r"gives 1 to no page: put back the line of the page that had it",
    ),
    "a number that was left out": (NUMBERS | {"notebooks/new": 5}, "gives 4 to no page"),
    "a letter that two have": (NUMBERS | {"book/d": "A"}, "give the newer page B"),
    "a letter that was left out": (NUMBERS | {"book/d": "C"}, "gives B to no page"),
    "a word": (NUMBERS | {"book/d": "four"}, "gives 'four' to a page: write a whole number"),
    "a number before the first": (NUMBERS | {"book/d": 0}, "gives 0 to a page: write a whole"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_numbers_is_named(fault):
    numbers, said = FAULTS[fault]
    assert re.search(said, "\n".join(numbering.faults(numbers)))
    assert numbering.faults(NUMBERS) == []


def test_the_next_free_number_is_none_that_was_given():
    assert numbering.next_free(NUMBERS) == 4
    assert numbering.next_free(NUMBERS, is_chapter=False) == "B"
    assert numbering.next_free({}) == 1


def test_figures_and_tables_count_apart_and_begin_with_the_chapter():
    counted = {
        "notebooks/b": {"figure": ["fig-a", "fig-b"], "table": ["tbl-a"]},
        "book/c": {"table": ["id1"]},
        "book/d": {"table": ["id2"]},
    }
    assert numbering.by_chapter(counted, NUMBERS) == {
        "notebooks/b": {"figure": {"fig-a": (2, 1), "fig-b": (2, 2)}, "table": {"tbl-a": (2, 1)}},
        "book/c": {"table": {"id1": ("A", 1)}},
        "book/d": {"table": {"id2": (1,)}},
    }


# ------------------------------------------------------------------ on pages

CHAPTER = """\
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
        "bookmaking.pages.element_nodes",
        "bookmaking.pages.numbering",
        "myst_parser",
        numfig=True,
    )
    for name in "abc":
        made.page(f"notebooks/{name}", CHAPTER.format(name=name))
    contents(made, *"abc")
    return made


def contents(book: SmallBook, *order: str, **numbers: int) -> None:
    """Write the contents of the book; chapters have the numbers 1, 2, 3 if nothing is said."""
    listed = "\n".join(f"notebooks/{name}" for name in order)
    book.page("index", f"# Home\n\n```{{toctree}}\n{listed}\n```\n")
    given = numbers or {name: number for number, name in enumerate(order, 1)}
    named = {f"notebooks/{name}": number for name, number in given.items()}
    book.write("_toc.yml", yaml.safe_dump({"meta": {"numbers": named}}))


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
    assert book.soup("notebooks/c").select_one(f".{numbering.KICKER}").get_text() == "Chapter 3"
    # A chapter is added before all others, and two change places.
    book.page("notebooks/new", CHAPTER.format(name="new"))
    contents(book, "new", "a", "c", "b", a=1, b=2, c=3, new=4)
    assert book.build() == ""
    assert called(book, "new") == ("Table 4.1", "Table 1.1")
    assert called(book, "a") == ("Table 1.1", "Table 1.1")
    assert called(book, "c") == ("Table 3.1", "Table 1.1")


def test_a_chapter_follows_its_number_without_being_read_again(book):
    assert book.build() == ""
    contents(book, *"abc", a=2, b=1, c=3)
    assert book.build() == ""
    assert called(book, "a") == ("Table 2.1", "Table 2.1")
    assert called(book, "b")[0] == "Table 1.1"


def test_a_page_counts_anew_when_it_is_read_again(book):
    assert book.build() == ""
    book.page("notebooks/a", CHAPTER.format(name="first") + CHAPTER.format(name="a"))
    assert book.build() == ""
    assert called(book, "a") == ("Table 1.1", "Table 1.2")
    book.page("notebooks/a", CHAPTER.format(name="a").replace(" A caption.", ""))
    assert "Failed to create a cross reference" in book.build()


def test_a_book_without_numbers_gets_none(book):
    book.settings["numfig"] = False
    for name in "abc":
        book.page(f"notebooks/{name}", CHAPTER.format(name=name).replace("{numref}", ""))
    assert book.build() == ""
    assert not book.soup("notebooks/a").select(".caption-number")


def test_a_build_of_what_has_not_changed_writes_no_page(book):
    assert book.build() == ""
    written = []
    book.build(on={"html-page-context": lambda app, page, *_: written.append(page)})
    assert not {page for page in written if page.startswith("notebooks/")}


@pytest.mark.parametrize("extension", ["", "bookmaking.pages.numbering"])
def test_sphinx_still_walks_through_all_pages(book, extension, monkeypatch):
    """If it does not without the extension, it keeps its count: `leave_out` can go."""
    book.settings["extensions"] = [*filter(None, ["bookmaking.pages.element_nodes", extension,
                                                  "myst_parser"])]  # fmt: skip
    book.build()
    loaded, load = [], BuildEnvironment.get_doctree
    monkeypatch.setattr(
        BuildEnvironment, "get_doctree", lambda *of: loaded.append(of[1]) or load(*of)
    )
    book.build()
    assert len(loaded) == (0 if extension else 4), "numbering.Numbering.leave_out can go"


def test_a_chapter_without_a_number_is_named(book):
    contents(book, *"abc", a=1, b=2)
    warned = book.build()
    assert "notebooks/c shows figures or tables and has no number" in warned
    assert "Add the line 'notebooks/c: 3' under 'meta: numbers:' in _toc.yml" in warned
