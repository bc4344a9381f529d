"""What the pages say of the register, as plain data: boxes, rows, counts, filters, sentences."""

import json
from dataclasses import replace
from datetime import date

import pytest

from bookmaking.directives import register_content as content
from bookmaking.directives.elements import Citations, Element, LabelLink, PageLink, as_html, html
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
PAGE = "notebooks/second_segment/how_many"


def within(content: Element, kind: type) -> list:
    """Return what an element contains of a kind, at any depth."""
    found = []
    for inner in content.contents:
        found += [inner] if isinstance(inner, kind) else []
        found += within(inner, kind) if isinstance(inner, Element) else []
    return found


def tags(content: Element, tag: str) -> list[Element]:
    return [element for element in within(content, Element) if element.tag == tag]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ((2026, 11, 26), (2026, 11, 26), "26 November 2026"),
        ((2026, 11, 26), (2026, 11, 28), "26 to 28 November 2026"),
        ((2026, 10, 26), (2026, 11, 28), "26 October to 28 November 2026"),
        ((2025, 11, 26), (2026, 11, 28), "26 November 2025 to 28 November 2026"),
    ],
)
def test_month_and_year_that_two_dates_share_stand_once(first, last, said):
    lines = [replace(CLAIM, as_of=date(*first)), replace(CLAIM, as_of=date(*last))]
    assert content.chapter_verdicts(lines)[-1].replace(content.NBSP, " ") == f" {said}."


def test_a_box_says_the_line_its_verdict_and_the_evidence():
    box = content.box(CLAIM)
    assert box.attributes["id"] == "claim-s2-05"
    assert box.attributes["aria-label"] == "S2-05, line of the concept note"
    assert [part.text for part in tags(box, "p")] == [
        "S2-05 the note, paragraph 2",
        "12.3 million people are in forced labour.",
        "partly supported",
        "moderate evidence, as\xa0of\xa025\xa0November\xa02026",
    ]
    assert within(box, LabelLink) == [LabelLink("line-s2-05", "S2-05")]


def test_no_evidence_is_said_so_and_an_unexamined_line_has_none():
    assert content.evidence(replace(CLAIM, strength="none")).text.startswith("no evidence, as")
    assert len(tags(content.box(OPEN), "p")) == 3


def test_a_line_shows_id_title_and_verdict_and_folds_the_rest():
    line = content.register_line(CLAIM)
    assert line.attributes == {
        "id": "line-s2-05",
        "data-part": "S2",
        "data-kind": "figure",
        "data-verdict": "partly supported",
    }
    link, folded = line.contents
    assert (link.text, link.attributes["href"]) == ("S2-05", "#line-s2-05")
    summary, facts = folded.contents
    assert [part.text for part in summary.contents] == [
        "12.3 million people",
        ": ",
        "partly supported",
    ]
    assert [name.text for name in tags(facts, "dt")] == [
        "The note says",
        "Finding",
        "Answer",
        "Since 2011",
        "Argued in",
    ]
    place = "Second Segment, paragraph 2; figure"
    assert [part.text for part in tags(facts, "p")][:2] == [CLAIM.line, place]
    assert within(facts, Citations) == [Citations("ilo2005{p. 1},note{para. 2; note 1}")]
    assert within(facts, PageLink) == [PageLink(PAGE, "#claim-s2-05")]


def test_a_link_to_a_line_never_leads_into_a_folded_part():
    for folded in tags(content.register_line(CLAIM), "details"):
        assert "id" not in folded.attributes
        assert not [one for one in within(folded, Element) if "id" in one.attributes]


def test_a_line_without_verdict_has_no_answer_and_leads_to_the_chapter():
    line = content.register_line(OPEN)
    assert within(line, Citations) == []
    assert within(line, PageLink) == [PageLink(PAGE, "")]
    assert [name.text for name in tags(line, "dt")] == ["The note says", "Argued in"]


def test_the_register_has_a_heading_for_each_part_and_labels_parts_and_lines():
    parts = content.register_parts(LINES)
    assert [part.title for part in parts] == ["Second Segment", "Panel: International Protection"]
    labels = content.register_labels(LINES)
    assert labels == {
        "part-s2": "Second Segment",
        "part-p1": "Panel: International Protection",
        "line-s2-05": "S2-05",
        "line-s2-06": "S2-06",
        "line-p1-01": "P1-01",
    }
    ids = {
        one.attributes["id"]
        for part in parts
        for shown in part.contents
        for one in within(shown, Element)
        if "id" in one.attributes
    }
    ids |= {part.label for part in parts}
    assert ids == set(labels), "a label that is no id of an element leads nowhere"


def test_verdicts_are_counted_by_part_and_in_all():
    rows = {
        row.contents[0].contents[0]: [cell.text for cell in tags(row, "td")]
        for row in tags(content.verdict_table(LINES), "tr")[1:]
    }
    assert rows[LabelLink("part-s2", "Second Segment")] == ["2", "1", "1\xa0partly\xa0supported"]
    assert rows[LabelLink("part-s1", "First Segment")] == ["0", "0", "none yet"]
    assert rows["The whole note"] == [
        "3",
        "2",
        "1\xa0partly\xa0supported, 1\xa0not\xa0supported",
    ]


def test_filters_offer_the_values_that_some_line_has():
    form = content.filters(LINES)
    offered = {
        choice.attributes["name"]: {
            option.attributes["value"]: option.text for option in tags(choice, "option")
        }
        for choice in tags(form, "select")
    }
    assert offered["part"] == {
        "": "Any part",
        "S2": "Second Segment (2)",
        "P1": "Panel: International Protection (1)",
    }
    assert offered["kind"] == {"": "Any kind", "claim": "claim (1)", "figure": "figure (2)"}
    assert list(offered["verdict"]) == ["", "partly supported", "not supported", UNEXAMINED]
    assert "hidden" in form.attributes, "without JavaScript the form would do nothing"


def test_the_register_as_json_holds_every_line():
    text = content.as_json(LINES, title="T", as_of="2026", licence="CC-BY-4.0")
    whole = json.loads(text)
    assert [line["id"] for line in whole["lines"]] == ["S2-05", "S2-06", "P1-01"]
    assert whole["lines"][0]["sources"][0] == {"key": "ilo2005", "locator": "p. 1"}
    assert (whole["title"], whole["as_of"], whole["licence"]) == ("T", "2026", "CC-BY-4.0")


SOUND = {"in_book": True, "has_box": True}
MISMATCHES = [
    (CLAIM, SOUND, None),
    (CLAIM, SOUND | {"in_book": False}, "S2-05 has a verdict, but its chapter notebooks/second"),
    (CLAIM, SOUND | {"has_box": False}, "has no box for it; put ```{claim} S2-05```"),
    (OPEN, SOUND, "has a box here, but no verdict; fill in its row in T"),
    (OPEN, SOUND | {"has_box": False}, "but its chapter notebooks/second_segment/how_many is in"),
    (OPEN, {"in_book": False, "has_box": False}, None),
    (replace(OPEN, chapter="book/seminar"), SOUND | {"has_box": False}, None),
]


@pytest.mark.parametrize(("claim", "state", "said"), MISMATCHES)
def test_row_and_chapter_contradict_each_other(claim, state, said):
    found = content.mismatch(claim, "T", **state)
    assert found is None if said is None else said in found


def test_a_misplaced_box_is_told_where_it_belongs():
    assert content.misplaced_box(CLAIM, PAGE, "T", repeated=False) is None
    assert "has a box on this page already" in content.misplaced_box(
        CLAIM, PAGE, "T", repeated=True
    )
    elsewhere = content.misplaced_box(CLAIM, "book/seminar", "T", repeated=False)
    assert f"S2-05 belongs to {PAGE}; move its box there" in elsewhere
    assert "{line}`S2-05`, or change its chapter in T." in elsewhere


def test_an_unknown_line_is_told_with_near_ids():
    assert "no line 'S2-50'; near ids are S2-" in content.unknown_line("S2-50")
    assert content.unknown_line("x").endswith(f"ids run from {IDS[0]} to {IDS[-1]}.")


def test_elements_become_html_and_links_do_not():
    element = html("p", "a < b", html("br"), data_label='"x"', class_="c")
    assert as_html(element) == '<p data-label="&quot;x&quot;" class="c">a &lt; b<br></p>'
    with pytest.raises(TypeError, match="only be written by a renderer"):
        as_html(html("p", LabelLink("a", "b")))
