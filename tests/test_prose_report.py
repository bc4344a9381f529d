"""The report on prose measures what it says, and shows the place."""

from bookmaking import prose

LINKED = [
    "Many States sign.",
    "But few pay, because nobody asks.",
    "This costs workers their wages.",
]
UNLINKED = ["States sign.", "Courts sit.", "Workers wait.", "Firms pay.", "Nobody was asked."]


def test_sentences_without_a_link_are_counted():
    assert prose.measure([LINKED])["unlinked%"] == 0
    assert prose.measure([UNLINKED])["unlinked%"] == 100
    assert prose.measure([UNLINKED])["ends%"] == 100


def test_the_place_is_shown():
    assert any("unlinked in a row" in each for each in prose.places([UNLINKED]))
    assert prose.places([LINKED]) == []


def test_the_report_has_a_row_for_a_page(capsys):
    assert prose.main(["book/how_to_read.md", "-n", "1"]) == 0
    assert "book/how_to_read.md" in capsys.readouterr().out
