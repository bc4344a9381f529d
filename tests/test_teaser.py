"""A figure of another page stands small next to a few words, and a fault in it is said."""

import copy

from bs4 import Tag
from nbformat.v4 import new_output

from bookmaking.checks import ROOT, site
from small_book import CITATION, CITING, OF_NOTEBOOKS, WITH_EXHIBITS, SmallBook, executed

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} 80"></svg>'
FIGURE = {
    "exhibit": {
        "kind": "figure",
        "source": "key{p. 1}",
        "as_of": "2005",
        "rule": "",
        "limits": "",
        "units": {},
        "csv": "year\n2005\n",
        "headline": "A long headline",
        "subtitle": "A subtitle",
        "narrow": SVG.format(120),
    },
    "scrapbook": {"name": "fig-a", "mime_prefix": ""},
}
DRAWN = new_output("display_data", {"image/svg+xml": SVG.format(200)}, metadata=FIGURE)
CHAPTER = "# B\n\n```{exhibit} fig-a\n:alt: What is to be seen.\n\nThe caption.\n```\n"
TEASER = """# A

```{teaser} fig-a
:alt: What is to be seen, in short.

A sentence, see {ref}`there <fig-a>`.
```
"""


def a_book(folder, teaser: str = TEASER) -> SmallBook:
    extensions = (*WITH_EXHIBITS, "bookmaking.fresh")
    book = SmallBook(folder, *extensions, **CITING, **OF_NOTEBOOKS, numfig=True)
    book.write("CITATION.cff", CITATION)
    book.page("index", f"{teaser}\n```{{toctree}}\npart/b\n```\n")
    book.page("part/b.ipynb", executed(CHAPTER, {"source": "draw()", "outputs": [DRAWN]}))
    book.write("references.bib", "@misc{key, author={{ILO}}, title={T}, year={2005}}")
    return book


def parts(teaser: Tag) -> list[str]:
    return [" ".join(part.get("class", [part.name])) for part in teaser.find_all(recursive=False)]


def test_the_narrow_drawing_is_between_headline_and_sentence_and_follows_the_figure(tmp_path):
    book = a_book(tmp_path)
    book.build()
    teaser = book.soup("index").select_one(".teaser")
    assert parts(teaser) == ["p", "exhibit-drawn", "p"]
    assert teaser.p.get_text() == "A long headline", "the headline is that of the figure"
    picture = teaser.img
    assert picture["alt"] == "What is to be seen, in short."
    assert (picture["width"], picture["height"]) == ("120", "80")
    assert (book.html / picture["src"]).read_text("utf-8") == FIGURE["exhibit"]["narrow"]
    assert teaser.a["href"] == "part/b.html#fig-a"
    assert teaser.find("figcaption") is None

    changed = copy.deepcopy(DRAWN)
    changed.metadata["exhibit"] |= {"headline": "Another finding", "narrow": SVG.format(140)}
    book.page("part/b.ipynb", executed(CHAPTER, {"source": "draw()", "outputs": [changed]}))
    book.build()
    teaser = book.soup("index").select_one(".teaser")
    assert (teaser.p.get_text(), teaser.img["width"]) == ("Another finding", "140")


def test_a_figure_that_no_page_places_and_a_teaser_without_words_are_said(tmp_path):
    book = a_book(tmp_path, TEASER.replace("{teaser} fig-a", "{teaser} fig-z"))
    assert "no page of the book places a figure 'fig-z'" in book.build()
    book.page("index", "# A\n\n```{teaser} fig-a\n```\n")
    assert "the teaser of 'fig-a' needs words" in book.build()


def test_the_first_page_of_the_book_shows_a_figure_and_six_ways_to_start(book):
    start = site.Page(book, site.listed(ROOT / "_toc.yml")[0])
    assert len(start.tree.select(".teaser img")) == 1
    assert len(start.tree.select(".doors a")) == 6
    assert start.tree.select('.doors a[href$="which_number.html"]')


def test_the_first_page_has_a_finding_of_each_chapter_in_two_sentences(book):
    names = site.listed(ROOT / "_toc.yml")
    chapters = [name for name in names if name.startswith("notebooks/")]
    start = site.Page(book, names[0])
    entries = start.tree.select(".chapters li")
    told = [start.file_of(entry.a["href"]).relative_to(book).as_posix() for entry in entries]
    assert sorted(told) == sorted(f"{name}.html" for name in chapters)
    for entry in entries:
        sentences = entry.get_text(" ", strip=True).removeprefix(entry.a.get_text(" ", strip=True))
        # The title of the chapter ends with a stop as well, unless it is a question.
        assert sentences.lstrip(" .").count(". ") <= 1, sentences
        assert any(sign.isdigit() for sign in sentences), f"{sentences} has no number"
