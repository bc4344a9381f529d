"""Exercises: what each trains and takes, and how the list of all by skill shows it. No Sphinx.

An exercise is written once, in its chapter. A role begins it, names its skill and what it takes,
and from these the list is made (template `exercises.html`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import yaml

from bookmaking.source.pages import EXERCISE

FILE = Path("book", "skills.yml")
ROLE = EXERCISE
FORM = f"{{{ROLE}}}`1 read a number, page`"
WRITTEN = re.compile(r"(?P<number>[1-9]\d?) (?P<skill>[a-z ]+), (?P<level>[a-z]+)")
SENTENCE_END = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][”\"]))\s+(?=[\"“A-Z])")
FEWEST_WORDS, MOST_WORDS = 9, 26
"""How long an opening is: whole sentences up to the first number, cut at the second."""


class ExercisesError(ValueError):
    """Skills or an exercise that break the form; the message says what to fix."""


class Skills(NamedTuple):
    """What exercises train and what they take: each name with its words, in order."""

    skills: Mapping[str, str]
    levels: Mapping[str, str]


@dataclass(frozen=True)
class Exercise:
    """An exercise: its page and number there, its skill and level, and how it begins."""

    page: str
    number: int
    skill: str
    level: str
    opening: str = ""

    @property
    def label(self) -> str:
        """The permanent name of its place, for ``{ref}``."""
        return f"{ROLE}-{self.page.rpartition('/')[2].replace('_', '-')}-{self.number}"


def read(root: Path) -> Skills:
    """Return the skills of the book at ``root``. Raises ExercisesError for another form."""
    try:
        return Skills(**yaml.safe_load((root / FILE).read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, TypeError) as error:
        told = f"{FILE} needs `skills` and `levels`, each a list of names and words ({error})."
        raise ExercisesError(told) from error


def parse(text: str, page: str, known: Skills) -> Exercise:
    """Return the exercise that a role describes. Raises ExercisesError where it does not."""
    match = WRITTEN.fullmatch(text)
    if match is None:
        raise ExercisesError(f"{text!r} is no number, skill and level; write {FORM}.")
    for what, names in (("skill", known.skills), ("level", known.levels)):
        if match[what] not in names:
            listed = ", ".join(names)
            raise ExercisesError(f"{FILE} has no {what} {match[what]!r}; write one of {listed}.")
    return Exercise(page, int(match["number"]), match["skill"], match["level"])


def skill_label(skill: str) -> str:
    """Return the permanent name of the part of the list that holds a skill."""
    return f"skill-{skill.replace(' ', '-')}"


def opening(text: str) -> str:
    """Return how an exercise begins: enough whole sentences to know it by, and cut if too long.

    A quotation that is cut is closed.
    """
    words = re.sub(r"\s+(?=[.,:;?!])", "", " ".join(text.split()))
    taken: list[str] = []
    for sentence in SENTENCE_END.split(words):
        taken += sentence.split()
        if len(taken) >= FEWEST_WORDS:
            break
    begun = " ".join(taken[:MOST_WORDS]) + (" …" if len(taken) > MOST_WORDS else "")
    return f"{begun}”" if begun.count("“") > begun.count("”") else begun


def without_exercise(known: Skills, exercises: Sequence[Exercise]) -> list[str]:
    """Return a sentence for each skill that no exercise trains."""
    trained = {one.skill for one in exercises}
    return [
        f"{FILE}: no exercise trains {skill!r}; write one, or delete the skill."
        for skill in known.skills
        if skill not in trained
    ]
