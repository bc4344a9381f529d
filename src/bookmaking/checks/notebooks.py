"""How a notebook is made: order, cells, outputs."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat

from bookmaking.checks import ROOT, exercises, numbers, plans
from bookmaking.directives import THIS_CHAPTER
from bookmaking.directives.exercises_content import ROLE as EXERCISE
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
ROLE_OF_THE_TIME = ("reading-time", THIS_CHAPTER)
ROLE_OF_VERDICTS = ("verdicts", THIS_CHAPTER)


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what in all notebooks differs from how the book makes them."""
    problems = [
        problem
        for path in pages.changed(root, files)
        if path.suffix == ".ipynb"
        for looked_at in (form, order, head, code)
        for problem in looked_at(path, root)
    ]
    return [*problems, *plans.check(root, files), *exercises.check(root, files)]


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
            problems.append(f"{file}: '{part}' stands too early; the order is {', '.join(ORDER)}")
        else:
            last = places[0]
    exercises = sum(name == EXERCISE for cell in text for name, _ in pages.roles(cell.text))
    folded = [
        argument
        for cell in text
        for name, argument, _, _ in pages.directives(cell.text)
        if name == "dropdown" and argument.startswith("Answer")
    ]
    if not exercises or exercises != len(folded):
        problems.append(
            f"{file}: {exercises} exercises ({{exercise}}`1 …`) and {len(folded)} answers folded "
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
