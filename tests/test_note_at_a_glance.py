"""The note at a glance: each line stands under its paragraph, and each paragraph is short."""

from dataclasses import replace

import pytest

from bookmaking.directives import note_content
from bookmaking.directives.elements import Element, LabelLink, PageLink
from bookmaking.directives.note_content import NoteError, Paragraph
from decentwork import claims, data
from decentwork.citations import Citation
from decentwork.claims import IDS, PARTS, UNEXAMINED
from test_register_content import CLAIM, OPEN, PAGE, tags, within

NOTE = note_content.paragraphs(data.read(note_content.NAME).to_dict("records"))
REGISTER = claims.load()
WITHOUT_LINE = 4
"""How many paragraphs only announce; the table's description says so too."""


def test_every_line_stands_once_in_the_order_of_the_note():
    shown = [
        link.label
        for part in note_content.glance(NOTE, REGISTER)
        for paragraph in part.contents
        for link in within(paragraph, LabelLink)
        if link.label.startswith("line-")
    ]
    assert shown == [f"line-{name.lower()}" for name in IDS]


def test_parts_and_paragraphs_are_those_of_the_note():
    titles = [part.title for part in PARTS.values()]
    assert [part.title for part in note_content.glance(NOTE, REGISTER)] == titles
    for part in PARTS:
        places = [one.place for one in NOTE if one.part == part]
        numbered = [place for place in places if place != note_content.FOOTNOTES]
        assert numbered == [f"paragraph {number}" for number in range(1, len(numbered) + 1)]


def test_some_paragraphs_only_announce_and_say_so():
    silent = [
        paragraph.text
        for part in note_content.glance(NOTE, REGISTER)
        for paragraph in part.contents
        if note_content.NO_LINE in paragraph.text
    ]
    assert len(silent) == WITHOUT_LINE
    assert "four paragraphs have no line" in data.metadata(note_content.NAME).description


def test_a_line_leads_to_its_row_and_to_its_argument_and_says_its_verdict():
    (part, *_) = [
        part
        for part in note_content.glance([Paragraph("S2", "paragraph 2", "Gist.")], [CLAIM, OPEN])
        if part.contents
    ]
    (paragraph,) = part.contents
    assert paragraph.contents[0].text.startswith("Paragraph 2. Gist. Argued in")
    assert within(paragraph.contents[0], PageLink) == [PageLink(PAGE)]
    examined, unexamined = tags(paragraph, "li")
    assert within(examined, LabelLink) == [
        LabelLink("line-s2-05", "S2-05"),
        LabelLink("claim-s2-05", "12.3 million people"),
    ]
    assert within(unexamined, LabelLink) == [LabelLink("line-s2-06", "S2-06")]
    verdicts = [one.text for one in within(paragraph, Element) if "verdict" in str(one.attributes)]
    assert verdicts == ["partly supported", UNEXAMINED]


@pytest.mark.parametrize(
    ("place", "paragraph"),
    [
        ("paragraph 7", "paragraph 7"),
        ("paragraph 7, bullet 8", "paragraph 7"),
        ("sentence 2, footnote 10", "paragraph 1"),
        ("footnote 6", "footnotes"),
        ("footnotes 1 to 10", "footnotes"),
    ],
)
def test_a_place_names_its_paragraph(place, paragraph):
    assert note_content.place_of(replace(CLAIM, place=place)) == paragraph


def test_a_line_without_its_paragraph_is_named():
    with pytest.raises(NoteError, match="S2-05 comes from paragraph 9 of Second Segment, which"):
        note_content.glance(NOTE[:5], [replace(CLAIM, place="paragraph 9")])


def test_a_title_is_shorter_than_its_line():
    longer = [one.id for one in REGISTER if len(one.title) > len(one.line)]
    assert not longer, f"a title is for lists: {longer}"


def test_the_words_are_ours_and_the_source_is_the_note():
    rows = data.read(note_content.NAME)
    assert set(rows["source"]) == {"osce2011note"}
    assert {Citation("osce2011note", place) for place in rows["locator"]}
    assert not rows["summary"].str.contains('[“”"]').any(), "quotation marks: say it in own words"
