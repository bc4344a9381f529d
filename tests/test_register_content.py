"""What the pages say of the register: rows, quotations, the note at a glance."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

from bookmaking.directives import register as content
from decentwork import claims, data
from decentwork.claims import IDS, LinePart
from small_data import CLAIM

REGISTER = claims.load()
ROWS = data.read(content.PARAGRAPHS).to_dict("records")


def test_a_row_shows_title_and_words_and_folds_the_rest():
    tested = LinePart("S2-05b", "effect", "It grew", "untested", test="a survey", searched=True)
    line = replace(CLAIM, parts=(*CLAIM.parts, tested), misread="That it is complete.")
    page = BeautifulSoup(content.page([line, CLAIM], "book/report"), "html.parser")
    row = page.find(id="line-s2-05")
    strip = row.summary.find("span", role="img")
    assert strip["aria-label"] == "right, corrected; untested"
    assert strip.get_text() == "CU"
    parts = row.select(".parts li")
    assert [(each["data-kind"], each["data-word"]) for each in parts] == [
        ("number", "right, corrected"),
        ("effect", "untested"),
    ]
    told = "C right, corrected, medium (one source): “12.3 million people” (number)."
    assert parts[0].get_text() == told
    assert "To test it: A survey." in parts[1].get_text()
    assert [dt.get_text() for dt in row("dt")] == [
        "Answer", "The note says", "Parts", "Easily misread", "Since 2011", "Argued in", "Wrong?",
    ]  # fmt: skip
    assert row.find("to-label", label="searched-s2-05")
    assert row.find("cite-sources")["cited"] == "ilo2005{p. 1},note{para. 2; note 1}"
    places = [(link["page"], link["fragment"]) for link in row("to-page")]
    assert places == [(CLAIM.page, "#claim-s2-05"), ("book/report", "?at=S2-05")]
    assert "Wrong?" not in content.page([CLAIM])


def test_words_of_the_note_are_quoted_whole_or_cut():
    words = "the *Alliance* said “yes” … " + "and on " * 20
    assert content.as_quoted(words.strip()).startswith("“the Alliance said ‘yes’ … and on")
    assert content.as_quoted(words, 5) == "“the Alliance said ‘yes’ …”"
    assert content.as_quoted("one two three", 2) == "“one two three”"


def test_every_line_is_under_its_paragraph_in_the_order_of_the_note():
    parts = content.glance(ROWS, REGISTER)
    shown = [claim.id for part in parts.values() for one in part for claim in one["lines"]]
    assert shown == list(IDS)
    silent = [one for part in parts.values() for one in part if not one["lines"]]
    assert len(silent) == 4
    assert "four paragraphs have no line" in data.metadata(content.PARAGRAPHS).description
    page = content.written("note_at_a_glance.html", parts=parts, register=REGISTER)
    assert page.count("No line is taken from it.") == len(silent)
    with pytest.raises(ExtensionError, match="S2-05 comes from paragraph 9 of Second Seg"):
        content.glance(ROWS[:5], [replace(CLAIM, place="paragraph 9")])
