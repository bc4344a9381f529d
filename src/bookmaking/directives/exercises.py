"""Exercises on the pages of the book: the role that begins one, and the list of all by skill.

The role ``{exercise}`1 read a number, page``` writes the number of an exercise with what it trains
and takes, and is the place that ``{ref}`exercise-how-many-1``` leads to. The directive
``{exercises}`` has a section for each skill with the exercises of all chapters; it is filled when
all pages have been read. What both say is written in `exercises_content`.
"""

import re
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.errors import ExtensionError
from sphinx.util import docname_join
from sphinx.util.docutils import SphinxDirective, SphinxRole

from bookmaking import fresh
from bookmaking.directives import exercises_content as content
from bookmaking.directives.domain_of_pages import DomainOfPages
from bookmaking.directives.element_nodes import empty_section, label_link
from bookmaking.directives.elements import LabelLink, as_html
from bookmaking.directives.exercises_content import Exercise, ExercisesError, Skills
from bookmaking.directives.numbering import called
from bookmaking.directives.record import pages_in_order
from bookmaking.warn import warn

PLACED = re.compile("\ue000(?P<name>[^\ue001]+)\ue001")
"""A figure, table or page in the opening of an exercise: all pages are read before it has a name.
"""


class ExercisesDomain(DomainOfPages):
    """The exercises of each page, and what the pages that list them showed last."""

    name = "exercises"
    label = "Exercises"
    initial_data = {"exercises": {}, "listing": {}}
    by_page = ("exercises", "listing")

    def __init__(self, env) -> None:
        super().__init__(env)
        self.made: dict[str, dict[str, str]] = {}

    @property
    def exercises(self) -> dict[str, list[Exercise]]:
        """The exercises of each page."""
        return self.data["exercises"]

    @property
    def listing(self) -> dict[str, str]:
        """A digest of what each page that lists exercises showed when it was last written."""
        return self.data["listing"]

    @cached_property
    def known(self) -> Skills:
        """Skills and levels. ExtensionError when their file breaks the form."""
        try:
            return content.read(Path(self.env.srcdir))
        except ExercisesError as error:
            raise ExtensionError(str(error)) from error

    def check_consistency(self) -> None:
        """Hold the skills against the exercises, where a page lists them."""
        found = [one for each in self.exercises.values() for one in each]
        for page in self.listing:
            for fault in content.without_exercise(self.known, found):
                warn("exercises", fault, page)


class exercise_start(nodes.strong):  # noqa: N801 (docutils: lower case)
    """The number of an exercise; `exercise` is what the role said of it."""


class exercises_of_skill(nodes.General, nodes.Element):  # noqa: N801
    """A place that is filled when all pages are known; `skill` says with which exercises."""


class ExerciseRole(SphinxRole):
    """``{exercise}`1 read a number, page```: number, skill and level of an exercise."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number with what it trains, or the text and a warning about a fault."""
        domain, page = self.env.get_domain(ExercisesDomain.name), self.env.docname
        self.env.note_dependency(content.FILE.as_posix())
        try:
            one = content.parse(self.text, page, domain.known)
        except ExercisesError as error:
            warn("exercises", str(error), self.get_location())
            return [nodes.Text(self.text)], []
        title = f"exercise {one.number}"
        self.env.get_domain("std").note_hyperlink_target(one.label, page, one.label, title)
        start = exercise_start("", f"{one.number}.", ids=[one.label], exercise=one)
        skill = label_link(LabelLink(content.skill_label(one.skill), one.skill), page)
        takes = nodes.inline("", "", classes=["exercise-takes"])
        takes += [nodes.Text("("), skill, nodes.Text(f", {domain.known.levels[one.level]})")]
        return [start, nodes.Text(" "), takes], []


class Exercises(SphinxDirective):
    """``{exercises}``: a section for each skill, with the exercises that train it."""

    def run(self) -> list[nodes.Node]:
        """Return the sections; `_fill` says what stands in them."""
        domain, page = self.env.get_domain(ExercisesDomain.name), self.env.docname
        self.env.note_dependency(content.FILE.as_posix())
        domain.listing[page] = ""
        made = []
        for skill, words in domain.known.skills.items():
            label, title = content.skill_label(skill), skill.capitalize()
            self.env.get_domain("std").note_hyperlink_target(label, page, label, title)
            section = empty_section(title, label)
            section += [nodes.paragraph("", words), exercises_of_skill("", skill=skill)]
            made.append(section)
        return made


# ------------------------------------------------------------------ what pages hold


def _note(app, doctree: nodes.document) -> None:
    """Note the exercises of a page, each with its opening, when it has been read."""
    found = [
        replace(start["exercise"], opening=content.opening(_text_after(start)))
        for start in doctree.findall(exercise_start)
    ]
    if found:
        app.env.get_domain(ExercisesDomain.name).exercises[app.env.docname] = found


def _text_after(start: nodes.Node) -> str:
    """Return the text of the paragraph after number and skill, without citations."""
    nodes_of = list(start.parent.children)
    return "".join(_text(node) for node in nodes_of[nodes_of.index(start) + 3 :])


def _text(node: nodes.Node) -> str:
    if isinstance(node, pending_xref) and node["refdomain"] == "cite":
        return ""
    if isinstance(node, pending_xref) and not node["refexplicit"]:
        named = node["reftarget"]
        if node["reftype"] == "doc":
            named = docname_join(node["refdoc"], named)
        if node["reftype"] in ("doc", "numref"):
            return f"\ue000{named}\ue001"
    return node.astext()


def _fill(app, env) -> list[str]:
    """Make the lists; return the pages whose list says something else than before."""
    domain = env.get_domain(ExercisesDomain.name)
    domain.made = {page: _made(app, page) for page in domain.listing}
    digests = {page: fresh.digest(made) for page, made in domain.made.items()}
    changed = [page for page, digest in digests.items() if domain.listing[page] != digest]
    domain.data["listing"] = digests
    return changed


def _made(app, page: str) -> dict[str, str]:
    """Return the list of each skill, as HTML."""
    env, domain = app.env, app.env.get_domain(ExercisesDomain.name)
    titles = {name: env.titles[name].astext() for name in pages_in_order(env)}
    names = {name: number for each in titles for name, number in called(env, each).items()}
    names |= titles
    by_skill: dict[str, list[Exercise]] = {skill: [] for skill in domain.known.skills}
    for exercises in domain.exercises.values():
        for one in exercises:
            shown = PLACED.sub(lambda match: names.get(match["name"], "…"), one.opening)
            by_skill[one.skill].append(replace(one, opening=shown))

    def address(target: str, fragment: str) -> str:
        return app.builder.get_relative_uri(page, target) + fragment

    return {
        skill: as_html(content.of_skill(each, titles, address, domain.known))
        for skill, each in by_skill.items()
    }


def _resolve(app, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(exercises_of_skill)):
        made = app.env.get_domain(ExercisesDomain.name).made[docname]
        node.replace_self(nodes.raw("", made[node["skill"]], format="html"))


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_domain(ExercisesDomain)
    app.add_node(exercise_start, html=(_visit, _depart))
    app.add_node(exercises_of_skill)
    app.add_role(content.ROLE, ExerciseRole())
    app.add_directive("exercises", Exercises)
    app.connect("doctree-read", _note)
    app.connect("env-get-updated", _fill, priority=800)  # after figures have their numbers
    app.connect("doctree-resolved", _resolve)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _visit(writer, node: exercise_start) -> None:
    writer.body.append(writer.starttag(node, "strong", ""))


def _depart(writer, node: exercise_start) -> None:
    writer.body.append("</strong>")
