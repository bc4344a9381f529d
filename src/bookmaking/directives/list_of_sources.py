"""Lists of sources, and which of their entries a citation leads to.

``{sources} cited`` lists what its page cites. ``{sources} book article`` lists all sources of these
types of entry; with ``:letters:`` there are links to the letters from A to Z, and each letter is a
heading. ``{sources} filter`` is the form that filter.js shows: without JavaScript it stays hidden.

A citation leads to the list of its own page, or else to the list of all sources of its type.

sphinxcontrib.bibtex reads the bibliography, the roles of citations and the style in which they are
written. Its own lists go through all citations of the book for each entry of each list: here that
was 98 CPU seconds of each build, also where one page had changed. And their entries had numbers
for names, which shifted with each new source.
"""

from collections import defaultdict

from docutils import nodes
from docutils.parsers.rst import directives
from pybtex.database import Entry
from pybtex.richtext import Text
from pybtex.style import FormattedEntry
from pybtex_docutils import Backend
from sphinx import addnodes
from sphinx.transforms.post_transforms import ReferencesResolver, SphinxPostTransform
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.style.referencing import format_references
from sphinxcontrib.bibtex.style.template import SphinxReferenceInfo

from bookmaking.directives.citations import as_html, in_order, listed, without_accents
from bookmaking.directives.elements import PARALLEL, WritesHtml, render
from bookmaking.directives.page_notes import notes
from bookmaking.warn import warn

OTHER = "0–9"
"""What is in place of a letter for sources whose first sign is no Latin letter."""
FILTER, CITED = "filter", "cited"
LISTS = "lists of sources"
"""For each page the types of entries of each of its lists; `CITED` for what the page cites."""


class list_of_sources(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """The place of a list; `types` and `has_letters` say which, `mentions` where each is cited."""


class Sources(WritesHtml):
    """A list of sources, or the form that filters one."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"letters": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Return the form, or the place of the list."""
        types = self.arguments[0].split()
        if types == [FILTER]:
            return self.nodes_of(render("filter_of_sources.html"))
        for file in self.env.get_domain("cite").bibdata.bibfiles:
            self.env.note_dependency(str(file))
        notes(self.env, LISTS).setdefault(self.env.docname, []).append(types)
        return [list_of_sources(types=types, has_letters="letters" in self.options)]


def name_of(key: str) -> str:
    """Return the name of the place of a source in a list, which never changes."""
    return f"source-{nodes.make_id(key)}"


def lists_all(env, page: str) -> bool:
    """Return whether a page lists all sources of some type, so that citations may lead to it."""
    return any(types != [CITED] for types in notes(env, LISTS).get(page, ()))


def _list_of_type(env, type_: str) -> tuple[str, int] | None:
    """Return the page that lists all sources of a type, and which of its lists does."""
    for page, lists in notes(env, LISTS).items():
        for number, types in enumerate(lists):
            if type_ in types:
                return page, number
    return None


class LinkCitations(SphinxPostTransform):
    """Replaces citations by links to lists of sources, and tells these where they are cited."""

    default_priority = ReferencesResolver.default_priority - 1

    def run(self, **_: object) -> None:
        """Do so on a page."""
        if "cite" not in self.env.domains:
            return
        domain = self.env.get_domain("cite")
        self.entries, self.style = domain.bibdata.data.entries, domain.reference_style
        here = [each for each in domain.citation_refs if each.docname == self.env.docname]
        mentions: dict[str, list[str]] = defaultdict(list)
        for reference in here:
            for key in dict.fromkeys(target.key for target in reference.targets):
                mentions[key].append(reference.citation_ref_id)
        for place in self.document.findall(list_of_sources):
            place["mentions"] = mentions
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node["refdomain"] == "cite":
                node.replace_self(self._citation(node))

    def _citation(self, node: addnodes.pending_xref) -> nodes.inline:
        found = []
        targets = {each.key: each for each in parse_citation_targets(node["reftarget"])}
        for target in targets.values():
            if target.key not in self.entries:
                warn("citation", f'could not find the key "{target.key}" of a source.', node)
                continue
            entry = self.entries[target.key]
            place = self._place(entry)
            if place is None:
                warn("citation", f"no list of the book has {target.key}, an @{entry.type}.", node)
                continue
            leads = SphinxReferenceInfo(
                self.app.builder, self.env.docname, place[0], name_of(target.key),
                title=None, pre_text=target.pre, post_text=target.post,
            )  # fmt: skip
            unused = FormattedEntry(entry.key, Text(), "")
            found.append(((place, in_order(entry)), (entry, unused, leads)))
        found.sort(key=lambda each: each[0])
        cited = format_references(self.style, node["reftype"], [each for _, each in found])
        return nodes.inline("", "", *cited.render(Backend()), classes=["bibtex-citation"])

    def _place(self, entry: Entry) -> tuple[str, int] | None:
        """Return the page of the list to which a citation leads, and which of its lists it is."""
        if [CITED] in notes(self.env, LISTS).get(self.env.docname, ()):
            return self.env.docname, 0
        return _list_of_type(self.env, entry.type)


def _write_list(translator, place: list_of_sources) -> None:
    """Write a list: not in a transform, as Sphinx runs these for one page after the other."""
    entries = translator.builder.env.get_domain("cite").bibdata.data.entries
    mentions = place["mentions"]
    if place["types"] == [CITED]:
        found = [entries[key] for key in mentions if key in entries]
    else:
        found = [each for each in entries.values() if each.type in place["types"]]
    groups: dict[str, list] = {}
    letter = ""
    for entry in sorted(found, key=in_order):
        text = as_html(listed(entry))
        if place["has_letters"] and (own := letter_of(text.striptags())) not in groups:
            letter = own
        shown = (name_of(entry.key), text, mentions.get(entry.key, ()))
        groups.setdefault(letter, []).append(shown)
    groups_with_places = [(name, anchor(name), of_it) for name, of_it in groups.items()]
    translator.body.append(render("list_of_sources.html", groups=groups_with_places))
    raise nodes.SkipNode


def letter_of(text: str) -> str:
    """Return the capital letter under which a source that begins with ``text`` is listed."""
    first = next(filter(str.isalnum, without_accents(text)), "").upper()
    return first if "A" <= first <= "Z" else OTHER


def anchor(letter: str) -> str:
    """Return the name of the place of a letter on the page."""
    return "sources-" + ("other" if letter == OTHER else letter.lower())


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.setup_extension("bookmaking.directives.citations")
    app.add_directive("sources", Sources)
    app.add_node(list_of_sources, html=(_write_list, None))
    app.add_post_transform(LinkCitations)
    return PARALLEL
