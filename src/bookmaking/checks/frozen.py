"""Facts of the text that a ledger keeps, and what to say when one differs.

A ledger (`bookmaking.ledgers`) has a digest for each fact. The gates that keep numbers need more in
a message: the place, the sentence, and which number stood there before.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bookmaking import ledgers

MOST_TOLD = 20
MOST_QUOTED = 4


@dataclass(frozen=True)
class Fact:
    """A fact as the tree holds it now: its group and name in the ledger, its content, its place."""

    group: str
    """What stays when the fact changes, for example a page and a source."""
    name: str
    content: str
    place: str
    said: str
    """The words that a message shows."""

    @property
    def key(self) -> str:
        """The key of the fact in the ledger."""
        return f"{self.group}: {self.name}"


def by_key(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    """Return facts by key; a key has several where one number stands in several sentences."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.key].append(fact)
    return found


def items(facts: Iterable[Fact]) -> dict[str, str]:
    """Return the content of each key, as a ledger keeps it."""
    return {key: _content(several) for key, several in sorted(by_key(facts).items())}


def differences(
    name: str,
    facts: Iterable[Fact],
    root: Path,
    concerns: Callable[[str], bool] = lambda _: True,
    advice: str = "Hold it against its source.",
) -> list[str]:
    """Return a sentence for each fact that is not as the ledger has it.

    Parameters
    ----------
    concerns
        Whether a key of the ledger is among what was looked at.
    advice
        What to do, in a sentence, before the command that takes the change in.
    """
    found = by_key(facts)
    known = ledgers.read(name, root)
    gone = [key for key in known if key not in found and concerns(key)]
    before: dict[str, list[str]] = defaultdict(list)
    for key in gone:
        group, _, last = key.rpartition(": ")
        before[group].append(last)
    mend = f"{advice} If it is meant: `python -m bookmaking.ledgers enter {name}`."
    problems, told = [], set()
    for key, several in found.items():
        if key in known and known[key].digest == ledgers.digest(_content(several)):
            continue
        fact = several[0]
        was = ""
        if key not in known and before[fact.group]:
            was = f" {ledgers.FOLDER}/{name}.csv has here {_listed(before[fact.group])}."
            told.add(fact.group)
        how = "has changed" if key in known else "is new"
        problems.append(f"{fact.place}: {fact.name} in {_quoted(several)} {how}.{was} {mend}")
    problems += [
        f"{ledgers.FOLDER}/{name}.csv: {key} stands there no longer. {mend}"
        for key in gone
        if key.rpartition(": ")[0] not in told
    ]
    problems += ledgers.badly_signed(name, root)
    more = len(problems) - MOST_TOLD
    return problems[:MOST_TOLD] + ([f"{name}: {more} more differ."] if more > 0 else [])


def _listed(keys: Sequence[str]) -> str:
    more = len(keys) - MOST_QUOTED
    return " and ".join(keys[:MOST_QUOTED]) + (f" and {more} more" if more > 0 else "")


def around(text: str, match: re.Match[str], others: re.Pattern[str]) -> str:
    """Return a text with one of its numbers marked and all others made equal.

    So a number that changes is told of alone, and two that change places are told of both.
    """
    before, after = text[: match.start()], text[match.end() :]
    return f"{others.sub('#', before)}[this]{others.sub('#', after)}"


def of_files(root: Path, files: Sequence[Path]) -> Callable[[str], bool]:
    """Return whether a key, which begins with the path of a file, is one of ``files``."""
    if not files:
        return lambda _: True
    names = {path.relative_to(root).as_posix() for path in files}
    return lambda key: key.partition(": ")[0] in names


def _quoted(several: Sequence[Fact]) -> str:
    """Return the words of facts of one key; the first place stands at the head of the message."""
    first, *others = {(fact.place, fact.said): None for fact in several}
    more = [
        f"“{said}”" if place == first[0] else f"“{said}” ({place.partition(', ')[2] or place})"
        for place, said in others[: MOST_QUOTED - 1]
    ]
    return " or ".join([f"“{first[1]}”", *more])


def _content(several: Sequence[Fact]) -> str:
    return "\n".join(sorted(fact.content for fact in several))
