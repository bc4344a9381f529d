"""Tables that code cells show say what their cells are."""

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from bookmaking.output import accessible


@pytest.fixture
def table():
    """The table of a frame, as a page shows it."""
    frame = pd.DataFrame({"round": ["2005", "2012"], "million": [12.3, 20.9]})
    return BeautifulSoup(accessible.accessible_tables(frame._repr_html_()), "html.parser").table


def test_heads_say_what_they_head(table):
    assert [(head.text, head["scope"]) for head in table("th")] == [
        ("round", "col"),
        ("million", "col"),
        ("0", "row"),
        ("1", "row"),
    ]


def test_an_empty_corner_is_no_head(table):
    assert table.tr.find(True).name == "td"


def test_the_table_has_a_name_and_scrolls_in_a_box_that_the_keyboard_reaches(table):
    assert table["aria-label"] == "Output with the columns round, million"
    assert (table.parent["tabindex"], table.parent["role"]) == ("0", "group")
    assert table.parent["aria-label"]


def test_what_is_named_already_stays():
    html = "<table><caption>C</caption><thead><tr><th scope='row'>A</th></tr></thead></table>"
    table = BeautifulSoup(accessible.accessible_tables(html), "html.parser").table
    assert table.get("aria-label") is None
    assert table.th["scope"] == "row"
