"""The note's words: what the book quotes from the note is in it, where the citation says.

The text of the note is not in this repository. `data/register/note-words.txt` stands for it: a
digest (:func:`runs`) of every run of four words, by part, paragraph and sentence in which the run
begins, and of the names and numbers of each part. The digests are too short to give the text back.
The last are those of the 87 lines.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bookmaking.checks import sources
from bookmaking.checks.rows import LINE_PARTS, REGISTER, of_file
from bookmaking.source import pages, sentences
from bookmaking.source.pages import ROLE
from decentwork import citations
from decentwork.claims import NOTE, SEGMENTS, TOLD

WORDS = Path("data/register/note-words.txt")
RUN = 4
FOOTNOTES = "footnotes"
NAMES = "names"
SUMMARIES = "data/register/note-paragraphs.csv"

QUOTED = re.compile(r"“(?P<curly>[^“”]+)”|\"(?P<straight>[^\"\n]+)\"")
NESTED = re.compile(r"(?<=\w)\s+“([^“”\"]+)”(?=[^“\"\n]*\")")
QUOTATION = chr(0xE010)
GAP = re.compile(r"\[…\]|\[\.\.\.\]|…|\.\.\.")
WORD = re.compile(r"[^\W_]+(?:[.,/'-][^\W_]+)*")
SAYS = re.compile(r"\b[Tt]he (?:concept )?note(?:'s|’s)?\b")
NAME = re.compile(r"\b\d[\d.,/-]*\d\b|\b\d\b|\b[A-Z]{2,}\b")
"""A number or the short name of a body."""
PARAGRAPHS = re.compile(r"\bparas?\.? (\d+)(?:\s*(?:[-–]|to|and)\s*(\d+))?")
SENTENCES = re.compile(r"\bsentences? (\d+)(?:\s*(?:[-–]|to|and)\s*(\d+))?")


@dataclass(frozen=True)
class Quotation:
    """Words between quotation marks, and what their sentence says of where they are from."""

    place: str
    words: str
    cited: tuple[str, ...]
    """The places in the note that the next citation of the paragraph names; none if of others."""
    only_the_note: bool
    """Whether the sentence names the note, and cites nothing else."""


def check(root: Path, files: Sequence[Path] = ()) -> Iterator[str]:
    """Yield quotations that are not in the note, and lines of the note that changed."""
    note, lines = known(root / WORDS), of_file(REGISTER, root)
    register = frozenset(
        run for row in lines for name in ("line", "title") for run in runs(row[name])
    )
    for each in quotations(root, files):
        yield from _astray(each, note, register)
    yield from (*_named(root, note), *_nowhere(root, note))
    for row in lines:
        words = "\n".join(row[name] for name in ("kind", "place", "line"))
        digest = hashlib.sha256(words.encode()).hexdigest()[:12]
        if digest not in note.get(f"line {row['id']}", ()):
            yield (
                f"{REGISTER}, {row['id']}: kind, place or wording is not that of the note; compare "
                "it with the note's text. The 87 lines are the note's, and only our answers to "
                "them change."
            )


def quotations(root: Path, files: Sequence[Path] = ()) -> Iterator[Quotation]:
    """Yield what is in quotation marks on pages, in code and the register, and parts of lines."""
    for path in pages.changed(root, files):
        for cell in pages.cells(path, root):
            if cell.kind == "markdown":
                yield from _quoted(cell.text, cell.place)
            else:
                for text in pages.constants(cell):
                    yield from _quoted(text, cell.place)
    for row in of_file(REGISTER, root):
        for column in TOLD:
            yield from _quoted(row[column], f"{REGISTER}, {row['id']}, column {column}")
    for row in of_file(LINE_PARTS, root):
        place = f"{SEGMENTS[row['line'].partition('-')[0]].words}; footnote 1"
        yield Quotation(f"{LINE_PARTS}, {row['part']}, words", row["words"], (place,), True)


def words(text: str) -> list[str]:
    """Return the words of a text, in small letters and with one kind of hyphen and apostrophe."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    text = re.sub(r"[\u2010-\u2015]", "-", text)
    return WORD.findall(re.sub(r"[\[\]]", "", text.replace("*", " ")))


def runs(text: str) -> list[str]:
    """Return the digests of the runs of four words of a text; nothing runs across an omission."""
    found = []
    for piece in GAP.split(text):
        said = words(piece)
        found += [_digest(said[n : n + RUN]) for n in range(len(said) - RUN + 1)]
    return found


@cache
def known(path: Path) -> dict[str, frozenset[str]]:
    """Return the digests of the note by part, paragraph and sentence, such as ``S2 2.4``."""
    lines = path.read_text(encoding="ascii").splitlines()
    return {
        place: frozenset(digests.split())
        for place, _, digests in (line.partition(": ") for line in lines)
    }


def _digest(said: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(said).encode()).hexdigest()[:6]


@cache
def _quoted(text: str, place: str) -> tuple[Quotation, ...]:
    """Return the quotations of a text with the citations of their sentences."""
    if '"' not in text and "“" not in text:
        return ()
    cited: list[str] = []
    quoted: list[str] = []

    def role(match: re.Match) -> str:
        if not match["name"].startswith("cite:"):
            return pages.OTHER
        cited.append(match["content"])
        return pages.CITED

    def quotation(match: re.Match) -> str:
        quoted.append(match["curly"] or match["straight"])
        last = quoted[-1].rstrip()[-1:]
        return QUOTATION + (last if last in (".", "?", "!") else "")

    text = NESTED.sub(r" \1", ROLE.sub(role, text))
    text = QUOTED.sub(quotation, text)
    found, keys, said = [], iter(cited), iter(quoted)
    for paragraph in re.split(r"\n\s*\n|\n(?=[-:>|*#]|\d+\.)", text):
        theirs = [next(keys) for _ in range(paragraph.count(pages.CITED))]
        for sentence in sentences.split(paragraph):
            own = theirs[: sentence.count(pages.CITED)]
            others = any(NOTE not in source for source in own)
            about = bool(SAYS.search(sentence)) and not others
            for mark in sentence:
                if mark == QUOTATION:
                    after = theirs[0] if theirs else (own[-1] if own else "")
                    located = tuple(_located(after))
                    found.append(Quotation(place, next(said), located, about))
                elif mark == pages.CITED:
                    theirs.pop(0)
    return tuple(found)


def _located(source: str) -> Iterator[str]:
    """Yield the places in the note that a citation names."""
    try:
        yield from (each.locator or "" for each in citations.parse(source) if each.key == NOTE)
    except ValueError:  # the check of the bibliography tells of it
        return


def _astray(
    quotation: Quotation, note: dict[str, frozenset[str]], register: frozenset[str]
) -> Iterator[str]:
    """Yield what is wrong with a quotation of the note, or of a line as the register words it."""
    own = runs(quotation.words)
    if not own or register.issuperset(own):
        return
    anywhere = frozenset().union(*(note[place] for place in note if not place.startswith(NAMES)))
    lost = [digest for digest in own if digest not in anywhere]
    if lost and not quotation.cited and _nearly(own, register):
        yield (
            f"{quotation.place}: “{pages.readable(quotation.words)}” is nearly the wording of a "
            f"line in {REGISTER}; copy it from there, or take off the quotation marks."
        )
    elif lost and (quotation.cited or quotation.only_the_note or _nearly(own, anywhere)):
        yield (
            f"{quotation.place}: “{pages.readable(quotation.words)}” is not in the note word for "
            f"word{_near(quotation.words, anywhere)}. Copy it from the note, mark what you leave "
            "out with […] and what you add with [ ], or take off the quotation marks."
        )
    elif not lost and quotation.cited:
        asked = [_asked(locator, note) for locator in quotation.cited]
        there = frozenset().union(*(note[place] for places in asked for place in places))
        if all(asked) and any(digest not in there for digest in own):
            at = [place for place in note if note[place] & set(own)]
            yield (
                f"{quotation.place}: “{pages.readable(quotation.words)}” is cited to "
                f"{'; '.join(quotation.cited)}, and the note has it in "
                f"{', '.join(at)} (part, paragraph.sentence). Fix the place in the citation."
            )


def _nearly(own: Sequence[str], others: frozenset[str]) -> bool:
    """Return whether runs are nearly all in a text: one other word takes away four of them."""
    return len(own) >= 2 * RUN and len(others.intersection(own)) >= len(own) / 2


def _near(text: str, anywhere: frozenset[str]) -> str:
    """Return where a quotation leaves the note: its first run of words that the note lacks."""
    for piece in GAP.split(text):
        said = words(piece)
        for n in range(len(said) - RUN + 1):
            if _digest(said[n : n + RUN]) not in anywhere:
                return f" (look at “{' '.join(said[n : n + RUN])}”)"
    return ""


def _asked(locator: str, note: Iterable[str]) -> list[str]:
    """Return the places of the note that a locator names; none where it names no paragraph."""
    told = locator.casefold()
    asked = []
    for part, named in SEGMENTS.items():
        rest = told[told.find(named.words) :].split(";")[0] if named.words in told else ""
        wanted = [pattern.search(rest) for pattern in (PARAGRAPHS, SENTENCES)]
        for place in note if rest else ():
            own, *numbers = re.split(r"[ .]", place)
            numbers += [""] * (2 - len(numbers))
            if own == part and all(map(_within, numbers, wanted)):
                asked.append(place)
    if re.search(r"\b(?:foot)?notes? \d", told) or "heading" in told:
        asked += [place for place in note if place.startswith((FOOTNOTES, "headings"))]
    return asked


def _within(number: str, wanted: re.Match | None) -> bool:
    if not wanted:
        return True
    return number.isdigit() and int(wanted[1]) <= int(number) <= int(wanted[2] or wanted[1])


def _nowhere(root: Path, note: Iterable[str]) -> Iterator[str]:
    """Yield citations of a paragraph or a sentence that the note does not have."""
    for place, key, locator in dict.fromkeys(sources.cited(root)):
        in_part = any(each.words in locator.casefold() for each in SEGMENTS.values())
        numbered = PARAGRAPHS.search(locator) or SENTENCES.search(locator)
        if key == NOTE and in_part and numbered and not _asked(locator, note):
            yield f"{place}: the note has no {locator}; fix the place in the citation."


def _named(root: Path, note: dict[str, frozenset[str]]) -> Iterator[str]:
    """Yield numbers and short names of bodies in lines and summaries that the note has not."""
    rows = [
        (f"{REGISTER}, {row['id']}, column {name}", row["id"].partition("-")[0], row[name])
        for row in of_file(REGISTER, root)
        for name in ("title", "line")
    ]
    rows += [
        (f"{SUMMARIES}, {row['part']} {row['place']}, column summary", row["part"], row["summary"])
        for row in of_file(SUMMARIES, root)
    ]
    for place, part, said in rows:
        there = note[f"names {part}"] | note[f"names {FOOTNOTES}"]
        for name in NAME.findall(said):
            if _digest(words(name)) not in there:
                yield (
                    f"{place}: {name} is not in this part of the note; fix it, or write it in "
                    "words if it is not of the note."
                )
