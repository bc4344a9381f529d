"""Exercises by skill: a role begins each, and the list is made from all of them."""

from bookmaking.checks import ROOT, site
from bookmaking.directives import exercises as content
from bookmaking.source import pages
from small_book import SmallBook

SKILLS = """
skills:
  read a number: Say what it counts.
  test a claim: Compare it with its source.
levels: {page: from the page, paper: on paper}
"""
LATER = """# The last chapter

{exercise}`1 read a number, paper` Divide the first number of the table by the second one. Why?
"""
EARLIER = """# A chapter

{exercise}`1 test a claim, page` A minister says: "We found ten people in the first week of May. It
was a good week." Is it true?

{exercise}`2 read a number, page` Whom does the number in {doc}`later` count?
"""
LIST = "# All\n\n```{exercises}\n```\n\nSee {ref}`one <exercise-a-chapter-2>`.\n"


def a_book(folder, later: str = LATER) -> SmallBook:
    extensions = ("bookmaking.directives.elements", "bookmaking.directives.numbering")
    needed = ("bookmaking.directives.record", "bookmaking.directives.exercises", "myst_parser")
    book = SmallBook(folder, *extensions, *needed)
    book.write("book/skills.yml", SKILLS)
    book.page("index", "# A book\n\n```{toctree}\na_chapter\nlater\nall\n```\n")
    book.page("a_chapter", EARLIER)
    book.page("later", later)
    book.page("all", LIST)
    return book


def test_an_opening_is_whole_sentences_and_not_too_long():
    for text, begun in {
        "Whom does it count? Say it.": "Whom does it count? Say it.",
        "In one town 7.3 per cent of people had been trafficked . The": "In one town 7.3 per cent "
        "of people had been trafficked.",
        "He says: “We found ten people in one week. It was good.” True?": "He says: “We found ten "
        "people in one week.”",
        f"Say {'word ' * 40}.": f"Say {'word ' * 25}…",
    }.items():
        assert content.opening(text) == begun


def listed(book: SmallBook, skill: str) -> list[str]:
    items = book.soup("all").select(f"#{content.skill_label(skill)} li")
    return [item.get_text() for item in items]


def test_the_list_has_each_exercise_by_skill_in_the_order_of_the_book_and_follows_it(tmp_path):
    book = a_book(tmp_path)
    assert book.build() == ""
    assert listed(book, "read a number") == [
        "A chapter, 2: Whom does the number in The last chapter count? (from the page)",
        "The last chapter, 1: Divide the first number of the table by the second one. (on paper)",
    ]
    assert listed(book, "test a claim") == [
        "A chapter, 1: A minister says: “We found ten people in the first week of May.” "
        "(from the page)"
    ]
    links = [link["href"] for link in book.soup("all").select("section section li a")]
    assert links == [
        "a_chapter.html#exercise-a-chapter-2",
        "later.html#exercise-later-1",
        "a_chapter.html#exercise-a-chapter-1",
    ]
    assert book.soup("a_chapter").select_one("#exercise-a-chapter-2").get_text() == "2."
    skill = book.soup("a_chapter").select_one(".exercise-takes a")
    assert (skill.get_text(), skill["href"]) == ("test a claim", "all.html#skill-test-a-claim")
    book.page("later", LATER.replace("Divide", "Multiply"))
    assert book.build() == ""
    assert "Multiply the first" in listed(book, "read a number")[1]
    faults = "{exercise}`1 read a map, page` Look. {exercise}`2 read a number, hard` {exercise}`3`"
    book.page("later", f"# Later\n\n{faults}\n")
    warned = book.build()
    assert "has no skill 'read a map'; write one of read a number, test a claim." in warned
    assert "has no level 'hard'; write one of page, paper." in warned
    assert "'3' is no number, skill and level" in warned


# ------------------------------------------------------------------ in the book


def test_the_page_of_exercises_lists_every_exercise_of_the_book(book):
    page = site.Page(book, "book/exercises")
    there = {link["href"].rpartition("#")[2] for link in page.tree.select("section li a")}
    known = content.read(ROOT)
    chapters = pages.notebooks(ROOT)
    typed = [
        content.parse(text, path.stem, known).label
        for path in chapters
        for cell in pages.cells(path)
        if cell.kind == "markdown"
        for name, text in pages.roles(cell.text)
        if name == content.ROLE
    ]
    assert len(typed) >= len(chapters) and len(set(typed)) == len(typed)
    assert there >= set(typed)
