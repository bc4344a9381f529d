"""Sentences that claim something: what a source says, or which way something went.

No second place says what such a sentence must say. So the ledger keeps them, and a word, a State or
a direction that changes shows until somebody holds the sentence against its source. This is also
the list from which a second person re-reads the book.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bookmaking.gates import frozen, written_sentences
from bookmaking.gates.frozen import Fact
from bookmaking.gates.written_sentences import Sentence

LEDGER = "claims-in-prose"
HOLDS = "Sentences that cite a source, or say which way something went"
TURNS = re.compile(
    r"\b(?:rose|ris(?:e[ns]?|ing)|f[ae]ll(?:s|en|ing)?|gr[eo]w(?:s|n|th|ing)?|shrank|shrinks?"
    r"|(?:in|de)creas\w+|declin\w+|doubl\w+|halv\w+|(?:more|fewer|less|larger|smaller|higher|lower"
    r"|longer|shorter|earlier|later|better|worse|stronger|weaker) than|holds?|held|fails?|failed"
    r"|helps?|helped|harms?|harmed|hinder\w*|worsen\w*|improv\w+|reduc\w+|prevent(?:s|ed)"
    r"|agrees?|disagrees?|contradicts?|caus(?:es|ed)|because of|most|least|majority|minority)\b",
    re.IGNORECASE,
)
"""Words that tell a direction, an effect or a side: the sentence is false when they are turned."""
KINDS = ("text", "cell", "alt", "heading")
OPENING = 6
ADVICE = "Hold it against its source or its table."


def facts(root: Path, files: Sequence[Path] = ()) -> Iterator[Fact]:
    """Yield the sentences that claim something, each with what it cites."""
    for sentence in written_sentences.of_book(root, files):
        if sentence.kind in KINDS and _claims(sentence):
            opening = " ".join(re.sub(r"\[[^\]]*\]|\W", " ", sentence.readable).split()[:OPENING])
            yield Fact(
                group=sentence.file,
                name=opening,
                content=sentence.with_roles(),
                place=sentence.place,
                said=sentence.readable,
            )


def items(root: Path) -> dict[str, str]:
    """Return the sentences by file and first words, as the ledger keeps them."""
    return frozen.items(facts(root))


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the sentences that are not as the ledger has them."""
    concerned = frozen.of_files(root, files)
    return frozen.differences(LEDGER, facts(root, files), root, concerned, ADVICE)


def _claims(sentence: Sentence) -> bool:
    cites = any(name.startswith("cite:") for name, _ in sentence.marks)
    return not sentence.from_the_note and (cites or bool(TURNS.search(sentence.text)))
