"""Every table of a page, whoever wrote it, says what its cells are and can be reached."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from bookmaking.site.accessible import NAMED_HANDLE, accessible
from small_book import SmallBook, executed

THEME_BOX = '<div class="pst-scrollable-table-container">'
MARKDOWN_TABLE = """\
<h2>A part<a class="headerlink" href="#a-part">#</a></h2>
{box}<table class="table" id="tbl-a">
<caption><span class="caption-number">Table 1 </span><span class="caption-text">Rounds &amp;
counts</span><a class="headerlink" href="#tbl-a">#</a></caption>
<thead><tr class="row-odd"><th class="head stub"></th><th class="head"><p>million</p></th></tr>
</thead>
<tbody><tr class="row-even"><th class="stub"><p>2005</p></th><td><p>12.3</p></td></tr></tbody>
</table></div>
"""


def parsed(page: str) -> BeautifulSoup:
    return BeautifulSoup(accessible(page), "html.parser")


@pytest.fixture
def output():
    """The table of a frame that a code cell shows."""
    frame = pd.DataFrame({"round": ["2005", "2012"], "million": [12.3, 20.9]})
    return parsed(frame._repr_html_()).table


@pytest.fixture
def markdown():
    """A table of Markdown, as docutils and the theme write it."""
    return parsed(MARKDOWN_TABLE.format(box=THEME_BOX)).table


@pytest.fixture
def cards():
    """A table of the book's own, which becomes cards on a narrow screen."""
    return parsed(
        '<div><table class="cards register"><caption>C</caption><thead><tr><th>Id</th><th>Line</th>'
        '</tr></thead><tbody><tr id="line-b-01"><th>B-01</th><td><p>words</p></td></tr></tbody>'
        "</table></div>"
    ).table


def scopes(table) -> list[tuple[str, str]]:
    return [(head.get_text(), head["scope"]) for head in table("th")]


def test_heads_say_what_they_head_and_an_empty_corner_is_none(output, markdown, cards):
    assert scopes(output) == [("round", "col"), ("million", "col"), ("0", "row"), ("1", "row")]
    assert scopes(markdown) == [("million", "col"), ("2005", "row")]
    assert scopes(cards) == [("Id", "col"), ("Line", "col"), ("B-01", "row")]
    assert output.tr.find(True).name == markdown.tr.find(True).name == "td"
    heads = "<tr><th colspan='2'>A</th><th scope='row'>B</th></tr>"
    html = f"<table><caption>C</caption><thead>{heads}</thead></table>"
    assert scopes(parsed(html)) == [("A", "colgroup"), ("B", "row")], "what is said already stays"


def test_a_table_scrolls_in_a_box_that_has_a_name_and_that_the_keyboard_reaches(output, markdown):
    for table, name in (
        (output, "Output with the columns round, million"),
        (markdown, "Table: Rounds &\ncounts"),
    ):
        assert table.parent["class"] == ["pst-scrollable-table-container"]
        assert (table.parent["tabindex"], table.parent["role"]) == ("0", "group")
        assert table.parent["aria-label"] == name
        assert "pst-scrollable-table-container" not in table.parent.parent.get("class", [])


def test_a_table_without_caption_is_named_by_its_columns_or_by_the_heading_above_it(output):
    assert output["aria-label"] == output.parent["aria-label"]
    start, _, rest = MARKDOWN_TABLE.format(box=THEME_BOX).partition("<caption>")
    table = parsed(start + rest.partition("</caption>")[2]).table
    assert table.parent["aria-label"] == "Table: A part"
    assert table.get("aria-label") is None, "the check of tables asks its author for a caption"


def test_cards_stay_a_table_and_name_the_column_of_each_cell(cards):
    assert cards["role"] == "table"
    assert [group["role"] for group in cards(["thead", "tbody"])] == ["rowgroup"] * 2
    assert [row["role"] for row in cards("tr")] == ["row"] * 2
    assert [head["role"] for head in cards("th")] == ["columnheader", "columnheader", "rowheader"]
    assert [(cell["role"], cell["data-label"]) for cell in cards("td")] == [("cell", "Line")]
    assert "pst-scrollable-table-container" not in cards.parent.get("class", [])


def test_hidden_code_is_named_by_the_words_that_it_shows():
    assert accessible(f"<details>{NAMED_HANDLE}\n<p>Code</p></summary></details>") == (
        "<details><summary>\n<p>Code</p></summary></details>"
    )


# ------------------------------------------------------------------ what can go one day


def test_myst_nb_still_names_hidden_code(tmp_path):
    book = SmallBook(
        tmp_path,
        "myst_nb",
        source_suffix={".ipynb": "myst-nb"},
        nb_execution_mode="off",
    )
    book.page("index.ipynb", executed("# T", {"source": "1", "metadata": {"tags": ["hide-input"]}}))
    assert book.build() == ""
    page = (book.html / "index.html").read_text("utf-8")
    assert NAMED_HANDLE in page, (
        "MyST-NB no longer names the handle of hidden code so: take NAMED_HANDLE out of "
        "bookmaking.site.accessible, or fix it if the name is another one."
    )
