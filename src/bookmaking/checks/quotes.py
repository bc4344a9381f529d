"""The note's words: what the book quotes from the note is in it, where the citation says.

    python -m bookmaking.checks.quotes /path/to/the/note.txt

The text of the note is not in this repository. `data/register/note-words.txt` stands for it: a
digest of every run of four words, by part, paragraph and sentence. The digests are too short to
give the text back, and the command writes them from the text. The last are those of the 87 lines.
"""

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bookmaking.checks import ROOT, sources
from bookmaking.checks.rows import REGISTER, of_file
from bookmaking.source import pages, sentences
from bookmaking.source.pages import ROLE
from decentwork import citations
from decentwork.claims import NOTE, PARTS, TOLD

WORDS = Path("data/register/note-words.txt")
RUN = 4
FOOTNOTES = "footnotes"
NAMES = "names"
SUMMARIES = "data/register/note-paragraphs.csv"
FROZEN = ("kind", "place", "line")

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


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return quotations that are not in the note, and lines of the note that changed."""
    if not (root / WORDS).is_file():
        return [f"{WORDS}: is missing; make it, `python -m bookmaking.checks.quotes the-text`."]
    note = known(root / WORDS)
    register = frozenset(
        run
        for row in of_file(REGISTER, root)
        for name in ("line", "title")
        for run in runs(row[name])
    )
    problems = [
        problem for each in quotations(root, files) for problem in _astray(each, note, register)
    ]
    problems += [*_order(root), *_named(root, note), *_nowhere(root, note)]
    return problems + list(_changed(root))


def _lines(root: Path) -> dict[str, str]:
    """Return the digest of kind, place and wording of each of the 87 lines of the note."""
    return {
        f"line {row['id']}": hashlib.sha256(
            "\n".join(row[name] for name in FROZEN).encode()
        ).hexdigest()[:12]
        for row in of_file(REGISTER, root)
    }


def _changed(root: Path) -> Iterator[str]:
    """Yield the lines of the register that are not those of the note."""
    known_lines = {
        place: next(iter(digest))
        for place, digest in known(root / WORDS).items()
        if place.startswith("line ")
    }
    for place, digest in _lines(root).items():
        if known_lines.get(place) != digest:
            yield (
                f"{REGISTER}, {place.removeprefix('line ')}: kind, place or wording is not that of "
                "the note; compare it with the note's text. The 87 lines are the note's, and only "
                "our answers to them change."
            )


def quotations(root: Path, files: Sequence[Path] = ()) -> Iterator[Quotation]:
    """Yield what is between quotation marks on pages, in code, and in the register."""
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
    for part, named in PARTS.items():
        at = told.find(named.words)
        if at < 0:
            continue
        rest = told[at:].split(";")[0]
        paragraphs, sentences = PARAGRAPHS.search(rest), SENTENCES.search(rest)
        for place in note:
            own, _, numbered = place.partition(" ")
            paragraph, _, sentence = numbered.partition(".")
            if own != part or (paragraphs and not _within(paragraph, paragraphs)):
                continue
            if sentences and not _within(sentence, sentences):
                continue
            asked.append(place)
    if re.search(r"\b(?:foot)?notes? \d", told) or "heading" in told:
        asked += [place for place in note if place.startswith((FOOTNOTES, "headings"))]
    return asked


def _nowhere(root: Path, note: Iterable[str]) -> Iterator[str]:
    """Yield citations of a paragraph or a sentence that the note does not have."""
    for place, key, locator in dict.fromkeys(sources.cited(root)):
        in_part = any(each.words in locator.casefold() for each in PARTS.values())
        numbered = PARAGRAPHS.search(locator) or SENTENCES.search(locator)
        if key == NOTE and in_part and numbered and not _asked(locator, note):
            yield f"{place}: the note has no {locator}; fix the place in the citation."


def _within(number: str, match: re.Match) -> bool:
    return number.isdigit() and int(match[1]) <= int(number) <= int(match[2] or match[1])


def _order(root: Path) -> Iterator[str]:
    """Yield lines of the register that name a place which the note does not have."""
    summed: dict[str, set[str]] = {}
    for row in of_file(SUMMARIES, root):
        summed.setdefault(row["part"], set()).add(row["place"])
    last: dict[str, int] = {}
    for row in of_file(REGISTER, root):
        series = row["id"].rstrip("0123456789")
        part, kind = row["id"].partition("-")[0], row["place"].partition(" ")[0]
        number = re.search(r"\d+", row["place"])
        if number is None or kind != ("sentence" if part.startswith("P") else "paragraph"):
            continue
        if kind == "paragraph" and f"paragraph {number[0]}" not in summed.get(part, ()):
            yield (
                f"{REGISTER}, {row['id']}, column place: {row['place']} is not in {SUMMARIES}; "
                "fix the place."
            )
        if int(number[0]) < last.get(series, 0):
            yield (
                f"{REGISTER}, {row['id']}, column place: {row['place']} is after a later "
                "place, and lines follow the note; fix the place or the order."
            )
        last[series] = int(number[0])


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


# ------------------------------------------------------------------ from the text of the note


def digests(text: str) -> dict[str, list[str]]:
    """Return the digests of the runs of four words by the sentence in which they begin."""
    made: dict[str, list[str]] = {}
    for paragraph, content in _paragraphs(text).items():
        said: list[str] = []
        places: list[str] = []
        for number, sentence in enumerate(sentences.split(content), 1):
            own = words(sentence)
            said += own
            places += [f"{paragraph}.{number}"] * len(own)
        for n in range(len(said) - RUN + 1):
            made.setdefault(places[n], []).append(_digest(said[n : n + RUN]))
        part = f"names {paragraph.partition(' ')[0]}"
        made.setdefault(part, []).extend(_digest(words(name)) for name in NAME.findall(content))
    return {place: sorted(set(own)) for place, own in made.items()}


def _paragraphs(text: str) -> dict[str, str]:
    """Return the paragraphs of the note by part and number; page breaks and footnotes cut none."""
    text = re.sub(r"(?<=\S)<sup>[^<]*</sup>", "", text)
    text = re.sub(r"</?[pb]>|(?m:^-+$)", "", text)
    found: dict[str, str] = {}
    part, number = "headings", 1
    for block in re.split(r"\n\s*\n", text):
        block = " ".join(block.split())
        named = _heading(block)
        if named:
            part, number = named, 0
            found[f"headings {len(found) + 1}"] = block
        elif block.startswith("<sup>"):
            found[f"{FOOTNOTES} {re.match('<sup>([0-9]+)', block)[1]}"] = block
        elif number and (re.match(r"[a-z-]", block) or part == "headings"):
            found[f"{part} {number}"] = f"{found.get(f'{part} {number}', '')} {block}"
        elif block and not re.fullmatch(r"\*[^*]+\*", block):
            number += 1
            found[f"{part} {number}"] = block
    return found


def _heading(block: str) -> str | None:
    if not (block.startswith("#") or block.endswith("**") or "Segment:" in block[:20]):
        return None
    told = block.casefold()
    return next((part for part, named in PARTS.items() if named.words in told), None)


def main(arguments: Sequence[str]) -> int:
    """Write the list of digests from the text of the note."""
    if len(arguments) != 1:
        print(__doc__)
        return 1
    made = digests(Path(arguments[0]).read_text(encoding="utf-8"))
    lines = [f"{place}: {' '.join(own)}\n" for place, own in made.items()]
    lines += [f"{place}: {digest}\n" for place, digest in _lines(ROOT).items()]
    (ROOT / WORDS).write_text("".join(lines), encoding="ascii")
    print(f"{WORDS}: {sum(map(len, made.values()))} runs of words in {len(made)} sentences")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
