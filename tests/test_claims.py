"""The claim register: what its rows hold, what readers get of it, and pages at one with it.

The rules of its rows are tried in `bookmaking.checks.register`.
"""

import csv
import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from bookmaking.checks import browser
from decentwork import claims, data
from decentwork.repository import DATA, ROOT
from small_book import ALL_SOURCES, CITING, SmallBook

SOURCES = "ilo2005release{para. 1},osce2011note{Second Segment, para. 2; note 1}"
"""Sources of every line, in a book that does not hold the others."""


@pytest.fixture
def register(tmp_path):
    """The folder of a copy of the register, next to a bibliography of two sources."""
    folder = tmp_path / "book-root" / "data"
    (folder / "register").mkdir(parents=True)
    for name in ("shared.yml", *(f"register/{each}.{end}" for each in claims.TABLES
                                 for end in ("csv", "yml"))):  # fmt: skip
        shutil.copy(DATA / name, folder / name)
    change(folder, "claims", {}, sources=SOURCES)
    bibliography = "\n".join(map(entry, ("ilo2005release", "osce2011note")))
    (folder.parent / "references.bib").write_text(bibliography, encoding="utf-8")
    return folder


def rows(folder, table):
    with (folder / f"register/{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def change(folder, table, named, **cells):
    """Change cells of the rows that have the cells ``named``, as somebody would by hand."""
    every = rows(folder, table)
    for row in every:
        if named.items() <= row.items():
            row.update(cells)
    with (folder / f"register/{table}.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, every[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(every)


def entry(key: str) -> str:
    """Return one entry of the bibliography: the others would be formatted for nothing."""
    text = (ROOT / "references.bib").read_text(encoding="utf-8")
    return re.search(rf"^@\w+\{{{key},.*?^\}}$", text, re.DOTALL | re.MULTILINE)[0]


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
    assert constraints("note-paragraphs", "part")["enum"] == list(claims.SEGMENTS)
    for reader in ("first", "second"):
        known = constraints("part-readings", f"{reader}_strength")["enum"]
        assert tuple(known) == claims.STRENGTHS
        assert constraints("part-readings", f"{reader}_word")["enum"] == list(claims.WORDS)


def test_the_register_that_readers_download_has_what_follows_from_the_tables(register):
    loaded = claims.load(register)
    lines = list(csv.DictReader(StringIO(claims.as_csv(loaded), newline="")))
    (row,) = (row for row in lines if row["id"] == "S2-05")
    assert row.pop("segment") == "Second Segment"
    assert row.pop("anchor") == "second_segment/how_many#claim-s2-05"
    assert row == next(each for each in rows(register, "claims") if each["id"] == "S2-05")
    parts = list(csv.DictReader(StringIO(claims.parts_as_csv(loaded), newline="")))
    assert [each["part"] for each in parts] == [each["part"] for each in rows(register, "parts")]
    (claim,) = (claim for claim in loaded if claim.id == "S2-05")
    as_json = json.loads(json.dumps(claims.as_json_fields(claim)))
    assert as_json["sources"][0] == {"key": "ilo2005release", "locator": "para. 1"}
    assert as_json["parts"][0]["strength"] == parts[49]["strength"] == claim.strengths[0]


# ------------------------------------------------------------------ the rules


def test_the_strength_follows_from_the_codes():
    part = claims.LinePart("S2-05a", "number", "Twelve million people", "right")
    for codes, strength in (((), "high"), (("one",), "medium"), (("one", "small", "copy"), "low")):
        assert replace(part, codes=frozenset(codes)).strength == strength
    assert replace(part, word="right for some").finding == "right for some, high that it occurs"
    assert replace(part, word="untested").strength is None
    assert replace(part, word="norm").finding == "a wish, no word"


def test_whether_a_text_was_read_follows_from_the_bibliography(register, subtests):
    change(register, "evidence", {}, decides="")
    change(register, "parts", {}, word="norm", kind="norm", test="", unread="")
    change(register, "parts", {"part": "S2-05a"}, word="right", kind="number", one="no")
    change(register, "evidence", {"source": "ilo2005release"}, decides="S2-05a")
    bibliography = register.parent / "references.bib"
    text = bibliography.read_text(encoding="utf-8")
    for read, is_copy in (
        ("in full", False),
        ("data", False),
        ("abstract", True),
        ("secondary: a newspaper", True),
        ("in part: the table", False),
        ("in part: preface, executive summary and chapter IV", False),
        ("in part: openings of chapters 1 and 4", True),
    ):
        with subtests.test(read):
            changed = re.sub(r"(?m)^(\s*read\s*= )\{.*\}", rf"\1{{{read}}}", text)
            bibliography.write_text(changed, encoding="utf-8")
            (part,) = next(each for each in claims.load(register) if each.id == "S2-05").parts
            assert ("copy" in part.codes) is is_copy


# ------------------------------------------------------------------ table and pages

REGISTER = "# Register\n\n```{register}\n```\n\n## Sources\n\n" + ALL_SOURCES
LANDING = (
    "# Landing\n\n```{verdicts}\n```\n\nSee {line}`S2-16` and {ref}`claim-s2-05`.\n\n"
    "```{toctree}\nbook/register\nbook/searches\nnotebooks/second_segment/how_many\n{more}\n```\n"
)
HOW_MANY = [f"S2-{number:02}" for number in (3, 4, 5, 6, 7, 9, 10)]


class RegisterBook(SmallBook):
    """A book of three pages with a register."""

    def __init__(self, register: Path) -> None:
        super().__init__(
            register.parent,
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
        self.page("book/searches", "# Searches\n\n```{searches}\n```\n")
        self.page("index", LANDING.replace("{more}", ""))
        self.page("book/register", REGISTER)
        self.chapter(*HOW_MANY)

    def chapter(self, *boxes: str, more: str = "") -> None:
        """Write the chapter with boxes, each under a heading of its own."""
        text = "\n".join(f"## On {box}\n\n```{{claim}} {box}\n```\n" for box in boxes)
        self.page("notebooks/second_segment/how_many", f"# How many\n\n{text}\n{more}\n")


@pytest.fixture
def small_book(register):
    return RegisterBook(register)


def test_pages_say_what_the_register_holds(small_book, register):
    small_book.chapter(
        *HOW_MANY,
        more="{verdicts}`this chapter`\n\nIt is {verdict}`S2-06`, with the strength "
        "{strength}`S2-06`. Allow {reading-time}`this chapter`.",
    )
    assert small_book.build() == ""
    chapter, page, landing, searches = map(
        small_book.soup,
        ("notebooks/second_segment/how_many", "book/register", "index", "book/searches"),
    )
    of_id = {claim.id: claim for claim in claims.load(register)}
    claim, other = of_id["S2-05"], of_id["S2-06"]
    box = chapter.find(id="claim-s2-05")
    assert (box["role"], box["aria-label"]) == ("note", "S2-05, line of the concept note")
    assert claim.answer in box.text and claim.parts[0].finding in box.text
    assert box.a["href"] == "../../book/register.html#line-s2-05"
    row = page.find(id="line-s2-05")
    assert row.find("dt").text == "Answer" and claim.parts[0].words in row.text
    assert row("dd")[-1].a["href"] == "../notebooks/second_segment/how_many.html#claim-s2-05"
    assert page.find("a", href="searches.html#searched-s2-10")
    assert "S2-10c" in searches.find(id="searched-s2-10").select_one(".searches").text
    text = " ".join(chapter.get_text().split())
    words, strengths = "; ".join(other.words), " and ".join(other.strengths)
    assert f"It is {words}, with the strength {strengths}." in text
    found = Counter(part.word for line in HOW_MANY for part in of_id[line].parts)
    assert f"{found['untested']} untested" in chapter.select_one(".told").get_text()
    strip = landing.find("a", string="Second Segment").find_next("span", role="img")
    every = [part for each in of_id.values() if each.prefix == "S2" for part in each.parts]
    assert len(strip("span")) == len(every)
    assert f"{sum(part.word == 'wrong' for part in every)} wrong" in strip["aria-label"]
    offered = [small_book.html / "book" / a["href"] for a in page.select(".register-files a")]
    lines = json.loads(offered[0].read_text("utf-8"))["lines"]
    assert lines == [claims.as_json_fields(each) for each in of_id.values()]
    assert offered[1].read_text("utf-8") == claims.as_csv(of_id.values())
    assert offered[2].read_text("utf-8") == claims.parts_as_csv(of_id.values())


def test_pages_that_contradict_the_register_are_named(small_book):
    wrong = {
        "{verdict}`S2-99`": "has no line 'S2-99'",
        "{verdicts}`how_many`": "write {verdicts}`this chapter`",
        "{line}`P9-01`": "the concept note has no line 'P9-01'; near ids are P",
    }
    small_book.chapter(*HOW_MANY, "S2-16", "S2-50", "S2-05", more="\n\n".join(wrong))
    warnings = small_book.build()
    for sentence in (
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
    page.select_option("select[name=kind]", "effect")
    page.select_option("select[name=word]", "untested")
    left = sum(
        each.prefix == "S2" and ("effect", "untested") in {(p.kind, p.word) for p in each.parts}
        for each in register
    )
    page.reload()
    assert seen() == (f"{left} of 87 lines", left, "?part=S2&kind=effect&word=untested")
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
