"""How notebooks are made: order of a chapter, cells, outputs, exercises."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import nbformat

from bookmaking.checks import ROOT, numbers
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
REPORTS = {"second_opinions.ipynb"}
"""Notebooks that report on the book itself, and argue no line of the note."""
MOST_WORDS_OF_AN_ANSWER = 60
OBJECTIVES = "After this chapter you can"
HOW_MANY_OBJECTIVES = 3
TYPED = re.compile(r"^\*\*\d+\.\*\*", re.MULTILINE)
"""An exercise with its number typed, as it was done before the role."""

ROLE_OF_THE_TIME = ("reading-time", THIS_CHAPTER)
ROLE_OF_VERDICTS = ("verdicts", THIS_CHAPTER)


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what in all notebooks differs from how the book makes them."""
    problems = [
        problem
        for path in pages.changed(root, files)
        if path.suffix == ".ipynb"
        for looked_at in ((form, code) if path.name in REPORTS else (form, order, head, code))
        for problem in looked_at(path, root)
    ]
    return [*problems, *exercises(root)]


def form(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield what in the file of a notebook differs from the form that `make tidy` gives it."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    file = path.relative_to(root).as_posix()
    metadata = dict(notebook.metadata)
    if metadata.pop(KEY, None) is None:
        yield f"{file}: has no number, by which its figures are cited. {TIDY}"
    ids = [cell.get("id") for cell in notebook.cells]
    if (
        (notebook.nbformat, notebook.nbformat_minor) != (4, 5)
        or metadata != {"kernelspec": KERNEL, "language_info": LANGUAGE}
        or None in ids
        or len(set(ids)) < len(ids)
    ):
        yield f"{file}: is not of format 4.5, or has other metadata, or cells lack ids. {TIDY}"
    position = 0
    for cell, place in zip(notebook.cells, pages.cells(path, root), strict=True):
        tags = set(cell.metadata.get("tags", ()))
        if refused := tags - ALLOWED_TAGS:
            yield (
                f"{place.place}: has the tag {', '.join(sorted(refused))}: tags that let a failure "
                "pass, skip a cell or hide what computes are refused; take it out."
            )
        if extra := set(cell.metadata) - set(KEPT_METADATA):
            yield f"{place.place}: has {', '.join(sorted(extra))}. {TIDY}"
        if cell.cell_type == "code":
            hidden = cell.metadata.get("jupyter") == {"source_hidden": True}
            if hidden is not folding.only_draws(cell.source, is_first=position == 0):
                differs = "is collapsed differently in JupyterLab than on its page"
                yield f"{place.place}: {differs}. {TIDY}"
            position += 1
            yield from (f"{place.place}: {what}" for what in _outputs(cell, position))
    if not any(set(cell.metadata.get("tags", ())) >= CHECKED for cell in notebook.cells):
        yield (
            f"{file}: keeps no output for nbval to compare; give the cell that shows the headline "
            f"numbers the tags {TAGS}."
        )


def order(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield which parts of a chapter are missing or are in the wrong place."""
    file = path.relative_to(root).as_posix()
    text = [cell for cell in pages.cells(path, root) if cell.kind == "markdown"]
    found = [passage for cell in text for passage in pages.shown(cell)]
    if len(re.findall(r"^# \S", "\n".join(cell.text for cell in text), re.MULTILINE)) != 1:
        yield f"{file}: needs one title, '# …', in its first cell"
    at = {
        part: next((n for n, each in enumerate(found) if each.text.startswith(part)), -1)
        for part in ORDER
    }
    for before, part in pairwise(("", *ORDER)):
        if at[part] < 0:
            yield f"{file}: has no part '{part}'; write it, in the order {', '.join(ORDER)}"
        elif at[part] < at.get(before, 0):
            yield f"{file}: '{part}' is too early; the order is {', '.join(ORDER)}"
    between = found[at[ORDER[0]] : at[ORDER[1]]]
    if not any(passage.kind == "text" and not passage.inside for passage in between):
        yield (
            f"{file}: opens without a case; tell of a person, a case or a puzzle between "
            f"'{ORDER[0]}' and '{ORDER[1]}', and end with the question"
        )
    asked = sum(name == EXERCISE for cell in text for name, _ in pages.roles(cell.text))
    every = [each for cell in text for each in pages.directives(cell.text)]
    folded = sum(name == "dropdown" and title.startswith("Answer") for name, title, *_ in every)
    if not asked or asked != folded:
        yield (
            f"{file}: {asked} exercises ({{exercise}}`1 …`) and {folded} answers folded in "
            "'{dropdown} Answer'; each exercise has one"
        )
    if not every or every[-1][0] != "sources":
        yield f"{file}: must end with its list of sources, `{{sources}} cited`"


def head(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield what is wrong with the short answer, the time and the objectives of a chapter."""
    file = path.relative_to(root).as_posix()
    text = [cell for cell in pages.cells(path, root) if cell.kind == "markdown"]
    roles = {role for cell in text for role in pages.roles(cell.text)}
    has_lines = any(name == "claim" for cell in text for name, *_ in pages.directives(cell.text))
    answer = " ".join(
        passage.text
        for cell in text
        for passage in pages.shown(cell)
        if "answer" in passage.inside and passage.kind == "text"
    )
    said = re.sub(f"[{pages.CITED}{pages.UNPLACED}{pages.OTHER}]", " ", answer)
    listed = [pages.list_after(cell.text, OBJECTIVES) for cell in text if OBJECTIVES in cell.text]
    for is_wrong, fault in (
        (
            len(said.split()) > MOST_WORDS_OF_AN_ANSWER,
            f"the short answer has {len(said.split())} words; cut it to {MOST_WORDS_OF_AN_ANSWER}: "
            "answer, number, limit",
        ),
        (
            pages.GLUED not in said and not numbers.quantities(said),
            "the short answer has no number; give the one that decides it",
        ),
        (
            ROLE_OF_THE_TIME not in roles,
            f"does not say how long it takes; write {{reading-time}}`{THIS_CHAPTER}`",
        ),
        (
            has_lines and ROLE_OF_VERDICTS not in roles,
            f"the short answer has no words for parts; write {{verdicts}}`{THIS_CHAPTER}` in it",
        ),
        (
            listed != [HOW_MANY_OBJECTIVES],
            f"needs '{OBJECTIVES}:' once, and a list of {HOW_MANY_OBJECTIVES} objectives after it",
        ),
    ):
        if is_wrong:
            yield f"{file}: {fault}"


def code(path: Path, root: Path = ROOT) -> Iterator[str]:
    """Yield which cells that readers see are too long; ruff looks at what they do."""
    every = pages.cells(path, root)
    after = folding.following([(cell.kind, cell.text) for cell in every])
    cells = [cell for cell in every if cell.kind == "code"]
    for position, (cell, comes) in enumerate(zip(cells, after, strict=True)):
        lines = len(cell.text.splitlines())
        if lines > MOST_LINES and folding.readers_see(
            cell.text, cell.tags, is_first=position == 0, following=comes
        ):
            yield (
                f"{cell.place}: has {lines} lines, and readers see {MOST_LINES} at most: split it, "
                "or move steps to src/decentwork."
            )


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
