"""The claim register: what its rows hold, what readers get of it, and pages at one with it.

The rules of its rows are tried in `bookmaking.checks.register`.
"""

import csv
import json
import re
import shutil
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from bookmaking.checks import browser
from decentwork import claims, data
from decentwork.repository import DATA, ROOT
from small_book import ALL_SOURCES, CITING, SmallBook

FOUND = {
    "right": "The figure.",
    "wrong": "It leaves out the words at least.",
    "unknown": "The number today.",
    "verdict": "partly supported",
    "strength": "moderate",
    "as_of": "2026-11-25",
    "answer": "What the book finds.",
    "sources": "ilo2005release{para. 1},osce2011note{Second Segment, para. 2; note 1}",
    "grade": "B",
    "changed_since_2011": "Nothing that bears on this line.",
}
"""The fields of an examined line, here S2-05."""
UNEXAMINED = dict.fromkeys(FOUND, "") | {"verdict": claims.UNEXAMINED}


@pytest.fixture
def register(tmp_path):
    """The folder of a copy of the register in which no line is examined yet."""
    folder = tmp_path / "data"
    (folder / "register").mkdir(parents=True)
    for name in ("shared.yml", "register/claims.csv", "register/claims.yml"):
        shutil.copy(DATA / name, folder / name)
    change(folder, *claims.IDS, **UNEXAMINED)
    return folder


def read(folder):
    return pd.read_csv(folder / "register/claims.csv", dtype=str, keep_default_na=False)


def change(folder, *lines, **cells):
    """Change cells of lines of the note, as somebody would who edits the table."""
    rows = read(folder)
    rows.loc[rows["id"].isin(lines), [*cells]] = [*cells.values()]
    rows.to_csv(folder / "register/claims.csv", index=False)


# ------------------------------------------------------------------ the register as it stands


def test_register_holds_the_lines_of_the_note_in_their_order():
    assert [claim.id for claim in claims.load()] == list(claims.IDS)
    assert len(claims.IDS) == len(set(claims.IDS)) == 87


def constraints(table, column):
    """What the metadata of a table say that a column may hold."""
    (field,) = (each for each in data.metadata(table).fields if each.name == column)
    return field.constraints


def test_lines_parts_and_strengths_are_the_same_in_tables_and_in_code():
    others = ("S3-01", "P6-01", "B-001", "S1-Q", "S205", "s2-05")
    for table, column in (("claims", "id"), ("evidence", "claim")):
        for pattern in (constraints(table, column)["pattern"], claims.LINE):
            assert all(re.fullmatch(pattern, name) for name in claims.IDS), pattern
            assert not any(re.fullmatch(pattern, name) for name in others), pattern
    assert constraints("note-paragraphs", "part")["enum"] == list(claims.PARTS)
    for reader in ("first", "second"):
        known = constraints("second-reading", f"{reader}_strength")["enum"]
        assert tuple(known) == claims.STRENGTHS


def test_the_register_that_readers_download_has_part_and_anchor_of_each_line(register):
    change(register, "S2-05", **FOUND)
    rows = list(csv.DictReader(StringIO(claims.as_csv(claims.load(register)), newline="")))
    assert [row["id"] for row in rows] == list(claims.IDS)
    (row,) = (row for row in rows if row["anchor"])
    assert row["part"] == "Second Segment"
    assert row["anchor"] == "second_segment/how_many#claim-s2-05"
    (claim,) = (claim for claim in claims.load(register) if claim.is_examined)
    assert claim.as_of.isoformat() == claims.as_json_fields(claim)["as_of"] == "2026-11-25"
    assert claim.sources == (
        ("ilo2005release", "para. 1"), ("osce2011note", "Second Segment, para. 2; note 1"),
    )  # fmt: skip
    own = {name: cell for name, cell in row.items() if name not in ("part", "anchor")}
    assert own == read(register).query("id == 'S2-05'").iloc[0].to_dict()


# ------------------------------------------------------------------ table and pages

REGISTER = "# Register\n\n```{register}\n```\n\n## Sources\n\n" + ALL_SOURCES
LANDING = (
    "# Landing\n\n```{verdicts}\n```\n\nSee {line}`S2-16` and {ref}`claim-s2-05`.\n\n"
    "```{toctree}\nbook/register\nnotebooks/second_segment/how_many\n{more}\n```\n"
)
HOW_MANY = [f"S2-{number:02}" for number in (3, 4, 5, 6, 7, 9, 10)]


def entry(key: str) -> str:
    """Return one entry of the bibliography: the others would be formatted for nothing."""
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    return re.search(rf"^@\w+\{{{key},.*?^\}}$", text, re.DOTALL | re.MULTILINE)[0]


class RegisterBook(SmallBook):
    """A book of three pages with a register."""

    def __init__(self, root: Path, register: Path) -> None:
        super().__init__(
            root / "book-root",
            "myst_parser",
            "bookmaking.directives.list_of_sources",
            "bookmaking.directives.elements",
            "bookmaking.directives.register",
            "bookmaking.directives.reading_time",
            "bookmaking.site.accessible",
            "sphinxcontrib.bibtex",
            **CITING,
            html_static_path=[str(ROOT / "book" / "_static")],
        )
        self.folder = self.root / "data"
        shutil.copytree(register, self.folder)
        self.write("references.bib", "\n".join(map(entry, ("ilo2005release", "osce2011note"))))
        self.page("index", LANDING.replace("{more}", ""))
        self.page("book/register", REGISTER)
        self.chapter(*HOW_MANY)

    def chapter(self, *boxes: str, more: str = "") -> None:
        """Write the chapter with boxes, each under a heading of its own."""
        text = "\n".join(f"## On {box}\n\n```{{claim}} {box}\n```\n" for box in boxes)
        self.page("notebooks/second_segment/how_many", f"# How many\n\n{text}\n{more}\n")


@pytest.fixture
def small_book(tmp_path, register):
    change(register, *HOW_MANY, **FOUND)
    return RegisterBook(tmp_path, register)


def test_pages_say_what_the_register_holds(small_book):
    change(small_book.folder, "S2-06", verdict="not supported", strength="weak")
    small_book.chapter(
        *HOW_MANY,
        more="{verdicts}`this chapter`\n\nIt is {verdict}`S2-06`, on {strength}`S2-06` evidence. "
        "Allow {reading-time}`this chapter`.",
    )
    assert small_book.build() == ""
    chapter, page, landing = map(
        small_book.soup, ("notebooks/second_segment/how_many", "book/register", "index")
    )
    box = chapter.find(id="claim-s2-05")
    assert (box["role"], box["aria-label"]) == ("note", "S2-05, line of the concept note")
    for said in (
        "12.3 million people worldwide are in forced labour", "Right: The figure.",
        "partly supported", "moderate evidence, as\xa0of\xa025\xa0November\xa02026",
    ):  # fmt: skip
        assert said in box.text
    assert box.a["href"] == "../../book/register.html#line-s2-05"
    where = page.find(id="line-s2-05")("dd")[-1].a
    assert where["href"] == "../notebooks/second_segment/how_many.html#claim-s2-05"
    links = {a["href"] for a in landing("a", class_="internal")}
    assert "notebooks/second_segment/how_many.html#claim-s2-05" in links
    text = chapter.get_text().replace("\xa0", " ")
    assert "Verdicts on 7 lines of the note: 6 partly supported, 1 not supported." in text
    assert "Evidence: weak to moderate. As of 25 November 2026." in text
    assert "It is not supported, on weak evidence. Allow about 5 minutes." in text
    rows = {row.th.text: [td.text for td in row("td")] for row in landing("tr")[1:]}
    assert rows["Second Segment"] == ["37", "7", "6\xa0partly\xa0supported, 1\xa0not\xa0supported"]
    assert rows["First Segment"] == ["18", "0", "none yet"]
    offered = [small_book.html / "book" / a["href"] for a in page.select(".register-files a")]
    register = claims.load(small_book.folder)
    assert offered[0].read_text("utf-8") == claims.as_csv(register)
    lines = json.loads(offered[1].read_text("utf-8"))["lines"]
    assert lines == [claims.as_json_fields(claim) for claim in register]


def test_pages_that_contradict_the_register_are_named(small_book):
    change(small_book.folder, "S1-01", **FOUND)
    change(small_book.folder, "S2-09", "S2-10", **UNEXAMINED)
    boxes = [line for line in HOW_MANY if line not in ("S2-03", "S2-10")]
    wrong = {
        "{verdict}`S2-99`": "has no line 'S2-99'",
        "{strength}`S2-16`": "S2-16 has no strength yet",
        "{verdicts}`how_many`": "write {verdicts}`this chapter`",
        "{reading-time}`nowhere`": "has no page 'notebooks/second_segment/nowhere'",
        "{line}`P9-01`": "the concept note has no line 'P9-01'; near ids are P",
    }
    small_book.chapter(*boxes, "S2-16", "S2-50", "S2-05", more="\n\n".join(wrong))
    warnings = small_book.build()
    for sentence in (
        "S2-03 has a verdict, but notebooks/second_segment/how_many has no box for it; put ```",
        "S1-01 has a verdict, but its chapter notebooks/first_segment/alliance is not in the book",
        "S2-09 has a box here, but no verdict; fill in its row in data/register/claims.csv",
        "S2-10 is 'not yet examined', but its chapter notebooks/second_segment/how_many is in the",
        "S2-16 belongs to notebooks/second_segment/domestic_work; move its box there",
        "the concept note has no line 'S2-50'; near ids are S2-",
        "S2-05 has a box on this page already",
        *wrong.values(),
    ):
        assert sentence in warnings, f"nothing says: {sentence}"


# ------------------------------------------------------------------ the filters


@pytest.fixture
def filters(chrome, book):
    """The register page in a browser, and a function that says what it shows."""
    with browser.served(book) as base:
        page = chrome.new_page()

        def seen() -> tuple[str, int, str]:
            rows = page.locator("ul.register > li:visible").count()
            return page.inner_text("[role=status]"), rows, page.url.partition("register.html")[2]

        page.goto(f"{base}book/register.html")
        yield page, seen
        page.close()


def test_filters_narrow_the_register_and_stand_in_the_address(filters):
    page, seen = filters
    register = claims.load()
    assert seen() == ("87 lines", 87, "")
    page.select_option("select[name=part]", "S2")
    page.select_option("select[name=kind]", "figure")
    some = [each for each in register if each.id.startswith("S2") and each.kind == "figure"]
    assert seen() == (f"{len(some)} of 87 lines", len(some), "?part=S2&kind=figure")
    verdict = some[0].verdict
    page.select_option("select[name=verdict]", verdict)
    left = sum(each.verdict == verdict for each in some)
    page.reload()
    address = f"?part=S2&kind=figure&verdict={verdict.replace(' ', '+')}"
    assert seen() == (f"{left} of 87 lines", left, address)
    page.click("text=Clear the filter")
    assert seen() == ("87 lines", 87, "")
    page.fill("input[name=words]", "DOMESTIC  industrialized")
    assert 0 < seen()[1] < 10
    # A link to a line finds and opens it whatever the filters hide.
    page.evaluate("location.hash = '#line-b-01'")
    page.wait_for_selector("#line-b-01 dl:visible")
    assert seen()[1] == 87


READABLE = (
    "() => [...document.querySelectorAll('.register dl')]"
    ".filter(one => one.checkVisibility()).length"
)


def test_print_shows_all_and_without_javascript_a_link_shows_its_line(filters):
    page, _ = filters
    assert page.evaluate(READABLE) == 0
    page.emulate_media(media="print")
    assert page.evaluate(READABLE) == len(claims.IDS)
    silent = page.context.browser.new_context(java_script_enabled=False).new_page()
    silent.goto(f"{page.url}#line-s2-05")
    assert silent.evaluate(READABLE) == 1
