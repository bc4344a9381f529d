"""The prose is plain: short sentences, one claim each, the subject before the verb, examples."""

import pytest

from bookmaking.checks import ROOT, plain
from bookmaking.source import pages

ALL = [path.relative_to(ROOT).as_posix() for path in pages.written()]


def test_the_book_keeps_the_goals():
    found = [sentence for page in ALL for sentence in plain.sentences(ROOT / page)]
    problems = plain.faults(found, "the book", allowance=1)
    assert not problems, "\n".join(problems)


def test_the_register_keeps_the_goals():
    problems = plain.faults(plain.of_register(), "data/register/claims.csv", needs_examples=False)
    assert not problems, "\n".join(problems)


EASY = "The inspectors visited the farm twice. For example, they came in June."
HARD = {
    "word " * 60 + "end.": "words a sentence",
    "They came to the farm; they asked for papers.": "with a semicolon",
    "They did not come to the farm.": "with a negation",
    "They found no papers and asked nobody for them.": "with two negations",
    "Whether they came to the farm nobody asked.": "open with a clause",
    "Of the farms they visited a few.": "open with a clause",
}


def of(text, times=20):
    return [plain.Sentence("page, cell 1", one) for one in [text] * times]


def test_easy_prose_passes():
    assert plain.faults(of(EASY), "page") == []


@pytest.mark.parametrize("sentence", HARD)
def test_hard_prose_is_named_with_its_place(sentence):
    problems = plain.faults(of(EASY) + of(sentence), "page")
    assert any(HARD[sentence] in problem for problem in problems), problems
    assert all("[cell 1]" in problem for problem in problems)


def test_long_prose_without_an_example_is_named():
    (problem,) = plain.faults(of("The inspectors visited the farm twice.", 400), "page")
    assert "0 examples in 2400 words, and 1 are needed" in problem


def test_one_hard_sentence_on_a_short_page_passes():
    assert plain.faults(of(EASY, 5) + of("They came; they asked.", 1), "page") == []


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("One more claim stands here {cite:p}`a{p. 1}`.", ["One more claim stands here."]),
        ("# A heading of many words\n\nThe text of it is here.", ["The text of it is here."]),
        (
            "````{admonition} The note says\n:class: note-says\n\nSeveral words of the note."
            "\n````\n",
            [],
        ),
        ("```{exhibit} fig-a\n:alt: What is seen there.\n\nA caption of some words.\n```", []),
        ("There are {glue:text}`many` of them here.", ["There are 12 of them here."]),
    ],
)
def test_running_prose_is_told_from_the_rest(tmp_path, text, counted):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    assert [one.text for one in plain.sentences(page, tmp_path)] == counted
