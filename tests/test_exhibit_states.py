"""What a drawing says of States is on the page as text, folded."""

from bs4 import BeautifulSoup

from bookmaking.checks import ROOT, site
from bookmaking.directives import exhibit_content as exhibit_states
from decentwork import data

STATES = {"AUT": "Austria", "TUR": "Türkiye"}
VALUES = "iso3,year,share,people,source\nTUR,2011,12.34567,23411,a\nAUT,2012,,7,b\n"


def texts(values: str) -> list[list[str]]:
    page = BeautifulSoup(
        exhibit_states.values_by_state(values, {"share": "per cent"}, STATES), "html.parser"
    )
    return [[cell.get_text() for cell in row(["th", "td"])] for row in page("tr")]


def test_states_are_named_in_order_with_their_values():
    assert texts(VALUES) == [
        ["State", "year", "share (per cent)", "people"],
        ["Austria", "2012", "–", "7"],
        ["Türkiye", "2011", "12.35", "23,411"],
    ]


def test_values_of_no_state_have_no_table():
    assert exhibit_states.values_by_state("year,share\n2011,1\n", {}, STATES) is None
    assert exhibit_states.values_by_state("iso3,share\nCHN,1\n", {}, STATES) is None


def test_too_many_rows_give_only_the_names(monkeypatch):
    monkeypatch.setattr(exhibit_states, "MOST_ROWS", 1)
    folded = exhibit_states.values_by_state(VALUES, {}, STATES)
    assert folded.striptags() == "The States in this figureAustria, Türkiye."


def test_every_state_in_a_figure_is_named_on_its_page(book):
    names = data.states()["name"]
    looked = 0
    for name in site.listed(ROOT / "_toc.yml"):
        html = (book / f"{name}.html").read_text(encoding="utf-8")
        page = BeautifulSoup(html if 'class="exhibit-bar"' in html else "", "html.parser")
        for link in page.select(".exhibit-bar a[href$='.csv']"):
            path = (book / name).parent / link["href"]
            rows = path.read_text(encoding="utf-8").splitlines()
            if not link["href"].split("/")[-1].startswith("fig-") or "iso3" not in rows[0]:
                continue
            codes = {cell for row in rows[1:] for cell in row.split(",") if cell in names.index}
            text = page.get_text()
            missing = sorted(names[code] for code in codes if names[code] not in text)
            assert not missing, f"{name}: {path.name} draws {missing}, which the page never names"
            looked += 1
    assert looked > 10
