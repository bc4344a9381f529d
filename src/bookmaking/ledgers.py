"""Ledgers: what somebody has looked at, item by item, and how far.

    python -m bookmaking.ledgers                          what differs, and what nobody re-read
    python -m bookmaking.ledgers enter bibliography       enter what changed, as not re-read
    python -m bookmaking.ledgers enter                    the same in every ledger (`make enter`)
    python -m bookmaking.ledgers sign bibliography ilo2012 --by "A. Reader" --how-far "title page"
    python -m bookmaking.ledgers sign typed-rows "law/eu-acts: *" --by … --how-far "not opened: …"

A ledger is a table ``ledgers/<name>.csv`` with one line an item: its digest, who looked at it, when
and how far. A gate names each item that changed, appeared or vanished since, until somebody enters
or signs it. Somebody who looked for a source and could not read it signs with `not opened` and what
was tried. Such an item counts as not re-read. No other tool writes ledgers, so a change that a tool
takes in silently shows here. A gate that has a ledger names it (``LEDGER``) and gives the content
of its items (``items(root)``, by key). If items can be re-read from a source, ``HOLDS`` says what
they are, and readers of the book see how many nobody has re-read.
"""

import argparse
import csv
import hashlib
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path
from types import ModuleType

from decentwork.repository import ROOT

FOLDER = "ledgers"
COLUMNS = ("item", "digest", "by", "on", "how_far")
GATES = Path(__file__).parent / "gates"
MOST_NAMED = 100
NOT_OPENED = "not opened"
"""Begins the line of an item if somebody looked for its source and could not read it."""


TYPED_ROWS = "typed-rows"
"""The ledger of rows typed by hand, of which pages say how many were re-read."""


class LedgerError(Exception):
    """A ledger whose items cannot be had now; the message says what to do first."""


class Shown(str):
    """The content of an item that stands in its ledger as it is, so that a message can show it."""


@dataclass(frozen=True)
class Line:
    """What a ledger says of an item. ``by`` is empty where nobody has re-read it."""

    item: str
    digest: str
    by: str = ""
    on: str = ""
    how_far: str = ""

    @property
    def signature(self) -> tuple[str, str, str]:
        """Who looked at the item, when and how far."""
        return self.by, self.on, self.how_far


@dataclass(frozen=True)
class State:
    """How far a ledger was re-read: what it holds, its items, and how many nobody re-read."""

    name: str
    holds: str
    items: int
    not_reread: int


def states(root: Path = ROOT) -> list[State]:
    """Return the state of each ledger in which somebody signs what was re-read."""
    held = {
        name: module.HOLDS for name, module in with_ledgers().items() if hasattr(module, "HOLDS")
    }
    known = {name: read(name, root).values() for name in held}
    return [
        State(name, held[name], len(lines), sum(not is_reread(line) for line in lines))
        for name, lines in known.items()
    ]


def digest(content: str) -> str:
    """Return a short digest of the content of an item, or the content that is to be shown."""
    if isinstance(content, Shown):
        return str(content)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def read(name: str, root: Path = ROOT) -> dict[str, Line]:
    """Return the lines of a ledger by item; none if there is no such ledger yet."""
    path = _path(name, root)
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as rows:
        return {row["item"]: Line(**row) for row in csv.DictReader(rows)}


def differences(name: str, items: Mapping[str, str], root: Path = ROOT) -> list[str]:
    """Return one sentence for each item that is not as the ledger has it.

    Parameters
    ----------
    name
        The name of the ledger.
    items
        What the tree at ``root`` holds now: the content of each item by its key.
    """
    known = read(name, root)
    there = [key for key in items if key in known]
    what = {
        key: f"changed{_from_to(known[key].digest, items[key])}"
        for key in there
        if known[key].digest != digest(items[key])
    }
    what |= {key: f"is new{_from_to('', items[key])}" for key in items if key not in known}
    what |= {key: "is gone" for key in known if key not in items}
    call = "python -m bookmaking.ledgers"
    mend = (
        "`git diff` shows how. If the change is a mistake, undo it. If it is right, compare it "
        f"with its source and sign it: `{call} sign {name} …`. "
        f"If you did not open the source, enter it as not re-read: `{call} enter {name}`."
    )
    problems = [f"{FOLDER}/{name}.csv: {key} {how}. {mend}" for key, how in what.items()]
    problems += badly_signed(name, root)
    more = len(problems) - MOST_NAMED
    return problems[:MOST_NAMED] + ([f"{name}: {more} more items differ."] if more > 0 else [])


def badly_signed(name: str, root: Path = ROOT) -> list[str]:
    """Return one sentence for each line whose signature lacks something or lies in the future."""
    return [
        f"{FOLDER}/{name}.csv: {key} has an incomplete signature, or one with a date in the "
        f"future; `python -m bookmaking.ledgers sign {name} …` writes who, when and how far."
        for key, line in read(name, root).items()
        if any(line.signature) and not (all(line.signature) and line.on <= _today())
    ]


def is_reread(line: Line) -> bool:
    """Whether somebody compared an item with its source, rather than only looked for the source."""
    return bool(line.by) and not line.how_far.startswith(NOT_OPENED)


def not_reread(name: str, root: Path = ROOT) -> list[str]:
    """Return the items of a ledger that nobody has compared with their source."""
    return [line.item for line in read(name, root).values() if not is_reread(line)]


def enter(name: str, items: Mapping[str, str], root: Path = ROOT) -> int:
    """Take in what changed as not re-read, drop what is gone, and return how many lines changed."""
    known = read(name, root)
    lines = {
        key: known[key] if key in known and known[key].digest == digest(content)
        else Line(key, digest(content))
        for key, content in items.items()
    }  # fmt: skip
    _write(name, lines.values(), root)
    return sum(known.get(key) != line for key, line in lines.items()) + len(known.keys() - lines)


def sign(
    name: str, items: Mapping[str, str], patterns: Iterable[str], by: str, how_far: str,
    root: Path = ROOT,
) -> list[str]:  # fmt: skip
    """Sign the items that fit a pattern (``*`` stands for anything), and return their keys."""
    known = read(name, root)
    signed = [key for key in items if any(fnmatchcase(key, each) for each in patterns)]
    for key in signed:
        known[key] = Line(key, digest(items[key]), by, _today(), how_far)
    # Items that are gone keep their lines: only `enter` drops them, after a gate has named them.
    _write(name, (known[key] for key in dict.fromkeys([*items, *known]) if key in known), root)
    return signed


def with_ledgers() -> dict[str, ModuleType]:
    """Return the gates that have a ledger, by the name of the ledger."""
    named = [path.stem for path in sorted(GATES.glob("*.py")) if "\nLEDGER = " in path.read_text()]
    modules = [import_module(f"bookmaking.checks.{name}") for name in named]
    return {module.LEDGER: module for module in modules}


def _today() -> str:
    return date.today().isoformat()


def _from_to(before: str, after: str) -> str:
    """Return both contents, for a message, where they are there to be shown."""
    if not isinstance(after, Shown):
        return ""
    return f": “{before}” before, “{after}” now" if before else f": “{after}”"


def _path(name: str, root: Path) -> Path:
    return root / FOLDER / f"{name}.csv"


def _write(name: str, lines: Iterable[Line], root: Path) -> None:
    path = _path(name, root)
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([getattr(line, column) for column in COLUMNS] for line in lines)


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 when a ledger differs or nothing was signed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("action", nargs="?", choices=("enter", "sign"))
    parser.add_argument("ledger", nargs="?")
    parser.add_argument("items", nargs="*", help="keys; * stands for anything")
    parser.add_argument("--by", help="who has looked at the items")
    parser.add_argument("--how-far", help="what was compared with what")
    options = parser.parse_args(arguments)
    found = with_ledgers()
    if options.action is None:
        return _report(found)
    named = [options.ledger] if options.ledger else list(found)
    if options.action == "enter":
        named += options.items
    if unknown := [name for name in named if name not in found]:
        parser.error(f"no ledger {unknown[0]!r}; there are {', '.join(found)}")
    if options.action == "enter":
        told = [_enter(name, found[name]) for name in named]
        return max(told) if options.ledger else 0
    if not (options.ledger and options.by and options.how_far and options.items):
        parser.error("to sign, name ledger and items, --by whom, and --how-far they were compared")
    try:
        items = found[options.ledger].items(ROOT)
    except LedgerError as error:
        parser.error(str(error))
    signed = sign(options.ledger, items, options.items, options.by, options.how_far)
    print(f"{options.ledger}: {len(signed)} items signed")
    return 0 if signed else 1


def _enter(name: str, module: ModuleType) -> int:
    """Take in what changed, and say what it is: whoever enters it should look at it first.

    Returns the exit status: 1 where the items cannot be had now.
    """
    try:
        items = module.items(ROOT)
    except LedgerError as error:
        print(f"{name}: {error}")
        return 1
    for problem in differences(name, items):
        print(problem.partition(" `git diff`")[0])
    print(f"{name}: {enter(name, items)} lines changed")
    return 0


def _report(found: Mapping[str, ModuleType]) -> int:
    status = 0
    for name, module in found.items():
        try:
            problems = differences(name, module.items(ROOT))
        except LedgerError as error:
            problems = [f"{name}: {error}"]
        for problem in problems:
            print(problem)
            status = 1
        print(f"{name}: {len(not_reread(name))} of {len(read(name))} items were not re-read")
    return status


if __name__ == "__main__":
    # By its own name, because gates know the classes of this module by that name.
    from bookmaking.ledgers import main as by_name

    sys.exit(by_name())
