"""What the pages say of the register: boxes, rows, filters, the note at a glance."""

from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ExtensionError

from bookmaking.directives import register as content
from decentwork import claims, data
from decentwork.claims import IDS, UNEXAMINED, Claim
from small_data import CLAIM

OPEN = Claim(
    id="S2-06",
    kind="claim",
    place="paragraph 2, bullet 1",
    title="Another",
    line="Another line.",
    chapter="second_segment/how_many",
    verdict=UNEXAMINED,
)
LINES = [CLAIM, OPEN, replace(CLAIM, id="P1-01", verdict="not supported")]
REGISTER = claims.load()
ROWS = data.read(content.PARAGRAPHS).to_dict("records")


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_month_and_year_that_two_dates_share_are_said_once():
    last = date(2026, 11, 28)
    for first, said in (
        (last, "28 November 2026"),
        (date(2026, 11, 26), "26 to 28 November 2026"),
        (date(2026, 10, 26), "26 October to 28 November 2026"),
        (date(2025, 11, 26), "26 November 2025 to 28 November 2026"),
    ):
        lines = [replace(CLAIM, as_of=first), replace(CLAIM, as_of=last)]
        shown = soup(content.chapter_verdicts(lines)).get_text().replace(content.NBSP, " ")
        assert shown.endswith(f"As of {said}.")


def test_a_row_shows_title_and_verdict_folds_the_rest_and_says_nothing_of_an_open_line():
    page = soup(content.page(LINES, "book/report"))
    row, open_row = page.find(id="line-s2-05"), page.find(id="line-s2-06")
    assert (row["data-part"], row["data-kind"]) == ("S2", "figure")
    assert row["data-verdict"] == "partly supported"
    assert row.summary.get_text() == "12.3 million people: partly supported"
    facts = [dt.get_text() for dt in row("dt")]
    assert facts == ["The note says", "Finding", "Answer", "Since 2011", "Argued in", "Wrong?"]
    assert row.find("cite-sources")["cited"] == "ilo2005{p. 1},note{para. 2; note 1}"
    places = [(link["page"], link["fragment"]) for link in row("to-page")]
    assert places == [(CLAIM.page, "#claim-s2-05"), ("book/report", "?at=S2-05")]
    assert [dt.get_text() for dt in open_row("dt")] == ["The note says", "Argued in", "Wrong?"]
    assert "Wrong?" not in content.page(LINES)


def test_every_line_is_under_its_paragraph_in_the_order_of_the_note():
    parts = content.glance(ROWS, REGISTER)
    shown = [claim.id for part in parts.values() for one in part for claim in one["lines"]]
    assert shown == list(IDS)
    silent = [one for part in parts.values() for one in part if not one["lines"]]
    assert len(silent) == 4
    assert "four paragraphs have no line" in data.metadata(content.PARAGRAPHS).description
    page = content.written("note_at_a_glance.html", parts=parts)
    assert page.count("No line is taken from it.") == len(silent)
    with pytest.raises(ExtensionError, match="S2-05 comes from paragraph 9 of Second Seg"):
        content.glance(ROWS[:5], [replace(CLAIM, place="paragraph 9")])
