"""Links between pages: the words of a link fit the page that it opens, or the heading there.

Sphinx says where a link leads nowhere. That it leads to the wrong page only its words show: they
are compared with the title of the target and the heading at its label, and with those of all other
pages. Names of people and of things that no title has are left alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bookmaking.source import pages

LINK = re.compile(
    r"(?<!!)\[(?P<words>[^\[\]]+)\]\((?P<target>[^()\s:#]*(?:\.md|\.ipynb)?(?:#[\w-]+)?)\)"
)
ROLE = re.compile(r"\{(?:doc|ref)\}`(?P<words>[^`<]+?)\s*<(?P<target>[^>`]+)>`")
HEADING = re.compile(
    r"(?:^\((?P<label>[\w-]+)\)=\n+)?^(?P<level>#{1,4}) (?P<title>.+)$", re.MULTILINE
)
WORD = re.compile(r"[^\W\d_]{3,}")
STEM = 5
FEWEST = 2
"""Words of a link that say which page is meant; one fits too many titles."""
COMMON = frozenset(
    word[:STEM]
    for word in re.findall(
        r"\w+",
        "the and for with from this that are was were what which how see read page chapter section "
        "part here there more all its our their his into about book table figure state states who "
        "can not one two your own",
    )
)
"""Words of titles that fit many pages."""


@dataclass(frozen=True)
class Target:
    """A page, or a heading of it: its file, its words, and how a message names it."""

    file: str
    words: frozenset[str]
    title: str


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the links whose words fit another page or heading, and not the one that they open."""
    targets = _targets(root)
    titles = {target.title: target for name, target in targets.items() if "#" not in name}
    return [
        problem
        for path in pages.changed(root, files)
        for cell in pages.cells(path, root)
        if cell.kind == "markdown"
        for problem in _astray(cell, path, root, targets, titles)
    ]


def _astray(
    cell: pages.Cell,
    path: Path,
    root: Path,
    targets: Mapping[str, Target],
    titles: Mapping[str, Target],
) -> Iterator[str]:
    for found in (*LINK.finditer(cell.text), *ROLE.finditer(cell.text)):
        words = _stems(found["words"])
        opened = _opened(found["target"], path, root, targets)
        if len(words) < FEWEST or opened is None or words <= opened.words:
            continue
        if others := [each for each in titles.values() if words <= each.words]:
            yield (
                f"{cell.place}: the link “{found['words']}” opens “{opened.title}” ({opened.file}),"
                f" and its words are those of “{others[0].title}” ({others[0].file}). Correct the "
                "address, or the words."
            )


def _opened(name: str, path: Path, root: Path, targets: Mapping[str, Target]) -> Target | None:
    """Return what a link opens: the heading at its label if there is one, else the page."""
    file, _, label = name.partition("#")
    if label and f"#{label}" in targets:
        return targets[f"#{label}"]
    if f"#{name}" in targets:
        return targets[f"#{name}"]
    start = root if name.startswith("/") else path.parent
    whole = (start / file.lstrip("/")).resolve()
    if not whole.is_relative_to(root.resolve()):
        return None
    stem = whole.relative_to(root.resolve()).as_posix().removesuffix(".md").removesuffix(".ipynb")
    return targets.get(stem)


def _targets(root: Path) -> dict[str, Target]:
    """Return the pages by their names, and the headings with a label by ``#label``."""
    found = {}
    for path in pages.written(root):
        file = path.relative_to(root).as_posix()
        text = "\n\n".join(cell.text for cell in pages.cells(path, root) if cell.kind == "markdown")
        title = ""
        for heading in HEADING.finditer(text):
            title = title or heading["title"]
            words = _stems(f"{title} {heading['title']}")
            if heading["label"]:
                found[f"#{heading['label']}"] = Target(file, words, heading["title"])
        name = path.relative_to(root).with_suffix("").as_posix()
        found[name] = Target(file, _stems(f"{title} {path.stem.replace('_', ' ')}"), title)
    return found


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM].lower() for word in WORD.findall(text)) - COMMON
