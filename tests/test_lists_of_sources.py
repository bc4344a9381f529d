"""What `directives.bibliography` does for lists of sources, and that it is still needed."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from small_book import SmallBook

LIST = "```{bibliography}\n:filter: %s\n```\n"
OF_A_PAGE = LIST % "docname in docnames"
EITHER_WAY = pytest.mark.parametrize(
    ("extensions", "is_ours"),
    [((), False), (("bookmaking.directives.bibliography",), True)],
    ids=["as it comes", "ours"],
)
"""If a test fails with sphinxcontrib.bibtex as it comes, the module can go."""


def citing(root: Path, keys: Iterable[str], pages: dict[str, str], *extensions: str) -> SmallBook:
    """Return a book with one source for each of ``keys``, by an author of that name."""
    book = SmallBook(
        root,
        "myst_parser",
        "sphinxcontrib.bibtex",
        *extensions,
        bibtex_bibfiles=["references.bib"],
        bibtex_reference_style="author_year",
        bibtex_tooltips=False,
        suppress_warnings=["bibtex.duplicate_citation", "bibtex.duplicate_label"],
    )
    entry = "@misc{%s, author = {%s}, title = {A title}, year = 2000}\n"
    book.write("references.bib", "".join(entry % (key, key) for key in keys))
    for name, text in pages.items():
        book.page(name, text)
    return book


class Counted(list):
    """A list that counts how often it is gone through."""

    times = 0

    def __iter__(self):  # noqa: D105
        self.times += 1
        return super().__iter__()


@EITHER_WAY
def test_bibtex_still_looks_at_every_citation_for_every_entry(tmp_path, extensions, is_ours):
    keys = [f"key{number}" for number in range(9)]
    cited = " ".join(f"{{cite:p}}`{key}`" for key in keys)
    book = citing(tmp_path, keys, {"index": f"# Home\n\n{cited}\n\n{OF_A_PAGE}"}, *extensions)
    times = []

    def count(app, _):
        data = app.env.domaindata["cite"]
        data["citation_refs"] = Counted(data["citation_refs"])

    def counted(app, env):
        times.append(env.domaindata["cite"]["citation_refs"].times)

    assert book.build(on={"doctree-read": count, "env-updated": counted}) == ""
    assert len(book.soup("index").select("div.citation")) == len(keys)
    assert (times[0] < len(keys)) is is_ours, f"the citations were gone through {times[0]} times"


@EITHER_WAY
def test_sources_without_a_list_are_in_the_order_of_all_sources(tmp_path, extensions, is_ours):
    """The lists of chapters, which come first, would give the order in which they were read."""
    pages = {
        "index": "# Home\n\n{cite:p}`Zoo,Ant`\n\n```{toctree}\nfirst\nsecond\nsources\n```\n",
        "first": f"# First\n\n{{cite:p}}`Zoo`\n\n{OF_A_PAGE}",
        "second": f"# Second\n\n{{cite:p}}`Ant`\n\n{OF_A_PAGE}",
        "sources": "# Sources\n\n" + LIST % 'type == "misc"',
    }
    book = citing(tmp_path, ("Ant", "Zoo"), pages, *extensions)
    assert book.build() == ""
    html = (book.html / "index.html").read_text(encoding="utf-8")
    places = [html.index(f">{key}") for key in ("Ant", "Zoo")]
    assert (places == sorted(places)) is is_ours


@pytest.mark.parametrize("extensions", [(), ("bookmaking.directives.numbered_references",)])
def test_references_to_figures_are_those_of_sphinx(tmp_path, extensions):
    book = SmallBook(tmp_path, "myst_parser", *extensions, numfig=True)
    refers = "{numref}`first`, {numref}`Table no. {number} <second>`"
    book.page("index", f"# Home\n\n{refers}\n\n```{{toctree}}\ntables\n```\n")
    table = "```{table} A caption\n:name: %s\n\n| a |\n| - |\n| b |\n```\n\n"
    book.page("tables", f"# Tables\n\n{table % 'first'}{table % 'second'}")
    assert book.build() == ""
    links = [str(link) for link in book.soup("index").select("a.reference:has(.std-numref)")]
    form = (
        '<a class="reference internal" href="tables.html#{}">'
        '<span class="std std-numref">{}</span></a>'
    )
    assert links == [form.format("first", "Table 1"), form.format("second", "Table no. 2")]
