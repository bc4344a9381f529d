"""What pages say of exercises: what each trains and takes, and the list of all by skill.

An exercise stands once, in its chapter. A role begins it, names its skill and what it takes, and
from these the list is made. Nothing here needs Sphinx.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bookmaking.directives.elements import Element, html
from bookmaking.source.pages import EXERCISE

FILE = Path("book", "skills.yml")
ROLE = EXERCISE
FORM = f"{{{ROLE}}}`1 read a number, page`"
WRITTEN = re.compile(r"(?P<number>[1-9]\d?) (?P<skill>[a-z ]+), (?P<level>[a-z]+)")
SENTENCE_END = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][”\"]))\s+(?=[\"“A-Z])")
FEWEST_WORDS, MOST_WORDS = 9, 26
"""How long an opening is: whole sentences up to the first number, cut at the second."""


class ExercisesError(ValueError):
    """Skills or an exercise that break the form; the message says what to mend."""


@dataclass(frozen=True)
class Skills:
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
        content = yaml.safe_load((root / FILE).read_text(encoding="utf-8"))
        skills, levels = content["skills"], content["levels"]
        if set(content) == {"skills", "levels"} and skills and levels:
            return Skills(dict(skills), dict(levels))
    except (OSError, yaml.YAMLError, TypeError, KeyError, ValueError):
        pass
    raise ExercisesError(f"{FILE} needs `skills` and `levels`, each a list of names and words.")


def parse(text: str, page: str, known: Skills) -> Exercise:
    """Return the exercise that a role describes. Raises ExercisesError where it does not."""
    match = WRITTEN.fullmatch(text)
    if match is None:
        raise ExercisesError(f"{text!r} is no number, skill and level; write {FORM}.")
    number, skill, level = match.groups()
    for word, names, what in ((skill, known.skills, "skill"), (level, known.levels, "level")):
        if word not in names:
            listed = ", ".join(names)
            raise ExercisesError(f"{FILE} has no {what} {word!r}; write one of {listed}.")
    return Exercise(page, int(number), skill, level)


def skill_label(skill: str) -> str:
    """Return the permanent name of the part of the list that holds a skill."""
    return f"skill-{skill.replace(' ', '-')}"


def opening(text: str) -> str:
    """Return how an exercise begins: enough whole sentences to know it by, and cut if too long.

    Left out are the places of citations; a quotation that is cut is closed.
    """
    words = re.sub(r"\s+(?=[.,:;?!])", "", " ".join(text.split()))
    taken: list[str] = []
    for sentence in SENTENCE_END.split(words):
        taken += sentence.split()
        if len(taken) >= FEWEST_WORDS:
            break
    begun = " ".join(taken[:MOST_WORDS])
    begun += " …" if len(taken) > MOST_WORDS else ""
    return f"{begun}”" if begun.count("“") > begun.count("”") else begun


def of_skill(
    exercises: Iterable[Exercise],
    titles: Mapping[str, str],
    address: Callable[[str, str], str],
    known: Skills,
) -> Element:
    """Return the exercises of one skill as a list, in the order of ``titles``, that of the book.

    ``titles`` has the title of each page, ``address`` returns that of a place on a page.
    """
    order = list(titles)
    items = sorted(exercises, key=lambda one: (order.index(one.page), one.number))
    return html("ul", *(_item(one, titles, address, known) for one in items), class_="exercises")


def _item(
    one: Exercise,
    titles: Mapping[str, str],
    address: Callable[[str, str], str],
    known: Skills,
) -> Element:
    name = f"{titles[one.page]}, {one.number}"
    link = html("a", name, href=address(one.page, f"#{one.label}"))
    takes = html("span", f"({known.levels[one.level]})", class_="exercise-takes")
    return html("li", link, f": {one.opening} ", takes)


def without_exercise(known: Skills, exercises: Sequence[Exercise]) -> list[str]:
    """Return a sentence for each skill that no exercise trains."""
    trained = {one.skill for one in exercises}
    return [
        f"{FILE}: no exercise trains {skill!r}; write one, or delete the skill."
        for skill in known.skills
        if skill not in trained
    ]
