"""Exercises on the pages of the book: the role that begins one, and the list of all by skill.

The role ``{exercise}`1 read a number, page``` writes the number of an exercise with what it trains
and takes, and is the place that ``{ref}`exercise-how-many-1``` leads to. The directive
``{exercises}`` has a section for each skill with the exercises of all chapters; it is filled when
all pages have been read. Skills and levels are in ``book/skills.yml``.

Why not sphinx-exercise: its boxes bear the words "Exercise 1" and one id for all of a page
(``exercise-content``), it folds answers by a script, and it takes numbers from
``env.toc_fignumbers``, which `numbering` makes for figures and tables only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import yaml
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.errors import ExtensionError
from sphinx.util import docname_join
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookmaking.directives.elements import (
    PARALLEL,
    as_nodes,
    empty_section,
    label_link,
    render,
)
from bookmaking.directives.numbering import called
from bookmaking.directives.page_notes import notes, pages_in_order
from bookmaking.source.pages import EXERCISE as ROLE
from bookmaking.warn import warn

FILE = Path("book", "skills.yml")
FORM = f"{{{ROLE}}}`1 read a number, page`"
WRITTEN = re.compile(r"(?P<number>[1-9]\d?) (?P<skill>[a-z ]+), (?P<level>[a-z]+)")
SENTENCE_END = re.compile(r"(?:(?<=[.?!])|(?<=[.?!][”\"]))\s+(?=[\"“A-Z])")
FEWEST_WORDS, MOST_WORDS = 9, 26
"""How long an opening is: whole sentences up to the first number, cut at the second."""
EXERCISES, LISTS = "exercises", "lists of exercises"
"""What pages note: their exercises; that they list all."""
PLACED = re.compile("\ue000(?P<name>[^\ue001]+)\ue001")
"""A figure, table or page in the opening of an exercise: all pages are read before it has a name.
"""


class ExercisesError(ExtensionError):
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
    except TypeError as error:
        raise ExercisesError(f"{FILE} needs skills and levels ({error}).") from error


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
    """Return how an exercise begins: enough whole sentences to know it by, and cut if too long."""
    words = re.sub(r"\s+(?=[.,:;?!])", "", " ".join(text.split()))
    taken: list[str] = []
    for sentence in SENTENCE_END.split(words):
        taken += sentence.split()
        if len(taken) >= FEWEST_WORDS:
            break
    begun = " ".join(taken[:MOST_WORDS]) + (" …" if len(taken) > MOST_WORDS else "")
    return f"{begun}”" if begun.count("“") > begun.count("”") else begun


# ------------------------------------------------------------------ on pages


class exercises_of_skill(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """A place that is filled when all pages are known; `skill` says with which exercises."""


class ExerciseRole(SphinxRole):
    """``{exercise}`1 read a number, page```: number, skill and level of an exercise."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number with what it trains, or the text and a warning about a fault."""
        page, known = self.env.docname, read(Path(self.env.srcdir))
        self.env.note_dependency(FILE.as_posix())
        try:
            one = parse(self.text, page, known)
        except ExercisesError as error:
            warn("exercises", str(error), self.get_location())
            return [nodes.Text(self.text)], []
        title = f"exercise {one.number}"
        self.env.get_domain("std").note_hyperlink_target(one.label, page, one.label, title)
        start = nodes.strong("", f"{one.number}.", ids=[one.label], exercise=one)
        skill = label_link(skill_label(one.skill), one.skill, page)
        takes = nodes.inline("", "", classes=["exercise-takes"])
        takes += [nodes.Text("("), skill, nodes.Text(f", {known.levels[one.level]})")]
        return [start, nodes.Text(" "), takes], []


class Exercises(SphinxDirective):
    """``{exercises}``: a section for each skill, with the exercises that train it."""

    def run(self) -> list[nodes.Node]:
        """Return the sections; `_fill` says what is in them."""
        page = self.env.docname
        notes(self.env, LISTS)[page] = True
        self.env.note_dependency(FILE.as_posix())
        made = []
        for skill, words in read(Path(self.env.srcdir)).skills.items():
            label, title = skill_label(skill), skill.capitalize()
            self.env.get_domain("std").note_hyperlink_target(label, page, label, title)
            section = empty_section(title, label)
            section += [nodes.paragraph("", words), exercises_of_skill("", skill=skill)]
            made.append(section)
        return made


def _note(app, doctree: nodes.document) -> None:
    """Note the exercises of a page, each with its opening, when it has been read."""
    notes(app.env, EXERCISES)[app.env.docname] = [
        # The opening is what follows number and skill in the paragraph.
        replace(start["exercise"], opening=opening("".join(map(_text, after[3:]))))
        for start in doctree.findall(nodes.strong)
        if "exercise" in start and (after := start.parent[start.parent.index(start) :])
    ]


def _text(node: nodes.Node) -> str:
    """Return text without citations, with the names of what has no number or title yet."""
    if isinstance(node, pending_xref) and node["refdomain"] == "cite":
        return ""
    if isinstance(node, pending_xref) and not node["refexplicit"]:
        if node["reftype"] == "doc":
            return f"\ue000{docname_join(node['refdoc'], node['reftarget'])}\ue001"
        if node["reftype"] == "numref":
            return f"\ue000{node['reftarget']}\ue001"
    return node.astext()


def _fill(app, doctree: nodes.document, docname: str) -> None:
    """Write the list of each skill, in the order of the book."""
    if docname not in notes(app.env, LISTS):
        return
    env = app.env
    order = pages_in_order(env)
    names = {name: number for page in order for name, number in called(env, page).items()}
    names |= {page: env.titles[page].astext() for page in order}
    found = [
        replace(one, opening=PLACED.sub(lambda match: names.get(match["name"], "…"), one.opening))
        for page in order
        for one in sorted(notes(env, EXERCISES).get(page, ()), key=lambda one: one.number)
    ]
    for place in list(doctree.findall(exercises_of_skill)):
        made = render(
            "exercises.html",
            exercises=[one for one in found if one.skill == place["skill"]],
            names=names,
            levels=read(Path(env.srcdir)).levels,
            address=lambda page: app.builder.get_relative_uri(docname, page),
        )
        place.replace_self(as_nodes(made, docname))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(exercises_of_skill)
    app.add_role(ROLE, ExerciseRole())
    app.add_directive("exercises", Exercises)
    app.connect("doctree-read", _note)
    app.connect("env-get-updated", lambda app, env: list(notes(env, LISTS)))
    app.connect("doctree-resolved", _fill)
    return PARALLEL
