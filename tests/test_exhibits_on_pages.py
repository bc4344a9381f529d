"""What a page says of an exhibit, and where its values are kept."""

import csv
import json
from io import StringIO
from pathlib import Path

import bibtexparser
import myst_nb
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_output

from bookmaking.checks import ROOT, site
from bookmaking.checks.notebooks import REPORTS
from bookmaking.directives import exhibit_content as content
from bookmaking.directives.page_citation import of_part
from small_book import CITATION, CITING, OF_NOTEBOOKS, WITH_EXHIBITS, SmallBook, executed

CSV = "year,persons\n2005,12\n"
FIGURE = {"exhibit": {"kind": "figure"}}
WORDED = {"exhibit": {"kind": "figure", "headline": "A", "subtitle": "B"}}
WORDS_HERE = {"alt": "c", "headline": "A", "subtitle": "B"}
FAULTS = [
    (FIGURE, True, WORDS_HERE, None),
    (WORDED, True, {"alt": "c"}, None),
    (None, True, {}, "no cell of this notebook publishes 'fig-a'"),
    ({"scrapbook": {}}, True, {}, "'fig-a' is a glued number, not an exhibit"),
    (FIGURE, False, {}, "'fig-a' has no caption"),
    (FIGURE, True, {}, "'fig-a' has no :alt:"),
    (FIGURE, True, {"alt": "c"}, "'fig-a' needs one headline"),
    (WORDED, True, WORDS_HERE, "'fig-a' needs one headline"),
]
KNOWN = {
    key: content.Source(f"Institute {key}", "2005", f"Institute {key} (2005). A report.")
    for key in "abcdef"
}
STATES = {"AUT": "Austria", "TUR": "Türkiye"}
BY_STATE = "iso3,year,share,people,source\nTUR,2011,12.34567,23411,a\nAUT,2012,,7,b\n"


def test_what_is_wrong_with_an_exhibit_is_said(subtests):
    for metadata, has_caption, options, said in FAULTS:
        with subtests.test(said):
            fault = content.fault("fig-a", metadata, has_caption=has_caption, options=options)
            assert fault is None if said is None else said in fault


def test_the_footer_names_source_date_rule_and_limits_or_a_caveat():
    described = {"source": "a{p. 1}", "as_of": "2005", "rule": "Not to be added.",
                 "limits": "Do not use this for: a trend."}  # fmt: skip
    start = "Source: {cite:t}`a{p. 1}`. Data as of 2005. Not to be added."
    for caveat, said in ((None, f" {described['limits']}"), ("A minimum.", " A minimum.")):
        assert content.footer(described, caveat, KNOWN) == f"{start}{said}"
    many = described | {"source": ",".join(f"{key}{{p. 1, Table 2}}" for key in "abcdef")}
    assert content.handle_of_sources(many, KNOWN) == "6 sources", "more than two lines are folded"
    assert content.footer(many, "", KNOWN) == "Data as of 2005. Not to be added."


def test_values_carry_full_references_and_what_is_known_of_them():
    values = 'year,source,locator\n2005,a; b,"p. 1; p. 2, 3"\n2012,,\n'
    described = {"csv": values, "source": "c{p. 1}", "as_of": "2005", "rule": "",
                 "limits": "Do not use this for: a trend.", "units": {"year": "year"}}  # fmt: skip
    assert content.keys_of(described) == ["c", "a", "b"]
    files = content.files("tbl-a", described, KNOWN)
    first, second = csv.DictReader(StringIO(files["tbl-a.csv"]))
    assert list(first) == ["year", "source", "reference", "locator"]
    assert first["reference"] == "Institute a (2005). A report. | Institute b (2005). A report."
    assert (first["locator"], second["reference"]) == ("p. 1; p. 2, 3", "")
    assert content.with_references(CSV, KNOWN) == CSV
    known = json.loads(files["tbl-a.csv-metadata.json"])
    assert (known["url"], known["dc:temporal"]) == ("tbl-a.csv", "2005")
    assert known["dc:source"] == ["Institute c (2005). A report. [c, p. 1]"]
    assert known["dc:description"] == "Do not use this for: a trend."
    assert known["tableSchema"]["columns"][0] == {"titles": "year", "schema:unitText": "year"}


def test_values_by_state_are_named_in_order_or_only_the_names(monkeypatch):
    folded = content.values_by_state(BY_STATE, {"share": "per cent"}, STATES)
    rows = BeautifulSoup(folded, "html.parser")("tr")
    assert [[cell.get_text() for cell in row(["th", "td"])] for row in rows] == [
        ["State", "year", "share (per cent)", "people"],
        ["Austria", "2012", "–", "7"],
        ["Türkiye", "2011", "12.35", "23,411"],
    ]
    for values in ("year,share\n2011,1\n", "iso3,share\nCHN,1\n"):
        assert content.values_by_state(values, {}, STATES) is None
    monkeypatch.setattr(content, "MOST_ROWS", 1)
    folded = content.values_by_state(BY_STATE, {}, STATES)
    assert folded.striptags() == "The States in this figureAustria, Türkiye."


# ------------------------------------------------------------------ on a page

PLACED = """\
# Chapter

```{exhibit} tbl-a
The caption.
```
"""


def published(name: str = "tbl-a", text: dict | None = None, **other: str) -> dict:
    exhibit = {
        "kind": "table",
        "source": "key{p. 1}",
        "as_of": "2005",
        "rule": "",
        "limits": "No trend.",
        "units": {"persons": "persons"},
        "csv": CSV,
        "head": ["Year", "Persons"],
        "rows": [["2005", "12"]],
    }
    metadata = {"exhibit": exhibit | other, "scrapbook": {"name": name, "mime_prefix": ""}}
    output = new_output("display_data", text or {"text/plain": "'a'"}, metadata=metadata)
    return {"source": "exhibits.table('tbl-a', rows)", "outputs": [output]}


def drawing(width: int, height: int) -> str:
    return f'<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg"/>'


def drawn(**other: str) -> dict:
    narrow = {"kind": "figure", "narrow": drawing(260, 300)}
    return published("fig-a", {"image/svg+xml": drawing(460, 200)}, **narrow | other)


@pytest.fixture
def small(tmp_path):
    made = SmallBook(tmp_path, *WITH_EXHIBITS, "bookmaking.fresh", **OF_NOTEBOOKS, **CITING)
    made.write("CITATION.cff", CITATION)
    made.write("references.bib", "@misc{key, title={A source}, author={A, B}, year={2005}}\n")
    made.page("index", "# Home\n\n```{toctree}\npart/chapter\n```\n\n```{sources} misc\n```\n")
    made.page("part/chapter.ipynb", executed(PLACED, published()))
    return made


def test_a_table_is_on_its_page_with_its_footer_its_values_and_its_bar(small):
    placed = PLACED.replace("\n\n", "\n\n## A part\n\n", 1)
    small.page("part/chapter.ipynb", executed(placed, published()))
    assert small.build() == ""
    page = small.soup("part/chapter")
    table = page.find(id="tbl-a")
    assert [head["scope"] for head in table("th")] == ["col", "col", "row"]
    assert table.td["class"] == ["number"]
    assert table.parent["aria-label"] == "Table: The caption."
    footer = page.find(class_="exhibit-source")
    assert footer.get_text() == "Source: A (2005, p. 1). Data as of 2005. No trend."
    bar = page.select_one(".exhibit-bar")
    assert bar["aria-label"] == "Table 1.1: files, code, citation"
    links = {link.get_text(): link["href"] for link in bar("a")}
    assert list(links) == ["CSV", "Code", "Link"] and links["Link"] == "#tbl-a"
    assert ((small.html / "part" / links["CSV"]).resolve()).read_text() == CSV
    code = page.find(id=links["Code"].removeprefix("#"))
    assert "exhibits.table" in code.get_text(), "the link leads to the code that made the table"
    text, entry = (one.get_text() for one in bar.select(".exhibit-copied > *"))
    assert text == (
        "The Authors of a Book, Doe, A. (2026). A part (Table 1.1). In: A Book: of much, "
        "version 0.1.0, chapter “Chapter”."
    )
    assert entry.startswith("@incollection{decentwork-tbl-a,")
    # Its files go with it.
    small.page("part/chapter.ipynb", executed("# Chapter"))
    assert small.build() == ""
    assert list((small.html / "_downloads" / "exhibits").iterdir()) == []


def test_a_figure_has_its_words_as_text_and_a_drawing_for_each_width(small):
    placed = PLACED.replace("tbl-a", "fig-a\n:alt: What it shows.", 1)
    cell = drawn(headline="A finding", subtitle="A measure")
    small.page("part/chapter.ipynb", executed(placed, cell))
    assert small.build() == ""
    figure = small.soup("part/chapter").find(id="fig-a")
    assert [part.get_text() for part in figure("p")[:2]] == ["A finding", "A measure"]
    drawn_in_it = figure.find(class_="exhibit-drawn")
    assert drawn_in_it["aria-label"] == "What it shows."
    assert [svg["viewbox"] for svg in drawn_in_it("svg")] == ["0 0 460 200", "0 0 260 300"]
    for name, size in (("fig-a", (460, 200)), ("fig-a-narrow", (260, 300))):
        file = small.html / content.DOWNLOADS / f"{name}.svg"
        assert file.read_text() == drawing(*size)
    links = {link.get_text(): link["href"] for link in figure.select(".exhibit-bar a[download]")}
    assert list(links) == ["CSV", "SVG", "PNG"]
    picture = (small.html / "part" / links["PNG"]).resolve()
    assert picture.read_bytes().startswith(b"\x89PNG"), "the picture is made from the drawing"
    small.page("part/chapter.ipynb", executed("# Chapter"))
    assert small.build() == ""
    assert not picture.exists(), "it goes with its figure"


def test_the_words_of_a_figure_are_in_its_directive_with_numbers_of_the_notebook(small):
    need = {"says": ["per cent"], "fault": "the unit of share is 'per cent', which nothing says"}
    mime = "application/papermill.record/"
    number = new_output(
        "display_data", {f"{mime}text/plain": "'3 of 4'"},
        metadata={"scrapbook": {"name": "rose", "mime_prefix": mime}},
    )  # fmt: skip
    words = "fig-a\n:alt: What.\n:headline: It rose in {glue:text}`rose` States\n:subtitle: "
    cell = drawn(must_say=[need])
    cell["outputs"].insert(0, number)
    for subtitle, said in (("Share, per cent", ""), ("Share", "which nothing says")):
        placed = PLACED.replace("tbl-a", words + subtitle, 1)
        small.page("part/chapter.ipynb", executed(placed, cell))
        warned = small.build()
        assert said in warned if said else warned == ""
    figure = small.soup("part/chapter").find(id="fig-a")
    assert figure.select_one(".exhibit-headline").get_text() == "It rose in 3 of 4 States"
    assert "It rose in 3 of 4 States (Fig. 1.1)" in figure.select_one(".exhibit-copied").get_text()


# ------------------------------------------------------------------ citations


def test_an_entry_for_reference_managers_keeps_names_and_signs():
    authors = [{"family-names": "Doe", "given-names": "A."}, {"name": "The Authors"}]
    book = {"title": "Work & Rights", "date-released": "2026-11-25", "authors": authors}
    where = {"called": "Fig. 7.1", "chapter": "One", "address": "https://a.b/c#d"}
    text, bibtex = of_part("fig-a", "5 % of 100_000", book, **where)
    (entry,) = bibtexparser.parse_string(bibtex).entries
    assert {field.key: field.value for field in entry.fields} == {
        "author": "Doe, A. and {The Authors}",
        "title": r"{5 \% of 100\_000}",
        "booktitle": r"{Work \& Rights}",
        "year": "2026",
        "note": "Fig. 7.1, chapter “One”",
        "url": "https://a.b/c#d",
    }
    assert text == (
        "Doe, A., The Authors (2026). 5 % of 100_000 (Fig. 7.1). In: Work & Rights, chapter “One”. "
        "https://a.b/c#d"
    )


def test_myst_nb_still_keeps_its_functions_to_itself():
    assert not hasattr(myst_nb, "retrieve_glue_data"), (
        "MyST-NB offers retrieve_glue_data at its top level: import it from there in "
        "bookmaking.directives.exhibit."
    )


# ------------------------------------------------------------------ in the book


def test_the_first_page_shows_a_figure_ways_to_start_and_a_finding_of_each_chapter(book):
    names = site.listed(ROOT / "_toc.yml")
    chapters = [
        name
        for name in names
        if name.startswith("notebooks/") and f"{Path(name).name}.ipynb" not in REPORTS
    ]
    start = site.Page(book, names[0])
    assert len(start.tree.select(".teaser svg")) == 1
    assert len(start.tree.select(".doors a")) == 6
    entries = start.tree.select(".chapters li")
    told = [start.file_of(entry.a["href"]).relative_to(book).as_posix() for entry in entries]
    assert sorted(told) == sorted(f"{name}.html" for name in chapters)
