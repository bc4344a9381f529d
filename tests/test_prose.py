"""Which words count as a quantity, and what the report on prose measures."""

from bookmaking import prose
from bookmaking.checks import numbers
from bookmaking.source import pages
from bookmaking.source.pages import CITED, CITED_IN_TEXT

QUANTITIES = [
    "In 12 States the law changed.",
    "It is 12.3 million.",
    "Twelve million people.",
    "In 2,000 cases.",
    "There were 2000 workers.",
    "About 45 % rose.",
    "95 per cent of people.",
    "Those aged 15 and over.",
    "A rate of 3.4 per 1,000.",
    "Between 2 and 4.",
    "Minus 5.",
    f"It was 5. It was 6 {CITED}.",
    f"It was 5. {CITED_IN_TEXT} says 6.",
    f"It was 5 {pages.UNPLACED}.",
]
NONE = [
    "On 14 June 2011, and from 20 to 21 June.",
    "Art. 4 of CETS No. 197, C189 and P029.",
    "Article 2(1) of the ILO Convention No. 29; Convention 105 of 1957.",
    "Decision 3/06, MC.DEC/14/06, Directive 2011/36/EU and Regulation (EU) 2024/3015.",
    "Figure 3, Tables 1.1 and 2, Section 4(b), paras 1-3.",
    "S2-05 and P1-03, from 2012–2016, in 2012/13 and the 1990s.",
    "Per 100,000 people, with a 95 per cent confidence interval.",
    "The 19th century, COVID-19, the EU-27 and the 57 participating States.",
    "The file prints “<5”, an interval from 0 to 4.",
    f"Of 34 States 17 rose {CITED}.",
    f'"At least 12 million." {CITED} It rose.',
    f"They rose, e.g. by 3 per cent {CITED}.",
    f"{pages.GLUED} of {pages.GLUED} States.",
]


def test_quantities_without_a_source_are_found_and_nothing_else(subtests):
    for text in (*QUANTITIES, *NONE):
        with subtests.test(text):
            assert bool(numbers.uncited(text)) is (text in QUANTITIES)


LINKED = [
    "Many States sign.",
    "But few pay, because nobody asks.",
    "This costs workers their wages.",
]
UNLINKED = ["States sign.", "Courts sit.", "Workers wait.", "Firms pay.", "Nobody was asked."]


def test_sentences_without_a_link_are_counted_and_shown(capsys):
    assert prose.measure([LINKED])["unlinked%"] == 0 and prose.places([LINKED]) == []
    assert prose.measure([UNLINKED])["unlinked%"] == 100
    assert any("unlinked in a row" in each for each in prose.places([UNLINKED]))
    prose.main(["book/how_to_read.md", "-n", "1"])
    assert "book/how_to_read.md" in capsys.readouterr().out
