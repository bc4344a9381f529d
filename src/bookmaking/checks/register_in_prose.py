"""Prose against register: only the register says what holds of a line, and nothing contradicts it.

A chapter, a caption, a heading, a label in the code and the cells of the register itself type no
verdict and no strength; boxes and roles place them. A row of the register says one thing in all its
cells, and one of its readers said it too.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from bookmaking.checks import ROOT
from bookmaking.checks.rows import EVIDENCE, REGISTER, of_file
from bookmaking.source import pages, sentences
from bookmaking.source.pages import ROLE
from decentwork import citations, claims

HOLDS = "verdicts and words of the register, and sentences that judge the note"
SECOND_READING = "data/register/second-reading.csv"
WORDS = (*claims.TOLD, "sources")
CODES = ("verdict", "strength", "grade", "as_of")

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

NAMES = re.compile(
    r"\b(?:the|this|that|its) (?:concept )?"
    r"(?:note|line|claim|sentence|statement|question|passage)s?\b"
    r"|\bnote(?:'s|’s)|\bverdicts?\b|\b(?:lines|claims|figures|sentences|statements|themes)\b",
    re.IGNORECASE,
)
JUDGES = re.compile(
    r"\b(?:support|substantiat|refut|reject|confirm|disprov|prove|contest|contradict|answer|correct"
    r"|fail|document|agree|disagree|decid|undecided|settl)\w*"
    r"|\b(?:true|false|untrue|open|holds?|right|wrong|done|unknown|stands?|fits?|as the note says"
    r"|measured|partly|in part)\b",
    re.IGNORECASE,
)
CONCLUDES = re.compile(r"^\W*(?:So|Thus|Therefore|Yes|No|Partly|Right|Wrong|Neither|Both)\b")
ABSENT = re.compile(
    r"\b(?:nobody|unknown|no (?:study|source|text|test|record|evidence|count|number|measure)"
    r"|cannot (?:be known|show|say|prove|confirm|tell))\b"
)
SURE = re.compile(
    r"\b(?:true|false|untrue|prove[sdn]?|disprov\w+|refut\w+|confirms?"
    r"|supports? (?:the|it|this|them))\b"
)
SUMS_UP = (
    "Short answer", "chapters", "One thing to remember", "The book's answer", "The rule",
    "How to read a verdict", "How strong is the evidence for a policy",
)  # fmt: skip
"""Blocks and sections of which every sentence is frozen."""
UNKNOWN = re.compile(
    r"\b(?:unknown|untested|undecided|nobody|cannot|(?:do|does|did) not know|not (?:known|measured)"
    r"|no (?:study|source|test|text|list|record|measure|count))\b",
    re.IGNORECASE,
)
BOX = re.compile(r"^[`:]{3,}\{claim\} (?P<ids>.+)$", re.MULTILINE)
LINE = re.compile(rf"\b{claims.LINE}\b")


@dataclass(frozen=True)
class Sentence:
    """A sentence as it is written, with the heading and the block in which it stands."""

    heading: str
    inside: str
    text: str

    @cached_property
    def is_frozen(self) -> bool:
        """Whether it judges the note, concludes, says what is unknown, or sums up a chapter."""
        text = _plain(self.text)
        return bool(
            self.inside in SUMS_UP
            or self.heading in SUMS_UP
            or "{line}`" in self.text
            or CONCLUDES.search(text)
            or ABSENT.search(text)
            or SURE.search(text)
            or (NAMES.search(text) and JUDGES.search(text))
        )


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what pages and register say of a line that the register does not say."""
    rows = of_file(REGISTER, root)
    chosen = pages.changed(root, files)
    problems = [problem for path in chosen for problem in typed(path, root)]
    problems += [problem for path in chosen for problem in exchanged(path, root)]
    problems += boxes(root, rows)
    readings = {row["id"]: row for row in of_file(SECOND_READING, root)}
    against = Counter(row["claim"] for row in of_file(EVIDENCE, root) if row["side"] == "against")
    for row in rows:
        found = [*_coherent(row, against[row["id"]]), *_read(row, readings.get(row["id"], {}))]
        problems += [f"{REGISTER}, {row['id']}, {problem}" for problem in found]
    return problems


def typed(path: Path, root: Path = ROOT) -> list[str]:
    """Return the verdicts, strengths and counts that a page types, and the register should say."""
    patterns = (TYPED,) if path.name in EXPLAINING else (TYPED, WORDED)
    return [problem for cell in pages.cells(path, root) for problem in _typed(cell, patterns)]


@cache
def _typed(cell: pages.Cell, patterns: tuple[re.Pattern, ...]) -> tuple[str, ...]:
    mend = (
        "is for the register to say; write {verdict}`S2-05`, {strength}`S2-05` or {verdicts}, or "
        "say in other words what you mean"
    )
    if cell.kind == "markdown":
        texts = [pages.without_quotations(each.text) for each in _sentences(cell.text)]
        texts += re.findall(r"^#.*", cell.text, re.MULTILINE)
        if cell.number is not None and WORDED in patterns:
            # A cell of a chapter is also searched whole: nothing may hide between sentences.
            texts.append(pages.without_quotations(cell.text))
    else:
        texts = [text for text in _texts(cell) if not NAMED.fullmatch(text)]
        patterns = (TYPED, NAMED)
    found = {
        match[0]: None
        for text in texts
        for pattern in patterns
        if (match := pattern.search(ROLE.sub("", text) if pattern is WORDED else _plain(text)))
        and not (cell.number is None and OPTIONS.search(text))
    }
    return tuple(f"{cell.place}: “{words}” {mend}." for words in found)


def _texts(cell: pages.Cell) -> Iterator[str]:
    """Yield the texts in the code of a cell."""
    return (text for text, _ in pages.strings(cell))


def exchanged(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield roles that give the verdict or strength of a line which their section is not about."""
    file = path.relative_to(root).as_posix()
    about: dict[str, set[str]] = {}
    for line, heading in _boxes(path, root):
        about.setdefault(heading, set()).add(line)
    for sentence in _page(path, root):
        said = [(role["name"], role["content"]) for role in ROLE.finditer(sentence.text)]
        asked = [(name, line) for name, line in said if name in ("verdict", "strength")]
        named = {line for name, line in said if name == "line"}
        named |= set(LINE.findall(ROLE.sub("", sentence.text)))
        named = named or about.get(sentence.heading, set())
        for name, line in asked:
            if line not in (named or {asked[0][1]}):
                yield (
                    f"{file} § {sentence.heading}: {{{name}}}`{line}` is in a sentence about "
                    f"{', '.join(sorted(named)) or asked[0][1]}; name the line that is meant."
                )


def boxes(root: Path, rows: Sequence[dict[str, str]]) -> Iterator[str]:
    """Yield lines whose box does not stand once, on the page that the register names."""
    found: dict[str, list[str]] = {}
    for path in pages.written(root):
        page = path.relative_to(root).with_suffix("").as_posix()
        for line, _ in _boxes(path, root):
            found.setdefault(line, []).append(page)
    for row in rows:
        chapter = row["chapter"]
        page = chapter if chapter.startswith("book/") else f"notebooks/{chapter}"
        if found.get(row["id"], []) != [page]:
            there = ", ".join(found.get(row["id"], [])) or "nowhere"
            yield (
                f"{row['id']}: its box is in {there}, and {REGISTER} names {page}; let "
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
        sources = [each for each in citations.parse(row["sources"]) if each.key != claims.NOTE]
    except ValueError:  # the register's own check tells of it
        return
    if strength in ("strong", "moderate") and len(sources) < 2:
        yield f"column strength: is {strength!r}, and one source is not enough; cite more, or lower"
    if strength == "strong" and against:
        yield (
            f"column strength: is 'strong', and {EVIDENCE} has {against} findings against the "
            "line; lower the strength, or fix the findings"
        )
    for name in WORDS[:-1]:
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


def _page(path: Path, root: Path) -> tuple[Sentence, ...]:
    return _sentences_of(tuple(pages.cells(path, root)))


@cache
def _sentences_of(cells: tuple[pages.Cell, ...]) -> tuple[Sentence, ...]:
    """Return the sentences of a page, and the texts in the code of a notebook."""
    found, heading = [], ""
    for cell in cells:
        if cell.kind == "markdown":
            found += _sentences(cell.text, heading)
            headings = re.findall(r"^#+ (.+)$", cell.text, re.MULTILINE)
            heading = headings[-1].strip() if headings else heading
        else:
            found += [Sentence(heading, "code", text) for text in _texts(cell) if len(text) > 40]
    return tuple(found)


@cache
def _sentences(text: str, heading: str = "") -> tuple[Sentence, ...]:
    """Return the sentences of a Markdown text as they are written, without the note's own."""
    found, inside = [], ""
    for paragraph in re.split(r"\n\s*\n|\n(?=[-:>|*#`]|\d+\.)", text):
        opened = re.match(r"[`:]{3,}\{[\w-]+\}\s*(.*)", paragraph)
        if opened:
            inside = opened[1].strip()
            if " " in inside and inside not in SUMS_UP:
                found.append(Sentence(heading, "title", inside))
            paragraph = paragraph.partition("\n")[2]
        elif re.fullmatch(r"[`:]{3,}\s*", paragraph):
            inside = ""
            continue
        elif title := re.match(r"#+ (.+)", paragraph):
            heading = title[1].strip()
            paragraph = paragraph.partition("\n")[2]
        if inside == "The note says" or not paragraph.strip():
            continue
        summing = "The book's answer" if paragraph.startswith("*The book's answer*") else inside
        roles: list[str] = []

        def mark(match: re.Match, roles: list[str] = roles) -> str:
            roles.append(match[0])
            return pages.CITED if match["name"].startswith("cite:p") else pages.OTHER

        given = iter(roles)
        for sentence in sentences.split(ROLE.sub(mark, paragraph)):
            whole = re.sub(f"[{pages.CITED}{pages.OTHER}]", lambda _, it=given: next(it), sentence)
            found.append(Sentence(heading, summing, " ".join(whole.split())))
    return tuple(found)


def _plain(text: str) -> str:
    return " ".join(ROLE.sub("", text).replace("*", "").split())
