"""What a page says of an exhibit, and where its values are kept."""

import json

import myst_nb
import pytest
from nbformat.v4 import new_output

from bookmaking.pages import exhibit_content as content
from small_book import CITING, OF_NOTEBOOKS, SmallBook, executed

CSV = "year,persons\n2005,12\n"
FIGURE = {"exhibit": {"kind": "figure"}}
TABLE = {"exhibit": {"kind": "table"}}
FAULTS = [
    (FIGURE, True, True, None),
    (TABLE, True, False, None),
    (None, True, True, "no cell of this notebook publishes 'fig-a'"),
    ({"scrapbook": {}}, True, True, "'fig-a' is a glued number, not an exhibit"),
    (FIGURE, False, True, "'fig-a' has no caption"),
    (TABLE, False, False, "'fig-a' has no caption"),
    (FIGURE, True, False, "'fig-a' has no :alt:"),
]


@pytest.mark.parametrize(("metadata", "has_caption", "has_alt", "said"), FAULTS)
def test_what_is_wrong_with_an_exhibit_is_said(metadata, has_caption, has_alt, said):
    fault = content.fault("fig-a", metadata, has_caption=has_caption, has_alt=has_alt)
    assert fault is None if said is None else said in fault


def test_columns_of_numbers_are_told_from_columns_of_words():
    rows = [["2005", "12.3", "≥ 5", "world"], ["2012", "–", "<5", "2"]]
    assert content.numeric_columns(4, rows) == [False, True, True, False]
    assert content.numeric_columns(2, []) == [False, True]


def test_the_footer_names_source_date_rule_and_limits():
    described = {"source": "a{p. 1},b{p. 2}", "as_of": "2005", "rule": "", "limits": ""}
    assert content.footer(described, None) == (
        "Source: {cite:t}`a{p. 1},b{p. 2}`. Data as of 2005."
    )
    described |= {"rule": "Not to be added.", "limits": "Do not use this for: a trend."}
    assert content.footer(described, None).endswith(
        "2005. Not to be added. Do not use this for: a trend."
    )


def test_many_sources_are_folded_behind_their_number():
    described = {"as_of": "2005", "rule": "", "limits": ""}
    few = described | {"source": ",".join(f"key{n}{{p. 1}}" for n in range(5))}
    many = described | {"source": ",".join(f"key{n}{{p. 1}}" for n in range(6))}
    assert content.handle_of_sources(few) == "" and "key4" in content.footer(few, None)
    assert content.handle_of_sources(many) == "6 sources"
    assert content.footer(many, None) == "Data as of 2005."
    assert content.sources(many).startswith("{cite:t}`key0{p. 1},key1")


def test_a_caveat_on_the_page_takes_the_place_of_limits():
    described = {
        "source": "a{p. 1}",
        "as_of": "2005",
        "rule": "",
        "limits": "Do not use this for: a trend.",
    }
    assert content.footer(described, "A minimum.").endswith("as of 2005. A minimum.")
    assert content.footer(described, "").endswith("as of 2005.")


def test_what_is_known_of_values_stands_beside_them():
    described = {"csv": CSV, "source": "key{p. 1}", "as_of": "2005", "rule": "",
                 "limits": "Do not use this for: a trend.",
                 "units": {"persons": "persons"}}  # fmt: skip
    files = content.files("tbl-a", described)
    assert files["tbl-a.csv"] == CSV
    known = json.loads(files["tbl-a.csv-metadata.json"])
    assert known["url"] == "tbl-a.csv" and known["dc:temporal"] == "2005"
    assert known["dc:description"] == "Do not use this for: a trend."
    assert known["tableSchema"]["columns"] == [
        {"titles": "year"},
        {"titles": "persons", "schema:unitText": "persons"},
    ]


def test_values_are_found_from_every_depth():
    assert content.link_to_values("fig-a", "index") == "_downloads/exhibits/fig-a.csv"
    assert content.link_to_values("fig-a", "notebooks/part/chapter") == (
        "../../_downloads/exhibits/fig-a.csv"
    )


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
        "bookmaking.pages.citations",
        "bookmaking.pages.element_nodes",
        "bookmaking.pages.exhibit",
        "bookmaking.output.accessible",
        "myst_nb",
        "sphinxcontrib.bibtex",
        **OF_NOTEBOOKS,
        **CITING,
    )
    (tmp_path / "references.bib").write_text(
        "@misc{key, title={A source}, author={A, B}, year={2005}}\n"
    )
    made.page("index", "# Home\n\n```{toctree}\npart/chapter\n```\n\n```{bibliography}\n```\n")
    made.page("part/chapter.ipynb", executed(PLACED, published()))
    return made


@pytest.mark.kernel
def test_an_exhibit_stands_on_its_page_with_its_footer_and_its_values(book):
    assert book.build() == ""
    page = book.soup("part/chapter")
    table = page.find(id="tbl-a")
    assert [head["scope"] for head in table("th")] == ["col", "col", "row"]
    assert table.td["class"] == ["number"]
    assert table.parent["aria-label"] == "Table: The caption."
    footer = page.find(class_="exhibit-source")
    assert footer.get_text() == "Source: A (2005, p. 1). Data as of 2005. No trend. Values as CSV"
    link = footer.find("a", download=True)["href"]
    assert ((book.html / "part" / link).resolve()).read_text() == CSV


def drawing(width: int, height: int) -> str:
    return f'<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg"/>'


@pytest.mark.kernel
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


@pytest.mark.kernel
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


@pytest.mark.kernel
def test_pages_that_are_read_in_parallel_keep_their_values(book):
    names = [f"page{number}" for number in range(6)]
    listed = "\n".join(["part/chapter", *names])
    book.page("index", f"# Home\n\n```{{toctree}}\n{listed}\n```\n\n```{{bibliography}}\n```\n")
    for name in names:
        book.page(name, f"# {name}\n")
    assert book.build(parallel=2) == ""
    assert (book.html / "_downloads" / "exhibits" / "tbl-a.csv").read_text() == CSV


@pytest.mark.parametrize("function", ["RetrievalError", "retrieve_glue_data"])
def test_myst_nb_still_keeps_its_functions_to_itself(function):
    assert not hasattr(myst_nb, function), (
        f"MyST-NB offers {function} at its top level: import it from there in "
        "bookmaking.pages.exhibit."
    )
