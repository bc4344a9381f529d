"""The register and the book: each line of the note has a verdict, and nothing contradicts it.

`decentwork.claims.load` refuses a row that is not complete and admissible. Here a row says one
thing in all its cells, and one of its readers said it too; its box is in the chapter where it is
argued. A chapter, a caption, a heading, a label in the code and the cells of the register type no
verdict and no strength; boxes and roles place them. Each participating State has one page, which
has no words of its own.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from bookmaking.checks import ROOT, rows, site
from bookmaking.directives.state_rows import FOLDER, Tables
from bookmaking.source import pages, sentences
from bookmaking.source.pages import ROLE
from decentwork import citations
from decentwork import claims as register
from decentwork.claims import Claim
from decentwork.data import DataError

SECOND_READING = "data/register/second-reading.csv"

EXPLAINING = {"how_to_read.md", "register.md", "glossary.md", "seminar.md", "rating_evidence.md"}
"""Pages that explain the words for verdicts or vote on them; their sentences are frozen."""
NUMBER = (
    r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?|half|most|all|none|few|many|no|every)"
)
OF_THE_NOTE = r"(?:lines?|claims?|questions?|themes?|commitments?|sentences?)"
FOUND = (
    r"(?:(?:un|not |partly |well |fully |clearly |strongly |weakly |largely |now )?"
    r"(?:supported|refuted|rejected|disproved|confirmed|contested|debunked|substantiated))"
)
BE = r"(?:is|are|was|were|be|been|stays?|remains?|stands?|counts? as)"
TYPED = re.compile(
    rf"\b{OF_THE_NOTE} {BE} (?:\w+ )?(?:{FOUND}|answered|open|done)\b"
    rf"|\b(?:note|figure) {BE} (?:\w+ )?{FOUND}\b|\b(?:well|fully|clearly) supported\b"
    rf"|\blines? {BE} (?:\w+ )?(?:true|false)\b"
    r"|\bverdict (?:\w+ )?(?:is|was|stays|stands|remains) “?(?:supported|contested|answered|open"
    r"|done)\b|\banswer (?:is|stays|remains) open\b"
    rf"|\b{NUMBER} (?:of (?:the |its |these )?(?:\w+ )?)?{OF_THE_NOTE} "
    rf"(?:{BE}|have|has) (?:\w+ )?(?:{FOUND}|answered|open|done|strong|weak|moderate)\b",
    re.IGNORECASE,
)
"""Verdicts, and counts of verdicts, as an author types them in a sentence."""
WORDED = re.compile(
    r"\b(?:partly|not) (?:supported|answered)\b|\bcannot be known\b"
    r"|\*+(?:supported|contested|answered|open|done|not done|partly done)\*+"
    r"|\b(?:no|weak|moderate|strong) evidence\b|\bevidence (?:is|was) (?:weak|moderate|strong)\b"
    r"|\bstrength\W{0,4}: ?\*{0,2} ?(?:weak|moderate|strong|none)\b",
    re.IGNORECASE,
)
"""Verdicts and strengths in words that only the register says of a line."""
NAMED = re.compile(r"\b(?:partly|not) (?:supported|answered)\b|\bcannot be known\b", re.I)
"""Verdicts whose words mean nothing else."""
OPTIONS = re.compile(r"\boptions?\b")
"""A sentence about options of policy has a strength by a rule of its own."""

UNKNOWN = re.compile(
    r"\b(?:unknown|untested|undecided|nobody|cannot|(?:do|does|did) not know|not (?:known|measured)"
    r"|no (?:study|source|test|text|list|record|measure|count))\b",
    re.IGNORECASE,
)
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
    lines = rows.of_file(rows.REGISTER, root)
    chosen = pages.changed(root, files)
    problems = [
        *grades(claims, tables),
        *codes(claims, by_name["line-codes"], by_name["evidence-needed"]),
        *(problem for path in chosen for problem in typed(path, root)),
        *(problem for path in chosen for problem in exchanged(path, root)),
        *boxes(root, lines),
        *pages_of_states(root),
    ]
    readings = {row["id"]: row for row in rows.of_file(SECOND_READING, root)}
    findings = rows.of_file(rows.EVIDENCE, root)
    against = Counter(row["claim"] for row in findings if row["side"] == "against")
    for row in lines:
        found = [*_coherent(row, against[row["id"]]), *_read(row, readings.get(row["id"], {}))]
        problems += [f"{rows.REGISTER}, {row['id']}, {problem}" for problem in found]
    return problems


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
    """Yield where the codes of the lines do not fit the register or what would be collected.

    ``coded`` and ``needs`` are the rows of the tables ``line-codes`` and ``evidence-needed``.
    """
    missing = {row["id"]: row["missing"] for row in coded}
    for claim in claims:
        if claim.id not in missing:
            yield f"line-codes: {claim.id} has no row; code its main change and its main gap"
        elif claim.is_examined and (missing[claim.id] == "nothing") == bool(claim.unknown):
            yield (
                f"line-codes: {claim.id} misses {missing[claim.id]!r}, and the register says "
                f"{claim.unknown or 'nothing'!r} of what is unknown; fix one of them"
            )
    asked = {need for row in coded for need in rows.parts(row["needs"])}
    for need in sorted(asked ^ {row["need"] for row in needs}):
        has, lacks = ("line-codes", "evidence-needed")[:: 1 if need in asked else -1]
        yield f"{has}: {need} is not in {lacks}; fix the key, add it there, or take it out"


def typed(path: Path, root: Path = ROOT) -> list[str]:
    """Return the verdicts, strengths and counts that a page types, and the register should say."""
    patterns = (TYPED,) if path.name in EXPLAINING else (TYPED, WORDED)
    return [problem for cell in pages.cells(path, root) for problem in _typed(cell, patterns)]


@cache
def _typed(cell: pages.Cell, patterns: tuple[re.Pattern, ...]) -> tuple[str, ...]:
    advice = (
        "is for the register to say; write {verdict}`S2-05`, {strength}`S2-05` or {verdicts}, or "
        "say in other words what you mean"
    )
    if cell.kind == "markdown":
        own = [each.text for each in sentences.of_cell(cell) if not each.from_the_note]
        texts = [pages.without_quotations(text) for text in own]
        if cell.number is not None and WORDED in patterns:
            # A cell of a chapter is also searched whole: nothing may hide between sentences.
            texts.append(pages.without_quotations(ROLE.sub("", cell.text)))
    else:
        texts = [text for text, _ in pages.strings(cell) if not NAMED.fullmatch(text)]
        patterns = (TYPED, NAMED)
    found = {
        match[0]: None
        for text in texts
        for pattern in patterns
        if (match := pattern.search(text if pattern is WORDED else _plain(text)))
        and not (cell.number is None and OPTIONS.search(text))
    }
    return tuple(f"{cell.place}: “{words}” {advice}." for words in found)


def exchanged(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield roles that give the verdict or strength of a line which their section is not about."""
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


def boxes(root: Path, lines: Sequence[dict[str, str]]) -> Iterator[str]:
    """Yield lines whose box is not there once, on the page that the register names."""
    found: dict[str, list[str]] = {}
    for path in pages.written(root):
        page = path.relative_to(root).with_suffix("").as_posix()
        for line, _ in _boxes(path, root):
            found.setdefault(line, []).append(page)
    for row in lines:
        chapter = row["chapter"]
        page = chapter if chapter.startswith("book/") else f"notebooks/{chapter}"
        if found.get(row["id"], []) != [page]:
            there = ", ".join(found.get(row["id"], [])) or "nowhere"
            yield (
                f"{row['id']}: its box is in {there}, and {rows.REGISTER} names {page}; let "
                "`{claim} " + row["id"] + "` stand once, where the line is argued."
            )


# ------------------------------------------------------------------ the rows


def _coherent(row: dict[str, str], against: int) -> Iterator[str]:
    """Yield cells of a row that say something else than its verdict, by the rules for readers."""
    verdict, strength = row["verdict"], row["strength"]
    whole = verdict in ("supported", "answered", "done")
    denied = verdict in ("not supported", "not done", "contested")
    unsure = verdict in ("cannot be known", "open")
    if whole and row["wrong"]:
        yield f"column verdict: is {verdict!r}, and column wrong is filled; one of them is mistaken"
    if denied and not row["wrong"]:
        yield f"column verdict: is {verdict!r}, and column wrong is empty; one of them is mistaken"
    if (whole or verdict.startswith("partly") or verdict == "contested") and not row["right"]:
        yield f"column verdict: is {verdict!r}, and column right is empty; one of them is mistaken"
    if verdict.startswith("partly") and not (row["wrong"] or row["unknown"]):
        yield f"column verdict: is {verdict!r}, and nothing is wrong or unknown; one is mistaken"
    if unsure and not (row["unknown"] and UNKNOWN.search(row["answer"])):
        yield (
            f"column answer: says nothing of what is unknown, and the verdict is {verdict!r}; one "
            "of them is mistaken"
        )
    if unsure and row["wrong"]:
        yield f"column verdict: is {verdict!r}, and column wrong is filled; one of them is mistaken"
    try:
        cited = [each for each in citations.parse(row["sources"]) if each.key != register.NOTE]
    except ValueError:  # the register's own check tells of it
        return
    if strength in ("strong", "moderate") and len(cited) < 2:
        yield f"column strength: is {strength!r}, and one source is not enough; cite more, or lower"
    if strength == "strong" and against:
        yield (
            f"column strength: is 'strong', and {rows.EVIDENCE} has {against} findings against the "
            "line; lower the strength, or fix the findings"
        )
    for name in register.TOLD:
        found = [each for each in (TYPED, NAMED, LINE) if each.search(row[name])]
        for match in (each.search(row[name]) for each in found):
            yield (
                f"column {name}: “{match[0]}” names a line or a verdict; say what was found, and "
                "leave the verdict to its column"
            )


def _read(row: dict[str, str], reading: dict[str, str]) -> Iterator[str]:
    """Yield a verdict or strength that neither reader gave, or that stands against one unargued."""
    if not reading:
        yield f"column id: has no row in {SECOND_READING}; let a second reader rate the line"
        return
    for name in ("verdict", "strength"):
        first, second = reading[f"first_{name}"], reading[f"second_{name}"]
        if row[name] not in (first, second):
            yield (
                f"column {name}: is {row[name]!r}, and the readers said {first!r} and {second!r} "
                f"({SECOND_READING}); set it back, or have the line read again"
            )
        elif row[name] != second and not reading["argument"]:
            yield (
                f"column {name}: is {row[name]!r}, and the second reader said {second!r} "
                f"({SECOND_READING}); give the reason in the column argument"
            )


# ------------------------------------------------------------------ the pages


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


def _plain(text: str) -> str:
    return " ".join(ROLE.sub("", text).replace("*", "").split())
