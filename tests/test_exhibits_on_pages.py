"""What a page says of an exhibit, and where its values are kept."""

import csv
import json
import re
from io import StringIO

import bibtexparser
import myst_nb
import pytest
from nbformat.v4 import new_output

from bookmaking.directives import exhibit_content as content
from bookmaking.directives.page_citation import of_part
from bookmaking.site import pictures
from small_book import CITATION, CITING, OF_NOTEBOOKS, WITH_EXHIBITS, SmallBook, executed

CSV = "year,persons\n2005,12\n"
FIGURE = {"exhibit": {"kind": "figure"}}
WORDED = {"exhibit": {"kind": "figure", "headline": "A", "subtitle": "B"}}
WORDS_HERE = {"alt": "c", "headline": "A", "subtitle": "B"}
TABLE = {"exhibit": {"kind": "table"}}
FAULTS = [
    (FIGURE, True, WORDS_HERE, None),
    (WORDED, True, {"alt": "c"}, None),
    (TABLE, True, {}, None),
    (None, True, {}, "no cell of this notebook publishes 'fig-a'"),
    ({"scrapbook": {}}, True, {}, "'fig-a' is a glued number, not an exhibit"),
    (FIGURE, False, {}, "'fig-a' has no caption"),
    (FIGURE, True, {}, "'fig-a' has no :alt:"),
    (FIGURE, True, {"alt": "c"}, "'fig-a' has no :headline:; write the finding, for example"),
    (WORDED, True, WORDS_HERE, "'fig-a' has its headline twice, here and in the cell"),
]


def test_what_is_wrong_with_an_exhibit_is_said(subtests):
    for metadata, has_caption, options, said in FAULTS:
        with subtests.test(said):
            fault = content.fault("fig-a", metadata, has_caption=has_caption, options=options)
            assert fault is None if said is None else said in fault


def test_columns_of_numbers_are_told_from_columns_of_words():
    rows = [["2005", "12.3", "≥ 5", "world"], ["2012", "–", "<5", "2"]]
    assert content.numeric_columns(4, rows) == [False, True, True, False]
    assert content.numeric_columns(2, []) == [False, True]


KNOWN = {
    key: content.Source(f"Institute {key}", "2005", f"Institute {key} (2005). A report.")
    for key in "abcdef"
}


def test_the_footer_names_source_date_rule_and_limits_or_a_caveat():
    described = {"source": "a{p. 1},b{p. 2}", "as_of": "2005", "rule": "", "limits": ""}
    assert content.footer(described, None, KNOWN) == (
        "Source: {cite:t}`a{p. 1},b{p. 2}`. Data as of 2005."
    )
    described |= {"rule": "Not to be added.", "limits": "Do not use this for: a trend."}
    for caveat, said in (
        (None, "2005. Not to be added. Do not use this for: a trend."),
        ("A minimum.", "2005. Not to be added. A minimum."),
        ("", "2005. Not to be added."),
    ):
        assert content.footer(described, caveat, KNOWN).endswith(said)


def test_sources_of_more_than_two_lines_are_folded_behind_their_number():
    described = {"as_of": "2005", "rule": "", "limits": ""}
    few = described | {"source": ",".join(f"{key}{{p. 1}}" for key in "abcde")}
    many = described | {"source": ",".join(f"{key}{{p. 1, Table 2}}" for key in "abcdef")}
    few_and_long = described | {"source": f"a{{p. 1}},b{{{'a long place; ' * 12}}}"}
    assert content.handle_of_sources(few, KNOWN) == "" and "e{p" in content.footer(few, None, KNOWN)
    assert content.handle_of_sources(many, KNOWN) == "6 sources"
    assert content.handle_of_sources(few_and_long, KNOWN) == "2 sources"
    assert content.footer(many, None, KNOWN) == "Data as of 2005."
    assert content.sources(many).startswith("{cite:t}`a{p. 1, Table 2},b")


def test_what_is_known_of_values_stands_beside_them():
    described = {"csv": CSV, "source": "a{p. 1}", "as_of": "2005", "rule": "",
                 "limits": "Do not use this for: a trend.",
                 "units": {"persons": "persons"}}  # fmt: skip
    files = content.files("tbl-a", described, KNOWN)
    assert files["tbl-a.csv"] == CSV
    known = json.loads(files["tbl-a.csv-metadata.json"])
    assert known["url"] == "tbl-a.csv" and known["dc:temporal"] == "2005"
    assert known["dc:source"] == ["Institute a (2005). A report. [a, p. 1]"]
    assert known["dc:description"] == "Do not use this for: a trend."
    assert known["tableSchema"]["columns"] == [
        {"titles": "year"},
        {"titles": "persons", "schema:unitText": "persons"},
    ]


def test_values_carry_full_references_beside_the_keys_of_their_sources():
    values = 'year,source,locator\n2005,a; b,"p. 1; p. 2, 3"\n2012,,\n'
    described = {"csv": values, "source": "c{p. 1}"}
    assert content.keys_of(described) == ["c", "a", "b"]
    assert list(csv.DictReader(StringIO(content.with_references(values, KNOWN)))) == [
        {
            "year": "2005",
            "source": "a; b",
            "reference": "Institute a (2005). A report. | Institute b (2005). A report.",
            "locator": "p. 1; p. 2, 3",
        },
        {"year": "2012", "source": "", "reference": "", "locator": ""},
    ]
    assert content.with_references(CSV, KNOWN) == CSV


# ------------------------------------------------------------------ on a page

PLACED = """\
# Chapter

```{exhibit} tbl-a
The caption.
```
"""


def published(csv: str = CSV, **other: str) -> dict:
    exhibit = {
        "kind": "table",
        "source": "key{p. 1}",
        "as_of": "2005",
        "rule": "",
        "limits": "No trend.",
        "units": {"persons": "persons"},
        "csv": csv,
        "head": ["Year", "Persons"],
        "rows": [["2005", "12"]],
    }
    metadata = {"exhibit": exhibit | other, "scrapbook": {"name": "tbl-a", "mime_prefix": ""}}
    output = new_output("display_data", {"text/plain": "'tbl-a'"}, metadata=metadata)
    return {"source": "publish()", "outputs": [output]}


@pytest.fixture
def book(tmp_path):
    made = SmallBook(
        tmp_path,
        *WITH_EXHIBITS,
        **OF_NOTEBOOKS,
        **CITING,
    )
    made.write("CITATION.cff", CITATION)
    (tmp_path / "references.bib").write_text(
        "@misc{key, title={A source}, author={A, B}, year={2005}}\n"
    )
    made.page("index", "# Home\n\n```{toctree}\npart/chapter\n```\n\n```{sources} misc\n```\n")
    made.page("part/chapter.ipynb", executed(PLACED, published()))
    return made


def test_a_table_is_on_its_page_with_its_footer_its_values_and_its_bar(book):
    code = published() | {"source": "exhibits.table('tbl-a', rows)"}
    book.page("part/chapter.ipynb", executed(PLACED.replace("\n\n", "\n\n## A part\n\n", 1), code))
    assert book.build() == ""
    page = book.soup("part/chapter")
    table = page.find(id="tbl-a")
    assert [head["scope"] for head in table("th")] == ["col", "col", "row"]
    assert table.td["class"] == ["number"]
    assert table.parent["aria-label"] == "Table: The caption."
    footer = page.find(class_="exhibit-source")
    assert footer.get_text() == "Source: A (2005, p. 1). Data as of 2005. No trend."
    link = page.select_one(".exhibit-bar a[download]")["href"]
    assert ((book.html / "part" / link).resolve()).read_text() == CSV
    bar = page.select_one(".exhibit-bar")
    assert bar["aria-label"] == "Table 1.1: files, code, citation"
    links = {link.get_text(): link["href"] for link in bar("a")}
    assert list(links) == ["CSV", "Code", "Link"] and links["Link"] == "#tbl-a"
    code = page.find(id=links["Code"].removeprefix("#"))
    assert "exhibits.table" in code.get_text(), "the link leads to the code that made the table"
    text, entry = (one.get_text() for one in bar.select(".exhibit-copied > *"))
    assert text == (
        "The Authors of a Book, Doe, A. (2026). A part (Table 1.1). In: A Book: of much, "
        "version 0.1.0, chapter “Chapter”."
    )
    assert entry.startswith("@incollection{decentwork-tbl-a,")


def drawing(width: int, height: int) -> str:
    return f'<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg"/>'


def test_a_figure_has_its_words_as_text_and_a_drawing_for_each_width(book):
    metadata = published(kind="figure", headline="A finding", subtitle="A measure",
                         narrow=drawing(260, 300))["outputs"][0].metadata  # fmt: skip
    metadata["scrapbook"]["name"] = "fig-a"
    output = new_output("display_data", {"image/svg+xml": drawing(460, 200)}, metadata=metadata)
    placed = PLACED.replace("tbl-a", "fig-a\n:alt: What it shows.", 1)
    cell = {"source": "publish()", "outputs": [output]}
    book.page("part/chapter.ipynb", executed(placed, cell))
    assert book.build() == ""
    figure = book.soup("part/chapter").find(id="fig-a")
    assert [part.get_text() for part in figure("p")[:2]] == ["A finding", "A measure"]
    narrow, wide = figure.source, figure.img
    assert (narrow["media"], narrow["width"], narrow["height"]) == (content.PHONE, "260", "300")
    assert (wide["alt"], wide["width"], wide["height"]) == ("What it shows.", "460", "200")
    for address, size in ((narrow["srcset"], (260, 300)), (wide["src"], (460, 200))):
        assert (book.html / "part" / address).resolve().read_text() == drawing(*size)
    links = {link.get_text(): link["href"] for link in figure.select(".exhibit-bar a[download]")}
    assert list(links) == ["CSV", "SVG", "PNG"]
    picture = (book.html / "part" / links["PNG"]).resolve().read_bytes()
    assert picture.startswith(b"\x89PNG"), "the picture is made from the drawing"


def test_the_words_of_a_figure_are_in_its_directive_with_numbers_of_the_notebook(book):
    need = {"says": ["per cent"], "fault": "the unit of share is 'per cent', which nothing says"}
    metadata = published(kind="figure", narrow=drawing(260, 300))["outputs"][0].metadata
    metadata["scrapbook"]["name"] = "fig-a"
    metadata["exhibit"]["must_say"] = [need]
    drawn = new_output("display_data", {"image/svg+xml": drawing(460, 200)}, metadata=metadata)
    mime = "application/papermill.record/"
    number = new_output(
        "display_data", {f"{mime}text/plain": "'3 of 4'"},
        metadata={"scrapbook": {"name": "rose", "mime_prefix": mime}},
    )  # fmt: skip
    words = "fig-a\n:alt: What.\n:headline: It rose in {glue:text}`rose` States\n:subtitle: "
    cell = {"source": "publish()", "outputs": [number, drawn]}
    for subtitle, said in (("Share, per cent", ""), ("Share", "which nothing says")):
        placed = PLACED.replace("tbl-a", words + subtitle, 1)
        book.page("part/chapter.ipynb", executed(placed, cell))
        warned = book.build()
        assert said in warned if said else warned == ""
    figure = book.soup("part/chapter").find(id="fig-a")
    assert figure.select_one(".exhibit-headline").get_text() == "It rose in 3 of 4 States"
    assert "It rose in 3 of 4 States (Fig. 1.1)" in figure.select_one(".exhibit-copied").get_text()


def test_values_follow_their_exhibits_and_go_with_them(book):
    assert book.build() == ""
    values = book.html / "_downloads" / "exhibits"
    changed = CSV.replace("12", "13")
    book.page("part/chapter.ipynb", executed(PLACED, published(csv=changed)))
    assert book.build() == ""
    assert (values / "tbl-a.csv").read_text() == changed
    book.page("part/chapter.ipynb", executed("# Chapter"))
    assert book.build() == ""
    assert list(values.iterdir()) == []


WORDS = pictures.Words("A finding & more", "Persons, 2020", "Fig. 1.1, A Book. Source: A.")


def test_a_picture_is_drawn_once_from_the_same_and_goes_with_its_figure(tmp_path, monkeypatch):
    folder, drawn = tmp_path / "drawings", tmp_path / "pictures"
    folder.mkdir()
    words = {"fig-a": WORDS, "fig-b": WORDS}
    for name, width in (("fig-a", 400), ("fig-a-narrow", 260), ("fig-b", 400)):
        (folder / f"{name}.svg").write_text(drawing(width, 100))
    pictures.write(folder, words, drawn)
    assert {path.name for path in folder.glob("*.png")} == {"fig-a.png", "fig-b.png"}
    first = (folder / "fig-a.png").read_bytes()
    assert int.from_bytes(first[16:20]) == pictures.WIDTH
    other = {"fig-a": WORDS._replace(below="Fig. 1.2")}
    pictures.write(folder, other, drawn)
    assert (folder / "fig-a.png").read_bytes() != first, "a number has changed"
    assert not (folder / "fig-b.png").exists()
    monkeypatch.setattr(pictures, "as_png", lambda _: pytest.fail("drawn again"))
    pictures.write(folder, other, drawn)


def test_a_picture_holds_the_words_that_stand_around_its_drawing():
    svg = pictures.with_words(drawing(460, 200), WORDS)
    assert re.findall(r"<text[^>]*>([^<]+)", svg) == [
        "A finding &amp; more", "Persons, 2020", "Fig. 1.1, A Book. Source: A.",
    ]  # fmt: skip
    bare = pictures.with_words(drawing(460, 200), pictures.Words("", "", ""))
    assert pictures.as_png(svg) != pictures.as_png(bare), "the letters are drawn"
    assert len(pictures.wrapped("word " * 40, pictures.FORMS.headline, 200)) > 3


def test_many_sources_of_a_picture_are_counted():
    book = {"title": "A Book: of much", "version": "0.1.0"}
    few = pictures.below("Fig. 1.1", book, ["A (2005)", "B (2006)", "A (2005)"])
    assert few == "Fig. 1.1, A Book, version 0.1.0. Source: A (2005); B (2006)."
    many = pictures.below("Fig. 1.1", book, [f"Institute {n} (2005)" for n in range(30)])
    assert many.endswith("Source: 30 sources, which the page of the figure names.")


PERSON = {"family-names": "Doe", "given-names": "A."}
BOOK = {"title": "Work & Rights", "date-released": "2026-11-25", "authors": [PERSON]}


def test_an_entry_for_reference_managers_keeps_names_and_signs():
    where = {"called": "Fig. 7.1", "chapter": "One", "address": "https://a.b/c#d"}
    _, bibtex = of_part("fig-a", "5 % of 100_000", BOOK, **where)
    assert bibtex.splitlines() == [
        "@incollection{decentwork-fig-a,",
        "  author = {Doe, A.},",
        r"  title = {{5 \% of 100\_000}},",
        r"  booktitle = {{Work \& Rights}},",
        "  year = {2026},",
        "  note = {Fig. 7.1, chapter “One”},",
        "  url = {https://a.b/c#d},",
        "}",
    ]
    (entry,) = bibtexparser.parse_string(bibtex).entries
    assert entry.fields_dict["year"].value == "2026"
    institution = BOOK | {"authors": [{"name": "The Authors"}], "version": "2.0"}
    text, bibtex = of_part("fig-a", "5 % of 100_000", institution, **where)
    assert "author = {{The Authors}}," in bibtex
    assert text == (
        "The Authors (2026). 5 % of 100_000 (Fig. 7.1). In: Work & Rights, version 2.0, "
        "chapter “One”. https://a.b/c#d"
    )


def test_myst_nb_still_keeps_its_functions_to_itself():
    assert not hasattr(myst_nb, "retrieve_glue_data"), (
        "MyST-NB offers retrieve_glue_data at its top level: import it from there in "
        "bookmaking.directives.exhibit."
    )
