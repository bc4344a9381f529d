"""Sentences: every word of the book's prose is as somebody took it in.

No second place says what a sentence without a number must say: "it holds" and "it fails" read alike
to a program. So the ledger keeps each sentence with what it cites, and a word, a State or a "not"
that changes shows until somebody holds the sentence against its source. This is also the list from
which a second reader re-reads the book.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bookmaking.checks import frozen, written_sentences
from bookmaking.checks.frozen import Fact

LEDGER = "sentences"
HOLDS = "sentences of pages and notebooks, with captions, headings and alternative texts"
KINDS = ("text", "cell", "alt", "heading")
FEWEST = 3
"""Words of a sentence; shorter ones are labels."""
OPENING = 6
ADVICE = "Hold it against its source or its table."


def facts(root: Path, files: Sequence[Path] = ()) -> Iterator[Fact]:
    """Yield the sentences, each with what it cites; those of the note stand in `note_words`."""
    for sentence in written_sentences.of_book(root, files):
        words = re.sub(r"\[[^\]]*\]|\W", " ", sentence.readable).split()
        if sentence.kind in KINDS and not sentence.from_the_note and len(words) >= FEWEST:
            yield Fact(
                group=sentence.file,
                name=" ".join(words[:OPENING]),
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
