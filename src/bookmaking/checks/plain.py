"""How plain the prose is: a floor under it, and the sentences to mend first.

A high share is a place to look, not a verdict on a sentence: a long sentence can be clear, a short
one a riddle. So the goals hold for the book as a whole, and a page may be half as much again over
them. What is measured is running prose: no code, captions, alternative texts, tables, headings or
words of the note.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookmaking.checks import ROOT, numbers
from bookmaking.source import pages
from bookmaking.source.pages import CITED, CITED_IN_TEXT, GLUED, UNPLACED
from decentwork import claims

NEGATION = re.compile(
    r"\b(?:no|not|none|nobody|nothing|nor|never|neither|hardly|without|cannot|nowhere|barely"
    r"|scarcely|untested)\b|n[’']t\b",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    # "That x, nobody has shown", but not "That is why", "That means".
    r"(?:and |but |so )?(?:that (?!is |was |means |makes |leaves |would |can |could |may "
    r"|does |did |said|way |\w+ (?:is|was|are|has|means|shows|says)\b)[a-z]+ "
    r"|whether |what [a-z’]+ [a-z]|how (?:many|much|often|far|well|they|it|the)\b"
    r"|who (?:may|is|they|would|wants|decides|goes|does)\b|whom\b|which of\b"
    # "Of partnerships little is known"
    r"|of (?:the |these |those |this |what|all |people|it |partner|a |its |some )"
    r"|for it speaks|against it (?:stand|speak))",
    re.IGNORECASE,
)
EXAMPLE = re.compile(
    r"\b(?:for example|for instance|such as|suppose|imagine|say,)\b", re.IGNORECASE
)
NAMES = re.compile("|".join(sorted((*claims.FINDINGS, claims.UNEXAMINED), key=len, reverse=True)))
"""Names of verdicts. Some hold a negation, which is the register's and not the sentence's."""
FEWEST_WORDS = 5
LONG = 30
PAGE_ALLOWANCE = 1.5
"""How far above a goal one page may be, as a factor."""
SHOWN = 6
"""How many sentences a message names."""


@dataclass(frozen=True)
class Sentence:
    """A sentence of running prose, and where it stands."""

    place: str
    text: str

    @property
    def words(self) -> int:
        """How many words it has; a citation in brackets is none, a computed number is one."""
        return len(self.text.split())

    @property
    def negations(self) -> int:
        """How many negations it has."""
        return len(NEGATION.findall(NAMES.sub("so", self.text)))

    @property
    def opens_with_clause(self) -> bool:
        """Whether a part of it puts a clause or "Of …" before its verb."""
        if self.text.rstrip('"”').endswith("?"):
            return False
        return any(CLAUSE.match(part) for part in re.split(r";\s+", self.text))

    @property
    def burden(self) -> float:
        """How much it asks of a reader; the sentences with the most are mended first."""
        return (
            4 * self.opens_with_clause
            + 2 * self.text.count(";")
            + 2 * max(0, self.negations - 1)
            + max(0, self.words - 24) / 6
        )


@dataclass(frozen=True)
class Goal:
    """A share of sentences that a text stays under, in per cent."""

    name: str
    most: float
    counts: Callable[[Sentence], bool]


GOALS = (
    Goal(f"sentences over {LONG} words", 8, lambda one: one.words > LONG),
    Goal("sentences with a semicolon", 4, lambda one: ";" in one.text),
    Goal("sentences with a negation", 22, lambda one: one.negations > 0),
    Goal("sentences with two negations", 3, lambda one: one.negations > 1),
    Goal("sentences that open with a clause", 1.5, lambda one: one.opens_with_clause),
)
MOST_WORDS_A_SENTENCE = 18
EXAMPLES_PER_THOUSAND_WORDS = 1


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is harder to read than it may be on each page and notebook."""
    return [
        problem
        for path in pages.changed(root, files)
        for problem in faults(sentences(path, root), path.relative_to(root).as_posix())
    ]


def sentences(path: Path, root: Path = ROOT) -> list[Sentence]:
    """Return the sentences of running prose of a notebook or page."""
    found = []
    for cell in pages.cells(path, root):
        if cell.kind != "markdown":
            continue
        for passage in pages.passages(cell):
            if passage.kind != "text" or passage.from_the_note or "exhibit" in passage.inside:
                continue
            text = re.sub(rf"\s*[{CITED}{UNPLACED}]", "", passage.text)
            text = text.replace(GLUED, "12").replace(CITED_IN_TEXT, "Author (2020)")
            if len(text.split()) < FEWEST_WORDS:
                continue
            found += [
                Sentence(cell.place, one) for one in sentences.split(text) if len(one.split()) > 1
            ]
    return found


def of_register() -> list[Sentence]:
    """Return the sentences of the answers in the claim register."""
    return [
        Sentence(f"{claims.NAME}, {claim.id}", sentence)
        for claim in claims.load()
        for text in (
            claim.answer,
            claim.changed_since_2011,
            *(f"{heading}: {clause}" for heading, clause in claim.clauses.items()),
        )
        for sentence in sentences.split(text or "")
        if len(sentence.split()) > 1
    ]


def faults(
    found: Sequence[Sentence],
    name: str,
    allowance: float = PAGE_ALLOWANCE,
    *,
    needs_examples: bool = True,
) -> list[str]:
    """Return what is harder than it may be in a text, with the sentences to mend first.

    Parameters
    ----------
    found
        The sentences of a page, or of the whole book.
    name
        The page, for the messages.
    allowance
        How far above a goal the text may be, as a factor; the whole book has 1.
    needs_examples
        Whether long text needs examples; the rows of a table do not.
    """
    if not found:
        return []
    problems = []
    words = sum(one.words for one in found)
    if words / len(found) > MOST_WORDS_A_SENTENCE * allowance:
        longest = sorted(found, key=lambda one: one.words, reverse=True)
        problems.append(
            f"{name}: {words / len(found):.1f} words a sentence, and {MOST_WORDS_A_SENTENCE} is "
            f"the goal; split the longest: {_named(longest)}"
        )
    for goal in GOALS:
        hit = [one for one in found if goal.counts(one)]
        # On a short page one sentence is a large share; one is always allowed.
        if len(hit) > max(1, goal.most * allowance * len(found) / 100):
            hardest = sorted(hit, key=lambda one: one.burden, reverse=True)
            problems.append(
                f"{name}: {100 * len(hit) / len(found):.1f} per cent {goal.name}, and {goal.most} "
                f"per cent is the goal; mend first: {_named(hardest)}"
            )
    examples = sum(len(EXAMPLE.findall(one.text)) for one in found)
    wanted = int(words / 1000 * EXAMPLES_PER_THOUSAND_WORDS / allowance)
    if needs_examples and examples < wanted:
        problems.append(
            f"{name}: {examples} examples in {words} words, and {wanted} are needed: give the "
            "reader a case (for example, such as, suppose)"
        )
    return problems


def _named(found: Iterable[Sentence]) -> str:
    return " ".join(
        f"[{one.place.partition(', ')[2] or one.place}] “{pages.readable(one.text)}”"
        for one in list(found)[:SHOWN]
    )
