"""The claim register: what its rows hold, what readers get of it, and pages at one with it.

The rules of its rows are tried in `bookmaking.checks.register`.
"""

import csv
import json
import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from sphinx.errors import ExtensionError

from bookmaking.checks import browser
from bookmaking.tools import chromium
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


@pytest.fixture
def register(tmp_path):
    """The folder of a copy of the register in which no line is examined yet."""
    folder = tmp_path / "data"
    (folder / "register").mkdir(parents=True)
    for name in ("shared.yml", "register/claims.csv", "register/claims.yml"):
        shutil.copy(DATA / name, folder / name)
    rows = [row | dict.fromkeys(FOUND, "") | {"verdict": claims.UNEXAMINED} for row in read(folder)]
    write(folder, rows)
    return folder


def read(folder):
    with (folder / "register/claims.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(folder, rows):
    """Write the rows as somebody would who edits the table."""
    with (folder / "register/claims.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def change(folder, line, **cells):
    """Change cells of one line of the note."""
    rows = read(folder)
    (row,) = (row for row in rows if row["id"] == line)
    row.update(cells)
    write(folder, rows)


def examine(folder, line, **cells):
    """Fill in a line as if a chapter had examined it."""
    change(folder, line, **FOUND | cells)


# ------------------------------------------------------------------ the register as it stands


def test_register_holds_the_lines_of_the_note_in_their_order():
    assert [claim.id for claim in claims.load()] == list(claims.IDS)
    assert len(claims.IDS) == len(set(claims.IDS)) == 87


@pytest.mark.parametrize(("table", "column"), [("claims", "id"), ("evidence", "claim")])
def test_identifiers_of_lines_have_one_form_in_tables_and_in_text(table, column):
    (field,) = (each for each in data.metadata(table).fields if each.name == column)
    told = "%s: LINE in decentwork/claims.py and id in data/shared.yml differ; change both"
    others = ("S3-01", "P6-01", "B-001", "S1-Q", "S205", "s2-05")
    for pattern in (field.constraints["pattern"], claims.LINE):
        assert all(re.fullmatch(pattern, name) for name in claims.IDS), told % pattern
        assert not any(re.fullmatch(pattern, name) for name in others), told % pattern


def test_paragraphs_of_the_note_stand_in_its_parts():
    (part,) = (each for each in data.metadata("note-paragraphs").fields if each.name == "part")
    assert part.constraints["enum"] == list(claims.PARTS), (
        "data/register/note-paragraphs.yml and PARTS in decentwork/claims.py differ; change both"
    )


def test_readers_of_the_register_use_its_strengths():
    fields = [each for each in data.metadata("second-reading").fields if "_strength" in each.name]
    assert {tuple(each.constraints["enum"]) for each in fields} == {claims.STRENGTHS}, (
        "data/register/second-reading.yml and STRENGTHS in decentwork/claims.py differ; change both"
    )


def test_the_register_that_readers_download_has_part_and_anchor_of_each_line(register):
    examine(register, "S2-05")
    rows = list(csv.DictReader(StringIO(claims.as_csv(claims.load(register)), newline="")))
    assert [row["id"] for row in rows] == list(claims.IDS)
    (row,) = (row for row in rows if row["anchor"])
    assert row["part"] == "Second Segment"
    assert row["anchor"] == "second_segment/how_many#claim-s2-05"
    own = {name: cell for name, cell in row.items() if name not in ("part", "anchor")}
    assert own == next(each for each in read(register) if each["id"] == "S2-05")


# ------------------------------------------------------------------ the rules


def test_an_examined_line_is_read_with_date_and_sources(register):
    examine(register, "S2-05")
    (claim,) = (claim for claim in claims.load(register) if claim.is_examined)
    assert (claim.id, claim.as_of.isoformat()) == ("S2-05", "2026-11-25")
    assert claim.sources == (
        ("ilo2005release", "para. 1"),
        ("osce2011note", "Second Segment, para. 2; note 1"),
    )
    assert claim.page == "notebooks/second_segment/how_many"
    as_json = json.loads(json.dumps(claims.as_json_fields(claim)))
    assert as_json["sources"][0] == {"key": "ilo2005release", "locator": "para. 1"}
    assert as_json["as_of"] == "2026-11-25"


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
    for line in HOW_MANY:
        examine(register, line)
    return RegisterBook(tmp_path, register)


def test_box_and_row_lead_to_each_other(small_book):
    assert small_book.build() == ""
    chapter, page = (
        small_book.soup("notebooks/second_segment/how_many"),
        small_book.soup("book/register"),
    )
    box = chapter.find(id="claim-s2-05")
    assert box["role"] == "note"
    assert box["aria-label"] == "S2-05, line of the concept note"
    assert "12.3 million people worldwide are in forced labour" in box.text
    assert "Right: The figure." in box.text
    assert "partly supported" in box.text
    assert "moderate evidence, as\xa0of\xa025\xa0November\xa02026" in box.text
    assert box.a["href"] == "../../book/register.html#line-s2-05"
    row = page.find(id="line-s2-05")
    assert row.find("a", href="#line-s2-05", class_="register-id").text == "S2-05"
    where = row("dd")[-1].a
    assert where["href"] == "../notebooks/second_segment/how_many.html#claim-s2-05"
    assert where.text == "How many"
    landing = {a["href"] for a in small_book.soup("index")("a", class_="internal")}
    assert "book/register.html#line-s2-16" in landing
    assert "notebooks/second_segment/how_many.html#claim-s2-05" in landing


def test_register_page_is_whole_without_javascript(small_book):
    assert small_book.build() == ""
    page = small_book.soup("book/register")
    lines = page.select("ul.register > li[id]")
    assert [line.a.text for line in lines] == list(claims.IDS)
    assert all(line.select_one("details:not([open]) > summary .verdict") for line in lines)
    assert all(line.select("dl > dt") for line in lines)
    headings = {line.find_parent("section").h2.find(string=True) for line in lines}
    titles = {part.title for part in claims.PARTS.values()}
    assert headings == titles
    contents = {link.text for link in page.select("a[href^='#part-']")}
    assert contents >= titles, "the contents of the page name its parts"
    assert page.find("form", class_="register-filters").has_attr("hidden")
    answer = page.find(id="line-s2-05").find("dt", string="Answer").find_next_sibling("dd")
    assert "What the book finds." in answer.text
    assert "ILO" in answer.text or "International Labour" in answer.text
    assert "para. 1" in answer.text
    assert "planned: Globalization" in page.find(id="line-s2-11").text


def test_roles_say_what_the_register_holds(small_book):
    change(small_book.folder, "S2-06", verdict="not supported", strength="weak")
    small_book.chapter(
        *HOW_MANY,
        more="{verdicts}`this chapter`\n\nIt is {verdict}`S2-06`, on {strength}`S2-06` evidence. "
        "Allow {reading-time}`this chapter`.",
    )
    assert small_book.build() == ""
    text = small_book.soup("notebooks/second_segment/how_many").get_text().replace("\xa0", " ")
    assert "Verdicts on 7 lines of the note: 6 partly supported, 1 not supported." in text
    assert "Evidence: weak to moderate. As of 25 November 2026." in text
    assert "It is not supported, on weak evidence. Allow about 5 minutes." in text


def test_a_role_that_finds_nothing_is_a_warning(small_book):
    wrong = {
        "{verdict}`S2-99`": "has no line 'S2-99'",
        "{strength}`S2-16`": "S2-16 has no strength yet",
        "{verdicts}`how_many`": "write {verdicts}`this chapter`",
        "{reading-time}`nowhere`": "has no page 'notebooks/second_segment/nowhere'",
    }
    small_book.chapter(*HOW_MANY, more="\n\n".join(wrong))
    warnings = small_book.build()
    assert [each for each in wrong.values() if each not in warnings] == []


def test_downloads_stand_beside_the_register_and_hold_it(small_book):
    assert small_book.build() == ""
    beside = small_book.html / "book"
    links = [a["href"] for a in small_book.soup("book/register").select(".register-files a")]
    assert links == ["claims.csv", "claims.json"]
    register = claims.load(small_book.folder)
    assert (beside / "claims.csv").read_text("utf-8") == claims.as_csv(register)
    lines = json.loads((beside / "claims.json").read_text("utf-8"))["lines"]
    assert lines == [claims.as_json_fields(claim) for claim in register]


def test_verdicts_are_counted_by_part(small_book):
    change(small_book.folder, "S2-06", verdict="not supported")
    assert small_book.build() == ""
    rows = {
        row.th.text: [td.text for td in row("td")] for row in small_book.soup("index")("tr")[1:]
    }
    assert rows["Second Segment"] == ["37", "7", "6\xa0partly\xa0supported, 1\xa0not\xa0supported"]
    assert rows["First Segment"] == ["18", "0", "none yet"]
    assert rows["The whole note"][:2] == ["87", "7"]


def test_pages_that_contradict_the_register_are_named(small_book):
    examine(small_book.folder, "S1-01")
    change(small_book.folder, "S2-09", **dict.fromkeys(FOUND, "") | {"verdict": claims.UNEXAMINED})
    change(small_book.folder, "S2-10", **dict.fromkeys(FOUND, "") | {"verdict": claims.UNEXAMINED})
    boxes = [line for line in HOW_MANY if line not in ("S2-03", "S2-10")]
    small_book.chapter(*boxes, "S2-16", "S2-50", "S2-05", more="{line}`P9-01`")
    warnings = small_book.build()
    for sentence in (
        "S2-03 has a verdict, but notebooks/second_segment/how_many has no box for it; put ```",
        "S1-01 has a verdict, but its chapter notebooks/first_segment/alliance is not in the book",
        "S2-09 has a box here, but no verdict; fill in its row in data/register/claims.csv",
        "S2-10 is 'not yet examined', but its chapter notebooks/second_segment/how_many is in the",
        "S2-16 belongs to notebooks/second_segment/domestic_work; move its box there",
        "the concept note has no line 'S2-50'; near ids are S2-",
        "S2-05 has a box on this page already",
        "the concept note has no line 'P9-01'; near ids are P",
    ):
        assert f"register: {sentence}" in warnings, f"nothing says: {sentence}"


def test_a_broken_register_stops_the_build_with_its_sentence(small_book):
    change(small_book.folder, "S2-05", strength="none")
    with pytest.raises(
        ExtensionError, match=r"^\S+claims\.csv: line 27 \(S2-05\), column strength"
    ):
        small_book.build()


# ------------------------------------------------------------------ the filters


@pytest.fixture
def filters(small_book):
    """The register page in a browser, and a function that says what it shows."""
    assert small_book.build() == ""
    path = chromium.find()
    if path is None:
        pytest.fail(
            f"No Chromium: run python -m bookmaking.tools.chromium, or {chromium.WHAT_TO_DO}"
        )
    with browser.served(small_book.html) as base, sync_playwright() as playwright:
        running = browser.launch(playwright, path)
        page = running.new_page()

        def seen() -> tuple[str, int, str]:
            rows = page.locator("ul.register > li:visible").count()
            return page.inner_text("[role=status]"), rows, page.url.partition("register.html")[2]

        page.goto(f"{base}book/register.html")
        yield page, seen
        running.close()


def test_filters_narrow_the_register_and_stand_in_the_address(filters):
    page, seen = filters
    assert seen() == ("87 lines", 87, "")
    page.select_option("select[name=part]", "S2")
    page.select_option("select[name=kind]", "figure")
    assert seen() == ("4 of 87 lines", 4, "?part=S2&kind=figure")
    page.fill("input[name=words]", "DOMESTIC  industrialized")
    assert seen()[:2] == ("1 of 87 lines", 1)
    page.fill("input[name=words]", "")
    page.select_option("select[name=verdict]", claims.UNEXAMINED)
    assert seen()[:2] == ("2 of 87 lines", 2)
    page.reload()
    assert seen() == ("2 of 87 lines", 2, "?part=S2&kind=figure&verdict=not+yet+examined")
    page.click("text=Clear the filter")
    assert seen() == ("87 lines", 87, "")


def test_a_link_to_a_line_finds_and_opens_it_whatever_the_filters_hide(filters):
    page, seen = filters
    page.goto(f"{page.url}?kind=aim&verdict=nonsense")
    assert seen()[:2] == ("2 of 87 lines", 2)
    page.evaluate("location.hash = '#line-s2-05'")
    page.wait_for_selector("#line-s2-05:visible")
    assert seen() == ("87 lines", 87, "#line-s2-05")
    assert page.evaluate(OPEN_LINES) == ["line-s2-05"]
    page.click("#line-s2-07 > a")
    page.wait_for_selector("#line-s2-07 dl:visible")
    assert page.evaluate(OPEN_LINES) == ["line-s2-05", "line-s2-07"]


OPEN_LINES = "() => [...document.querySelectorAll('li:has(> details[open])')].map(one => one.id)"
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
    silent.click("#line-s2-06 summary")
    assert silent.evaluate(READABLE) == 2
