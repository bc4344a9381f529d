"""A snapshot of all that notebooks publish: `book/numbers.csv`.

`make book` writes it: each number, what each figure and table says of itself, and its values as
count, sum and a short digest. Nothing else in the repository shows that a package, a table or a
line of code changed a published number; the diff of this file does. `make test` builds from
nothing, leaves the file as it is, and compares. Values are compared to six digits, because another
processor gives the rest otherwise.
"""

import csv
import hashlib
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from decentwork.repository import ROOT

FILE = Path("book/numbers.csv")
COLUMNS = ("chapter", "name", "published")
SAID = ("headline", "as_of", "source", "rule", "limits")
"""What an exhibit says of itself in words."""
DIGITS = 6
NOTHING = 1e-9
"""Less than this is what is left of zero after calculating."""
MOST_SHOWN, MOST_NAMED = 240, 40

Published = dict[tuple[str, str], str]
"""What is published, by chapter and name."""


def of_outputs(chapter: str, outputs: Iterable[Mapping]) -> Published:
    """Return what the outputs of a cell publish, by chapter and name."""
    return {
        (chapter, name): content
        for output in outputs
        if (glued := output.get("metadata", {}).get("scrapbook"))
        for name, content in _content(glued["name"], output)
    }


def of_notebooks(notebooks: Mapping[Path, Mapping]) -> Published:
    """Return what executed notebooks publish; ``notebooks`` are their contents by path."""
    found: Published = {}
    for path, notebook in sorted(notebooks.items()):
        for cell in notebook["cells"]:
            found |= of_outputs(path.stem, cell.get("outputs", ()))
    return found


def read(root: Path = ROOT) -> Published:
    """Return what the snapshot holds; nothing if there is none yet."""
    path = root / FILE
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as lines:
        return {(row["chapter"], row["name"]): row["published"] for row in csv.DictReader(lines)}


def write(published: Published, root: Path = ROOT) -> None:
    """Write the snapshot, one line a number."""
    with (root / FILE).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([*key, content] for key, content in published.items())


def differences(published: Published, root: Path = ROOT, *, whole: bool = True) -> list[str]:
    """Return one sentence for each published thing that is not as the snapshot has it.

    ``whole`` says that ``published`` is the whole book, so that what it lacks is named too.
    """
    before, none = read(root), "not there"
    now = {**dict.fromkeys(before, none), **published} if whole else published
    found = [
        f"{FILE}: {' / '.join(key)} was “{before.get(key, none)}” and is now “{content}”. If it is "
        "meant, run `make book` and commit the file; else find what changed it."
        for key, content in now.items()
        if before.get(key, none) != content
    ]
    more = len(found) - MOST_NAMED
    return found[:MOST_NAMED] + ([f"{FILE}: {more} more differ."] if more > 0 else [])


def _content(name: str, output: Mapping) -> Iterator[tuple[str, str]]:
    exhibit = output["metadata"].get("exhibit")
    if not exhibit:
        yield name, " ".join(map(str, output["data"].values()))
        return
    for what in SAID:
        if text := " ".join(exhibit.get(what, "").split()):
            is_long = len(text) > MOST_SHOWN
            yield f"{name} / {what}", f"{text[:MOST_SHOWN]}… {_digest([text])}" if is_long else text
    yield f"{name} / values", _in_short(list(csv.reader(io.StringIO(exhibit["csv"]))))
    if "rows" in exhibit:
        yield f"{name} / cells", _in_short([exhibit["head"], *exhibit["rows"]])


def _in_short(lines: list[list[str]]) -> str:
    """Return how many cells there are, their sum, and a digest: values may change places."""
    cells = [_to_six_digits(cell) for line in lines for cell in line]
    total = math.fsum(float(cell) for cell in cells if _is_number(cell))
    return f"{len(cells)} cells, sum {total:.{DIGITS}g}, {_digest(cells)}"


def _digest(cells: list[str]) -> str:
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:8]


def _is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def _to_six_digits(cell: str) -> str:
    if not _is_number(cell):
        return cell
    value = float(cell)
    return f"{0.0 if abs(value) < NOTHING else value:.{DIGITS}g}"
