"""The register and the book: each line of the note has its box, and nothing contradicts it.

`decentwork.claims.load` refuses lines and parts that are not complete and admissible. Here no
source is worth more than in the tables, each box is in the chapter where its line is argued, and
pages type no word for a part: boxes and roles place them. Each participating State has one page,
which has no words of its own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bookmaking.checks import ROOT, rows, site
from bookmaking.directives.state_rows import FOLDER, Tables
from bookmaking.source import pages, sentences
from bookmaking.source.pages import ROLE
from decentwork import claims as register
from decentwork.claims import Claim
from decentwork.data import DataError

EXPLAINING = {
    "how_to_read.md", "register.md", "searches.md", "glossary.md", "landing.md", "seminar.md",
    "seminar_labour_exploitation.md", "claim_by_claim.ipynb", "second_opinions.ipynb",
}  # fmt: skip
"""Pages that explain the words for parts, count them or vote on them."""
WORD = r"(?:right(?:, corrected| for some)?|wrong|untested|disputed|not read)"
TYPED = re.compile(
    r"\bright for some\b|\bright, corrected\b"
    rf"|\b(?:lines?|claims?|parts?|verdicts?|word) (?:is|are|stays?|remains?) “?{WORD}\b"
    rf"|\b(?:lines|claims|parts) (?:\w+ )?are {WORD}\b"
    r"|\bstrength\W{0,4}(?:is )?\*{0,2}(?:high|medium|low)\b",
    re.IGNORECASE,
)
"""Words for parts of lines, and strengths, as an author types them."""

BOX = re.compile(r"^[`:]{3,}\{claim\} (?P<ids>.+)$", re.MULTILINE)
LINE = re.compile(rf"\b{register.LINE}\b")


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with the rows of the register, or with rows and book."""
    try:
        claims = register.load(root / "data")
    except DataError as error:
        return error.sentences
    tables = list(rows.tables(root))
    by_name = {table.path.stem: table.rows for table in tables}
    chosen = pages.changed(root, files)
    return [
        *grades(claims, tables),
        *codes(claims, by_name["line-codes"], by_name["evidence-needed"]),
        *(problem for path in chosen for problem in typed(path, root)),
        *(problem for path in chosen for problem in exchanged(path, root)),
        *boxes(root, claims),
        *pages_of_states(root),
    ]


def pages_of_states(root: Path) -> Iterator[str]:
    """Yield where the files of the States' pages, the contents and the table of States differ."""
    expected = {state.page: state.code for state in Tables(root / "data").states.values()}
    written = {f"{FOLDER}/{path.stem}": path for path in (root / FOLDER).glob("*.md")}
    listed = [name for name in site.listed(root / "_toc.yml") if name.startswith(f"{FOLDER}/")]
    for page, code in expected.items():
        text = f"```{{state}} {code}\n```\n"
        if page not in written or written[page].read_text(encoding="utf-8") != text:
            yield (
                f"{page}.md is missing, or has more or other than its State: write only "
                f"```{{state}} {code}```; what a page says is made from tables."
            )
    for page in sorted(written.keys() - expected.keys()):
        yield f"{page}.md is the page of no participating State: delete it."
    if listed != [*expected]:
        yield "_toc.yml does not list each State once, in the order of their names. Fix the list."


def grades(claims: Sequence[Claim], tables: Iterable[rows.Table]) -> list[str]:
    """Return lines of grade A that rest on a source which every table grades B.

    Rows with several sources are left out, because their grade is that of the weakest. So is the
    register itself.
    """
    graded: dict[str, set[str]] = {}
    for table in tables:
        if table.path.stem != register.NAME and {"source", "grade"} <= set(table.columns):
            for row in table.rows:
                graded.setdefault(row["source"], set()).add(row["grade"])
    return [
        f"{claim.id} has grade A, but {source.key} is graded B in every table; set the line to B, "
        "or read the primary source and fix the rows"
        for claim in claims
        for source in claim.sources
        if claim.grade == "A" and graded.get(source.key) == {"B"}
    ]


def codes(
    claims: Sequence[Claim], coded: Sequence[rows.Row], needs: Sequence[rows.Row]
) -> Iterator[str]:
    """Yield lines without codes, and where the codes do not fit what would be collected.

    ``coded`` and ``needs`` are the rows of the tables ``line-codes`` and ``evidence-needed``.
    """
    for claim in claims:
        if claim.id not in {row["id"] for row in coded}:
            yield f"line-codes: {claim.id} has no row; code its main change"
    asked = {need for row in coded for need in rows.parts(row["needs"])}
    for need in sorted(asked ^ {row["need"] for row in needs}):
        has, lacks = ("line-codes", "evidence-needed")[:: 1 if need in asked else -1]
        yield f"{has}: {need} is not in {lacks}; fix the key, add it there, or take it out"


def typed(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield the words and strengths that a page types, and the register should say."""
    for cell in pages.cells(path, root) if path.name not in EXPLAINING else ():
        if cell.kind == "markdown":
            texts = [pages.without_quotations(ROLE.sub("", cell.text))]
        else:
            texts = [text for text, _ in pages.strings(cell) if not re.fullmatch(WORD, text)]
        for words in dict.fromkeys(match[0] for text in texts for match in TYPED.finditer(text)):
            yield (
                f"{cell.place}: “{words}” is for the register to say; write {{verdict}}`S2-05`, "
                "{strength}`S2-05` or {verdicts}, or say in other words what you mean."
            )


def exchanged(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield roles that give the words or strengths of a line which their section is not about."""
    about: dict[str, set[str]] = {}
    for line, heading in _boxes(path, root):
        about.setdefault(heading, set()).add(line)
    for sentence in sentences.of_book(root, [path]):
        asked = [mark for mark in sentence.marks if mark[0] in ("verdict", "strength")]
        named = {line for name, line in sentence.marks if name == "line"}
        named |= set(LINE.findall(sentence.text))
        named = named or about.get(sentence.section, set()) or {line for _, line in asked[:1]}
        for name, line in asked:
            if line not in named:
                yield (
                    f"{sentence.place} § {sentence.section}: {{{name}}}`{line}` is in a sentence "
                    f"about {', '.join(sorted(named))}; name the line that is meant."
                )


def boxes(root: Path, claims: Sequence[Claim]) -> Iterator[str]:
    """Yield lines whose box is not there once, on the page that the register names."""
    found: dict[str, list[str]] = {}
    for path in pages.written(root):
        page = path.relative_to(root).with_suffix("").as_posix()
        for line, _ in _boxes(path, root):
            found.setdefault(line, []).append(page)
    for claim in claims:
        if found.get(claim.id, []) != [claim.page]:
            there = ", ".join(found.get(claim.id, [])) or "nowhere"
            yield (
                f"{claim.id}: its box is in {there}, and {rows.REGISTER} names {claim.page}; let "
                "`{claim} " + claim.id + "` stand once, where the line is argued."
            )


def _boxes(path: Path, root: Path) -> list[tuple[str, str]]:
    """Return the lines that have a box on a page, with the heading above it."""
    found, heading = [], ""
    for cell in pages.cells(path, root):
        if cell.kind != "markdown":
            continue
        for line in cell.text.splitlines():
            if line.startswith("#"):
                heading = line.lstrip("# ")
            elif box := BOX.match(line):
                found += [(name, heading) for name in re.split(r"[\s,]+", box["ids"].strip())]
    return found
