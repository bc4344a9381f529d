"""How pages and notebooks are made: order, cells, outputs, exercises, and links that fit.

Sphinx says where a link leads nowhere. That it leads to the wrong page only its words show: they
are compared with the title of the target, the heading at its label or the number of the exercise,
and with the titles of all other pages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat

from bookmaking.checks import ROOT, numbers, plans
from bookmaking.checks import code as computed
from bookmaking.directives import THIS_CHAPTER
from bookmaking.directives import exercises as content
from bookmaking.directives.exercises import ROLE as EXERCISE
from bookmaking.directives.exercises import Exercise, ExercisesError, Skills
from bookmaking.source import folding, pages
from bookmaking.source.notebook_form import CHECKED, KEPT_METADATA, KERNEL, LANGUAGE
from bookmaking.source.page_numbers import KEY

MOST_LINES = 15
TAGS = " and ".join(sorted(CHECKED))
ALLOWED_TAGS = CHECKED | {"hide-input", "remove-cell"}
TIDY = "Run `make tidy`."
ORDER = (
    "The note says",
    "Short answer",
    "Before you read",
    "What would change this answer",
    "What was not read",
    "One thing to remember",
    "Exercises",
)
MOST_WORDS_OF_AN_ANSWER = 60
OBJECTIVES = "After this chapter you can"
HOW_MANY_OBJECTIVES = 3
TYPED = re.compile(r"^\*\*\d+\.\*\*", re.MULTILINE)
"""An exercise with its number typed, as it was done before the role."""

LINK = re.compile(
    r"(?<!!)\[(?P<words>[^\[\]]+)\]\((?P<target>[^()\s:#]*(?:\.md|\.ipynb)?(?:#[\w-]+)?)\)"
)
LINKING_ROLE = re.compile(r"\{(?:doc|ref)\}`(?P<words>[^`<]+?)\s*<(?P<target>[^>`]+)>`")
LABELLED = re.compile(
    r"(?:^\((?P<label>[\w-]+)\)=\n+)?^#{1,4} (?P<title>.+)$|^`{3,}\{claim\} (?P<claim>\S+)$",
    re.MULTILINE,
)
NUMBERED = re.compile(r"\b[Ee]xercise (\d+)\b")
CODE = re.compile(r"[A-Z]+\d?-Q?\d+")
WORD = re.compile(r"[^\W\d_]{3,}")
STEM = 5
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

ROLE_OF_THE_TIME = ("reading-time", THIS_CHAPTER)
ROLE_OF_VERDICTS = ("verdicts", THIS_CHAPTER)


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what in all notebooks differs from how the book makes them."""
    problems = [
        problem
        for path in pages.changed(root, files)
        if path.suffix == ".ipynb"
        for looked_at in (form, order, head, code, computed.check)
        for problem in looked_at(path, root)
    ]
    return [*problems, *plans.check(root, files), *exercises(root), *links(root, files)]


def form(path: Path, root: Path = ROOT) -> list[str]:
    """Return what in the file of a notebook differs from the form that `make tidy` gives it."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    file = path.relative_to(root).as_posix()
    problems = []
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        problems.append(f"{file}: is not of format 4.5, in which cells have ids. {TIDY}")
    metadata = dict(notebook.metadata)
    if metadata.pop(KEY, None) is None:
        problems.append(f"{file}: has no number, by which its figures are cited. {TIDY}")
    if metadata != {"kernelspec": KERNEL, "language_info": LANGUAGE}:
        problems.append(f"{file}: has metadata next to the kernel python3 and its number. {TIDY}")
    ids = [cell.get("id") for cell in notebook.cells]
    if None in ids or len(set(ids)) < len(ids):
        problems.append(f"{file}: cells lack ids or share them. {TIDY}")
    position = 0
    for cell, place in zip(
        notebook.cells, [each.place for each in pages.cells(path, root)], strict=True
    ):
        if refused := set(cell.metadata.get("tags", ())) - ALLOWED_TAGS:
            problems.append(
                f"{place}: has the tag {', '.join(sorted(refused))}: tags that let a failure pass, "
                "skip a cell or hide what computes are refused; take it out."
            )
        if extra := set(cell.metadata) - set(KEPT_METADATA):
            problems.append(f"{place}: has {', '.join(sorted(extra))}. {TIDY}")
        if cell.cell_type == "code":
            hidden = cell.metadata.get("jupyter") == {"source_hidden": True}
            if hidden is not folding.only_draws(cell.source, is_first=position == 0):
                problems.append(
                    f"{place}: is collapsed differently in JupyterLab than on its page. {TIDY}"
                )
            position += 1
            problems += [f"{place}: {what}" for what in _outputs(cell, position)]
    if not any(set(cell.metadata.get("tags", ())) >= CHECKED for cell in notebook.cells):
        problems.append(
            f"{file}: keeps no output for nbval to compare; give the cell that shows the headline "
            f"numbers the tags {TAGS}."
        )
    return problems


def order(path: Path, root: Path = ROOT) -> list[str]:
    """Return which parts of a chapter are missing or are in the wrong place."""
    file = path.relative_to(root).as_posix()
    text = [cell for cell in pages.cells(path, root) if cell.kind == "markdown"]
    found = [passage for cell in text for passage in pages.passages(cell)]
    problems = []
    if len(re.findall(r"^# \S", "\n".join(cell.text for cell in text), re.MULTILINE)) != 1:
        problems.append(f"{file}: needs one title, '# …', in its first cell")
    last = -1
    for part in ORDER:
        places = [number for number, each in enumerate(found) if each.text.startswith(part)]
        if not places:
            problems.append(
                f"{file}: has no part '{part}'; write it, in the order {', '.join(ORDER)}"
            )
        elif places[0] < last:
            problems.append(f"{file}: '{part}' is too early; the order is {', '.join(ORDER)}")
        else:
            last = places[0]
    asked = sum(name == EXERCISE for cell in text for name, _ in pages.roles(cell.text))
    folded = [
        argument
        for cell in text
        for name, argument, _, _ in pages.directives(cell.text)
        if name == "dropdown" and argument.startswith("Answer")
    ]
    if not asked or asked != len(folded):
        problems.append(
            f"{file}: {asked} exercises ({{exercise}}`1 …`) and {len(folded)} answers folded "
            "in '{dropdown} Answer'; each exercise has one"
        )
    problems += _opening(found, file)
    closing = list(pages.directives(text[-1].text))
    if not closing or closing[-1][0] != "sources":
        problems.append(f"{file}: must end with its list of sources, `{{sources}} cited`")
    return problems


def head(path: Path, root: Path = ROOT) -> list[str]:
    """Return what is wrong with the short answer, the time and the objectives of a chapter."""
    file = path.relative_to(root).as_posix()
    text = [cell for cell in pages.cells(path, root) if cell.kind == "markdown"]
    roles = {role for cell in text for role in pages.roles(cell.text)}
    has_lines = any(name == "claim" for cell in text for name, *_ in pages.directives(cell.text))
    answer = " ".join(
        passage.text
        for cell in text
        for passage in pages.passages(cell)
        if "answer" in passage.inside and passage.kind == "text"
    )
    said = re.sub(f"[{pages.CITED}{pages.UNPLACED}{pages.OTHER}]", " ", answer)
    problems = []
    if (words := len(said.split())) > MOST_WORDS_OF_AN_ANSWER:
        problems.append(
            f"{file}: the short answer has {words} words; cut it to {MOST_WORDS_OF_AN_ANSWER}: "
            "answer, number, limit"
        )
    if pages.GLUED not in said and not numbers.quantities(said):
        problems.append(f"{file}: the short answer has no number; give the one that decides it")
    if ROLE_OF_THE_TIME not in roles:
        problems.append(
            f"{file}: does not say how long it takes; write {{reading-time}}`{THIS_CHAPTER}`"
        )
    if has_lines and ROLE_OF_VERDICTS not in roles:
        problems.append(
            f"{file}: the short answer names no verdicts; write {{verdicts}}`{THIS_CHAPTER}` in it"
        )
    listed = [pages.list_after(cell.text, OBJECTIVES) for cell in text if OBJECTIVES in cell.text]
    if len(listed) != 1 or listed[0] != HOW_MANY_OBJECTIVES:
        problems.append(
            f"{file}: needs '{OBJECTIVES}:' once, and a list of {HOW_MANY_OBJECTIVES} objectives "
            "after it"
        )
    return problems


def code(path: Path, root: Path = ROOT) -> list[str]:
    """Return which cells that readers see are too long; ruff looks at what they do."""
    every = pages.cells(path, root)
    after = folding.following([(cell.kind, cell.text) for cell in every])
    cells = [cell for cell in every if cell.kind == "code"]
    problems = []
    for position, (cell, comes) in enumerate(zip(cells, after, strict=True)):
        first = position == 0
        if folding.readers_see(cell.text, cell.tags, is_first=first, following=comes):
            problems += [f"{cell.place}: {problem}" for problem in _too_long(cell.text)]
    return problems


def _outputs(cell: nbformat.NotebookNode, position: int) -> Iterator[str]:
    tags = CHECKED & set(cell.metadata.get("tags", ()))
    if not tags:
        if cell.outputs or cell.execution_count is not None:
            yield f"keeps an output that no test compares. {TIDY}"
    elif tags != CHECKED:
        yield f"the tags {TAGS} go together."
    elif not cell.outputs:
        yield f"is to be compared with its output, and has none. {TIDY}"
    elif cell.execution_count != position:
        run = cell.execution_count
        yield f"was last run as cell {run} and is code cell {position}. {TIDY}"


def _opening(found: list[pages.Passage], file: str) -> Iterator[str]:
    """Yield whether a chapter opens with neither a case nor a puzzle."""
    parts = [
        next((n for n, each in enumerate(found) if each.text == part), 0) for part in ORDER[:2]
    ]
    between = found[slice(*parts)]
    if not any(passage.kind == "text" and not passage.inside for passage in between):
        yield (
            f"{file}: opens without a case; tell of a person, a case or a puzzle between "
            f"'{ORDER[0]}' and '{ORDER[1]}', and end with the question"
        )


def _too_long(text: str) -> Iterator[str]:
    lines = len(text.splitlines())
    if lines > MOST_LINES:
        yield (
            f"has {lines} lines, and readers see {MOST_LINES} at most: split it, or move steps to "
            "src/decentwork."
        )


# Exercises


def exercises(root: Path) -> list[str]:
    """Return the exercises that name no known skill or level, or are out of order."""
    try:
        known = content.read(root)
    except ExercisesError as error:
        return [str(error)]
    problems: list[str] = []
    every: list[Exercise] = []
    for path in pages.notebooks(root):
        found = list(_of_chapter(path, root, known, problems))
        every += found
        if (numbers := [one.number for one in found]) != list(range(1, len(found) + 1)):
            file = path.relative_to(root).as_posix()
            problems.append(f"{file}: its exercises have the numbers {numbers}; count from 1.")
    trained = {one.skill for one in every}
    return problems + [
        f"{content.FILE}: no exercise trains {skill!r}; write one, or delete the skill."
        for skill in known.skills
        if skill not in trained
    ]


def _of_chapter(path: Path, root: Path, known: Skills, problems: list[str]) -> Iterator[Exercise]:
    """Yield the exercises of a chapter, and add to ``problems`` what is wrong with others."""
    page = path.relative_to(root).with_suffix("").as_posix()
    for cell in pages.cells(path, root):
        if cell.kind != "markdown":
            continue
        problems += [
            f"{cell.place}: {typed} names no skill; begin the exercise with {content.FORM}."
            for typed in TYPED.findall(cell.text)
        ]
        for name, text in pages.roles(cell.text):
            if name == content.ROLE:
                try:
                    yield content.parse(text, page, known)
                except ExercisesError as error:
                    problems.append(f"{cell.place}: {error}")


# Links


@dataclass(frozen=True)
class Target:
    """A page, or a heading of it: its file, its words, and how a message names it."""

    file: str
    words: frozenset[str]
    title: str


def links(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the links whose words fit another page or heading, and not the one that they open."""
    targets = _targets(root)
    titles = [target for name, target in targets.items() if not name.startswith("#")]
    return [
        f"{cell.place}: {problem}"
        for path in pages.changed(root, files)
        for cell in pages.cells(path, root)
        if cell.kind == "markdown"
        for found in (*LINK.finditer(cell.text), *LINKING_ROLE.finditer(cell.text))
        for problem in _astray(found["words"], found["target"], path, root, targets, titles)
    ]


def _astray(words: str, name: str, path: Path, root: Path, targets: Mapping[str, Target],
            titles: Sequence[Target]) -> Iterator[str]:  # fmt: skip
    named, numbered = NUMBERED.search(words), re.fullmatch(r"exercise-.*-(\d+)", name)
    if named and numbered and named[1] != numbered[1]:
        yield f"the link “{words}” opens exercise {numbered[1]}; fix the number or the label."
    line = re.fullmatch(r"claim-(.*)", name)
    if line and CODE.fullmatch(words) and words.lower() != line[1]:
        yield f"the link “{words}” opens {line[1].upper()}; fix the words or the label."
    stems = _stems(words)
    opened = _opened(name, path, root, targets)
    if not stems or opened is None or stems <= opened.words:
        return
    best = max(titles, key=lambda each: len(stems & each.words))
    if len(stems & best.words) > max(1, len(stems & opened.words)):
        yield (
            f"the link “{words}” opens “{opened.title}” ({opened.file}), and its words are those of"
            f" “{best.title}” ({best.file}). Correct the address, or the words."
        )


def _opened(name: str, path: Path, root: Path, targets: Mapping[str, Target]) -> Target | None:
    """Return what a link opens: the heading at its label if there is one, else the page."""
    file, _, label = name.partition("#")
    for known in (f"#{label}", f"#{name.lower()}"):
        if known in targets:
            return targets[known]
    if exercise := re.fullmatch(r"exercise-(.*)-\d+", name):
        chapter = exercise[1].replace("-", "_")
        return next((each for page, each in targets.items() if page.endswith(f"/{chapter}")), None)
    start = root if name.startswith("/") else path.parent
    whole = (start / file.lstrip("/")).resolve()
    if not whole.is_relative_to(root.resolve()):
        return None
    stem = whole.relative_to(root.resolve()).as_posix()
    return targets.get(stem.removesuffix(".md").removesuffix(".ipynb"))


def _targets(root: Path) -> dict[str, Target]:
    """Return the pages by their names, and what has a label by ``#label``: headings and claims."""
    found = {}
    for path in pages.written(root):
        file = path.relative_to(root).as_posix()
        cells = [cell.text for cell in pages.cells(path, root) if cell.kind == "markdown"]
        title, heading = "", ""
        for each in LABELLED.finditer("\n\n".join(cells)):
            heading = each["title"] or heading
            title = title or heading
            label = f"claim-{each['claim'].lower()}" if each["claim"] else each["label"]
            if label:
                found[f"#{label}"] = Target(file, _stems(f"{title} {heading}"), heading)
        name = path.relative_to(root).with_suffix("").as_posix()
        found[name] = Target(file, _stems(f"{title} {path.stem.replace('_', ' ')}"), title)
    return found


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM].lower() for word in WORD.findall(text)) - COMMON
