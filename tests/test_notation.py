"""One notation of key and place: read, written, and made from the rows of tables."""

import pandas as pd
import pytest

from decentwork import citations, data, sources
from decentwork.citations import Citation

ROWS = pd.DataFrame(
    {
        "source": [
            "ilo2005release",
            "ilo2005release; osce2011note",
            "osce2011note; ilo2005release",
        ],
        "locator": ["para. 1", "para. 2; Second Segment, para. 2", "both texts"],
    },
    index=[3, 5, 3],
)


READ = {
    "a{p. 1},b:c/d{Table 2, note 3}": [("a", "p. 1"), ("b:c/d", "Table 2, note 3")],
    " a{p. 1; p. 2} , b ": [("a", "p. 1; p. 2"), ("b", None)],
}
REFUSED = ["", "a{}", "a{p. 1}; b{p. 2}", "a{p. {1}}", "p. 1", "a{p. 1},"]


def test_a_citation_is_read_and_written_or_refused(subtests):
    for text, read in READ.items():
        found = citations.parse(text)
        assert list(found) == read
        assert citations.parse(citations.as_text(found)) == found
    for text in REFUSED:
        with subtests.test(text), pytest.raises(ValueError, match=r"is not a citation; write key"):
            citations.parse(text)


def test_keys_without_a_place_are_found():
    assert citations.unplaced(citations.parse("a{p. 1},b,c{p. 2},d")) == ["b", "d"]
    assert citations.keys_with_places_in('source="a{p. 1},b{p. 2}", x={y}') == ["a", "b"]


def test_rows_give_the_citations_of_their_cells():
    first, second, third = citations.by_row(ROWS)
    assert first == (Citation("ilo2005release", "para. 1"),)
    assert second == (
        Citation("ilo2005release", "para. 2"),
        Citation("osce2011note", "Second Segment, para. 2"),
    )
    assert {each.locator for each in third} == {"both texts"}


def test_all_rows_make_one_citation_with_each_place_once():
    assert citations.of_rows(pd.concat([ROWS, ROWS])) == (
        "ilo2005release{para. 1; para. 2; both texts},"
        "osce2011note{Second Segment, para. 2; both texts}"
    )
    roles = citations.roles_by_row(ROWS)
    assert roles.index.tolist() == [3, 5, 3]
    assert roles.iloc[0] == "{cite:p}`ilo2005release{para. 1}`"


def test_rows_that_cannot_be_cited_are_refused():
    with pytest.raises(
        sources.SourceError, match=r"'nobody1999' is not in references\.bib; add it"
    ):
        citations.of_rows(pd.DataFrame({"source": ["nobody1999"], "locator": ["p. 1"]}))
    with pytest.raises(sources.SourceError, match="no row names a locator; add page or section"):
        citations.of_rows(pd.DataFrame({"source": ["osce2011note"], "locator": [pd.NA]}))


def test_the_citation_of_a_table_can_be_read_back(subtests):
    without = {
        "claims", "decisions", "evidence-needed", "line-codes", "measure-decisions",
        "option-readings", "part-cuts", "part-readings", "parts", "policy-field-readings",
        "searches", "second-reading", "tests",
    }  # fmt: skip
    for name in data.names():
        fields = {field.name for field in data.metadata(name).fields}
        if not {"source", "locator"} <= fields:
            assert name in without, "rows name their source, except judgements on lines"
            continue
        with subtests.test(name):
            read = citations.parse(citations.of_rows(data.read(name)))
            assert [each.key for each in read] == data.read(name).attrs["sources"]
            assert not citations.unplaced(read)
