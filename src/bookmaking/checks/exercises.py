"""Exercises: each says what it trains and takes, and the teaching pages list them by it."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bookmaking.directives import exercises_content as content
from bookmaking.directives.exercises_content import Exercise, ExercisesError, Skills
from bookmaking.source import pages

TYPED = re.compile(r"^\*\*\d+\.\*\*", re.MULTILINE)
"""An exercise with its number typed, as it was done before the role."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return the exercises that name no known skill or level, or stand out of order."""
    try:
        known = content.read(root)
    except ExercisesError as error:
        return [str(error)]
    problems: list[str] = []
    exercises: list[Exercise] = []
    for path in pages.notebooks(root):
        found = list(_of_chapter(path, root, known, problems))
        exercises += found
        if (numbers := [one.number for one in found]) != list(range(1, len(found) + 1)):
            file = path.relative_to(root).as_posix()
            problems.append(f"{file}: its exercises have the numbers {numbers}; count from 1.")
    return problems + content.without_exercise(known, exercises)


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
