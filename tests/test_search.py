"""The search leads to the place: ten questions, and ten with typing errors or other spellings, each
with the place that an expert would open; over the network and from disk; and the index holds what
a reader looks for."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from sphinx.builders import html
from sphinx.errors import ExtensionError

from bookmaking.checks import browser
from bookmaking.site.places import Place, places, words
from bookmaking.site.search_index import KINDS, index, scripts

# ------------------------------------------------------------------ places of a page

PAGE = """<html><body><nav>Menu</nav><article class="bd-article"><section id="work"><h1>Work
<a class="headerlink" href="#work">#</a></h1><p>Opening words <span class="ran-for">1.5 s</span>
<span class="bibtex-citation">(ILO, 2005)</span>.</p>
<aside class="claim-box" id="claim-s2-05"><p>A line again</p></aside>
<section id="pay"><span id="wages"></span><h2>Pay</h2><p>Wages withheld.</p>
<details class="above-input"><summary>Code</summary><div class="cell_input"><pre>x = 1</pre></div>
</details>
<figure class="exhibit" id="fig-a"><p class="exhibit-headline">Pay fell</p>
<div role="img" aria-label="Six bars."></div>
<figcaption><p><span class="caption-number">Fig. 1</span> <span class="caption-text">Each bar is a
year.</span></p></figcaption></figure>
<div><table class="exhibit table" id="tbl-a"><caption><span class="caption-text">Read it across the
page. Twice.</span></caption><tr><th>State</th><td>Moldova</td></tr></table>
<p class="exhibit-source">Source: nobody.</p>
<div class="exhibit-bar">Values: CSV</div></div></section>
<table><tr id="line-s2-05"><th>S2-05</th><td><p>12.3 million people.</p></td><td>Right</td></tr>
</table>
<dl class="glossary"><dt id="term-Wage">Wage<a class="headerlink">#</a></dt><dd><p>Pay for work.</p>
</dd></dl>
<details class="catalogue"><summary><strong>Rounds</strong><span> 4 rows</span></summary>
<dl id="table-rounds"><dt>What it counts</dt><dd>People.</dd></dl></details>
<section id="list"><h2>List</h2><ul class="citation-list"><li id="id1"><p>Chan (2021). Lists.
<a href="x">x.org</a> ● Read in full</p></li></ul></section></section></article></body></html>"""


def test_the_places_of_a_page_with_what_a_reader_sees_there():
    assert places(PAGE) == [
        Place("", "page", "Work", "Opening words."),
        Place("pay", "section", "Pay", "Wages withheld.", labels=["wages"]),
        Place("fig-a", "figure", "Pay fell", "Pay fell Six bars. Each bar is a year."),
        Place(
            "tbl-a",
            "table",
            "Read it across the page",
            "Read it across the page. Twice. · State · Moldova",
        ),
        Place("line-s2-05", "line", "S2-05: 12.3 million people.", "12.3 million people. · Right"),
        Place("term-Wage", "term", "Wage", "Pay for work."),
        Place("table-rounds", "data", "Rounds", "What it counts People."),
        Place("list", "section", "List", ""),
        Place("id1", "source", "", "Chan (2021). Lists."),
    ]


# ------------------------------------------------------------------ the index


PAGES = {
    "a": [
        Place("", "page", "Work", "2011 x_0011128720951429 wages"),
        Place("p", "section", "Pay"),
    ],
    "b": [Place("", "page", "Law", "Wages of"), Place("id1", "source", "", "Chan")],
    "c": [Place("", "page", "All"), *(Place(f"id{n}", "source", "", "Chan") for n in (1, 2))],
}

SUBJECTS = [{"word": "Wages", "page": "a", "anchor": "p", "other words": ["pay day"]}]


def test_the_index_has_each_word_with_its_places_and_each_source_once():
    assert words("Türkiye’s 1,019 of S2-05, ILO") == [
        *("turkiye", "s", "1,019", "of", "s2", "05", "ilo"),
    ]
    made = index(PAGES, {"GSI": "Global Slavery Index"}, SUBJECTS)
    assert made["words"].split("\n") == ["2011 0", "chan 4 1", "wages 0 2"]
    assert made["names"] == {"gsi": "Global Slavery Index"}
    assert made["subjects"] == [[1, "Wages; pay day"]]
    assert made["places"][1] == [0, KINDS.index("section"), "p", "Pay"]
    listed = [place for place in made["places"] if KINDS[place[1]] == "source"]
    assert listed == [[2, KINDS.index("source"), f"id{n}"] for n in (1, 2)]
    assert scripts(PAGES, {})["b.js"] == 'bookTexts("b", ["Wages of"]);\n'


def states(*texts: str) -> dict[str, list[Place]]:
    """Return pages of States that have one section each, all under the same heading."""
    names = [f"book/states/{number:02}" for number in range(len(texts))]
    return {
        name: [Place("", "state", name), Place("w", "section", "Work", text, heads="Inspectors")]
        for name, text in zip(names, texts, strict=True)
    }


def test_what_pages_of_states_share_is_said_once_and_no_page_is_found_by_what_it_lacks():
    made = index(states(*["union wages"] * 9, "union strikes"), {})
    assert made["alike"]["w"] == ["union wages", "inspectors"]
    assert made["words"] == "strikes J"  # 19, the last of twenty places
    assert made["lacking"] == "wages J"


def test_a_subject_without_its_place_is_refused():
    gone = [{**SUBJECTS[0], "anchor": "gone"}]
    with pytest.raises(ExtensionError, match="“Wages”: the page a has no place #gone"):
        index(PAGES, {}, gone)


# ------------------------------------------------------------------ the built book

CHAPTER = "notebooks/second_segment/"
QUESTIONS = {
    "how many people in forced labour": f"{CHAPTER}how_many.html",
    "Turkey treaties": "book/states/turkiye.html#treaties",
    "C189 ratification": f"{CHAPTER}domestic_work.html#convention-189",
    "labour inspectors": "notebooks/panels/innovative_tools.html#labour-inspectors",
    "GSI method": f"{CHAPTER}how_many.html#the-global-slavery-index",
    "profits of forced labour": "notebooks/synthesis/which_number.html#profits",
    "kafala": "book/glossary.html#term-Tied-permit",
    "non-punishment": "book/glossary.html#term-Non-punishment",
    "multiple systems estimation": "book/glossary.html#term-Multiple-systems-estimation",
    "who identifies victims": "notebooks/first_segment/working_together.html#who-identifies",
}
MISTYPED = {
    "how many peple in forced labor": f"{CHAPTER}how_many.html",
    "Turky treatys": "book/states/turkiye.html#treaties",
    "global slavry index": f"{CHAPTER}how_many.html#the-global-slavery-index",
    "multipel sistms estimation": "book/glossary.html#term-Multiple-systems-estimation",
}
STATES = {
    "Moldova": "book/states/republic_of_moldova.html",
    "Moldova treaties": "book/states/republic_of_moldova.html#treaties",
}
FIRST = "#search-results section:first-child li:first-child"


@pytest.fixture(scope="module")
def page(chrome):
    """A page that notes what fails on it."""
    page = chrome.new_page(reduced_motion="reduce")
    page.failed = []
    page.on("pageerror", lambda error: page.failed.append(str(error)))
    yield page
    page.close()


@pytest.fixture(scope="module")
def address(book):
    """The address at which the built book is served."""
    with browser.served(book) as base:
        yield base


def first_answer(page, base: str, query: str) -> str:
    """Return the place that the first answer leads to, from the root of the book."""
    page.goto(f"{base}search.html?q={quote(query)}")
    page.wait_for_selector(f"{FIRST} a")
    assert page.failed == []
    return page.get_attribute(f"{FIRST} a", "href").removeprefix("./")


def test_the_first_answer_is_the_place_that_an_expert_would_open(page, address, subtests):
    for query, place in (QUESTIONS | MISTYPED | STATES).items():
        with subtests.test(query):
            assert re.match(re.escape(place), first_answer(page, address, query))


def test_from_disk_without_a_server(page, book):
    base = f"{book.as_uri()}/"
    query = "multipel sistms estimation"
    assert first_answer(page, base, query) == MISTYPED[query]
    page.wait_for_selector(f"{FIRST} .search-excerpt mark")


def test_results_are_announced_told_by_page_and_kind_with_an_excerpt_of_prose(page, address):
    first_answer(page, address, "labour inspectors")
    page.wait_for_selector(f"{FIRST} .search-excerpt mark")
    assert re.match(r"\d+ places on \d+ pages", page.inner_text("[role=status]"))
    assert page.inner_text("#search-results section:first-child h2") == "Innovative tools"
    assert page.inner_text(f"{FIRST} .search-kind") == "Section"
    shown = page.locator("#search-results section > ol")
    assert all(shown.nth(i).locator("li").count() <= 3 for i in range(shown.count()))


def test_pages_on_how_the_book_is_made_stand_below_the_others(page, address):
    first_answer(page, address, "forced labour estimate checksum")
    titles = page.locator("#search-results section h2").all_inner_texts()
    assert titles.index("How the book is made and checked") == len(titles) - 1 > 0


def test_where_nothing_fits_subjects_and_a_report_are_offered(page, address):
    page.goto(f"{address}search.html?q=xqzwvk")
    page.wait_for_selector(".search-help")
    assert "Nothing was found" in page.inner_text("[role=status]")
    subjects = yaml.safe_load(Path("book/subjects.yml").read_text(encoding="utf-8"))
    assert page.locator(".search-help li a").all_inner_texts() == [s["word"] for s in subjects]
    assert page.locator(".search-help a[href$='report_an_error.html']").count() == 1


@pytest.mark.parametrize(
    ("typed", "meant"), [("trafiking", "trafficking"), ("labor inspektion", "labor inspection")]
)
def test_a_mistyped_word_is_answered_with_the_nearest_of_the_book(page, address, typed, meant):
    page.goto(f"{address}search.html?q={typed}")
    link = page.locator(".search-meant a")
    assert link.inner_text() == meant
    link.click()
    assert page.locator(".search-meant").count() == 0 and page.locator(f"{FIRST} a").count()


def test_results_have_no_barrier_and_do_not_scroll_sideways(page, chrome, address):
    visit = browser.Visit(chrome, address, "search")
    for width in browser.WIDTHS:
        page.set_viewport_size({"width": width, "height": browser.HEIGHT})
        first_answer(page, address, "Moldova")
        visit._measure(page)
        visit._axe(page)
    assert visit.problems == []


def test_sphinx_still_has_no_setting_against_its_index():
    source = Path(html.__file__).read_text(encoding="utf-8")
    assert "if self.search:" in source
    named = re.findall(r"add_config_value\(\s*'(\w*search\w*)'", source)
    assert sorted(named) == [
        *("html_search_language", "html_search_options", "html_search_scorer"),
        *("html_show_search_summary", "html_use_opensearch"),
    ], "if a new setting leaves out the index, it takes the place of `_without_sphinx_index`"
